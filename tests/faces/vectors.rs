//! `test-vectors/faces.json`: what a platform says of answers about a face (spec 12 §12).

use selfsame::codec::Message;
use selfsame::presentation::{PresentationRequest, Verdict};
use selfsame::symbol::Generation;
use selfsame::template::TemplateParameters;
use serde::Serialize;
use testkit::cbor::{Item, Tree};
use testkit::curve::POINT_LEN;
use testkit::faces::{Faces, vector};
use testkit::reference::encode;
use testkit::vectors::{IssuerEntry, KeyPair, Numbered as Vector};

#[derive(Serialize)]
struct File {
    comment: String,
    countries: Vec<Known>,
    vectors: Vec<Vector<Answer>>,
}

/// What the platform has.
#[derive(Serialize)]
struct Known {
    issuers: Vec<IssuerEntry>,
    digits: Digits,
}

#[derive(Serialize)]
struct Digits {
    digest: String,
    bits: u32,
    #[serde(flatten)]
    key: KeyPair,
}

#[derive(Serialize)]
struct Answer {
    /// The check that fails.
    check: Option<&'static str>,
    /// Which of the countries.
    country: usize,
    request: String,
    presentation: String,
}

fn known(faces: &Faces) -> Known {
    let secret = faces.world.digit_keys[0];
    let issuers = [&faces.world.country.issuer, &faces.issuer].map(IssuerEntry::new).into();
    let public = testkit::curve::Point::mul_base(&secret);
    let digits = Digits {
        digest: hex::encode(faces.digits.digest().to_bytes()),
        bits: 12,
        key: KeyPair { public: hex::encode(encode(&public)), secret: hex::encode(secret.to_bytes()) },
    };
    Known { issuers, digits }
}

/// Comment, flag, check, request and presentation.
type Case = (String, Option<&'static str>, Option<&'static str>, Vec<u8>, Vec<u8>);

/// Comment, check and change.
type Beside = (&'static str, &'static str, fn(&mut Item));

/// What a request is refused for beside a face.
fn beside() -> [Beside; 4] {
    fn state(body: &mut Item, statement: Vec<Item>) {
        body.at_mut(3).at_mut(0).at_mut(6).items_mut().push(Item::Array(statement));
    }
    [
        ("an escrow beside it", "12-66", |body| {
            let key = body.at(3).at(0).at(0).clone();
            state(body, vec![Item::Uint(6), key, Item::Text("an order".into())]);
        }),
        ("an interval of one day beside it", "12-66", |body| {
            state(body, [1, 3, 9000, 9000, 0].map(Item::Uint).to_vec());
        }),
        ("one of two sexes excluded beside it", "12-67", |body| {
            let code = Item::Array([3, 1].map(Item::Uint).to_vec());
            state(body, vec![Item::Uint(3), Item::Uint(1), code]);
        }),
        ("linked by the name", "12-68", |body| *body.at_mut(4).at_mut(0).at_mut(0) = Item::Uint(0)),
    ]
}

fn cases(faces: &mut Faces, near: &[i8]) -> Vec<Case> {
    let (card, face) = (faces.card.clone(), faces.face.clone());
    let request = faces.ask(near.to_vec()).once(&mut faces.world.country.rng).unwrap().message;
    let answer = faces.world.present(&[&card, &face], &request, None).unwrap();
    let bytes = request.to_bytes();
    let dimension = faces.parameters.dimension();
    let mut cases = vec![(format!("{dimension} entries"), None, None, bytes.clone(), answer.clone())];
    let beside_it = faces.ask_beside(faces.world.ask().between("birth-date", 1..=60_000), near.to_vec());
    let beside_it = beside_it.once(&mut faces.world.country.rng).unwrap().message;
    let both = faces.world.present(&[&card, &face], &beside_it, None).unwrap();
    let comment = format!("{dimension} entries: beside an interval of the card, in the same digits");
    cases.push((comment, None, None, beside_it.to_bytes(), both));
    let tree = Tree::parse(&answer);
    let mut bad = |comment: &str, flag, check, request: &[u8], change: &dyn Fn(&mut Item)| {
        let comment = format!("{dimension} entries: {comment}");
        cases.push((comment, Some(flag), Some(check), request.to_vec(), tree.with(change)));
    };
    let fold = |change: fn(&mut Vec<u8>)| move |body: &mut Item| change(body.at_mut(6).at_mut(0).bytes_mut());
    bad("A and B exchanged", "BadFold", "12-64", &bytes, &fold(|fold| fold[..2 * POINT_LEN].rotate_left(POINT_LEN)));
    bad(
        "two entries exchanged",
        "BadFold",
        "12-64",
        &bytes,
        &fold(|fold| {
            let from = fold.len() - 64;
            fold[from..].rotate_left(32);
        }),
    );
    bad("a round is missing", "BadFold", "12-63", &bytes, &fold(|fold| drop(fold.drain(..2 * POINT_LEN))));
    bad("A is the identity", "BadFold", "12-63", &bytes, &fold(|fold| fold[..POINT_LEN].fill(0)));
    bad(
        "an entry is not canonical",
        "BadFold",
        "12-63",
        &bytes,
        &fold(|fold| {
            let from = fold.len() - 32;
            fold[from..].fill(0xff);
        }),
    );
    bad("no fold", "BadFold", "12-63", &bytes, &|body| *body.at_mut(6) = Item::Array(Vec::new()));
    bad("two digits exchanged", "BadProof", "06-55", &bytes, &|body| {
        let points = body.at_mut(3).bytes_mut();
        let from = points.len() - 3 * POINT_LEN;
        points[from..from + 2 * POINT_LEN].rotate_left(POINT_LEN);
    });
    let mut moved = near.to_vec();
    moved[5] += 1;
    bad("another probe", "BadProof", "06-55", &Faces::with_probe(&bytes, &moved), &|_| {});
    let mut one = vec![0; dimension];
    one[17] = 1;
    bad("a probe of one entry", "CraftedProbe", "12-62", &Faces::with_probe(&bytes, &one), &|_| {});
    bad("a probe that is too long", "CraftedProbe", "12-62", &Faces::with_probe(&bytes, &vec![5; dimension]), &|_| {});
    let fewer =
        Tree::parse(&bytes).with(|body| *body.at_mut(3).at_mut(1).at_mut(6).at_mut(0).at_mut(2) = Item::Uint(2));
    bad("another number of digits", "CraftedProbe", "12-61", &fewer, &|_| {});
    for (comment, check, change) in beside() {
        let request = Tree::parse(&bytes).with(change);
        bad(comment, "CraftedRequest", check, &request, &|_| {});
    }
    let unlinked = Tree::parse(&bytes).with(|body| *body.at_mut(4) = Item::Array(Vec::new()));
    bad("without a link", "CraftedRequest", "12-60", &unlinked, &|_| {});
    // The score is one too low, and the wallet answers all the same.
    let mut below = near.to_vec();
    below[0] -= below[0].signum();
    let below = PresentationRequest::from_bytes(&Faces::with_probe(&bytes, &below)).unwrap();
    let forged = faces.world.forge(&[&card, &face], &below, None).unwrap();
    let comment = format!("{dimension} entries: a score below the threshold");
    cases.push((comment, Some("BadFold"), Some("12-64"), below.to_bytes(), forged));
    let own = vector(dimension, if dimension == 128 { 3 } else { 1 });
    let later = faces.issue(own, None, Generation::FIRST.next().unwrap());
    let forged = faces.world.forge(&[&card, &later], &request, None).unwrap();
    let comment = format!("{dimension} entries: a template of another generation of the slot");
    cases.push((comment, Some("BadFold"), Some("12-64"), bytes, forged));
    cases
}

fn countries() -> [(Faces, Vec<i8>); 2] {
    let [short, long] = [vector(128, 3), vector(512, 1)];
    let parameters = [
        TemplateParameters::of_128([1; 32], 500, 1152).unwrap(),
        TemplateParameters::of_512([2; 32], 400, 512).unwrap(),
    ];
    // Longer than the threshold, with the score of the threshold.
    let near = |vector: &[i8]| {
        let mut near = vector.to_vec();
        near[0] += near[0].signum();
        near[1] -= near[1].signum();
        near[2] *= 2;
        near[4] = 0;
        near
    };
    let (near_short, near_long) = (near(&short), near(&long));
    [(Faces::new(41, parameters[0], short), near_short), (Faces::new(42, parameters[1], long), near_long)]
}

#[test]
fn the_platform_agrees_with_the_file() {
    let (mut known_of, mut vectors) = (Vec::new(), Vec::new());
    for (country, (mut faces, near)) in countries().into_iter().enumerate() {
        for (comment, flag, check, request, presentation) in cases(&mut faces, &near) {
            let verdict = faces.world.verdict(&request, &presentation);
            assert_eq!(verdict == Verdict::Verified, check.is_none(), "{comment}");
            let (request, presentation) = (hex::encode(request), hex::encode(presentation));
            let id = u32::try_from(vectors.len()).unwrap();
            vectors.push(Vector::new(id, comment, flag, Answer { check, country, request, presentation }));
        }
        known_of.push(known(&faces));
    }
    let comment = "Answers about a face and what a platform says of them (spec 12 §12). The platform of each country has \
                   the issuers of cards and of templates, with their keys, and its digits; no list is asked.";
    let made = File { comment: String::from(comment), countries: known_of, vectors };
    testkit::vectors::check("faces.json", &made);
}

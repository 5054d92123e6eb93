//! `test-vectors/faces.json`: what a platform says of answers about a face (spec 12 §12).

use selfsame::codec::Message;
use selfsame::credential::Credential;
use selfsame::presentation::{PresentationRequest, Verdict};
use selfsame::symbol::Generation;
use selfsame::template::TemplateParameters;
use serde_json::{Value, json};
use testkit::cbor::{Item, Tree};
use testkit::curve::{POINT_LEN, SUITE};
use testkit::faces::{Faces, vector as template};
use testkit::rogue::call;
use testkit::vectors::{File, Group, Slugs, Vector, keyed_issuer, outcome, set_secret};
use testkit::{FRESHNESS, NOW};

use crate::phones;

/// The flags, and the bug that each finds.
const GLOSSARY: [(&str, &str); 4] = [
    ("BadFold", "the fold of a face is not checked, or not decoded strictly (12-63, 12-64)"),
    ("BadProof", "the equations of a proof are not checked (06-55)"),
    ("CraftedProbe", "a probe is taken of which the score tells about single entries (12-61, 12-62)"),
    ("CraftedRequest", "beside a face something is asked that tells who it is (12-60, 12-66 to 12-68)"),
];

/// What the platform has.
fn platform(faces: &Faces) -> Value {
    let country = &faces.world.country;
    // The stored key: α and the base (spec 12 §11.1).
    let secret = Item::Bytes(faces.world.digit_keys[0].to_bytes().to_vec());
    let key = Tree { envelope: [SUITE, 1, 49], body: Item::Map(vec![secret, Item::Uint(12)]) };
    let issuers = [&country.issuer, &faces.issuer].map(keyed_issuer);
    json!({
        "max_age": FRESHNESS.max_age.as_secs(),
        "grace": FRESHNESS.grace.as_secs(),
        "max_window": FRESHNESS.max_window.as_secs(),
        "issuers": issuers,
        "lists": [],
        "sets": [],
        "digits": [set_secret(&key.to_bytes(), faces.digits.digest().to_bytes())],
    })
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
            // By digits, where a suite has nothing else (12-69).
            state(body, [1, 3, 9000, 9000, if SUITE == 1 { 0 } else { 3 }].map(Item::Uint).to_vec());
        }),
        ("one of two sexes excluded beside it", "12-67", |body| {
            let code = Item::Array([3, 1].map(Item::Uint).to_vec());
            state(body, vec![Item::Uint(3), Item::Uint(1), code]);
        }),
        ("linked by the name", "12-68", |body| *body.at_mut(4).at_mut(0).at_mut(0) = Item::Uint(0)),
    ]
}

/// With the credential of a template that is another card's.
fn cases(faces: &mut Faces, near: &[i8]) -> (Vec<Case>, Credential) {
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
    bad(
        "a point behind the rounds",
        "BadFold",
        "12-63",
        &bytes,
        &fold(|fold| {
            let (point, at) = (fold[..POINT_LEN].to_vec(), fold.len() - 8 * 32);
            drop(fold.splice(at..at, point));
        }),
    );
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
    let own = template(dimension, if dimension == 128 { 3 } else { 1 });
    let later = faces.issue(own, None, Generation::FIRST.next().unwrap());
    let forged = faces.world.forge(&[&card, &later], &request, None).unwrap();
    let comment = format!("{dimension} entries: a template of another generation of the slot");
    cases.push((comment, Some("BadFold"), Some("12-64"), bytes, forged));
    (cases, later)
}

/// Of the countries, by what is behind `of` in the names of their secrets.
const SEEDS: [(&str, u8); 2] = [("128 entries", 41), ("512 entries", 42)];

fn countries() -> [(Faces, Vec<i8>); 2] {
    let [short, long] = [template(128, 3), template(512, 1)];
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
    [
        (Faces::new(SEEDS[0].1, parameters[0], short), near_short),
        (Faces::new(SEEDS[1].1, parameters[1], long), near_long),
    ]
}

fn vector(slugs: &mut Slugs, (comment, flag, check, request, presentation): Case) -> Vector {
    let bytes = hex::encode(call(&request, &presentation));
    let (slug, input) = (slugs.of(&comment), json!({ "bytes": bytes, "now": NOW.as_secs(), "before": [] }));
    match (flag, check) {
        (Some(flag), Some(check)) => Vector::invalid(slug, flag, check, comment, input),
        _ => {
            let output = outcome::<POINT_LEN>(&Tree::parse(&request), &Tree::parse(&presentation), &[]);
            Vector::valid(slug, comment, input, output)
        }
    }
}

#[test]
fn the_platform_agrees_with_the_file() {
    let comment = "Answers about a face and what a platform says of them. The platform of each country has the issuers of cards \
                   and of templates, with their keys, and its digits; no list is asked.";
    let mut file = File::new("faces", comment, &["04 §8", "12 §12"]).flags(&GLOSSARY).seeds(&SEEDS);
    for (mut faces, near) in countries() {
        let dimension = faces.parameters.dimension();
        let (mut vectors, mut slugs) = (Vec::new(), Slugs::default());
        let (cases, later) = cases(&mut faces, &near);
        for case in cases {
            let verdict = faces.world.verdict(&case.3, &case.4);
            assert_eq!(verdict == Verdict::Verified, case.2.is_none(), "{}", case.0);
            vectors.push(vector(&mut slugs, case));
        }
        let comment = format!("templates of {dimension} entries");
        let group = Group::new(&format!("entries-{dimension}"), "VerificationCall", comment, platform(&faces));
        file = file
            .group(group.with_all(vectors))
            .secret(&format!("issuer of faces of {dimension} entries"), faces.issuer.to_bytes())
            .secret(&format!("issuer of cards beside {dimension} entries"), faces.world.country.issuer.to_bytes())
            .country(&format!(" of {dimension} entries"), &faces.world.country);
        let of = format!(" of {dimension} entries");
        file = phones::phone(file, &of, &faces.world.device, &faces.world.recovery);
        for (place, credential) in (1..).zip([&*faces.card, &*faces.face, &later]) {
            file = phones::credential(file, &format!(" {place}{of}"), credential);
        }
    }
    file.check();
}

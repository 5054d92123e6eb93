//! Faces: the threshold to the point, and each way around it (spec 12 §12).

use selfsame::calendar::Timestamp;
use selfsame::codec::Message;
use selfsame::credential::{Issuer, KeyVersion};
use selfsame::error::DecodeError;
use selfsame::list::ListClass;
use selfsame::presentation::{
    Language, PresentError, PresentationRequest, RequestError, Verdict, WalletContext, present, review,
};
use selfsame::schema::{Schema, Value};
use selfsame::set::DigitBase;
use selfsame::symbol::Generation;
use selfsame::template::{Probe, TemplateError, TemplateParameters};
use testkit::cbor::{Item, Tree};
use testkit::curve::{POINT_LEN, SCALAR_LEN, SUITE};
use testkit::faces::{Faces, vector};
use testkit::world::VERIFIER;

/// The template is thrice ±1, so its score with this is 9·k, and the probe is a little longer.
fn near(len: usize) -> Vec<i8> {
    let mut probe = vector(len, 3);
    probe[0] = -4;
    probe[1] = 2;
    probe
}

/// Of both sets of parameters of spec 04 §8.1: the least threshold that a score of `near` misses.
fn both(edge: bool) -> [(TemplateParameters, Vec<i8>, Vec<i8>); 2] {
    let more = u32::from(!edge);
    let short = TemplateParameters::of_128([1; 32], 500, 1152 + more).unwrap();
    // 512 entries of ±1, 45 of them ±2: |t|² = 647 and, with itself, the score.
    let long: Vec<i8> = vector(512, 1).into_iter().enumerate().map(|(i, e)| if i < 45 { 2 * e } else { e }).collect();
    let mut probe = long.clone();
    probe[100] *= -3;
    probe[101] *= 5;
    let long_parameters = TemplateParameters::of_512([1; 32], 500, 647 + more).unwrap();
    [(short, vector(128, 3), near(128)), (long_parameters, long, probe)]
}

/// Score τ passes and score τ − 1 does not, whatever the wallet would like.
#[test]
fn the_threshold_is_met_to_the_point() {
    for edge in [true, false] {
        for (parameters, template, probe) in both(edge) {
            let score: i64 = template.iter().zip(&probe).map(|(t, p)| i64::from(*t) * i64::from(*p)).sum();
            assert_eq!(score, i64::from(parameters.threshold()) - i64::from(!edge));
            let mut faces = Faces::new(30, parameters, template);
            let (card, face) = (faces.card.clone(), faces.face.clone());
            let builder = faces.ask(probe);
            if edge {
                assert_eq!(faces.world.shown(&[&card, &face], builder, None).verdict, Verdict::Verified);
            } else {
                faces.world.all_fail(&[&card, &face], builder, None, &PresentError::AnotherFace);
            }
        }
    }
}

fn fixture() -> Faces {
    Faces::new(31, TemplateParameters::of_128([1; 32], 500, 1000).unwrap(), vector(128, 3))
}

/// Checks 12-63, 12-64.
#[test]
fn whatever_is_changed_of_an_answer_is_refused() {
    let mut faces = fixture();
    let (card, face) = (faces.card.clone(), faces.face.clone());
    let request = faces.ask(near(128)).once(&mut faces.world.country.rng).unwrap().message;
    let bytes = request.to_bytes();
    let answer = faces.world.present(&[&card, &face], &request, None).unwrap();
    assert_eq!(faces.world.verdict(&bytes, &answer), Verdict::Verified);
    let tree = Tree::parse(&answer);
    let mut refused = |changed: Vec<u8>| assert_eq!(faces.world.verdict(&bytes, &changed), Verdict::Refused);
    // Every point, commitment and response; then A and B of each round, and the tail.
    for (key, kind) in [(3, "point"), (4, "commitment"), (5, "response")] {
        let pieces = tree.body.pieces(key);
        for place in 0..pieces.len() {
            let other = if place == 0 { pieces.len() - 1 } else { place - 1 };
            assert_ne!(pieces[place], pieces[other], "{kind}");
            refused(tree.with(|body| body.piece_mut(key, place).copy_from_slice(&pieces[other])));
        }
    }
    let fold = tree.body.at(6).at(0).bytes().to_vec();
    // 64 entries: three rounds, and eight.
    assert_eq!(fold.len(), 3 * 2 * POINT_LEN + 8 * SCALAR_LEN);
    let mut with = |fold: Vec<u8>| refused(tree.with(|body| *body.at_mut(6).at_mut(0) = Item::Bytes(fold)));
    for place in 0..fold.len() / 32 {
        let mut other = fold.clone();
        let from = if place == 0 { 1 } else { place - 1 };
        other.copy_within(32 * from..32 * from + 32, 32 * place);
        with(other);
    }
    with(fold[64..].to_vec());
    with([&fold[..64], &fold[..]].concat());
    with(fold[..fold.len() - 32].to_vec());
    with([&[0; 32], &fold[32..]].concat());
    with([&fold[..fold.len() - 1], &[0xff]].concat());
    with(Vec::new());
    refused(tree.with(|body| *body.at_mut(6) = Item::Array(Vec::new())));
}

/// Whatever byte of an answer or of its request is changed, of the longer parameters.
#[test]
fn whatever_byte_is_changed_of_an_answer_or_its_request_is_refused() {
    let mut faces = Faces::new(34, TemplateParameters::of_512([1; 32], 400, 500).unwrap(), vector(512, 1));
    let (card, face) = (faces.card.clone(), faces.face.clone());
    let request = faces.ask(vector(512, 1)).once(&mut faces.world.country.rng).unwrap().message.to_bytes();
    let honest = PresentationRequest::from_bytes(&request).unwrap();
    let answer = faces.world.present(&[&card, &face], &honest, None).unwrap();
    let changed = |bytes: &[u8], place: usize| {
        let mut changed = bytes.to_vec();
        changed[place] ^= 1 << (place % 8);
        changed
    };
    for place in 0..answer.len() {
        assert_eq!(faces.world.verdict(&request, &changed(&answer, place)), Verdict::Refused, "answer, {place}");
    }
    for place in 0..request.len() {
        assert_eq!(faces.world.verdict(&changed(&request, place), &answer), Verdict::Refused, "request, {place}");
    }
    assert_eq!(faces.world.verdict(&request, &answer), Verdict::Verified);
}

/// A prover that holds two answers of its device to one request: neither the device's commitment
/// nor the tail of one fits the other, nor anything else of it.
#[test]
fn parts_of_two_answers_to_one_request_do_not_mix() {
    let mut faces = fixture();
    let (card, face) = (faces.card.clone(), faces.face.clone());
    let request = faces.ask(near(128)).once(&mut faces.world.country.rng).unwrap().message;
    let bytes = request.to_bytes();
    let [one, other] = [(); 2].map(|()| faces.world.present(&[&card, &face], &request, None).unwrap());
    let (one, other) = (Tree::parse(&one), Tree::parse(&other));
    let mut refused = |mixed: Vec<u8>| assert_eq!(faces.world.verdict(&bytes, &mixed), Verdict::Refused);
    for key in [3, 4, 5, 6] {
        assert_ne!(one.body.at(key), other.body.at(key));
        refused(one.with(|body| *body.at_mut(key) = other.body.at(key).clone()));
    }
    // T_1 alone is what the device made; c with it.
    let theirs = other.body.at(4).points()[1];
    refused(one.with(|body| body.piece_mut(4, 1).copy_from_slice(&theirs)));
    let tail = other.body.at(6).at(0).bytes()[6 * POINT_LEN..].to_vec();
    refused(one.with(|body| body.at_mut(6).at_mut(0).bytes_mut()[6 * POINT_LEN..].copy_from_slice(&tail)));
    let first = other.body.at(6).at(0).bytes()[..POINT_LEN].to_vec();
    refused(one.with(|body| body.at_mut(6).at_mut(0).bytes_mut()[..POINT_LEN].copy_from_slice(&first)));
    refused(one.with(|body| {
        body.piece_mut(4, 1).copy_from_slice(&theirs);
        *body.at_mut(5) = other.body.at(5).clone();
        *body.at_mut(6) = other.body.at(6).clone();
    }));
}

/// Two digits of base 256 for each coefficient, for a platform whose digits are those.
#[test]
fn short_digits_meet_the_threshold_to_the_point() {
    for edge in [true, false] {
        for (parameters, template, probe) in both(edge) {
            let parameters = parameters.with_short_digits().unwrap();
            let mut faces = Faces::in_base(DigitBase::Of256, 35, parameters, template);
            let (card, face) = (faces.card.clone(), faces.face.clone());
            let builder = faces.ask(probe.clone());
            if edge {
                assert_eq!(faces.world.shown(&[&card, &face], builder, None).verdict, Verdict::Verified);
            } else {
                faces.world.all_fail(&[&card, &face], builder, None, &PresentError::AnotherFace);
            }
            // Other digits than the schema's are none. Check 12-61.
            let long = faces.world.add_digits(DigitBase::Of4096);
            let asked = faces.world.ask().and(face.parameters()).same("id-number", "id-number");
            let asked = asked.face(Probe::new(probe), &long).once(&mut faces.world.country.rng);
            assert_eq!(asked.unwrap_err(), RequestError::Link);
        }
    }
}

/// An answer is of its probe, and of this holder's template alone.
#[test]
fn another_probe_and_another_template_are_refused() {
    let mut faces = fixture();
    let (card, face) = (faces.card.clone(), faces.face.clone());
    let request = faces.ask(near(128)).once(&mut faces.world.country.rng).unwrap().message;
    let answer = faces.world.present(&[&card, &face], &request, None).unwrap();
    let mut moved = near(128);
    moved[5] += 1;
    let other = Faces::with_probe(&request.to_bytes(), &moved);
    assert_eq!(faces.world.verdict(&other, &answer), Verdict::Refused);
    // Somebody else's number: the two are not linked.
    let stranger = faces.of(vector(128, 3), Some("110101199001011234"));
    let refused = faces.world.present(&[&card, &stranger], &request, None).unwrap_err();
    assert!(matches!(refused, PresentError::NotLinked(_)));
    let forged = faces.world.forge(&[&card, &stranger], &request, None).unwrap();
    assert_eq!(faces.world.verdict(&request.to_bytes(), &forged), Verdict::Refused);
}

/// Check 12-65.
#[test]
fn a_template_answers_beside_the_card_that_it_was_issued_beside_alone() {
    let mut faces = fixture();
    let (card, face) = (faces.card.clone(), faces.face.clone());
    let later = faces.issue(vector(128, 3), None, Generation::FIRST.next().unwrap());
    faces.world.all_fail(&[&card, &later], faces.ask(near(128)), None, &PresentError::NotBeside);
    // Of the template no list is asked: those of the card are its own.
    let listed = |faces: &Faces| faces.ask_beside(faces.world.ask_listed(), near(128));
    assert_eq!(faces.world.shown(&[&card, &face], listed(&faces), None).verdict, Verdict::Verified);
    faces.world.country.remove(ListClass::Status);
    faces.world.country.close_epoch();
    let request = listed(&faces).once(&mut faces.world.country.rng).unwrap().message;
    let refused = faces.world.present(&[&card, &face], &request, None).unwrap_err();
    assert!(matches!(refused, PresentError::StaleWitness { .. }));
    let forged = faces.world.forge(&[&card, &face], &request, None).unwrap();
    assert_eq!(faces.world.verdict(&request.to_bytes(), &forged), Verdict::Refused);
}

/// Checks 12-60, 12-61.
#[test]
fn a_face_is_asked_once_linked_keyed_and_beside_nothing_shown() {
    let mut faces = fixture();
    let probe = || Probe::new(near(128));
    let of_card = || PresentationRequest::builder(faces.world.country.issuer.parameters(), VERIFIER, "admission");
    let of_face = || of_card().and(faces.issuer.parameters());
    let rng = &mut selfsame::hazmat::SeededRng::new([7; 32]);
    let linked = || of_face().same("id-number", "id-number");
    assert!(linked().face(probe(), &faces.digits).once(rng).is_ok());
    let refused = [
        of_face().face(probe(), &faces.digits),
        of_card().face(probe(), &faces.digits),
        of_card()
            .disclose("name")
            .and(faces.issuer.parameters())
            .same("id-number", "id-number")
            .face(probe(), &faces.digits),
    ];
    for builder in refused {
        assert_eq!(builder.once(rng).unwrap_err(), RequestError::Face);
    }
    // A second face; a template that is not asked about.
    let twice = linked().face(probe(), &faces.digits).face(probe(), &faces.digits);
    assert_eq!(twice.once(rng).unwrap_err(), RequestError::Statement);
    assert_eq!(linked().once(rng).unwrap_err(), RequestError::Statement);
    let hour = (Timestamp::from_secs(1), Timestamp::from_secs(3600));
    assert_eq!(linked().face(probe(), &faces.digits).standing(hour.0, hour.1).unwrap_err(), RequestError::Face);
    // The same of what arrives.
    let honest = linked().face(probe(), &faces.digits).once(rng).unwrap().message.to_bytes();
    let tree = Tree::parse(&honest);
    let decoded = |change: &dyn Fn(&mut Item)| PresentationRequest::from_bytes(&tree.with(change));
    assert_eq!(decoded(&|body| *body.at_mut(4) = Item::Array(Vec::new())).unwrap_err(), DecodeError::OutOfRange);
    let disclosed = decoded(&|body| *body.at_mut(3).at_mut(0).at_mut(4) = Item::Array(vec![Item::Uint(0)]));
    assert_eq!(disclosed.unwrap_err(), DecodeError::OutOfRange);
    // Of the first credential, and of both.
    let first = decoded(&|body| {
        let statement = body.at_mut(3).at_mut(1).at_mut(6).items_mut().remove(0);
        body.at_mut(3).at_mut(0).at_mut(6).items_mut().push(statement);
    });
    assert_eq!(first.unwrap_err(), DecodeError::OutOfRange);
    let both = decoded(&|body| {
        let statement = body.at(3).at(1).at(6).at(0).clone();
        body.at_mut(3).at_mut(0).at_mut(6).items_mut().push(statement);
    });
    assert_eq!(both.unwrap_err(), DecodeError::OutOfRange);
    let again = decoded(&|body| {
        let statements = body.at_mut(3).at_mut(1).at_mut(6).items_mut();
        statements.push(statements[0].clone());
    });
    assert_eq!(again.unwrap_err(), DecodeError::OutOfRange);
    // Another number of digits than the schema's is refused by the wallet and the platform.
    let fewer = decoded(&|body| *body.at_mut(3).at_mut(1).at_mut(6).at_mut(0).at_mut(2) = Item::Uint(2)).unwrap();
    let (card, face) = (faces.card.clone(), faces.face.clone());
    assert_eq!(faces.world.review(&[&card, &face], &fewer, None).unwrap_err(), PresentError::UnknownAttribute);
}

/// A template is no card: beside it no other template is asked about, of whatever issuer. Checks
/// 12-60, 12-61.
#[test]
fn two_templates_do_not_answer_together() {
    let mut faces = fixture();
    let (card, face) = (faces.card.clone(), faces.face.clone());
    let schema = Schema::card_face(faces.parameters);
    let other = Issuer::random(schema, KeyVersion(1), &mut faces.world.country.rng);
    faces.world.country.platform.add_issuer(other.parameters().clone(), other.share_key()).unwrap();
    let first = std::mem::replace(&mut faces.issuer, other);
    let second = faces.of(vector(128, 3), None);
    assert_eq!(faces.world.shown(&[&card, &second], faces.ask(near(128)), None).verdict, Verdict::Verified);
    let honest = faces.ask(near(128)).once(&mut faces.world.country.rng).unwrap().message.to_bytes();
    let of_first = PresentationRequest::builder(first.parameters(), VERIFIER, "admission");
    assert!(faces.ask_beside(of_first, near(128)).once(&mut faces.world.country.rng).is_err());
    // The first issuer's query, about nothing, in the place of the card's.
    faces.issuer = first;
    let of_first = faces.ask(near(128)).once(&mut faces.world.country.rng).unwrap().message.to_bytes();
    let mut query = Tree::parse(&of_first).body.at(3).at(1).clone();
    *query.at_mut(6) = Item::Array(Vec::new());
    let crafted = Tree::parse(&honest).with(|body| {
        *body.at_mut(3).at_mut(0) = query.clone();
        *body.at_mut(4).at_mut(0).at_mut(0) = Item::Uint(0);
    });
    let crafted = PresentationRequest::from_bytes(&crafted).unwrap();
    assert_eq!(faces.world.review(&[&face, &second], &crafted, None).unwrap_err(), PresentError::UnknownAttribute);
    assert_eq!(faces.world.forge(&[&face, &second], &crafted, None).unwrap_err(), PresentError::Unprovable);
}

/// Check 12-62.
#[test]
fn a_crafted_probe_is_refused_by_wallet_and_platform() {
    let mut faces = fixture();
    let (card, face) = (faces.card.clone(), faces.face.clone());
    let request = faces.ask(near(128)).once(&mut faces.world.country.rng).unwrap().message.to_bytes();
    let answer = {
        let honest = PresentationRequest::from_bytes(&request).unwrap();
        faces.world.present(&[&card, &face], &honest, None).unwrap()
    };
    let mut one = vec![0; 128];
    one[17] = 1;
    for (probe, error) in [
        (one, TemplateError::TooShort),
        (vec![2; 128], TemplateError::TooShort),
        (vec![4; 128], TemplateError::TooLong),
        (vec![3; 127], TemplateError::Dimension),
        (Vec::new(), TemplateError::Dimension),
    ] {
        assert_eq!(faces.ask(probe.clone()).once(&mut faces.world.country.rng).unwrap_err(), RequestError::Face);
        let crafted = Faces::with_probe(&request, &probe);
        let crafted_request = PresentationRequest::from_bytes(&crafted).unwrap();
        let refused = faces.world.review(&[&card, &face], &crafted_request, None).unwrap_err();
        assert_eq!(refused, PresentError::Probe(error));
        assert_eq!(faces.world.verdict(&crafted, &answer), Verdict::Refused);
    }
}

/// What a person reads, and that the comparison is counted before it is made.
#[test]
fn the_comparison_is_counted_and_said_in_words() {
    let mut faces = fixture();
    let (card, face) = (faces.card.clone(), faces.face.clone());
    let request = faces.ask(near(128)).once(&mut faces.world.country.rng).unwrap().message;
    faces.world.faces = Some(2);
    let consent = faces.world.review(&[&card, &face], &request, None).unwrap();
    let says = |language, text: &str| consent.sentences(language).iter().any(|sentence| sentence.contains(text));
    for text in
        ["register’s photo of you", "sees neither that photo nor how alike", "the platform sees too", "before this: 2"]
    {
        assert!(says(Language::English, text), "{text}");
    }
    for text in ["登记照片", "核验平台也会看到", "今日此前人脸比对次数：2"] {
        assert!(says(Language::Chinese, text), "{text}");
    }
    for (before, error) in [(None, PresentError::NotCounted), (Some(3), PresentError::FacesUsedUp)] {
        faces.world.faces = before;
        assert_eq!(faces.world.review(&[&card, &face], &request, None).unwrap_err(), error);
    }
}

/// A prepared answer, a decoy and a plain one are as long as each other, and only a decoy is
/// refused.
#[test]
fn a_decoy_is_as_long_as_an_answer() {
    let mut faces = fixture();
    let (card, face) = (faces.card.clone(), faces.face.clone());
    let credentials = [&*card, &*face];
    let request = faces.ask(near(128)).once(&mut faces.world.country.rng).unwrap().message;
    let plain = faces.world.present(&credentials, &request, None).unwrap();
    let heads: Vec<_> = faces.world.country.heads.iter().collect();
    let digits = [&faces.digits];
    let known = WalletContext::at(&heads).with_digits_unchecked(&digits).with_faces_unchecked(0);
    let rng = &mut selfsame::hazmat::SeededRng::new([8; 32]);
    let device = &mut faces.world.device;
    let consent = review(&request, &credentials, &known).unwrap().with_prepared(face.prepare_face(rng).unwrap());
    let prepared = present(&credentials, consent, Vec::new(), device, rng).unwrap().to_bytes();
    // Somebody else stands there.
    let mut stranger = vector(128, 3);
    stranger.reverse();
    let other = PresentationRequest::from_bytes(&Faces::with_probe(&request.to_bytes(), &stranger)).unwrap();
    assert_eq!(review(&other, &credentials, &known).unwrap_err(), PresentError::AnotherFace);
    let decoy = selfsame::presentation::decoy(&credentials, &other, &known, device, rng).unwrap().to_bytes();
    assert_eq!((prepared.len(), decoy.len()), (plain.len(), plain.len()));
    assert!(card.prepare_face(rng).is_err());
    assert_eq!(faces.world.verdict(&request.to_bytes(), &prepared), Verdict::Verified);
    assert_eq!(faces.world.verdict(&other.to_bytes(), &decoy), Verdict::Refused);
}

/// An interval of the card by the same digits, both lists, and a batch with one bad answer.
#[test]
fn faces_stand_beside_other_statements_and_in_batches() {
    let mut faces = fixture();
    let (card, face) = (faces.card.clone(), faces.face.clone());
    let ask =
        |faces: &Faces, high| faces.ask_beside(faces.world.ask_listed().between("birth-date", 1..=high), near(128));
    let outcome = faces.world.shown(&[&card, &face], ask(&faces, 60_000), None);
    assert_eq!(outcome.verdict, Verdict::Verified);
    let Value::Date(birth) = &card.values()[3] else { unreachable!("a date") };
    let below = u64::from(birth.number()) - 1;
    let request = ask(&faces, below).once(&mut faces.world.country.rng).unwrap().message;
    let forged = faces.world.forge(&[&card, &face], &request, None).unwrap();
    assert_eq!(faces.world.verdict(&request.to_bytes(), &forged), Verdict::Refused);
    let mut calls = Vec::new();
    for bad in [false, true, false] {
        let request = ask(&faces, 60_000).once(&mut faces.world.country.rng).unwrap().message;
        let mut answer = faces.world.present(&[&card, &face], &request, None).unwrap();
        if bad {
            let last = answer.len() - 40;
            answer[last] ^= 1;
        }
        calls.push(testkit::rogue::call(&request.to_bytes(), &answer));
    }
    let now = faces.world.country.now;
    let answers = faces.world.country.platform.answer_batch(&calls, now).unwrap();
    let verdicts: Vec<Verdict> = answers.iter().map(|answer| answer.unverified_verdict()).collect();
    assert_eq!(verdicts, [Verdict::Verified, Verdict::Refused, Verdict::Verified]);
}

/// What docs/performance.md says, the second credential included.
#[test]
fn an_answer_about_a_face_adds_so_many_bytes() {
    let text = include_str!("../../docs/performance.md");
    let parameters = [
        (TemplateParameters::of_512([1; 32], 500, 500).unwrap(), vector(512, 1)),
        (TemplateParameters::of_128([1; 32], 500, 500).unwrap(), vector(128, 3)),
    ];
    for (parameters, template) in parameters {
        let mut faces = Faces::new(33, parameters, template.clone());
        let (card, face) = (faces.card.clone(), faces.face.clone());
        let plain = faces.world.ask().once(&mut faces.world.country.rng).unwrap().message;
        let plain = faces.world.present(&[&card], &plain, None).unwrap().len();
        let request = faces.ask(template).once(&mut faces.world.country.rng).unwrap().message;
        let answer = faces.world.present(&[&card, &face], &request, None).unwrap().len();
        let of_suite = if SUITE == 1 { "" } else { ", suite 2" };
        let row = format!("| a face, {} entries{of_suite} | {} |", parameters.dimension(), answer - plain);
        assert!(text.contains(&row), "{row}");
    }
}

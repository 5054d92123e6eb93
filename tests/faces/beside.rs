//! What a question about a face stands beside (spec 12 §12.5), and what it does not.

use selfsame::template::{Probe, TemplateParameters};
use testkit::faces::{Faces, vector};
use testkit::prelude::*;
use testkit::world::{CONDITION, VERIFIER};

fn fixture(seed: u8) -> Faces {
    Faces::new(seed, TemplateParameters::of_128([1; 32], 500, 1000).unwrap(), vector(128, 3))
}

/// What is asked of the card, with a face after it.
fn beside(faces: &Faces, card: RequestBuilder) -> RequestBuilder {
    faces.ask_beside(card, vector(128, 3))
}

fn birth(faces: &Faces) -> u64 {
    let Value::Date(birth) = &faces.card.values()[3] else { unreachable!("a date") };
    u64::from(birth.number())
}

fn number(faces: &Faces, place: usize) -> u32 {
    let Value::Code(code) = &faces.card.values()[place] else { unreachable!("a code") };
    *code
}

/// Lists, intervals in digits and in range proofs, sets, factors, inequalities, and a check of the
/// device's user: all at once, and each of them false.
#[test]
fn everything_that_may_stand_beside_a_face_does_so_at_once() {
    let mut faces = fixture(50);
    let (card, face) = (faces.card.clone(), faces.face.clone());
    let ethnicity = number(&faces, 2);
    let some = faces.world.add_set(vec![ethnicity, ethnicity + 1, ethnicity + 2]);
    let others = faces.world.add_set(vec![ethnicity + 1, ethnicity + 2]);
    let chip = faces.world.add_set(AssuranceFactors::CHIP_READ.supersets());
    let (day, region) = (birth(&faces), u64::from(number(&faces, 6)));
    let ask = |faces: &Faces, set: &VerifiedCodeSet, latest: u64, name: &str, least: u64| {
        let card = faces
            .world
            .ask_listed()
            .between("birth-date", 1..=latest)
            .between("valid-until", 1..=65_534)
            .between("region", least..=region + 1_000)
            .pseudonym_since(Days::from_number(65_000))
            .one_of("ethnicity", set)
            .enrolled_with(&chip)
            .differs("name", Value::Text(name.into()));
        beside(faces, card)
    };
    let honest = ask(&faces, &some, day, "somebody else", region);
    let honest = honest.unlocked_by(LocalChecks::only(LocalCheck::Passcode).or(LocalCheck::Fingerprint));
    assert_eq!(faces.world.shown(&[&card, &face], honest, None).verdict, Verdict::Verified);
    let Value::Text(own) = &card.values()[0] else { unreachable!("a text") };
    let lies = [
        (ask(&faces, &others, day, "x", region), PresentError::NotInSet(Subject::Attribute(index(&card, "ethnicity")))),
        (
            ask(&faces, &some, day - 1, "x", region),
            PresentError::NotBetween(Subject::Attribute(index(&card, "birth-date"))),
        ),
        (ask(&faces, &some, day, own, region), PresentError::Equal(index(&card, "name"))),
        (
            ask(&faces, &some, day, "x", region + 1),
            PresentError::NotBetween(Subject::Attribute(index(&card, "region"))),
        ),
    ];
    for (builder, error) in lies {
        faces.world.all_fail(&[&card, &face], builder, None, &error);
    }
}

fn index(card: &Credential, name: &str) -> selfsame::schema::AttributeIndex {
    card.parameters().schema().index_of(name).unwrap()
}

/// Check 12-66.
#[test]
fn nothing_is_asked_beside_a_face_that_names_its_holder_now_or_later() {
    let mut faces = fixture(51);
    let day = birth(&faces);
    let key = faces.world.auditors_key();
    let hour = NOW..=NOW.checked_add(3_600).unwrap();
    let listed = || faces.world.ask_listed();
    let refused = [
        listed().pseudonym(Scope::new("account")),
        listed().limit(Scope::new("visits"), 3, hour),
        listed().escrow(key, CONDITION),
        listed().between("birth-date", day..=day),
        // Two days, of which one is not it.
        listed()
            .between("birth-date", day..=day + 1)
            .differs("birth-date", Value::Date(Days::from_number(1)))
            .differs("birth-date", Value::Date(Days::from_number(u16::try_from(day + 1).unwrap()))),
    ];
    let rng = &mut SeededRng::new([7; 32]);
    let honest = beside(&faces, listed()).once(rng).unwrap().message.to_bytes();
    for builder in refused {
        // Alone it is a request; with a face its maker and its reader refuse it.
        let alone = builder.clone().once(rng).unwrap().message.to_bytes();
        assert_eq!(beside(&faces, builder).once(rng).unwrap_err(), RequestError::Face);
        let statements = Tree::parse(&alone).body.at(3).at(0).at(6).clone();
        let both = Tree::parse(&honest).with(|body| *body.at_mut(3).at_mut(0).at_mut(6) = statements.clone());
        assert_eq!(PresentationRequest::from_bytes(&both).unwrap_err(), DecodeError::OutOfRange);
        // The same statements are read where there is no face.
        let without = Tree::parse(&alone).with(|body| *body.at_mut(3).at_mut(0).at_mut(6) = statements);
        PresentationRequest::from_bytes(&without).unwrap();
    }
    // Of the second credential, too.
    let second = PresentationRequest::builder(faces.world.country.issuer.parameters(), VERIFIER, "admission");
    let second = beside(&faces, second).between("id-number", 1..=1);
    assert!(second.once(&mut faces.world.country.rng).is_err());
}

/// Check 12-67.
#[test]
fn what_leaves_one_value_is_no_less_a_disclosure() {
    let mut faces = fixture(52);
    let (card, face) = (faces.card.clone(), faces.face.clone());
    let (sex, ethnicity) = (number(&faces, 1), number(&faces, 2));
    let one = faces.world.add_set(vec![ethnicity]);
    let two = faces.world.add_set(vec![ethnicity, ethnicity + 1]);
    let rng = &mut SeededRng::new([8; 32]);
    let listed = || faces.world.ask_listed();
    let refused = [
        listed().one_of("ethnicity", &one),
        // With the codes that there are: one sex, the last day.
        listed().differs("sex", Value::Code(3 - sex)),
        listed().at_least("valid-until", 65_535),
        // In this set and not the other of its two codes.
        listed().one_of("ethnicity", &two).differs("ethnicity", Value::Code(ethnicity + 1)),
    ];
    for builder in refused {
        assert!(builder.clone().once(rng).is_ok());
        assert_eq!(beside(&faces, builder).once(rng).unwrap_err(), RequestError::Face);
    }
    // Of a desk that writes its own requests: the set of two becomes the set of one.
    let honest = beside(&faces, listed().one_of("ethnicity", &two)).once(rng).unwrap().message;
    assert!(faces.world.review(&[&card, &face], &honest, None).is_ok());
    let digest = Item::Bytes(one.digest().to_bytes().to_vec());
    let crafted =
        Tree::parse(&honest.to_bytes()).with(|body| *body.at_mut(3).at_mut(0).at_mut(6).at_mut(0).at_mut(2) = digest);
    let crafted = PresentationRequest::from_bytes(&crafted).unwrap();
    assert_eq!(faces.world.review(&[&card, &face], &crafted, None).unwrap_err(), PresentError::ToldBesideFace);
    // What prover and platform build is refused, whatever a wallet ignores.
    assert_eq!(faces.world.forge(&[&card, &face], &crafted, None).unwrap_err(), PresentError::Unprovable);
    let answer = faces.world.present(&[&card, &face], &honest, None).unwrap();
    assert_eq!(faces.world.verdict(&crafted.to_bytes(), &answer), Verdict::Refused);
    assert_eq!(faces.world.verdict(&honest.to_bytes(), &answer), Verdict::Verified);
}

/// Check 12-68.
#[test]
fn a_template_is_linked_by_what_one_person_alone_has() {
    let mut faces = fixture(53);
    let (card, face) = (faces.card.clone(), faces.face.clone());
    let rng = &mut SeededRng::new([9; 32]);
    let of_card = || PresentationRequest::builder(card.parameters(), VERIFIER, "admission");
    let linked = |first: &str| of_card().and(face.parameters()).same(first, "id-number");
    let ask = |builder: RequestBuilder| builder.face(Probe::new(vector(128, 3)), &faces.digits);
    assert_eq!(ask(linked("name")).once(rng).unwrap_err(), RequestError::Link);
    assert_eq!(ask(linked("address")).once(rng).unwrap_err(), RequestError::Link);
    let honest = ask(linked("id-number")).once(rng).unwrap().message;
    let name = u64::from(index(&card, "name").number());
    let crafted = Tree::parse(&honest.to_bytes()).with(|body| *body.at_mut(4).at_mut(0).at_mut(0) = Item::Uint(name));
    let crafted = PresentationRequest::from_bytes(&crafted).unwrap();
    assert_eq!(faces.world.review(&[&card, &face], &crafted, None).unwrap_err(), PresentError::UnknownAttribute);
    assert_eq!(faces.world.forge(&[&card, &face], &crafted, None).unwrap_err(), PresentError::Unprovable);
}

/// A face's digits are there before any interval's, and count as work.
#[test]
fn a_face_has_its_digits_before_intervals_have_theirs() {
    let parameters = TemplateParameters::of_512([1; 32], 400, 500).unwrap();
    let mut faces = Faces::new(54, parameters, vector(512, 1));
    let (card, face) = (faces.card.clone(), faces.face.clone());
    // Seven digits of the face leave 25, and each of these takes two bounds of up to three.
    let card_asked = |faces: &Faces| {
        let region = u64::from(number(faces, 6));
        let day = birth(faces);
        faces
            .world
            .ask_listed()
            .between("sex", 1..=2)
            .between("birth-date", day - 9..=day + 9_000)
            .between("valid-until", 1..=65_534)
            .between("ethnicity", 1..=1_000_000)
            .between("region", region - 100..=1 << 26)
            .pseudonym_since(Days::from_number(65_000))
    };
    let asked = faces.ask_beside(card_asked(&faces), vector(512, 1));
    let message = asked.clone().once(&mut faces.world.country.rng).unwrap().message;
    assert_eq!(faces.world.shown(&[&card, &face], asked, None).verdict, Verdict::Verified);
    // A face is as much work as 128 bits, and a statement.
    let without = card_asked(&faces).in_digits(&faces.digits).once(&mut faces.world.country.rng).unwrap().message;
    assert_eq!(message.effort().statements, without.effort().statements + 1);
    assert!(message.effort().range_bits >= without.effort().range_bits + 128);
    let plain = faces.ask(vector(512, 1)).within(Effort { statements: 1, range_bits: 127 });
    assert_eq!(plain.once(&mut faces.world.country.rng).unwrap_err(), RequestError::Effort);
    let plain = faces.ask(vector(512, 1)).within(Effort { statements: 1, range_bits: 128 });
    let plain = plain.once(&mut faces.world.country.rng).unwrap().message;
    let answer = faces.world.present(&[&card, &face], &plain, None).unwrap();
    for (range_bits, verdict) in [(127, Verdict::Refused), (128, Verdict::Verified)] {
        faces.world.country.platform.allow(Effort { statements: 1, range_bits });
        assert_eq!(faces.world.verdict(&plain.to_bytes(), &answer), verdict);
    }
}

//! What a request with digits is, and what is none.

use testkit::prelude::*;
use testkit::world::World;

fn bytes(builder: RequestBuilder, world: &mut World) -> Vec<u8> {
    builder.once(&mut world.country.rng).unwrap().message.to_bytes()
}

/// How a statement of a request is shown: the last item of its array.
fn methods(request: &[u8]) -> Vec<u64> {
    let body = Tree::parse(request).body;
    let questions = body.at(3).items().iter().flat_map(|question| question.at(6).items());
    questions.map(|statement| statement.items().last().unwrap().uint()).collect()
}

/// The same of a request that a suite without range proofs may not have.
fn shown(builder: RequestBuilder, world: &mut World) -> Result<Vec<u64>, RequestError> {
    builder.once(&mut world.country.rng).map(|asked| methods(&asked.message.to_bytes()))
}

/// Check 12-45.
#[test]
fn only_well_formed_digits_are_read() {
    let mut world = World::new(230);
    let digits = world.add_digits(DigitBase::Of256);
    let ask = world.ask_listed().at_most("birth-date", 60_000);
    let shown = ask.limit(Scope::new("visits"), 3, later(0)..=later(9)).in_digits(&digits);
    let shown = Tree::parse(&bytes(shown, &mut world));
    let read = |request: Vec<u8>| PresentationRequest::from_bytes(&request).map(drop);
    assert_eq!(read(shown.to_bytes()), Ok(()));
    let out = Err(DecodeError::OutOfRange);
    for base in [0, 7, 9, 11, 13, 16] {
        assert_eq!(read(shown.with(|body| *body.at_mut(6).at_mut(1) = Item::Uint(base))), out, "{base}");
    }
    let statement = |body: &mut Item, index: usize, method| {
        let statement = body.at_mut(3).at_mut(0).at_mut(6).at_mut(index);
        *statement.items_mut().last_mut().unwrap() = Item::Uint(method);
    };
    for (index, methods) in [(0, [4, 5, 255]), (1, [2, 3, 4])] {
        for method in methods {
            assert_eq!(read(shown.with(|body| statement(body, index, method))), out, "{index} {method}");
        }
    }
    // Named and not used; used and not named; named with one item, or three.
    let unused = |body: &mut Item| [0, 1].into_iter().for_each(|index| statement(body, index, 0));
    assert_eq!(read(shown.with(unused)), out);
    assert_eq!(read(shown.with(|body| *body.at_mut(6) = Item::Array(Vec::new()))), out);
    let plain = Tree::parse(&shown.with(|body| {
        unused(body);
        *body.at_mut(6) = Item::Array(Vec::new());
    }));
    assert_eq!(read(plain.to_bytes()), if SUITE == 1 { Ok(()) } else { Err(DecodeError::RangeProof) });
    assert_eq!(read(plain.with(|body| statement(body, 0, 1))), out);
    for count in [1, 3] {
        let items = vec![Item::Bytes(vec![7; 32]); count];
        assert!(read(shown.with(|body| *body.at_mut(6) = Item::Array(items))).is_err());
    }
}

/// Check 12-45.
#[test]
fn there_are_32_digits_at_most() {
    let mut world = World::new(231);
    let digits = world.add_digits(DigitBase::Of256);
    let transport = world.transport.parameters().clone();
    // Two, two, two, two, eight, eight: 24; another sixteen are too many.
    let ask = world.ask_listed().between("birth-date", 1..=60_000).between("valid-until", 1..=65_000);
    let ask = ask.and(&transport).between("points", 1..=1 << 60).in_digits(&digits);
    let request = Tree::parse(&bytes(ask.clone(), &mut world));
    assert_eq!(methods(&request.to_bytes()), [3, 3, 3]);
    let more = Tree::parse(&bytes(ask.between("class", 1..=u64::from(u32::MAX) - 1), &mut world));
    assert_eq!(methods(&more.to_bytes()), [3, 3, 3, 3]);
    let wider = |body: &mut Item| {
        let question = body.at_mut(3).at_mut(0);
        let statement = question.at_mut(6).at_mut(0);
        *statement.at_mut(3) = Item::Uint(1 << 33);
    };
    let wide = PresentationRequest::from_bytes(&more.with(wider));
    assert_eq!(wide.map(drop), Err(DecodeError::OutOfRange));
    // A builder takes range proofs for what is beyond, where there are any.
    let beyond = world.ask_listed().between("birth-date", 1..=60_000).between("region", 1..=1 << 30);
    let beyond = beyond.between("ethnicity", 1..=1 << 30).between("sex", 0..=2).pseudonym_since(world.today().day());
    let beyond = beyond.and(&transport).between("class", 1..=1 << 30).between("points", 1..=1 << 60);
    let expected = if SUITE == 1 { Ok(vec![2, 3, 3, 3, 2, 3, 0]) } else { Err(RequestError::RangeProof) };
    assert_eq!(shown(beyond.in_digits(&digits), &mut world), expected);
}

/// Check 12-46.
#[test]
fn a_schema_says_which_bounds_are_proven() {
    let mut world = World::new(232);
    let (digits, card) = (world.add_digits(DigitBase::Of256), world.card.clone());
    for (ask, own) in [
        (world.ask().at_most("birth-date", 60_000), 2),
        (world.ask().at_least("birth-date", 1), 1),
        (world.ask().between("birth-date", 1..=60_000), 3),
        // The largest date is no bound of a code.
        (world.ask().between("region", 0..=65_535_000), 2),
        (world.ask().between("region", 1..=0xffff_ffff), 1),
    ] {
        let request = Tree::parse(&bytes(ask.in_digits(&digits), &mut world));
        assert_eq!(methods(&request.to_bytes()), [own]);
        for method in 1..=3 {
            let other = request.with(|body| {
                *body.at_mut(3).at_mut(0).at_mut(6).at_mut(0).items_mut().last_mut().unwrap() = Item::Uint(method);
            });
            let other = PresentationRequest::from_bytes(&other).unwrap();
            let answer = world.review(&[&card], &other, None).map(drop);
            assert_eq!(answer, if method == own { Ok(()) } else { Err(PresentError::UnknownAttribute) });
        }
    }
}

/// Who has no key of the digits gets range proofs, of a suite that has them.
#[test]
fn the_verifier_decides_between_digits_and_range_proofs() {
    let mut world = World::new(233);
    let digits = world.add_digits(DigitBase::Of256);
    let ask = world.ask().at_most("birth-date", 60_000).in_digits(&digits);
    let ticketed = ask.clone().verified_by(|_| Mode::Ticket(TicketNumber::FIRST));
    let expected = if SUITE == 1 { Ok(vec![0]) } else { Err(RequestError::RangeProof) };
    assert_eq!(shown(ticketed, &mut world), expected);
    let keyed = ask.clone().verified_by(|key| match key {
        RequestKey::Digits(named) => {
            assert_eq!(named, digits.digest());
            Mode::Keyed
        }
        _ => Mode::Ticket(TicketNumber::FIRST),
    });
    let keyed = keyed.once(&mut world.country.rng).unwrap().message;
    assert!(keyed.needs_platform());
    assert_eq!(methods(&keyed.to_bytes()), [2]);
    // Without an interval nothing is named.
    let none = bytes(world.ask().in_digits(&digits), &mut world);
    assert!(Tree::parse(&none).body.at(6).items().is_empty());
    assert_eq!(ask.once(&mut world.country.rng).unwrap().message.effort().range_bits, 0);
}

/// Check 12-50.
#[test]
fn a_holder_proves_with_the_digits_that_are_named_and_no_others() {
    let mut world = World::new(234);
    let (digits, card) = (world.add_digits(DigitBase::Of256), world.card.clone());
    let asked = world.ask().at_most("birth-date", 60_000).in_digits(&digits).once(&mut world.country.rng).unwrap();
    let known = std::mem::take(&mut world.digits);
    let other = world.add_digits(DigitBase::Of256);
    let unknown = PresentError::UnknownSet(digits.digest());
    assert_eq!(world.review(&[&card], &asked.message, None).map(drop), Err(unknown.clone()));
    world.digits = vec![other, known[0].clone()];
    let shown = world.present(&[&card], &asked.message, None).unwrap();
    // The same digits, said to be in another base.
    let request = Tree::parse(&asked.message.to_bytes());
    let based = PresentationRequest::from_bytes(&request.with(|body| *body.at_mut(6).at_mut(1) = Item::Uint(12)));
    assert_eq!(world.review(&[&card], &based.unwrap(), None).map(drop), Err(unknown));
    // A platform refuses an answer for digits that it does not have, or has under another name.
    let renamed = request.with(|body| body.at_mut(6).at_mut(0).bytes_mut()[0] ^= 1);
    assert_eq!(world.verdict(&renamed, &shown), Verdict::Refused);
    assert_eq!(world.verdict(&request.to_bytes(), &shown), Verdict::Verified);
}

/// Under one key a code of a set would pass for a digit.
#[test]
fn digits_and_sets_do_not_share_a_key() {
    let mut world = World::new(235);
    let set = CodeSetKey::random(vec![1, 2], &mut world.country.rng).unwrap();
    let stored = Tree::parse(&set.to_bytes());
    let same = Tree { envelope: [SUITE, 1, 49], body: Item::Map(vec![stored.body.at(1).clone(), Item::Uint(8)]) };
    let [first, second] = [0, 1].map(|_| DigitSetKey::from_bytes(&same.to_bytes()).unwrap());
    world.country.platform.add_set(set).unwrap();
    assert_eq!(world.country.platform.add_digits(first).unwrap_err(), PlatformError::Set);
    let other = World::new(236);
    other.country.platform.add_digits(second).unwrap();
    let set = CodeSetKey::from_bytes(&stored.to_bytes()).unwrap();
    assert_eq!(other.country.platform.add_set(set).unwrap_err(), PlatformError::Set);
}

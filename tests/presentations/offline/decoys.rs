//! Decoys are refused, and have the length of what is not.

use std::collections::HashSet;
use std::rc::Rc;

use selfsame::hazmat::check_without_keys;
use selfsame::presentation::decoy;

use testkit::prelude::*;
use testkit::town::{Town, ticket};
use testkit::world::CONDITION;

/// Requests of every kind, of one credential and of two.
fn requests(town: &mut Town) -> Vec<RequestBuilder> {
    let region = town.add_set(&[110_105, 110_108, 440_115]);
    let factors = {
        let codes = AssuranceFactors::CHIP_READ.supersets();
        town.add_set(&codes)
    };
    let class = town.add_set(&[7, 8]);
    let world = &town.world;
    let hotel = || world.usually(world.country.hotel());
    let heads = &world.country.heads;
    let transport = world.transport.parameters();
    let all = hotel()
        .between("birth-date", 1..=60_000)
        .between("region", 100_000..=700_000)
        .one_of("region", &region)
        .enrolled_with(&factors)
        .differs("region", Value::Code(500_000))
        .differs("name", Value::Text("王小明".into()))
        .pseudonym_since(world.today().day())
        .pseudonym(Scope::new("account"))
        .limit(Scope::new("visits"), 5, NOW..=NOW)
        .escrow(world.auditors_key(), CONDITION);
    let two = hotel().and(transport).same("id-number", "holder").same("name", "name");
    let two_of_all = all
        .clone()
        .and(transport)
        .present_on(&heads[0])
        .present_on(&heads[1])
        .same("name", "name")
        .one_of("class", &class);
    let two_of_all = two_of_all.at_least("points", 3).differs("points", Value::Number(3));
    vec![
        world.ask(),
        hotel(),
        hotel().at_most("birth-date", 60_000),
        hotel().between("region", 440_115..=440_115),
        hotel().one_of("region", &region),
        hotel().enrolled_with(&factors),
        hotel().differs("region", Value::Code(1)).differs("region", Value::Code(2)),
        hotel().pseudonym(Scope::new("a")),
        hotel().limit(Scope::new("a"), 1, NOW..=NOW),
        hotel().limit(Scope::new("a"), 300, NOW..=NOW),
        hotel().escrow(world.auditors_key(), CONDITION),
        all,
        two,
        two_of_all,
    ]
}

fn modes() -> [fn(RequestKey<'_>) -> Mode; 3] {
    [
        |_| Mode::Keyed,
        // Tickets are of no digits.
        |key| if matches!(key, RequestKey::Digits(_)) { Mode::Keyed } else { ticket(0) },
        |key| match key {
            RequestKey::Issuer(_) => ticket(1),
            RequestKey::List(_) => ticket(0),
            RequestKey::Set(_) | RequestKey::Digits(_) => Mode::Keyed,
        },
    ]
}

/// None where the numbers of tickets would have a gap, as without lists.
fn numbered(builder: RequestBuilder, of: fn(RequestKey<'_>) -> Mode) -> Option<RequestBuilder> {
    let builder = builder.verified_by(of);
    builder.clone().once(&mut rand_core::OsRng).is_ok().then_some(builder)
}

#[track_caller]
fn looks_alike(town: &mut Town, credentials: &[&Credential], builder: RequestBuilder) {
    let asked = town.once(builder);
    let real = town.answer(credentials, &asked.message);
    assert_eq!(town.at_platform(&asked.message, &real), Verdict::Verified);
    let decoys = [(); 2].map(|()| town.decoy(credentials, &asked.message));
    for decoy in &decoys {
        assert_eq!(decoy.len(), real.len());
        assert!(Presentation::from_bytes(decoy).is_ok());
        assert_eq!(town.at_platform(&asked.message, decoy), Verdict::Refused);
        // Shards and numbers of everything are those of the answer.
        let [one, other] = [decoy, &real].map(|bytes| Tree::parse(bytes).body);
        assert_eq!(one.at(1), other.at(1));
        for key in 2..=7 {
            assert_eq!(one.at(key).encode().len(), other.at(key).encode().len());
        }
    }
    let runs = |bytes: &[u8]| bytes.windows(16).map(<[u8]>::to_vec).collect::<HashSet<_>>();
    assert!(runs(&decoys[0]).is_disjoint(&runs(&decoys[1])));
    assert!(runs(&decoys[0]).is_disjoint(&runs(&real)));
    assert_eq!(town.at_desk(asked, &decoys[0]), Verdict::Refused);
}

#[test]
fn a_decoy_is_an_answer_in_form_alone() {
    let mut town = Town::new(50);
    let [card, licence] = [&town.world.card, &town.world.licence].map(Rc::clone);
    let mut tried = 0;
    for builder in requests(&mut town) {
        for of in modes() {
            let Some(builder) = numbered(builder.clone(), of) else { continue };
            let both = [&*card, &*licence];
            let of = town.once(builder.clone()).message.credentials().len();
            looks_alike(&mut town, &both[..of], builder);
            tried += 1;
        }
    }
    // One ticket covers nine keys of the last one no more.
    assert_eq!(tried, 14 * 3 - 2);
}

/// Check 06-26.
#[test]
fn what_is_shown_has_no_decoy() {
    let mut town = Town::new(51);
    let card = town.world.card.clone();
    let builder = town.world.country.hotel().disclose("name");
    let request = town.once(builder).message;
    let (rng, known) = (&mut rand_core::OsRng, WalletContext::default());
    assert_eq!(decoy(&[&card], &request, &known, &mut town.world.device, rng).unwrap_err(), PresentError::Discloses);
    let request = town.world.country.hotel().once(rng).unwrap().message;
    assert_eq!(decoy(&[], &request, &known, &mut town.world.device, rng).unwrap_err(), PresentError::CredentialCount);
    assert_eq!(
        decoy(&[&card, &card], &request, &known, &mut town.world.device, rng).unwrap_err(),
        PresentError::CredentialCount
    );
}

/// Whoever has no key checks all that it can, as an auditor does, and every part of a decoy holds:
/// as of an answer, and as of a proof with a MAC that no issuer made.
#[test]
fn a_decoy_fails_by_keys_alone() {
    let mut town = Town::new(54);
    let [card, licence] = [&town.world.card, &town.world.licence].map(Rc::clone);
    let mut tried = 0;
    for builder in requests(&mut town) {
        let request = town.once(builder).message;
        let both = [&*card, &*licence];
        let credentials = &both[..request.credentials().len()];
        let answer = town.answer(credentials, &request);
        let decoy = town.decoy(credentials, &request);
        for presentation in [&answer, &decoy] {
            assert_eq!(holds_in_public(&town, &request, presentation), Ok(()));
        }
        // A response that was changed, of the blind of D', is seen by everybody.
        let changed = Tree::parse(&decoy).with(|body| body.at_mut(5).bytes_mut()[64] ^= 1);
        assert_eq!(holds_in_public(&town, &request, &changed), Err(EvidenceError::Proof));
        assert_eq!(town.at_platform(&request, &decoy), Verdict::Refused);
        tried += 1;
    }
    assert_eq!(tried, 14);
    // Of factors and of a day that the holder does not have, and of one value of many.
    let none = town.add_set(&[0]);
    let (before, code) = (Days::from_number(town.world.today().day().number() - 400), Value::Code(440_115));
    let hotel = || town.world.usually(town.world.country.hotel());
    for builder in [hotel().enrolled_with(&none), hotel().pseudonym_since(before), hotel().differs("region", code)] {
        let request = town.once(builder).message;
        let decoy = town.decoy(&[&card], &request);
        assert_eq!(holds_in_public(&town, &request, &decoy), Ok(()));
        assert_eq!(town.at_platform(&request, &decoy), Verdict::Refused);
    }
}

/// What is said need not be true of the holder, however little of it is left.
#[test]
fn a_decoy_has_values_of_which_everything_is_true() {
    let mut town = Town::new(55);
    let [card, licence] = [&town.world.card, &town.world.licence].map(Rc::clone);
    let (none, sexes) = (town.add_set(&[7, 110_105]), town.add_set(&[1, 2]));
    let hotel = || town.world.usually(town.world.country.hotel());
    // 32 numbers that the one value of both is not.
    let not = |asked: RequestBuilder, name: &str, codes: std::ops::Range<u32>| {
        codes.fold(asked, |asked, code| asked.differs(name, Value::Code(code)))
    };
    let excluded = not(hotel(), "region", 0..16).and(town.world.transport.parameters()).same("region", "class");
    for builder in [
        hotel().between("birth-date", 1..=100),
        // Each set is that of its own attribute.
        hotel().one_of("sex", &sexes).one_of("region", &none),
        hotel().one_of("region", &none).one_of("sex", &sexes),
        not(excluded, "class", 16..32).within(Effort::ANY),
        hotel().and(town.world.transport.parameters()).same("address", "holder"),
    ] {
        let request = town.once(builder).message;
        let both = [&*card, &*licence];
        let decoy = town.decoy(&both[..request.credentials().len()], &request);
        assert_eq!(holds_in_public(&town, &request, &decoy), Ok(()));
    }
}

fn holds_in_public(town: &Town, request: &PresentationRequest, answer: &[u8]) -> Result<(), EvidenceError> {
    let call = VerificationCall::from_bytes(&testkit::rogue::call(&request.to_bytes(), answer)).unwrap();
    let (country, world) = (&town.world.country, &town.world);
    let issuers =
        [country.issuer.parameters().clone(), world.transport.parameters().clone(), world.samples.parameters().clone()];
    let (sets, digits): (Vec<_>, _) = (world.sets.iter().collect(), world.known_digits());
    let digits: Vec<_> = digits.iter().collect();
    let context = EvidenceContext {
        platforms: &[country.platform.public_key()],
        issuers: &issuers,
        heads: &[&country.heads[0], &country.heads[1]],
        sets: &sets,
        digits: &digits,
        condition: CONDITION,
    };
    check_without_keys(&call, &context)
}

/// What a desk sees of a decoy is what it sees of an old answer.
#[test]
fn the_verdict_of_a_decoy_is_that_of_a_stale_answer() {
    let mut town = Town::new(52);
    let card = town.world.card.clone();
    let country = &town.world.country;
    for builder in [country.hotel(), country.hotel().verified_by(|_| ticket(0))] {
        let asked = town.once(builder);
        let stale = town.answer(&[&card], &asked.message);
        let decoy = town.decoy(&[&card], &asked.message);
        let country = &mut town.world.country;
        let later = country.now.checked_add(86_401).unwrap();
        let verdict = |bytes: &[u8]| {
            let call = testkit::rogue::call(&asked.message.to_bytes(), bytes);
            let message = country.platform.answer(&call, later).unwrap().to_bytes();
            assert_eq!(VerdictMessage::from_bytes(&message).unwrap().unverified_time(), later);
            // Without the digest of the call and the signature.
            Tree::parse(&message).with(|body| {
                body.at_mut(1).bytes_mut().fill(0);
                body.at_mut(4).bytes_mut().fill(0);
            })
        };
        assert_eq!(verdict(&stale), verdict(&decoy));
        assert_eq!(verdict(&stale), verdict(b"nonsense"));
    }
}

/// A holder that is on no list any more answers as everybody does.
#[test]
fn who_was_removed_has_a_decoy() {
    let mut town = Town::new(53);
    let card = town.world.card.clone();
    let closed = {
        let country = &mut town.world.country;
        let handle = country.handle_key.status(&country.card, Generation::FIRST);
        country.status.remove(&handle).unwrap();
        country.close_epoch()
    };
    let _ = closed;
    let builder = town.world.country.hotel().verified_by(|_| ticket(0));
    let request = town.once(builder).message;
    assert!(town.present(&[&card], &request, Vec::new()).is_err());
    let decoy = town.decoy(&[&card], &request);
    assert_eq!(town.at_platform(&request, &decoy), Verdict::Refused);
    assert_eq!(Tree::parse(&decoy).body.at(1).at(0).uint(), u64::from(card.shard().number()));
}

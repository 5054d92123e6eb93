//! Limits: as many shows as are allowed, each once.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use selfsame::hazmat::pseudonym_secret;
use testkit::curve::Scalar;

use crate::statements::between::each_manner;
use testkit::earlier;
use testkit::prelude::*;
use testkit::reference::{encode, hash_to_point, scalar, uint};
use testkit::rogue::call;
use testkit::world::{VERIFIER, World};

fn period() -> RangeInclusive<Timestamp> {
    earlier(60)..=later(3600)
}

fn limit(world: &World, shows: u32) -> RequestBuilder {
    world.ask_listed().limit(Scope::new("visits"), shows, period())
}

fn tag(presentation: &[u8]) -> [u8; POINT_LEN] {
    Tree::parse(presentation).body.at(3).run()[4]
}

/// `(n + i)⁻¹·S_L`, a second time.
fn expected(card: &Credential, shows: u32, index: u32) -> [u8; POINT_LEN] {
    let [from, until] = [period().start().as_secs(), period().end().as_secs()].map(uint);
    let parts: [&[u8]; 5] = [VERIFIER.as_bytes(), b"visits", &uint(shows.into()), &from, &until];
    let n = scalar(&pseudonym_secret(card));
    encode(&((n + Scalar::from(index)).invert() * hash_to_point("limit-scope", &parts)))
}

/// Checks 06-21, 12-38.
#[test]
fn the_first_and_the_last_show_are_verified_and_the_next_is_not() {
    for (mut world, shown) in each_manner(187) {
        let card = world.card.clone();
        for shows in [1, 2, 3, 255, 256, 257, 4095, 4096, 4097, 0xffff, 0x1_0000, 0x1_0001, u32::MAX] {
            for index in BTreeSet::from([0, shows / 2, shows - 1]) {
                let asked = shown(limit(&world, shows)).once(&mut world.country.rng).unwrap();
                let presentation = world.present(&[&card], &asked.message, Some(index)).unwrap();
                assert_eq!(tag(&presentation), expected(&card, shows, index));
                assert_eq!(world.outcome(asked.state, &presentation).verdict, Verdict::Verified, "{index} of {shows}");
            }
            for index in [Some(shows), shows.checked_add(1), Some(u32::MAX)].into_iter().flatten() {
                let ask = shown(limit(&world, shows));
                world.all_fail(&[&card], ask, Some(index), &PresentError::LimitReached);
            }
        }
    }
}

/// Checks 06-21, 12-38.
#[test]
fn who_did_not_count_does_not_show() {
    let mut world = World::new(191);
    let card = world.card.clone();
    let asked = limit(&world, 3).once(&mut world.country.rng).unwrap();
    assert_eq!(world.present(&[&card], &asked.message, None).unwrap_err(), PresentError::NotCounted);
    assert_eq!(world.forge(&[&card], &asked.message, None).unwrap_err(), PresentError::NotCounted);
}

/// Check 12-37.
#[test]
fn a_show_is_taken_once_and_the_same_call_gets_the_same_answer() {
    let mut world = World::new(192);
    let card = world.card.clone();
    let mut calls = Vec::new();
    for index in [0, 0, 1, 2, 1] {
        let asked = limit(&world, 3).once(&mut world.country.rng).unwrap();
        let presentation = world.present(&[&card], &asked.message, Some(index)).unwrap();
        calls.push(asked.state.relay(&presentation).message.to_bytes());
    }
    let expected = [Verdict::Verified, Verdict::Refused, Verdict::Verified, Verdict::Verified, Verdict::Refused];
    for _ in 0..2 {
        let verdicts: Vec<Verdict> = calls.iter().map(|call| world.country.answer(call).unverified_verdict()).collect();
        assert_eq!(verdicts, expected);
    }
    let answers = [world.country.answer(&calls[0]), world.country.answer(&calls[0])];
    assert_eq!(answers[0], answers[1]);
    // The register forgets a show with its period, and not before.
    let register = world.country.platform.register();
    let count = register.len();
    register.forget_before(*period().end());
    assert_eq!(register.len(), count);
    register.forget_before(later(3601));
    assert!(register.is_empty());
}

#[test]
fn a_presentation_that_is_refused_uses_up_no_show() {
    let mut world = World::new(193);
    let card = world.card.clone();
    let asked = limit(&world, 1).once(&mut world.country.rng).unwrap();
    let presentation = world.present(&[&card], &asked.message, Some(0)).unwrap();
    let request = asked.message.to_bytes();
    let mut bad = presentation.clone();
    let last = bad.len() - 1;
    bad[last - 700] ^= 1;
    assert_eq!(world.verdict(&request, &bad), Verdict::Refused);
    let other = world.ask_listed().limit(Scope::new("visits"), 1, earlier(61)..=later(3600));
    let other = other.once(&mut world.country.rng).unwrap().message.to_bytes();
    assert_eq!(world.verdict(&other, &presentation), Verdict::Refused);
    assert!(world.country.platform.register().is_empty());
    assert_eq!(world.verdict(&request, &presentation), Verdict::Verified);
}

#[test]
fn of_a_batch_with_one_tag_exactly_one_is_verified() {
    let mut world = World::new(194);
    let card = world.card.clone();
    let mut calls = Vec::new();
    for _ in 0..5 {
        let asked = limit(&world, 3).once(&mut world.country.rng).unwrap();
        let presentation = world.present(&[&card], &asked.message, Some(1)).unwrap();
        calls.push(asked.state.relay(&presentation).message.to_bytes());
    }
    // The same call twice is one presentation.
    calls.push(calls[0].clone());
    let country = &mut world.country;
    let answers = country.platform.answer_batch(&calls, country.now).unwrap();
    let verdicts: Vec<Verdict> = answers.iter().map(|answer| answer.unverified_verdict()).collect();
    let mut expected = vec![Verdict::Refused; 6];
    (expected[0], expected[5]) = (Verdict::Verified, Verdict::Verified);
    assert_eq!(verdicts, expected);
    let singles: Vec<_> = calls.iter().map(|call| country.answer(call)).collect();
    assert_eq!(answers, singles);
}

fn relay(world: &mut World, standing: &StandingRequest, presentation: &[u8]) -> Verdict {
    let relayed = standing.relay(presentation, &mut world.country.rng);
    world.country.answer(&relayed.message.to_bytes()).unverified_verdict()
}

#[test]
fn a_request_for_a_window_takes_as_many_shows_of_one_holder() {
    let mut world = World::new(195);
    let card = world.card.clone();
    let standing = limit(&world, 2).standing(NOW, later(600)).unwrap();
    let request: PresentationRequest = standing.message().clone();
    let shows: Vec<Vec<u8>> =
        [0, 0, 1, 1].iter().map(|index| world.present(&[&card], &request, Some(*index)).unwrap()).collect();
    assert_eq!(relay(&mut world, &standing, &shows[0]), Verdict::Verified);
    assert_eq!(relay(&mut world, &standing, &shows[0]), Verdict::Refused, "a window takes each once");
    assert_eq!(relay(&mut world, &standing, &shows[1]), Verdict::Refused, "the show is taken");
    assert_eq!(relay(&mut world, &standing, &shows[3]), Verdict::Verified);
    assert_eq!(relay(&mut world, &standing, &shows[2]), Verdict::Refused);
    // A request of another desk counts in the same limit.
    let asked = limit(&world, 2).once(&mut world.country.rng).unwrap();
    let again = world.present(&[&card], &asked.message, Some(1)).unwrap();
    assert_eq!(world.outcome(asked.state, &again).verdict, Verdict::Refused);
}

/// Check 12-36.
#[test]
fn a_period_that_is_over_or_has_not_begun_does_not_count() {
    let mut world = World::new(196);
    let card = world.card.clone();
    for (period, counts) in [
        (earlier(2)..=earlier(1), false),
        (earlier(1)..=NOW, true),
        (NOW..=NOW, true),
        (NOW..=later(1), true),
        (later(120)..=later(121), true),
        (later(121)..=later(122), false),
    ] {
        let builder = world.ask_listed().limit(Scope::new("visits"), 1, period.clone());
        let verdict = world.shown(&[&card], builder, Some(0)).verdict;
        assert_eq!(verdict == Verdict::Verified, counts, "{period:?}");
    }
}

#[test]
fn two_shows_share_no_run_of_16_bytes() {
    let mut world = World::new(197);
    let card = world.card.clone();
    let asked = limit(&world, 2).once(&mut world.country.rng).unwrap();
    let [one, other] = [0, 1].map(|index| world.present(&[&card], &asked.message, Some(index)).unwrap());
    let runs: BTreeSet<&[u8]> = one.windows(16).collect();
    assert!(other.windows(16).all(|run| !runs.contains(run)));
}

#[test]
fn scope_verifier_period_and_number_each_make_other_tags() {
    let mut world = World::new(198);
    let card = world.card.clone();
    let mut tags = BTreeSet::new();
    let parameters = world.country.issuer.parameters().clone();
    for (verifier, scope, shows, from, until) in [
        (VERIFIER, "visits", 3, 0, 9),
        ("Cinema Guotai", "visits", 3, 0, 9),
        (VERIFIER, "visit", 3, 0, 9),
        (VERIFIER, "visits", 4, 0, 9),
        (VERIFIER, "visits", 3, 1, 9),
        (VERIFIER, "visits", 3, 0, 8),
    ] {
        let builder = world.usually(PresentationRequest::builder(&parameters, verifier, "admission"));
        let builder = world.country.listed(builder);
        let asked = builder.limit(Scope::new(scope), shows, earlier(from)..=later(until));
        let asked = asked.pseudonym(Scope::new(scope)).once(&mut world.country.rng).unwrap();
        let presentation = world.present(&[&card], &asked.message, Some(0)).unwrap();
        // After Ā, D' and two W̄ come the pseudonym and the tag.
        assert!(tags.insert(Tree::parse(&presentation).body.at(3).points()[5]), "{verifier} {scope} {shows}");
    }
}

#[test]
fn a_new_phone_has_no_new_shows() {
    let mut world = World::new(199);
    let card = world.card.clone();
    let asked = limit(&world, 2).once(&mut world.country.rng).unwrap();
    let before = world.present(&[&card], &asked.message, Some(0)).unwrap();
    assert_eq!(world.outcome(asked.state, &before).verdict, Verdict::Verified);

    let mut device = SoftwareDevice::random(&mut world.country.rng);
    let second = Generation::FIRST.next().unwrap();
    let card = world.country.issue_to(&mut device, &world.recovery, second);
    world.device = device;
    let asked = limit(&world, 2).once(&mut world.country.rng).unwrap();
    let after = world.present(&[&card], &asked.message, Some(0)).unwrap();
    assert_eq!(tag(&before), tag(&after));
    assert_eq!(world.outcome(asked.state, &after).verdict, Verdict::Refused);
}

#[test]
fn the_second_credential_can_be_the_one_that_is_limited() {
    let mut world = World::new(200);
    let (card, licence) = (world.card.clone(), world.licence.clone());
    let builder = |world: &World| {
        let builder = world.country.listed(world.ask().and(world.transport.parameters()));
        builder.limit(Scope::new("rides"), 1, period()).at_least("points", 1)
    };
    let ask = builder(&world);
    assert_eq!(world.shown(&[&card, &licence], ask, Some(0)).verdict, Verdict::Verified);
    let ask = builder(&world);
    assert_eq!(world.shown(&[&card, &licence], ask, Some(0)).verdict, Verdict::Refused);
    let ask = builder(&world);
    world.all_fail(&[&card, &licence], ask, Some(1), &PresentError::LimitReached);
}

/// A register that knows the use by another refuses, whatever the proof is worth. Check 12-37.
#[test]
fn the_register_has_the_last_word() {
    let mut world = World::new(201);
    let card = world.card.clone();
    let asked = limit(&world, 2).once(&mut world.country.rng).unwrap();
    let presentation = world.present(&[&card], &asked.message, Some(0)).unwrap();
    let call = call(&asked.message.to_bytes(), &presentation);
    let told = testkit::Told::default();
    world.country.platform.register().exchange(told.clone());
    assert_eq!(world.country.answer(&call).unverified_verdict(), Verdict::Verified);
    assert_eq!(told.ends(), [*period().end()]);
    world.country.platform.register().exchange(testkit::Says(Ok(Recorded::Taken)));
    assert_eq!(world.country.answer(&call).unverified_verdict(), Verdict::Refused);
}

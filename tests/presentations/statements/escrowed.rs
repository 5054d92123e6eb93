//! Escrow: what auditors get, and what nobody else does.

use testkit::curve::{Point, Scalar};

use testkit::prelude::*;
use testkit::reference::{base, encode, point};
use testkit::rogue::Holder;
use testkit::world::{AUDITORS, CONDITION, World};

/// Check 12-43.
#[test]
fn auditors_find_the_flag_handle_and_it_looks_new_each_time() {
    let mut world = World::new(210);
    let secret = Scalar::from(20_260_921_u64);
    let key = encode(&Point::mul_base(&secret));
    world.auditors =
        vec![Auditor::new(AUDITORS, &AuditorGroup::new(Threshold::new(1).unwrap(), &key, &[key]).unwrap()).unwrap()];
    let card = world.card.clone();
    // Another credential of the same person, which tells what is in it.
    let handle = Holder::enrol(&mut world.country).system[3];
    let mut seen = Vec::new();
    for _ in 0..2 {
        let asked = world.ask().escrow(AuditorsKey::from_bytes(&key).unwrap(), CONDITION);
        let asked = asked.once(&mut world.country.rng).unwrap();
        let presentation = world.present(&[&card], &asked.message, None).unwrap();
        assert_eq!(world.outcome(asked.state, &presentation).verdict, Verdict::Verified);
        let points = Tree::parse(&presentation).body.at(3).run();
        let [e1, e2] = [2, 3].map(|place| point(&points[place]));
        assert_eq!(e2 - secret * e1, handle * base("Escrow"));
        seen.extend([points[2], points[3]]);
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 4);
}

/// Checks 06-21, 12-42.
#[test]
fn nothing_is_put_in_escrow_to_auditors_that_nobody_vouches_for() {
    let mut world = World::new(211);
    let card = world.card.clone();
    let unknown = AuditorsKey::from_bytes(&encode(&Point::mul_base(&Scalar::from(5_u64)))).unwrap();
    let asked = world.ask().escrow(unknown, CONDITION).once(&mut world.country.rng).unwrap();
    assert_eq!(world.present(&[&card], &asked.message, None).unwrap_err(), PresentError::UnknownAuditors);
}

#[test]
fn an_escrow_stands_beside_everything_else_of_its_credential() {
    let mut world = World::new(212);
    let (card, licence) = (world.card.clone(), world.licence.clone());
    let auditors = world.auditors_key();
    let builder = world
        .ask_listed()
        .escrow(auditors, CONDITION)
        .limit(Scope::new("visits"), 2, later(0)..=later(9))
        .and(world.transport.parameters())
        .at_least("points", 1);
    assert_eq!(world.shown(&[&card, &licence], builder, Some(1)).verdict, Verdict::Verified);
}

//! Sets of codes, and assurance factors.

use crate::statements::between::subject;
use testkit::prelude::*;
use testkit::world::{Sample, World};

/// Checks 06-21, 12-23.
#[test]
fn the_first_the_middle_and_the_last_code_of_a_set_are_in_it_and_no_other() {
    let mut world = World::new(160);
    let error = PresentError::NotInSet(subject(&world, "code"));
    let whole = world.add_set((110_000..110_256).collect());
    let ends = world.add_set(vec![0, u32::MAX]);
    let one = world.add_set(vec![110_000]);
    for (code, in_whole, in_ends, in_one) in [
        (110_000, true, false, true),
        (110_128, true, false, false),
        (110_255, true, false, false),
        (109_999, false, false, false),
        (110_001, true, false, false),
        (110_256, false, false, false),
        (0, false, true, false),
        (u32::MAX, false, true, false),
    ] {
        let sample = world.sample(Sample { code, ..Sample::default() });
        for (set, inside) in [(&whole, in_whole), (&ends, in_ends), (&one, in_one)] {
            let ask = world.ask_sample().one_of("code", set);
            if inside { world.holds(&sample, ask) } else { world.fails(&sample, ask, &error) }
        }
    }
}

#[test]
fn factors_are_enough_if_nothing_that_is_asked_is_missing() {
    let mut world = World::new(161);
    let error = PresentError::NotInSet(Subject::Factors);
    let every = if cfg!(suite = "p256") { 64 } else { 32 };
    let all = AssuranceFactors::from_bits(every - 1).unwrap();
    let chip_and_face = AssuranceFactors::CHIP_READ.with(AssuranceFactors::LIVE_FACE);
    for asked in [AssuranceFactors::CHIP_READ, chip_and_face, all] {
        let set = world.add_set(asked.supersets());
        for held in 0..every {
            let factors = AssuranceFactors::from_bits(held).unwrap();
            let sample = world.sample(Sample { factors, ..Sample::default() });
            let ask = world.ask_sample().enrolled_with(&set);
            if factors.contains(asked) { world.holds(&sample, ask) } else { world.fails(&sample, ask, &error) }
        }
    }
}

#[test]
fn one_set_serves_two_statements() {
    let mut world = World::new(162);
    let set = world.add_set(vec![2, 31, 110_108]);
    let sample = world.sample(Sample::default());
    let ask = world.ask_sample().one_of("code", &set).enrolled_with(&set);
    world.holds(&sample, ask);
}

/// Checks 06-21, 12-23.
#[test]
fn a_set_that_the_wallet_does_not_have_is_not_answered() {
    let mut world = World::new(163);
    let set = world.add_set(vec![110_108]);
    world.sets.clear();
    let sample = world.sample(Sample::default());
    let asked = world.ask_sample().one_of("code", &set).once(&mut world.country.rng).unwrap();
    let unknown = PresentError::UnknownSet(set.digest());
    assert_eq!(world.present(&[&sample], &asked.message, None).unwrap_err(), unknown);
    assert_eq!(world.forge(&[&sample], &asked.message, None).unwrap_err(), unknown);
}

/// A witness for a code of the one set would be one for a code of the other. Check 12-18.
#[test]
fn two_sets_do_not_share_a_key() {
    let mut world = World::new(115);
    let key = CodeSetKey::random(vec![1, 2, 3], &mut rand_core::OsRng).unwrap();
    let other = Tree::parse(&key.to_bytes()).with(|body| drop(body.at_mut(2).items_mut().pop()));
    let other = CodeSetKey::from_bytes(&other).unwrap();
    assert_eq!(other.public_key(), key.public_key());
    assert_ne!(other.digest(), key.digest());
    let sets = [&key, &other].map(|key| key.publish().verify().unwrap());
    let desk = KeylessVerifier::without_directory(FRESHNESS, testkit::Register::default());
    assert_eq!(desk.add_set(sets[0].clone()), Ok(()));
    for set in sets {
        assert_eq!(desk.add_set(set), Err(PlatformError::Set));
    }
    let platform = &mut world.country.platform;
    assert!(platform.add_set(key).is_ok());
    assert_eq!(platform.add_set(other).unwrap_err(), PlatformError::Set);
}

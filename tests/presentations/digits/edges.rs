//! What holds, and what is one beyond it.

use testkit::prelude::*;
use testkit::world::{Sample, World};

const BASES: [DigitBase; 2] = [DigitBase::Of256, DigitBase::Of4096];

fn outside(world: &World, attribute: &str) -> PresentError {
    let index = world.samples.parameters().schema().index_of(attribute).unwrap();
    PresentError::NotBetween(Subject::Attribute(index))
}

/// Both ends of an interval and the numbers beside them, of widths around each power of both bases.
#[test]
fn an_interval_holds_at_both_ends_and_no_further() {
    for (base, seed) in BASES.into_iter().zip(210..) {
        let mut world = World::new(seed);
        let (digits, error) = (world.add_digits(base), outside(&world, "number"));
        for number in [0, 1, 1 << 40, u64::MAX - 1, u64::MAX] {
            let sample = world.sample(Sample { number, ..Sample::default() });
            let ask = |world: &World, low, high| world.ask_sample().between("number", low..=high).in_digits(&digits);
            for width in [0, 1, 0xff, 0x100, 0xfff, 0x1000, 0xffff, 0x1_0000, 0xffff_ffff, u64::MAX - 1, u64::MAX] {
                let all = |low, high| low == 0 && high == u64::MAX;
                if let Some(high) = number.checked_add(width).filter(|high| !all(number, *high)) {
                    world.holds(&sample, ask(&world, number, high));
                }
                if let Some(low) = number.checked_sub(width).filter(|low| !all(*low, number)) {
                    world.holds(&sample, ask(&world, low, number));
                }
                if let Some(high) = number.checked_add(1).and_then(|low| low.checked_add(width)) {
                    world.fails(&sample, ask(&world, number + 1, high), &error);
                }
                if let Some(low) = number.checked_sub(1).and_then(|high| high.checked_sub(width)) {
                    world.fails(&sample, ask(&world, low, number - 1), &error);
                }
            }
        }
    }
}

/// One bound of each kind, for the least, the greatest and some value.
#[test]
fn one_bound_holds_up_to_the_value_and_no_further() {
    let mut world = World::new(212);
    let digits = world.add_digits(DigitBase::Of256);
    let largest = Sample { number: u64::MAX, code: u32::MAX, date: Days::LONG_TERM, ..Sample::default() };
    let smallest = Sample { number: 0, code: 0, date: Days::MIN, ..Sample::default() };
    for (sample, numbers) in [
        (largest, [u64::MAX, u32::MAX.into(), u16::MAX.into()]),
        (smallest, [0; 3]),
        (Sample::default(), [1_000_000, 110_108, Sample::default().date.number().into()]),
    ] {
        let sample = world.sample(sample);
        let kinds = ["number", "code", "date"].into_iter().zip(numbers);
        for ((name, number), max) in kinds.zip([u64::MAX, u32::MAX.into(), u16::MAX.into()]) {
            let error = outside(&world, name);
            let ask = |world: &World, of: fn(RequestBuilder, &str, u64) -> RequestBuilder, bound| {
                of(world.ask_sample(), name, bound).in_digits(&digits)
            };
            let (least, most): (fn(RequestBuilder, &str, u64) -> RequestBuilder, _) =
                (RequestBuilder::at_least, RequestBuilder::at_most);
            if number > 0 {
                world.holds(&sample, ask(&world, least, number));
                world.fails(&sample, ask(&world, most, number - 1), &error);
            }
            if number < max {
                world.holds(&sample, ask(&world, most, number));
                world.fails(&sample, ask(&world, least, number + 1), &error);
            }
        }
    }
}

/// The first and the last use, and one more, around each power of the base.
#[test]
fn a_limit_holds_up_to_its_last_use_and_no_further() {
    for (base, seed) in BASES.into_iter().zip(213..) {
        let mut world = World::new(seed);
        let (digits, card) = (world.add_digits(base), world.card.clone());
        for uses in [1, 2, 255, 256, 257, 4095, 4096, 4097, 0x1_0000, 0x1_0001, u32::MAX] {
            let limit = |world: &World| {
                let limit = world.ask_listed().limit(Scope::new("visits"), uses, later(0)..=later(9));
                limit.in_digits(&digits)
            };
            for use_ in [0, uses - 1] {
                if uses > 1 || use_ == 0 {
                    let asked = limit(&world).once(&mut world.country.rng).unwrap();
                    let shown = world.present(&[&card], &asked.message, Some(use_)).unwrap();
                    assert_eq!(world.outcome(asked.state, &shown).verdict, Verdict::Verified, "{use_} of {uses}");
                    if uses == 1 {
                        break;
                    }
                }
            }
            for beyond in [Some(uses), uses.checked_add(1), Some(u32::MAX)].into_iter().flatten() {
                let ask = limit(&world);
                world.all_fail(&[&card], ask, Some(beyond), &PresentError::LimitReached);
            }
        }
    }
}

#[test]
fn the_pseudonyms_first_day_is_bounded_like_an_attribute() {
    let mut world = World::new(215);
    let (digits, card) = (world.add_digits(DigitBase::Of256), world.card.clone());
    world.holds(&card, world.ask().pseudonym_since(card.since()).in_digits(&digits));
    let before = card.since().checked_sub_days(1).unwrap();
    let ask = world.ask().pseudonym_since(before).in_digits(&digits);
    world.fails(&card, ask, &PresentError::NotBetween(Subject::Since));
}

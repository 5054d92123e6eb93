//! Intervals, by range proofs and in digits.

use std::cell::RefCell;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use testkit::prelude::*;
use testkit::world::{Sample, World};

/// What an attribute of the sample is told to be about.
pub fn subject(world: &World, attribute: &str) -> Subject {
    Subject::Attribute(world.samples.parameters().schema().index_of(attribute).unwrap())
}

fn outside(world: &World, attribute: &str) -> PresentError {
    PresentError::NotBetween(subject(world, attribute))
}

/// A world for range proofs, and one for digits in each base, with what has a request say so.
pub fn each_manner(seed: u8) -> impl Iterator<Item = (World, impl Fn(RequestBuilder) -> RequestBuilder)> {
    [None, Some(DigitBase::Of256), Some(DigitBase::Of4096)].into_iter().zip(seed..).map(|(base, seed)| {
        let mut world = World::new(seed);
        let digits = base.map(|base| world.add_digits(base));
        (world, move |builder| digits.iter().fold(builder, RequestBuilder::in_digits))
    })
}

/// Just above and below what 16, 32 and 64 bits hold, and one and two digits; and a point.
const WIDTHS: [u64; 12] =
    [0, 1, 0xff, 0x100, 0xfff, 0x1000, 0xffff, 0x1_0000, 0xffff_ffff, 0x1_0000_0000, u64::MAX - 1, u64::MAX];

/// Checks 06-21, 12-16.
#[test]
fn an_interval_holds_at_both_ends_and_no_further() {
    for (mut world, shown) in each_manner(150) {
        let error = outside(&world, "number");
        for number in [0, 1, 1 << 40, u64::MAX - 1, u64::MAX] {
            let sample = world.sample(Sample { number, ..Sample::default() });
            let ask = |world: &World, low, high| shown(world.ask_sample().between("number", low..=high));
            for width in WIDTHS {
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

/// Check 12-16.
#[test]
fn one_bound_holds_up_to_the_value_and_no_further() {
    for (mut world, shown) in each_manner(153) {
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
                let least = |world: &World, bound| shown(world.ask_sample().at_least(name, bound));
                let most = |world: &World, bound| shown(world.ask_sample().at_most(name, bound));
                if number > 0 {
                    world.holds(&sample, least(&world, number));
                    world.holds(&sample, least(&world, 1));
                    world.fails(&sample, most(&world, number - 1), &error);
                    world.fails(&sample, most(&world, 0), &error);
                }
                if number < max {
                    world.holds(&sample, most(&world, number));
                    world.holds(&sample, most(&world, max - 1));
                    world.fails(&sample, least(&world, number + 1), &error);
                    world.fails(&sample, least(&world, max), &error);
                }
            }
        }
    }
}

#[test]
fn an_age_is_completed_on_the_birthday() {
    let mut world = World::new(152);
    let today = world.today();
    let age = Age::new(18).unwrap();
    let last = today.born_by(age).unwrap();
    let error = outside(&world, "date");
    for (days, of_age) in [(-1, true), (0, true), (1, false)] {
        let date = Days::from_number(last.number().checked_add_signed(days).unwrap());
        let sample = world.sample(Sample { date, ..Sample::default() });
        let ask = world.ask_sample().of_age("date", age, today);
        if of_age { world.holds(&sample, ask) } else { world.fails(&sample, ask, &error) }
    }
}

#[test]
fn what_is_valid_until_today_or_for_good_is_valid_today() {
    let mut world = World::new(153);
    let today = world.today();
    let error = outside(&world, "date");
    let (today_number, long_term) = (today.day().number(), Days::LONG_TERM.number());
    for (date, valid) in [(today_number - 1, false), (today_number, true), (long_term - 1, true), (long_term, true)] {
        let sample = world.sample(Sample { date: Days::from_number(date), ..Sample::default() });
        let ask = world.ask_sample().valid_on("date", today);
        if valid { world.holds(&sample, ask) } else { world.fails(&sample, ask, &error) }
    }
}

#[test]
fn the_pseudonyms_first_day_is_bounded_like_an_attribute() {
    for (mut world, shown) in each_manner(156) {
        let card = world.card.clone();
        let ask = |world: &World, day| shown(world.ask().pseudonym_since(day));
        world.holds(&card, ask(&world, card.since()));
        let before = ask(&world, card.since().checked_sub_days(1).unwrap());
        world.fails(&card, before, &PresentError::NotBetween(Subject::Since));
    }
}

#[test]
fn eight_intervals_of_three_lengths_hold_together() {
    let mut world = World::new(159);
    let licence = world.licence.clone();
    let card = world.card.clone();
    let number = |place: usize| card.values()[place].number().unwrap();
    let builder = world
        .ask()
        .between("sex", 1..=2)
        .between("ethnicity", 1..=0x1_0001)
        .between("birth-date", number(3)..=number(3))
        .at_least("region", 1)
        .valid_on("valid-until", world.today())
        .pseudonym_since(world.today().day())
        .and(world.transport.parameters())
        .between("class", 7..=7 + 0x1_0000_0000 - 8)
        .between("points", 1..=1 << 50);
    // Thirty-one digits of 4096, where there are no range proofs.
    let builder = if SUITE == 1 { builder } else { builder.in_digits(&world.add_digits(DigitBase::Of4096)) };
    let asked = builder.once(&mut world.country.rng).unwrap();
    let between = |statement: &&Statement| matches!(statement, Statement::Between(_));
    let statements = asked.message.credentials().iter().flat_map(|question| question.statements());
    assert_eq!(statements.filter(between).count(), 8);
    let presentation = world.present(&[&card, &licence], &asked.message, None).unwrap();
    let proofs = testkit::cbor::Tree::parse(&presentation).body.at(6).items().len();
    assert_eq!(proofs, if SUITE == 1 { 3 } else { 0 });
    assert_eq!(world.outcome(asked.state, &presentation).verdict, selfsame::presentation::Verdict::Verified);
}

/// Somewhere around a value, where mistakes are.
fn around(value: u64) -> impl Strategy<Value = u64> {
    prop_oneof![
        any::<u64>(),
        (0_u64..3).prop_map(move |less| value.saturating_sub(less)),
        (0_u64..3).prop_map(move |more| value.saturating_add(more)),
        (0_u32..64).prop_map(|bit| 1 << bit),
        (1_u32..65).prop_map(|bits| u64::MAX >> (64 - bits)),
    ]
}

#[test]
fn a_number_is_verified_exactly_if_it_is_inside() {
    let world = RefCell::new(World::new(160));
    let mut runner = TestRunner::new(Config { cases: 48, failure_persistence: None, ..Config::default() });
    let numbers = around(0).prop_flat_map(|number| (Just(number), around(number), around(number)));
    let run = runner.run(&numbers, |(number, one, other)| {
        let (low, high) = (one.min(other), one.max(other));
        if low == 0 && high == u64::MAX {
            return Ok(());
        }
        let mut world = world.borrow_mut();
        let sample = world.sample(Sample { number, ..Sample::default() });
        let ask: RequestBuilder = world.ask_sample().between("number", low..=high);
        if (low..=high).contains(&number) {
            world.holds(&sample, ask);
        } else {
            let error = outside(&world, "number");
            world.fails(&sample, ask, &error);
        }
        Ok(())
    });
    run.unwrap();
}

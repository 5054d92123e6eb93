//! Values that something is not.

use crate::statements::between::subject;
use testkit::prelude::*;
use testkit::world::{Sample, World};

fn equal(world: &World, attribute: &str) -> PresentError {
    let Subject::Attribute(index) = subject(world, attribute) else { unreachable!("an attribute") };
    PresentError::Equal(index)
}

/// Checks 06-21, 12-31.
#[test]
fn a_value_differs_from_its_neighbours_and_not_from_itself() {
    let mut world = World::new(170);
    let sample = world.sample(Sample { number: u64::MAX, code: 0, date: Days::LONG_TERM, ..Sample::default() });
    let text = |text: &str| Value::Text(String::from(text));
    let mut flipped = [0x5a; 32];
    flipped[31] ^= 1;
    for (attribute, own, others) in [
        ("number", Value::Number(u64::MAX), [Value::Number(u64::MAX - 1), Value::Number(0)]),
        ("code", Value::Code(0), [Value::Code(1), Value::Code(u32::MAX)]),
        ("date", Value::Date(Days::LONG_TERM), [Value::Date(Days::MAX_DATE), Value::Date(Days::MIN)]),
        ("text", text("静夜思"), [text("静夜"), text("静夜思。")]),
        ("digest", Value::Digest([0x5a; 32]), [Value::Digest(flipped), Value::Digest([0; 32])]),
    ] {
        let error = equal(&world, attribute);
        world.fails(&sample, world.ask_sample().differs(attribute, own), &error);
        for other in others {
            world.holds(&sample, world.ask_sample().differs(attribute, other));
        }
    }
}

#[test]
fn several_statements_about_one_subject_share_its_commitment() {
    let mut world = World::new(171);
    let sample = world.sample(Sample { number: 500, ..Sample::default() });
    let mut builder = world.ask_sample().between("number", 0..=500);
    for other in (490..500).chain(501..506) {
        builder = builder.differs("number", Value::Number(other));
    }
    world.holds(&sample, builder.clone());
    let asked = builder.once(&mut world.country.rng).unwrap();
    let presentation = world.present(&[&sample], &asked.message, None).unwrap();
    let points = testkit::cbor::Tree::parse(&presentation).body.at(3).points().len();
    // In digits, beside these, two witnesses and the commitment to the digits.
    assert_eq!(points, if SUITE == 1 { 3 } else { 6 }, "Ā, D' and one commitment");

    // One of many that is not true is enough.
    let all = (497..505).fold(world.ask_sample(), |builder, n| builder.differs("number", Value::Number(n)));
    let error = equal(&world, "number");
    world.fails(&sample, all, &error);
}

//! Numbers in digits, and the digits themselves (spec 12 §11).

use crate::statements::auditors;
use crate::statements::call::{Call, increment, piece, statement};
use crate::statements::file::Expected;
use crate::statements::valid::{call, everything, limited};
use crate::statements::world::{Holder, MILEAGE, World, card};
use testkit::cbor::bytes;
use testkit::prelude::*;

const BOTH: [Holder; 2] = [Holder::Card, Holder::Licence];

pub fn all(world: &mut World) -> Vec<Expected> {
    [valid(world), calls(world), requests(world), tables(world), among_others(world)].into_iter().flatten().collect()
}

fn valid(world: &mut World) -> Vec<Expected> {
    let (born, region) = (world.number(card::BIRTH_DATE), world.number(card::REGION));
    let digits = world.digits.verified.clone();
    let mut made = Vec::new();
    for (comment, attribute, bounds) in [
        ("in digits: a date at its upper bound", "birth-date", 0..=born),
        ("in digits: a date at its lower bound", "birth-date", born..=65_535),
        ("in digits: a date at the upper of two bounds", "birth-date", born - 300..=born),
        ("in digits: a date that is the only one, one digit", "birth-date", born..=born),
        ("in digits: a code at its lower bound, four digits", "region", region..=u64::from(u32::MAX)),
        ("in digits: a code at the lower of two bounds that are 255 apart, one digit", "region", region..=region + 255),
        (
            "in digits: a code at the lower of two bounds that are 256 apart, two digits",
            "region",
            region..=region + 256,
        ),
    ] {
        let builder = world.ask().between(attribute, bounds).in_digits(&digits);
        made.push(call(comment, &world.honest(builder)));
    }
    let widest = world.ask_licence().between("mileage", MILEAGE..=u64::MAX - 1).in_digits(&digits);
    made.push(call(
        "in digits: a number at the lower of two bounds, eight digits",
        &world.honest_of(&[Holder::Licence], widest),
    ));
    for (comment, shows, index) in [
        ("in digits: the only show", 1, 0),
        ("in digits: the last show of three", 3, 2),
        ("in digits: the last show of 256, where one bound says both", 256, 255),
        ("in digits: the last show of 257", 257, 256),
    ] {
        let builder = limited(world, shows).in_digits(&digits);
        made.push(call(comment, &world.shown(&[Holder::Card], builder, index)));
    }
    let builder = world.ask().at_most("birth-date", born).differs("birth-date", Value::Date(Days::LONG_TERM));
    let builder = builder.in_digits(&digits);
    made.push(call("in digits: a bound beside a difference, which takes the commitment", &world.honest(builder)));
    let shown = {
        let builder = everything(world).in_digits(&digits);
        world.shown(&BOTH, builder, 0)
    };
    let points = shown.presentation.body.at(3).points();
    // Of the card: Ā, D', two W̄, six of digits, two W̄ of sets, two V, then P.
    made.push(call("in digits: all statements at once", &shown).showing(&[points[14]]));
    made
}

/// With all other statements: as evidence, and beside a range proof.
fn among_others(world: &mut World) -> Vec<Expected> {
    let digits = world.digits.verified.clone();
    let all = everything(world).in_digits(&digits);
    // The platform has verified the first use.
    let shown = world.shown(&BOTH, all.clone(), 1);
    let mut made = auditors::in_digits(world, &shown);
    if SUITE == 2 {
        return made;
    }
    let shown = world.shown(&BOTH, all.between("mileage", 1..=u64::MAX - 1).between("class", 1..=1 << 30), 0);
    let comment = "in digits: all statements at once, and a range proof of what is beyond 32 digits";
    made.push(call(comment, &shown).showing(&[shown.presentation.body.at(3).points()[14]]));
    made
}

fn refused(flag: &'static str, check: &'static str, comment: impl Into<String>, bytes: Vec<u8>) -> Expected {
    Expected::invalid("VerificationCall", flag, check, comment, bytes)
}

fn calls(world: &mut World) -> Vec<Expected> {
    let digits = world.digits.verified.clone();
    let born = world.number(card::BIRTH_DATE);
    let mut made = Vec::new();
    for (comment, bounds) in [
        ("in digits: born a day later than the upper bound", 0..=born - 1),
        ("in digits: born a day before the lower bound", born + 1..=65_535),
        ("in digits: born a day later than the upper of two bounds", born - 9..=born - 1),
    ] {
        let builder = world.ask().between("birth-date", bounds).in_digits(&digits);
        made.push(refused("IntervalOutside", "06-55", comment, world.lie(&[Holder::Card], builder, 0).to_bytes()));
    }
    let builder = limited(world, 3).in_digits(&digits);
    let beyond = world.lie(&[Holder::Card], builder, 3).to_bytes();
    made.push(refused("LimitReached", "06-55", "in digits: a fourth show of three", beyond));
    let builder = world.ask().at_most("birth-date", born).in_digits(&digits);
    let honest: Call = world.honest(builder);
    // Ā, D', W̄_0, W̄_1, C; 9 system scalars, ten attributes, a_1, t'.
    let swapped = |one: usize, other: usize| {
        honest.with(|_, shown| {
            let run = shown.at(3).points();
            piece(shown, 3, one).copy_from_slice(&run[other]);
            piece(shown, 3, other).copy_from_slice(&run[one]);
        })
    };
    let digit = "WrongDigit";
    made.push(refused(digit, "06-55", "two digits' points exchanged", swapped(2, 3)));
    made.push(refused(digit, "06-55", "a digit's point for what binds the digits", swapped(3, 4)));
    made.push(refused(
        digit,
        "06-52",
        "the point that binds the digits is missing",
        honest.with(|_, shown| {
            shown.at_mut(3).bytes_mut().truncate(4 * POINT_LEN);
        }),
    ));
    made.push(refused(
        digit,
        "01-9",
        "the point that binds the digits is the identity",
        honest.with(|_, shown| {
            piece(shown, 3, 4).fill(0);
        }),
    ));
    for (place, name) in [(19, "a_1 of the date"), (20, "t' of the digits")] {
        let changed = honest.with(|_, shown| increment(piece(shown, 5, place)));
        made.push(refused("WrongResponse", "06-55", format!("the response for {name} is one more"), changed));
    }
    let unknown = honest.with(|request, _| *request.at_mut(6).at_mut(0) = bytes([5; 32]));
    made.push(refused("UnknownDigits", "06-49", "digits that the platform does not have", unknown));
    let lower = honest.with(|request, _| *statement(request, 0, 0).at_mut(3) = Item::Uint(born - 1));
    made.push(refused("IntervalOutside", "06-55", "in digits: the request names a bound that is one less", lower));
    made
}

fn requests(world: &mut World) -> Vec<Expected> {
    let digits = world.digits.verified.clone();
    let asked = limited(world, 3).at_most("birth-date", 60_000).in_digits(&digits);
    let asked = Tree::parse(&asked.once(&mut world.country.rng).unwrap().message.to_bytes());
    let method = |body: &mut Item, place: usize, number| {
        *statement(body, 0, place).items_mut().last_mut().unwrap() = Item::Uint(number);
    };
    let mut made = vec![Expected::valid("PresentationRequest", "numbers in digits", asked.to_bytes())];
    let mut refused = |flag, check, comment: &str, bytes| {
        made.push(Expected::invalid("PresentationRequest", flag, check, comment, bytes));
    };
    let form = "MalformedDigits";
    refused(form, "12-45", "an interval by a fourth method", asked.with(|body| method(body, 0, 4)));
    refused(form, "12-45", "a limit by a second method", asked.with(|body| method(body, 1, 2)));
    refused(
        form,
        "12-45",
        "digits that nothing uses",
        asked.with(|body| [0, 1].iter().for_each(|place| method(body, *place, 0))),
    );
    refused(form, "12-45", "digits that are not named", asked.with(|body| *body.at_mut(6) = Item::Array(Vec::new())));
    refused(form, "12-45", "digits of nine bits", asked.with(|body| *body.at_mut(6).at_mut(1) = Item::Uint(9)));
    refused(
        form,
        "12-45",
        "34 digits",
        asked.with(|body| {
            let of = |subject: u64| {
                let numbers = [1, subject, 1, u64::MAX - 1, 3];
                Item::Array(numbers.map(Item::Uint).to_vec())
            };
            let statements = body.at_mut(3).at_mut(0).at_mut(6).items_mut();
            statements.splice(0..1, [of(3), of(6)]);
        }),
    );
    refused("OtherBound", "12-46", "a bound that is not proven", asked.with(|body| method(body, 0, 3)));
    refused("OtherBound", "12-46", "the other bound", asked.with(|body| method(body, 0, 1)));
    made
}

fn tables(world: &World) -> Vec<Expected> {
    const KIND: &str = "DigitSet";
    let table = Tree::parse(&world.digits.message);
    let other = Tree::parse(&world.sets[3].message);
    let mut made = vec![Expected::valid(KIND, "256 digits", table.to_bytes())];
    let mut refused =
        |flag, check, comment: &str, bytes| made.push(Expected::invalid(KIND, flag, check, comment, bytes));
    refused("MalformedSet", "12-47", "nine bits", table.with(|body| *body.at_mut(2) = Item::Uint(9)));
    refused(
        "MalformedSet",
        "12-47",
        "256 witnesses for twelve bits",
        table.with(|body| *body.at_mut(2) = Item::Uint(12)),
    );
    refused(
        "MalformedSet",
        "12-47",
        "a witness is missing",
        table.with(|body| body.at_mut(3).bytes_mut().truncate(255 * POINT_LEN)),
    );
    refused(
        "WrongWitness",
        "12-48",
        "two witnesses exchanged",
        table.with(|body| {
            let all = body.at(3).points();
            piece(body, 3, 0).copy_from_slice(&all[1]);
            piece(body, 3, 1).copy_from_slice(&all[0]);
        }),
    );
    refused(
        "WrongWitness",
        "12-48",
        "the last witness is of a set",
        table.with(|body| {
            piece(body, 3, 255).copy_from_slice(&other.body.at(3).points()[0]);
        }),
    );
    refused(
        "WrongWitness",
        "12-48",
        "a set of 256 codes as digits",
        table.with(|body| {
            [1, 3, 4].into_iter().for_each(|place| *body.at_mut(place) = other.body.at(place).clone());
        }),
    );
    made
}

//! Requests that a wallet would answer but for one rule (spec 06 §2, spec 12 §1).

use crate::statements::call::statement;
use crate::statements::file::Expected;
use crate::statements::world::{Holder, World};
use testkit::cbor::{bytes, place};
use testkit::prelude::*;

const KIND: &str = "PresentationRequest";

fn refused(flag: &'static str, check: &'static str, comment: &str, bytes: Vec<u8>) -> Expected {
    Expected::invalid(KIND, flag, check, comment, bytes)
}

pub fn all(world: &mut World) -> Vec<Expected> {
    [links(world), lists(world), numbers(world), values(world)].concat()
}

fn tree(world: &mut World, builder: RequestBuilder) -> Tree {
    Tree::parse(&builder.once(&mut world.country.rng).unwrap().message.to_bytes())
}

fn uint(number: u64) -> Item {
    Item::Uint(number)
}

fn links(world: &mut World) -> Vec<Expected> {
    let transport = world.transport.parameters().clone();
    let builder = world.ask().and(&transport).same("name", "name");
    let two = tree(world, builder);
    let disclosing = |credential: usize| {
        two.with(|body| *body.at_mut(3).at_mut(credential).at_mut(place::DISCLOSE) = Item::Array(vec![uint(0)]))
    };
    let missing = two.with(|body| *body.at_mut(4).at_mut(0).at_mut(1) = uint(12));
    vec![
        Expected::valid(KIND, "two credentials and a link", two.to_bytes()),
        refused("LinkOnDisclosed", "06-9", "the first credential's linked attribute is disclosed", disclosing(0)),
        refused("LinkOnDisclosed", "06-9", "the second credential's linked attribute is disclosed", disclosing(1)),
        refused("WrongLink", "06-12", "a link to the attribute after the last", missing),
    ]
}

fn lists(world: &mut World) -> Vec<Expected> {
    let builder = world.ask_listed();
    let asked = tree(world, builder);
    let list =
        |change: &dyn Fn(&mut Item)| asked.with(|body| change(body.question_mut().at_mut(place::LISTS).at_mut(0)));
    vec![
        Expected::valid(KIND, "both lists", asked.to_bytes()),
        refused("WrongList", "06-14", "the list of another owner", {
            list(&|list| *list.at_mut(0) = Item::Text("public-works".into()))
        }),
        refused("WrongList", "06-14", "the list of another owner, at any epoch of a day", {
            list(&|list| {
                *list.at_mut(0) = Item::Text("public-works".into());
                *list.at_mut(2) = uint(86_400);
            })
        }),
        refused("WrongEpoch", "06-14", "another epoch than the wallet has", {
            list(&|list| list.at_mut(2).bytes_mut()[0] ^= 1)
        }),
    ]
}

/// As many intervals as there may be and one more; as many digits, and one more.
fn numbers(world: &mut World) -> Vec<Expected> {
    let digest = world.digits.verified.digest().to_bytes();
    let transport = world.transport.parameters().clone();
    let builder = world.ask().and(&transport).same("name", "name");
    let plain = tree(world, builder);
    let with = |intervals: &[(u64, u64, u64)]| {
        let statements =
            intervals.iter().map(|&(subject, low, high)| Item::Array([1, subject, low, high, 3].map(uint).to_vec()));
        let statements = Item::Array(statements.collect());
        plain.with(|body| {
            *body.at_mut(3).at_mut(1).at_mut(place::STATEMENTS) = statements;
            *body.at_mut(6) = Item::Array(vec![bytes(digest), uint(8)]);
        })
    };
    // Each bound in one digit; and two bounds of eight digits are sixteen.
    let short = |subject: u64| {
        let number = world.credential(Holder::Licence).values()[subject as usize].number().unwrap();
        (subject, number - 1, number + 100)
    };
    let long = |subject: u64| (subject, 1, u64::MAX - 1);
    vec![
        Expected::valid(KIND, "eight intervals", with(&(4..12).map(short).collect::<Vec<_>>())),
        refused("TooManyStatements", "12-5", "nine intervals", with(&(3..12).map(short).collect::<Vec<_>>())),
        Expected::valid(KIND, "32 digits", with(&[long(6), long(7)])),
        refused("TooManyDigits", "12-45", "34 digits", with(&[long(6), long(7), short(8)])),
    ]
}

fn values(world: &mut World) -> Vec<Expected> {
    let builder = world.ask().differs("birth-date", Value::Date(Days::from_number(65_535)));
    let differs = tree(world, builder);
    let late = differs.with(|body| *statement(body, 0, 0).at_mut(2).at_mut(1) = uint(65_536));
    let digest = world.digits.verified.digest().to_bytes();
    let interval = |low: u64, high: u64| {
        differs.with(|body| {
            *statement(body, 0, 0) = Item::Array([1, 3, low, high, 1].map(uint).to_vec());
            *body.at_mut(6) = Item::Array(vec![bytes(digest), uint(8)]);
        })
    };
    vec![
        Expected::valid(KIND, "another date than the last", differs.to_bytes()),
        refused("OutOfRange", "12-1", "another date than the day after the last", late),
        Expected::valid(KIND, "from a day on, to the last", interval(5, 65_535)),
        refused("NoInterval", "12-15", "from a day on, to the day after the last", interval(5, 65_536)),
        refused("NoInterval", "12-15", "any day there is", interval(0, 65_535)),
    ]
}

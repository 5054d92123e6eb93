//! The table that vectors of ranges are made from: of each field where it is and what it may be.

use std::ops::RangeInclusive;

use serde_json::{Value, json};
use testkit::cbor::bytes;
use testkit::prelude::*;
use testkit::vectors::{Group, Vector, slug};

/// What a field is called, where it stands, its range, and what makes one.
pub type Field = (&'static str, usize, [u64; 2], fn(u64) -> Item);

/// One kind of message, an honest one, and what its ranges give.
pub struct Ranges {
    kind: &'static str,
    part: &'static str,
    honest: Tree,
    check: &'static str,
    vectors: Vec<Vector>,
}

/// What is there, down these places of arrays and keys of maps.
fn at<'a>(body: &'a mut Item, place: &[usize]) -> &'a mut Item {
    place.iter().fold(body, |item, place| item.at_mut(*place))
}

fn input(bytes: impl AsRef<[u8]>) -> Value {
    json!({ "bytes": hex::encode(bytes) })
}

impl Ranges {
    /// Of this kind, whose number is this, with an honest body.
    pub fn of(kind: &'static str, number: u8, fields: Vec<Item>) -> Self {
        Self::named(kind, "", number, fields)
    }

    /// Of a part of such a message.
    pub fn named(kind: &'static str, part: &'static str, number: u8, fields: Vec<Item>) -> Self {
        let honest = Tree { envelope: [SUITE, 1, number], body: Item::Map(fields) };
        let vectors = vec![Vector::valid("honest", "nothing at a bound", input(honest.to_bytes()), Value::Null)];
        Self { kind, part, honest, check: "01-11", vectors }
    }

    /// The check that refuses what is outside of the ranges from here on.
    pub fn under(mut self, check: &'static str) -> Self {
        self.check = check;
        self
    }

    /// The message with one thing changed, from here on.
    pub fn with(mut self, change: impl FnOnce(&mut Item)) -> Self {
        change(&mut self.honest.body);
        self
    }

    pub fn accepted(mut self, what: &str, value: u64, set: impl Fn(&mut Item, u64)) -> Self {
        let name = format!("{}-{value}", slug(what));
        let message = self.honest.with(|body| set(body, value));
        self.vectors.push(Vector::valid(name, format!("{what}: {value}"), input(message), Value::Null));
        self
    }

    pub fn refused(mut self, what: &str, value: u64, set: impl Fn(&mut Item, u64)) -> Self {
        let name = format!("{}-{value}", slug(what));
        let message = self.honest.with(|body| set(body, value));
        self.vectors.push(Vector::invalid(name, "Bound", self.check, format!("{what}: {value}"), input(message)));
        self
    }

    /// Both ends of a range: at each the last value inside and the first one outside, where there
    /// is one.
    pub fn range(mut self, what: &str, of: RangeInclusive<u64>, set: impl Fn(&mut Item, u64)) -> Self {
        if let Some(below) = of.start().checked_sub(1) {
            self = self.accepted(what, *of.start(), &set).refused(what, below, &set);
        }
        if let Some(above) = of.end().checked_add(1) {
            self = self.accepted(what, *of.end(), &set).refused(what, above, &set);
        }
        self
    }

    /// An integer.
    pub fn number(self, what: &str, place: &[usize], of: RangeInclusive<u64>) -> Self {
        self.range(what, of, |body, value| *at(body, place) = Item::Uint(value))
    }

    /// The bytes of a text.
    pub fn text(self, what: &str, place: &[usize], of: RangeInclusive<u64>) -> Self {
        self.range(&format!("bytes of {what}"), of, |body, count| *at(body, place) = letters(count))
    }

    /// The length of an array, of items that are each made of their place in it.
    pub fn items(self, what: &str, place: &[usize], of: RangeInclusive<u64>, each: impl Fn(u64) -> Item) -> Self {
        self.range(what, of, |body, count| *at(body, place) = array(count, &each))
    }

    /// The length of a run of points or scalars that are all this one.
    pub fn run(self, what: &str, place: &[usize], of: RangeInclusive<u64>, each: &Item) -> Self {
        self.range(what, of, |body, count| *at(body, place) = repeated(each, count))
    }

    pub fn group(self) -> Group {
        let words =
            |text: String, c: char| if c.is_ascii_uppercase() { format!("{text} {c}") } else { format!("{text}{c}") };
        let id = slug(&format!("{} {}", self.kind.chars().fold(String::new(), words), self.part));
        let part = if self.part.is_empty() { String::new() } else { format!(": {}", self.part) };
        let comment = format!("the ranges of a {}{part}", self.kind);
        Group::new(&id, "Decoding", comment, json!({ "kind": self.kind })).with_all(self.vectors)
    }
}

/// A text of so many bytes, which every rule of a text allows.
pub fn letters(count: u64) -> Item {
    Item::Text("x".repeat(count as usize))
}

pub fn array(count: u64, each: impl Fn(u64) -> Item) -> Item {
    Item::Array((0..count).map(each).collect())
}

pub fn repeated(each: &Item, count: u64) -> Item {
    bytes(each.bytes().repeat(count as usize))
}

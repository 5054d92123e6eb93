//! Defects of one honest message that whoever decodes it refuses (spec 01 §5.3), the same of every
//! type.

use serde_json::Value;
use testkit::prelude::*;
use testkit::vectors::Vector;

/// The glossary of what is made here.
pub const FLAGS: &[(&str, &str)] = &[
    ("Envelope", "the first three bytes are not looked at: messages of another suite, version or type are taken"),
    ("Ends", "what is missing at the end is taken for nothing, or read from elsewhere"),
    ("Fields", "a map of more or fewer keys, or of others, is read as the one that was expected"),
    ("Trailing", "bytes behind the body are ignored, so that one message has many encodings"),
    ("LongHead", "heads longer than they need be are taken, so that one message has many encodings"),
];

/// A defect: its slug, flag, check, comment and bytes.
pub type Defect = (&'static str, &'static str, &'static str, &'static str, Vec<u8>);

/// Those of the envelope and of the map that every message is.
pub fn of_any(honest: &[u8]) -> Vec<Defect> {
    let at = |place: usize, value: u8| {
        let mut other = honest.to_vec();
        other[place] = value;
        other
    };
    let fields = honest[3] & 31;
    let without_last = Tree::parse(honest).with(|body| drop(body.items_mut().pop()));
    let with_more = Tree::parse(honest).with(|body| body.items_mut().push(Item::Uint(0)));
    let longer = [&honest[..3], &[0xb8, fields], &honest[4..]].concat();
    vec![
        ("wrong-suite", "Envelope", "01-2", "of the other suite", at(0, 3 - SUITE)),
        ("wrong-version", "Envelope", "01-3", "of version 2", at(1, 2)),
        ("wrong-type", "Envelope", "01-4", "of another type", at(2, honest[2] ^ 0x80)),
        ("no-body", "Ends", "01-5", "an envelope alone", honest[..3].to_vec()),
        ("one-byte-less", "Ends", "01-5", "ends a byte early", honest[..honest.len() - 1].to_vec()),
        ("one-field-less", "Fields", "01-5", "without its last field", without_last),
        ("one-field-more", "Fields", "01-5", "with a field more", with_more),
        ("wrong-key", "Fields", "01-5", "its first key is 0", at(4, 0)),
        ("one-byte-more", "Trailing", "01-6", "a byte behind the body", [honest, &[0]].concat()),
        ("long-head", "LongHead", "01-7", "the length of its map in two bytes", longer),
    ]
}

/// The same of a message that has the most bytes of its type: what is longer is refused for that.
pub fn of_longest(honest: &[u8]) -> Vec<Defect> {
    let mut defects = of_any(honest);
    defects.retain(|defect| defect.4.len() <= honest.len() || defect.0 == "one-byte-more");
    for defect in defects.iter_mut().filter(|defect| defect.0 == "one-byte-more") {
        (defect.2, defect.3) = ("01-1", "a byte behind the body, more than the type allows");
    }
    defects
}

/// Vectors of these, each the input `{"bytes": …}`, beside what else the input has.
pub fn vectors(defects: impl IntoIterator<Item = Defect>, beside: &Value) -> impl Iterator<Item = Vector> {
    defects.into_iter().map(move |(slug, flag, check, comment, bytes)| {
        Vector::invalid(slug, flag, check, comment, input(&bytes, beside))
    })
}

/// The input `{"bytes": …}` with other fields.
pub fn input(bytes: &[u8], beside: &Value) -> Value {
    let mut input = beside.clone();
    input["bytes"] = hex::encode(bytes).into();
    input
}

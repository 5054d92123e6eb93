//! Both sides of each bound of what may be in a text (spec 01 §5.4, 04 §1.2, 07 §1).

use std::collections::BTreeSet;

use serde_json::json;
use testkit::prelude::*;
use testkit::rogue::Owner;
use testkit::vectors::{Group, Vector};

use super::{refused, valid};

/// First and last of each range of spec 01 §5.4.
const RANGES: [[u32; 2]; 33] = [
    [0x20, 0x21],
    [0x23, 0x26],
    [0x28, 0x5f],
    [0x61, 0x7e],
    [0xb7, 0xb7],
    [0xc0, 0x24f],
    [0x386, 0x386],
    [0x388, 0x38a],
    [0x38c, 0x38c],
    [0x38e, 0x3a1],
    [0x3a3, 0x3ff],
    [0x400, 0x481],
    [0x48a, 0x52f],
    [0x2013, 0x2014],
    [0x2026, 0x2026],
    [0x3001, 0x3002],
    [0x3005, 0x300b],
    [0x3041, 0x3096],
    [0x30a1, 0x30ff],
    [0x3400, 0x4dbf],
    [0x4e00, 0x9fff],
    [0x20000, 0x2a6df],
    [0x2a700, 0x2b81e],
    [0x2b820, 0x2cead],
    [0x2ceb0, 0x2ebe0],
    [0x2ebf0, 0x2ee5d],
    [0x30000, 0x3134a],
    [0x31350, 0x33479],
    [0xac00, 0xd7a3],
    [0xff01, 0xff01],
    [0xff03, 0xff06],
    [0xff08, 0xff3f],
    [0xff41, 0xff5e],
];

fn text(content: &str) -> Item {
    Item::Text(content.to_owned())
}

/// The seed of who asks.
pub const COUNTRY: u8 = 0x3b;

pub fn groups() -> Vec<Group> {
    let mut country = Country::new(COUNTRY);
    let request = Tree::parse(&country.hotel().once(&mut country.rng).unwrap().message.to_bytes());
    let purpose = |content: &str| request.with(|body| *body.at_mut(2) = text(content));
    let decodes = |kind: &str| json!({ "kind": kind });
    let purposes = Group::new("text", "Decoding", "the purpose of a request", decodes("PresentationRequest"));
    let labels = Group::new("label", "Decoding", "the label of an attribute of a schema", decodes("Schema"));
    let owners = Group::new("owner", "Decoding", "the name of a list's owner", decodes("SignedHead"));
    vec![
        purposes.with_all(characters(&purpose)).with_all(spaces(&purpose)),
        labels.with_all(sentences()),
        owners.with_all(names()),
    ]
}

/// The code points at each side of each end of each range.
fn characters(purpose: &dyn Fn(&str) -> Vec<u8>) -> Vec<Vector> {
    let sides = RANGES.iter().flat_map(|[first, last]| [first - 1, *first, *last, last + 1]);
    let sides: BTreeSet<char> = sides.filter_map(char::from_u32).filter(|c| *c != ' ').collect();
    let shown = |c: &char| RANGES.iter().any(|[first, last]| (*first..=*last).contains(&u32::from(*c)));
    let vector = |c: char| {
        let (slug, bytes) = (format!("u-{:x}", u32::from(c)), purpose(&format!("a{c}a")));
        let comment = format!("U+{:04X}", u32::from(c));
        if shown(&c) { valid(&slug, &comment, bytes) } else { refused(&slug, "Characters", "06-1", &comment, bytes) }
    };
    sides.into_iter().map(vector).collect()
}

fn spaces(purpose: &dyn Fn(&str) -> Vec<u8>) -> Vec<Vector> {
    let no = |slug, comment, content: &str| refused(slug, "Characters", "06-1", comment, purpose(content));
    let yes = |slug, comment, content: &str| valid(slug, comment, purpose(content));
    let long = |length| refused("long", "Bound", "06-1", "a byte more than fits", purpose(&"x".repeat(length)));
    vec![
        yes("space", "a space between words", "a a"),
        no("space-first", "a space at the beginning", " a"),
        no("space-last", "a space at the end", "a "),
        no("spaces", "two spaces in a row", "a  a"),
        no("space-alone", "nothing but a space", " "),
        no("empty", "nothing", ""),
        no("line", "a line feed", "a\na"),
        no("tab", "a tabulator", "a\ta"),
        no("zero", "a zero byte", "a\0a"),
        no("joiner", "a zero-width joiner", "a\u{200d}a"),
        no("no-break", "a no-break space", "a\u{a0}a"),
        no("ideographic-space", "an ideographic space", "a\u{3000}a"),
        no("combining", "a combining accent", "a\u{301}a"),
        no("isolate", "a change of direction", "a\u{2067}a"),
        no("byte-order", "a byte order mark", "\u{feff}a"),
        no("surrogate-side", "the first code point after the surrogates", "a\u{e000}a"),
        yes("full", "as many bytes as fit", &"x".repeat(128)),
        long(129),
        yes("full-wide", "as many bytes as fit, three for each letter", &format!("{}xx", "入".repeat(42))),
        refused("long-wide", "Bound", "06-1", "a byte more, three for each letter", purpose(&"入".repeat(43))),
    ]
}

fn attribute(label: &str) -> Item {
    Item::Array(vec![text("name"), Item::Uint(4), text(label), text("姓名")])
}

/// A schema of one attribute with this English label.
fn schema(label: &str) -> Vec<u8> {
    let body = Item::Map(vec![text("pass"), Item::Array(vec![attribute(label)])]);
    Tree { envelope: [SUITE, 1, 13], body }.to_bytes()
}

/// What ends or divides sentences, or quotes, is in no label.
fn sentences() -> Vec<Vector> {
    let of = "!,.:;?–—…、。〈〉《》！，．：；？";
    let vector = |c: char| {
        let slug = format!("u-{:x}", u32::from(c));
        refused(&slug, "Characters", "01-11", &format!("U+{:04X}", u32::from(c)), schema(&format!("a{c}a")))
    };
    let beside = ['-', '/', '(', '・', '々', '％', '＜'].map(|c| {
        valid(&format!("u-{:x}", u32::from(c)), &format!("U+{:04X}", u32::from(c)), schema(&format!("a{c}a")))
    });
    let bounds = [
        valid("full", "as many bytes as fit", schema(&"x".repeat(40))),
        refused("long", "Bound", "01-11", "a byte more", schema(&"x".repeat(41))),
        refused("empty", "Bound", "01-11", "nothing", schema("")),
    ];
    of.chars().map(vector).chain(beside).chain(bounds).collect()
}

fn names() -> Vec<Vector> {
    let owner = Owner::new(1, ListClass::Status);
    let head = owner.genesis(1, NOW.as_secs());
    let named = |name: &str| {
        let mut item = owner.sign(&head);
        *item.at_mut(0) = text(name);
        Tree { envelope: [SUITE, 1, 10], body: Item::Map(vec![item]) }.to_bytes()
    };
    let shown = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-' | '.');
    let sides = ['`', 'a', 'z', '{', '/', '0', '9', ':', ',', '-', '.', '@', 'A', 'Z', '_', ' ', 'é'];
    let vector = |c: char| {
        let (slug, comment) = (format!("u-{:x}", u32::from(c)), format!("U+{:04X}", u32::from(c)));
        let bytes = named(&format!("a{c}a"));
        if shown(c) { valid(&slug, &comment, bytes) } else { refused(&slug, "Characters", "01-11", &comment, bytes) }
    };
    let bounds = [
        valid("full", "as many bytes as fit", named(&"x".repeat(64))),
        refused("long", "Bound", "01-11", "a byte more", named(&"x".repeat(65))),
        refused("empty", "Bound", "01-11", "nothing", named("")),
    ];
    sides.map(vector).into_iter().chain(bounds).collect()
}

//! What messages are made of here: of the right form, and signed and proved by nobody, which no
//! decoder looks at.

use ed25519_dalek::SigningKey;
use testkit::cbor::bytes;
use testkit::curve::{G, Scalar, encode_point};
use testkit::prelude::*;

use super::table::repeated;

pub fn list<const N: usize>(items: [Item; N]) -> Item {
    Item::Array(items.to_vec())
}

pub fn none() -> Item {
    Item::Array(Vec::new())
}

pub fn uint(number: u64) -> Item {
    Item::Uint(number)
}

pub fn text(text: &str) -> Item {
    Item::Text(text.into())
}

/// The generator.
pub fn point() -> Item {
    points(1).remove(0)
}

pub fn scalar() -> Item {
    bytes([1; 32])
}

/// Different points in the order of their bytes.
pub fn points(count: u64) -> Vec<Item> {
    let mut encoded: Vec<_> = (1..=count).map(|number| encode_point(&(G * Scalar::from(number)))).collect();
    encoded.sort_unstable();
    encoded.into_iter().map(bytes).collect()
}

/// Different keys of Ed25519 in order.
pub fn signing_keys(count: u64) -> Vec<Item> {
    let key = |number: u64| SigningKey::from_bytes(&numbered(number)).verifying_key().to_bytes();
    let mut keys: Vec<_> = (1..=count).map(key).collect();
    keys.sort_unstable();
    keys.into_iter().map(bytes).collect()
}

/// 32 bytes, whose order is that of the numbers.
pub fn numbered<const N: usize>(number: u64) -> [u8; N] {
    let mut bytes = [0; N];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    bytes
}

pub fn digest(number: u64) -> Item {
    bytes(numbered::<32>(number))
}

/// A signer and a signature.
pub fn signature(number: u64) -> Item {
    list([digest(number), bytes([2; 64])])
}

pub fn proof() -> Item {
    list([repeated(&point(), 2), scalar()])
}

/// The first ten items of a head, which stand alone in snapshots and followers.
pub fn plain_head(owner: &Item, class: u64, shard: u64, epoch: u64) -> Item {
    let [key, before, value] = [(); 3].map(|()| point());
    let numbers = [class, shard].map(uint);
    let [class, shard] = numbers;
    list([owner.clone(), class, shard, key, uint(epoch), uint(NOW.as_secs()), uint(0), digest(1), before, value])
}

pub fn head(owner: &Item, class: u64, shard: u64, epoch: u64) -> Item {
    let mut head = plain_head(owner, class, shard, epoch);
    head.items_mut().extend([point(), scalar(), bytes([2; 64])]);
    head
}

/// An attribute of a schema without a template.
pub fn attribute(number: u64, kind: u64) -> Item {
    let own = |word: &str| text(&format!("{word}{number}"));
    list([own("a-"), uint(kind), own("a "), own("甲")])
}

/// The fields of a schema with so many codes.
pub fn schema(name: &str, attributes: u64) -> Vec<Item> {
    vec![text(name), super::table::array(attributes, |number| attribute(number, 3))]
}

pub fn message(number: u8, fields: Vec<Item>) -> Vec<u8> {
    Tree { envelope: [SUITE, 1, number], body: Item::Map(fields) }.to_bytes()
}

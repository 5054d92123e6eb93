//! Keys as they are stored and given, and what cosigners keep (spec 07 §9, 10 §1.1, 12 §4.2).

use testkit::cbor::bytes;
use testkit::prelude::*;

use super::documents::schema_message;
use super::parts::{digest, list, message, none, scalar, signing_keys, text, uint};
use super::rows::scalar_of;
use super::table::{Ranges, array};

const U32: u64 = u32::MAX as u64;

pub fn all() -> Vec<Ranges> {
    let mut all = vec![issuer(), shared_issuer(), shared_list(), code_set(), platform()];
    all.extend([owner(), owner_elsewhere(), cosigner(), cosigner_elsewhere()]);
    all
}

fn name() -> Item {
    list([text("owner"), uint(1)])
}

fn issuer() -> Ranges {
    let fields = vec![uint(1), bytes(schema_message(1)), scalar(), digest(1), digest(2)];
    Ranges::of("IssuerKeys", 23, fields).number("version", &[1], 0..=U32)
}

fn issuer_fields(number: u64) -> Vec<Item> {
    vec![uint(number), digest(number), scalar_of(number + 1)]
}

fn shared_issuer() -> Ranges {
    // A greater one takes more bytes than the type allows.
    Ranges::of("SharedIssuerKey", 59, issuer_fields(1)).under("01-1").number("version", &[1], 0..=U32)
}

/// Of a list of so many shards.
fn list_fields(owner: &str, shards: u64) -> Vec<Item> {
    vec![list([text(owner), uint(1)]), array(shards, |shard| scalar_of(shard + 1))]
}

/// The name of a list, and its shards.
fn of_list(ranges: Ranges) -> Ranges {
    ranges
        .text("an owner", &[1, 0], 1..=64)
        .number("class", &[1, 1], 1..=2)
        .items("shards", &[2], 1..=1024, |shard| scalar_of(shard + 1))
}

fn shared_list() -> Ranges {
    of_list(Ranges::of("SharedListKeys", 60, list_fields("owner", 1)))
}

fn set_fields(codes: u64) -> Vec<Item> {
    vec![scalar(), array(codes, uint)]
}

fn code_set() -> Ranges {
    Ranges::of("CodeSetKey", 37, set_fields(1))
        .range("code", 0..=U32, |body, code| *body.at_mut(2) = list([uint(code)]))
        .under("12-20")
        .items("codes", &[2], 1..=256, uint)
}

fn platform() -> Ranges {
    let verdict = bytes(message(58, vec![digest(1)]));
    let fields = vec![verdict, none(), none(), none(), none()];
    Ranges::of("PlatformKeys", 61, fields)
        .items("issuers", &[2], 0..=64, |number| bytes(message(59, issuer_fields(number))))
        .items("lists", &[3], 0..=16, |number| bytes(message(60, list_fields(&format!("owner{number:03}"), 1))))
        .items("sets", &[4], 0..=64, |number| bytes(message(37, set_fields(number + 1))))
        .items("digits", &[5], 0..=8, |number| bytes(message(49, vec![scalar_of(number + 5000), uint(8)])))
}

fn owner_fields(key: Item) -> Vec<Item> {
    vec![name(), list([scalar()]), key, digest(1), uint(86_400)]
}

fn owner() -> Ranges {
    of_list(Ranges::of("ListOwnerKeys", 22, owner_fields(digest(2)))).number("step", &[5], 1..=u64::MAX)
}

fn owner_elsewhere() -> Ranges {
    let fields = owner_fields(signing_keys(1).remove(0));
    of_list(Ranges::of("ListOwnerElsewhere", 90, fields)).number("step", &[5], 1..=u64::MAX)
}

/// What a cosigner has signed last of each list.
fn of_signed(ranges: Ranges) -> Ranges {
    let signed = |owner: Item, class: u64| list([owner, uint(class), uint(1), digest(1)]);
    let one = |body: &mut Item, of: Item| *body.at_mut(2) = list([of]);
    ranges
        .items("lists", &[2], 0..=256, |number| signed(text(&format!("owner{number:03}")), 1))
        .range("bytes of an owner", 1..=64, |body, count| one(body, signed(super::table::letters(count), 1)))
        .range("class", 1..=2, |body, class| one(body, signed(text("owner"), class)))
}

fn cosigner() -> Ranges {
    of_signed(Ranges::of("CosignerState", 32, vec![digest(1), none(), none()]))
}

fn cosigner_elsewhere() -> Ranges {
    of_signed(Ranges::of("CosignerElsewhere", 91, vec![signing_keys(1).remove(0), none(), none()]))
}

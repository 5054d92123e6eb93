//! Versions of the directory, and evidence against who signs two (spec 09).

use testkit::cbor::bytes;
use testkit::prelude::*;
use testkit::rogue::Head;

use super::parts::{digest, head, list, message, none, numbered, point, points, signature, signing_keys, text, uint};
use super::table::{Field, Ranges, array, letters, repeated};

const COSIGNERS: usize = 4;
const SHARDS: usize = 6;
const SCHEMAS: usize = 7;
const ISSUERS: usize = 8;
const LISTS: usize = 9;
const PLATFORMS: usize = 10;
const AUDITORS: usize = 11;
const DIGITS: usize = 12;
const U32: u64 = u32::MAX as u64;

/// Schemas of one attribute, in the order of their digests, which stand beside them.
fn schemas(count: u64) -> Vec<(Vec<u8>, Item)> {
    let one = |number: u64| {
        let fields = super::parts::schema(&format!("schema {number}"), 1);
        let digest = Schema::from_bytes(&message(13, fields.clone())).unwrap().digest().to_bytes();
        (digest.to_vec(), Item::Map(fields))
    };
    let mut all: Vec<_> = (0..count).map(one).collect();
    all.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    all
}

fn issuer(key: &Item, version: u64, schema: &[u8]) -> Item {
    list([key.clone(), uint(version), bytes(schema), uint(1000), uint(2000)])
}

fn issuers(count: u64) -> Item {
    let schema = &schemas(1)[0].0;
    Item::Array((1..).zip(points(count)).map(|(version, key)| issuer(&key, version, schema)).collect())
}

fn listed(owner: &str, shards: u64) -> Item {
    list([text(owner), uint(1), signing_keys(1).remove(0), repeated(&point(), shards)])
}

/// A group of one auditor, or of several of whom one is enough.
fn group(key: &Item, auditors: u64) -> Item {
    Item::Map(vec![uint(1), key.clone(), repeated(key, auditors)])
}

/// A version with one of each.
pub fn content() -> Item {
    let schema = schemas(1).remove(0);
    let [authority, cosigner, platform] = <[Item; 3]>::try_from(signing_keys(3)).unwrap();
    list([
        uint(1),
        uint(1000),
        bytes([0; 32]),
        authority,
        list([list([cosigner]), uint(1)]),
        point(),
        uint(1),
        list([schema.1]),
        issuers(1),
        list([listed("owner", 1)]),
        list([list([platform, uint(1000), uint(2000)])]),
        list([list([text("auditors"), group(&point(), 1)])]),
        list([digest(1)]),
    ])
}

pub fn all() -> Vec<Ranges> {
    vec![parties(), keys(), equivocation(), two_heads()]
}

fn signed() -> Vec<Item> {
    vec![content(), signature(1), none()]
}

fn parties() -> Ranges {
    let (cosigners, platforms) = (signing_keys(65), signing_keys(65));
    let auditors = points(65);
    let first = |of: &[Item], count: u64| Item::Array(of[..count as usize].to_vec());
    let in_force = |key: &Item| list([key.clone(), uint(1000), uint(2000)]);
    Ranges::named("SignedDirectory", "parties", 15, signed())
        .items("cosignatures", &[3], 0..=64, signature)
        .under("09-1")
        // A quorum is more than half of them.
        .range("cosigners", 0..=64, |body, count| {
            *body.at_mut(1).at_mut(COSIGNERS) = list([first(&cosigners, count), uint(count / 2 + 1)]);
        })
        .range("schemas", 0..=64, |body, count| {
            let all = schemas(count);
            let keys = points(count);
            let of = |(key, schema): (&Item, &(Vec<u8>, Item))| issuer(key, 1, &schema.0);
            *body.at_mut(1).at_mut(ISSUERS) = Item::Array(keys.iter().zip(&all).map(of).collect());
            *body.at_mut(1).at_mut(SCHEMAS) = Item::Array(all.into_iter().map(|schema| schema.1).collect());
        })
        .range("issuers", 0..=256, |body, count| *body.at_mut(1).at_mut(ISSUERS) = issuers(count))
        .items("lists", &[1, LISTS], 0..=16, |number| listed(&format!("owner{number:03}"), 1))
        .range("platforms", 0..=64, |body, count| {
            let all = platforms[..count as usize].iter().map(in_force);
            *body.at_mut(1).at_mut(PLATFORMS) = Item::Array(all.collect());
        })
        .items("auditors", &[1, AUDITORS], 0..=64, |number| {
            list([text(&format!("auditors {number:03}")), group(&auditors[number as usize], 1)])
        })
        .items("digits", &[1, DIGITS], 0..=64, digest)
}

fn keys() -> Ranges {
    let first = |of: usize| [1, of, 0];
    let below = |of: usize, place: usize| [1, of, 0, place];
    let schema = schemas(1).remove(0).0;
    let shards = |body: &mut Item, count: u64| {
        *body.at_mut(1).at_mut(SHARDS) = uint(count);
        *body.at_mut(1).at_mut(LISTS) = list([listed("owner", count)]);
    };
    Ranges::named("SignedDirectory", "keys", 15, signed())
        .under("09-1")
        .range("shards", 1..=1024, shards)
        .refused("shards of a list", 1025, |body, count| {
            shards(body, 1024);
            *body.at_mut(1).at_mut(LISTS) = list([listed("owner", count)]);
        })
        .range("key version", 0..=U32, |body, version| {
            *body.at_mut(1).at_mut(ISSUERS).at_mut(0) = issuer(&point(), version, &schema);
        })
        .text("an owner", &below(LISTS, 0), 1..=64)
        .number("class of a list", &below(LISTS, 1), 1..=2)
        .text("the auditors' name", &below(AUDITORS, 0), 1..=64)
        .range("auditors of a group", 1..=64, |body, count| {
            *body.at_mut(1).at_mut(AUDITORS).at_mut(0).at_mut(1) = group(&point(), count);
        })
        .range("threshold", 1..=64, |body, threshold| {
            let item = body.at_mut(1).at_mut(AUDITORS).at_mut(0).at_mut(1);
            *item = group(&point(), 64);
            *item.at_mut(1) = uint(threshold);
        })
        .under("09-5")
        .accepted("seconds of an issuer", 0, |body, length| until(body, &first(ISSUERS), 3, 1000 + length))
        .refused("seconds before an issuer", 1, |body, before| until(body, &first(ISSUERS), 3, 1000 - before))
        .accepted("seconds of a platform", 0, |body, length| until(body, &first(PLATFORMS), 1, 1000 + length))
        .refused("seconds before a platform", 1, |body, before| until(body, &first(PLATFORMS), 1, 1000 - before))
}

/// Puts the end of a key that begins at 1000 here.
fn until(body: &mut Item, place: &[usize], start: usize, end: u64) {
    let item = place.iter().fold(body, |item, place| item.at_mut(*place));
    *item.at_mut(start + 1) = uint(end);
}

fn equivocation() -> Ranges {
    let of_version = |number: u64| list([digest(number), bytes([3; 64])]);
    let of_epoch = |number: u64| list([uint(number), digest(number), bytes([3; 64])]);
    let versions = list([uint(3), digest(1), uint(1), of_version(1), of_version(2)]);
    let epochs = list([uint(2), digest(1), text("owner"), uint(1), uint(1), of_epoch(1), of_epoch(2)]);
    Ranges::of("Equivocation", 16, vec![versions])
        .number("version", &[1, 2], 1..=u64::MAX)
        .refused("kind", 0, |body, kind| *body.at_mut(1).at_mut(0) = uint(kind))
        .refused("kind", 5, |body, kind| *body.at_mut(1).at_mut(0) = uint(kind))
        .with(|body| *body.at_mut(1) = epochs)
        .text("an owner", &[1, 2], 1..=64)
        .number("class", &[1, 3], 1..=2)
}

/// Two heads of one list and epoch, in the order of their digests: both with the same at a bound,
/// or one of them with what is outside.
fn two_heads() -> Ranges {
    let made = |place: usize, item: Item, time: u64| {
        let mut head = head(&text("owner"), 1, 0, 1);
        *head.at_mut(5) = uint(time);
        *head.at_mut(place) = item;
        head
    };
    let both = |place: usize, item: &Item| {
        let mut heads = [1000, 2000].map(|time| made(place, item.clone(), time));
        heads.sort_unstable_by_key(|head| Head::read(head).digest());
        let [first, second] = heads;
        list([uint(1), first, second])
    };
    let fields: [Field; 4] = [
        ("bytes of an owner", 0, [1, 64], letters),
        ("class", 1, [1, 2], uint),
        ("shard", 2, [0, 1023], uint),
        ("commitments", 10, [1, 2], |count| repeated(&point(), count)),
    ];
    let mut ranges = Ranges::named("Equivocation", "heads", 16, vec![both(1, &uint(1))]);
    for (what, place, [least, most], of) in fields {
        ranges = ranges.accepted(what, least, |body, value| *body.at_mut(1) = both(place, &of(value)));
        ranges = ranges.accepted(what, most, |body, value| *body.at_mut(1) = both(place, &of(value)));
        for (which, key) in [("first", 1), ("second", 2)] {
            let outside = |body: &mut Item, value: u64| *body.at_mut(1).at_mut(key).at_mut(place) = of(value);
            ranges = ranges.refused(&format!("{what} of the {which}"), most + 1, outside);
            if let Some(below) = least.checked_sub(1) {
                // No commitment is another length than a proof has.
                ranges = ranges.under(if place == 10 { "01-5" } else { "01-11" });
                ranges = ranges.refused(&format!("{what} of the {which}"), below, outside).under("01-11");
            }
        }
    }
    ranges
}

/// What a wallet keeps of a version (spec 11 §3.2).
pub fn kept(cosignatures: u64) -> Item {
    list([content(), signature(1), array(cosignatures, signature)])
}

/// A counter of 32 bytes.
pub fn counter(number: u64) -> Item {
    bytes(numbered::<32>(number))
}

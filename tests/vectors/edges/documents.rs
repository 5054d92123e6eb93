//! Schemas, sets, auditors' keys, what registries say to each other, offers, and what is sealed
//! (spec 04 §1, 10 §3, 11 §2, 12 §4, 13).

use testkit::cbor::bytes;
use testkit::prelude::*;

use super::parts::{attribute, digest, list, message, none, point, proof, scalar, schema, text, uint};
use super::table::{Ranges, array, letters, repeated};

const U32: u64 = u32::MAX as u64;
/// The seed of the auditors' keys.
pub const AUDITORS: u8 = 0x4f;

pub fn all() -> Vec<Ranges> {
    let mut all = vec![of_schema(), codes(), digits(), auditors(), share(), part(), offered()];
    all.extend([flag_answer(), join_answer(), registration()]);
    all.extend([wallet(), device(), backup()]);
    all
}

/// A text of so many bytes in letters of three.
fn chinese(count: u64) -> Item {
    Item::Text("甲".repeat(count as usize / 3) + &"x".repeat(count as usize % 3))
}

fn of_schema() -> Ranges {
    let label = |place: usize, made: fn(u64) -> Item| {
        move |body: &mut Item, count| *body.at_mut(2).at_mut(0).at_mut(place) = made(count)
    };
    Ranges::of("Schema", 13, schema("schema", 2))
        .text("the name", &[1], 1..=64)
        .text("an attribute's name", &[2, 0, 0], 1..=64)
        .range("bytes of an English label", 1..=40, label(2, letters))
        .range("bytes of a Chinese label", 1..=40, label(3, chinese))
        .items("attributes", &[2], 1..=32, |number| attribute(number, 3))
        .number("kind", &[2, 0, 1], 1..=5)
}

fn codes() -> Ranges {
    let set = |body: &mut Item, codes: u64, witnesses: u64| {
        *body.at_mut(2) = array(codes, uint);
        *body.at_mut(3) = repeated(&point(), witnesses);
    };
    Ranges::of("CodeSet", 36, vec![point(), list([uint(1)]), point(), proof()])
        .under("12-20")
        .refused("witnesses", 257, |body, witnesses| set(body, 256, witnesses))
        .range("codes", 1..=256, |body, codes| set(body, codes, codes.clamp(1, 256)))
        .under("01-11")
        .range("code", 0..=U32, |body, code| *body.at_mut(2) = list([uint(code)]))
}

fn digits() -> Ranges {
    let fields = vec![point(), uint(8), repeated(&point(), 256), proof()];
    Ranges::of("DigitSet", 48, fields).with(|body| *body.at_mut(2) = uint(12)).under("01-1").run(
        "witnesses",
        &[3],
        0..=4096,
        &point(),
    )
}

/// Of one auditor, of whom all keys are the same, and of 64 who are all needed.
fn auditors() -> Ranges {
    let (threshold, count) = (Threshold::new(64).unwrap(), AuditorCount::new(64).unwrap());
    let group = AuditorGroup::deal(threshold, count, &mut SeededRng::new([AUDITORS; 32])).unwrap().group;
    Ranges::of("AuditorGroup", 33, vec![uint(1), point(), point()])
        .under("01-1")
        .run("keys", &[3], 0..=64, &point())
        .under("13-1")
        .run("keys", &[3], 1..=u64::MAX, &point())
        .refused("threshold of one", 2, |body, threshold| *body.at_mut(1) = uint(threshold))
        .with(|body| *body = Tree::parse(&group.to_bytes()).body)
        .accepted("threshold", 64, |_, _| ())
        .refused("threshold", 0, |body, threshold| *body.at_mut(1) = uint(threshold))
        .refused("threshold", 65, |body, threshold| *body.at_mut(1) = uint(threshold))
}

fn share() -> Ranges {
    Ranges::of("AuditorShare", 34, vec![uint(1), scalar()]).number("auditor", &[1], 1..=64)
}

fn part() -> Ranges {
    Ranges::of("PartialDecryption", 35, vec![uint(1), bytes([1; 64]), point(), proof()]).number("auditor", &[1], 1..=64)
}

fn offered() -> Ranges {
    let fields = vec![digest(1), point(), uint(1), digest(2), bytes([3; 16]), uint(1), uint(1024), list([uint(0)])];
    Ranges::of("CredentialOffer", 3, fields)
        .number("key version", &[3], 0..=U32)
        .number("generation", &[6], 1..=U32)
        .number("shard", &[8, 0], 0..=1023)
        .with(|body| *body.at_mut(8) = none())
        .number("shards", &[7], 1..=1024)
}

fn name() -> Item {
    list([text("owner"), uint(1)])
}

fn flag_answer() -> Ranges {
    let witness = list([uint(1), point(), repeated(&point(), 2), scalar()]);
    Ranges::of("FlagAnswer", 31, vec![name(), uint(0), scalar(), witness])
        .text("an owner", &[1, 0], 1..=64)
        .number("class", &[1, 1], 1..=2)
        .number("shard", &[2], 0..=1023)
}

fn join_answer() -> Ranges {
    Ranges::of("JoinAnswer", 45, vec![name(), scalar(), scalar()]).text("an owner", &[1, 0], 1..=64).number(
        "class",
        &[1, 1],
        1..=2,
    )
}

fn registration() -> Ranges {
    Ranges::of("FlagRegistration", 67, vec![scalar(), uint(0)]).number("shard", &[2], 0..=1023)
}

fn setting() -> Item {
    list([uint(19_456), uint(2), uint(1), bytes([1; 16])])
}

/// Sealed by nobody, with so many checks and bytes behind the tag.
fn sealed(checks: u64, content: u64) -> Item {
    list([digest(1), array(checks, digest), bytes(vec![1; 16 + content as usize]), digest(2)])
}

/// What a passcode costs, which nobody pays here.
fn of_cost(ranges: Ranges, place: &[usize]) -> Ranges {
    let of = |below: usize| [place, &[below]].concat();
    ranges
        .under("11-6")
        .number("KiB", &of(0), 64..=262_144)
        .number("passes", &of(1), 1..=10)
        .number("lanes", &of(2), 1..=4)
        .under("01-11")
}

fn wallet() -> Ranges {
    let ranges = Ranges::of("SealedWallet", 19, vec![uint(1), list([setting()]), sealed(2, 4096)]);
    of_cost(ranges, &[2, 0])
        .refused("checks", 3, |body, count| *body.at_mut(3) = sealed(count, 4096))
        .accepted("settings", 0, |body, _| {
            *body.at_mut(2) = none();
            *body.at_mut(3) = sealed(1, 4096);
        })
        .refused("settings", 2, |body, count| *body.at_mut(2) = array(count, |_| setting()))
}

fn device() -> Ranges {
    let wrapped = |body: &mut Item, count: u64| *body.at_mut(2) = bytes(vec![1; count as usize]);
    Ranges::of("SealedDevice", 20, vec![point(), bytes([1; 8]), sealed(1, 32)])
        .refused("checks", 3, |body, count| *body.at_mut(3) = sealed(count, 32))
        .range("bytes of the wrapped key", 0..=1024, wrapped)
        .accepted("bytes of the content", 0, |body, count| *body.at_mut(3) = sealed(1, count))
        .range("bytes of the content", 0..=32, |body, count| *body.at_mut(3) = sealed(1, count))
}

fn backup() -> Ranges {
    let ranges = Ranges::of("SealedBackup", 21, vec![setting(), sealed(1, 32)]);
    of_cost(ranges, &[1]).refused("checks", 3, |body, count| *body.at_mut(2) = sealed(count, 32)).range(
        "bytes of the content",
        0..=32,
        |body, count| *body.at_mut(2) = sealed(1, count),
    )
}

/// A schema as a message.
pub fn schema_message(attributes: u64) -> Vec<u8> {
    message(13, schema("schema", attributes))
}

//! Rows of registries (spec 10 §5).

use testkit::cbor::bytes;
use testkit::prelude::*;

use super::directory::counter;
use super::parts::{digest, list, message, none, numbered, point, scalar, text, uint};
use super::table::Ranges;

const U32: u64 = u32::MAX as u64;
const U16: u64 = u16::MAX as u64;

pub fn all() -> Vec<Ranges> {
    vec![receipt(), person(), card(), slot(), offer(), element(), entry(), flagged(), mark(), cut()]
}

/// Of a list of four shards, with none drawn.
fn offered() -> Item {
    let slot = bytes([3; 16]);
    let fields = vec![digest(1), point(), uint(1), digest(2), slot, uint(1), uint(4), none()];
    bytes(message(3, fields))
}

fn receipt() -> Ranges {
    let appended = |number: u64| list([uint(1), uint(0), uint(number)]);
    let issued = list([uint(3), offered(), uint(0), uint(1), scalar(), uint(1), uint(0), uint(1)]);
    let registered = list([uint(4), uint(0), uint(1)]);
    Ranges::of("Receipt", 30, vec![digest(1), uint(1), list([appended(0)]), list([uint(1)])])
        .items("entries", &[3], 0..=16, appended)
        .number("operation", &[3, 0, 0], 1..=2)
        .number("shard of an entry", &[3, 0, 1], 0..=1023)
        .refused("outcome", 0, |body, kind| *body.at_mut(4).at_mut(0) = uint(kind))
        .refused("outcome", 6, |body, kind| *body.at_mut(4).at_mut(0) = uint(kind))
        .with(|body| *body.at_mut(4) = issued)
        .number("shard", &[4, 2], 0..=1023)
        .number("day", &[4, 5], 0..=U16)
        .number("reset counter", &[4, 6], 0..=U32)
        .number("pseudonym", &[4, 7], 1..=3)
        .with(|body| *body.at_mut(4) = registered)
        .number("shard of a registration", &[4, 1], 0..=1023)
}

fn person() -> Ranges {
    Ranges::of("Person", 40, vec![bytes([1; 16]), uint(0)]).number("replaced", &[2], 0..=1)
}

fn card() -> Ranges {
    Ranges::of("Card", 41, vec![bytes([1; 16]), uint(0), none()])
        .number("replaced", &[2], 0..=1)
        .range("last day", 0..=U16, |body, day| *body.at_mut(3) = list([uint(day)]))
        .refused("replaced with a last day", 1, |body, replaced| {
            *body.at_mut(2) = uint(replaced);
            *body.at_mut(3) = list([uint(1)]);
        })
}

fn slot() -> Ranges {
    let live = list([uint(1), uint(1), bytes([2; 64]), scalar(), point(), point(), uint(0)]);
    let fields = vec![bytes([1; 64]), uint(1), uint(0), list([uint(0)]), live, uint(U32), none()];
    Ranges::of("Slot", 24, fields)
        .number("reset counter", &[3], 0..=U32)
        .number("shard", &[4, 0], 0..=1023)
        .number("generation", &[5, 0], 1..=U32)
        .number("day", &[5, 1], 0..=U16)
        .number("reasons", &[5, 6], 0..=7)
        .number("last generation", &[6], 0..=U32)
        .with(|body| *body.at_mut(5).at_mut(0) = uint(2))
        .refused("last generation before the second", 1, |body, last| *body.at_mut(6) = uint(last))
        .accepted("last generation of the second", 2, |body, last| *body.at_mut(6) = uint(last))
}

fn offer() -> Ranges {
    Ranges::of("PendingOffer", 25, vec![offered(), uint(1), bytes([1; 64]), uint(1000)]).number("kind", &[2], 1..=5)
}

fn element() -> Ranges {
    Ranges::of("Element", 26, vec![uint(0), uint(1), uint(0), uint(1)])
        .number("shard", &[1], 0..=1023)
        .number("removed", &[2], 0..=1)
        .number("superseded", &[3], 0..=1)
}

fn entry() -> Ranges {
    Ranges::of("LogEntry", 28, vec![uint(1), scalar()]).number("operation", &[1], 1..=2)
}

fn flagged() -> Ranges {
    let case = |number: u64| bytes(numbered::<16>(number));
    let handle = |number: u64| scalar_of(number + 1);
    Ranges::of("Flagged", 27, vec![none(), uint(1), none(), uint(1024), none()])
        .items("cases", &[1], 0..=1024, case)
        .items("registered handles", &[5], 0..=16, handle)
        .accepted("open cases", 0, |body, open| *body.at_mut(4) = uint(open))
        .with(|body| *body.at_mut(1) = list([case(1), case(2)]))
        .accepted("open cases of two", 2, |body, open| *body.at_mut(4) = uint(open))
        .refused("open cases of two", 1, |body, open| *body.at_mut(4) = uint(open))
}

/// A small scalar, in the order of bytes of the suite.
pub fn scalar_of(number: u64) -> Item {
    let mut bytes_of = [0; 32];
    if SUITE == 1 {
        bytes_of[..8].copy_from_slice(&number.to_le_bytes());
    } else {
        bytes_of[24..].copy_from_slice(&number.to_be_bytes());
    }
    bytes(bytes_of)
}

fn mark() -> Ranges {
    let of_issuer = list([counter(1), counter(2), text("owner"), uint(1)]);
    Ranges::of("StoreMark", 42, vec![digest(1), of_issuer]).text("the flag list's owner", &[2, 2], 1..=64).number(
        "class",
        &[2, 3],
        1..=2,
    )
}

fn cut() -> Ranges {
    Ranges::of("EpochCut", 44, vec![uint(1), uint(1000), list([uint(0)])]).items("ends", &[3], 1..=1024, uint)
}

//! Heads, and what has heads in it (spec 07 §3 to §12).

use testkit::cbor::bytes;
use testkit::prelude::*;

use super::parts::{digest, head, list, none, plain_head, point, scalar, signature, text, uint};
use super::table::{Field, Ranges, array};

const OWNER: usize = 0;
const CLASS: usize = 1;
const SHARD: usize = 2;
const COMMITMENTS: usize = 10;

pub fn all() -> Vec<Ranges> {
    vec![signed_head(), head_set(), cosigned(), update(), segment(), closed_epoch(), snapshot()]
}

fn owner() -> Item {
    text("owner")
}

fn entry() -> Item {
    list([uint(1), scalar(), point()])
}

/// A place within another one.
fn down(place: &[usize], below: usize) -> Vec<usize> {
    [place, &[below]].concat()
}

/// Those of what stands in the name of a list.
fn of_name(ranges: Ranges, place: &[usize]) -> Ranges {
    ranges.text("an owner", &down(place, OWNER), 1..=64).number("class", &down(place, CLASS), 1..=2)
}

/// Those of a signed head.
fn of_head(ranges: Ranges, place: &[usize]) -> Ranges {
    of_name(ranges, place).number("shard", &down(place, SHARD), 0..=1023).run(
        "commitments",
        &down(place, COMMITMENTS),
        0..=2,
        &point(),
    )
}

/// No commitment is another length than a proof has.
fn none_of_proof(ranges: Ranges, place: &[usize]) -> Ranges {
    let place = down(place, COMMITMENTS);
    ranges.under("01-5").run("commitments", &place, 1..=u64::MAX, &point()).under("01-11")
}

fn heads(count: u64, epoch: u64) -> Item {
    array(count, |shard| head(&owner(), 1, shard, epoch))
}

fn signed_head() -> Ranges {
    let ranges = Ranges::of("SignedHead", 10, vec![head(&owner(), 1, 0, 1)]);
    none_of_proof(of_head(ranges, &[1]), &[1])
}

fn head_set() -> Ranges {
    let ranges = Ranges::of("HeadSet", 11, vec![heads(1, 1)]);
    none_of_proof(of_head(ranges, &[1, 0]), &[1, 0])
        .range("heads", 0..=1024, |body, count| *body.at_mut(1) = heads(count, 1))
}

fn cosigned() -> Ranges {
    let ranges = Ranges::of("CosignedHeadSet", 14, vec![heads(1, 1), none()]);
    none_of_proof(of_head(ranges, &[1, 0]), &[1, 0]).items("cosignatures", &[2], 0..=64, signature)
}

fn update() -> Ranges {
    let ranges = Ranges::of("EpochUpdate", 12, vec![list([entry()]), head(&owner(), 1, 0, 1)]);
    none_of_proof(of_head(ranges, &[2]), &[2]).number("operation", &[1, 0, 0], 1..=2)
}

/// Heads are of the list that the segment is of: a number outside the range is first seen there,
/// and in a head where the list has the last one inside.
fn segment() -> Ranges {
    let epochs = |first: u64, count: u64| {
        array(count, move |place| list([list([entry()]), head(&owner(), 1, 0, first + place)]))
    };
    let of_list = list([owner(), uint(1), uint(0)]);
    let mut ranges = Ranges::of("LogSegment", 17, vec![of_list, uint(0), epochs(1, 1)]);
    let name: [Field; 3] = [
        ("bytes of an owner", OWNER, [1, 64], super::table::letters),
        ("class", CLASS, [1, 2], uint),
        ("shard", SHARD, [0, 1023], uint),
    ];
    for (what, place, [least, most], made) in name {
        ranges = ranges.range(&format!("{what} of the list"), least..=most, |body, value| {
            *body.at_mut(1).at_mut(place) = made(value);
            *body.at_mut(3).at_mut(0).at_mut(1).at_mut(place) = made(value);
        });
        let of_head = |body: &mut Item, value| *body.at_mut(3).at_mut(0).at_mut(1).at_mut(place) = made(value);
        ranges = ranges.refused(&format!("{what} of a head"), most + 1, of_head);
        if least > 0 {
            ranges = ranges.refused(&format!("{what} of a head"), least - 1, of_head);
        }
    }
    none_of_proof(ranges.run("commitments", &[3, 0, 1, COMMITMENTS], 0..=2, &point()), &[3, 0, 1])
        .number("operation", &[3, 0, 0, 0, 0], 1..=2)
        .range("epochs", 1..=16, |body, count| *body.at_mut(3) = epochs(1, count))
        .range("number", 0..=u64::MAX / 16 - 1, |body, number| {
            *body.at_mut(2) = uint(number);
            *body.at_mut(3) = epochs(number.saturating_mul(16).saturating_add(1), 1);
        })
}

fn closed_epoch() -> Ranges {
    let ranges = Ranges::of("ClosedEpoch", 80, vec![heads(1, 1), list([list([entry()])])]);
    none_of_proof(of_head(ranges, &[1, 0]), &[1, 0]).number("operation", &[2, 0, 0, 0], 1..=2).refused(
        "shards with entries",
        1025,
        |body, count| *body.at_mut(2) = array(count, |_| none()),
    )
}

fn snapshot() -> Ranges {
    let epoch = |shards: u64, epoch: u64| array(shards, move |shard| plain_head(&owner(), 1, shard, epoch));
    let element = |number: u64| list([digest(number), uint(0), uint(0)]);
    let fields = vec![list([epoch(1, 1)]), list([element(1)]), digest(1), bytes([2; 64])];
    of_name(Ranges::of("ListSnapshot", 69, fields), &[1, 0, 0])
        .range("heads of an epoch", 1..=1024, |body, count| *body.at_mut(1) = list([epoch(count, 1)]))
        .items("epochs", &[1], 1..=64, |place| epoch(1, place))
        .number("shard of an element", &[2, 0, 1], 0..=1023)
        .number("whether an element is removed", &[2, 0, 2], 0..=1)
        .refused("shard of a head", 1024, |body, shard| {
            *body.at_mut(1).at_mut(0).at_mut(0).at_mut(SHARD) = uint(shard);
        })
}

//! Who reads a whole log as it is published, epoch by epoch: the newest heads that it has verified
//! bound each file before anything of it is decoded (spec 07 §11.1).

use serde_json::{Value as Json, json};
use testkit::prelude::*;
use testkit::rogue::REMOVE;
use testkit::vectors::{Group, list};

use super::logs::{Closed, Log, Of, given};
use crate::tickets::protocol::message;

/// The most bytes of an epoch of which so many entries are verified (check 07-50).
const fn most(entries: usize) -> usize {
    64 + 528 * SHARDS as usize + 80 * entries
}

impl Log {
    /// An epoch that removes so many elements that nothing was said of, so many in each shard.
    fn removing(&self, epoch: usize, counts: [u64; SHARDS as usize]) -> Closed {
        let mut next = 100 + 1_000 * epoch as u64;
        let mut changes = Vec::new();
        for (shard, count) in (0..).zip(counts) {
            changes.extend((next..next + count).map(|y| (shard, REMOVE, y.into())));
            next += count;
        }
        self.after(epoch, &changes)
    }

    /// Of such epochs with entries in the last shard alone, the last one within a bound, and the
    /// one after it.
    fn around(&self, epoch: usize, most: usize) -> [Closed; 2] {
        let mut fits = self.removing(epoch, [0, 0, 0, 1]);
        for count in 2.. {
            let next = self.removing(epoch, [0, 0, 0, count]);
            if next.bytes.len() > most {
                return [fits, next];
            }
            fits = next;
        }
        unreachable!("an epoch has no bound")
    }
}

/// With zeros behind, so many bytes in all.
fn padded(epoch: &Closed, length: usize) -> Json {
    assert!(epoch.bytes.len() < length);
    let mut bytes = epoch.bytes.clone();
    bytes.resize(length, 0);
    json!({ "bytes": hex::encode(bytes) })
}

/// Who has read so many epochs, and has verified the heads of this one.
fn reader(log: &Log, read: usize, newest: &Closed) -> Of {
    let heads = Tree::parse(&newest.bytes).body.at(1).clone();
    let newest = hex::encode(message(11, vec![heads]));
    Of::new("EpochFile", json!({ "keys": list(&log.owner.keys()), "read": log.read(read), "newest": newest }))
}

const LONG: &str = "LongEpoch";

/// Check 07-50.
pub fn groups() -> Vec<Group> {
    let mut log = Log::new();
    let honest = log.removing(0, [20, 0, 0, 20]);
    log.epochs.splice(1.., [honest]);
    let nothing = log.after(1, &[]);
    log.epochs.push(nothing);
    vec![first(&log), next(&log), last(&log)]
}

/// Of epoch 0 nothing is counted.
fn first(log: &Log) -> Group {
    let [empty, _, newest] = &log.epochs[..] else { unreachable!() };
    reader(log, 0, newest)
        .takes("first", "the empty log", given(empty))
        .refuses("first-most", "TrailingBytes", "01-6", "as many bytes as it may have", padded(empty, most(0)))
        .refuses("first-long", LONG, "07-50", "a byte more, where the newest heads have 40 entries", {
            padded(empty, most(0) + 1)
        })
        .done("file-first", "Who has read nothing of a log, and verified the heads of its epoch 2, of 40 entries.")
}

/// Between epoch 0 and the newest heads are 40 entries, all of epoch 1 and in two shards.
fn next(log: &Log) -> Group {
    let [_, honest, newest] = &log.epochs[..] else { unreachable!() };
    let bound = most(40);
    assert!(honest.bytes.len() > most(20), "one shard's entries do not bound it");
    let [longest, longer] = log.around(0, bound);
    let zeros = |length: usize| json!({ "bytes": "00".repeat(length) });
    reader(log, 1, newest)
        .takes("whole", "with all entries that there are", given(honest))
        .takes("none", "another version, without entries", given(&log.after(0, &[])))
        .takes("longest", "another version, with as many entries as the bound has room for", given(&longest))
        .refuses("entry-more", LONG, "07-50", "and one entry more", given(&longer))
        .refuses("most", "TrailingBytes", "01-6", "as many bytes as it may have", padded(honest, bound))
        .refuses("byte-more", LONG, "07-50", "a byte more", padded(honest, bound + 1))
        .refuses("zeros", "WrongSuite", "01-2", "as many zeros as it may have bytes", zeros(bound))
        .refuses("zeros-more", LONG, "07-50", "a zero more: nothing is decoded", zeros(bound + 1))
        .done("file-next", "Who has read epoch 0 of a log, and verified the heads of its epoch 2.")
}

/// The entries that it has read count no more.
fn last(log: &Log) -> Group {
    let newest = &log.epochs[2];
    let [longest, longer] = log.around(1, most(0));
    assert!(longer.bytes.len() < most(40));
    reader(log, 2, newest)
        .takes("none", "without entries, as the newest heads say", given(newest))
        .takes("longest", "another version, with as many entries as the bound has room for", given(&longest))
        .refuses("entry-more", LONG, "07-50", "and one entry more", given(&longer))
        .refuses("byte-more", LONG, "07-50", "a byte more", padded(newest, most(0) + 1))
        .done("file-last", "Who has read all entries of a log, and verified the heads of the epoch after them.")
}

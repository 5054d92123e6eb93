//! Who reads whole logs, of an owner that signs anything: auditors of a log (spec 07 §6.2) and
//! cosigners (spec 07 §7.2).

use serde_json::{Value as Json, json};
use testkit::curve::Scalar;
use testkit::prelude::*;
use testkit::rogue::{Epoch, EpochProof, Head, Owner, REMOVE, RESTORE};
use testkit::vectors::{File, Group, Vector, list};

use crate::conformance::output;
use crate::states::here::{signed, state};
use crate::tickets::protocol::message;

const OWNER: u8 = 0x72;
const COSIGNER: [u8; 32] = [0x73; 32];
const START: u64 = NOW.as_secs();
const HOUR: u64 = 3_600;

/// Removals and restorations by shard.
pub(super) type Changes<'a> = &'a [(u16, u64, Scalar)];

/// An epoch as it is published, with its heads.
pub(super) struct Closed {
    pub(super) bytes: Vec<u8>,
    heads: Vec<Head>,
}

pub(super) struct Log {
    pub(super) owner: Owner,
    a: Scalar,
    b: Scalar,
    c: Scalar,
    /// Epochs 0 to 2: a is removed in shard 1, b removed in shard 2 and restored; then nothing.
    pub(super) epochs: Vec<Closed>,
}

impl Log {
    pub(super) fn new() -> Self {
        let owner = Owner::new(OWNER, ListClass::Status);
        let [a, b, c] = [5_u64, 6, 7].map(Scalar::from);
        let mut log = Self { owner, a, b, c, epochs: Vec::new() };
        log.epochs.push(log.first(|_| ()));
        log.epochs.push(log.after(0, &[(1, REMOVE, a), (2, REMOVE, b), (2, RESTORE, b)]));
        log.epochs.push(log.after(1, &[]));
        log
    }

    /// Epoch 0 with something changed in its last head.
    fn first(&self, change: impl Fn(&mut Head)) -> Closed {
        let mut heads: Vec<Head> = (0..SHARDS).map(|shard| self.owner.genesis(shard, START)).collect();
        change(heads.last_mut().unwrap());
        // All heads of an epoch have its number and time.
        let last = heads.last().unwrap().clone();
        heads.iter_mut().for_each(|head| (head.epoch, head.time) = (last.epoch, last.time));
        let items = heads.iter().map(|head| self.owner.sign(head)).collect();
        Closed { bytes: message(80, vec![Item::Array(items), Item::Array(Vec::new())]), heads }
    }

    pub(super) fn after(&self, epoch: usize, changes: Changes<'_>) -> Closed {
        self.after_at(epoch, changes, HOUR)
    }

    /// The next epoch, so many seconds later.
    fn after_at(&self, epoch: usize, changes: Changes<'_>, seconds: u64) -> Closed {
        let (mut entries, mut items, mut heads) = (Vec::new(), Vec::new(), Vec::new());
        for before in &self.epochs[epoch].heads {
            let of_shard = changes.iter().filter(|(shard, ..)| *shard == before.shard);
            let own: Vec<(u64, Scalar)> = of_shard.map(|(_, operation, y)| (*operation, *y)).collect();
            let mut made = Epoch::new(&self.owner, before, &own);
            made.head.time += seconds;
            let body = Tree::parse(&made.finish_bytes()).body;
            entries.push(body.at(1).clone());
            items.push(body.at(2).clone());
            heads.push(made.head);
        }
        Closed { bytes: message(80, vec![Item::Array(items), Item::Array(entries)]), heads }
    }

    pub(super) fn read(&self, epochs: usize) -> Vec<String> {
        self.epochs[..epochs].iter().map(|epoch| hex::encode(&epoch.bytes)).collect()
    }
}

pub fn secrets(file: File) -> File {
    let owner = Owner::new(OWNER, ListClass::Status);
    file.seeds(&[("a log", OWNER)])
        .signing_key("the owner of a log", owner.signing.to_bytes())
        .secret("list of a log", owner.shared_keys())
        .signing_key("the cosigner of a log", COSIGNER)
}

pub fn groups() -> Vec<Group> {
    let log = Log::new();
    vec![beginning(&log), auditor(&log), cosigner(&log), restarted(&log), with_room(&log), full(&log)]
}

/// A group of one receiver in one state.
pub(super) struct Of {
    receiver: &'static str,
    state: Json,
    vectors: Vec<Vector>,
}

impl Of {
    pub(super) fn new(receiver: &'static str, state: Json) -> Self {
        Self { receiver, state, vectors: Vec::new() }
    }

    pub(super) fn takes(mut self, slug: &str, comment: &str, input: Json) -> Self {
        let output = output(self.receiver, &self.state, &input);
        self.vectors.push(Vector::valid(slug, comment, input, output));
        self
    }

    pub(super) fn refuses(mut self, slug: &str, flag: &'static str, check: &str, comment: &str, input: Json) -> Self {
        self.vectors.push(Vector::invalid(slug, flag, check, comment, input));
        self
    }

    pub(super) fn done(self, slug: &str, comment: &str) -> Group {
        Group::new(slug, self.receiver, comment, self.state).with_all(self.vectors)
    }
}

pub(super) fn given(epoch: &Closed) -> Json {
    json!({ "bytes": hex::encode(&epoch.bytes) })
}

/// Check 07-34.
fn beginning(log: &Log) -> Group {
    let state = json!({ "keys": list(&log.owner.keys()), "read": [] });
    let first = |change: &dyn Fn(&mut Head)| given(&log.first(change));
    let other = log.owner.genesis(0, START).value;
    // A second commitment, proven as if there were entries.
    let committed = {
        let mut epoch = log.first(|_| ());
        let head = &epoch.heads[3];
        let base = testkit::reference::base("Basepoint");
        let nothing = [Scalar::ZERO * head.key; 2];
        let proof = EpochProof::make(head, &log.owner.alpha[3], &[base, base], &nothing);
        let head = log.owner.sign_with(head, &proof);
        epoch.bytes = Tree::parse(&epoch.bytes).with(|body| *body.at_mut(1).at_mut(3) = head);
        epoch
    };
    let listed = Tree::parse(&log.epochs[0].bytes)
        .with(|body| *body.at_mut(2) = Item::Array(vec![Item::Array(Vec::new()); usize::from(SHARDS)]));
    Of::new("LogAuditor", state)
        .takes("first", "the empty log", given(&log.epochs[0]))
        .refuses("second", "Beginning", "07-34", "the epoch after it", given(&log.epochs[1]))
        .refuses("number", "Beginning", "07-34", "the empty log as epoch 1", first(&|head| head.epoch = 1))
        .refuses("length", "Beginning", "07-34", "a length of 1", first(&|head| head.length = 1))
        .refuses("chain", "Beginning", "07-34", "another chain", first(&|head| head.chain[31] = 1))
        .refuses("before", "Beginning", "07-34", "another value before", first(&|head| head.before = other))
        .refuses("value", "Beginning", "07-34", "another value", first(&|head| head.value = other))
        .refuses("both", "Beginning", "07-34", "another value, before and after", {
            first(&|head| (head.before, head.value) = (other, other))
        })
        .refuses("committed", "Beginning", "07-34", "a commitment for entries", given(&committed))
        .refuses("listed", "Beginning", "07-34", "no entries of each shard, where there are none of any", {
            json!({ "bytes": hex::encode(listed) })
        })
        .done("log-begins", "Whoever is to read a whole log, and has read nothing.")
}

/// Checks 07-35, 07-36, 07-37.
fn auditor(log: &Log) -> Group {
    let Log { a, b, c, .. } = *log;
    let state = json!({ "keys": list(&log.owner.keys()), "read": log.read(2) });
    let next = |changes: Changes<'_>| given(&log.after(1, changes));
    let mut unlisted = log.after(1, &[]);
    unlisted.bytes = Tree::parse(&unlisted.bytes).with(|body| body.at_mut(2).items_mut().clear());
    let (times, shards) = ("Alternation", "Shards");
    Of::new("LogAuditor", state)
        .takes("nothing", "an epoch without entries", given(&log.epochs[2]))
        .takes("restored", "what was removed is restored", next(&[(1, RESTORE, a)]))
        .takes("removed", "what was restored is removed", next(&[(2, REMOVE, b)]))
        .takes("both", "restored and removed", next(&[(1, RESTORE, a), (1, REMOVE, a)]))
        .takes("three", "two others in two shards, one of them three times", {
            next(&[(0, REMOVE, c), (0, RESTORE, c), (0, REMOVE, c), (3, REMOVE, c + Scalar::ONE)])
        })
        .refuses("no-shard", shards, "07-35", "no updates of any shard", given(&unlisted))
        .refuses("first-again", shards, "07-35", "epoch 0 once more", given(&log.epochs[0]))
        .refuses("removed-again", times, "07-36", "a second removal", next(&[(1, REMOVE, a)]))
        .refuses("restored-again", times, "07-36", "a second restoration", next(&[(2, RESTORE, b)]))
        .refuses("restored-first", times, "07-36", "a restoration before any removal", next(&[(0, RESTORE, c)]))
        .refuses("twice", times, "07-36", "two removals in the epoch", next(&[(0, REMOVE, c), (0, REMOVE, c)]))
        .refuses("restored-twice", times, "07-36", "two restorations in the epoch", {
            next(&[(1, RESTORE, a), (1, RESTORE, a)])
        })
        .refuses("other-shard", shards, "07-37", "what is removed in shard 1, in shard 3", next(&[(3, RESTORE, a)]))
        .refuses("restored-elsewhere", shards, "07-37", "what was restored in shard 2, in shard 0", {
            next(&[(0, REMOVE, b)])
        })
        .refuses("two-shards", shards, "07-37", "removed in one shard, and restored in another one", {
            next(&[(0, REMOVE, c), (3, RESTORE, c)])
        })
        .refuses("moved", shards, "07-37", "restored in its shard, and removed in another one", {
            next(&[(1, RESTORE, a), (3, REMOVE, a)])
        })
        .done("log-goes-on", "Whoever reads a whole log, and has read its epochs 0 and 1.")
}

/// What a cosigner is offered, after so many epochs of the log, at the hour of its newest one.
fn offered(log: &Log, before: usize, epoch: &Closed) -> Json {
    let mut input = given(epoch);
    input["before"] = log.read(before).into();
    input["now"] = epoch.heads[0].time.into();
    input
}

fn at(input: &Json, earlier: u64) -> Json {
    let mut input = input.clone();
    input["now"] = (input["now"].as_u64().unwrap() - earlier).into();
    input
}

/// Checks 07-34, 07-36, 07-39, 07-41.
fn cosigner(log: &Log) -> Group {
    let new = hex::encode(state(COSIGNER, vec![], &[]));
    let [none, first, second, third] =
        [(0, 0), (1, 1), (2, 2), (3, 2)].map(|(before, epoch)| offered(log, before, &log.epochs[epoch]));
    let other = log.after(1, &[(0, REMOVE, log.c)]);
    let refused_before = {
        let mut input = second.clone();
        let mut before = log.read(3);
        before.push(hex::encode(&other.bytes));
        input["before"] = before.into();
        input
    };
    Of::new("Cosigner", json!({ "keys": list(&log.owner.keys()), "cosigner": new }))
        .takes("first", "the empty log", none.clone())
        .takes("second", "the epoch after it", first.clone())
        .takes("third", "and the next one", second)
        .takes("again", "an epoch that it has signed last", third)
        .takes("still", "the same, when another version of it was offered", refused_before)
        .takes("clock-tolerance", "an epoch at the tolerance after its now", at(&first, 120))
        .refuses("not-come", "Time", "07-41", "an epoch whose time has not come", at(&first, 121))
        .refuses("first-not-come", "Time", "07-41", "the empty log, whose time has not come", at(&none, 121))
        .refuses("skipped", "Beginning", "07-34", "an epoch, before any other", offered(log, 0, &log.epochs[1]))
        .refuses("removed-again", "Alternation", "07-36", "a second removal", {
            offered(log, 2, &log.after(1, &[(1, REMOVE, log.a)]))
        })
        .refuses("other-entries", "Twice", "07-39", "an epoch that it has signed, with an entry", {
            offered(log, 3, &other)
        })
        .refuses("other-time", "Twice", "07-39", "an epoch that it has signed, of another time", {
            offered(log, 3, &log.after_at(1, &[], HOUR + 1))
        })
        .done("cosigner", "A cosigner that has signed nothing; the epochs before are offered to it first.")
}

/// Checks 07-39, 07-40.
fn restarted(log: &Log) -> Group {
    let digest = |epoch: &Closed| {
        let digests: Vec<[u8; 64]> = epoch.heads.iter().map(Head::digest).collect();
        testkit::reference::hash("epoch-digest", &digests.iter().map(<[u8; 64]>::as_slice).collect::<Vec<_>>())
    };
    let name = log.owner.name.owner();
    let epochs = vec![
        signed("alone", 1, 9, [9; 32]),
        signed(name, 1, 2, digest(&log.epochs[2])),
        signed(name, 2, u64::MAX, [9; 32]),
    ];
    let stored = hex::encode(state(COSIGNER, epochs, &[Item::Uint(5), testkit::cbor::bytes([4; 32])]));
    let of = |before: usize, epoch: &Closed| offered(log, before, epoch);
    let mut misled = of(3, &log.after(2, &[]));
    let other = log.after(1, &[(0, REMOVE, log.c)]);
    // The other version after which it reads the log that it signed.
    let mut before = log.read(2);
    before.push(hex::encode(&other.bytes));
    before.extend(log.read(3));
    misled["before"] = before.into();
    Of::new("Cosigner", json!({ "keys": list(&log.owner.keys()), "cosigner": stored }))
        .takes("again", "the epoch that it signed last", of(2, &log.epochs[2]))
        .takes("next", "the epoch after it", of(3, &log.after(2, &[(1, RESTORE, log.a)])))
        .takes("misled", "the same, after another version was refused", misled)
        .refuses("older", "Older", "07-40", "the empty log, which it reads", of(0, &log.epochs[0]))
        .refuses("one-older", "Older", "07-40", "the epoch before the one that it signed", of(1, &log.epochs[1]))
        .refuses("other-entries", "Twice", "07-39", "the epoch that it signed, with an entry", of(2, &other))
        .refuses("other-time", "Twice", "07-39", "the epoch that it signed, of another time", {
            of(2, &log.after_at(1, &[], HOUR + 1))
        })
        .done("cosigner-restarted", "A cosigner that has signed epoch 2, and reads the log again.")
}

/// A cosigner that has signed so many other lists.
fn of_lists(log: &Log, count: usize) -> Of {
    let others = (0..count).map(|i| signed(&format!("a{i:03}"), 1, 9, [9; 32])).collect();
    let stored = hex::encode(state(COSIGNER, others, &[]));
    Of::new("Cosigner", json!({ "keys": list(&log.owner.keys()), "cosigner": stored }))
}

/// Check 07-63.
fn with_room(log: &Log) -> Group {
    of_lists(log, 255)
        .takes("last-list", "the first epoch of the last list that it can remember", offered(log, 0, &log.epochs[0]))
        .takes("goes-on", "and the next epoch of it", offered(log, 1, &log.epochs[1]))
        .done("cosigner-255", "A cosigner that has signed 255 other lists.")
}

/// Check 07-63.
fn full(log: &Log) -> Group {
    let refused_before = offered(log, 1, &log.epochs[1]);
    of_lists(log, 256)
        .refuses("list-more", "Lists", "07-63", "the first epoch of a list more", offered(log, 0, &log.epochs[0]))
        .refuses("still", "Lists", "07-63", "the next epoch of it, after the first was refused", refused_before)
        .done("cosigner-256", "A cosigner that has signed 256 other lists.")
}

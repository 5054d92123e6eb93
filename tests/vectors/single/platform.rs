//! Epochs that a platform takes (spec 06 §7.1, 07 §3.4), by an owner that signs anything.

use serde_json::{Value, json};
use testkit::curve::{G, Scalar};
use testkit::prelude::*;
use testkit::reference::base;
use testkit::rogue::{Epoch, EpochProof, Head, Owner, REMOVE};
use testkit::vectors::{Group, Vector};

use super::list_of;
use super::lists::{genesis, head_set_of};

const TIME: u64 = NOW.as_secs();

/// The heads of an epoch, as they are signed, and what leads to them.
#[derive(Clone)]
struct Closed {
    heads: Vec<Head>,
    signed: Vec<Item>,
    updates: Vec<Vec<u8>>,
}

/// The empty log.
fn begin(owner: &Owner, heads: Vec<Head>) -> Closed {
    let signed = heads.iter().map(|head| owner.sign(head)).collect();
    Closed { heads, signed, updates: Vec::new() }
}

/// The epoch after these heads, in which this handle is removed from each shard.
fn close(owner: &Owner, before: &[Head], handle: u64, time: u64) -> Closed {
    close_with(owner, before, handle, time, |_| {})
}

/// The same with something else in the last shard's proof.
fn close_with(owner: &Owner, before: &[Head], handle: u64, time: u64, change: impl Fn(&mut Epoch<'_>)) -> Closed {
    let mut closed = Closed { heads: Vec::new(), signed: Vec::new(), updates: Vec::new() };
    for head in before {
        let mut epoch = Epoch::new(owner, head, &[(REMOVE, Scalar::from(handle))]);
        epoch.head.time = time;
        if head.shard + 1 == SHARDS {
            change(&mut epoch);
        }
        let update = epoch.finish_bytes();
        closed.signed.push(Tree::parse(&update).body.at(2).clone());
        closed.heads.push(epoch.head.clone());
        closed.updates.push(update);
    }
    closed
}

impl Closed {
    fn hex(&self) -> (String, Vec<String>) {
        (hex::encode(head_set_of(self.signed.clone())), self.updates.iter().map(hex::encode).collect())
    }

    fn known(&self) -> Value {
        let (heads, updates) = self.hex();
        json!({ "heads": heads, "updates": updates })
    }

    fn at(&self, now: u64) -> Value {
        let (bytes, updates) = self.hex();
        json!({ "bytes": bytes, "updates": updates, "now": now })
    }

    fn with(&self, change: impl FnOnce(&mut Self), now: u64) -> Value {
        let mut other = self.clone();
        change(&mut other);
        other.at(now)
    }
}

pub fn groups() -> Vec<Group> {
    let owner = Owner::new(1, ListClass::Status);
    let zero = begin(&owner, genesis(&owner));
    let one = close(&owner, &zero.heads, 7, TIME + 3600);
    let state = |known: &[&Closed]| {
        let known: Vec<Value> = known.iter().map(|closed| closed.known()).collect();
        json!({ "keys": list_of(&owner), "secret": hex::encode(owner.shared_keys()), "known": known })
    };
    let group = |slug, comment, known: &[&Closed]| Group::new(slug, "PlatformEpoch", comment, state(known));
    vec![
        group("platform-first", "a platform that has no epoch yet", &[])
            .with_all(begins(&zero, &one))
            .with_all(not_empty(&owner)),
        group("platform-next", "a platform that has epoch 0", &[&zero]).with_all(follows(&owner, &zero, &one)),
        group("platform-last", "a platform that has epoch 1", &[&zero, &one]).with_all(again(&owner, &zero, &one)),
    ]
}

fn taken(slug: &str, comment: &str, input: Value) -> Vector {
    Vector::valid(slug, comment, input, Value::Null)
}

fn begins(zero: &Closed, one: &Closed) -> Vec<Vector> {
    let tolerance = CLOCK_TOLERANCE.as_secs();
    let name = ListName::new("stranger", ListClass::Status).unwrap();
    let stranger = Owner { name, ..Owner::new(1, ListClass::Status) };
    let strange = begin(&stranger, genesis(&stranger)).at(TIME);
    let late = one.heads[0].time;
    let future = zero.at(TIME - tolerance - 1);
    vec![
        taken("empty", "the empty log", zero.at(TIME)),
        taken("ahead", "the empty log, dated as far ahead as clocks may differ", zero.at(TIME - tolerance)),
        Vector::invalid("future", "FutureHead", "06-37", "the empty log, dated a second more ahead", future),
        Vector::invalid(
            "stranger",
            "ForeignList",
            "06-37",
            "the empty log of another list with the same keys",
            strange,
        ),
        Vector::invalid("late", "Unchecked", "06-40", "epoch 1 as the first one", {
            one.with(|epoch| epoch.updates.clear(), late)
        }),
        Vector::invalid(
            "late-updates",
            "Unchecked",
            "06-40",
            "epoch 1 as the first one, with its updates",
            one.at(late),
        ),
    ]
}

/// A first epoch that is like the empty log but for one thing.
fn not_empty(owner: &Owner) -> Vec<Vector> {
    let refused = |slug: &str, comment: &str, changed: &Closed| {
        Vector::invalid(slug, "Unchecked", "06-40", comment, changed.at(TIME))
    };
    let with = |slug, comment, change: &dyn Fn(&mut Head)| {
        let mut heads = genesis(owner);
        change(&mut heads[0]);
        refused(slug, comment, &begin(owner, heads))
    };
    let mut later = genesis(owner);
    later.iter_mut().for_each(|head| head.epoch = 1);
    let mut proven = begin(owner, genesis(owner));
    let head = &proven.heads[0];
    let (bases, errors) = ([base("Basepoint"), head.value], [Scalar::ZERO * head.key; 2]);
    proven.signed[0] = owner.sign_with(head, &EpochProof::make(head, &owner.alpha[0], &bases, &errors));
    vec![
        refused("epoch", "epoch 1, of a log that is empty", &begin(owner, later)),
        with("length", "a log of one entry", &|head| head.length = 1),
        with("chain", "another chain", &|head| head.chain = [1; 32]),
        with("before", "another value before", &|head| head.before = head.key),
        with("start", "another start", &|head| (head.before, head.value) = (head.key, head.key)),
        refused("proof", "a proof of entries", &proven),
    ]
}

fn follows(owner: &Owner, zero: &Closed, one: &Closed) -> Vec<Vector> {
    let now = one.heads[0].time;
    let other = close(owner, &zero.heads, 8, now);
    let two = close(owner, &one.heads, 8, now + 3600);
    let refused = |slug, comment, change: &dyn Fn(&mut Closed)| {
        Vector::invalid(slug, "Unchecked", "06-41", comment, one.with(change, now))
    };
    let half = |place: usize, slug, check, comment| {
        let closed = close_with(owner, &zero.heads, 7, now, |epoch| epoch.errors[place] = G);
        Vector::invalid(slug, "HalfProof", check, comment, closed.at(now))
    };
    vec![
        taken("epoch", "the next epoch", one.at(now)),
        taken("known", "the epoch that it has", zero.at(now)),
        refused("fewer", "no update for the last shard", &|epoch| drop(epoch.updates.pop())),
        refused("none", "no updates", &|epoch| epoch.updates.clear()),
        refused("more", "an update more than there are shards", &|epoch| {
            epoch.updates.push(epoch.updates[0].clone());
        }),
        refused("elsewhere", "the first update leads to another head than the one that is taken", &|epoch| {
            epoch.signed[0] = other.signed[0].clone();
        }),
        Vector::invalid("skipped", "Chain", "07-4", "the epoch after the next", two.at(now + 3600)),
        half(0, "key", "07-16", "the last shard's proof of the key fails"),
        half(1, "entries", "07-11", "the last shard's proof of the entries fails"),
    ]
}

fn again(owner: &Owner, zero: &Closed, one: &Closed) -> Vec<Vector> {
    let now = one.heads[0].time;
    let other = close(owner, &zero.heads, 8, now);
    let mut later = zero.heads.clone();
    later.iter_mut().for_each(|head| head.time += 1);
    let later = begin(owner, later);
    vec![
        taken("known", "the epoch that it has", one.at(now)),
        Vector::invalid("older", "Chain", "06-39", "the epoch before, which it has", zero.at(now)),
        Vector::invalid("second", "Chain", "06-38", "another epoch 1", other.at(now)),
        Vector::invalid("second-first", "Chain", "06-39", "another epoch 0", later.at(now)),
    ]
}

//! Heads, head sets and epochs of an owner that signs anything (spec 07 §3 and §4).

use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use testkit::curve::{G, Point, Scalar};
use testkit::prelude::*;
use testkit::reference::{base, hash};
use testkit::rogue::{Epoch, EpochProof, Head, Owner, REMOVE, RESTORE};
use testkit::vectors::{Group, Vector};

use super::{by_suite, list_of, refused, valid};

/// The shard of whoever follows.
pub const SHARD: u16 = 2;
const TIME: u64 = NOW.as_secs();

pub fn groups() -> Vec<Group> {
    let owner = Owner::new(1, ListClass::Status);
    vec![heads(&owner), head_sets(&owner), updates(&owner)]
}

fn head_message(head: Item) -> Vec<u8> {
    Tree { envelope: [SUITE, 1, 10], body: Item::Map(vec![head]) }.to_bytes()
}

fn nothing() -> Point {
    Scalar::ZERO * G
}

/// With these errors in the commitments.
fn proven(owner: &Owner, head: &Head, errors: &[Point]) -> Item {
    let alpha = owner.alpha[usize::from(head.shard)];
    owner.sign_with(head, &EpochProof::make(head, &alpha, &[base("Basepoint")], errors))
}

fn heads(owner: &Owner) -> Group {
    let head = owner.genesis(1, TIME);
    let with = |change: &dyn Fn(&mut Head)| {
        let mut head = head.clone();
        change(&mut head);
        head_message(owner.sign(&head))
    };
    let longest = by_suite(1 << 59, 1 << 24);
    let elsewhere = with(&|head| head.owner = "rogues".into());
    let of_class = with(&|head| head.class = 2);
    let fifth = Head { shard: SHARDS, key: G, ..head.clone() };
    // The key of another shard, proven for.
    let other = owner.alpha[0];
    let foreign = Head { key: Point::mul_base(&other), ..head.clone() };
    let foreign = owner.sign_with(&foreign, &EpochProof::make(&foreign, &other, &[base("Basepoint")], &[nothing()]));
    let thief = Owner { signing: SigningKey::from_bytes(&[9; 32]), ..Owner::new(1, ListClass::Status) };
    let disputed = crate::disputed::of(&owner.signing, &head.digest()).into_iter().map(|(slug, comment, signature)| {
        let proof = EpochProof::make(&head, &owner.alpha[1], &[base("Basepoint")], &[nothing()]);
        refused(slug, crate::disputed::FLAG.0, "07-15", comment, head_message(head.with(&proof, signature)))
    });
    let group = Group::new("head", "SignedHead", "a head of a list of four shards", json!({ "keys": list_of(owner) }));
    group.with_all(disputed).with_all([
        valid("first", "the head of the empty log", with(&|_| {})),
        valid("longest", "a log as long as logs become", with(&|head| head.length = longest)),
        refused("longer", "Bound", "07-48", "a log of an entry more", with(&|head| head.length = longest + 1)),
        refused("other-owner", "ForeignList", "07-12", "the list of another owner with the same keys", elsewhere),
        refused(
            "other-class",
            "ForeignList",
            "07-12",
            "the same owner's list of another class, with the same keys",
            of_class,
        ),
        refused(
            "fifth-shard",
            "Bound",
            "07-13",
            "a shard that the list does not have",
            head_message(owner.sign(&fifth)),
        ),
        refused(
            "other-shards-key",
            "ForeignKey",
            "07-14",
            "the key of another shard, and a proof for it",
            head_message(foreign),
        ),
        refused("other-signer", "ForeignKey", "07-15", "signed by another key", head_message(thief.sign(&head))),
        refused(
            "unproven",
            "HalfProof",
            "07-16",
            "the proof of the key fails",
            head_message(proven(owner, &head, &[G])),
        ),
    ])
}

fn head_sets(owner: &Owner) -> Group {
    let all: Vec<Head> = (0..SHARDS).map(|shard| owner.genesis(shard, TIME)).collect();
    let with = |change: &dyn Fn(&mut Vec<Head>)| {
        let mut heads = all.clone();
        change(&mut heads);
        let heads = heads.iter().map(|head| owner.sign(head)).collect();
        Tree { envelope: [SUITE, 1, 11], body: Item::Map(vec![Item::Array(heads)]) }.to_bytes()
    };
    let flag = "HeadSet";
    Group::new("head-set", "HeadSet", "all heads of a list of four shards", json!({ "keys": list_of(owner) })).with_all(
        [
            Vector::valid("first", "the empty log", json!({ "bytes": hex::encode(with(&|_| {})) }), digest_of(&all)),
            refused("three", flag, "07-17", "the last shard is missing", with(&|heads| drop(heads.pop()))),
            refused("none", flag, "07-17", "no heads", with(&|heads| heads.clear())),
            refused("swapped", flag, "07-18", "two shards exchanged", with(&|heads| heads.swap(1, 2))),
            refused("twice", flag, "07-18", "a shard twice, another one missing", {
                with(&|heads| heads[2] = heads[1].clone())
            }),
            refused(
                "other-epoch",
                flag,
                "07-19",
                "the last head is of another epoch",
                with(&|heads| heads[3].epoch = 1),
            ),
            refused("other-time", flag, "07-19", "the last head is of another time", with(&|heads| heads[3].time += 1)),
        ],
    )
}

/// What comes of heads.
fn digest_of(heads: &[Head]) -> Value {
    let digests: Vec<[u8; 64]> = heads.iter().map(Head::digest).collect();
    let digest: [u8; 32] = hash("epoch-digest", &digests.iter().map(<[u8; 64]>::as_slice).collect::<Vec<_>>());
    json!({ "epoch": heads[0].epoch, "digest": hex::encode(digest) })
}

/// A change of an epoch in the making, which is concluded or not.
type Change<'a> = &'a dyn Fn(&mut Epoch<'_>);

fn updates(owner: &Owner) -> Group {
    let before = owner.genesis(SHARD, TIME);
    let of = |changes: &[(u64, Scalar)], change: Change<'_>| {
        let mut epoch = Epoch::new(owner, &before, changes);
        change(&mut epoch);
        epoch.finish_bytes()
    };
    let (one, two) = (Scalar::from(1_u64), Scalar::from(2_u64));
    let removed = [(REMOVE, one)];
    let state = json!({ "list": listed(owner, &genesis(owner)), "shard": SHARD });
    let made = vec![
        valid("empty", "an epoch without entries", of(&[], &|_| {})),
        valid("same-second", "in the second of the epoch before", of(&removed, &|epoch| epoch.head.time = TIME)),
        valid("removal", "a removal", of(&removed, &|_| {})),
        valid("both", "a removal, another one and a restoration", {
            of(&[(REMOVE, one), (REMOVE, two), (RESTORE, one)], &|_| {})
        }),
        refused("shard", "Chain", "07-3", "another shard goes on from the value of this one", {
            of(&[], &|epoch| epoch.become_of(1))
        }),
        refused("skipped", "Chain", "07-4", "the epoch after the next", {
            of(&removed, &|epoch| {
                epoch.head.epoch += 1;
                epoch.head.chain = epoch.chain();
            })
        }),
        refused("same-epoch", "Chain", "07-4", "the same epoch once more", {
            of(&removed, &|epoch| {
                epoch.head.epoch -= 1;
                epoch.head.chain = epoch.chain();
            })
        }),
        refused(
            "earlier",
            "Chain",
            "07-5",
            "a second before the epoch before",
            of(&removed, &|epoch| epoch.head.time = TIME - 1),
        ),
        refused(
            "length-more",
            "Chain",
            "07-6",
            "a length of an entry more",
            of(&removed, &|epoch| epoch.head.length += 1),
        ),
        refused(
            "length-less",
            "Chain",
            "07-6",
            "a length of an entry less",
            of(&removed, &|epoch| epoch.head.length -= 1),
        ),
        refused(
            "chain",
            "Chain",
            "07-7",
            "the chain of other entries",
            of(&removed, &|epoch| epoch.head.chain[0] ^= 1),
        ),
        refused("value-before", "Chain", "07-8", "another value before, and no entries", {
            of(&[], &|epoch| {
                epoch.head.before = G;
                epoch.head.value = G;
            })
        }),
        refused(
            "value-after",
            "Chain",
            "07-9",
            "another value than the last entry's",
            of(&removed, &|epoch| epoch.head.value = G),
        ),
        refused(
            "value-moved",
            "Chain",
            "07-9",
            "another value, and no entries",
            of(&[], &|epoch| epoch.head.value = G),
        ),
        refused("commitments", "HalfProof", "07-10", "a commitment for entries where there are none", {
            of(&[], &|epoch| {
                epoch.proven = true;
                epoch.errors[1] = G;
            })
        }),
        refused(
            "unproven",
            "HalfProof",
            "07-10",
            "no commitment for the entries",
            of(&removed, &|epoch| epoch.proven = false),
        ),
        refused(
            "entries",
            "HalfProof",
            "07-11",
            "the proof of the entries fails",
            of(&removed, &|epoch| epoch.errors[1] = G),
        ),
        refused("key", "HalfProof", "07-16", "the proof of the key fails", of(&removed, &|epoch| epoch.errors[0] = G)),
        refused("value-entry", "HalfProof", "07-11", "an entry leads to a value that is not of the key", {
            of(&[(REMOVE, one), (REMOVE, two)], &|epoch| {
                epoch.entries[0].2 += G;
                epoch.conclude();
            })
        }),
        refused("handle-zero", "Bound", "01-11", "the handle 0 is removed", of(&[(REMOVE, Scalar::ZERO)], &|_| {})),
    ];
    Group::new("update", "EpochUpdate", "an epoch of shard 2 after the empty log", state).with_all(made)
}

/// The first head sets of a list, for who takes them.
pub fn genesis(owner: &Owner) -> Vec<Head> {
    (0..SHARDS).map(|shard| owner.genesis(shard, TIME)).collect()
}

pub fn head_set_bytes(owner: &Owner, heads: &[Head]) -> Vec<u8> {
    head_set_of(heads.iter().map(|head| owner.sign(head)).collect())
}

/// The message of these heads.
pub fn head_set_of(heads: Vec<Item>) -> Vec<u8> {
    Tree { envelope: [SUITE, 1, 11], body: Item::Map(vec![Item::Array(heads)]) }.to_bytes()
}

/// A list with heads of all shards.
pub fn listed(owner: &Owner, heads: &[Head]) -> Value {
    json!({ "keys": list_of(owner), "heads": hex::encode(head_set_bytes(owner, heads)) })
}

//! The file as it is read and written.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::statements::judge::{Given, judge};
#[cfg(not(suite = "p256"))]
use crate::statements::proofs;
use crate::statements::world::{CONDITION, SEED, World};
use crate::statements::{answers, auditors, digits, requests, sets, single, tickets, unlocking, valid};
use testkit::prelude::*;
use testkit::vectors::{self, IssuerEntry, ListEntry, Numbered as Vector};

const NAME: &str = "statements.json";
const VALID: usize = if SUITE == 1 { 117 } else { 90 };
const INVALID: usize = if SUITE == 1 { 346 } else { 293 };
/// How many vectors there are.
pub const COUNT: usize = VALID + INVALID;

#[derive(Serialize)]
struct File {
    comment: String,
    seed: String,
    now: u64,
    max_age: u64,
    grace: u64,
    max_window: u64,
    issuers: Vec<IssuerEntry>,
    lists: Vec<ServedList>,
    sets: Vec<SetEntry>,
    digits: Vec<SetEntry>,
    auditors: AuditorsEntry,
    vectors: Vec<Vector<Received>>,
}

#[derive(Serialize)]
struct ServedList {
    #[serde(flatten)]
    list: ListEntry,
    head_set: String,
}

#[derive(Serialize)]
struct SetEntry {
    table: String,
    secret: String,
}

#[derive(Serialize)]
struct AuditorsEntry {
    group: String,
    shares: Vec<String>,
    condition: String,
    platform_key: String,
}

#[derive(Serialize)]
struct Received {
    kind: &'static str,
    check: Option<&'static str>,
    error: Option<String>,
    now: u64,
    before: Vec<String>,
    bytes: String,
    parts: Vec<String>,
    pseudonyms: Vec<String>,
    identity: Option<String>,
}

/// A vector in the making.
#[derive(Clone)]
pub struct Expected {
    comment: String,
    kind: &'static str,
    /// Its flag and the check that refuses.
    defect: Option<[&'static str; 2]>,
    bytes: Vec<u8>,
    given: Given,
    pseudonyms: Vec<[u8; POINT_LEN]>,
}

impl Expected {
    #[cfg(not(suite = "p256"))]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn valid(kind: &'static str, comment: impl Into<String>, bytes: Vec<u8>) -> Self {
        let given = Given { now: NOW.as_secs(), before: Vec::new(), parts: Vec::new() };
        Self { comment: comment.into(), kind, defect: None, bytes, given, pseudonyms: Vec::new() }
    }

    pub fn invalid(
        kind: &'static str,
        flag: &'static str,
        check: &'static str,
        comment: impl Into<String>,
        bytes: Vec<u8>,
    ) -> Self {
        Self { defect: Some([flag, check]), ..Self::valid(kind, comment, bytes) }
    }

    pub fn at(mut self, now: u64) -> Self {
        self.given.now = now;
        self
    }

    pub fn after(mut self, calls: &[Vec<u8>]) -> Self {
        self.given.before = calls.to_vec();
        self
    }

    pub fn opened_by(mut self, parts: Vec<Vec<u8>>) -> Self {
        self.given.parts = parts;
        self
    }

    pub fn showing(mut self, pseudonyms: &[[u8; POINT_LEN]]) -> Self {
        self.pseudonyms = pseudonyms.to_vec();
        self
    }

    fn into_vector(self, world: &World, id: u32) -> Vector<Received> {
        let judged = judge(world, self.kind, &self.bytes, &self.given);
        let hex = |all: Vec<Vec<u8>>| all.into_iter().map(hex::encode).collect();
        let received = Received {
            kind: self.kind,
            check: self.defect.map(|[_, check]| check),
            identity: judged.as_ref().ok().copied().flatten().map(hex::encode),
            error: judged.err(),
            now: self.given.now,
            before: hex(self.given.before),
            bytes: hex::encode(self.bytes),
            parts: hex(self.given.parts),
            pseudonyms: self.pseudonyms.iter().map(hex::encode).collect(),
        };
        Vector::new(id, self.comment, self.defect.map(|[flag, _]| flag), received)
    }
}

/// The world after all vectors were made in it, and the file.
fn made() -> (World, File) {
    let mut world = World::new();
    let all = vec![
        valid::all(&mut world),
        sets::all(&world),
        requests::all(&mut world),
        answers::all(&mut world),
        #[cfg(not(suite = "p256"))]
        proofs::all(&mut world),
        auditors::all(&mut world),
        tickets::all(&mut world),
        single::all(&mut world),
        unlocking::all(&mut world),
        digits::all(&mut world),
    ];
    let vectors = (1..).zip(all.into_iter().flatten()).map(|(id, expected)| expected.into_vector(&world, id)).collect();
    let file = File {
        comment: String::from(
            "Statements at each edge of what they allow, and requests, presentations, sets of codes, auditors' keys and evidence with one \
             defect each. `check` is the check of the specification that refuses, `error` what this crate says. All randomness is the \
             ChaCha20 stream of `seed` (rand_chacha 0.3, ChaCha20Rng), drawn in the order of tests/vectors/statements. All people are \
             invented and all secrets are published here.",
        ),
        seed: hex::encode([SEED; 32]),
        now: NOW.as_secs(),
        max_age: FRESHNESS.max_age.as_secs(),
        grace: FRESHNESS.grace.as_secs(),
        max_window: FRESHNESS.max_window.as_secs(),
        issuers: [&world.country.issuer, &world.transport].map(IssuerEntry::new).into(),
        lists: [&world.country.status, &world.country.flag]
            .map(|list| ServedList { list: ListEntry::new(list), head_set: hex::encode(list.heads().to_bytes()) })
            .into(),
        sets: world
            .sets
            .iter()
            .map(|set| SetEntry { table: hex::encode(&set.message), secret: hex::encode(set.secret) })
            .collect(),
        digits: vec![SetEntry { table: hex::encode(&world.digits.message), secret: hex::encode(world.digits.secret) }],
        auditors: AuditorsEntry {
            group: hex::encode(world.dealing.group.to_bytes()),
            shares: world
                .dealing
                .shares
                .iter()
                .map(|share| hex::encode(Tree::parse(&share.to_bytes()).body.at(2).bytes()))
                .collect(),
            condition: CONDITION.into(),
            platform_key: hex::encode(world.platform_of_evidence().to_bytes()),
        },
        vectors,
    };
    (world, file)
}

fn bytes(hexadecimal: &[String]) -> Vec<Vec<u8>> {
    hexadecimal.iter().map(|item| hex::decode(item).unwrap()).collect()
}

#[test]
fn every_vector_is_taken_or_refused_for_what_it_is() {
    let (world, file) = made();
    vectors::check(NAME, &file);
    let (mut valid, mut invalid) = (0, 0);
    for vector in &file.vectors {
        let Vector { id, comment, of: received, .. } = vector;
        let given = Given { now: received.now, before: bytes(&received.before), parts: bytes(&received.parts) };
        let judged = judge(&world, received.kind, &hex::decode(&received.bytes).unwrap(), &given);
        let what = format!("{id}: {comment} {:?}", received.check);
        match (vector.result, received.check, &received.error) {
            ("valid", None, None) => {
                valid += 1;
                let identity = judged.unwrap_or_else(|error| panic!("{what}: {error}"));
                assert_eq!(identity.map(hex::encode), received.identity, "{what}");
            }
            ("invalid", Some(_), Some(error)) => {
                invalid += 1;
                assert_eq!(judged, Err(error.clone()), "{what}");
                assert!(received.pseudonyms.is_empty() && received.identity.is_none(), "{what}");
            }
            other => panic!("{what}: {other:?}"),
        }
    }
    assert_eq!((valid, invalid), (VALID, INVALID));
    let different: BTreeSet<_> =
        file.vectors.iter().map(|Vector { of, .. }| (&of.bytes, of.kind, of.now, &of.before, &of.parts)).collect();
    assert_eq!(different.len(), VALID + INVALID, "the same twice");
    // Every check that a message can fail.
    let checks: BTreeSet<&str> = file.vectors.iter().filter_map(|vector| vector.of.check).collect();
    let range_proofs = if SUITE == 1 { "12-8 12-9 12-10 12-11 12-12 12-13" } else { "" };
    let wanted = "06-1 06-2 06-10 06-11 06-45 06-50 06-51 06-52 06-55 06-56 06-6 06-7 06-8 06-9 06-12 06-46 06-49 06-58 06-54 06-57 12-1 12-2 12-3 \
                  12-4 12-5 12-6 12-14 12-15 12-20 12-21 12-29 12-30 12-35 12-40 12-7 13-1 13-2 13-3 \
                  13-4 13-8 13-9 13-10 13-11 13-12 13-14 13-15 13-16 13-17 13-18 13-19 01-8 01-9 01-10 01-11";
    for check in wanted.split_whitespace().chain(range_proofs.split_whitespace()) {
        assert!(checks.contains(check), "no vector for {check}");
    }
}

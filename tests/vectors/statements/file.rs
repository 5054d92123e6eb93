//! The file as it is read and written.

use std::collections::BTreeSet;

use selfsame::hazmat;
use serde::{Deserialize, Serialize};

use crate::statements::judge::{Given, judge};
use crate::statements::world::{CONDITION, SEED, World};
use crate::statements::{answers, auditors, digits, proofs, requests, sets, single, tickets, unlocking, valid};
use testkit::prelude::*;
use testkit::vectors;

const NAME: &str = "statements.json";
const VALID: usize = 115;
const INVALID: usize = 344;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    comment: String,
    seed: String,
    now: u64,
    max_age: u64,
    grace: u64,
    max_window: u64,
    issuers: Vec<IssuerEntry>,
    lists: Vec<ListEntry>,
    sets: Vec<SetEntry>,
    digits: Vec<SetEntry>,
    auditors: AuditorsEntry,
    vectors: Vec<Vector>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuerEntry {
    public: String,
    secret: String,
    version: u32,
    schema: String,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListEntry {
    owner: String,
    class: u8,
    owner_key: String,
    accumulators: Vec<KeyPair>,
    head_set: String,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyPair {
    public: String,
    secret: String,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SetEntry {
    table: String,
    secret: String,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AuditorsEntry {
    group: String,
    shares: Vec<String>,
    condition: String,
    platform_key: String,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    id: u32,
    comment: String,
    flags: Vec<String>,
    result: String,
    kind: String,
    check: Option<String>,
    error: Option<String>,
    now: u64,
    before: Vec<String>,
    bytes: String,
    parts: Vec<String>,
    pseudonyms: Vec<String>,
    identity: Option<String>,
}

/// A vector in the making.
pub struct Expected {
    comment: String,
    kind: &'static str,
    /// Its flag and the check that refuses.
    defect: Option<[&'static str; 2]>,
    bytes: Vec<u8>,
    given: Given,
    pseudonyms: Vec<[u8; 32]>,
}

impl Expected {
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

    pub fn showing(mut self, pseudonyms: &[[u8; 32]]) -> Self {
        self.pseudonyms = pseudonyms.to_vec();
        self
    }

    fn into_vector(self, world: &World, id: u32) -> Vector {
        let judged = judge(world, self.kind, &self.bytes, &self.given);
        let part = |i: usize| self.defect.map(|defect| defect[i].to_owned());
        let hex = |all: Vec<Vec<u8>>| all.into_iter().map(hex::encode).collect();
        Vector {
            id,
            flags: part(0).into_iter().collect(),
            result: String::from(if self.defect.is_some() { "invalid" } else { "valid" }),
            check: part(1),
            identity: judged.as_ref().ok().copied().flatten().map(hex::encode),
            error: judged.err(),
            comment: self.comment,
            kind: self.kind.to_owned(),
            now: self.given.now,
            before: hex(self.given.before),
            bytes: hex::encode(self.bytes),
            parts: hex(self.given.parts),
            pseudonyms: self.pseudonyms.iter().map(hex::encode).collect(),
        }
    }
}

fn issuer_entry(issuer: &Issuer) -> IssuerEntry {
    let parameters = issuer.parameters();
    IssuerEntry {
        public: hex::encode(parameters.key().to_bytes()),
        secret: hex::encode(hazmat::issuer_secret(&issuer.share_key())),
        version: parameters.version().0,
        schema: hex::encode(parameters.schema().to_bytes()),
    }
}

fn list_entry(manager: &AccumulatorManager) -> ListEntry {
    let keys = manager.list_keys();
    let pair = |(shard, secret)| KeyPair {
        public: hex::encode(keys.accumulator(Shard::new(shard).unwrap()).unwrap().to_bytes()),
        secret: hex::encode(hazmat::accumulator_secret(secret)),
    };
    ListEntry {
        owner: keys.name().owner().to_owned(),
        class: keys.name().class() as u8,
        owner_key: hex::encode(keys.owner_key()),
        accumulators: (0..).zip(&manager.share_keys()).map(pair).collect(),
        head_set: hex::encode(manager.heads().to_bytes()),
    }
}

/// The world after all vectors were made in it, and the file.
fn made() -> (World, File) {
    let mut world = World::new();
    let all = [
        valid::all(&mut world),
        sets::all(&world),
        requests::all(&mut world),
        answers::all(&mut world),
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
        issuers: [&world.country.issuer, &world.transport].map(issuer_entry).into(),
        lists: [&world.country.status, &world.country.flag].map(list_entry).into(),
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
    let (world, made) = made();
    let file: File = vectors::read(NAME, &made);
    let (mut valid, mut invalid) = (0, 0);
    for vector in &file.vectors {
        let given = Given { now: vector.now, before: bytes(&vector.before), parts: bytes(&vector.parts) };
        let judged = judge(&world, &vector.kind, &hex::decode(&vector.bytes).unwrap(), &given);
        let what = format!("{}: {} {:?}", vector.id, vector.comment, vector.check);
        match (vector.result.as_str(), &vector.check, &vector.error) {
            ("valid", None, None) => {
                valid += 1;
                let identity = judged.unwrap_or_else(|error| panic!("{what}: {error}"));
                assert_eq!(identity.map(hex::encode), vector.identity, "{what}");
                assert!(vector.flags.is_empty(), "{what}");
            }
            ("invalid", Some(_), Some(error)) => {
                invalid += 1;
                assert_eq!(judged, Err(error.clone()), "{what}");
                assert_eq!(vector.flags.len(), 1, "{what}");
                assert!(vector.pseudonyms.is_empty() && vector.identity.is_none(), "{what}");
            }
            other => panic!("{what}: {other:?}"),
        }
    }
    assert_eq!((valid, invalid), (VALID, INVALID));
    let different: BTreeSet<_> = file
        .vectors
        .iter()
        .map(|vector| (&vector.bytes, &vector.kind, vector.now, &vector.before, &vector.parts))
        .collect();
    assert_eq!(different.len(), VALID + INVALID, "the same twice");
}

#[test]
fn every_check_that_a_message_can_fail_has_a_vector() {
    let (_, made) = made();
    let file: File = vectors::read(NAME, &made);
    let checks: BTreeSet<&str> = file.vectors.iter().filter_map(|vector| vector.check.as_deref()).collect();
    let wanted = "06-1 06-2 06-10 06-11 06-45 06-50 06-51 06-52 06-55 06-56 06-6 06-7 06-8 06-9 06-12 06-46 06-49 06-58 06-54 06-57 12-1 12-2 12-3 \
                  12-4 12-5 12-6 12-8 12-9 12-10 12-11 12-12 12-13 12-14 12-15 12-20 12-21 12-29 12-30 12-35 12-40 12-7 13-1 13-2 13-3 \
                  13-4 13-8 13-9 13-10 13-11 13-12 13-14 13-15 13-16 13-17 13-18 13-19 01-8 01-9 01-10 01-11";
    for check in wanted.split_whitespace() {
        assert!(checks.contains(check), "no vector for {check}");
    }
}

#[test]
fn the_file_has_the_bytes_that_the_seed_gives() {
    let (_, made) = made();
    let file: File = vectors::read(NAME, &made);
    for (read, made) in file.vectors.iter().zip(&made.vectors) {
        assert_eq!(read, made);
    }
    let text = std::fs::read_to_string(vectors::path(NAME)).unwrap();
    assert_eq!(text, serde_json::to_string_pretty(&made).unwrap() + "\n");
}

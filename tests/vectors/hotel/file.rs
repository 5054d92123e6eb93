//! The files as they are read and written.

use selfsame::hazmat;
use serde::{Deserialize, Serialize};

use crate::hotel::flow::Flow;
use crate::hotel::parties::{CLOSED, DESK, GRACE, MAX_AGE, MAX_WINDOW, NOW, PURPOSE, RECORD, SEED, SHARD, SLOT, START};
use testkit::prelude::*;
use testkit::vectors;

/// Messages of the flow.
pub const MESSAGES: usize = 26;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowFile {
    pub comment: String,
    pub seed: String,
    pub record: String,
    /// When the lists begin, their first epoch closes, the platform answers: seconds since 1970.
    pub start: u64,
    pub closed: u64,
    pub now: u64,
    pub max_age: u64,
    pub grace: u64,
    pub max_window: u64,
    pub shard: u16,
    pub slot: String,
    pub generation: u32,
    pub symbol_key: KeyPair,
    pub issuer: IssuerEntry,
    pub lists: Vec<ListEntry>,
    pub cosigners: CosignersEntry,
    pub platform_key: String,
    pub verifier: String,
    pub purpose: String,
    pub disclosed: Vec<String>,
    pub verdict: String,
    pub vectors: Vec<MessageVector>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyPair {
    pub public: String,
    pub secret: String,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerEntry {
    pub public: String,
    pub secret: String,
    pub version: u32,
    pub schema_digest: String,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListEntry {
    pub owner: String,
    pub class: u8,
    pub owner_key: String,
    pub accumulators: Vec<KeyPair>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CosignersEntry {
    pub keys: Vec<String>,
    pub quorum: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageVector {
    pub id: u32,
    pub comment: String,
    pub flags: Vec<String>,
    pub result: String,
    pub kind: String,
    pub bytes: String,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NegativeFile {
    pub comment: String,
    pub vectors: Vec<NegativeVector>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NegativeVector {
    pub id: u32,
    pub comment: String,
    pub flags: Vec<String>,
    pub result: String,
    pub kind: String,
    pub now: u64,
    pub error: String,
    pub bytes: String,
}

pub fn flow_file() -> FlowFile {
    let Flow { parties, messages, .. } = Flow::new();
    let list = |manager: &AccumulatorManager| {
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
        }
    };
    let parameters = parties.country.issuer.parameters();
    FlowFile {
        comment: String::from(
            "One flow from card to verdict. All randomness is the ChaCha20 stream of `seed` (rand_chacha 0.3, ChaCha20Rng), \
             drawn in the order of tests/vectors/hotel; an implementation that draws otherwise checks the messages instead of \
             making them. All people are invented and all secrets are published here.",
        ),
        seed: hex::encode([SEED; 32]),
        record: format!("chip-records/{RECORD}.bin"),
        start: START,
        closed: CLOSED,
        now: NOW,
        max_age: MAX_AGE,
        grace: GRACE,
        max_window: MAX_WINDOW,
        shard: SHARD,
        slot: hex::encode(SLOT.0),
        generation: Generation::FIRST.number(),
        symbol_key: KeyPair {
            public: hex::encode(parties.symbol_key.public_key().to_bytes()),
            secret: hex::encode(parties.symbol_key.to_secret_bytes().expose()),
        },
        issuer: IssuerEntry {
            public: hex::encode(parameters.key().to_bytes()),
            secret: hex::encode(hazmat::issuer_secret(&parties.country.issuer.share_key())),
            version: parameters.version().0,
            schema_digest: hex::encode(parameters.schema_digest().to_bytes()),
        },
        lists: [&parties.country.status, &parties.country.flag].map(list).into(),
        cosigners: CosignersEntry {
            keys: parties.country.quorum.cosigners().keys().iter().map(hex::encode).collect(),
            quorum: parties.country.quorum.cosigners().quorum(),
        },
        platform_key: hex::encode(parties.country.platform.public_key().to_bytes()),
        verifier: DESK.into(),
        purpose: PURPOSE.into(),
        disclosed: ["sex", "valid-until"].map(String::from).into(),
        verdict: String::from("verified"),
        vectors: (1..)
            .zip(messages)
            .map(|(id, (kind, comment, flag, message))| MessageVector {
                id,
                comment: comment.into(),
                flags: flag.map(String::from).into_iter().collect(),
                result: String::from("valid"),
                kind: kind.into(),
                bytes: hex::encode(message),
            })
            .collect(),
    }
}

pub fn read_flow() -> FlowFile {
    vectors::read("hotel-flow.json", &flow_file())
}

#[test]
fn the_flow_gives_the_bytes_of_the_file() {
    let (file, made) = (read_flow(), flow_file());
    assert_eq!(file.vectors.len(), MESSAGES);
    for (read, made) in file.vectors.iter().zip(&made.vectors) {
        assert_eq!(read, made, "{}: {}", read.kind, read.comment);
    }
    assert_eq!(file, made);
}

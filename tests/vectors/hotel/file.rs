//! The files as they are read and written.

use serde::Serialize;

use crate::hotel::flow::Flow;
use crate::hotel::parties::{CLOSED, DESK, GRACE, MAX_AGE, MAX_WINDOW, NOW, PURPOSE, RECORD, SEED, SHARD, SLOT, START};
use testkit::prelude::*;
use testkit::vectors::{self, IssuerEntry, KeyPair, ListEntry, Numbered as Vector};

/// Messages of the flow.
pub const MESSAGES: usize = 28;

#[derive(Serialize)]
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
    pub issuer: DigestedIssuer,
    pub lists: Vec<ListEntry>,
    pub cosigners: CosignersEntry,
    pub platform_key: String,
    pub verifier: String,
    pub purpose: String,
    pub disclosed: Vec<String>,
    pub verdict: String,
    pub vectors: Vec<Vector<MessageVector>>,
}

#[derive(Serialize)]
pub struct DigestedIssuer {
    #[serde(flatten)]
    pub key: KeyPair,
    pub version: u32,
    pub schema_digest: String,
}

#[derive(Serialize)]
pub struct CosignersEntry {
    pub keys: Vec<String>,
    pub quorum: usize,
}

#[derive(Serialize)]
pub struct MessageVector {
    pub kind: &'static str,
    pub bytes: String,
}

pub fn flow_file() -> FlowFile {
    let Flow { parties, messages, .. } = Flow::new();
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
        issuer: DigestedIssuer {
            key: IssuerEntry::new(&parties.country.issuer).key,
            version: parameters.version().0,
            schema_digest: hex::encode(parameters.schema_digest().to_bytes()),
        },
        lists: [&parties.country.status, &parties.country.flag].map(ListEntry::new).into(),
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
            .map(|(id, (kind, comment, flag, message))| Vector {
                result: "valid",
                ..Vector::new(id, comment, flag, MessageVector { kind, bytes: hex::encode(message) })
            })
            .collect(),
    }
}

#[test]
fn the_flow_gives_the_bytes_of_the_file() {
    let file = flow_file();
    assert_eq!(file.vectors.len(), MESSAGES);
    vectors::check("hotel-flow.json", &file);
}

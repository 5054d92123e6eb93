//! The vector files: what they have in common, and writing them where `SELFSAME_WRITE_VECTORS=1`
//! asks for it.

mod index;
mod parts;
mod suite;

pub use parts::{issuer, keyed_issuer, list, outcome, set_secret};
pub use suite::{File, Group, Slugs, Vector, slug};

use std::path::PathBuf;

use selfsame::hazmat;
use serde::Serialize;

use crate::prelude::*;

/// A vector of a file that is not in groups yet.
#[derive(Debug, Serialize)]
pub struct Numbered<T> {
    pub id: u32,
    pub comment: String,
    pub flags: Vec<String>,
    pub result: &'static str,
    #[serde(flatten)]
    pub of: T,
}

impl<T> Numbered<T> {
    /// With the flag of its defect, if it has one.
    pub fn new(id: u32, comment: impl Into<String>, defect: Option<&str>, of: T) -> Self {
        let result = if defect.is_some() { "invalid" } else { "valid" };
        Self { id, comment: comment.into(), flags: defect.map(String::from).into_iter().collect(), result, of }
    }
}

#[derive(Debug, Serialize)]
pub struct KeyPair {
    pub public: String,
    pub secret: String,
}

#[derive(Debug, Serialize)]
pub struct IssuerEntry {
    #[serde(flatten)]
    pub key: KeyPair,
    pub version: u32,
    pub schema: String,
}

impl IssuerEntry {
    pub fn new(issuer: &Issuer) -> Self {
        let parameters = issuer.parameters();
        let public = hex::encode(parameters.key().to_bytes());
        let key = KeyPair { public, secret: hex::encode(hazmat::issuer_secret(&issuer.share_key())) };
        Self { key, version: parameters.version().0, schema: hex::encode(parameters.schema().to_bytes()) }
    }
}

#[derive(Debug, Serialize)]
pub struct ListEntry {
    pub owner: String,
    pub class: u8,
    pub owner_key: String,
    pub accumulators: Vec<KeyPair>,
}

impl ListEntry {
    pub fn new(manager: &AccumulatorManager) -> Self {
        let keys = manager.list_keys();
        let pair = |(shard, secret)| KeyPair {
            public: hex::encode(keys.accumulator(Shard::new(shard).unwrap()).unwrap().to_bytes()),
            secret: hex::encode(secret),
        };
        Self {
            owner: keys.name().owner().to_owned(),
            class: keys.name().class() as u8,
            owner_key: hex::encode(keys.owner_key()),
            accumulators: (0..).zip(hazmat::accumulator_secrets(&manager.share_keys())).map(pair).collect(),
        }
    }
}

pub fn path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "test-vectors", name].iter().collect()
}

/// Whether files are written.
#[must_use]
pub fn is_writing() -> bool {
    std::env::var_os("SELFSAME_WRITE_VECTORS").is_some_and(|value| value == "1")
}

/// That the file is what was made, byte for byte. Where writing is asked for, it is written first.
///
/// # Panics
/// If it is anything else.
pub fn check(name: &str, made: &impl Serialize) {
    let made = serde_json::to_string_pretty(made).unwrap() + "\n";
    if is_writing() {
        replace(name, &made);
    }
    let found = std::fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    for (place, (found, made)) in (1..).zip(found.lines().zip(made.lines())) {
        assert_eq!(found, made, "{name}, line {place}");
    }
    assert_eq!(found.len(), made.len(), "{name}");
}

/// In one step, so that another test never reads half of it.
fn replace(name: &str, text: &str) {
    let unfinished = path(&format!("{name}.{:?}", std::thread::current().id()));
    std::fs::write(&unfinished, text).unwrap();
    // What both suites have in common is a link.
    std::fs::rename(&unfinished, std::fs::canonicalize(path(name)).unwrap_or_else(|_| path(name))).unwrap();
}

/// Every message in the vector files, valid and not: what is hexadecimal and has an envelope.
///
/// # Panics
/// If a file is missing or malformed.
pub fn messages() -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path("")).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_some_and(|extension| extension == "json") {
            collect(&serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap(), &mut found);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn collect(value: &serde_json::Value, found: &mut Vec<Vec<u8>>) {
    match value {
        serde_json::Value::String(text) => {
            found.extend(hex::decode(text).ok().filter(|bytes| bytes.starts_with(&[SUITE, 1]) && bytes.len() > 3));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        serde_json::Value::Object(fields) => fields.values().for_each(|item| collect(item, found)),
        _ => {}
    }
}

//! The vector files: what they have in common, and writing them where `SELFSAME_WRITE_VECTORS=1`
//! asks for it.

mod cast;
mod index;
mod parts;
mod suite;

pub use parts::{issuer, keyed_issuer, list, outcome, set_secret};
pub use suite::{File, Group, Slugs, Vector, slug};

use std::path::PathBuf;

use serde::Serialize;

use crate::curve::SUITE;

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

/// That the index has the counts that this file says: of one that nobody makes here. Where writing
/// is asked for, they are written there first.
///
/// # Panics
/// If the file is missing or malformed, or the index says otherwise.
pub fn found(name: &str) {
    let text = std::fs::read_to_string(path(&format!("{name}.json"))).unwrap_or_else(|error| panic!("{name}: {error}"));
    let file: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    index::check(name, &file["counts"]);
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

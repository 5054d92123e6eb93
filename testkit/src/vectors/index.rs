//! `index.json`: which files there are, and how many vectors each has.

use std::sync::Mutex;

use serde_json::{Value, json};

use super::{is_writing, path, replace};
use crate::curve::SUITE;

static WRITING: Mutex<()> = Mutex::new(());

/// That the index says so of this file. Where writing is asked for, the line is written first.
pub(super) fn check(name: &str, counts: &Value) {
    let held = WRITING.lock().unwrap();
    let mut index = read();
    if is_writing() {
        index["files"][name] = counts.clone();
        replace("index.json", &(serde_json::to_string_pretty(&index).unwrap() + "\n"));
    }
    drop(held);
    assert_eq!(index["files"][name], *counts, "{name}: what index.json says");
}

fn read() -> Value {
    match std::fs::read_to_string(path("index.json")) {
        Ok(text) => serde_json::from_str(&text).unwrap(),
        Err(_) => json!({ "format": 2, "suite": SUITE, "files": {} }),
    }
}

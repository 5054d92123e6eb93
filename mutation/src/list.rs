//! The mutants that cargo-mutants lists.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

/// A place in a text; lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// From a place to another one, which is the first that is not in it.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Span {
    /// The first place.
    pub start: Place,
    /// The place behind the last one.
    pub end: Place,
}

/// One change of the source.
#[derive(Clone, Debug, Deserialize)]
pub struct Mutant {
    /// Relative to the package.
    pub file: String,
    /// What kind of change it is.
    pub genre: String,
    /// The whole of it, for people.
    pub name: String,
    /// What comes in the place of `span`.
    pub replacement: String,
    /// What is changed.
    pub span: Span,
}

/// Runs `cargo mutants --list` for the package in `directory`; the place in the list is the number
/// of the mutant, from 1.
pub fn list(directory: &Path) -> BTreeMap<u32, Mutant> {
    let output = Command::new("cargo").args(["mutants", "--list", "--json"]).current_dir(directory).output().unwrap();
    assert!(output.status.success(), "cargo mutants --list: {}", String::from_utf8_lossy(&output.stderr));
    let mutants: Vec<Mutant> = serde_json::from_slice(&output.stdout).unwrap();
    (1..).zip(mutants).collect()
}

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

/// The function that a mutant is in.
#[derive(Clone, Debug, Deserialize)]
pub struct Function {
    /// With its arrow; empty where there is none.
    pub return_type: String,
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
    /// None in a constant.
    pub function: Option<Function>,
    /// What comes in the place of `span`.
    pub replacement: String,
    /// What is changed.
    pub span: Span,
}

impl Mutant {
    /// Whether its function says only what it gives back can do.
    pub fn opaque(&self) -> bool {
        self.function.as_ref().is_some_and(|function| function.return_type.starts_with("-> impl "))
    }
}

/// Runs `cargo mutants --list` for the package in `directory`; the place in the list is the number
/// of the mutant, from 1. Files are named from the package, which may be one of a workspace.
pub fn list(directory: &Path) -> BTreeMap<u32, Mutant> {
    let output = Command::new("cargo").args(["mutants", "--list", "--json"]).current_dir(directory).output().unwrap();
    assert!(output.status.success(), "cargo mutants --list: {}", String::from_utf8_lossy(&output.stderr));
    let mut mutants: Vec<Mutant> = serde_json::from_slice(&output.stdout).unwrap();
    for mutant in &mut mutants {
        for path in [&mut mutant.file, &mut mutant.name] {
            let package = path.find("src/").unwrap();
            path.drain(..package);
        }
    }
    (1..).zip(mutants).collect()
}

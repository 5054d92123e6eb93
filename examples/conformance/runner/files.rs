//! The files of a directory of vectors, in format 2.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Answer;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    pub valid: usize,
    pub invalid: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    format: u8,
    suite: u8,
    files: BTreeMap<String, Counts>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Generator {
    #[allow(dead_code, reason = "that it is there is what is read")]
    seed: Option<String>,
    #[allow(dead_code, reason = "the same")]
    seeds: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "what is for readers has to be there as well")]
pub struct File {
    /// Without `.json`.
    #[serde(skip)]
    pub name: String,
    format: u8,
    /// None of what is the same in both.
    suite: Option<u8>,
    comment: String,
    spec: Vec<String>,
    flags: BTreeMap<String, String>,
    counts: Counts,
    generator: Option<Generator>,
    secrets: Map<String, Value>,
    pub groups: Vec<Group>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub id: String,
    #[allow(dead_code, reason = "for readers")]
    comment: String,
    pub receiver: String,
    pub state: Value,
    pub vectors: Vec<Vector>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    pub id: String,
    pub comment: String,
    flags: Vec<String>,
    result: Verdict,
    check: Option<String>,
    pub input: Value,
    output: Value,
    #[allow(dead_code, reason = "for readers")]
    trace: Map<String, Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Valid,
    Invalid,
}

impl Vector {
    /// What the file says of it.
    pub fn expected(&self) -> Answer {
        match self.result {
            Verdict::Valid => Answer::Valid(self.output.clone()),
            Verdict::Invalid => Answer::Invalid(self.check.clone()),
        }
    }
}

impl File {
    fn vectors(&self) -> impl Iterator<Item = &Vector> {
        self.groups.iter().flat_map(|group| &group.vectors)
    }

    /// What is wrong with the file as a whole.
    fn check(&self, suite: u8, indexed: Counts) -> Result<(), String> {
        let of = self.suite.unwrap_or(suite);
        if (self.format, of) != (2, suite) {
            return Err(format!("format {} of suite {of}, and not 2 of {suite}", self.format));
        }
        let of = |verdict| self.vectors().filter(|vector| vector.result == verdict).count();
        let counted = Counts { valid: of(Verdict::Valid), invalid: of(Verdict::Invalid) };
        for (what, counts) in [("it says itself", self.counts), ("index.json says", indexed)] {
            if counts != counted {
                return Err(format!("{counted:?}, and not the {counts:?} that {what}"));
            }
        }
        let ids: BTreeSet<&str> = self.vectors().map(|vector| vector.id.as_str()).collect();
        if ids.len() != counted.valid + counted.invalid {
            return Err(String::from("an id is there twice"));
        }
        let groups: BTreeSet<&str> = self.groups.iter().map(|group| group.id.as_str()).collect();
        if groups.len() != self.groups.len() {
            return Err(String::from("the id of a group is there twice"));
        }
        let is_prefixed = |whole: &str, of: &str| whole.strip_prefix(of).is_some_and(|rest| rest.starts_with('/'));
        for group in &self.groups {
            let fits = group.vectors.iter().all(|vector| is_prefixed(&vector.id, &group.id));
            if !fits || !is_prefixed(&group.id, &self.name) {
                return Err(format!("{}: ids are not file/group/name", group.id));
            }
        }
        let used: BTreeSet<&String> = self.vectors().flat_map(|vector| &vector.flags).collect();
        if used != self.flags.keys().collect() {
            return Err(String::from("the glossary has not the flags of the vectors"));
        }
        let is_whole = |vector: &&Vector| (vector.result == Verdict::Invalid) == vector.check.is_some();
        match self.vectors().find(|vector| !is_whole(vector)) {
            Some(vector) => Err(format!("{}: a check is of invalid vectors, and of each", vector.id)),
            None => Ok(()),
        }
    }
}

/// All files of a directory.
#[derive(Debug)]
pub struct Suite {
    pub number: u8,
    pub files: Vec<File>,
    /// What is wrong with the directory and its files, a sentence each.
    pub problems: Vec<String>,
}

fn read<T: DeserializeOwned>(directory: &Path, name: &str) -> Result<T, String> {
    let text = std::fs::read_to_string(directory.join(name)).map_err(|error| format!("{name}: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))
}

/// Files that are there and that the index does not name.
fn unknown(directory: &Path, index: &Index) -> Result<Vec<String>, String> {
    let entries = std::fs::read_dir(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let files = names.filter_map(|name| name.strip_suffix(".json").map(str::to_owned));
    let known = |name: &String| index.files.contains_key(name) || ["index", "schema"].contains(&name.as_str());
    let mut unknown: Vec<String> = files.filter(|name| !known(name)).collect();
    unknown.sort_unstable();
    Ok(unknown)
}

impl Suite {
    pub fn read(directory: &Path) -> Result<Self, String> {
        let index: Index = read(directory, "index.json")?;
        if index.format != 2 {
            return Err(format!("index.json: format {}, and not 2", index.format));
        }
        let unknown = unknown(directory, &index)?;
        let mut problems: Vec<String> = unknown.iter().map(|name| format!("{name}.json: not in index.json")).collect();
        let mut files = Vec::new();
        for (name, counts) in &index.files {
            match read::<File>(directory, &format!("{name}.json")) {
                Ok(mut file) => {
                    file.name.clone_from(name);
                    if let Err(why) = file.check(index.suite, *counts) {
                        problems.push(format!("{name}.json: {why}"));
                    }
                    files.push(file);
                }
                Err(why) => problems.push(why),
            }
        }
        Ok(Self { number: index.suite, files, problems })
    }
}

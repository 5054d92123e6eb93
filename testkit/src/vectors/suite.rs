//! A file of vectors in format 2 (test-vectors/README.md): groups of one receiver and its state.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value};

use super::{index, is_writing, path};
use crate::curve::SUITE;

/// A file in the making.
#[derive(Debug, Serialize)]
pub struct File {
    #[serde(skip)]
    name: &'static str,
    format: u8,
    suite: u8,
    comment: String,
    spec: Vec<&'static str>,
    flags: BTreeMap<&'static str, &'static str>,
    counts: Counts,
    generator: Option<Generator>,
    secrets: Map<String, Value>,
    groups: Vec<Group>,
}

/// How many vectors a file has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Counts {
    valid: usize,
    invalid: usize,
}

#[derive(Debug, Default, Serialize)]
struct Generator {
    seed: Option<String>,
    seeds: BTreeMap<&'static str, String>,
}

/// Vectors that one receiver gets in one state.
#[derive(Debug, Serialize)]
pub struct Group {
    id: String,
    comment: String,
    receiver: &'static str,
    state: Value,
    vectors: Vec<Vector>,
}

/// What a receiver gets, and what it says.
#[derive(Debug, Serialize)]
pub struct Vector {
    id: String,
    comment: String,
    flags: Vec<&'static str>,
    result: &'static str,
    check: Option<String>,
    input: Value,
    output: Value,
    trace: Map<String, Value>,
}

/// Lower-case letters and digits, and hyphens between them.
fn is_slug(text: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9'));
    text.split('-').all(word)
}

/// A number of the specification's checks: two digits, a hyphen, a number without leading zeros.
fn is_check(text: &str) -> bool {
    let all_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit());
    let parts = text.split_once('-');
    parts.is_some_and(|(of, number)| of.len() == 2 && all_digits(of) && all_digits(number) && !number.starts_with('0'))
}

/// The words of a comment as a slug, for files whose vectors had none: what is not a letter or
/// digit of ASCII divides words, and letters of Greek formulas have their names.
///
/// # Panics
/// If no word is left.
#[must_use]
pub fn slug(comment: &str) -> String {
    let greek = comment.replace('α', "alpha").replace('ℓ', "l").replace('τ', "tau").replace('δ', "delta");
    // An apostrophe within a word is none of its letters; behind one it means another value.
    let mut words = String::new();
    for (place, part) in greek.split('\'').enumerate() {
        let divides = place > 0 && !part.starts_with(|c: char| c.is_ascii_alphanumeric());
        words.push_str(if divides { "-prime" } else { "" });
        words.push_str(part);
    }
    let words: Vec<String> = words
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    assert!(!words.is_empty(), "{comment}: no words");
    words.join("-")
}

/// Slugs of comments, of which a later one of the same words has its number among them.
#[derive(Debug, Default)]
pub struct Slugs(BTreeMap<String, usize>);

impl Slugs {
    /// The slug of a comment within a group.
    pub fn of(&mut self, comment: &str) -> String {
        let slug = slug(comment);
        let count = self.0.entry(slug.clone()).or_default();
        *count += 1;
        if *count == 1 { slug } else { format!("{slug}-{count}") }
    }
}

impl Vector {
    fn new(slug: impl Into<String>, comment: impl Into<String>, input: Value) -> Self {
        let slug = slug.into();
        assert!(is_slug(&slug), "{slug}: not the last part of an id");
        Self {
            id: slug,
            comment: comment.into(),
            flags: Vec::new(),
            result: "valid",
            check: None,
            input,
            output: Value::Null,
            trace: Map::new(),
        }
    }

    /// One that is accepted, with what comes of it, or null.
    ///
    /// # Panics
    /// If `slug` is none.
    #[must_use]
    pub fn valid(slug: impl Into<String>, comment: impl Into<String>, input: Value, output: Value) -> Self {
        Self { output, ..Self::new(slug, comment, input) }
    }

    /// One that this check refuses; the flag is the defect's class.
    ///
    /// # Panics
    /// If `slug` is none, or `check` no number of a check.
    #[must_use]
    pub fn invalid(
        slug: impl Into<String>,
        flag: &'static str,
        check: &str,
        comment: impl Into<String>,
        input: Value,
    ) -> Self {
        assert!(is_check(check), "{check}: no number of a check");
        let new = Self::new(slug, comment, input);
        Self { result: "invalid", flags: vec![flag], check: Some(check.into()), ..new }
    }

    /// With a flag more.
    #[must_use]
    pub fn flag(mut self, flag: &'static str) -> Self {
        self.flags.push(flag);
        self
    }

    /// With an intermediate value.
    #[must_use]
    pub fn trace(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.trace.insert(name.into(), value.into());
        self
    }
}

impl Group {
    /// Without vectors yet.
    ///
    /// # Panics
    /// If `slug` is none.
    #[must_use]
    pub fn new(slug: &str, receiver: &'static str, comment: impl Into<String>, state: Value) -> Self {
        assert!(is_slug(slug), "{slug}: not the last part of an id");
        Self { id: slug.into(), comment: comment.into(), receiver, state, vectors: Vec::new() }
    }

    /// With a vector more.
    #[must_use]
    pub fn with(mut self, vector: Vector) -> Self {
        self.vectors.push(vector);
        self
    }

    /// With these vectors more.
    #[must_use]
    pub fn with_all(mut self, vectors: impl IntoIterator<Item = Vector>) -> Self {
        self.vectors.extend(vectors);
        self
    }
}

impl File {
    /// Without groups yet; `name` is the file's, without `.json`, and `spec` the sections that it
    /// is about.
    #[must_use]
    pub fn new(name: &'static str, comment: &str, spec: &[&'static str]) -> Self {
        Self {
            name,
            format: 2,
            suite: SUITE,
            comment: comment.into(),
            spec: spec.to_vec(),
            flags: BTreeMap::new(),
            counts: Counts::default(),
            generator: None,
            secrets: Map::new(),
            groups: Vec::new(),
        }
    }

    /// With flags of the glossary: each with the bug that a vector which has it finds.
    #[must_use]
    pub fn flags(mut self, glossary: &[(&'static str, &'static str)]) -> Self {
        self.flags.extend(glossary.iter().copied());
        self
    }

    /// With those flags of a glossary that the groups have which are there already.
    #[must_use]
    pub fn flags_of(mut self, glossary: &[(&'static str, &'static str)]) -> Self {
        let used = self.used();
        self.flags.extend(glossary.iter().filter(|(flag, _)| used.contains(flag)).copied());
        self
    }

    fn used(&self) -> BTreeSet<&'static str> {
        let vectors = self.groups.iter().flat_map(|group| &group.vectors);
        vectors.flat_map(|vector| vector.flags.iter().copied()).collect()
    }

    /// What everything random was drawn from (test-vectors/README.md, "Randomness").
    #[must_use]
    pub fn seed(mut self, seed: [u8; 32]) -> Self {
        self.generator.get_or_insert_default().seed = Some(hex::encode(seed));
        self
    }

    /// What others drew from than the cast of the file, by who it is, each 32 bytes of this value.
    #[must_use]
    pub fn seeds(mut self, others: &[(&'static str, u8)]) -> Self {
        let others = others.iter().map(|(of, seed)| (*of, hex::encode([*seed; 32])));
        self.generator.get_or_insert_default().seeds.extend(others);
        self
    }

    /// With a secret of the cast: a canonical message, or canonical bytes.
    #[must_use]
    pub fn secret(mut self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.secrets.insert(name.into(), hex::encode(bytes).into());
        self
    }

    /// With a group more; from here on its id and those of its vectors are whole.
    #[must_use]
    pub fn group(mut self, mut group: Group) -> Self {
        group.id = format!("{}/{}", self.name, group.id);
        for vector in &mut group.vectors {
            vector.id = format!("{}/{}", group.id, vector.id);
            match vector.result {
                "valid" => self.counts.valid += 1,
                _ => self.counts.invalid += 1,
            }
        }
        self.groups.push(group);
        self
    }

    /// Ids of all vectors, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().flat_map(|group| &group.vectors).map(|vector| vector.id.as_str())
    }

    /// That the file is what was made, byte for byte, and that the index names it. Where writing is
    /// asked for, both are written first.
    ///
    /// # Panics
    /// If it is anything else; if a vector's id or a group's is there twice; if the glossary has
    /// not exactly the flags that vectors have; and where a vector that was written before would be
    /// lost, unless `SELFSAME_RETIRE_VECTORS=1` says that it should be.
    pub fn check(&self) {
        let name = format!("{}.json", self.name);
        let ids: BTreeSet<&str> = self.ids().collect();
        assert_eq!(twice(self.ids()), [""; 0], "{name}: ids that are there twice");
        assert_eq!(twice(self.groups.iter().map(|group| &*group.id)), [""; 0], "{name}: groups of one id");
        assert_eq!(self.used(), self.flags.keys().copied().collect(), "{name}: flags, and those of the glossary");
        if is_writing() && std::env::var_os("SELFSAME_RETIRE_VECTORS").is_none_or(|value| value != "1") {
            let lost: Vec<String> = written(&name).into_iter().filter(|id| !ids.contains(id.as_str())).collect();
            assert!(
                lost.is_empty(),
                "{name}: vectors that were there: {lost:?} (SELFSAME_RETIRE_VECTORS=1 drops them)"
            );
        }
        super::check(&name, self);
        index::check(self.name, &serde_json::to_value(self.counts).unwrap());
    }
}

fn twice<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    ids.filter(|id| !seen.insert(*id)).collect()
}

/// The ids of the file that is there.
fn written(name: &str) -> Vec<String> {
    let Ok(text) = std::fs::read_to_string(path(name)) else { return Vec::new() };
    let file: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let groups = file["groups"].as_array().into_iter().flatten();
    let vectors = groups.flat_map(|group| group["vectors"].as_array().into_iter().flatten());
    vectors.map(|vector| vector["id"].as_str().unwrap().to_owned()).collect()
}

//! The file as it is read and written, and what its receivers say.

use std::collections::BTreeSet;

use selfsame::directory::DirectoryDigest;
use serde::{Deserialize, Serialize};

use crate::directory::chain::{Chain, SEED};
use crate::directory::{content, evidence, following};
use testkit::prelude::*;
use testkit::vectors;

const NAME: &str = "directory.json";
const VALID: usize = 18;
const INVALID: usize = 170;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    comment: String,
    seed: String,
    vectors: Vec<Vector>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    id: u32,
    comment: String,
    flags: Vec<String>,
    result: String,
    kind: String,
    /// The version of the chain that the receiver has, or 0.
    known: usize,
    /// The digest that a receiver without a version pins.
    pin: Option<String>,
    check: Option<String>,
    error: Option<String>,
    bytes: String,
}

/// What who receives bytes has already.
#[derive(Clone, Copy, Debug)]
pub enum Receiver {
    Pins([u8; 32]),
    Knows(usize),
}

/// A vector in the making; the flag, check and error are those of a defect.
pub struct Expected {
    comment: &'static str,
    kind: &'static str,
    receiver: Receiver,
    defect: Option<[&'static str; 3]>,
    bytes: Vec<u8>,
}

impl Expected {
    pub const fn valid(comment: &'static str, kind: &'static str, receiver: Receiver, bytes: Vec<u8>) -> Self {
        Self { comment, kind, receiver, defect: None, bytes }
    }

    /// `defect` is the flag, the check and the error.
    pub const fn invalid(
        defect: [&'static str; 3],
        comment: &'static str,
        kind: &'static str,
        receiver: Receiver,
        bytes: Vec<u8>,
    ) -> Self {
        Self { comment, kind, receiver, defect: Some(defect), bytes }
    }

    fn into_vector(self, id: u32) -> Vector {
        let (known, pin) = match self.receiver {
            Receiver::Pins(digest) => (0, Some(hex::encode(digest))),
            Receiver::Knows(version) => (version, None),
        };
        let part = |i: usize| self.defect.map(|defect| defect[i].to_owned());
        Vector {
            id,
            comment: self.comment.to_owned(),
            flags: part(0).into_iter().collect(),
            result: String::from(if self.defect.is_some() { "invalid" } else { "valid" }),
            kind: self.kind.to_owned(),
            known,
            pin,
            check: part(1),
            error: part(2),
            bytes: hex::encode(self.bytes),
        }
    }
}

fn made() -> File {
    let chain = Chain::new();
    let all = [
        chain.valid(),
        evidence::valid(&chain),
        content::messages(&chain),
        content::contents(&chain),
        content::pins(&chain),
        following::all(&chain),
        evidence::invalid(&chain),
    ];
    let vectors = (1..).zip(all.into_iter().flatten()).map(|(id, expected)| expected.into_vector(id));
    File {
        comment: String::from(
            "Three versions of the directory, evidence of each kind, and messages with one defect each. The first three vectors are \
             the versions; `known` is the one of them that the receiver has, or 0 for a host that has only the digest `pin`. `check` \
             is the check of spec 01 or 09 that refuses, `error` the error of this crate. All randomness is the ChaCha20 stream of \
             `seed` (rand_chacha 0.3, ChaCha20Rng), drawn in the order of tests/vectors/directory.",
        ),
        seed: hex::encode([SEED; 32]),
        vectors: vectors.collect(),
    }
}

/// What the receiver of a vector says; the versions that it may have are `chain`.
fn judge(chain: &[VerifiedDirectory], vector: &Vector) -> Result<Option<VerifiedDirectory>, String> {
    fn decoded<M: Message>(bytes: &[u8]) -> Result<M, String> {
        M::from_bytes(bytes).map_err(|error: DecodeError| format!("{error:?}"))
    }
    let bytes = hex::decode(&vector.bytes).unwrap();
    let result = match (vector.kind.as_str(), vector.known, &vector.pin) {
        ("SignedDirectory", 0, Some(pin)) => {
            let pin = DirectoryDigest::from_bytes(hex::decode(pin).unwrap().try_into().unwrap());
            decoded::<SignedDirectory>(&bytes)?.pin(&pin).map(Some)
        }
        ("SignedDirectory", known, None) => chain[known - 1].follow(&decoded(&bytes)?).map(Some),
        ("Equivocation", known, None) => decoded::<Equivocation>(&bytes)?.verify(&chain[known - 1]).map(|_| None),
        _ => panic!("vector {} has no receiver", vector.id),
    };
    result.map_err(|error| match error {
        // An error of a list does not say in `Debug` which one it is.
        DirectoryError::List(ListError::BadSignature) => String::from("List(BadSignature)"),
        DirectoryError::List(ListError::WrongHead) => String::from("List(WrongHead)"),
        DirectoryError::List(ListError::BadProof) => String::from("List(BadProof)"),
        error => format!("{error:?}"),
    })
}

/// The errors that stand for a check, but for those of decoding.
const ERRORS: [(&str, &[&str]); 16] = [
    ("09-9", &["NotPinned"]),
    ("09-10", &["WrongAuthority", "BadSignature"]),
    ("09-11", &["NotNext"]),
    ("09-12", &["WrongPrevious"]),
    ("09-13", &["OldTime"]),
    ("09-14", &["WrongAuthority", "BadSignature"]),
    ("09-15", &["BadSignature"]),
    ("09-16", &["NotCosigned"]),
    ("09-17", &["SymbolKeyChanged"]),
    ("09-18", &["ShardCountChanged"]),
    ("09-19", &["IssuerChanged"]),
    ("09-20", &["ListChanged"]),
    ("09-29", &["NoContradiction"]),
    ("09-30", &["UnknownSigner", "UnknownList"]),
    ("09-31", &["List(WrongHead)", "List(BadSignature)", "List(BadProof)"]),
    ("09-32", &["BadSignature"]),
];

#[test]
fn every_vector_is_taken_or_refused_for_what_it_is() {
    let made = made();
    let file: File = vectors::read(NAME, &made);
    let mut chain = Vec::new();
    let (mut valid, mut invalid) = (0, 0);
    let mut checks = BTreeSet::new();
    for vector in &file.vectors {
        let judged = judge(&chain, vector);
        let what = format!("{}: {} {:?}", vector.id, vector.comment, vector.check);
        match (vector.result.as_str(), &vector.check, &vector.error) {
            ("valid", None, None) => {
                valid += 1;
                let version = judged.unwrap_or_else(|error| panic!("{what}: {error}"));
                if valid <= 3 {
                    chain.extend(version);
                    assert_eq!(chain.len(), valid, "{what}");
                }
            }
            ("invalid", Some(check), Some(error)) => {
                invalid += 1;
                assert_eq!(judged, Err(error.clone()), "{what}");
                if let Some((_, errors)) = ERRORS.iter().find(|(of, _)| of == check) {
                    assert!(errors.contains(&error.as_str()), "{what}: {error}");
                }
                assert_eq!(vector.flags.len(), 1, "{what}");
                checks.insert(check.as_str());
            }
            other => panic!("{what}: {other:?}"),
        }
    }
    assert_eq!((valid, invalid), (VALID, INVALID));
    // Every check that a message can fail.
    let numbered = (1..=21).chain(28..=32).map(|number| format!("09-{number}"));
    for check in numbered.chain((2..=7).map(|number| format!("01-{number}"))).chain([String::from("01-11")]) {
        assert!(checks.contains(check.as_str()), "no vector for {check}");
    }
    let different: BTreeSet<_> =
        file.vectors.iter().map(|vector| (&vector.bytes, &vector.kind, vector.known, &vector.pin)).collect();
    assert_eq!(different.len(), VALID + INVALID, "the same twice");
}

#[test]
fn the_file_has_the_bytes_that_the_seed_gives() {
    let made = made();
    let file: File = vectors::read(NAME, &made);
    for (read, made) in file.vectors.iter().zip(&made.vectors) {
        assert_eq!(read, made);
    }
    let text = std::fs::read_to_string(vectors::path(NAME)).unwrap();
    assert_eq!(text, serde_json::to_string_pretty(&made).unwrap() + "\n");
}

//! The file as it is read and written, and what its receivers say.

use std::collections::BTreeSet;

use selfsame::directory::DirectoryDigest;
use serde::Serialize;

use crate::directory::chain::{Chain, SEED};
use crate::directory::{content, evidence, following};
use testkit::prelude::*;
use testkit::vectors::{self, Numbered as Vector};

const NAME: &str = "directory.json";
const VALID: usize = 18;
const INVALID: usize = 171;

#[derive(Serialize)]
struct File {
    comment: String,
    seed: String,
    vectors: Vec<Vector<Received>>,
}

#[derive(Serialize)]
struct Received {
    kind: &'static str,
    /// The version of the chain that the receiver has, or 0.
    known: usize,
    /// The digest that a receiver without a version pins.
    pin: Option<String>,
    check: Option<&'static str>,
    error: Option<&'static str>,
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

    fn into_vector(self, id: u32) -> Vector<Received> {
        let (known, pin) = match self.receiver {
            Receiver::Pins(digest) => (0, Some(hex::encode(digest))),
            Receiver::Knows(version) => (version, None),
        };
        let [flag, check, error] = [0, 1, 2].map(|part: usize| self.defect.map(|defect| defect[part]));
        let received = Received { kind: self.kind, known, pin, check, error, bytes: hex::encode(self.bytes) };
        Vector::new(id, self.comment, flag, received)
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
fn judge(chain: &[VerifiedDirectory], vector: &Received) -> Result<Option<VerifiedDirectory>, String> {
    fn decoded<M: Message>(bytes: &[u8]) -> Result<M, String> {
        M::from_bytes(bytes).map_err(|error: DecodeError| format!("{error:?}"))
    }
    let bytes = hex::decode(&vector.bytes).unwrap();
    let result = match (vector.kind, vector.known, &vector.pin) {
        ("SignedDirectory", 0, Some(pin)) => {
            let pin = DirectoryDigest::from_bytes(hex::decode(pin).unwrap().try_into().unwrap());
            decoded::<SignedDirectory>(&bytes)?.pin(&pin).map(Some)
        }
        ("SignedDirectory", known, None) => chain[known - 1].follow(&decoded(&bytes)?).map(Some),
        ("Equivocation", known, None) => decoded::<Equivocation>(&bytes)?.verify(&chain[known - 1]).map(|_| None),
        _ => panic!("a {} has no receiver", vector.kind),
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
    let file = made();
    vectors::check(NAME, &file);
    let mut chain = Vec::new();
    let (mut valid, mut invalid) = (0, 0);
    let mut checks = BTreeSet::new();
    for vector in &file.vectors {
        let Vector { id, comment, of: received, .. } = vector;
        let judged = judge(&chain, received);
        let what = format!("{id}: {comment} {:?}", received.check);
        match (vector.result, received.check, received.error) {
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
                assert_eq!(judged, Err(error.to_owned()), "{what}");
                if let Some((_, errors)) = ERRORS.iter().find(|(of, _)| *of == check) {
                    assert!(errors.contains(&error), "{what}: {error}");
                }
                checks.insert(check);
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
        file.vectors.iter().map(|Vector { of, .. }| (&of.bytes, of.kind, of.known, &of.pin)).collect();
    assert_eq!(different.len(), VALID + INVALID, "the same twice");
}

//! `single-defect.json`: one check stands between each vector and acceptance. A dishonest owner,
//! issuer, platform and holder make what an honest one cannot, and messages are at both sides of
//! each bound.

mod decoding;
mod faces;
mod issuance;
mod kept;
mod lists;
mod platform;
mod texts;
mod verdicts;

use serde_json::{Value, json};
use testkit::prelude::*;
use testkit::rogue::Owner;
use testkit::vectors::{File, Vector};

/// Each with the bug that a vector which has it finds.
const GLOSSARY: [(&str, &str); 20] = [
    ("Arity", "another number of items, fields or bytes is read than the message has"),
    ("Bound", "a bound is one too high or too low, or is not kept"),
    ("Canonical", "a second encoding of the same value is taken"),
    ("Chain", "an epoch is taken that does not follow the last one"),
    ("Characters", "a text is shown that may look like another one"),
    crate::disputed::FLAG,
    ("Element", "bytes are taken for an element, or the identity is"),
    ("Envelope", "the first three bytes are not read"),
    ("FaceAsked", "a face is asked about with what makes the answer say more, or nothing"),
    ("ForeignKey", "a message is taken under another key than the one that is known"),
    ("ForeignList", "a list is taken for another one"),
    ("FutureHead", "heads are taken that are dated ahead"),
    ("HalfProof", "one of the equations of a proof is not checked"),
    ("HeadSet", "heads of different epochs, or of some of the shards, are taken for a list"),
    ("OtherCredential", "a response is taken that is not of the schema, the lists or the epoch that count"),
    ("Order", "heads, epochs or elements are taken in any order, or of two lists"),
    ("SignedRefusal", "a signed refusal is taken for a verdict"),
    ("Template", "parameters of a face are taken under which an answer says nothing"),
    ("Unchecked", "a key, or an update, is taken without a check"),
    ("WrongVerdict", "a verdict is taken under another key, or shows something else than it says"),
];

fn input(bytes: impl AsRef<[u8]>) -> Value {
    json!({ "bytes": hex::encode(bytes) })
}

fn valid(slug: &str, comment: &str, bytes: impl AsRef<[u8]>) -> Vector {
    Vector::valid(slug, comment, input(bytes), Value::Null)
}

fn refused(slug: &str, flag: &'static str, check: &str, comment: &str, bytes: impl AsRef<[u8]>) -> Vector {
    Vector::invalid(slug, flag, check, comment, input(bytes))
}

/// The public keys of a list.
fn list_of(owner: &Owner) -> Value {
    let keys = owner.keys();
    let accumulators: Vec<String> = (0..keys.shard_count().number())
        .map(|shard| hex::encode(keys.accumulator(Shard::new(shard).unwrap()).unwrap().to_bytes()))
        .collect();
    json!({
        "owner": keys.name().owner(),
        "class": keys.name().class() as u8,
        "owner_key": hex::encode(keys.owner_key()),
        "accumulators": accumulators,
    })
}

/// The numbers of this suite, or of the other one.
const fn by_suite<T: Copy>(first: T, second: T) -> T {
    if SUITE == 1 { first } else { second }
}

/// Of everybody who draws; what is forged has nonces that are hashed (testkit/src/rogue.rs).
const SEEDS: [(&str, u8); 7] = [
    ("the status list", 1),
    ("the flag list", 2),
    ("issuance", issuance::SEED),
    ("requests", issuance::REQUESTS),
    ("texts", texts::COUNTRY),
    ("decoding", decoding::COUNTRY),
    ("verdicts", verdicts::COUNTRY),
];

fn made() -> File {
    let comment = "Exactly one check stands between each invalid vector and acceptance: whoever leaves it out accepts. \
                   Signatures, proofs and transcripts are right for what is sent, made with the secrets of who sends it. \
                   Bounds have a vector at each side.";
    let mut file = File::new("single-defect", comment, &["01", "04", "06", "07", "09 §5", "12 §12"]).flags(&GLOSSARY);
    if SUITE == 2 {
        file = file.flags(&[("Suite", "a request is taken that another suite alone can answer")]);
    }
    for (name, owner) in [("status", Owner::new(1, ListClass::Status)), ("flag", Owner::new(2, ListClass::Flag))] {
        file = file.signing_key(&format!("the {name} list"), owner.signing.to_bytes());
        file = file.secret(&format!("{name} list"), owner.shared_keys());
    }
    file = file.signing_key("the platform", verdicts::PLATFORM).seeds(&SEEDS);
    file = file.signing_key("the other platform", verdicts::OTHER).signing_key("the authority", verdicts::AUTHORITY);
    for (of, seed) in [("texts", texts::COUNTRY), ("decoding", decoding::COUNTRY), ("verdicts", verdicts::COUNTRY)] {
        file = file.country_and_issuer(&format!(" of {of}"), &Country::new(seed));
    }
    let groups = [faces::groups(), texts::groups(), lists::groups(), platform::groups()];
    let file = groups.into_iter().flatten().fold(decoding::groups(file), File::group);
    verdicts::groups(issuance::groups(file))
}

/// What the vectors say, `conformance` tries.
#[test]
fn single_defects_give_the_bytes_of_the_file() {
    made().check();
}

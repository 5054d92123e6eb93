//! The file: vectors by what their receiver has.

use std::collections::BTreeSet;

use selfsame::directory::DirectoryDigest;
use serde_json::{Value, json};

use crate::directory::chain::{Chain, SEED, digest};
use crate::directory::{content, cosigner, evidence, following};
use testkit::card::stolen_list;
use testkit::directory::place;
use testkit::prelude::*;
use testkit::vectors::{File, Group, Vector, slug};

/// The flags, and the bug that each finds.
const GLOSSARY: [(&str, &str); 5] = [
    ("Decoding", "the form of a message or of a directory's content is not checked (spec 01, 09-1 to 09-8, 09-28)"),
    ("Pinning", "a first version is taken that the host did not pin, or that its authority did not sign (09-9, 09-10)"),
    ("Following", "a version is taken that does not follow the one before by its rules (09-11 to 09-21)"),
    ("Cosigning", "a cosigner signs twice, a version that cannot count, or what its clock forbids (09-22 to 09-26)"),
    ("Evidence", "somebody is found guilty of what was not signed, or does not contradict itself (09-29 to 09-32)"),
];

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

    /// Number and digest of a version that is taken.
    fn output(&self) -> Value {
        match self.kind {
            "SignedDirectory" if self.defect.is_none() => {
                let version = Tree::parse(&self.bytes).body.at(1).at(place::VERSION).uint();
                json!({ "version": version, "digest": hex::encode(digest(&self.bytes)) })
            }
            _ => Value::Null,
        }
    }

    /// What this crate says, where it refuses.
    fn judged(&self, chain: &Chain) -> Option<String> {
        fn decoded<M: Message>(bytes: &[u8]) -> Result<M, String> {
            M::from_bytes(bytes).map_err(|error: DecodeError| format!("{error:?}"))
        }
        let judge = || match (self.kind, self.receiver) {
            ("SignedDirectory", Receiver::Pins(pin)) => {
                let pin = DirectoryDigest::from_bytes(pin);
                decoded::<SignedDirectory>(&self.bytes)?.pin(&pin).map(drop).map_err(said)
            }
            ("SignedDirectory", Receiver::Knows(known)) => {
                chain.known(known).follow(&decoded(&self.bytes)?).map(drop).map_err(said)
            }
            ("Equivocation", Receiver::Knows(known)) => {
                decoded::<Equivocation>(&self.bytes)?.verify(chain.known(known)).map(drop).map_err(said)
            }
            _ => panic!("a {} has no receiver", self.kind),
        };
        judge().err()
    }

    /// Receiver and number of the known version, and the vector.
    fn into_vector(self) -> (&'static str, usize, Vector) {
        let output = self.output();
        let bytes = hex::encode(self.bytes);
        let (receiver, known, input) = match self.receiver {
            Receiver::Pins(digest) => ("PinnedDirectory", 0, json!({ "bytes": bytes, "pin": hex::encode(digest) })),
            Receiver::Knows(version) => (self.kind, version, json!({ "bytes": bytes })),
        };
        let vector = match self.defect {
            None => Vector::valid(slug(self.comment), self.comment, input, output),
            Some([flag, check, _]) => Vector::invalid(slug(self.comment), flag, check, self.comment, input),
        };
        (receiver, known, vector)
    }
}

fn said(error: DirectoryError) -> String {
    match error {
        // An error of a list does not say in `Debug` which one it is.
        DirectoryError::List(ListError::BadSignature) => String::from("List(BadSignature)"),
        DirectoryError::List(ListError::WrongHead) => String::from("List(WrongHead)"),
        DirectoryError::List(ListError::BadProof) => String::from("List(BadProof)"),
        error => format!("{error:?}"),
    }
}

fn all(chain: &Chain) -> Vec<Expected> {
    let all = [
        chain.valid(),
        evidence::valid(chain),
        content::messages(chain),
        content::contents(chain),
        content::pins(chain),
        following::all(chain),
        evidence::invalid(chain),
    ];
    all.into_iter().flatten().collect()
}

/// With those of everybody whom the directory names.
fn with_secrets(mut file: File, chain: &Chain) -> File {
    for (place, authority) in (1..).zip(&chain.authorities) {
        file = file.signing_key(&format!("authority {place}"), authority.to_secret_bytes().expose());
    }
    for (place, cosigner) in (1..).zip(chain.cosigner_keys(&[0, 1, 2, 3, 4])) {
        file = file.signing_key(&format!("cosigner {place}"), cosigner.to_bytes());
    }
    for (place, platform) in (1..).zip(&chain.platforms) {
        file = file.signing_key(&format!("platform {place}"), platform.to_secret_bytes().expose());
    }
    for (name, owner) in ["the status list", "the flag list", "the list of customs"].iter().zip(&chain.owners) {
        file = file.signing_key(name, stolen_list(owner).to_bytes()).secret(&name[4..], owner.share_keys().to_bytes());
    }
    for (place, issuer) in (1..).zip(&chain.issuers) {
        file = file.secret(&format!("issuer {place}"), issuer.to_bytes());
    }
    for (place, key) in (1..).zip(&chain.digit_keys) {
        file = file.secret(&format!("digits {place}"), key.to_bytes());
    }
    for (name, key) in
        ["symbol key", "symbol key of the court", "symbol key of the office"].iter().zip(&chain.symbol_keys)
    {
        file = file.secret(name, key.to_bytes());
    }
    file.auditors(" of the office", &chain.office)
}

fn made(chain: &Chain) -> File {
    let vectors: Vec<_> = all(chain).into_iter().map(Expected::into_vector).collect();
    let comment = "Three versions of the directory, what comes after each, what a cosigner signs, evidence of each kind, and \
                   messages with one defect each. What is wrong with a content is signed by all who need to sign it, and pinned by its own digest, so \
                   that nothing else refuses it. A check of spec 01 is named where the defect is outside the content; inside, it \
                   is 09-1 or 09-3, and in evidence 09-28. The vectors of 09-18 fail 09-20, too, as every one does that does not \
                   fail 09-6.";
    let file = File::new("directory", comment, &["09"]).flags(&GLOSSARY).seed([SEED; 32]);
    let mut file = with_secrets(file, chain);
    let groups = [
        ("pinning", "a host that has a digest, and no version yet", "PinnedDirectory", 0..1),
        ("after", "a host that follows the directory", "SignedDirectory", 1..4),
        ("evidence", "whoever knows a version is shown that somebody signed twice", "Equivocation", 1..4),
    ];
    let mut left = vectors;
    for (id, comment, receiver, versions) in groups {
        for version in versions {
            let (these, others): (Vec<_>, Vec<_>) =
                left.into_iter().partition(|(of, known, _)| (*of, *known) == (receiver, version));
            left = others;
            if these.is_empty() {
                continue;
            }
            let (id, state) = match version {
                0 => (String::from(id), json!({})),
                _ => (format!("{id}-{version}"), json!({ "known": hex::encode(chain.served(version).to_bytes()) })),
            };
            let vectors = these.into_iter().map(|(_, _, vector)| vector);
            file = file.group(Group::new(&id, receiver, comment, state).with_all(vectors));
        }
    }
    assert!(left.is_empty());
    cosigner::groups(chain).into_iter().fold(file, File::group)
}

#[test]
fn versions_and_evidence_give_the_bytes_of_the_file() {
    let chain = Chain::new();
    made(&chain).check();
    for one in all(&chain) {
        assert_eq!(one.judged(&chain).as_deref(), one.defect.map(|[_, _, error]| error), "{}", one.comment);
    }
    // Every check that a message can fail.
    let checks: BTreeSet<&str> = all(&chain).iter().filter_map(|one| one.defect.map(|[_, check, _]| check)).collect();
    let numbered = (1..=21).chain(28..=32).map(|number| format!("09-{number}"));
    for check in numbered.chain((2..=7).map(|number| format!("01-{number}"))).chain([String::from("01-11")]) {
        assert!(checks.contains(check.as_str()), "no vector for {check}");
    }
}

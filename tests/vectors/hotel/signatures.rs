//! Disputed signatures: verdicts on the flow's call under other keys, and their file (spec 01 §9).

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::IsIdentity;
use serde_json::json;
use sha2::{Digest, Sha512};

use crate::disputed::{add_order, encode, second_encodings};
use crate::hotel::flow::Flow;
use crate::hotel::negative::states::cast;
use crate::hotel::parties::{NOW, SEED};
use testkit::cbor::bytes;
use testkit::prelude::*;
use testkit::reference::{hash, uint};
use testkit::vectors::{File, Group, Vector};

/// The flags, and the bug that each finds.
const GLOSSARY: [(&str, &str); 5] = [
    ("LargeScalar", "S is not required to be below ℓ (01-22), so that a signature has a second encoding"),
    ("MixedKey", "the equation is multiplied by the cofactor, or k is not reduced before it multiplies A (01-24)"),
    ("MixedNonce", "the equation is multiplied by the cofactor (01-24)"),
    (
        "SmallKey",
        "A of small order is not refused (01-21), so that a signature holds for one message of eight or for all",
    ),
    ("SmallNonce", "R of small order is not refused, or only in one of its encodings (01-23)"),
];

/// Which of the equations hold: with the cofactor, and without, the points as decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Both,
    WithCofactor,
}

/// A verdict that is 1 and shows nothing, as the call has no escrow, before it is signed.
struct Signer {
    call: [u8; 32],
    secret: Scalar,
}

/// What `S` is added to, what it is made of, and its `k` before the reduction.
struct Signed {
    key: [u8; 32],
    r: [u8; 32],
    s: [u8; 32],
    wide: [u8; 64],
}

impl Signer {
    fn digest(&self, key: &[u8; 32]) -> [u8; 64] {
        hash("verdict", &[&self.call, &uint(1), &uint(NOW), &[], key])
    }

    fn key(&self) -> EdwardsPoint {
        self.secret * ED25519_BASEPOINT_POINT
    }

    /// `S = r + k·a` for these bytes of A and R.
    fn sign(&self, key: [u8; 32], nonce: Scalar, r: [u8; 32]) -> Signed {
        let wide: [u8; 64] =
            Sha512::new().chain_update(r).chain_update(key).chain_update(self.digest(&key)).finalize().into();
        let k = Scalar::from_bytes_mod_order_wide(&wide);
        Signed { key, r, s: (nonce + k * self.secret).to_bytes(), wide }
    }

    /// The first signature of a fixed row of nonces that has this property, R moved by `beside`.
    fn search(&self, key: [u8; 32], beside: EdwardsPoint, wanted: impl Fn(&Signed) -> bool) -> Signed {
        let of = |number: u64| {
            let nonce = scalar_of("nonce-of-a-test", &[&key, &uint(number)]);
            self.sign(key, nonce, encode(nonce * ED25519_BASEPOINT_POINT + beside))
        };
        (0..).map(of).find(wanted).unwrap()
    }

    fn message(&self, signed: &Signed) -> Vec<u8> {
        let signature = bytes([signed.r, signed.s].concat());
        let body =
            Item::Map(vec![bytes(self.call), Item::Uint(1), Item::Uint(NOW), signature, bytes([]), bytes(signed.key)]);
        Tree { envelope: [SUITE, 1, 9], body }.to_bytes()
    }
}

impl Signed {
    /// Whether 8 is_divided `k`, reduced and not.
    fn is_divided(&self) -> [bool; 2] {
        [Scalar::from_bytes_mod_order_wide(&self.wide).to_bytes()[0], self.wide[0]].map(|low| low % 8 == 0)
    }

    fn holds(&self) -> Holds {
        let [key, r] = [self.key, self.r].map(|bytes| CompressedEdwardsY(bytes).decompress().unwrap());
        let (k, s) = (Scalar::from_bytes_mod_order_wide(&self.wide), Scalar::from_bytes_mod_order(self.s));
        let rest = s * ED25519_BASEPOINT_POINT - k * key - r;
        assert!(rest.mul_by_cofactor().is_identity());
        if rest.is_identity() { Holds::Both } else { Holds::WithCofactor }
    }
}

/// A scalar of Ed25519, whatever the suite.
fn scalar_of(role: &str, list: &[&[u8]]) -> Scalar {
    Scalar::from_bytes_mod_order_wide(&hash(role, list))
}

/// What a vector is called and what it is, with its flag and the equations that hold of it.
type Case<'a> = (&'static str, &'a str, Option<&'static str>, Holds, Signed);

/// The state that the flow's desk stored when it made its call.
fn awaiting(flow: Flow) -> Vec<u8> {
    let presentation = flow.message("Presentation");
    flow.asked.state.relay(&presentation).state.to_bytes()
}

fn disclosed() -> serde_json::Value {
    let shown = |attribute: u8, kind: u8, content: u64| json!({ "credential": 0, "attribute": attribute, "kind": kind, "content": content });
    json!({ "values": [shown(1, 3, 2), shown(8, 1, 49_733)], "pseudonyms": [] })
}

/// Those under one key, which the desk has pinned.
fn group(id: &str, comment: &str, awaiting: &[u8], signer: &Signer, cases: Vec<Case<'_>>) -> Group {
    let key = cases[0].4.key;
    let state = json!({ "awaiting": hex::encode(awaiting), "platform_key": hex::encode(key) });
    let vector = |(slug, comment, flag, holds, signed): Case<'_>| {
        assert_eq!((signed.holds(), signed.key), (holds, key), "{comment}");
        let input = json!({ "bytes": hex::encode(signer.message(&signed)) });
        let vector = match flag {
            None => Vector::valid(slug, comment, input, disclosed()),
            Some(flag) => Vector::invalid(slug, flag, "06-32", comment, input),
        };
        let k = Scalar::from_bytes_mod_order_wide(&signed.wide);
        vector
            .trace("verdict digest", hex::encode(signer.digest(&key)))
            .trace("k before the reduction", hex::encode(signed.wide))
            .trace("k", hex::encode(k.to_bytes()))
    };
    Group::new(id, "Verdict", comment, state).with_all(cases.into_iter().map(vector))
}

fn made() -> File {
    let flow = Flow::new();
    let comment = "Ed25519 signatures about which verifiers differ, and what spec 01 §9 says of them: verdicts on one call, \
                   each to a desk that has pinned its key as the platform's. None fails another check: where those of 01-24 \
                   hold with the cofactor, the others hold without it, with R decoded as it may be.";
    let file = File::new("signatures", comment, &["01 §9", "06 §6.2"]).seeds(&[("the flow", SEED)]);
    let file = cast(file.flags(&GLOSSARY), " of the flow", &flow);
    let call = hash("call", &[&flow.message("VerificationCall")]);
    let awaiting = awaiting(flow);
    let signer = Signer { call, secret: scalar_of("key-of-a-test", &[]) };
    let (none, torsion, zero) = (EdwardsPoint::default(), EIGHT_TORSION[1], Scalar::ZERO);
    let (pure, mixed, small) = (encode(signer.key()), encode(signer.key() + torsion), encode(none));
    let [(.., long), (.., signed), (.., two_signed), (.., four_long)] = second_encodings();
    let any = |_: &Signed| true;
    let honest = || signer.search(pure, none, any);
    let mut larger = honest();
    add_order(&mut larger.s);
    let without_key = Signer { call, secret: zero };
    let (small_nonce, both, cofactor) = (Some("SmallNonce"), Holds::Both, Holds::WithCofactor);
    let usual = vec![
        ("honest", "honest", None, both, honest()),
        ("s-plus-l", "S is ℓ more", Some("LargeScalar"), both, larger),
        (
            "mixed-r",
            "R of mixed order: holds only with the cofactor",
            Some("MixedNonce"),
            cofactor,
            signer.search(pure, torsion, any),
        ),
        ("identity-r", "R is the identity: the equation holds", small_nonce, both, signer.sign(pure, zero, small)),
        (
            "identity-r-long",
            "R is the identity in a second encoding, y = p + 1",
            small_nonce,
            both,
            signer.sign(pure, zero, long),
        ),
        (
            "identity-r-signed",
            "R is the identity in a second encoding, with the sign bit",
            small_nonce,
            both,
            signer.sign(pure, zero, signed),
        ),
        ("order-8-r", "R is of order 8", small_nonce, cofactor, signer.sign(pure, zero, encode(torsion))),
        ("order-4-r", "R is of order 4", small_nonce, cofactor, signer.sign(pure, zero, encode(EIGHT_TORSION[2]))),
        ("order-2-r", "R is of order 2", small_nonce, cofactor, signer.sign(pure, zero, encode(EIGHT_TORSION[4]))),
        (
            "order-4-r-long",
            "R is of order 4 in a second encoding, y = p",
            small_nonce,
            cofactor,
            signer.sign(pure, zero, four_long),
        ),
        (
            "order-2-r-signed",
            "R is of order 2 in a second encoding, with the sign bit",
            small_nonce,
            cofactor,
            signer.sign(pure, zero, two_signed),
        ),
    ];
    let of_mixed = vec![
        (
            "k-divided-unreduced",
            "k is a multiple of 8 before it is reduced, and not after: holds only with the cofactor",
            Some("MixedKey"),
            cofactor,
            signer.search(mixed, none, |signed| signed.is_divided() == [false, true]),
        ),
        (
            "k-divided-reduced",
            "k is a multiple of 8 after it is reduced, and not before: holds without the cofactor too",
            None,
            both,
            signer.search(mixed, none, |signed| signed.is_divided() == [true, false]),
        ),
    ];
    let of_identity = vec![(
        "honest-r",
        "the equation holds for every digest",
        Some("SmallKey"),
        both,
        without_key.search(small, none, any),
    )];
    // Under a key of small order whoever finds a k that is a multiple of the order needs no secret.
    let small_keys = [
        ("order-8-key", "A is of order 8", encode(torsion), "one digest of eight"),
        ("order-4-key", "A is of order 4", encode(EIGHT_TORSION[2]), "one digest of four"),
        ("order-2-key", "A is of order 2", encode(EIGHT_TORSION[4]), "one digest of two"),
        ("identity-long-key", "A is the identity in a second encoding, y = p + 1", long, "every digest"),
        ("identity-signed-key", "A is the identity in a second encoding, with the sign bit", signed, "every digest"),
        ("order-4-long-key", "A is of order 4 in a second encoding, y = p", four_long, "one digest of four"),
        (
            "order-2-signed-key",
            "A is of order 2 in a second encoding, with the sign bit",
            two_signed,
            "one digest of two",
        ),
    ];
    let of_small = small_keys.map(|(slug, comment, key, which)| {
        let holding = without_key.search(key, none, |signed| signed.holds() == both);
        let of = format!("the equation holds for {which}");
        let cases = vec![("honest-r", &*of, Some("SmallKey"), both, holding)];
        group(slug, comment, &awaiting, &without_key, cases)
    });
    let file = file
        .secret("a", signer.secret.to_bytes())
        .group(group("usual-key", "a key in the group of order ℓ: A = a·B", &awaiting, &signer, usual))
        .group(group("mixed-key", "A = a·B and a point of order 8", &awaiting, &signer, of_mixed))
        .group(group("identity-key", "A is the identity", &awaiting, &without_key, of_identity));
    of_small.into_iter().fold(file, File::group)
}

/// Checks 01-21, 01-22, 01-23, 01-24: what the vectors say, `conformance` tries.
#[test]
fn disputed_signatures_give_the_bytes_of_the_file() {
    made().check();
}

//! Disputed signatures: verdicts on the flow's call under other keys, and their file (spec 01 §9).

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::IsIdentity;
use serde::Serialize;
use sha2::{Digest, Sha512};

use crate::hotel::flow::Flow;
use crate::hotel::parties::NOW;
use testkit::cbor::bytes;
use testkit::prelude::*;
use testkit::reference::{hash, uint};
use testkit::vectors::{self, Vector};

pub const SIGNATURES: usize = 9;

#[derive(Serialize)]
struct SignatureFile {
    comment: String,
    vectors: Vec<Vector<Disputed>>,
}

#[derive(Serialize)]
struct Disputed {
    kind: &'static str,
    check: Option<&'static str>,
    key: String,
    bytes: String,
}

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

/// The same scalar in a second encoding, ℓ of Ed25519 more.
fn add_order(scalar: &mut [u8; 32]) {
    let mut carry = 1;
    for (byte, other) in scalar.iter_mut().zip((-Scalar::ONE).to_bytes()) {
        let sum = u16::from(*byte) + u16::from(other) + carry;
        [*byte, _] = sum.to_le_bytes();
        carry = sum >> 8;
    }
}

/// A scalar of Ed25519, whatever the suite.
fn scalar_of(role: &str, list: &[&[u8]]) -> Scalar {
    Scalar::from_bytes_mod_order_wide(&hash(role, list))
}

fn encode(point: EdwardsPoint) -> [u8; 32] {
    point.compress().to_bytes()
}

fn made() -> SignatureFile {
    let call = hash("call", &[&Flow::new().message("VerificationCall")]);
    let signer = Signer { call, secret: scalar_of("key-of-a-test", &[]) };
    let (none, torsion, zero) = (EdwardsPoint::default(), EIGHT_TORSION[1], Scalar::ZERO);
    let (pure, mixed, small) = (encode(signer.key()), encode(signer.key() + torsion), encode(none));
    let [mut long, mut signed] = [small; 2];
    // y = p + 1, and x = 0 with the sign of an odd x.
    long.fill(0xff);
    (long[0], long[31], signed[31]) = (0xee, 0x7f, 0x80);
    let any = |_: &Signed| true;
    let honest = || signer.search(pure, none, any);
    let mut larger = honest();
    add_order(&mut larger.s);
    let without_key = Signer { call, secret: zero };
    let all = [
        ("honest", None, Holds::Both, honest()),
        ("S is ℓ more", Some("LargeScalar"), Holds::Both, larger),
        (
            "a key of mixed order; k is a multiple of 8 before it is reduced, and not after: holds only with the cofactor",
            Some("MixedKey"),
            Holds::WithCofactor,
            signer.search(mixed, none, |signed| signed.is_divided() == [false, true]),
        ),
        (
            "a key of mixed order; k is a multiple of 8 after it is reduced, and not before: holds without the cofactor too",
            None,
            Holds::Both,
            signer.search(mixed, none, |signed| signed.is_divided() == [true, false]),
        ),
        (
            "R of mixed order: holds only with the cofactor",
            Some("MixedNonce"),
            Holds::WithCofactor,
            signer.search(pure, torsion, any),
        ),
        ("R is the identity: the equation holds", Some("SmallNonce"), Holds::Both, signer.sign(pure, zero, small)),
        (
            "R is the identity in a second encoding, y = p + 1",
            Some("SmallNonce"),
            Holds::Both,
            signer.sign(pure, zero, long),
        ),
        (
            "R is the identity in a second encoding, with the sign bit",
            Some("SmallNonce"),
            Holds::Both,
            signer.sign(pure, zero, signed),
        ),
        (
            "the key is the identity: the equation holds for every digest",
            Some("SmallKey"),
            Holds::Both,
            without_key.search(small, none, any),
        ),
    ];
    let vector = |(id, (comment, flag, holds, signed)): (u32, (&str, Option<&str>, Holds, Signed))| {
        assert_eq!(signed.holds(), holds, "{comment}");
        let (key, bytes) = (hex::encode(signed.key), hex::encode(signer.message(&signed)));
        Vector::new(id, comment, flag, Disputed { kind: "VerdictMessage", check: flag.map(|_| "06-32"), key, bytes })
    };
    SignatureFile {
        comment: String::from(
            "Ed25519 signatures about which verifiers differ, and what spec 01 §9 says of them: verdicts on the call of hotel-flow.json, \
             each under its `key` as that of the platform.",
        ),
        vectors: (1..).zip(all).map(vector).collect(),
    }
}

/// What the desk of the flow takes under this key: its own check, and then the verdict.
fn desk_takes(key: &[u8; 32], message: &[u8]) -> bool {
    let flow = Flow::new();
    let presentation = flow.message("Presentation");
    let waiting = flow.asked.state.relay(&presentation).state;
    let verdict = VerdictMessage::from_bytes(message).unwrap();
    PlatformPublicKey::from_bytes(key).is_ok_and(|key| waiting.conclude(&verdict, &key).verdict == Verdict::Verified)
}

/// Checks 01-21, 01-22, 01-23, 01-24.
#[test]
fn every_signature_is_taken_or_refused_as_the_spec_says() {
    let file = made();
    vectors::check("signatures.json", &file);
    assert_eq!(file.vectors.len(), SIGNATURES);
    for Vector { comment, of, .. } in &file.vectors {
        let key = hex::decode(&of.key).unwrap().try_into().unwrap();
        let taken = desk_takes(&key, &hex::decode(&of.bytes).unwrap());
        assert_eq!(of.check, if taken { None } else { Some("06-32") }, "{comment}");
    }
}

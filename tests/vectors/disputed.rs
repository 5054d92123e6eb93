//! Ed25519 signatures about which verifiers differ, by whoever has the key (spec 01 §9).

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use ed25519_dalek::SigningKey;
use sha2::{Digest, Sha512};

/// The bug that a vector of these finds.
pub const FLAG: (&str, &str) = (
    "DisputedSignature",
    "S is not required to be below ℓ, R of small order is taken, or the equation is multiplied by the cofactor",
);

/// The same scalar in a second encoding, ℓ of Ed25519 more.
pub fn add_order(scalar: &mut [u8]) {
    let mut carry = 1;
    for (byte, other) in scalar.iter_mut().zip((-Scalar::ONE).to_bytes()) {
        let sum = u16::from(*byte) + u16::from(other) + carry;
        [*byte, _] = sum.to_le_bytes();
        carry = sum >> 8;
    }
}

pub fn encode(point: EdwardsPoint) -> [u8; 32] {
    point.compress().to_bytes()
}

/// Second encodings of points of small order: slug, what it is, and the bytes. The first two are of
/// the identity, the others of the points of order 2 and 4.
pub fn second_encodings() -> [(&'static str, &'static str, [u8; 32]); 4] {
    let of = |first: u8, last: u8| {
        let mut bytes = [0xff; 32];
        (bytes[0], bytes[31]) = (first, last);
        bytes
    };
    let mut signed = [0; 32];
    (signed[0], signed[31]) = (1, 0x80);
    [
        ("identity-long", "the identity in a second encoding, y = p + 1", of(0xee, 0x7f)),
        ("identity-signed", "the identity in a second encoding, with the sign bit", signed),
        ("order-2-signed", "the point of order 2 in a second encoding, with the sign bit", of(0xec, 0xff)),
        ("order-4-long", "a point of order 4 in a second encoding, y = p", of(0xed, 0x7f)),
    ]
}

/// SHA-512 of these parts, as a scalar.
fn wide(parts: &[&[u8]]) -> Scalar {
    let hash = parts.iter().fold(Sha512::new(), |hash, part| hash.chain_update(part));
    Scalar::from_bytes_mod_order_wide(&hash.finalize().into())
}

/// Signatures of a digest by whoever has the key: of S + ℓ and where R is the identity the equation
/// holds as it stands, of the others it holds with the cofactor.
pub fn of(key: &SigningKey, digest: &[u8; 64]) -> Vec<(&'static str, &'static str, [u8; 64])> {
    let secret = key.to_scalar();
    let public = key.verifying_key().to_bytes();
    let sign = |nonce: Scalar, r: [u8; 32]| {
        let k = wide(&[&r, &public, digest]);
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&r);
        signature[32..].copy_from_slice(&(nonce + k * secret).to_bytes());
        signature
    };
    let nonce = wide(&[&public, digest]);
    let mut larger = sign(nonce, encode(nonce * ED25519_BASEPOINT_POINT));
    add_order(&mut larger[32..]);
    let mixed = sign(nonce, encode(nonce * ED25519_BASEPOINT_POINT + EIGHT_TORSION[1]));
    let small = |place: usize| sign(Scalar::ZERO, encode(EIGHT_TORSION[place]));
    let mut all = vec![
        ("s-plus-l", "S is ℓ more", larger),
        ("identity-r", "R is the identity", small(0)),
        ("mixed-r", "R of mixed order", mixed),
        ("order-8-r", "R of order 8", small(1)),
        ("order-4-r", "R of order 4", small(2)),
        ("order-2-r", "R of order 2", small(4)),
    ];
    all.extend(second_encodings().map(|(slug, comment, r)| (slug, comment, sign(Scalar::ZERO, r))));
    all
}

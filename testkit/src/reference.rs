//! The formulas of the spec written out a second time, with nothing of the crate.

use sha2::Digest;

use crate::curve::{
    BLOCK, G, Hash, POINT_LEN, Point, SUITE, Scalar, decode_point, decode_scalar, encode_point, point_from_uniform,
    scalar_from_wide,
};

pub use crate::curve::TAG;

/// `expand_message_xmd` of RFC 9380 §5.3.1 with the suite's hash.
pub fn expand<const N: usize>(tag: &[u8], message: &[u8]) -> [u8; N] {
    const { assert!(N <= 255 * BLOCK / 2) };
    let tag = [tag, &[u8::try_from(tag.len()).unwrap()]].concat();
    let first = Hash::new()
        .chain_update([0; BLOCK])
        .chain_update(message)
        .chain_update((N as u16).to_be_bytes())
        .chain_update([0])
        .chain_update(&tag)
        .finalize();
    let (mut output, mut block) = (Vec::new(), [0; BLOCK / 2]);
    for number in 1..=N.div_ceil(BLOCK / 2) {
        let mixed: Vec<u8> = first.iter().zip(block).map(|(one, other)| one ^ other).collect();
        let number = [u8::try_from(number).unwrap()];
        block = Hash::new().chain_update(mixed).chain_update(number).chain_update(&tag).finalize().into();
        output.extend_from_slice(&block);
    }
    output[..N].try_into().unwrap()
}

/// Each part behind its length in 8 bytes, big-endian.
pub fn parts(parts: &[&[u8]]) -> Vec<u8> {
    parts.iter().flat_map(|part| [&(part.len() as u64).to_be_bytes(), *part].concat()).collect()
}

pub fn hash<const N: usize>(role: &str, list: &[&[u8]]) -> [u8; N] {
    expand([TAG, role, "/"].concat().as_bytes(), &parts(list))
}

pub fn hash_to_scalar(role: &str, list: &[&[u8]]) -> Scalar {
    scalar_from_wide(&hash(role, list))
}

pub fn hash_to_point(role: &str, list: &[&[u8]]) -> Point {
    point_from_uniform(&hash(role, list))
}

pub fn uint(value: u64) -> [u8; 8] {
    value.to_be_bytes()
}

/// A base point by the name that `generator_constants` gives it.
pub fn base(name: &str) -> Point {
    let role = match name {
        "Basepoint" => return G,
        "Constant" => "base-constant",
        "Domain" => "base-domain",
        "Pseudonym" => "base-pseudonym",
        // A secure element makes its key with the generator.
        "Device" if SUITE == 2 => return G,
        "Device" => "base-device",
        "Status" => "base-status",
        "Flag" => "base-flag",
        "Factors" => "base-factors",
        "Since" => "base-since",
        "PseudonymPart" => "base-pseudonym-part",
        "Blinding" => "base-blinding",
        "Set" => "base-set",
        "Escrow" => "base-escrow",
        "Ticket" => "base-ticket",
        other => panic!("no base point {other}"),
    };
    hash_to_point(role, &[])
}

pub fn attribute_base(index: u64) -> Point {
    hash_to_point("base-attribute", &[&uint(index)])
}

/// What binds a digit.
pub fn digit_base(index: u64) -> Point {
    hash_to_point("base-digit", &[&uint(index)])
}

pub fn encode(point: &Point) -> [u8; POINT_LEN] {
    encode_point(point)
}

pub fn point(bytes: &[u8; POINT_LEN]) -> Point {
    decode_point(bytes).unwrap()
}

pub fn scalar(bytes: &[u8; 32]) -> Scalar {
    decode_scalar(bytes).unwrap()
}

/// The same scalar in a second encoding, ℓ more; where both together have more than 256 bits,
/// bytes that encode none.
pub fn add_order(scalar: &mut [u8]) {
    if SUITE == 2 {
        return scalar.fill(0xff);
    }
    // ℓ is one more than the greatest scalar.
    let mut carry = 1;
    for (byte, other) in scalar.iter_mut().zip((-Scalar::ONE).to_bytes()) {
        let sum = u16::from(*byte) + u16::from(other) + carry;
        [*byte, _] = sum.to_le_bytes();
        carry = sum >> 8;
    }
}

/// A Merlin transcript under the suite's tag.
pub struct Transcript(merlin::Transcript);

impl Transcript {
    pub fn new(proof: &str) -> Self {
        let mut transcript = Self(merlin::Transcript::new(TAG.as_bytes()));
        transcript.bytes("proof", proof.as_bytes());
        transcript
    }

    pub fn of(transcript: merlin::Transcript) -> Self {
        Self(transcript)
    }

    pub fn into_merlin(self) -> merlin::Transcript {
        self.0
    }

    pub fn bytes(&mut self, label: &'static str, bytes: &[u8]) {
        self.0.append_message(label.as_bytes(), bytes);
    }

    pub fn uint(&mut self, label: &'static str, value: u64) {
        self.bytes(label, &uint(value));
    }

    pub fn point(&mut self, label: &'static str, point: &Point) {
        self.bytes(label, &encode(point));
    }

    pub fn challenge_bytes<const N: usize>(&mut self, label: &'static str) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.challenge_bytes(label.as_bytes(), &mut bytes);
        bytes
    }

    pub fn challenge_scalar(&mut self, label: &'static str) -> Scalar {
        scalar_from_wide(&self.challenge_bytes(label))
    }
}

/// `T` and `U` of each pair of a key and a base, and each `s`. `errors` are added to commitments
/// before the challenge is made; those beyond the pairs are commitments of no pair, with a zero for
/// a response.
pub fn prove_joint_logs(
    proof: &'static str,
    context: &[u8],
    pairs: &[(Scalar, Point)],
    errors: &[Point],
) -> (Vec<[u8; POINT_LEN]>, Vec<[u8; 32]>) {
    let nonce = |(key, base): &(Scalar, Point)| {
        hash_to_scalar("nonce-of-a-test", &[proof.as_bytes(), context, &key.to_bytes(), &encode(base)])
    };
    let nonces: Vec<Scalar> = pairs.iter().map(nonce).collect();
    let honest = nonces.iter().zip(pairs).flat_map(|(nonce, (_, base))| [Point::mul_base(nonce), nonce * base]);
    let mut commitments: Vec<Point> = honest.zip(errors).map(|(point, error)| point + error).collect();
    commitments.extend(&errors[commitments.len()..]);
    let mut transcript = Transcript::new(proof);
    transcript.bytes("context", context);
    for (key, base) in pairs {
        transcript.point("public", &Point::mul_base(key));
        transcript.point("base", base);
        transcript.point("image", &(key * base));
    }
    commitments.iter().for_each(|commitment| transcript.point("commitment", commitment));
    let challenge = transcript.challenge_scalar("challenge");
    let mut responses: Vec<[u8; 32]> =
        nonces.iter().zip(pairs).map(|(nonce, (key, _))| (nonce + challenge * key).to_bytes()).collect();
    responses.resize(commitments.len() / 2, [0; 32]);
    (commitments.iter().map(encode).collect(), responses)
}

pub const ISSUANCE: u64 = 1;
pub const PRESENTATION: u64 = 2;

/// The challenge of a proof in which a device takes part.
pub fn device_challenge(purpose: u64, shown: &[u8], message: &[u8; 64], commitment: &Point) -> Scalar {
    let q: [u8; 64] = hash("shown", &[&uint(purpose), shown]);
    hash_to_scalar("challenge", &[&uint(purpose), &q, message, &encode(commitment)])
}

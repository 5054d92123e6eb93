//! An owner of codes and digits that publishes any table, with a proof that is right for it.

use crate::cbor::{bytes, run};
use crate::curve::{POINT_LEN, Point, Scalar};
use crate::prelude::*;
use crate::reference::{Transcript, base, encode, hash, hash_to_scalar, uint};

/// A table in the making: honest unless one of its parts is changed before it is published.
#[derive(Clone)]
pub struct RogueTable {
    pub alpha: Scalar,
    pub codes: Vec<u32>,
    pub witnesses: Vec<Point>,
    /// Added to the commitments before the challenge is made.
    pub errors: [Point; 2],
}

impl RogueTable {
    pub fn new(alpha: Scalar, codes: Vec<u32>) -> Self {
        let witness = |code: &u32| (alpha + Scalar::from(u64::from(*code))).invert() * base("Set");
        let witnesses = codes.iter().map(witness).collect();
        Self { alpha, codes, witnesses, errors: [Point::default(); 2] }
    }

    /// A CodeSet.
    pub fn codes(&self) -> Vec<u8> {
        let codes = Item::Array(self.codes.iter().map(|code| Item::Uint((*code).into())).collect());
        self.published("set", 36, codes)
    }

    /// A DigitSet of so many bits, whose codes are not sent.
    pub fn digits(&self, bits: u64) -> Vec<u8> {
        self.published("digits", 48, Item::Uint(bits))
    }

    fn published(&self, kind: &'static str, number: u8, second: Item) -> Vec<u8> {
        let public = Point::mul_base(&self.alpha);
        let codes: Vec<u8> = self.codes.iter().flat_map(|code| code.to_be_bytes()).collect();
        let witnesses: Vec<[u8; POINT_LEN]> = self.witnesses.iter().map(encode).collect();
        let digest: [u8; 32] = hash(kind, &[&encode(&public), &codes, witnesses.as_flattened()]);
        let weights: Vec<u8> = match kind {
            "set" => hash::<4096>("set-weight", &[&digest]).to_vec(),
            _ => {
                let blocks = 0..self.codes.len().div_ceil(256) as u64;
                blocks.flat_map(|block| hash::<4096>("digits-weight", &[&digest, &uint(block)])).collect()
            }
        };
        let weight = |bytes: &[u8; 16]| Scalar::from(u128::from_le_bytes(*bytes));
        let pairs = weights.as_chunks().0.iter().map(weight).zip(&self.witnesses).take(self.codes.len());
        let combined: Point = pairs.map(|(weight, witness)| weight * witness).sum();
        let nonce = hash_to_scalar("nonce-of-a-test", &[kind.as_bytes(), &digest, &self.alpha.to_bytes()]);
        let [first, second_error] = self.errors;
        let commitments = [Point::mul_base(&nonce) + first, nonce * combined + second_error];
        let mut transcript = Transcript::new(kind);
        transcript.bytes("context", &digest);
        transcript.point("public", &public);
        commitments.iter().for_each(|commitment| transcript.point("commitment", commitment));
        let response = nonce + transcript.challenge_scalar("challenge") * self.alpha;
        let proof = Item::Array(vec![run(commitments.iter().map(encode)), bytes(response.to_bytes())]);
        let body = Item::Map(vec![bytes(encode(&public)), second, run(witnesses), proof]);
        Tree { envelope: [SUITE, 1, number], body }.to_bytes()
    }
}

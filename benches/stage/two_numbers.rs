//! The range proofs' own crate, to compare with.

use bulletproofs::{BulletproofGens, PedersenGens, RangeProof};
use curve25519_dalek::Scalar;
use curve25519_dalek::ristretto::CompressedRistretto;
use merlin::Transcript;

use super::Stage;

/// A proof that two numbers have 16 bits.
pub(super) struct TwoNumbers {
    vectors: BulletproofGens,
    pedersen: PedersenGens,
    commitments: Vec<CompressedRistretto>,
    proof: Vec<u8>,
}

impl TwoNumbers {
    pub(super) fn new() -> Self {
        let (vectors, pedersen) = (BulletproofGens::new(16, 2), PedersenGens::default());
        let (mut rng, mut transcript) = (selfsame::hazmat::SeededRng::new([2; 32]), Transcript::new(b"two numbers"));
        let blinds = [Scalar::random(&mut rng), Scalar::random(&mut rng)];
        let made = RangeProof::prove_multiple_with_rng(
            &vectors,
            &pedersen,
            &mut transcript,
            &[1, 65_535],
            &blinds,
            16,
            &mut rng,
        );
        let (proof, commitments) = made.unwrap();
        Self { vectors, pedersen, commitments, proof: proof.to_bytes() }
    }
}

impl Stage {
    /// The check of the two numbers, from bytes.
    pub fn verify_two_numbers(&mut self) {
        let TwoNumbers { vectors, pedersen, commitments, proof } = &self.range_proof;
        let (proof, mut transcript) = (RangeProof::from_bytes(proof).unwrap(), Transcript::new(b"two numbers"));
        let rng = &mut self.country.rng;
        proof.verify_multiple_with_rng(vectors, pedersen, &mut transcript, commitments, 16, rng).unwrap();
    }
}

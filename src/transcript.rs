//! The Fiat–Shamir transcript: Merlin 3 under a tag of this suite (spec 01 §6).
//!
//! Statement code names what it absorbs; labels are listed, in order, in the spec section of each proof.

use merlin::{Transcript as Merlin, TranscriptRng};
use rand_core::CryptoRngCore;

use crate::group::{Element, SUITE_TAG, Scalar};

/// A transcript of one proof.
#[derive(Clone)]
pub(crate) struct Transcript(Merlin);

impl Transcript {
    /// The transcript of a proof of this kind, under the tag of the suite.
    pub(crate) fn new(proof: &'static str) -> Self {
        let mut transcript = Self(Merlin::new(SUITE_TAG.as_bytes()));
        transcript.bytes("proof", proof.as_bytes());
        transcript
    }

    pub(crate) fn bytes(&mut self, label: &'static str, bytes: &[u8]) {
        self.0.append_message(label.as_bytes(), bytes);
    }

    /// As 8 bytes, big-endian.
    pub(crate) fn uint(&mut self, label: &'static str, value: u64) {
        self.bytes(label, &value.to_be_bytes());
    }

    pub(crate) fn element(&mut self, label: &'static str, element: &Element) {
        self.bytes(label, element.as_bytes());
    }

    pub(crate) fn elements<'a>(&mut self, label: &'static str, elements: impl IntoIterator<Item = &'a Element>) {
        for element in elements {
            self.element(label, element);
        }
    }

    pub(crate) fn challenge_bytes(&mut self, label: &'static str) -> [u8; 64] {
        let mut bytes = [0; 64];
        self.0.challenge_bytes(label.as_bytes(), &mut bytes);
        bytes
    }

    /// 64 bytes reduced modulo the group order.
    pub(crate) fn challenge_scalar(&mut self, label: &'static str) -> Scalar {
        Scalar::from_bytes_mod_order_wide(&self.challenge_bytes(label))
    }

    /// Randomness that stays unpredictable if either the transcript and the witness are secret or `rng` is good
    /// (Merlin's witness generator): a hedge against a bad generator and against repeating it for another statement.
    pub(crate) fn hedged_rng(&self, witness: &[Scalar], rng: &mut impl CryptoRngCore) -> TranscriptRng {
        let mut builder = self.0.build_rng();
        for secret in witness {
            builder = builder.rekey_with_witness_bytes(b"witness", secret.as_bytes());
        }
        builder.finalize(rng)
    }
}

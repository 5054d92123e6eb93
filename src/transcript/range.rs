//! What range proofs take of a transcript.

use merlin::{Transcript as Merlin, TranscriptRng};
use rand_core::{CryptoRng, RngCore};

use super::Transcript;

impl Transcript {
    /// The transcript itself, for range proofs, which continue it (spec 12 §2.3).
    pub(crate) const fn inner(&mut self) -> &mut Merlin {
        &mut self.0
    }

    /// Weights for a verifier: a function of the transcript so far and of every byte of `proof`, so
    /// that whoever made the proof could not know them before.
    pub(crate) fn weight_rng(&self, proof: &[u8]) -> TranscriptRng {
        self.0.build_rng().rekey_with_witness_bytes(b"proof", proof).finalize(&mut Nothing)
    }
}

/// No randomness at all: what is drawn is a function of what was absorbed.
struct Nothing;

impl RngCore for Nothing {
    fn next_u32(&mut self) -> u32 {
        0
    }

    fn next_u64(&mut self) -> u64 {
        0
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        bytes.fill(0);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Nothing {}

//! The Fiat–Shamir transcript: Merlin 3 under a tag of this suite (spec 01 §6).
//!
//! Statement code names what it absorbs; labels are listed, in order, in the spec section of each
//! proof.

#[cfg(not(suite = "p256"))]
mod range;

use alloc::vec::Vec;

use merlin::Transcript as Merlin;
use rand_core::{CryptoRngCore, RngCore};
use zeroize::Zeroizing;

use crate::group::{Element, SUITE_TAG, Scalar, WIDE_LEN, scalar_from_wide};

pub(crate) use merlin::TranscriptRng;

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

    pub(crate) fn challenge_bytes<const N: usize>(&mut self, label: &'static str) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.challenge_bytes(label.as_bytes(), &mut bytes);
        bytes
    }

    /// Wide bytes reduced modulo the group order.
    pub(crate) fn challenge_scalar(&mut self, label: &'static str) -> Scalar {
        scalar_from_wide(&self.challenge_bytes(label))
    }

    /// Randomness for nonces, hedged (Merlin's witness generator): a function of the transcript so
    /// far, the secrets, what `others` contribute to the proof, and `rng`.
    ///
    /// If `rng` repeats itself, the output repeats only when transcript, secrets and contributions
    /// do. `others` must therefore hold everything that is not in the transcript yet and that the
    /// challenge will depend on: then equal nonces mean equal challenges, and nothing leaks.
    pub(crate) fn hedged_rng(
        &self,
        secrets: &[Scalar],
        others: &[&[u8]],
        rng: &mut impl CryptoRngCore,
    ) -> TranscriptRng {
        let mut builder = self.0.build_rng();
        for secret in secrets {
            builder = builder.rekey_with_witness_bytes(b"witness", secret.as_bytes().as_slice());
        }
        for other in others {
            builder = builder.rekey_with_witness_bytes(b"other", other);
        }
        builder.finalize(rng)
    }

    /// `count` uniform scalars from [`Transcript::hedged_rng`], in one draw.
    pub(crate) fn hedged_scalars(
        &self,
        count: usize,
        secrets: &[Scalar],
        others: &[&[u8]],
        rng: &mut impl CryptoRngCore,
    ) -> Zeroizing<Vec<Scalar>> {
        uniform_scalars(count, &mut self.hedged_rng(secrets, others, rng))
    }
}

/// `count` uniform scalars in one draw.
pub(crate) fn uniform_scalars(count: usize, rng: &mut TranscriptRng) -> Zeroizing<Vec<Scalar>> {
    let mut wide = Zeroizing::new(alloc::vec![[0; WIDE_LEN]; count]);
    rng.fill_bytes(wide.as_flattened_mut());
    let mut scalars = Zeroizing::new(Vec::with_capacity(count));
    scalars.extend(wide.iter().map(scalar_from_wide));
    scalars
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The answer stands in the specification, where the second verifier has it from.
    #[test]
    fn a_transcript_gives_the_known_answer_of_the_specification() {
        let mut transcript = Transcript::new("presentation");
        transcript.bytes("request", &core::array::from_fn::<u8, 200, _>(|i| u8::try_from(i).unwrap()));
        let answer = hex::encode(transcript.challenge_bytes::<64>("message"));
        let text = include_str!("../../spec/01-notation.md");
        for line in [&answer[..64], &answer[64..]] {
            assert!(text.contains(line), "{answer}");
        }
    }
}

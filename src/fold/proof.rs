//! The argument on the transcript of whatever gives it `z` (spec 04 §8.5).

use alloc::vec::Vec;

use super::vectors::{FoldTerms, Vectors};
use crate::error::{DecodeError, Refused, refused};
use crate::group::{
    Curve, Element, POINT_LEN, PointBytes, SCALAR_LEN, Scalar, TaggedHash, TemplateBases, scalar_from_bytes,
};
use crate::transcript::Transcript;

/// How many entries are sent in the open.
pub(crate) const STOP: usize = 8;

/// `A` and `B` of each round, and the last entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FoldProof {
    pub(crate) rounds: Vec<[Element; 2]>,
    pub(crate) tail: Vec<Scalar>,
}

/// The challenges of a proof, on the verifier's side.
pub(crate) struct Replayed {
    w: Scalar,
    challenges: Vec<Scalar>,
}

/// How many rounds bring so many entries to eight.
pub(crate) const fn rounds(entries: usize) -> usize {
    let (mut left, mut rounds) = (entries, 0);
    while left > STOP {
        left = left.div_ceil(2);
        rounds += 1;
    }
    rounds
}

fn challenge(transcript: &mut Transcript, [a, b]: &[Element; 2]) -> Scalar {
    transcript.element("fold-a", a);
    transcript.element("fold-b", b);
    Scalar::from(u128::from_le_bytes(transcript.challenge_bytes("fold-challenge")))
}

impl FoldProof {
    /// Folds `z`, after everything that the claim is bound to was absorbed. Variable time: `z` is
    /// uniform and public.
    pub(crate) fn vartime_new(
        transcript: &mut Transcript,
        bases: &TemplateBases,
        z: Vec<Scalar>,
        p: Vec<Scalar>,
    ) -> Self {
        let w = transcript.challenge_scalar("fold-weight");
        let mut vectors = Vectors::<Curve> { z, p, f: bases.entries.clone(), u: w * bases.fold };
        let mut proven = Vec::with_capacity(rounds(vectors.z.len()));
        while vectors.z.len() > STOP {
            let cross = vectors.vartime_cross().map(Element::new);
            let is_last = vectors.z.len() <= 2 * STOP;
            vectors.vartime_fold(challenge(transcript, &cross), is_last);
            proven.push(cross);
        }
        Self { rounds: proven, tail: vectors.z }
    }

    /// Adds every byte of it to what a verifier's weights are hashed from.
    pub(crate) fn absorb(&self, hash: TaggedHash) -> TaggedHash {
        let hash = self.rounds.iter().flatten().fold(hash, |hash, cross| hash.element(cross));
        self.tail.iter().fold(hash, |hash, entry| hash.part(&entry.to_bytes()))
    }

    /// `A` and `B` of each round, then the last entries.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let points = self.rounds.iter().flatten().flat_map(Element::as_bytes).copied();
        points.chain(self.tail.iter().flat_map(Scalar::to_bytes)).collect()
    }

    /// Reads as many rounds as there are bytes for.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let rounds = bytes.len().checked_sub(STOP * SCALAR_LEN).ok_or(DecodeError::Malformed)?;
        let (points, tail) = bytes.split_at(rounds);
        let (pairs, []) = points.as_chunks::<POINT_LEN>().0.as_chunks::<2>() else {
            return Err(DecodeError::Malformed);
        };
        if !points.len().is_multiple_of(POINT_LEN) {
            return Err(DecodeError::Malformed);
        }
        let pair = |[a, b]: &[PointBytes; 2]| Ok([Element::from_bytes(a)?, Element::from_bytes(b)?]);
        let rounds = pairs.iter().map(pair).collect::<Result<_, _>>()?;
        let tail = tail.as_chunks().0.iter().map(scalar_from_bytes).collect::<Result<_, _>>()?;
        Ok(Self { rounds, tail })
    }

    /// The challenges, if there are as many rounds and entries as this length takes.
    pub(crate) fn replay(&self, transcript: &mut Transcript, entries: usize) -> Result<Replayed, Refused> {
        let w = transcript.challenge_scalar("fold-weight");
        if self.tail.len() != STOP || self.rounds.len() != rounds(entries) || STOP << self.rounds.len() != entries {
            return Err(refused!("12-63"));
        }
        let challenges = self.rounds.iter().map(|cross| challenge(transcript, cross)).collect();
        Ok(Replayed { w, challenges })
    }
}

impl Replayed {
    /// What is added to the verifier's sum; `y` is what `⟨z, p⟩` is claimed to be.
    pub(crate) fn terms(&self, proof: &FoldProof, y: Scalar, p: &[Scalar]) -> Result<FoldTerms<Curve>, Refused> {
        FoldTerms::new((self.w, y), &self.challenges, &proof.tail, p)
    }
}

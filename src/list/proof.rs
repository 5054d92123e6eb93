//! That epochs were made under `α`: one proof for each, checked many at a time (spec 07 §3.3).
//!
//! Removing `y` from `V` gives `V'` with `α·V' = V − y·V'`; restoring it gives `V'` with `α·V = V' − y·V`. So each entry has a
//! base and an image, both sums of two neighbouring values, and `image = α·base`. The proof is about `B = Σ vᵢ·baseᵢ` and
//! `Y = Σ vᵢ·imageᵢ` for weights that are hashed from everything. `B` and `Y` are functions of what the challenge already covers,
//! so they are neither sent nor hashed, and nobody has to compute them: the verifier puts the equations of any number of epochs into
//! one sum, in which each value of the log occurs once.

use alloc::vec::Vec;

use super::{Entry, EpochUpdate, Head, ListError};
use crate::accumulator::{AccumulatorKey, Operation};
use crate::group::{Base, BaseTable, Element, Group, Point, Prf, PrfKey, Ristretto, Scalar, TaggedHash};
use crate::secret::Secret;
use crate::sigma::{DleqProof, Weights};
use crate::transcript::Transcript;

/// `X`: everything that determines the epoch (spec 07 §3.3). The chain after it covers all entries.
fn context(before: &Head, after: &Head) -> [u8; 64] {
    TaggedHash::new("epoch-context")
        .part(&before.list.to_bytes())
        .element(&before.key.0)
        .uint(after.epoch.number())
        .element(&before.value)
        .part(&before.chain)
        .part(&after.chain)
        .bytes()
}

/// Bytes of weights that one hash gives.
const BLOCK: usize = 4096;

/// `v₁, v₂, …`: 128 bits each, normative (spec 07 §3.3).
fn weights(context: &[u8; 64]) -> impl Iterator<Item = Scalar> {
    (0u64..).flat_map(|block| {
        let bytes: [u8; BLOCK] = TaggedHash::new("epoch-weight").part(context).uint(block).bytes();
        let (weights, _) = bytes.as_chunks::<16>();
        let weights: Vec<Scalar> = weights.iter().map(|weight| Scalar::from(u128::from_le_bytes(*weight))).collect();
        weights
    })
}

fn challenge(context: &[u8; 64], before: &Head, commitments: &[Element; 2]) -> Scalar {
    let mut transcript = Transcript::new("epoch");
    transcript.bytes("context", context);
    transcript.element("public", &before.key.0);
    transcript.elements("commitment", commitments);
    transcript.challenge_scalar("challenge")
}

/// `T₁ = ρ·G`, `T₂ = ρ·B`, `s = ρ + c·α`. Constant time in `α`; the nonce is a PRF of the context, which determines the statement.
pub(super) fn prove(
    before: &Head,
    after: &Head,
    entries: &[Entry],
    key: &AccumulatorKey,
    nonce_key: &PrfKey,
    table: &BaseTable,
) -> Result<DleqProof, ListError> {
    let context = context(before, after);
    let mut values = Values::new(before, entries.len());
    for (entry, weight) in entries.iter().zip(weights(&context)) {
        values.entry(entry, weight, Scalar::ZERO);
    }
    let base = values.vartime_sum();
    let nonce = Prf::new("nonce-epoch", nonce_key).part(&context).element(&before.key.0).scalar();
    let nonce = Secret::new(nonce);
    let commitments = [table.point(Base::Basepoint), base].map(|point| Element::new(nonce.expose() * point));
    let challenge = challenge(&context, before, &commitments);
    Ok(DleqProof { commitments, response: nonce.expose() + challenge * key.scalar() })
}

/// Checks the proofs of consecutive epochs, the first of which follows `before`. Variable time; everything here is public.
///
/// For each epoch, with `a` and `b` weights of the verifier's own, the sum has
/// `a·(s·G − c·αG − T₁) + b·(s·B − c·Y − T₂)`.
pub(super) fn verify(before: &Head, epochs: &[EpochUpdate]) -> Result<(), ListError> {
    let mut statements = Vec::with_capacity(epochs.len());
    let mut everything = TaggedHash::new("weights-epochs").element(&before.key.0);
    let mut head = before;
    for epoch in epochs {
        let after = epoch.head().head();
        if let Some(proof) = &epoch.proof {
            let context = context(head, after);
            let challenge = challenge(&context, head, &proof.commitments);
            // The challenge covers the context and the commitments.
            everything = everything.part(challenge.as_bytes()).part(proof.response.as_bytes());
            statements.push((context, challenge, proof, epoch.entries()));
        }
        head = after;
    }

    let mut commitments = Vec::with_capacity(2 * statements.len());
    let mut own = Weights::new(everything);
    let (mut basepoint, mut public) = (Scalar::ZERO, Scalar::ZERO);
    let mut values = Values::new(before, epochs.iter().map(|epoch| epoch.entries().len() + 2).sum());
    for (context, challenge, proof, entries) in statements {
        let (a, b) = (own.next(), own.next());
        basepoint += a * proof.response;
        public -= a * challenge;
        let [first, second] = &proof.commitments;
        commitments.extend([(-a, first.as_point()), (-b, second.as_point())]);
        let (response, negative) = (b * proof.response, -(b * challenge));
        for (entry, weight) in entries.iter().zip(weights(&context)) {
            // s·base − c·image, where the value that is multiplied by y is the base.
            values.entry(entry, weight * (response - negative * entry.handle.scalar()), weight * negative);
        }
    }
    values.push(public, before.key.0.as_point());
    commitments.into_iter().for_each(|(scalar, point)| values.push(scalar, point));
    let sum = values.vartime_sum() + Point::mul_base(&basepoint);
    if Ristretto::is_identity(&sum) { Ok(()) } else { Err(ListError::BadProof) }
}

/// A sum over the values of a log, one after the other, each with its coefficient.
struct Values<'a> {
    scalars: Vec<Scalar>,
    points: Vec<&'a Point>,
    /// The coefficient of the last value of the log.
    last: usize,
}

impl<'a> Values<'a> {
    fn new(before: &'a Head, more: usize) -> Self {
        let mut values = Self { scalars: Vec::with_capacity(2 + more), points: Vec::with_capacity(2 + more), last: 0 };
        values.push(Scalar::ZERO, before.value.as_point());
        values
    }

    /// Adds `base·(the entry's base value) + other·(the entry's other value)`.
    fn entry(&mut self, entry: &'a Entry, base: Scalar, other: Scalar) {
        let (old, new) = match entry.operation {
            Operation::Remove => (other, base),
            Operation::Restore => (base, other),
        };
        if let Some(last) = self.scalars.get_mut(self.last) {
            *last += old;
        }
        self.last = self.scalars.len();
        self.push(new, entry.value.as_point());
    }

    fn push(&mut self, scalar: Scalar, point: &'a Point) {
        self.scalars.push(scalar);
        self.points.push(point);
    }

    fn vartime_sum(self) -> Point {
        Ristretto::vartime_sum(&self.scalars, self.points)
    }
}

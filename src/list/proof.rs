//! That an epoch was made under `α`: one proof for each, checked many at a time (spec 07 §3.3).
//!
//! Every head has a proof of knowledge of `α` over all of it, so whoever lacks `α` makes no head,
//! also none of an epoch without entries. Where there are entries, it shows the same `α` in each of
//! them: removing `y` from `V` gives `V'` with `α·V' = V − y·V'`; restoring it gives `V'` with
//! `α·V = V' − y·V`. So each entry has a base and an image, both sums of two neighbouring values,
//! and `image = α·base`. The proof is about `B = Σ vᵢ·baseᵢ` and `Y = Σ vᵢ·imageᵢ` for weights that
//! are hashed from the head. `B` and `Y` are functions of what the challenge already covers, so
//! they are neither sent nor hashed, and nobody has to compute them: the verifier puts the
//! equations of any number of epochs into one sum, in which each value of the log occurs once.

use alloc::vec::Vec;

use super::shard_keys::ShardKeys;
use super::{Entry, EpochUpdate, Head, ListError, SignedHead};
use crate::accumulator::Operation;
use crate::codec::{Reader, Writer};
use crate::error::DecodeError;
use crate::group::{Base, Curve, Element, Group, Point, Prf, PrfKey, Scalar, TaggedHash};
use crate::secret::Secret;
use crate::sigma::Weights;
use crate::transcript::Transcript;

/// `(T₁, T₂, s)`, of an epoch without entries `(T₁, s)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EpochProof {
    /// `T₁ = ρ·G`.
    knowledge: Element,
    /// `T₂ = ρ·B`.
    entries: Option<Element>,
    response: Scalar,
}

impl EpochProof {
    /// Whether it is the proof of an epoch with entries.
    pub(super) const fn has_entries(&self) -> bool {
        self.entries.is_some()
    }

    /// `c`. It covers the whole head and the commitments.
    fn challenge(knowledge: &Element, entries: Option<&Element>, head: &Head, digest: &[u8; 64]) -> Scalar {
        let mut transcript = Transcript::new("epoch");
        transcript.bytes("context", digest);
        transcript.element("public", &head.key.0);
        transcript.elements("commitment", core::iter::once(knowledge).chain(entries));
        transcript.challenge_scalar("challenge")
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        match &self.entries {
            None => writer.points([&self.knowledge]),
            Some(entries) => writer.points([&self.knowledge, entries]),
        }
        writer.scalars([&self.response]);
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (knowledge, entries) = match reader.points(2)?.as_slice() {
            [knowledge] => (*knowledge, None),
            [knowledge, entries] => (*knowledge, Some(*entries)),
            _ => return Err(DecodeError::Malformed),
        };
        let [response] = reader.scalars_of()?;
        Ok(Self { knowledge, entries, response })
    }
}

/// Bytes of weights that one hash gives.
const BLOCK: usize = 4096;

/// `v₁, v₂, …`: 128 bits each, normative (spec 07 §3.3).
fn weights(digest: &[u8; 64]) -> impl Iterator<Item = Scalar> {
    (0u64..).flat_map(|block| {
        let bytes: [u8; BLOCK] = TaggedHash::new("epoch-weight").part(digest).uint(block).bytes();
        let (weights, _) = bytes.as_chunks::<16>();
        let weights: Vec<Scalar> = weights.iter().map(|weight| Scalar::from(u128::from_le_bytes(*weight))).collect();
        weights
    })
}

/// `T₁ = ρ·G`, `T₂ = ρ·B`, `s = ρ + c·α`. Constant time in `α`; the nonce is a PRF of the head,
/// which determines the statement, under the nonce key and `α`: neither of them alone gives it.
pub(super) fn prove(head: &Head, entries: &[Entry], keys: &ShardKeys<'_>) -> EpochProof {
    let digest = head.digest();
    let alpha = keys.accumulator.scalar();
    let prf = Prf::joint("nonce-epoch", &[keys.nonce, &PrfKey::new(alpha.to_bytes())]);
    let nonce = Secret::new(prf.part(&digest).element(&head.key.0).scalar());
    let commit = |point: Point| Element::new(nonce.expose() * point);
    let combined = (!entries.is_empty()).then(|| {
        let mut sum = Values::new(entries.len() + 1);
        sum.start(&head.before);
        entries.iter().zip(weights(&digest)).for_each(|(entry, weight)| sum.entry(entry, weight, Scalar::ZERO));
        commit(sum.vartime_sum())
    });
    let knowledge = commit(keys.table.point(Base::Basepoint));
    let challenge = EpochProof::challenge(&knowledge, combined.as_ref(), head, &digest);
    EpochProof { knowledge, entries: combined, response: nonce.expose() + challenge * alpha }
}

/// A proof with what it is about.
struct Statement<'a> {
    digest: [u8; 64],
    challenge: Scalar,
    proof: &'a EpochProof,
    entries: &'a [Entry],
}

impl<'a> Statement<'a> {
    fn new(signed: &'a SignedHead, entries: &'a [Entry]) -> Self {
        let (head, proof) = (signed.head(), &signed.proof);
        let digest = head.digest();
        let challenge = EpochProof::challenge(&proof.knowledge, proof.entries.as_ref(), head, &digest);
        Self { digest, challenge, proof, entries }
    }
}

/// The verifier's own weights. A challenge covers the head, and with its chain the entries, and the
/// commitments.
fn own_weights(statements: &[Statement<'_>]) -> Weights {
    let everything = statements.iter().fold(TaggedHash::new("weights-epochs"), |hash, statement| {
        hash.part(statement.challenge.as_bytes().as_slice()).part(statement.proof.response.as_bytes().as_slice())
    });
    Weights::new(everything)
}

/// Checks of each head that whoever made it knew `α`: the first equation alone, of all heads as one
/// sum (check 07-16).
pub(super) fn verify_heads<'a>(heads: impl IntoIterator<Item = &'a SignedHead>) -> Result<(), ListError> {
    let (heads, statements): (Vec<_>, Vec<_>) =
        heads.into_iter().map(|signed| (signed.head(), Statement::new(signed, &[]))).unzip();
    let mut own = own_weights(&statements);
    let mut sum = Values::new(2 * statements.len());
    for (head, statement) in heads.iter().zip(&statements) {
        let public = sum.knowledge(statement, own.next());
        sum.push(public, head.key.0.as_point());
    }
    sum.vartime_is_identity()
}

/// Checks both equations of consecutive epochs, the first of which follows `before`. Variable time;
/// everything here is public.
pub(super) fn verify(before: &Head, epochs: &[EpochUpdate]) -> Result<(), ListError> {
    let statements: Vec<_> = epochs.iter().map(|epoch| Statement::new(epoch.head(), epoch.entries())).collect();
    let mut own = own_weights(&statements);
    let mut sum = Values::new(2 + epochs.iter().map(|epoch| epoch.entries().len() + 2).sum::<usize>());
    let mut public = Scalar::ZERO;
    sum.start(&before.value);
    for statement in &statements {
        public += sum.knowledge(statement, own.next());
        sum.entries(statement, own.next());
    }
    sum.push(public, before.key.0.as_point());
    sum.vartime_is_identity()
}

/// Checks the second equation of one epoch of each shard, of whose heads the first one was checked.
pub(super) fn verify_entries(before: &[Head], updates: &[EpochUpdate]) -> Result<(), ListError> {
    let changed = || before.iter().zip(updates).filter(|(_, update)| !update.entries().is_empty());
    let statements: Vec<_> = changed().map(|(_, update)| Statement::new(update.head(), update.entries())).collect();
    let mut own = own_weights(&statements);
    let mut sum = Values::new(updates.iter().map(|update| update.entries().len() + 2).sum());
    for ((before, _), statement) in changed().zip(&statements) {
        sum.start(&before.value);
        sum.entries(statement, own.next());
    }
    sum.vartime_is_identity()
}

/// A sum over the values of logs, one after the other, each with its coefficient.
struct Values<'a> {
    basepoint: Scalar,
    scalars: Vec<Scalar>,
    points: Vec<&'a Point>,
    /// Where the last value of the log is.
    last: usize,
}

impl<'a> Values<'a> {
    fn new(capacity: usize) -> Self {
        let (scalars, points) = (Vec::with_capacity(capacity), Vec::with_capacity(capacity));
        Self { basepoint: Scalar::ZERO, scalars, points, last: 0 }
    }

    /// Goes on with the log that has this value.
    fn start(&mut self, value: &'a Element) {
        self.last = self.scalars.len();
        self.push(Scalar::ZERO, value.as_point());
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

    /// Adds `a·(s·G − T₁)` and gives the coefficient of `α·G`, which is `−a·c`.
    fn knowledge(&mut self, statement: &Statement<'a>, weight: Scalar) -> Scalar {
        self.basepoint += weight * statement.proof.response;
        self.push(-weight, statement.proof.knowledge.as_point());
        -(weight * statement.challenge)
    }

    /// Adds `b·(s·B − c·Y − T₂)`, of an epoch without entries nothing.
    fn entries(&mut self, statement: &Statement<'a>, weight: Scalar) {
        let Some(commitment) = &statement.proof.entries else { return };
        let (response, negative) = (weight * statement.proof.response, -(weight * statement.challenge));
        for (entry, v) in statement.entries.iter().zip(weights(&statement.digest)) {
            // s·base − c·image, where the value that is multiplied by y is the base.
            self.entry(entry, v * (response - negative * entry.handle.scalar()), v * negative);
        }
        self.push(-weight, commitment.as_point());
    }

    fn push(&mut self, scalar: Scalar, point: &'a Point) {
        self.scalars.push(scalar);
        self.points.push(point);
    }

    fn vartime_sum(self) -> Point {
        Curve::vartime_sum(&self.scalars, self.points) + Point::mul_base(&self.basepoint)
    }

    fn vartime_is_identity(self) -> Result<(), ListError> {
        if Curve::is_identity(&self.vartime_sum()) { Ok(()) } else { Err(ListError::BadProof) }
    }
}

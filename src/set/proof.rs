//! That all witnesses of a table were made under its key: one proof for all of them (spec 12 §4.2).
//!
//! A right witness satisfies `α·W_s = V_set − s·W_s`. The proof is about `B = Σ vᵢ·Wᵢ` and
//! `Y = Σ vᵢ·(V_set − sᵢ·Wᵢ)`, and shows `Y = α·B` for the `α` of `α·G`. The weights `vᵢ` are
//! hashed from the whole table, so a wrong witness, which would make some `α·Wᵢ` differ from its
//! image, survives with probability 2⁻¹²⁸. `B` and `Y` are functions of what the challenge covers,
//! so they are not hashed, and the verifier does not compute them: it puts both equations into one
//! sum, in which each witness occurs once.

use alloc::vec::Vec;

use super::SetError;
use super::codes::MAX_CODES;
use super::table::{Role, Table};
use crate::error::{Refusal, refusal};
use crate::group::{Base, Curve, Element, Group, Point, Prf, PrfKey, Scalar, SecretKey, TaggedHash};
use crate::secret::Secret;
use crate::sigma::{DleqProof, Weights};
use crate::transcript::Transcript;

/// `v₁, v₂, …`: 128 bits each, normative (spec 12 §4.2, §11.1). One hash is enough for the longest
/// table of codes.
fn weights(table: &Table) -> Vec<Scalar> {
    let digest = &table.digest.0;
    let hash = |block| match table.role {
        Role::Codes => TaggedHash::new("set-weight").part(digest),
        Role::Digits => TaggedHash::new("digits-weight").part(digest).uint(block),
    };
    let blocks = (0..).zip(table.witnesses.chunks(MAX_CODES));
    let bytes = blocks.flat_map(|(block, _)| hash(block).bytes::<{ 16 * MAX_CODES }>()).collect::<Vec<u8>>();
    let (weights, _) = bytes.as_chunks::<16>();
    weights.iter().take(table.witnesses.len()).map(|weight| Scalar::from(u128::from_le_bytes(*weight))).collect()
}

fn challenge(table: &Table, commitments: &[Element; 2]) -> Scalar {
    let mut transcript = Transcript::new(table.role.name());
    transcript.bytes("context", &table.digest.0);
    transcript.element("public", &table.key);
    transcript.elements("commitment", commitments);
    transcript.challenge_scalar("challenge")
}

/// `T₁ = ρ·G`, `T₂ = ρ·B`, `s = ρ + c·α`. Constant time in `α`.
///
/// The nonce is a PRF of the table under `α` itself, in a role of its own: the table determines the
/// challenge, so a second proof of it is the same proof, and there is no further key to keep.
pub(super) fn prove(table: &Table, key: &SecretKey) -> DleqProof {
    let base = Curve::vartime_sum(&weights(table), table.witnesses.iter().map(Element::as_point));
    let nonce_key = PrfKey::new(key.scalar().to_bytes());
    let role = match table.role {
        Role::Codes => "nonce-set",
        Role::Digits => "nonce-digits",
    };
    let nonce = Prf::new(role, &nonce_key).part(&table.digest.0).element(&table.key).scalar();
    let nonce = Secret::new(nonce);
    let commitments = [Point::mul_base(nonce.expose()), nonce.expose() * base].map(Element::new);
    let challenge = challenge(table, &commitments);
    DleqProof { commitments, response: nonce.expose() + challenge * key.scalar() }
}

/// Checks both equations at once; variable time, everything here is public.
///
/// With `a` and `b` weights of the verifier's own, the sum is
/// `a·(s·G − c·αG − T₁) + b·(s·B − c·Y − T₂)`, where `Wᵢ` has the coefficient `b·vᵢ·(s + c·sᵢ)`.
pub(super) fn verify(table: &Table, proof: &DleqProof) -> Result<(), Refusal<SetError>> {
    let challenge = challenge(table, &proof.commitments);
    // The challenge covers the table and the commitments.
    let everything = TaggedHash::new("weights-set").part(&challenge.to_bytes()).part(&proof.response.to_bytes());
    let mut own = Weights::new(everything);
    let (a, b) = (own.next(), own.next());
    let value = Base::Set.point();
    let [first, second] = &proof.commitments;
    let weights = weights(table);
    let all: Scalar = weights.iter().sum();
    let mut scalars = alloc::vec![-(a * challenge), -(b * challenge * all), -a, -b];
    let mut points = alloc::vec![table.key.as_point(), &value, first.as_point(), second.as_point()];
    for ((code, witness), weight) in table.entries().zip(weights) {
        scalars.push(b * weight * (proof.response + challenge * Scalar::from(code)));
        points.push(witness.as_point());
    }
    let sum = Curve::vartime_sum(&scalars, points) + Point::mul_base(&(a * proof.response));
    if Curve::is_identity(&sum) {
        return Ok(());
    }
    Err(match table.role {
        Role::Codes => refusal!(SetError::BadProof, "12-21"),
        Role::Digits => refusal!(SetError::BadProof, "12-48"),
    })
}

//! Proofs of knowledge for linear relations (spec 01 §7).
//!
//! A [`Relation`] is a list of equations `image = Σ coefficient·scalar·point` over secret scalars
//! that equations may share. One proof shows all of them at once: for nonces `ρ` and a challenge
//! `c`,
//!
//! ```text
//! T_k = Σ coefficient·ρ·point        sᵢ = ρᵢ + c·scalarᵢ        verify: T_k + c·image_k = Σ coefficient·s·point
//! ```
//!
//! Prover and verifier build the relation with the same code, so they cannot drift apart. The wire
//! form is commitments `T_k` and responses `sᵢ`, so that any number of proofs is verified as one
//! sum ([`Sum`]). Two things go beyond the textbook: one scalar may belong to an outside party (the
//! device), whose response is put in from outside; and an image may be `key·point` for a key that
//! only the verifier holds, which then is neither sent nor known to the prover.

mod batch;
mod dleq;
mod joint;
mod prove;
mod relation;
mod sum;
#[cfg(test)]
mod tests;

pub(crate) use batch::Batch;
pub(crate) use dleq::{DleqProof, DleqStatement};
pub(crate) use joint::{JointProof, JointStatement, Pair};
pub(crate) use prove::Assignment;
pub(crate) use relation::{Image, PointVar, Relation, ScalarVar, Term};
pub(crate) use sum::{Sum, Weights};

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
//! sum ([`Sum`]). Some things go beyond the textbook (spec 01 §7):
//!
//! - one scalar may belong to an outside party (the device), whose response is put in from outside;
//! - an image may have a part `key·Σ coefficient·point` for a key that only the verifier holds,
//!   which then is neither sent nor known to the prover;
//! - a scalar may be affine in others: its response follows from theirs and is not sent;
//! - keyed equations may be merged into one by a challenge that comes after all points and before
//!   the commitments: only those in which every scalar is bound elsewhere before that challenge
//!   ([`Unmerged`]);
//! - responses of a long vector need not be sent, if what they would make of their one equation is
//!   shown afterwards ([`Relation::conclude`]).

mod batch;
mod dleq;
mod joint;
mod merge;
mod prove;
mod relation;
mod sum;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use batch::Batch;
pub(crate) use dleq::{DleqProof, DleqStatement};
pub(crate) use joint::{JointProof, JointStatement, Pair};
pub(crate) use merge::Unmerged;
pub(crate) use prove::{Assignment, Responses};
pub(crate) use relation::{Image, List, PointVar, Relation, ScalarVar, Term};
pub(crate) use sum::{Sum, Weights};

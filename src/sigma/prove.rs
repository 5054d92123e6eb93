//! The prover's side: commit, then respond once.

use alloc::vec::Vec;

use zeroize::{Zeroize, Zeroizing};

use super::relation::{Relation, ScalarVar};
use crate::error::Refused;
use crate::group::Group;

/// The secret scalars of a relation, in its order. Wiped on drop.
pub(crate) struct Assignment<G: Group>(Zeroizing<Vec<G::Scalar>>);

impl<G: Group> Assignment<G> {
    /// All zero. An outside scalar's holder adds its own part.
    pub(crate) fn new(relation: &Relation<'_, G>) -> Self {
        Self(Zeroizing::new(alloc::vec![G::ZERO; relation.scalars]))
    }

    /// All scalars in order, zero for the outside one.
    pub(crate) fn of(relation: &Relation<'_, G>, scalars: Zeroizing<Vec<G::Scalar>>) -> Result<Self, Refused> {
        if scalars.len() == relation.scalars { Ok(Self(scalars)) } else { Err(Refused) }
    }

    pub(crate) fn set(&mut self, scalar: ScalarVar, value: G::Scalar) {
        if let Some(place) = self.0.get_mut(scalar.0) {
            *place = value;
        }
    }

    pub(crate) fn values(&self) -> &[G::Scalar] {
        &self.0
    }
}

/// Nonces that are committed to and not yet used; consumed by the one response.
pub(crate) struct Committed<G: Group> {
    nonces: Zeroizing<Vec<G::Scalar>>,
    commitments: Vec<G::Point>,
}

impl<G: Group> Relation<'_, G> {
    /// `T_k = Σ ± ρ·point`, constant time. `nonces` are uniform, one for each scalar.
    ///
    /// The outside scalar gets a nonce too, which blinds what its holder adds: a holder whose
    /// nonces somebody foresees cannot be told by its responses.
    pub(crate) fn commit(&self, nonces: Zeroizing<Vec<G::Scalar>>) -> Result<Committed<G>, Refused> {
        self.check()?;
        if nonces.len() != self.scalars {
            return Err(Refused);
        }
        let mut commitments = Vec::with_capacity(self.equations.len());
        for equation in &self.equations {
            let mut scalars = Vec::with_capacity(equation.terms.len());
            let mut points = Vec::with_capacity(equation.terms.len());
            for term in &equation.terms {
                let nonce = *nonces.get(term.scalar.0).ok_or(Refused)?;
                scalars.push(if term.negative { -nonce } else { nonce });
                points.push(self.resolve(term.point).ok_or(Refused)?);
            }
            commitments.push(G::sum(&scalars, &points));
            scalars.zeroize();
        }
        Ok(Committed { nonces, commitments })
    }
}

impl<G: Group> Committed<G> {
    pub(crate) fn commitments(&self) -> &[G::Point] {
        &self.commitments
    }

    /// `sᵢ = ρᵢ + c·scalarᵢ`, constant time. To an outside scalar's its holder's is added.
    pub(crate) fn respond(self, witness: &Assignment<G>, challenge: G::Scalar) -> Vec<G::Scalar> {
        self.nonces.iter().zip(witness.values()).map(|(nonce, secret)| *nonce + challenge * *secret).collect()
    }
}

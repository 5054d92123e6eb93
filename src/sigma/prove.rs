//! The prover's side: commit, then respond once.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::relation::{Relation, ScalarVar, WeightedTerm};
use crate::error::Refused;
use crate::group::Group;

/// The secret scalars of a relation in its order, those that are sent and then the unsent ones; not
/// those that follow from others. Wiped on drop.
pub(crate) struct Assignment<G: Group>(Zeroizing<Vec<G::Scalar>>);

impl<G: Group> Assignment<G> {
    /// All zero. An outside scalar's holder adds its own part.
    pub(crate) fn new(relation: &Relation<'_, G>) -> Self {
        Self(Zeroizing::new(alloc::vec![G::ZERO; relation.nonces()]))
    }

    /// All scalars in order, zero for the outside one.
    pub(crate) fn of(relation: &Relation<'_, G>, scalars: Zeroizing<Vec<G::Scalar>>) -> Result<Self, Refused> {
        if scalars.len() == relation.nonces() { Ok(Self(scalars)) } else { Err(Refused::DEFECT) }
    }

    /// Sets a scalar that is sent.
    pub(crate) fn set(&mut self, scalar: ScalarVar, value: G::Scalar) {
        let ScalarVar::Sent(place) = scalar else { return };
        if let Some(place) = self.0.get_mut(place) {
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
    /// How many of them are of scalars that are sent.
    sent: usize,
    commitments: Vec<G::Point>,
}

/// What a prover has when the challenge is there.
pub(crate) struct Responses<G: Group> {
    /// What it sends.
    pub(crate) sent: Vec<G::Scalar>,
    /// Of the unsent scalars: uniform, and of nothing that is not in the proof.
    pub(crate) unsent: Vec<G::Scalar>,
}

impl<G: Group> Relation<'_, G> {
    /// `T_k = Σ coefficient·ρ·point`, constant time. `nonces` are uniform, one for each scalar that
    /// is sent, then for each unsent one; the nonces of derived and tied scalars follow from them.
    ///
    /// The outside scalar gets a nonce too, which blinds what its holder adds: a holder whose
    /// nonces somebody foresees cannot be told by its responses.
    pub(crate) fn commit(&self, nonces: Zeroizing<Vec<G::Scalar>>) -> Result<Committed<G>, Refused> {
        self.commit_with(nonces, None)
    }

    /// As [`Relation::commit`], where what the nonces of all unsent scalars give in their one
    /// equation was computed before.
    pub(crate) fn commit_with(
        &self,
        mut nonces: Zeroizing<Vec<G::Scalar>>,
        unsent: Option<G::Point>,
    ) -> Result<Committed<G>, Refused> {
        self.check()?;
        if nonces.len() != self.nonces() {
            return Err(Refused::DEFECT);
        }
        for (scalar, terms) in &self.tied {
            let nonce = self.linear(terms, &nonces).ok_or(Refused::DEFECT)?;
            let ScalarVar::Sent(place) = scalar else { return Err(Refused::DEFECT) };
            *nonces.get_mut(*place).ok_or(Refused::DEFECT)? = nonce;
        }
        let mut commitments = Vec::with_capacity(self.equations.len());
        for equation in &self.equations {
            let mut scalars = Zeroizing::new(Vec::with_capacity(equation.terms.len()));
            let mut points = Vec::with_capacity(equation.terms.len());
            let is_unsent = |(_, scalar, _): &&WeightedTerm<G>| matches!(scalar, ScalarVar::Unsent(_));
            let prepared = unsent.filter(|_| equation.terms.iter().any(|term| is_unsent(&term)));
            let terms = equation.terms.iter().filter(|term| prepared.is_none() || !is_unsent(term));
            for (coefficient, scalar, point) in terms {
                scalars.push(*coefficient * self.value(*scalar, &nonces, G::ZERO).ok_or(Refused::DEFECT)?);
                points.push(self.resolve(*point).ok_or(Refused::DEFECT)?);
            }
            let sum = G::sum(&scalars, &points);
            commitments.push(prepared.map_or(sum, |prepared| sum + prepared));
        }
        Ok(Committed { nonces, sent: self.scalars, commitments })
    }
}

impl<G: Group> Committed<G> {
    pub(crate) fn commitments(&self) -> &[G::Point] {
        &self.commitments
    }

    /// `sᵢ = ρᵢ + c·scalarᵢ`, constant time. To an outside scalar's its holder's is added.
    pub(crate) fn respond(self, witness: &Assignment<G>, challenge: G::Scalar) -> Responses<G> {
        let all = self.nonces.iter().zip(witness.values());
        let mut sent: Vec<_> = all.map(|(nonce, secret)| *nonce + challenge * *secret).collect();
        let unsent = sent.split_off(self.sent.min(sent.len()));
        Responses { sent, unsent }
    }
}

//! What is claimed of a score, on both sides, and the fold that concludes it (spec 12 §12.3).

#[cfg(test)]
mod tests;

use alloc::vec::Vec;

use super::TemplateVars;
use crate::error::{Refused, refused};
use crate::fold::FoldProof;
use crate::group::{Curve, Scalar};
use crate::sigma::{PointVar, Relation, ScalarVar};
use crate::template::{Probe, TemplateParameters};
use crate::transcript::Transcript;

/// The scalars of a score, and what they are of the packed sum.
pub(crate) struct FaceClaim {
    /// The equation that the template is opened in.
    equation: usize,
    /// `F_j`
    bases: Vec<PointVar>,
    /// `U`
    fold: PointVar,
    /// `P_j`
    probe: Vec<Scalar>,
    /// Each digit with what it is multiplied with in the packed sum, `Xⁱ·bˡ`.
    digits: Vec<(Scalar, ScalarVar)>,
    /// What the packed sum is beside its digits.
    constant: Scalar,
}

impl FaceClaim {
    /// Introduces the digits and ties the first one's nonce to the template's, so that the linear
    /// equation needs no commitment.
    pub(crate) fn new(
        relation: &mut Relation<'_, Curve>,
        template: &TemplateVars,
        parameters: &TemplateParameters,
        probe: &Probe,
    ) -> Result<Self, Refused> {
        let probe = parameters.packed_probe(probe);
        let (weights, constant) = (parameters.digit_weights(), parameters.constant());
        let digits: Vec<(Scalar, ScalarVar)> = weights.into_iter().map(|weight| (weight, relation.scalar())).collect();
        let (_, first) = *digits.first().ok_or(Refused::DEFECT)?;
        let entries = probe.iter().copied().zip(template.entries.iter().copied());
        let others = digits.iter().skip(1).map(|(weight, digit)| (-*weight, *digit));
        relation.tie(first, entries.chain(others).collect());
        let (bases, fold) = (template.bases.clone(), template.fold);
        Ok(Self { equation: template.equation, bases, fold, probe, digits, constant })
    }

    /// The digits, in order.
    pub(crate) fn digits(&self) -> Vec<ScalarVar> {
        self.digits.iter().map(|(_, digit)| *digit).collect()
    }

    /// `P_j`
    pub(crate) fn probe(&self) -> &[Scalar] {
        &self.probe
    }

    /// Completes the opening by the fold; the transcript has absorbed all that is sent beside it.
    pub(crate) fn conclude(
        &self,
        relation: &mut Relation<'_, Curve>,
        transcript: &mut Transcript,
        (challenge, responses): (Scalar, &[Scalar]),
        fold: &FoldProof,
    ) -> Result<(), Refused> {
        let replayed = fold.replay(transcript, self.probe.len())?;
        let mut y = challenge * self.constant;
        for (weight, digit) in &self.digits {
            let ScalarVar::Sent(place) = digit else { return Err(Refused::DEFECT) };
            y += weight * responses.get(*place).ok_or(refused!("06-52"))?;
        }
        let terms = replayed.terms(fold, y, &self.probe)?;
        let mut sum: Vec<(Scalar, PointVar)> = terms.entries.into_iter().zip(self.bases.iter().copied()).collect();
        sum.push((terms.u, self.fold));
        for (scalar, cross) in terms.rounds.into_iter().flatten().zip(fold.rounds.iter().flatten()) {
            sum.push((scalar, relation.point(cross.point())));
        }
        relation.conclude(self.equation, terms.opening, sum);
        Ok(())
    }
}

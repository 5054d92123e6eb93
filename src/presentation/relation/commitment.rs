//! A commitment to one value of the credential, for statements that need one (spec 12 §1.3).
//!
//! ```text
//! V = m·G + τ·H_b
//! ```
//!
//! `m` is the same scalar as in equation 1. All statements about one subject share one commitment.

use super::builder::{CredentialVars, RelationBuilder, fixed};
use crate::error::Refused;
use crate::group::{Base, Element, Scalar};
use crate::presentation::subject::Subject;
use crate::sigma::{Image, ScalarVar};

impl RelationBuilder<'_, '_> {
    /// The commitment to a subject: the first statement that needs it takes the point and adds the
    /// equation.
    pub(crate) fn committed(&mut self, vars: &CredentialVars<'_>, subject: Subject) -> Result<Element, Refused> {
        let target = subject.of(vars.credential);
        if let Some((_, value)) = self.committed.iter().find(|(other, _)| *other == target) {
            return Ok(*value);
        }
        let value = self.commitment_to(vars.scalar(subject)?)?;
        self.committed.push((target, value));
        Ok(value)
    }

    /// Takes `V` and states what it commits to.
    pub(crate) fn commitment_to(&mut self, scalar: ScalarVar) -> Result<Element, Refused> {
        let value = *self.take()?;
        let blind = self.relation.scalar();
        let image = Image::Public(alloc::vec![(Scalar::ONE, self.relation.point(value.point()))]);
        let terms = alloc::vec![scalar * fixed(Base::Basepoint), blind * fixed(Base::Blinding)];
        self.relation.equation(image, terms);
        Ok(value)
    }
}

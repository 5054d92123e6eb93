//! How a value is shown to be another one: the inverse of the difference.

use super::Differs;
use crate::group::Scalar;
use crate::presentation::error::PresentError;
use crate::presentation::relation::WitnessBuilder;
use crate::presentation::statement::ProverInput;
use crate::presentation::statement::prove::Prove;
use crate::presentation::subject::Subject;
use crate::secret::Secret;

impl Prove for Differs {
    fn check_provable(&self, input: &ProverInput<'_>) -> Result<(), PresentError> {
        let scalar = input.scalar(Subject::Attribute(self.attribute))?;
        if Some(*scalar.expose()) == self.value.scalar() { Err(PresentError::Equal(self.attribute)) } else { Ok(()) }
    }

    fn draft(&self, input: &ProverInput<'_>, draft: &mut WitnessBuilder<'_>) -> Result<(), PresentError> {
        let subject = Subject::Attribute(self.attribute);
        let scalar = input.scalar(subject)?;
        let difference = Secret::new(scalar.expose() - self.value.scalar().ok_or(PresentError::UnknownAttribute)?);
        if *difference.expose() == Scalar::ZERO {
            return Err(PresentError::Equal(self.attribute));
        }
        let blind = draft.committed(subject.of(input.index), scalar.expose());
        let inverse = Secret::new(difference.expose().invert());
        draft.secret(inverse.expose());
        draft.secret(Secret::new(-(blind.expose() * inverse.expose())).expose());
        Ok(())
    }
}

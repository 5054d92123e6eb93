//! The holder's side.

use rand_core::CryptoRngCore;

use super::Differs;
use crate::group::Scalar;
use crate::presentation::PresentError;
use crate::presentation::draft::Draft;
use crate::presentation::statement::Subject;
use crate::presentation::statement::prove::Holding;
use crate::secret::Secret;

impl Differs {
    pub(in crate::presentation::statement) fn obstacle(&self, holding: &Holding<'_>) -> Result<(), PresentError> {
        let scalar = holding.scalar(Subject::Attribute(self.attribute))?;
        if *scalar.expose() == self.value.scalar() { Err(PresentError::Equal(self.attribute)) } else { Ok(()) }
    }

    pub(in crate::presentation::statement) fn draft(
        &self,
        holding: &Holding<'_>,
        draft: &mut Draft<'_, impl CryptoRngCore>,
    ) -> Result<(), PresentError> {
        let subject = Subject::Attribute(self.attribute);
        let scalar = holding.scalar(subject)?;
        let difference = Secret::new(scalar.expose() - self.value.scalar());
        if *difference.expose() == Scalar::ZERO {
            return Err(PresentError::Equal(self.attribute));
        }
        let blind = draft.committed(holding.place, subject, scalar.expose());
        let inverse = Secret::new(difference.expose().invert());
        draft.secret(inverse.expose());
        draft.secret(Secret::new(-(blind.expose() * inverse.expose())).expose());
        Ok(())
    }
}

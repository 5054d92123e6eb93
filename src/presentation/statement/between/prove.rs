//! The holder's side.

use rand_core::CryptoRngCore;

use super::Between;
use crate::presentation::error::PresentError;
use crate::presentation::relation::WitnessBuilder;
use crate::presentation::statement::ProverInput;

impl Between {
    pub(in crate::presentation::statement) fn check_provable(
        &self,
        input: &ProverInput<'_>,
    ) -> Result<(), PresentError> {
        let interval = self.interval(input.credential.parameters.schema())?;
        let allowed = interval.contains(*input.number(self.subject)?.expose());
        if allowed { Ok(()) } else { Err(PresentError::NotBetween(self.subject)) }
    }

    pub(in crate::presentation::statement) fn draft(
        &self,
        input: &ProverInput<'_>,
        draft: &mut WitnessBuilder<'_, impl CryptoRngCore>,
    ) -> Result<(), PresentError> {
        let interval = self.interval(input.credential.parameters.schema())?;
        let (scalar, number) = (input.scalar(self.subject)?, input.number(self.subject)?);
        let blind = draft.committed(input.place, self.subject, scalar.expose());
        draft.openings.extend(interval.bit_length(), interval.openings(*number.expose(), blind.expose()));
        Ok(())
    }
}

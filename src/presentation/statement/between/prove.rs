//! How a number is shown to lie in an interval: its commitment, and what range proofs open.

use super::{Between, Method};
use crate::presentation::error::PresentError;
use crate::presentation::relation::WitnessBuilder;
use crate::presentation::statement::ProverInput;
use crate::presentation::statement::prove::Prove;

impl Prove for Between {
    fn check_provable(&self, input: &ProverInput<'_>) -> Result<(), PresentError> {
        let interval = self.interval(input.credential.parameters.schema())?;
        let allowed = interval.contains(*input.number(self.subject)?.expose());
        if allowed { Ok(()) } else { Err(PresentError::NotBetween(self.subject)) }
    }

    fn draft(&self, input: &ProverInput<'_>, draft: &mut WitnessBuilder<'_>) -> Result<(), PresentError> {
        let interval = self.interval(input.credential.parameters.schema())?;
        let number = input.number(self.subject)?;
        if let Method::Digits { .. } = self.method {
            return Ok(draft.digits(&interval, *number.expose())?);
        }
        let scalar = input.scalar(self.subject)?;
        let blind = draft.committed(self.subject.of(input.index), scalar.expose());
        draft.openings.extend(interval.bit_length(), interval.openings(*number.expose(), blind.expose()));
        Ok(())
    }
}

//! How a use is shown to be one of so many: its nullifier, and the number that it is.

use super::RateLimited;
use crate::group::Scalar;
use crate::presentation::error::PresentError;
use crate::presentation::relation::WitnessBuilder;
use crate::presentation::statement::ProverInput;
use crate::presentation::statement::prove::Prove;
use crate::secret::Secret;

impl Prove for RateLimited {
    fn check_provable(&self, input: &ProverInput<'_>) -> Result<(), PresentError> {
        let uses = input.uses.ok_or(PresentError::NotCounted)?;
        if uses < self.uses { Ok(()) } else { Err(PresentError::LimitReached) }
    }

    fn draft(&self, input: &ProverInput<'_>, draft: &mut WitnessBuilder<'_>) -> Result<(), PresentError> {
        let interval = self.interval()?;
        let uses = u64::from(input.uses.ok_or(PresentError::NotCounted)?);
        let index = Scalar::from(uses);
        // n + i is zero for nobody whose n is random.
        let inverse = Secret::new((input.credential.pseudonym.expose() + index).invert());
        draft.point(inverse.expose(), self.base(input.verifier).as_point());
        draft.secret(&index);
        if self.by_digits {
            return Ok(draft.digits(&interval, uses)?);
        }
        let blind = draft.commit(&index);
        draft.openings.extend(interval.bit_length(), interval.openings(uses, blind.expose()));
        Ok(())
    }
}

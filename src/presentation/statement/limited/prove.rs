//! The holder's side.

use rand_core::CryptoRngCore;

use super::RateLimited;
use crate::group::Scalar;
use crate::presentation::error::PresentError;
use crate::presentation::relation::WitnessBuilder;
use crate::presentation::statement::ProverInput;
use crate::secret::Secret;

impl RateLimited {
    pub(in crate::presentation::statement) fn check_provable(
        &self,
        input: &ProverInput<'_>,
    ) -> Result<(), PresentError> {
        let shows = input.shows.ok_or(PresentError::NotCounted)?;
        if shows < self.shows { Ok(()) } else { Err(PresentError::LimitReached) }
    }

    pub(in crate::presentation::statement) fn draft(
        &self,
        input: &ProverInput<'_>,
        draft: &mut WitnessBuilder<'_, impl CryptoRngCore>,
    ) -> Result<(), PresentError> {
        let interval = self.interval()?;
        let shows = u64::from(input.shows.ok_or(PresentError::NotCounted)?);
        let index = Scalar::from(shows);
        // n + i is zero for nobody whose n is random.
        let inverse = Secret::new((input.credential.pseudonym.expose() + index).invert());
        draft.point(inverse.expose(), self.base(input.verifier).as_point());
        draft.secret(&index);
        let blind = draft.commit(&index);
        draft.openings.extend(interval.bit_length(), interval.openings(shows, blind.expose()));
        Ok(())
    }
}

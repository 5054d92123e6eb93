//! The holder's side.

use rand_core::CryptoRngCore;

use super::Limited;
use crate::group::Scalar;
use crate::presentation::PresentError;
use crate::presentation::draft::Draft;
use crate::presentation::statement::prove::Holding;
use crate::secret::Secret;

impl Limited {
    pub(in crate::presentation::statement) fn obstacle(&self, holding: &Holding<'_>) -> Result<(), PresentError> {
        let shows = holding.shows.ok_or(PresentError::NotCounted)?;
        if shows < self.shows { Ok(()) } else { Err(PresentError::LimitReached) }
    }

    pub(in crate::presentation::statement) fn draft(
        &self,
        holding: &Holding<'_>,
        draft: &mut Draft<'_, impl CryptoRngCore>,
    ) -> Result<(), PresentError> {
        let interval = self.interval()?;
        let shows = u64::from(holding.shows.ok_or(PresentError::NotCounted)?);
        let index = Scalar::from(shows);
        // n + i is zero for nobody whose n is random.
        let inverse = Secret::new((holding.credential.pseudonym.expose() + index).invert());
        draft.point(inverse.expose(), self.base(holding.verifier).as_point());
        draft.secret(&index);
        let blind = draft.commit(&index);
        draft.openings.extend(interval.bit_length(), interval.openings(shows, blind.expose()));
        Ok(())
    }
}

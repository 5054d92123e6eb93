//! The holder's side.

use rand_core::CryptoRngCore;

use super::Between;
use crate::presentation::PresentError;
use crate::presentation::draft::Draft;
use crate::presentation::statement::prove::Holding;

impl Between {
    pub(in crate::presentation::statement) fn obstacle(&self, holding: &Holding<'_>) -> Result<(), PresentError> {
        let interval = self.interval(holding.credential.parameters.schema())?;
        let allowed = interval.contains(*holding.number(self.subject)?.expose());
        if allowed { Ok(()) } else { Err(PresentError::NotBetween(self.subject)) }
    }

    pub(in crate::presentation::statement) fn draft(
        &self,
        holding: &Holding<'_>,
        draft: &mut Draft<'_, impl CryptoRngCore>,
    ) -> Result<(), PresentError> {
        let interval = self.interval(holding.credential.parameters.schema())?;
        let (scalar, number) = (holding.scalar(self.subject)?, holding.number(self.subject)?);
        let blind = draft.committed(holding.place, self.subject, scalar.expose());
        draft.openings.extend(interval.bit_length(), interval.openings(*number.expose(), blind.expose()));
        Ok(())
    }
}

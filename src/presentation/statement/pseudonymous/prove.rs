//! The holder's side.

use rand_core::CryptoRngCore;

use super::Pseudonymous;
use crate::presentation::PresentError;
use crate::presentation::draft::Draft;
use crate::presentation::statement::prove::Holding;

impl Pseudonymous {
    pub(in crate::presentation::statement) fn draft(
        &self,
        holding: &Holding<'_>,
        draft: &mut Draft<'_, impl CryptoRngCore>,
    ) -> Result<(), PresentError> {
        let base = self.scope.pseudonym_base(holding.verifier);
        draft.point(holding.credential.pseudonym.expose(), base.as_point());
        Ok(())
    }
}

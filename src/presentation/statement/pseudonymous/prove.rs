//! The holder's side.

use rand_core::CryptoRngCore;

use super::Pseudonymous;
use crate::presentation::error::PresentError;
use crate::presentation::relation::WitnessBuilder;
use crate::presentation::statement::ProverInput;

impl Pseudonymous {
    pub(in crate::presentation::statement) fn draft(
        &self,
        input: &ProverInput<'_>,
        draft: &mut WitnessBuilder<'_, impl CryptoRngCore>,
    ) -> Result<(), PresentError> {
        let base = self.scope.pseudonym_base(input.verifier);
        draft.point(input.credential.pseudonym.expose(), base.as_point());
        Ok(())
    }
}

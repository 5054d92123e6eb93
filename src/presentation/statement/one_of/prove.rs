//! The holder's side.

use rand_core::CryptoRngCore;

use super::OneOf;
use crate::group::Element;
use crate::presentation::error::PresentError;
use crate::presentation::relation::WitnessBuilder;
use crate::presentation::statement::ProverInput;
use crate::secret::Secret;

impl OneOf {
    fn code(&self, input: &ProverInput<'_>) -> Result<Secret<u32>, PresentError> {
        let number = input.number(self.subject)?;
        u32::try_from(*number.expose()).map(Secret::new).map_err(|_| PresentError::UnknownAttribute)
    }

    pub(in crate::presentation::statement) fn check_provable(
        &self,
        input: &ProverInput<'_>,
    ) -> Result<(), PresentError> {
        let (set, code) = (input.set(self.set)?, self.code(input)?);
        if set.has(*code.expose()) { Ok(()) } else { Err(PresentError::NotInSet(self.subject)) }
    }

    /// The code and its witness.
    pub(in crate::presentation) fn witness(
        &self,
        input: &ProverInput<'_>,
    ) -> Result<(Secret<u32>, Secret<Element>), PresentError> {
        let code = self.code(input)?;
        let witness = input.set(self.set)?.witness(*code.expose()).ok_or(PresentError::Unprovable)?;
        Ok((code, witness))
    }

    pub(in crate::presentation::statement) fn draft(
        &self,
        input: &ProverInput<'_>,
        draft: &mut WitnessBuilder<'_, impl CryptoRngCore>,
    ) -> Result<(), PresentError> {
        let (_, witness) = self.witness(input)?;
        let blind = draft.blinded(self.mode, witness.expose().as_point())?;
        draft.secret(blind.expose());
        Ok(())
    }
}

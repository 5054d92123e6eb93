//! The holder's side.

use rand_core::CryptoRngCore;

use super::OneOf;
use crate::group::Element;
use crate::presentation::PresentError;
use crate::presentation::draft::Draft;
use crate::presentation::statement::prove::Holding;
use crate::secret::Secret;

impl OneOf {
    fn code(&self, holding: &Holding<'_>) -> Result<Secret<u32>, PresentError> {
        let number = holding.number(self.subject)?;
        u32::try_from(*number.expose()).map(Secret::new).map_err(|_| PresentError::UnknownAttribute)
    }

    pub(in crate::presentation::statement) fn obstacle(&self, holding: &Holding<'_>) -> Result<(), PresentError> {
        let (set, code) = (holding.set(self.set)?, self.code(holding)?);
        if set.has(*code.expose()) { Ok(()) } else { Err(PresentError::NotInSet(self.subject)) }
    }

    /// The code and its witness.
    pub(in crate::presentation) fn witness(
        &self,
        holding: &Holding<'_>,
    ) -> Result<(Secret<u32>, Secret<Element>), PresentError> {
        let code = self.code(holding)?;
        let witness = holding.set(self.set)?.witness(*code.expose()).ok_or(PresentError::Unprovable)?;
        Ok((code, witness))
    }

    pub(in crate::presentation::statement) fn draft(
        &self,
        holding: &Holding<'_>,
        draft: &mut Draft<'_, impl CryptoRngCore>,
    ) -> Result<(), PresentError> {
        let (_, witness) = self.witness(holding)?;
        let blind = draft.blinded(self.mode, witness.expose().as_point())?;
        draft.secret(blind.expose());
        Ok(())
    }
}

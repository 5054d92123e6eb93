//! How a code is shown to be of a set: its witness, blinded.

use super::OneOf;
use crate::group::{Base, Element, Scalar};
use crate::presentation::error::PresentError;
use crate::presentation::relation::{KeyedPair, WitnessBuilder};
use crate::presentation::statement::ProverInput;
use crate::presentation::statement::prove::Prove;
use crate::secret::Secret;

impl OneOf {
    fn code(&self, input: &ProverInput<'_>) -> Result<Secret<u32>, PresentError> {
        let number = input.number(self.subject)?;
        u32::try_from(*number.expose()).map(Secret::new).map_err(|_| PresentError::UnknownAttribute)
    }

    /// The code and its witness.
    fn witness(&self, input: &ProverInput<'_>) -> Result<(Secret<u32>, Secret<Element>), PresentError> {
        let code = self.code(input)?;
        let witness = input.set(self.set)?.witness(*code.expose()).ok_or(PresentError::Unprovable)?;
        Ok((code, witness))
    }
}

impl Prove for OneOf {
    fn check_provable(&self, input: &ProverInput<'_>) -> Result<(), PresentError> {
        let (set, code) = (input.set(self.set)?, self.code(input)?);
        if set.has(*code.expose()) { Ok(()) } else { Err(PresentError::NotInSet(self.subject)) }
    }

    fn draft(&self, input: &ProverInput<'_>, draft: &mut WitnessBuilder<'_>) -> Result<(), PresentError> {
        let (_, witness) = self.witness(input)?;
        let blind = draft.blinded(self.mode, witness.expose().as_point())?;
        draft.secret(blind.expose());
        Ok(())
    }

    fn keyed_pair(&self, input: &ProverInput<'_>) -> Result<Option<KeyedPair>, PresentError> {
        let (code, witness) = self.witness(input)?;
        let code = Secret::new(Scalar::from(*code.expose()));
        Ok(Some(KeyedPair::new(witness.expose().as_point(), Base::Set.point(), code.expose())))
    }
}

//! The holder's side.

use super::Pseudonymous;
use crate::presentation::error::PresentError;
use crate::presentation::relation::{KeyedPair, WitnessBuilder};
use crate::presentation::statement::ProverInput;
use crate::presentation::statement::prove::Prove;

impl Prove for Pseudonymous {
    fn check_provable(&self, _: &ProverInput<'_>) -> Result<(), PresentError> {
        Ok(())
    }

    fn draft(&self, input: &ProverInput<'_>, draft: &mut WitnessBuilder<'_>) -> Result<(), PresentError> {
        let base = self.scope.pseudonym_base(input.verifier);
        draft.point(input.credential.pseudonym.expose(), base.as_point());
        Ok(())
    }

    fn keyed_pair(&self, _: &ProverInput<'_>) -> Result<Option<KeyedPair>, PresentError> {
        Ok(None)
    }
}

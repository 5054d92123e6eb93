//! How a pseudonym is made.

use super::Pseudonymous;
use crate::presentation::error::PresentError;
use crate::presentation::relation::WitnessBuilder;
use crate::presentation::statement::ProverInput;
use crate::presentation::statement::prove::Prove;

impl Prove for Pseudonymous {
    fn draft(&self, input: &ProverInput<'_>, draft: &mut WitnessBuilder<'_>) -> Result<(), PresentError> {
        let base = self.scope.pseudonym_base(input.verifier);
        draft.point(input.credential.pseudonym.expose(), base.as_point());
        Ok(())
    }
}

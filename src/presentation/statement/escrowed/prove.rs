//! How a handle is encrypted to auditors.

use super::Escrowed;
use crate::group::Base;
use crate::presentation::error::PresentError;
use crate::presentation::relation::WitnessBuilder;
use crate::presentation::statement::ProverInput;
use crate::presentation::statement::prove::Prove;

impl Prove for Escrowed {
    fn draft(&self, input: &ProverInput<'_>, draft: &mut WitnessBuilder<'_>) -> Result<(), PresentError> {
        let [_, flag] = &input.credential.witnesses;
        let blind = draft.random();
        draft.point(blind.expose(), &draft.base(Base::Basepoint));
        draft.sum([(flag.handle().scalar(), draft.base(Base::Escrow)), (blind.expose(), self.auditors.0.point())]);
        draft.secret(blind.expose());
        Ok(())
    }
}

//! The holder's side.

use rand_core::CryptoRngCore;

use super::Escrowed;
use crate::group::Base;
use crate::presentation::PresentError;
use crate::presentation::draft::Draft;
use crate::presentation::statement::prove::Holding;

impl Escrowed {
    pub(in crate::presentation::statement) fn draft(
        &self,
        holding: &Holding<'_>,
        draft: &mut Draft<'_, impl CryptoRngCore>,
    ) -> Result<(), PresentError> {
        let [_, flag] = &holding.credential.witnesses;
        let blind = draft.random();
        draft.point(blind.expose(), &draft.base(Base::Basepoint));
        draft.sum([(flag.handle().scalar(), draft.base(Base::Escrow)), (blind.expose(), self.auditors.0.point())]);
        draft.secret(blind.expose());
        Ok(())
    }
}

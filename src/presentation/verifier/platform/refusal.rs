//! By which check a platform refuses a call, for `hazmat` alone.

use alloc::vec::Vec;

use super::Platform;
use crate::calendar::Timestamp;
use crate::error::Check;
use crate::presentation::desk::VerdictMessage;
use crate::presentation::verifier::known::Known;
use crate::presentation::verifier::memory::TellsTaken;
use crate::presentation::verifier::replay::RegisterFailure;

/// An answer, and the check by which it refuses.
type Answer = (VerdictMessage, Option<Check>);

impl<R: TellsTaken> Platform<R> {
    /// The answers that [`Platform::answer_batch`] gives, and of those that refuse the check.
    pub(crate) fn answer_with_checks(
        &self,
        calls: &[&[u8]],
        now: Timestamp,
    ) -> Result<Vec<Answer>, RegisterFailure<R::Error>> {
        let known = self.known.get();
        let checked = Known::check(&known, calls, now, |item, keys| item.vartime_refused_by(keys));
        let mut recorded = Vec::new();
        let mut taken = Vec::new();
        for row in checked.to_record() {
            taken.push(self.register.taken(row));
            recorded.extend(self.register.record(core::slice::from_ref(row)).map_err(RegisterFailure::Register)?);
        }
        let verdicts = self.signed(checked.conclude(&recorded, &self.verdict_key)?);
        let checks = checked.checks(&taken);
        Ok(verdicts.into_iter().zip(checks).collect())
    }
}

//! The statement as a sentence.

use alloc::format;
use alloc::string::String;

use super::Escrowed;
use crate::presentation::PresentError;
use crate::presentation::statement::words::Wording;

impl Escrowed {
    pub(in crate::presentation::statement) fn sentence(&self, wording: &Wording<'_>) -> Result<String, PresentError> {
        let mut known = wording.auditors.iter();
        let auditors = known.find(|auditor| auditor.key() == self.auditors.to_bytes());
        // The directory names the group by its key, and not how many of it that takes (spec 13): it need not be all.
        let (auditors, condition) = (auditors.ok_or(PresentError::UnknownAuditors)?.name(), &self.condition);
        Ok(wording.language.choose(
            format!(
                "Enough of the auditors “{auditors}” together can find out who you are, on this condition: “{condition}”."
            ),
            format!("在“{condition}”的条件下，审计方“{auditors}”中足够多的成员共同可查明您的身份。"),
        ))
    }
}

//! The statement as a sentence.

use alloc::format;
use alloc::string::String;

use super::Escrowed;
use crate::presentation::error::PresentError;
use crate::presentation::statement::Wording;

impl Escrowed {
    /// Who can find out: the directory says how many of how many, so that no group passes for a larger one (spec 13 §2).
    pub(in crate::presentation::statement) fn sentence(&self, wording: &Wording<'_>) -> Result<String, PresentError> {
        let mut known = wording.auditors.iter();
        let auditors = known.find(|auditor| auditor.key() == self.auditors.to_bytes());
        let auditors = auditors.ok_or(PresentError::UnknownAuditors)?;
        let (name, condition) = (auditors.name(), &self.condition);
        let (t, n) = (auditors.threshold().number(), auditors.count().number());
        let (english, chinese) = match (t, n) {
            (_, 1) => (format!("The auditor “{name}” alone"), format!("审计方“{name}”可单独")),
            (1, _) => {
                (format!("Any one of the {n} auditors “{name}”"), format!("审计方“{name}”{n}名成员中的任何一名均可"))
            }
            (t, n) if t == n => {
                (format!("All {n} of the auditors “{name}” together"), format!("审计方“{name}”全部{n}名成员共同可"))
            }
            (t, n) => (
                format!("Any {t} of the {n} auditors “{name}” together"),
                format!("审计方“{name}”{n}名成员中的任意{t}名共同可"),
            ),
        };
        Ok(wording.language.choose(
            format!("{english} can find out who you are, on this condition: “{condition}”."),
            format!("在“{condition}”的条件下，{chinese}查明您的身份。"),
        ))
    }
}

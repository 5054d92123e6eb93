//! An escrow in words.

use alloc::format;
use alloc::string::String;

use super::Escrowed;
use crate::presentation::error::PresentError;
use crate::presentation::statement::Wording;
use crate::presentation::statement::words::Say;

impl Say for Escrowed {
    /// Who can find out: the directory says how many of how many, so that no group passes for a
    /// larger one (spec 13 §2).
    fn sentence(&self, wording: &Wording<'_>) -> Result<String, PresentError> {
        let mut known = wording.auditors.iter();
        let auditors = known.find(|auditor| auditor.key() == self.auditors.to_bytes());
        let auditors = auditors.ok_or(PresentError::UnknownAuditors)?;
        let (name, condition) = (auditors.name(), &self.condition);
        let (t, n) = (auditors.threshold().number(), auditors.count().number());
        let (english, chinese) = match (t, n) {
            (_, 1) => (format!("The auditor “{name}” alone"), format!("审计方“{name}”可单独")),
            (1, _) => {
                (format!("Any one of the {n} auditors “{name}”"), format!("审计方“{name}”的{n}名成员中任何一名均可"))
            }
            (t, n) if t == n => {
                (format!("All {n} of the auditors “{name}” together"), format!("审计方“{name}”的全部{n}名成员可共同"))
            }
            (t, n) => (
                format!("Any {t} of the {n} auditors “{name}” together"),
                format!("审计方“{name}”的{n}名成员中任意{t}名可共同"),
            ),
        };
        Ok(wording.language.choose(
            format!("{english} can find out who you are, and should do so only on this condition: “{condition}”."),
            format!("{chinese}查明您的身份，且只应在满足以下条件时查明：“{condition}”。"),
        ))
    }
}

//! How an element makes its nonces, in the words of the person whose phone it is in (check 05-21).

use crate::device::Nonces;
use crate::presentation::language::Language;

impl Nonces {
    /// One sentence for the holder, before the response to the request is received, where the
    /// element's nonces repeat; of others there is nothing to say (spec 17 §4).
    #[must_use]
    pub fn warning(self, language: Language) -> Option<&'static str> {
        match self {
            Self::Fresh => None,
            Self::Deterministic => Some(language.choose(
                "This phone’s secure element repeats itself: whoever can use it later can recognise where you \
                 showed this credential, and prove it to others.",
                "本机安全元件的签名会重复：日后能使用它的人可辨认出您在何处出示过此网证，并可向他人证明。",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Check 05-21.
    #[test]
    fn a_person_is_told_of_nonces_that_repeat_and_of_no_others() {
        for language in [Language::English, Language::Chinese] {
            assert_eq!(Nonces::Fresh.warning(language), None);
            let said = Nonces::Deterministic.warning(language).unwrap();
            assert_eq!(said.contains("secure element"), language == Language::English);
            assert_eq!(said.contains("安全元件"), language == Language::Chinese);
        }
    }
}

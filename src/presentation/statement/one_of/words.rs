//! The statement as a sentence: all codes are named, however many, or the factors that all of them
//! have.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::OneOf;
use crate::credential::AssuranceFactors;
use crate::presentation::error::PresentError;
use crate::presentation::statement::Wording;
use crate::presentation::statement::factors::names;
use crate::presentation::statement::words::Say;
use crate::presentation::subject::Subject;

impl Say for OneOf {
    fn sentence(&self, wording: &Wording<'_>) -> Result<String, PresentError> {
        let named = wording.sets.iter().find(|set| set.digest() == self.set);
        let codes = named.ok_or(PresentError::UnknownSet(self.set))?.codes();
        let language = wording.language;
        if let Some(factors) = (self.subject == Subject::Factors).then(|| required(codes)).flatten() {
            let names = names(language, factors);
            return Ok(language.choose(
                format!("It will learn that your enrolment included: {}.", names.join(", ")),
                format!("对方将得知您办理网证时经过以下核验：{}。", names.join("、")),
            ));
        }
        if let [code] = codes {
            return wording.disclosed(self.subject, u64::from(*code));
        }
        let name = wording.name(self.subject)?;
        let codes: Vec<String> = codes.iter().map(|code| wording.value(self.subject, u64::from(*code))).collect();
        Ok(language.choose(
            format!("It will learn that your {name} is one of: {}.", codes.join(", ")),
            format!("对方将得知您的{name}是以下之一：{}。", codes.join("、")),
        ))
    }
}

/// The factors that a set requires, if it is all sets of factors that have them.
fn required(codes: &[u32]) -> Option<AssuranceFactors> {
    let common = codes.iter().copied().reduce(|one, other| one & other)?;
    let factors = AssuranceFactors::from_bits(u16::try_from(common).ok()?).ok()?;
    (factors != AssuranceFactors::default() && factors.supersets() == codes).then_some(factors)
}

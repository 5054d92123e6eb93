//! A limit in words.

use alloc::format;
use alloc::string::String;

use super::RateLimited;
use crate::presentation::error::PresentError;
use crate::presentation::language::moment;
use crate::presentation::statement::Wording;
use crate::presentation::statement::words::Say;

impl Say for RateLimited {
    fn sentence(&self, wording: &Wording<'_>) -> Result<String, PresentError> {
        let (scope, uses) = (self.scope.as_str(), self.uses);
        let (from, until) = (moment(wording.language, self.from), moment(wording.language, self.until));
        let often = if uses == 1 { String::from("once") } else { format!("{uses} times") };
        Ok(wording.language.choose(
            format!("It counts this towards “{scope}”: at most {often} from {from} to {until}."),
            format!("本次计入“{scope}”，自 {from} 至 {until} 最多{uses}次。"),
        ))
    }
}

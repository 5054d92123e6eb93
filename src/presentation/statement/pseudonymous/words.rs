//! A pseudonym in words.

use alloc::format;
use alloc::string::String;

use super::Pseudonymous;
use crate::presentation::error::PresentError;
use crate::presentation::statement::Wording;
use crate::presentation::statement::words::Say;

impl Say for Pseudonymous {
    fn sentence(&self, wording: &Wording<'_>) -> Result<String, PresentError> {
        let scope = self.scope.as_str();
        Ok(wording.language.choose(
            format!(
                "It, and anyone else who asks under this name, will recognise you again by a pseudonym for “{scope}”, \
                 which is of no use under other names."
            ),
            format!("对方及以此名称请求核验的任何他人，都将凭用于“{scope}”的网号再次认出您；该网号在其他名称下无用。"),
        ))
    }
}

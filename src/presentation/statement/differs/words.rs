//! An inequality in words.

use alloc::format;
use alloc::string::String;

use super::Differs;
use crate::presentation::error::PresentError;
use crate::presentation::language::hex;
use crate::presentation::statement::Wording;
use crate::presentation::statement::words::Say;
use crate::presentation::subject::Subject;
use crate::schema::Value;

impl Say for Differs {
    fn sentence(&self, wording: &Wording<'_>) -> Result<String, PresentError> {
        let name = wording.name(Subject::Attribute(self.attribute))?;
        let value = match (&self.value, self.value.number()) {
            (value, Some(number)) => wording.number(value.kind(), number),
            (Value::Text(text), None) => format!("“{text}”"),
            (Value::Digest(digest), None) => hex(digest),
            (_, None) => return Err(PresentError::UnknownAttribute),
        };
        Ok(wording.language.choose(
            format!("It will learn that your {name} is not {value}."),
            format!("对方将得知您的{name}不是{value}。"),
        ))
    }
}

//! An interval in words.

use alloc::format;
use alloc::string::String;

use super::Between;
use crate::presentation::error::PresentError;
use crate::presentation::statement::Wording;
use crate::presentation::statement::words::Say;
use crate::schema::AttributeKind;

impl Say for Between {
    fn sentence(&self, wording: &Wording<'_>) -> Result<String, PresentError> {
        let name = wording.name(self.subject)?;
        let kind = self.subject.kind(wording.schema).ok_or(PresentError::UnknownAttribute)?;
        let (low, high) = (wording.number(kind, self.low), wording.number(kind, self.high));
        let bounds = (self.low > 0, Some(self.high) < kind.max_number(), kind == AttributeKind::Date);
        let (english, chinese) = match bounds {
            _ if self.low == self.high => (format!("is {low}"), format!("是{low}")),
            (true, true, _) => (format!("is from {low} to {high}"), format!("在{low}至{high}之间")),
            (true, false, true) => (format!("is {low} or later"), format!("不早于{low}")),
            (true, false, false) => (format!("is at least {low}"), format!("不小于{low}")),
            (false, _, true) => (format!("is {high} or earlier"), format!("不晚于{high}")),
            (false, _, false) => (format!("is at most {high}"), format!("不大于{high}")),
        };
        let language = wording.language;
        Ok(language
            .choose(format!("It will learn that your {name} {english}."), format!("对方将得知您的{name}{chinese}。")))
    }
}

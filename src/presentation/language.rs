//! The two languages, and what every sentence is made with.

use alloc::format;
use alloc::string::String;
use core::fmt::Write;

use crate::calendar::{Days, Timestamp};
use crate::schema::Attribute;

/// The language of what a person reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// 简体中文.
    Chinese,
}

impl Language {
    /// The text in this language.
    pub(crate) fn choose<T>(self, english: T, chinese: T) -> T {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }
}

/// A day and a time of UTC; beyond the calendar's end, that it is there.
pub(crate) fn moment(language: Language, time: Timestamp) -> String {
    let (hours, minutes) = (time.as_secs() / 3600 % 24, time.as_secs() / 60 % 60);
    match (time.day(), Days::MAX_DATE) {
        (Some(day), _) => format!("{day} {hours:02}:{minutes:02} UTC"),
        (None, last) => language.choose(format!("some time after {last}"), format!("{last} 之后某时")),
    }
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let written = write!(text, "{byte:02x}");
        debug_assert!(written.is_ok());
        text
    })
}

/// What an attribute is called, quoted: the label is its schema's.
pub(crate) fn label(language: Language, attribute: &Attribute) -> String {
    format!("“{}”", language.choose(attribute.english(), attribute.chinese()))
}

//! Attribute values and the scalars they stand for (spec 04 §2).

use alloc::string::String;
use core::fmt;

use zeroize::Zeroize;

use super::SchemaError;
use crate::calendar::Days;
use crate::codec::{Reader, Writer};
use crate::error::DecodeError;
use crate::group::{Scalar, TaggedHash};
use crate::template::Template;

/// The most bytes of a text.
const MAX_TEXT_LEN: usize = 256;

/// What the values of an attribute are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum AttributeKind {
    /// A day, 16 bits.
    Date = 1,
    /// A number, 64 bits.
    Number = 2,
    /// A code of some register, 32 bits.
    Code = 3,
    /// A text of at most 256 bytes of UTF-8, hashed to a scalar. Any text at all: who shows it in a
    /// page escapes it.
    Text = 4,
    /// A 32-byte digest, hashed to a scalar.
    Digest = 5,
    /// The template of a face: many small integers, packed into scalars. It is never disclosed.
    Template = 6,
}

impl AttributeKind {
    /// The largest number that a value of this kind can be; none for what is hashed.
    #[must_use]
    pub const fn max_number(self) -> Option<u64> {
        match self {
            Self::Date => Some(u16::MAX as u64),
            Self::Number => Some(u64::MAX),
            Self::Code => Some(u32::MAX as u64),
            Self::Text | Self::Digest | Self::Template => None,
        }
    }
}

impl TryFrom<u64> for AttributeKind {
    type Error = DecodeError;

    fn try_from(value: u64) -> Result<Self, DecodeError> {
        Ok(match value {
            1 => Self::Date,
            2 => Self::Number,
            3 => Self::Code,
            4 => Self::Text,
            5 => Self::Digest,
            6 => Self::Template,
            _ => return Err(DecodeError::OutOfRange),
        })
    }
}

/// The value of an attribute. Wiped on drop; printed by `Debug` as its kind alone.
#[derive(PartialEq, Eq)]
pub enum Value {
    /// A day since 1900-01-01; 65535 stands for 长期.
    Date(Days),
    /// A number.
    Number(u64),
    /// A code.
    Code(u32),
    /// A text.
    Text(String),
    /// A digest.
    Digest([u8; 32]),
    /// The template of a face.
    Template(Template),
}

impl Value {
    /// What kind of value this is.
    #[must_use]
    pub const fn kind(&self) -> AttributeKind {
        match self {
            Self::Date(_) => AttributeKind::Date,
            Self::Number(_) => AttributeKind::Number,
            Self::Code(_) => AttributeKind::Code,
            Self::Text(_) => AttributeKind::Text,
            Self::Digest(_) => AttributeKind::Digest,
            Self::Template(_) => AttributeKind::Template,
        }
    }

    /// The number that a date, a number or a code is.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Date(days) => Some(u64::from(days.number())),
            Self::Number(number) => Some(*number),
            Self::Code(code) => Some(u64::from(*code)),
            Self::Text(_) | Self::Digest(_) | Self::Template(_) => None,
        }
    }

    pub(super) const fn check(&self) -> Result<(), SchemaError> {
        match self {
            Self::Text(text) if text.len() > MAX_TEXT_LEN => Err(SchemaError::TextTooLong),
            _ => Ok(()),
        }
    }

    /// `m`: the number itself for dates, numbers and codes, a tagged hash for texts and digests
    /// (spec 04 §2); none for a template, which has many.
    pub(crate) fn scalar(&self) -> Option<Scalar> {
        Some(match self {
            Self::Date(days) => Scalar::from(days.number()),
            Self::Number(number) => Scalar::from(*number),
            Self::Code(code) => Scalar::from(*code),
            Self::Text(text) => TaggedHash::new("attribute-text").part(text.as_bytes()).scalar(),
            Self::Digest(digest) => TaggedHash::new("attribute-digest").part(digest).scalar(),
            Self::Template(_) => return None,
        })
    }

    /// A second copy, made on purpose: to disclose it, or where it is a verifier's and no secret.
    pub(crate) fn duplicate(&self) -> Self {
        match self {
            Self::Date(days) => Self::Date(*days),
            Self::Number(number) => Self::Number(*number),
            Self::Code(code) => Self::Code(*code),
            Self::Text(text) => Self::Text(text.clone()),
            Self::Digest(digest) => Self::Digest(*digest),
            Self::Template(template) => Self::Template(template.duplicate()),
        }
    }

    /// The bytes that a value of this kind has in a padded message, and none has more: so lengths
    /// tell nothing of values.
    pub(crate) fn padded_len(&self) -> usize {
        match self {
            Self::Date(_) | Self::Code(_) => 8,
            Self::Number(_) => 16,
            Self::Digest(_) => 40,
            Self::Text(_) => 264,
            Self::Template(template) => 8 + template.len(),
        }
    }

    /// An array of kind and value.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.array(2);
        writer.uint(self.kind() as u64);
        match self {
            Self::Date(days) => writer.uint(u64::from(days.number())),
            Self::Number(number) => writer.uint(*number),
            Self::Code(code) => writer.uint(u64::from(*code)),
            Self::Text(text) => writer.text(text),
            Self::Digest(digest) => writer.bytes(digest),
            Self::Template(template) => template.write(writer),
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::read_with(reader, |reader| reader.text(MAX_TEXT_LEN))
    }

    /// A value whose text a rule of its own is about.
    pub(crate) fn read_with(
        reader: &mut Reader<'_>,
        text: impl FnOnce(&mut Reader<'_>) -> Result<String, DecodeError>,
    ) -> Result<Self, DecodeError> {
        reader.array_of(2)?;
        Ok(match AttributeKind::try_from(reader.uint::<u64>()?)? {
            AttributeKind::Date => Self::Date(Days::from_number(reader.uint()?)),
            AttributeKind::Number => Self::Number(reader.uint()?),
            AttributeKind::Code => Self::Code(reader.uint()?),
            AttributeKind::Text => Self::Text(text(reader)?),
            AttributeKind::Digest => Self::Digest(reader.bytes_of()?),
            AttributeKind::Template => Self::Template(Template::read(reader)?),
        })
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        match self {
            Self::Date(days) => days.zeroize(),
            Self::Number(number) => number.zeroize(),
            Self::Code(code) => code.zeroize(),
            Self::Text(text) => text.zeroize(),
            Self::Digest(digest) => digest.zeroize(),
            Self::Template(template) => template.wipe(),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}(redacted)", self.kind())
    }
}

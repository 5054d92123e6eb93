//! Which hidden value a statement is about (spec 12 §1), and which two are linked.

use core::fmt;

use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, check};
use crate::group::MAX_ARITY;
use crate::schema::{AttributeIndex, AttributeKind, Schema};

/// A value of a credential that stays hidden while something is proven of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// An attribute of the schema.
    Attribute(AttributeIndex),
    /// How the person was checked at enrolment.
    Factors,
    /// The day since which the pseudonym stands.
    Since,
}

impl Subject {
    /// This value of the credential with this index.
    pub(crate) const fn of(self, credential: usize) -> Target {
        Target { credential, subject: self }
    }

    /// Attributes come first, so there are [`MAX_ARITY`] numbers before this one.
    const FACTORS: u8 = 32;
    const SINCE: u8 = 33;

    /// Its number in messages: an attribute's place, 32 for the factors, 33 for the day.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Attribute(index) => index.number(),
            Self::Factors => Self::FACTORS,
            Self::Since => Self::SINCE,
        }
    }

    /// What kind of value it is, if the schema has it.
    pub(crate) fn kind(self, schema: &Schema) -> Option<AttributeKind> {
        match self {
            Self::Attribute(index) => schema.attribute(index).map(crate::schema::Attribute::kind),
            Self::Factors => Some(AttributeKind::Code),
            Self::Since => Some(AttributeKind::Date),
        }
    }

    pub(crate) fn write(self, writer: &mut Writer) {
        writer.uint(u64::from(self.number()));
    }

    /// The subject of a statement in a request.
    pub(crate) fn read_asked(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.in_range(check!("12-2"), Self::read)
    }

    /// The same, of a statement that is about attributes alone.
    pub(crate) fn read_asked_attribute(reader: &mut Reader<'_>) -> Result<AttributeIndex, DecodeError> {
        reader.in_range(check!("12-2"), |reader| match Self::read(reader)? {
            Self::Attribute(index) => Ok(index),
            Self::Factors | Self::Since => Err(DecodeError::OutOfRange),
        })
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.uint::<u8>()? {
            Self::FACTORS => Ok(Self::Factors),
            Self::SINCE => Ok(Self::Since),
            number if number < Self::FACTORS => Ok(Self::Attribute(AttributeIndex(number))),
            _ => Err(DecodeError::OutOfRange),
        }
    }
}

impl fmt::Display for Subject {
    /// Writes an attribute as its place, which the schema has a name for.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute(index) => write!(f, "attribute {}", index.number()),
            Self::Factors => f.write_str("the enrolment method"),
            Self::Since => f.write_str("the pseudonym's start date"),
        }
    }
}

/// A hidden value of one of the credentials of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Target {
    /// Which credential, counted from 0.
    pub(crate) credential: usize,
    /// Which of its values.
    pub(crate) subject: Subject,
}

/// "This attribute of the first credential has the same value as that one of the second." Both are
/// one person's if only one has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// Of the first credential, not disclosed.
    pub first: AttributeIndex,
    /// Of the second credential, not disclosed, of the same kind.
    pub second: AttributeIndex,
}

impl Link {
    /// The two values.
    pub(crate) const fn targets(self) -> [Target; 2] {
        [Subject::Attribute(self.first).of(0), Subject::Attribute(self.second).of(1)]
    }
}

const _: () = assert!(Subject::FACTORS as usize == MAX_ARITY);

//! What permits a verifier to ask a statement (spec 15 §1.2).

use super::{AuditorsKey, Scope};
use crate::error::DecodeError;
use crate::presentation::subject::Subject;

/// A kind of statement about a hidden value, or its being linked. Where the value may lie is the
/// verifier's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum StatementKind {
    /// It is the same as an attribute of another credential: [`Link`](crate::presentation::Link).
    Same = 0,
    /// It lies in an interval: [`Between`](crate::presentation::Between).
    Between = 1,
    /// It is one of a set: [`OneOf`](crate::presentation::OneOf).
    OneOf = 2,
    /// It is not a given one: [`Differs`](crate::presentation::Differs).
    Differs = 3,
    /// It is the template of the face that a camera sees: [`Face`](crate::presentation::Face).
    Face = 4,
}

/// What a certificate must say for a statement to be asked.
pub(crate) enum Permission<'a> {
    /// This kind about this subject.
    About(StatementKind, Subject),
    /// A pseudonym in this scope.
    Pseudonym(&'a Scope),
    /// A limit in this scope.
    Limit(&'a Scope),
    /// An escrow to these auditors.
    Escrow(&'a AuditorsKey),
}

impl StatementKind {
    /// Whether a request can have such a statement about this.
    pub(crate) const fn is_about(self, subject: Subject) -> bool {
        match subject {
            Subject::Attribute(_) => true,
            Subject::Factors => matches!(self, Self::OneOf),
            Subject::Since => matches!(self, Self::Between),
        }
    }
}

impl TryFrom<u64> for StatementKind {
    type Error = DecodeError;

    fn try_from(value: u64) -> Result<Self, DecodeError> {
        match value {
            0 => Ok(Self::Same),
            1 => Ok(Self::Between),
            2 => Ok(Self::OneOf),
            3 => Ok(Self::Differs),
            4 => Ok(Self::Face),
            _ => Err(DecodeError::OutOfRange),
        }
    }
}

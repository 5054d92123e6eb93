//! What a presentation says, one folder or file for each kind of statement (spec 06 §4, spec 12).
//!
//! Each kind adds its equations to the relation in `state`, which prover and verifier both call, so that they cannot drift apart.
//! `state` takes points and introduces scalars in the order in which the `draft` in `prove.rs` beside it makes them; `words.rs`
//! says the statement to a person. A new statement is a new folder here and a line in each `match` below.

pub(in crate::presentation) mod between;
pub(in crate::presentation) mod credential;
pub(in crate::presentation) mod differs;
pub(in crate::presentation) mod escrowed;
pub(in crate::presentation) mod limited;
pub(in crate::presentation) mod one_of;
mod prove;
pub(in crate::presentation) mod pseudonymous;
mod scope;
mod words;

pub use between::Between;
pub use differs::Differs;
pub use escrowed::{AuditorsKey, Escrowed};
pub use limited::RateLimited;
pub use one_of::OneOf;
pub use pseudonymous::{Pseudonym, Pseudonymous};
pub use scope::Scope;

pub(in crate::presentation) use prove::ProverInput;
pub(in crate::presentation) use words::Wording;

use alloc::vec::Vec;

use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, Refused};
use crate::presentation::error::RequestError;
use crate::presentation::relation::{CredentialVars, RelationBuilder};
use crate::presentation::subject::Subject;
use crate::schema::{AttributeIndex, Schema};

/// Something that a verifier wants proven of a credential, beyond that it was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Statement {
    /// A number lies in an interval.
    Between(Between),
    /// A code is one of a set.
    OneOf(OneOf),
    /// A value is not this one.
    Differs(Differs),
    /// The holder shows its pseudonym for a scope.
    Pseudonymous(Pseudonymous),
    /// The holder shows itself a limited number of times in a scope and period.
    RateLimited(RateLimited),
    /// Auditors can find out who the holder is, under a condition.
    Escrowed(Escrowed),
}

/// What a statement needs to know besides its credential.
pub(in crate::presentation) struct Context<'a> {
    /// Who asks: part of every scope.
    pub(in crate::presentation) verifier: &'a str,
    /// Where the verifier finds the key of the next set.
    pub(in crate::presentation) sets: core::slice::Iter<'a, usize>,
}

impl Statement {
    const fn number(&self) -> u8 {
        match self {
            Self::Between(_) => 1,
            Self::OneOf(_) => 2,
            Self::Differs(_) => 3,
            Self::Pseudonymous(_) => 4,
            Self::RateLimited(_) => 5,
            Self::Escrowed(_) => 6,
        }
    }

    /// The value that it is about, if it is about one.
    pub(in crate::presentation) const fn subject(&self) -> Option<Subject> {
        match self {
            Self::Between(statement) => Some(statement.subject),
            Self::OneOf(statement) => Some(statement.subject),
            Self::Differs(statement) => Some(Subject::Attribute(statement.attribute)),
            Self::Pseudonymous(_) | Self::RateLimited(_) | Self::Escrowed(_) => None,
        }
    }

    /// The attribute that it is about, which must not be disclosed.
    pub(in crate::presentation) const fn attribute(&self) -> Option<AttributeIndex> {
        match self.subject() {
            Some(Subject::Attribute(index)) => Some(index),
            _ => None,
        }
    }

    /// Whether it is worth something only if a person has one credential, so if the status list says that this is the one (spec 12 §6, §7).
    pub(in crate::presentation) const fn counts_persons(&self) -> bool {
        matches!(self, Self::Pseudonymous(_) | Self::RateLimited(_))
    }

    /// Statements stand in this order, no two at one place: one of each kind for each subject, but of values that a subject is not as
    /// many as one likes (spec 12 §1).
    pub(in crate::presentation) fn order(&self) -> (u8, u8, Vec<u8>) {
        let value = if let Self::Differs(differs) = self { differs.value_bytes() } else { Vec::new() };
        (self.number(), self.subject().map_or(0, Subject::number), value)
    }

    /// What can be checked without the schema.
    pub(in crate::presentation) fn check(&self) -> Result<(), RequestError> {
        match self {
            Self::Between(statement) => statement.check(),
            Self::OneOf(statement) => statement.check(),
            Self::Differs(statement) => statement.check(),
            Self::Pseudonymous(statement) => statement.scope.check(),
            Self::RateLimited(statement) => statement.check(),
            Self::Escrowed(statement) => statement.check(),
        }
    }

    /// Whether the schema has its subject, of a kind that it can speak of.
    pub(in crate::presentation) fn fits(&self, schema: &Schema) -> bool {
        match self {
            Self::Between(statement) => statement.interval(schema).is_ok(),
            Self::OneOf(statement) => statement.fits(schema),
            Self::Differs(statement) => statement.fits(schema),
            Self::Pseudonymous(_) | Self::RateLimited(_) | Self::Escrowed(_) => true,
        }
    }

    /// Adds the statement to the relation.
    pub(in crate::presentation) fn state(
        &self,
        builder: &mut RelationBuilder<'_, '_>,
        vars: &CredentialVars<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refused> {
        match self {
            Self::Between(statement) => statement.state(builder, vars),
            Self::OneOf(statement) => statement.state(builder, vars, *context.sets.next().ok_or(Refused)?),
            Self::Differs(statement) => statement.state(builder, vars),
            Self::Pseudonymous(statement) => statement.state(builder, vars, context.verifier),
            Self::RateLimited(statement) => statement.state(builder, vars, context.verifier),
            Self::Escrowed(statement) => statement.state(builder, vars),
        }
    }

    /// An array that begins with the number of the kind.
    pub(in crate::presentation) fn write(&self, writer: &mut Writer) {
        let items = match self {
            Self::Pseudonymous(_) => 2,
            Self::Differs(_) | Self::Escrowed(_) => 3,
            Self::Between(_) | Self::OneOf(_) => 4,
            Self::RateLimited(_) => 5,
        };
        writer.array(items);
        writer.uint(u64::from(self.number()));
        match self {
            Self::Between(statement) => statement.write(writer),
            Self::OneOf(statement) => statement.write(writer),
            Self::Differs(statement) => statement.write(writer),
            Self::Pseudonymous(statement) => statement.scope.write(writer),
            Self::RateLimited(statement) => statement.write(writer),
            Self::Escrowed(statement) => statement.write(writer),
        }
    }

    pub(in crate::presentation) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match (reader.array(5)?, reader.uint::<u64>()?) {
            (4, 1) => Between::read(reader).map(Self::Between),
            (4, 2) => OneOf::read(reader).map(Self::OneOf),
            (3, 3) => Differs::read(reader).map(Self::Differs),
            (2, 4) => Scope::read(reader).map(|scope| Self::Pseudonymous(Pseudonymous { scope })),
            (5, 5) => RateLimited::read(reader).map(Self::RateLimited),
            (3, 6) => Escrowed::read(reader).map(Self::Escrowed),
            (_, 1..=6) => Err(DecodeError::Malformed),
            _ => Err(DecodeError::OutOfRange),
        }
    }
}

//! What a presentation says, one folder for each kind of statement (spec 06 §4, spec 12).
//!
//! A kind says everything about itself: `mod.rs` what it states, its facts and its equations, the
//! same for prover and verifier; `prove.rs` how a holder proves it, with points and scalars in the
//! same order; `words.rs` the sentence that a person reads. A new kind is a new folder here and a
//! line in [`kinds!`]; whatever depends on the kind asks its [`Facts`], and what a verifier takes
//! from its points is found in `claim/layout.rs`.

pub(crate) mod between;
pub(crate) mod credential;
pub(crate) mod differs;
pub(crate) mod escrowed;
pub(crate) mod face;
mod factors;
mod kind;
pub(crate) mod limited;
pub(crate) mod one_of;
mod permission;
mod prove;
pub(crate) mod pseudonymous;
mod scope;
mod words;

pub use between::Between;
pub use differs::Differs;
pub use escrowed::{AuditorsKey, Escrowed};
pub use face::Face;
pub(crate) use kind::{Context, Facts, Leaves, points};
pub use limited::RateLimited;
pub use one_of::OneOf;
pub(crate) use permission::Permission;
pub use permission::StatementKind;
pub(crate) use prove::{FACES_A_DAY, FaceCount, ProverInput};
pub use pseudonymous::{Pseudonym, Pseudonymous};
pub use scope::Scope;
pub(crate) use words::Wording;

use alloc::vec::Vec;

use kind::{Encoding, Kind};

use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, Refusal, Refused, check};
use crate::presentation::error::RequestError;
use crate::presentation::relation::{CredentialVars, RelationBuilder};
use crate::presentation::subject::Subject;
use crate::schema::{AttributeIndex, Schema};
use crate::template::Probe;

/// Makes the type of statements from the kinds, with the one place that tells them apart.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $number:literal => $kind:ident,)+) => {
        /// Something that a verifier wants proven of a credential, beyond that it was issued.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Statement {
            $($(#[doc = $doc])* $kind($kind),)+
        }

        impl Statement {
            fn kind(&self) -> &dyn Kind {
                match self {
                    $(Self::$kind(statement) => statement,)+
                }
            }

            fn kind_mut(&mut self) -> &mut dyn Kind {
                match self {
                    $(Self::$kind(statement) => statement,)+
                }
            }

            const fn number(&self) -> u8 {
                match self {
                    $(Self::$kind(_) => $number,)+
                }
            }

            /// An array that begins with the number of the kind.
            pub(crate) fn write(&self, writer: &mut Writer) {
                match self {
                    $(Self::$kind(statement) => {
                        writer.array(1 + $kind::VALUES);
                        writer.uint($number);
                        statement.write(writer);
                    })+
                }
            }

            pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                reader.under(check!("12-1"), Self::read_array)
            }

            fn read_array(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                const MOST: usize = 1 + most(&[$($kind::VALUES),+]);
                let (items, number) = (reader.array(MOST)?, reader.uint::<u64>()?);
                let values_are = |values| if items == 1 + values { Ok(()) } else { Err(DecodeError::Malformed) };
                match number {
                    $($number => {
                        values_are($kind::VALUES)?;
                        $kind::read(reader).map(Self::$kind)
                    })+
                    _ => Err(DecodeError::OutOfRange),
                }
            }
        }
    };
}

kinds! {
    /// A number lies in an interval.
    1 => Between,
    /// A code is one of a set.
    2 => OneOf,
    /// A value is not this one.
    3 => Differs,
    /// The holder shows its pseudonym for a scope.
    4 => Pseudonymous,
    /// The holder shows itself a limited number of times in a scope and period.
    5 => RateLimited,
    /// Auditors can find out who the holder is, under a condition.
    6 => Escrowed,
    /// The holder's face is the one of the register's photo.
    7 => Face,
}

const fn most(numbers: &[usize]) -> usize {
    let (mut most, mut rest) = (0, numbers);
    while let [number, others @ ..] = rest {
        most = if *number > most { *number } else { most };
        rest = others;
    }
    most
}

impl Statement {
    pub(crate) fn facts(&self) -> Facts<'_> {
        self.kind().facts()
    }

    /// What permits a verifier to ask it.
    pub(crate) fn permission(&self) -> Permission<'_> {
        self.facts().permission
    }

    /// The value that it is about, if it is about one.
    pub(crate) fn subject(&self) -> Option<Subject> {
        self.facts().subject
    }

    /// The attribute that it is about, which must not be disclosed.
    pub(crate) fn attribute(&self) -> Option<AttributeIndex> {
        let Some(Subject::Attribute(index)) = self.subject() else { return None };
        Some(index)
    }

    /// Statements stand in this order, no two at one place: one of each kind for each subject, but
    /// of values that a subject is not as many as one likes (spec 12 §1).
    pub(crate) fn order(&self) -> (u8, u8, Vec<u8>) {
        let Facts { subject, order, .. } = self.facts();
        (self.number(), subject.map_or(0, Subject::number), order)
    }

    /// What a camera sees, of a statement about a face.
    pub(crate) fn probe(&self) -> Option<&Probe> {
        if let Self::Face(face) = self { Some(face.probe()) } else { None }
    }

    /// What can be checked without the schema.
    pub(crate) fn check(&self) -> Result<(), Refusal<RequestError>> {
        self.kind().check()
    }

    /// Whether the schema has its subject, of a kind that it can speak of.
    pub(crate) fn fits(&self, schema: &Schema) -> Result<(), Refused> {
        self.kind().fits(schema)
    }

    /// Has its interval shown by digits, if it states one.
    pub(crate) fn show_by_digits(&mut self, schema: &Schema) -> Result<(), Refused> {
        self.kind_mut().show_by_digits(schema)
    }

    /// Adds the statement to the relation.
    pub(crate) fn build(
        &self,
        builder: &mut RelationBuilder<'_, '_>,
        vars: &CredentialVars<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refused> {
        self.kind().build(builder, vars, context)
    }
}

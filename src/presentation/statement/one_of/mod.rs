//! "This code is one of a set" (spec 12 §4), and "enrolled with these factors", which is one of the
//! sets of factors that have them.
//!
//! ```text
//! α·W̄ = t·V_set − m·W̄        with W̄ = t·W_m
//! ```
//!
//! `W_m` is the witness of the holder's code in the set's table. `W̄ ≠ 0` gives
//! `(α + m)·W = V_set`, and only codes of the set have such a `W`.

mod prove;
pub(super) mod words;

use alloc::vec::Vec;

use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, Refusal, Refused, refusal, refused};
use crate::group::Base;
use crate::presentation::error::RequestError;
use crate::presentation::mode::Mode;
use crate::presentation::relation::{CredentialVars, RelationBuilder, fixed};
use crate::presentation::statement::kind::{Encoding, Facts, Kind, Leaves};
use crate::presentation::statement::{Context, Permission, StatementKind};
use crate::presentation::subject::Subject;
use crate::schema::{AttributeKind, Schema};
use crate::set::SetDigest;

/// The subject is one of the codes of a set: a code of the schema, or the factors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OneOf {
    pub(super) subject: Subject,
    pub(super) set: SetDigest,
    pub(super) mode: Mode,
}

impl OneOf {
    pub(crate) const fn new(subject: Subject, set: SetDigest) -> Self {
        Self { subject, set, mode: Mode::Keyed }
    }

    pub(crate) const fn set_mode(&mut self, mode: Mode) {
        self.mode = mode;
    }

    /// What is in the set.
    #[must_use]
    pub const fn subject(&self) -> Subject {
        self.subject
    }

    /// The set.
    #[must_use]
    pub const fn set(&self) -> SetDigest {
        self.set
    }

    /// Who can verify it.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }
}

impl Kind for OneOf {
    fn facts(&self) -> Facts<'_> {
        Facts {
            subject: Some(self.subject),
            order: Vec::new(),
            commits: false,
            own_points: self.mode.points(),
            mode: Some(self.mode),
            range_width: None,
            digits: None,
            is_single: false,
            counts_persons: false,
            is_hidden_for_ever: true,
            leaves: Leaves::Set(self.set),
            permission: Permission::About(StatementKind::OneOf, self.subject),
        }
    }

    fn check(&self) -> Result<(), Refusal<RequestError>> {
        if self.subject == Subject::Since { Err(refusal!(RequestError::Statement, "12-2")) } else { Ok(()) }
    }

    fn fits(&self, schema: &Schema) -> Result<(), Refused> {
        if self.subject.kind(schema) == Some(AttributeKind::Code) { Ok(()) } else { Err(refused!("12-6")) }
    }

    fn build(
        &self,
        builder: &mut RelationBuilder<'_, '_>,
        vars: &CredentialVars<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refused> {
        let code = vars.scalar(self.subject)?;
        let (witness, image) = builder.take_keyed(self.mode, *context.sets.next().ok_or(refused!("06-49"))?)?;
        let blind = builder.relation.scalar();
        builder.relation.equation(image, alloc::vec![blind * fixed(Base::Set), -(code * witness)]);
        Ok(())
    }
}

impl Encoding for OneOf {
    const VALUES: usize = 3;

    fn write(&self, writer: &mut Writer) {
        self.subject.write(writer);
        writer.bytes(&self.set.0);
        self.mode.write(writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let subject = Subject::read_asked(reader)?;
        let set = SetDigest(reader.bytes_of()?);
        Ok(Self { subject, set, mode: Mode::read(reader)? })
    }
}

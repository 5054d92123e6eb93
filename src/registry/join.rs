//! Handles that stand for one person: what the registry asks for before it makes two person symbols
//! one person's (spec 10 §2.4, §3.4).

use alloc::vec::Vec;
use core::fmt;

use super::flagged::Person;
use super::idempotency::{Appended, Outcome, Request, Revision};
use super::registries::FlagCore;
use super::{Answer, FlagError, Interrupt, Keeper, RowKey, Rows, Transition};
use crate::accumulator::Handle;
use crate::codec::{Body, ENCODED_SCALAR, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::list::ListName;

/// Two flag handles that are about to stand for one person: what the registry hands over before a
/// [`Union`](super::Union).
///
/// Nothing is united yet. The flag registry joins the handles, and its answer
/// is what the union takes.
#[derive(Debug)]
#[must_use = "nothing is united before the flag registry has joined the handles"]
pub struct Joining {
    /// The handle that the document's symbol makes.
    pub document: Handle,
    /// The handle that the person's symbol makes.
    pub person: Handle,
}

/// Type 68 (spec 10 §3.4). It travels encrypted.
impl Body for Joining {
    const TYPE: MessageType = MessageType::Joining;
    const MAX_LEN: usize = 4 + 2 * (1 + ENCODED_SCALAR);
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        self.document.write(writer.key(1));
        self.person.write(writer.key(2));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { document: Handle::read(reader.key(1)?)?, person: Handle::read(reader.key(2)?)? })
    }
}

/// The flag registry's answer to a joining, for the registry (type 45, spec 10 §3.4): cases under
/// either handle flag both. It says nothing of whether there are any, and travels encrypted.
#[derive(PartialEq, Eq)]
pub struct JoinAnswer {
    list: ListName,
    document: Handle,
    person: Handle,
}

impl JoinAnswer {
    pub(super) fn is_for(&self, list: &ListName, joining: &Joining) -> bool {
        self.list == *list && self.document == joining.document && self.person == joining.person
    }
}

impl fmt::Debug for JoinAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JoinAnswer(redacted)")
    }
}

impl Body for JoinAnswer {
    const TYPE: MessageType = MessageType::JoinAnswer;
    const MAX_LEN: usize = 192;
    const FIELDS: u64 = 3;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).array(2);
        self.list.write(writer);
        self.document.write(writer.key(2));
        self.person.write(writer.key(3));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.key(1)?.array_of(2)?;
        let list = ListName::read(reader)?;
        Ok(Self { list, document: Handle::read(reader.key(2)?)?, person: Handle::read(reader.key(3)?)? })
    }
}

/// The transition that makes two handles one person's.
pub struct Join<'a> {
    pub(super) registry: &'a FlagCore,
    pub(super) request: Request,
    pub(super) joining: Joining,
}

/// What a join led to.
#[derive(Debug)]
pub struct Joined {
    /// For the registry.
    pub answer: JoinAnswer,
    /// The person's revision after it.
    pub revision: Revision,
    /// The removals of handles that had no open case, if the others had one.
    pub entries: Vec<Appended>,
}

impl fmt::Debug for Join<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Join(redacted)")
    }
}

impl Join<'_> {
    fn joined(&self, revision: Revision, entries: Vec<Appended>) -> Joined {
        let Joining { document, person } = &self.joining;
        let list = self.registry.list.name().clone();
        let answer = JoinAnswer { list, document: document.duplicate(), person: person.duplicate() };
        Joined { answer, revision, entries }
    }
}

impl Transition for Join<'_> {
    type Output = Answer<Joined>;
    type Refusal = FlagError;

    fn keeper(&self) -> &Keeper {
        &self.registry.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<Answer<Joined>, Interrupt<FlagError>> {
        let Joining { document, person } = &self.joining;
        rows.load([self.request.row(), RowKey::flagged(document), RowKey::flagged(person)])?;
        if let Some(receipt) = self.request.answered(rows, FlagError::KeyReused)? {
            return Ok(Answer::Replayed(self.joined(receipt.revision, receipt.entries)));
        }
        let mut own = Person::of::<FlagError>(rows, person)?;
        let other = Person::of::<FlagError>(rows, document)?;
        let mut entries = Vec::new();
        if own.handle != other.handle {
            let flagged = own.is_flagged() || other.is_flagged();
            for side in [&own, &other] {
                entries.extend(side.follow_cases(self.registry, rows, [side.is_flagged(), flagged])?);
            }
            own.absorb(rows, other)?;
        }
        let revision = own.write(rows);
        self.request.answer(rows, revision, entries.clone(), Outcome::Changed);
        Ok(Answer::Done(self.joined(revision, entries)))
    }
}

//! The rows of flagged persons: what is open under each handle, and which handles are one person's
//! (spec 10 §3, §5.4).

use alloc::vec::Vec;

use super::idempotency::{Appended, MAX_REGISTERED, Revision};
use super::log::Log;
use super::registries::FlagCore;
use super::{CaseId, FlagError, Interrupt, RowKey, Rows, Table};
use crate::accumulator::{Handle, Operation};
use crate::codec::{Body, ENCODED_SCALAR, MessageType, Reader, Writer};
use crate::error::DecodeError;

/// The most cases that are open under one handle.
const MAX_CASES: usize = 1024;

/// A row: one handle. Type 27 (spec 10 §5.4).
#[derive(Default)]
pub(super) struct Flagged {
    /// Opened under this handle: in order, each once.
    cases: Vec<CaseId>,
    pub(super) revision: Revision,
    /// The handle that this one was joined to, whose row says the rest.
    joined: Option<Handle>,
    /// How many cases are open under all handles of the person.
    open: u64,
    /// Those of its handles that are registered: present together, or removed together.
    registered: Vec<Handle>,
}

impl Flagged {
    fn read_or_new<R>(rows: &mut Rows, handle: &Handle) -> Result<Self, Interrupt<R>> {
        Ok(rows.read(&RowKey::flagged(handle))?.unwrap_or_default())
    }

    fn change(&mut self, case: CaseId, open: bool) -> Result<(), FlagError> {
        match (self.cases.binary_search(&case), open) {
            (Ok(_), true) => Err(FlagError::CaseAlreadyOpen),
            (Err(_), true) if self.cases.len() >= MAX_CASES => Err(FlagError::TooManyCases),
            (Err(place), true) => {
                self.cases.insert(place, case);
                Ok(())
            }
            (Ok(place), false) => {
                self.cases.remove(place);
                Ok(())
            }
            (Err(_), false) => Err(FlagError::CaseNotOpen),
        }
    }
}

impl Body for Flagged {
    const TYPE: MessageType = MessageType::Flagged;
    const MAX_LEN: usize = 128 + 17 * MAX_CASES + ENCODED_SCALAR * MAX_REGISTERED;
    const FIELDS: u64 = 5;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).array(self.cases.len());
        self.cases.iter().for_each(|case| writer.bytes(&case.0));
        writer.key(2).uint(self.revision.0);
        writer.key(3).array(usize::from(self.joined.is_some()));
        if let Some(handle) = &self.joined {
            handle.write(writer);
        }
        writer.key(4).uint(self.open);
        writer.key(5).array(self.registered.len());
        self.registered.iter().for_each(|handle| handle.write(writer));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let cases = reader.key(1)?.items(MAX_CASES, |reader| reader.bytes_of().map(CaseId))?;
        let revision = Revision(reader.key(2)?.uint()?);
        let joined = reader.key(3)?.items(1, Handle::read)?.pop();
        let open = reader.key(4)?.uint()?;
        let registered = reader.key(5)?.items(MAX_REGISTERED, Handle::read)?;
        let ordered = cases.is_sorted_by(|one, other| one < other);
        let counted = if joined.is_some() { open == 0 && registered.is_empty() } else { open >= cases.len() as u64 };
        if ordered && counted {
            Ok(Self { cases, revision, joined, open, registered })
        } else {
            Err(DecodeError::OutOfRange)
        }
    }
}

/// A person of the police: all handles that lead to one row.
pub(super) struct Person {
    /// The handle whose row it is.
    pub(super) handle: Handle,
    row: Flagged,
}

impl Person {
    /// The person that this handle stands for; one of its own where nothing is known of it.
    pub(super) fn of<R>(rows: &mut Rows, handle: &Handle) -> Result<Self, Interrupt<R>> {
        let mut person = Self { handle: handle.duplicate(), row: Flagged::read_or_new(rows, handle)? };
        while let Some(handle) = person.row.joined.take() {
            let row: Flagged = Flagged::read_or_new(rows, &handle)?;
            // A join leaves the row that it leads to with the higher revision, so rows never lead
            // in a circle.
            if row.revision <= person.row.revision {
                return Err(Interrupt::Corrupt(Table::Flagged, DecodeError::OutOfRange));
            }
            person = Self { handle, row };
        }
        Ok(person)
    }

    pub(super) const fn is_flagged(&self) -> bool {
        self.row.open > 0
    }

    /// Opens or lifts a case under one of the person's handles.
    pub(super) fn change<R: From<FlagError>>(
        &mut self,
        rows: &mut Rows,
        under: &Handle,
        case: CaseId,
        open: bool,
    ) -> Result<(), Interrupt<R>> {
        let refused = |error: FlagError| Interrupt::Refused(error.into());
        if *under == self.handle {
            self.row.change(case, open).map_err(refused)?;
        } else {
            let mut row = Flagged::read_or_new(rows, under)?;
            row.change(case, open).map_err(refused)?;
            rows.write(RowKey::flagged(under), &row);
        }
        self.row.open = if open { self.row.open.saturating_add(1) } else { self.row.open.saturating_sub(1) };
        Ok(())
    }

    /// Another of its handles was registered.
    pub(super) fn registered(&mut self, handle: &Handle) -> Result<(), FlagError> {
        if self.row.registered.len() >= MAX_REGISTERED {
            return Err(FlagError::TooManyHandles);
        }
        self.row.registered.push(handle.duplicate());
        Ok(())
    }

    /// Removes or restores its registered handles, where its cases have become some, or none.
    pub(super) fn follow_cases(
        &self,
        registry: &FlagCore,
        rows: &mut Rows,
        [before, after]: [bool; 2],
    ) -> Result<Vec<Appended>, Interrupt<FlagError>> {
        let operation = match (before, after) {
            (false, true) => Operation::Remove,
            (true, false) => Operation::Restore,
            _ => return Ok(Vec::new()),
        };
        let log = Log(&registry.list);
        rows.load(self.row.registered.iter().map(|handle| log.element_row(handle)))?;
        self.row.registered.iter().map(|handle| log.append(rows, handle, operation)).collect()
    }

    /// Makes another person's handles this one's; lists are not looked at.
    pub(super) fn absorb(&mut self, rows: &mut Rows, mut other: Self) -> Result<(), FlagError> {
        if self.row.registered.len().saturating_add(other.row.registered.len()) > MAX_REGISTERED {
            return Err(FlagError::TooManyHandles);
        }
        self.row.open = self.row.open.saturating_add(core::mem::take(&mut other.row.open));
        self.row.registered.append(&mut other.row.registered);
        self.row.revision = self.row.revision.max(other.row.revision);
        other.row.joined = Some(self.handle.duplicate());
        rows.write(RowKey::flagged(&other.handle), &other.row);
        Ok(())
    }

    /// Writes the person's row, under its next revision.
    pub(super) fn write(mut self, rows: &mut Rows) -> Revision {
        self.row.revision = self.row.revision.next();
        rows.write(RowKey::flagged(&self.handle), &self.row);
        self.row.revision
    }
}

//! Which documents are one person's: linked, corrected, and two slots merged (spec 10 §2.4).

use alloc::vec::Vec;
use core::fmt;

use super::answer::Changed;
use super::idempotency::{Appended, Request, RequestKind};
use super::join::{JoinAnswer, Joining};
use super::log::Log;
use super::registries::RegistryCore;
use super::slot::{CardRow, Found, PersonRow};
use super::{Answer, IdempotencyKey, Interrupt, Keeper, RegistryError, RowKey, Rows, Transition};
use crate::symbol::PersonSymbol;

/// What makes two person symbols one person's. Who says so is the issuer, after checks of its own.
#[derive(Debug)]
pub enum Union {
    /// Another document of a person. A slot of the document's that never had a credential gives
    /// way; where it has one, the two are merged.
    LinkDocument {
        /// One of the slot that stays.
        person: PersonSymbol,
        /// One of no slot, or of one that never had a credential.
        document: PersonSymbol,
    },
    /// A number that the register corrected: a link, and the former symbol ends.
    Correction {
        /// Nothing is asked under it any more, and it is nobody else's ever.
        from: PersonSymbol,
        /// Takes its place. The slot's flag handle stays.
        to: PersonSymbol,
    },
    /// Two slots of one person, with a credential each.
    Merger {
        /// One of the slot whose credential, pseudonyms, shard and flag handle remain the person's.
        keeps: PersonSymbol,
        /// One of the slot whose credential and pseudonyms end.
        ends: PersonSymbol,
    },
}

/// What the symbols of a union lead to.
struct Sides {
    into: Found,
    /// The slot of the other symbol, where that is another one.
    other: Option<Found>,
    /// The slot that the other symbol was first used for.
    named: Option<PersonRow>,
}

impl Union {
    const fn symbols(&self) -> [&PersonSymbol; 2] {
        match self {
            Self::LinkDocument { person, document } => [person, document],
            Self::Correction { from, to } => [from, to],
            Self::Merger { keeps, ends } => [keeps, ends],
        }
    }

    const fn kind(&self) -> RequestKind {
        match self {
            Self::LinkDocument { .. } => RequestKind::LinkDocument,
            Self::Correction { .. } => RequestKind::Correct,
            Self::Merger { .. } => RequestKind::Merge,
        }
    }

    fn joining(&self, registry: &RegistryCore) -> Result<Joining, RegistryError> {
        let [person, document] = self.symbols().map(|symbol| registry.flag_handle(symbol));
        Ok(Joining { document: document?, person: person? })
    }

    /// Whether it may be made (checks 10-28, 10-4 and 10-30).
    fn sides(&self, rows: &mut Rows) -> Result<Sides, Interrupt<RegistryError>> {
        let [person, document] = self.symbols();
        rows.load([person, document].map(RowKey::person))?;
        let row: PersonRow = rows.read(&RowKey::person(person))?.ok_or(RegistryError::UnknownPerson)?;
        let named = rows.read::<PersonRow, _>(&RowKey::person(document))?;
        let into = Found::follow(rows, row.slot)?;
        let other = named.as_ref().map(|row| Found::follow(rows, row.slot)).transpose()?;
        let other = other.filter(|other| other.id != into.id);
        let one = named.is_some() && other.is_none();
        if one && !(matches!(self, Self::Correction { .. }) && person != document) {
            return Err(RegistryError::AlreadyLinked.into());
        }
        if row.replaced || (!one && named.as_ref().is_some_and(|row| row.replaced)) {
            return Err(RegistryError::PersonReplaced.into());
        }
        let live = other.as_ref().map(|other| other.slot.live.is_some());
        match (self, live) {
            (Self::Merger { .. }, None) => Err(RegistryError::MergesNobody.into()),
            (Self::Merger { .. }, Some(live)) if !live || into.slot.live.is_none() => {
                Err(RegistryError::NotEnrolled.into())
            }
            (Self::LinkDocument { .. } | Self::Correction { .. }, Some(true)) => {
                Err(RegistryError::PersonOfAnotherSlot.into())
            }
            _ => Ok(Sides { into, other, named }),
        }
    }
}

/// The question for the handles that are to be joined before a union. It is refused where the union
/// would be: what the police have joined stays joined. A union that was made is answered too, for a
/// retry.
#[derive(Debug)]
pub struct AskJoining<'a> {
    pub(super) registry: &'a RegistryCore,
    pub(super) union: &'a Union,
}

impl Transition for AskJoining<'_> {
    type Output = Joining;
    type Refusal = RegistryError;

    fn keeper(&self) -> &Keeper {
        &self.registry.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<Joining, Interrupt<RegistryError>> {
        rows.load(self.union.symbols().map(RowKey::person))?;
        let mut slots = Vec::new();
        for symbol in self.union.symbols() {
            if let Some(row) = rows.read::<PersonRow, _>(&RowKey::person(symbol))? {
                slots.push(Found::follow::<RegistryError>(rows, row.slot)?.id);
            }
        }
        match slots.as_slice() {
            [one, other] if one == other => {}
            _ => drop(self.union.sides(rows)?),
        }
        Ok(self.union.joining(self.registry)?)
    }
}

/// The transition that makes two person symbols one person's.
pub struct Unite<'a> {
    registry: &'a RegistryCore,
    request: Request,
    union: Union,
    joined: JoinAnswer,
}

impl fmt::Debug for Unite<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unite(redacted)")
    }
}

impl<'a> Unite<'a> {
    pub(super) fn new(registry: &'a RegistryCore, key: IdempotencyKey, union: Union, joined: JoinAnswer) -> Self {
        let parts = union.symbols().map(|symbol| symbol.as_bytes().as_slice());
        let request = registry.record_key.request(key, union.kind(), parts);
        Self { registry, request, union, joined }
    }

    /// Ends the credential of a slot that is about to end. Its card stays the person's, unless it
    /// was lost or has expired.
    fn end_credential(&self, rows: &mut Rows, ended: &mut Found) -> Result<Vec<Appended>, Interrupt<RegistryError>> {
        let Some(old) = ended.slot.live.take() else { return Ok(Vec::new()) };
        if old.reasons.spoil_the_card() {
            rows.write(RowKey::card(&old.card), &CardRow::replaced(ended.id));
        }
        let appended = Log(&self.registry.status).supersede::<RegistryError>(rows, &old.status)?;
        Ok(appended.into_iter().collect())
    }
}

/// Ends a slot: what leads to it leads to the other from here on.
fn end(rows: &mut Rows, mut ended: Found, into: &mut Found) {
    into.slot.revision = into.slot.revision.max(ended.slot.revision);
    into.slot.last = into.slot.last.max(ended.slot.last);
    ended.slot.merged = Some(into.id);
    rows.delete(RowKey::offer(ended.id));
    rows.write(RowKey::slot(ended.id), &ended.slot);
}

impl Transition for Unite<'_> {
    type Output = Answer<Changed>;
    type Refusal = RegistryError;

    fn keeper(&self) -> &Keeper {
        &self.registry.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<Answer<Changed>, Interrupt<RegistryError>> {
        let [person, document] = self.union.symbols();
        rows.load([self.request.row(), RowKey::person(person), RowKey::person(document)])?;
        if let Some(receipt) = self.request.answered(rows, RegistryError::KeyReused)? {
            return Ok(Answer::Replayed(Changed { revision: receipt.revision, entries: receipt.entries }));
        }
        let Sides { mut into, other, named } = self.union.sides(rows)?;
        if !self.joined.is_for(&self.registry.flag_list, &self.union.joining(self.registry)?) {
            return Err(RegistryError::WrongJoinAnswer.into());
        }
        let mut entries = Vec::new();
        if let Some(mut other) = other {
            entries = self.end_credential(rows, &mut other)?;
            // An open offer counts from the last generation of before.
            if other.slot.last > 0 {
                rows.delete(RowKey::offer(into.id));
            }
            end(rows, other, &mut into);
        }
        let corrected = matches!(self.union, Union::Correction { .. });
        // What takes the place of a symbol names the phones that it named.
        let slot = named.map_or(if corrected { into.named } else { into.id }, |row| row.slot);
        rows.write(RowKey::person(document), &PersonRow { slot, replaced: false });
        if corrected {
            rows.write(RowKey::person(person), &PersonRow { slot: into.named, replaced: true });
        }
        Ok(Answer::Done(into.change(rows, &self.request, entries)))
    }
}

//! What is reported of cards and phones (spec 10 §2.1).

use alloc::vec::Vec;
use core::fmt;

use super::answer::Changed;
use super::idempotency::{Request, RequestKind};
use super::log::Log;
use super::registries::RegistryCore;
use super::slot::{CardRow, Found, Reasons, Slot};
use super::{Answer, IdempotencyKey, Interrupt, Keeper, RegistryError, RowKey, Rows, Transition};
use crate::accumulator::Operation;
use crate::credential::SlotId;
use crate::list::IssuedWitness;
use crate::symbol::{CardSymbol, Generation, PersonSymbol};

/// Something that suspends a credential, or lifts what did. Each names the very card or phone, so
/// that a report that comes late never hits its successor.
#[derive(Debug)]
#[non_exhaustive]
pub enum Report {
    /// The card is lost.
    CardLost(CardSymbol),
    /// The card is found.
    CardFound(CardSymbol),
    /// The card's validity is over. Nothing but another card makes good for it.
    CardExpired(CardSymbol),
    /// The phone that has the credential of this generation is lost.
    PhoneLost(PersonSymbol, Generation),
    /// The phone that has the credential of this generation is found.
    PhoneFound(PersonSymbol, Generation),
}

impl Report {
    const fn kind(&self) -> RequestKind {
        match self {
            Self::CardLost(_) => RequestKind::CardLost,
            Self::CardFound(_) => RequestKind::CardFound,
            Self::CardExpired(_) => RequestKind::CardExpired,
            Self::PhoneLost(..) => RequestKind::PhoneLost,
            Self::PhoneFound(..) => RequestKind::PhoneFound,
        }
    }

    fn change(&self, reasons: Reasons) -> Result<Reasons, RegistryError> {
        match self {
            Self::CardLost(_) => reasons.open(Reasons::CARD_LOST),
            Self::CardFound(_) => reasons.close(Reasons::CARD_LOST),
            Self::CardExpired(_) => reasons.open(Reasons::EXPIRED),
            Self::PhoneLost(..) => reasons.open(Reasons::PHONE_LOST),
            Self::PhoneFound(..) => reasons.close(Reasons::PHONE_LOST),
        }
    }

    const fn card(&self) -> Option<&CardSymbol> {
        match self {
            Self::CardLost(card) | Self::CardFound(card) | Self::CardExpired(card) => Some(card),
            Self::PhoneLost(..) | Self::PhoneFound(..) => None,
        }
    }

    const fn generation(&self) -> Option<Generation> {
        match self {
            Self::PhoneLost(_, generation) | Self::PhoneFound(_, generation) => Some(*generation),
            Self::CardLost(_) | Self::CardFound(_) | Self::CardExpired(_) => None,
        }
    }

    /// The slot that it is about.
    fn slot(&self, rows: &mut Rows) -> Result<Found, Interrupt<RegistryError>> {
        match self {
            Self::CardLost(card) | Self::CardFound(card) | Self::CardExpired(card) => {
                let row: CardRow = rows.read(&RowKey::card(card))?.ok_or(RegistryError::UnknownCard)?;
                if row.replaced { Err(RegistryError::CardReplaced.into()) } else { Found::follow(rows, row.slot) }
            }
            Self::PhoneLost(person, _) | Self::PhoneFound(person, _) => Found::of(rows, person),
        }
    }
}

/// The transition of a [`Report`]: the credential is removed from the status list with the first
/// open reason, and restored with the last.
pub struct MakeReport<'a> {
    registry: &'a RegistryCore,
    request: Request,
    report: Report,
}

impl fmt::Debug for MakeReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MakeReport(redacted)")
    }
}

impl<'a> MakeReport<'a> {
    pub(super) fn new(registry: &'a RegistryCore, key: IdempotencyKey, report: Report) -> Self {
        let (symbol, generation) = match &report {
            Report::CardLost(card) | Report::CardFound(card) | Report::CardExpired(card) => (card.as_bytes(), 0),
            Report::PhoneLost(person, generation) | Report::PhoneFound(person, generation) => {
                (person.as_bytes(), generation.number())
            }
        };
        let parts = [symbol.as_slice(), &generation.to_be_bytes()];
        let request = registry.record_key.request(key, report.kind(), parts);
        Self { registry, request, report }
    }
}

impl Transition for MakeReport<'_> {
    type Output = Answer<Changed>;
    type Refusal = RegistryError;

    fn keeper(&self) -> &Keeper {
        &self.registry.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<Answer<Changed>, Interrupt<RegistryError>> {
        if let Some(receipt) = self.request.answered(rows, RegistryError::KeyReused)? {
            return Ok(Answer::Replayed(Changed { revision: receipt.revision, entries: receipt.entries }));
        }
        let mut found = self.report.slot(rows)?;
        if self.report.generation().is_some_and(|named| found.slot.live.is_some() && !found.means_the_live(named)) {
            return Err(RegistryError::WrongGeneration.into());
        }
        let live = found.slot.live.as_mut().ok_or(RegistryError::NotEnrolled)?;
        if let Some(card) = self.report.card().filter(|card| **card != live.card) {
            // Another card of the person, on which the credential is not: it is given up, or was
            // never reported.
            self.report.change(Reasons::NONE)?;
            rows.write(RowKey::card(card), &CardRow::replaced(found.id));
            return Ok(Answer::Done(found.change(rows, &self.request, Vec::new())));
        }
        let before = live.reasons;
        live.reasons = self.report.change(before)?;
        let operation = match (before.is_empty(), live.reasons.is_empty()) {
            (true, false) => Some(Operation::Remove),
            (false, true) => Some(Operation::Restore),
            _ => None,
        };
        let mut entries = Vec::new();
        if let Some(operation) = operation {
            entries.push(Log(&self.registry.status).append::<RegistryError>(rows, &live.status, operation)?);
        }
        Ok(Answer::Done(found.change(rows, &self.request, entries)))
    }
}

/// The question for a fresh status witness of a slot's credential. It tells the owner who asks, and
/// a verifier nothing.
#[derive(Debug)]
pub struct StatusWitness<'a> {
    pub(super) registry: &'a RegistryCore,
    pub(super) slot: SlotId,
}

impl Transition for StatusWitness<'_> {
    type Output = IssuedWitness;
    type Refusal = RegistryError;

    fn keeper(&self) -> &Keeper {
        &self.registry.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<IssuedWitness, Interrupt<RegistryError>> {
        let slot: Slot = rows.read(&RowKey::slot(self.slot))?.ok_or(RegistryError::UnknownPerson)?;
        let live = slot.live.ok_or(RegistryError::NotEnrolled)?;
        if !live.reasons.is_empty() {
            return Err(RegistryError::SuspendedCredential.into());
        }
        Log(&self.registry.status).witness(rows, &live.status)
    }
}

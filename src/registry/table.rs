//! Tables and keys: where a row is found (spec 10 §5).

use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroize;

use super::IdempotencyKey;
use super::epoch::EpochCut;
use super::flagged::Flagged;
use super::idempotency::Receipt;
use super::keeper::{Mark, TAG_LEN};
use super::log::{ElementRow, ListState, LogEntry, ShardState};
use super::slot::{CardRow, PendingOffer, PersonRow, Slot};
use crate::accumulator::Handle;
use crate::codec::Message;
use crate::credential::SlotId;
use crate::error::DecodeError;
use crate::list::{Epoch, EpochUpdate, ListName, Shard, SignedHead};
use crate::symbol::{CardSymbol, PersonSymbol};

/// The tables of a registry. Each is a map from key bytes to one canonical message, and is only
/// ever asked for known keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum Table {
    /// Idempotency key → what the request was, as a keyed digest, and what it led to.
    Receipts = 1,
    /// Person symbol → slot.
    Persons = 2,
    /// Card symbol → slot, and whether the card was replaced.
    Cards = 3,
    /// Slot → everything that the registry knows of a person's credential.
    Slots = 4,
    /// Slot → its open offer.
    Offers = 5,
    /// Flag handle → open cases, and whose it is.
    Flagged = 6,
    /// List and handle → shard and presence.
    Elements = 7,
    /// List and shard → how many entries there are.
    Shards = 8,
    /// List, shard and sequence number → one change.
    Log = 9,
    /// List, shard and epoch → the signed head.
    Heads = 10,
    /// List, shard and epoch → the published update.
    Epochs = 11,
    /// Whose the store is: one row.
    Marks = 12,
    /// List → its last closed epoch.
    Lists = 13,
    /// List and epoch → which entries an epoch has that is being closed.
    Cuts = 14,
}

impl Table {
    /// Every table, for a store that makes them in advance.
    pub const ALL: [Self; 14] = [
        Self::Receipts,
        Self::Persons,
        Self::Cards,
        Self::Slots,
        Self::Offers,
        Self::Flagged,
        Self::Elements,
        Self::Shards,
        Self::Log,
        Self::Heads,
        Self::Epochs,
        Self::Marks,
        Self::Lists,
        Self::Cuts,
    ];

    /// Whether these bytes are a row of this table, a tag behind it: for whoever restores a backup,
    /// or looks after a disk. What the row says is not looked at, nor whether the tag is right
    /// ([`RecordKey::sealed`](super::RecordKey::sealed)).
    ///
    /// # Errors
    /// The first defect found.
    pub fn check_row(self, row: &[u8]) -> Result<(), DecodeError> {
        let (row, _) = row.split_last_chunk::<TAG_LEN>().ok_or(DecodeError::Malformed)?;
        match self {
            Self::Receipts => Receipt::from_bytes(row).map(drop),
            Self::Persons => PersonRow::from_bytes(row).map(drop),
            Self::Cards => CardRow::from_bytes(row).map(drop),
            Self::Slots => Slot::from_bytes(row).map(drop),
            Self::Offers => PendingOffer::from_bytes(row).map(drop),
            Self::Flagged => Flagged::from_bytes(row).map(drop),
            Self::Elements => ElementRow::from_bytes(row).map(drop),
            Self::Shards => ShardState::from_bytes(row).map(drop),
            Self::Log => LogEntry::from_bytes(row).map(drop),
            Self::Heads => SignedHead::from_bytes(row).map(drop),
            Self::Epochs => EpochUpdate::from_bytes(row).map(drop),
            Self::Marks => Mark::from_bytes(row).map(drop),
            Self::Lists => ListState::from_bytes(row).map(drop),
            Self::Cuts => EpochCut::from_bytes(row).map(drop),
        }
    }

    /// The table's name, lower-case ASCII letters.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Receipts => "receipts",
            Self::Persons => "persons",
            Self::Cards => "cards",
            Self::Slots => "slots",
            Self::Offers => "offers",
            Self::Flagged => "flagged",
            Self::Elements => "elements",
            Self::Shards => "shards",
            Self::Log => "log",
            Self::Heads => "heads",
            Self::Epochs => "epochs",
            Self::Marks => "marks",
            Self::Lists => "lists",
            Self::Cuts => "cuts",
        }
    }
}

/// The key of one row. It may hold a symbol or a handle: wiped on drop and never printed.
///
/// Ordered because maps of rows are; a store compares keys in the open anyway.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct RowKey {
    table: Table,
    bytes: Vec<u8>,
}

impl RowKey {
    fn new(table: Table, parts: &[&[u8]]) -> Self {
        let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len()).sum());
        parts.iter().for_each(|part| bytes.extend_from_slice(part));
        Self { table, bytes }
    }

    pub(super) fn mark() -> Self {
        Self::new(Table::Marks, &[b"mark"])
    }

    pub(super) fn list(list: &ListName) -> Self {
        Self::new(Table::Lists, &[&list.to_bytes()])
    }

    pub(super) fn cut(list: &ListName, epoch: Epoch) -> Self {
        Self::new(Table::Cuts, &[&epoch.number().to_be_bytes(), &list.to_bytes()])
    }

    pub(super) fn receipt(key: &IdempotencyKey) -> Self {
        Self::new(Table::Receipts, &[&key.0])
    }

    pub(super) fn person(symbol: &PersonSymbol) -> Self {
        Self::new(Table::Persons, &[symbol.as_bytes()])
    }

    pub(super) fn card(symbol: &CardSymbol) -> Self {
        Self::new(Table::Cards, &[symbol.as_bytes()])
    }

    pub(super) fn slot(slot: SlotId) -> Self {
        Self::new(Table::Slots, &[&slot.0])
    }

    pub(super) fn offer(slot: SlotId) -> Self {
        Self::new(Table::Offers, &[&slot.0])
    }

    pub(super) fn flagged(handle: &Handle) -> Self {
        Self::new(Table::Flagged, &[handle.scalar().as_bytes().as_slice()])
    }

    pub(super) fn element(list: &ListName, handle: &Handle) -> Self {
        Self::new(Table::Elements, &[handle.scalar().as_bytes().as_slice(), &list.to_bytes()])
    }

    pub(super) fn shard(list: &ListName, shard: Shard) -> Self {
        Self::new(Table::Shards, &[&shard.number().to_be_bytes(), &list.to_bytes()])
    }

    pub(super) fn log(list: &ListName, shard: Shard, sequence: u64) -> Self {
        Self::in_shard(Table::Log, list, shard, sequence)
    }

    pub(super) fn head(list: &ListName, shard: Shard, epoch: Epoch) -> Self {
        Self::in_shard(Table::Heads, list, shard, epoch.number())
    }

    pub(super) fn epoch(list: &ListName, shard: Shard, epoch: Epoch) -> Self {
        Self::in_shard(Table::Epochs, list, shard, epoch.number())
    }

    /// The parts of fixed length come first, so no two keys run together.
    fn in_shard(table: Table, list: &ListName, shard: Shard, number: u64) -> Self {
        Self::new(table, &[&shard.number().to_be_bytes(), &number.to_be_bytes(), &list.to_bytes()])
    }

    /// The table.
    #[must_use]
    pub const fn table(&self) -> Table {
        self.table
    }

    /// The key within the table, at most 160 bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn duplicate(&self) -> Self {
        Self { table: self.table, bytes: self.bytes.clone() }
    }
}

impl Drop for RowKey {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

impl fmt::Debug for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RowKey({}, redacted)", self.table.name())
    }
}

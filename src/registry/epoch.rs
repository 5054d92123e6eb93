//! Closing an epoch in three steps, of which none keeps a report waiting (spec 10 §6.2).
//!
//! *Cut*: a short transaction that writes which entries belong to the epoch, and its time.
//! *Compute*: the updates, a function of the cut alone, shard by shard and outside of any
//! transaction; each is stored when it is there. *Publish*: a short transaction that makes the
//! epoch the last closed one. Whoever goes on after a crash, or closes at the same time, computes
//! the same bytes.

use alloc::vec::Vec;
use core::fmt;

use super::log::{ListState, Log, LogEntry, ShardState};
use super::{Interrupt, Keeper, RowKey, Rows, Table, Transition};
use crate::accumulator::{Handle, Operation};
use crate::calendar::Timestamp;
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::list::{
    Epoch, EpochUpdate, HeadSet, ListError, MAX_SHARDS, OwnerCore, Pause, Shard, ShardCount, SignedHead,
};
use crate::signature::Unsigned;

/// The most entries that one transaction reads.
const PART: usize = 1024;

/// A list with its store's keeper.
#[derive(Clone, Copy)]
pub(super) struct Kept<'a> {
    pub(super) owner: &'a OwnerCore,
    pub(super) keeper: &'a Keeper,
    /// The most entries of one shard in one epoch; the rest wait on.
    pub(super) most: usize,
}

impl fmt::Debug for Kept<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kept({})", self.owner.name())
    }
}

impl Kept<'_> {
    fn closed(self, rows: &mut Rows, epoch: Epoch) -> Result<bool, Interrupt<ListError>> {
        let closed = Log(self.owner).closed::<ListError>(rows)?;
        if epoch.number() != 0 && epoch <= closed {
            return Ok(true);
        }
        if epoch == closed.next() && epoch != closed { Ok(false) } else { Err(ListError::NotNext.into()) }
    }
}

/// An epoch that is being closed: its number, its time, and how long the log of each shard is after
/// it. Type 44 (spec 10 §5.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpochCut {
    epoch: Epoch,
    time: Timestamp,
    ends: Vec<u64>,
}

impl EpochCut {
    /// The epoch.
    #[must_use]
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The time that it will have.
    #[must_use]
    pub const fn time(&self) -> Timestamp {
        self.time
    }

    /// That it is of this epoch, and of all shards.
    fn check(&self, epoch: Epoch, shards: ShardCount) -> Result<(), ListError> {
        let fits = self.epoch == epoch && self.ends.len() == usize::from(shards.number());
        if fits { Ok(()) } else { Err(ListError::WrongCut) }
    }

    /// The work on one shard, nothing of it read.
    ///
    /// # Errors
    /// [`ListError::UnknownShard`].
    pub fn shard(&self, shard: Shard) -> Result<ShardCut<'_>, ListError> {
        let end = *self.ends.get(shard.index()).ok_or(ListError::UnknownShard)?;
        Ok(ShardCut { cut: self, shard, end, before: None, changes: Vec::new() })
    }
}

impl Body for EpochCut {
    const TYPE: MessageType = MessageType::EpochCut;
    const MAX_LEN: usize = 64 + 9 * MAX_SHARDS;
    const FIELDS: u64 = 3;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).uint(self.epoch.number());
        writer.key(2).uint(self.time.as_secs());
        writer.key(3).array(self.ends.len());
        self.ends.iter().for_each(|end| writer.uint(*end));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let epoch = Epoch::new(reader.key(1)?.uint()?);
        let time = Timestamp::from_secs(reader.key(2)?.uint()?);
        let ends = reader.key(3)?.items(MAX_SHARDS, Reader::uint)?;
        if ends.is_empty() { Err(DecodeError::OutOfRange) } else { Ok(Self { epoch, time, ends }) }
    }
}

/// Where an epoch stands after [`CutEpoch`].
#[derive(Debug)]
pub enum Cut {
    /// It is cut: its updates are to be computed and stored.
    Open(EpochCut),
    /// It is published: [`PublishedUpdate`] reads it.
    Published,
}

/// Fixes which entries an epoch has, and its time; where that was done, it comes back as it was.
///
/// It conflicts with no report: the lengths of the logs are looked at before its transaction.
/// Entries are never taken back, so that what it saw is a beginning of each log, whatever is
/// appended since.
#[derive(Debug)]
pub struct CutEpoch<'a> {
    pub(super) list: Kept<'a>,
    pub(super) epoch: Epoch,
    pub(super) now: Timestamp,
    pub(super) pause: Pause,
}

impl CutEpoch<'_> {
    /// The same after a pause of any length; see
    /// [`CloseEpoch::after_pause`](super::CloseEpoch::after_pause).
    #[must_use]
    pub const fn after_pause(self) -> Self {
        Self { pause: Pause::Long, ..self }
    }
}

impl Transition for CutEpoch<'_> {
    type Output = Cut;
    type Refusal = ListError;

    fn keeper(&self) -> &Keeper {
        self.list.keeper
    }

    fn looks_at(&self) -> Vec<RowKey> {
        let log = Log(self.list.owner);
        self.list.owner.shard_count().shards().map(|shard| log.shard_row(shard)).collect()
    }

    fn apply(&self, rows: &mut Rows) -> Result<Cut, Interrupt<ListError>> {
        let (owner, log) = (self.list.owner, Log(self.list.owner));
        let key = || RowKey::cut(owner.name(), self.epoch);
        rows.load([log.list_row(), key()])?;
        if self.list.closed(rows, self.epoch)? {
            return Ok(Cut::Published);
        }
        if let Some(cut) = rows.read::<EpochCut, _>(&key())? {
            cut.check(self.epoch, owner.shard_count())?;
            return Ok(Cut::Open(cut));
        }
        let closed = log.closed::<ListError>(rows)?;
        let heads = log.heads(rows, closed)?;
        let mut ends = Vec::new();
        for (shard, before) in owner.shard_count().shards().zip(heads.iter()) {
            if ends.is_empty() {
                // A time that no epoch could have must not be fixed: that would end the list.
                owner.check_time(before.head(), self.now, self.pause)?;
            }
            let state: Option<ShardState> = rows.read(&log.shard_row(shard))?;
            let length = state.ok_or(Interrupt::Corrupt(Table::Shards, DecodeError::Malformed))?.length;
            let from = before.head().length();
            // Another closer may have published more since the length was looked at.
            let room = before.head().room(length > from, self.list.most as u64)?;
            ends.push(length.min(from.saturating_add(room)).max(from));
        }
        let cut = EpochCut { epoch: self.epoch, time: self.now, ends };
        rows.write(key(), &cut);
        Ok(Cut::Open(cut))
    }
}

/// The entries of one shard in an epoch that is being closed, as far as they were read.
pub struct ShardCut<'a> {
    cut: &'a EpochCut,
    shard: Shard,
    end: u64,
    before: Option<SignedHead>,
    changes: Vec<(Operation, Handle)>,
}

impl fmt::Debug for ShardCut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ShardCut({}, {} read)", self.shard.number(), self.changes.len())
    }
}

impl ShardCut<'_> {
    fn reached(&self) -> Option<u64> {
        let before = self.before.as_ref()?.head().length();
        Some(before.saturating_add(self.changes.len() as u64))
    }

    /// Whether all entries were read.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.reached().is_some_and(|reached| reached >= self.end)
    }

    /// Takes what [`ReadEntries`] read for it.
    ///
    /// # Errors
    /// [`ListError::WrongUpdates`] for the entries of another shard or epoch, and for some that do
    /// not come next, as where they were read twice.
    pub fn take(&mut self, part: Entries) -> Result<(), ListError> {
        let Entries { before, from, changes } = part;
        let head = before.head();
        let of_the_shard = head.list().shard == self.shard && head.epoch().next() == self.cut.epoch;
        if !of_the_shard || from != self.reached().unwrap_or_else(|| head.length()) {
            return Err(ListError::WrongUpdates);
        }
        self.before = Some(before);
        self.changes.extend(changes);
        Ok(())
    }
}

/// Entries that [`ReadEntries`] read.
pub struct Entries {
    before: SignedHead,
    /// How many the log has before them.
    from: u64,
    changes: Vec<(Operation, Handle)>,
}

impl fmt::Debug for Entries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entries({}, redacted)", self.changes.len())
    }
}

/// Reads the next entries of a shard, at most 1,024: rows that never change.
#[derive(Debug)]
pub struct ReadEntries<'a> {
    pub(super) list: Kept<'a>,
    pub(super) part: &'a ShardCut<'a>,
}

impl Transition for ReadEntries<'_> {
    type Output = Entries;
    type Refusal = ListError;

    fn keeper(&self) -> &Keeper {
        self.list.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<Entries, Interrupt<ListError>> {
        let (owner, ShardCut { cut, shard, end, .. }) = (self.list.owner, self.part);
        let before = match &self.part.before {
            Some(before) => before.clone(),
            None => {
                let last = cut.epoch.number().checked_sub(1).ok_or(ListError::NotNext)?;
                Log(owner).head(rows, *shard, Epoch::new(last))?
            }
        };
        if *end < before.head().length() || cut.time < before.head().time() {
            return Err(ListError::WrongCut.into());
        }
        let from = self.part.reached().unwrap_or_else(|| before.head().length());
        let keys = || (from..*end).take(PART).map(|sequence| RowKey::log(owner.name(), *shard, sequence));
        rows.load(keys())?;
        let mut changes = Vec::new();
        for key in keys() {
            let entry: LogEntry = rows.read(&key)?.ok_or(ListError::WrongCut)?;
            changes.push((entry.operation, entry.handle));
        }
        Ok(Entries { before, from, changes })
    }
}

/// The update of one shard, computed and not stored yet.
#[derive(Debug)]
pub struct ComputedEpoch<'a> {
    cut: &'a EpochCut,
    shard: Shard,
    update: EpochUpdate,
}

impl<'a> ComputedEpoch<'a> {
    /// Applies and proves, for a signature: the same entries give the same bytes.
    pub(super) fn of(owner: &OwnerCore, whole: ShardCut<'a>) -> Result<Unsigned<Self>, ListError> {
        if !whole.is_whole() {
            return Err(ListError::Incomplete);
        }
        let ShardCut { cut, shard, before, changes, .. } = whole;
        let before = before.ok_or(ListError::Incomplete)?;
        if !owner.made(before.head()) {
            return Err(ListError::WrongHead);
        }
        let update = owner.next_epoch(before.head(), changes, cut.time)?;
        Ok(update.within(|update| Self { cut, shard, update }, |epoch, _, signature| epoch.update.sign(signature)))
    }
}

/// Stores the update of one shard. Where one was stored, that one stays.
#[derive(Debug)]
pub struct StoreUpdate<'a> {
    pub(super) list: Kept<'a>,
    pub(super) computed: &'a ComputedEpoch<'a>,
}

impl Transition for StoreUpdate<'_> {
    type Output = ();
    type Refusal = ListError;

    fn keeper(&self) -> &Keeper {
        self.list.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<(), Interrupt<ListError>> {
        let (owner, ComputedEpoch { cut, shard, update }) = (self.list.owner, self.computed);
        let key = RowKey::cut(owner.name(), cut.epoch);
        let head = RowKey::head(owner.name(), *shard, cut.epoch);
        rows.load([Log(owner).list_row(), key.duplicate(), head.duplicate()])?;
        if self.list.closed(rows, cut.epoch)? || rows.has(&head)? {
            return Ok(());
        }
        if rows.read::<EpochCut, _>(&key)?.as_ref() != Some(*cut) {
            return Err(ListError::NotNext.into());
        }
        if !owner.made(update.head().head()) {
            return Err(ListError::WrongHead.into());
        }
        rows.write(RowKey::epoch(owner.name(), *shard, cut.epoch), update);
        rows.write(head, update.head());
        Ok(())
    }
}

/// Makes an epoch, of which the updates of all shards are stored, the last closed one. Gives its
/// heads, also where that was done.
#[derive(Debug)]
pub struct PublishEpoch<'a> {
    pub(super) list: Kept<'a>,
    pub(super) cut: &'a EpochCut,
}

impl Transition for PublishEpoch<'_> {
    type Output = HeadSet;
    type Refusal = ListError;

    fn keeper(&self) -> &Keeper {
        self.list.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<HeadSet, Interrupt<ListError>> {
        let (owner, epoch) = (self.list.owner, self.cut.epoch);
        let heads = || owner.shard_count().shards().map(|shard| RowKey::head(owner.name(), shard, epoch));
        let key = RowKey::cut(owner.name(), epoch);
        rows.load(heads().chain([Log(owner).list_row(), key.duplicate()]))?;
        if !self.list.closed(rows, epoch)? {
            if rows.read::<EpochCut, _>(&key)?.as_ref() != Some(self.cut) {
                return Err(ListError::NotNext.into());
            }
            for head in heads() {
                if !rows.has(&head)? {
                    return Err(ListError::WrongUpdates.into());
                }
            }
            rows.write(Log(owner).list_row(), &ListState { closed: epoch });
            rows.delete(key);
        }
        Log(owner).heads(rows, epoch)
    }
}

/// Reads the update of one shard in an epoch that was published.
#[derive(Debug)]
pub struct PublishedUpdate<'a> {
    pub(super) list: Kept<'a>,
    pub(super) epoch: Epoch,
    pub(super) shard: Shard,
}

impl Transition for PublishedUpdate<'_> {
    type Output = EpochUpdate;
    type Refusal = ListError;

    fn keeper(&self) -> &Keeper {
        self.list.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<EpochUpdate, Interrupt<ListError>> {
        let owner = self.list.owner;
        let key = RowKey::epoch(owner.name(), self.shard, self.epoch);
        rows.load([Log(owner).list_row(), key.duplicate()])?;
        if !self.list.closed(rows, self.epoch)? {
            return Err(ListError::NotNext.into());
        }
        if !owner.shard_count().contains(self.shard) {
            return Err(ListError::UnknownShard.into());
        }
        rows.read(&key)?.ok_or(Interrupt::Corrupt(Table::Epochs, DecodeError::Malformed))
    }
}

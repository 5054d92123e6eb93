//! A list kept in rows: elements, the log, and its epochs (spec 10 §6).

use alloc::vec::Vec;

use super::receipt::{Appended, read_operation};
use super::{Halt, RowKey, Rows, Table, Transition};
use crate::accumulator::{Handle, Operation};
use crate::calendar::Timestamp;
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::list::{
    ClosedEpoch, Epoch, EpochUpdate, HeadSet, IssuedWitness, ListError, ListOwner, Presence, Shard, SignedHead,
};

/// A row: what a list knows of one handle. Type 26 (spec 10 §5.3).
pub(super) struct Element {
    shard: Shard,
    presence: Presence,
    /// Whether a newer handle took its place: it is never restored.
    superseded: bool,
    /// How long the shard's log was after the last change of this element; 0 if there was none.
    changed: u64,
}

impl Body for Element {
    const TYPE: MessageType = MessageType::Element;
    const MAX_LEN: usize = 64;
    const FIELDS: u64 = 4;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).uint(u64::from(self.shard.number()));
        writer.key(2).uint(u64::from(self.presence == Presence::Removed));
        writer.key(3).uint(u64::from(self.superseded));
        writer.key(4).uint(self.changed);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let shard = Shard::read(reader.key(1)?)?;
        let presence = if read_bit(reader.key(2)?)? { Presence::Removed } else { Presence::Present };
        let superseded = read_bit(reader.key(3)?)?;
        Ok(Self { shard, presence, superseded, changed: reader.key(4)?.uint()? })
    }
}

pub(super) fn read_bit(reader: &mut Reader<'_>) -> Result<bool, DecodeError> {
    match reader.uint::<u8>()? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(DecodeError::OutOfRange),
    }
}

/// A row: one change of a list. Type 28 (spec 10 §5.3).
pub(super) struct LogEntry {
    operation: Operation,
    handle: Handle,
}

impl Body for LogEntry {
    const TYPE: MessageType = MessageType::LogEntry;
    const MAX_LEN: usize = 64;
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).uint(self.operation as u64);
        self.handle.write(writer.key(2));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let operation = read_operation(reader.key(1)?)?;
        Ok(Self { operation, handle: Handle::read(reader.key(2)?)? })
    }
}

/// A row: where a shard's log stands. The entries from `head.length` up to `length` wait for their epoch. Type 29 (spec 10 §5.3).
pub(super) struct ShardState {
    head: SignedHead,
    length: u64,
}

impl Body for ShardState {
    const TYPE: MessageType = MessageType::ShardState;
    const MAX_LEN: usize = 512;
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        self.head.write_item(writer.key(1));
        writer.key(2).uint(self.length);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let head = SignedHead::read_item(reader.key(1)?)?;
        let length = reader.key(2)?.uint()?;
        if length < head.head().length() { Err(DecodeError::OutOfRange) } else { Ok(Self { head, length }) }
    }
}

/// The list of one owner, in the rows of its registry.
#[derive(Clone, Copy)]
pub(super) struct Log<'a>(pub(super) &'a ListOwner);

impl Log<'_> {
    pub(super) fn element_row(self, handle: &Handle) -> RowKey {
        RowKey::element(self.0.name(), handle)
    }

    pub(super) fn shard_row(self, shard: Shard) -> RowKey {
        RowKey::shard(self.0.name(), shard)
    }

    fn element<R: From<ListError>>(self, rows: &mut Rows, handle: &Handle) -> Result<Element, Halt<R>> {
        let element = rows.read(&self.element_row(handle))?;
        element.ok_or_else(|| Halt::Refused(ListError::UnknownHandle.into()))
    }

    /// A list that was not opened, or not for that many shards, has no such shard.
    fn state<R: From<ListError>>(self, rows: &mut Rows, shard: Shard) -> Result<ShardState, Halt<R>> {
        if !self.0.shard_count().contains(shard) {
            return Err(Halt::Refused(ListError::UnknownShard.into()));
        }
        rows.read(&self.shard_row(shard))?.ok_or_else(|| Halt::Refused(ListError::UnknownShard.into()))
    }

    /// The last closed epoch.
    pub(super) fn last_epoch<R: From<ListError>>(self, rows: &mut Rows, shard: Shard) -> Result<Epoch, Halt<R>> {
        Ok(self.state::<R>(rows, shard)?.head.head().epoch())
    }

    /// The shard of a handle, if it is registered.
    pub(super) fn shard_of<R>(self, rows: &mut Rows, handle: &Handle) -> Result<Option<Shard>, Halt<R>> {
        Ok(rows.read::<Element, R>(&self.element_row(handle))?.map(|element| element.shard))
    }

    /// Registers a handle as present; nothing is published (rule 07-21).
    pub(super) fn register<R: From<ListError>>(
        self,
        rows: &mut Rows,
        handle: &Handle,
        shard: Shard,
    ) -> Result<(), Halt<R>> {
        self.state::<R>(rows, shard)?;
        let key = self.element_row(handle);
        if rows.read::<Element, R>(&key)?.is_some() {
            return Err(Halt::Refused(ListError::AlreadyRegistered.into()));
        }
        rows.write(key, &Element { shard, presence: Presence::Present, superseded: false, changed: 0 });
        Ok(())
    }

    /// Appends a removal or a restoration (rules 07-22, 07-24).
    pub(super) fn append<R: From<ListError>>(
        self,
        rows: &mut Rows,
        handle: &Handle,
        operation: Operation,
    ) -> Result<Appended, Halt<R>> {
        let mut element = self.element::<R>(rows, handle)?;
        if element.superseded {
            return Err(Halt::Refused(ListError::Removed.into()));
        }
        let mut state = self.state::<R>(rows, element.shard)?;
        element.presence = element.presence.after(operation).map_err(|error| Halt::Refused(error.into()))?;
        let appended = Appended { operation, shard: element.shard, sequence: state.length };
        // No log is that long; a row that says so must not have one entry written over another.
        let end = Halt::Corrupt(Table::Shards, DecodeError::OutOfRange);
        state.length = state.length.checked_add(1).ok_or(end)?;
        element.changed = state.length;
        let entry = LogEntry { operation, handle: handle.duplicate() };
        rows.write(RowKey::log(self.0.name(), element.shard, appended.sequence), &entry);
        rows.write(self.shard_row(element.shard), &state);
        rows.write(self.element_row(handle), &element);
        Ok(appended)
    }

    /// Takes a handle off for good: it is removed, unless it is already, and nothing restores it (rule 07-24).
    pub(super) fn supersede<R: From<ListError>>(
        self,
        rows: &mut Rows,
        handle: &Handle,
    ) -> Result<Option<Appended>, Halt<R>> {
        let appended = match self.element::<R>(rows, handle)?.presence {
            Presence::Present => Some(self.append(rows, handle, Operation::Remove)?),
            Presence::Removed => None,
        };
        let element = self.element::<R>(rows, handle)?;
        rows.write(self.element_row(handle), &Element { superseded: true, ..element });
        Ok(appended)
    }

    /// A witness under the last closed epoch, for a handle that is present and of which no change waits (rule 07-23).
    pub(super) fn witness<R: From<ListError>>(
        self,
        rows: &mut Rows,
        handle: &Handle,
    ) -> Result<IssuedWitness, Halt<R>> {
        let element = self.element::<R>(rows, handle)?;
        let state = self.state::<R>(rows, element.shard)?;
        let head = state.head.head();
        if element.presence == Presence::Removed || element.changed > head.length() {
            return Err(Halt::Refused(ListError::Removed.into()));
        }
        self.0.witness(head, handle).map_err(|error| Halt::Refused(error.into()))
    }

    /// The witness that was given out at an epoch, once more.
    pub(super) fn witness_again<R: From<ListError>>(
        self,
        rows: &mut Rows,
        handle: &Handle,
        shard: Shard,
        epoch: Epoch,
    ) -> Result<IssuedWitness, Halt<R>> {
        let key = RowKey::head(self.0.name(), shard, epoch);
        let head: SignedHead = rows.read(&key)?.ok_or(Halt::Corrupt(Table::Heads, DecodeError::Malformed))?;
        self.0.witness(head.head(), handle).map_err(|error| Halt::Refused(error.into()))
    }

    fn states(self, rows: &mut Rows) -> Result<Vec<ShardState>, Halt<ListError>> {
        let shards = || self.0.shard_count().shards();
        rows.load(shards().map(|shard| self.shard_row(shard)))?;
        shards().map(|shard| self.state(rows, shard)).collect()
    }

    fn write_head(self, rows: &mut Rows, head: &SignedHead, length: u64) {
        let (name, shard, epoch) = (self.0.name(), head.head().list().shard, head.head().epoch());
        rows.write(RowKey::head(name, shard, epoch), head);
        rows.write(self.shard_row(shard), &ShardState { head: head.clone(), length });
    }
}

/// Begins a list with its empty log, epoch 0. Where it was begun, the first heads come back as they were.
#[derive(Debug)]
pub struct OpenList<'a> {
    pub(super) owner: &'a ListOwner,
    pub(super) now: Timestamp,
}

impl Transition for OpenList<'_> {
    type Output = HeadSet;
    type Refusal = ListError;

    fn apply(&self, rows: &mut Rows) -> Result<HeadSet, Halt<ListError>> {
        let (log, name) = (Log(self.owner), self.owner.name());
        let first = |shard| RowKey::head(name, shard, Epoch::new(0));
        let shards = || self.owner.shard_count().shards();
        rows.load(shards().map(first))?;
        let found = shards().filter_map(|shard| rows.read::<SignedHead, _>(&first(shard)).transpose());
        let found = found.collect::<Result<Vec<_>, _>>()?;
        if !found.is_empty() {
            return Ok(HeadSet::new(found));
        }
        let heads = self.owner.first_heads(self.now);
        heads.iter().for_each(|head| log.write_head(rows, head, 0));
        Ok(heads)
    }
}

/// Closes an epoch of all shards: publishes what waits. Where it was closed, it comes back as it was, whatever the time.
#[derive(Debug)]
pub struct CloseEpoch<'a> {
    pub(super) owner: &'a ListOwner,
    pub(super) epoch: Epoch,
    pub(super) now: Timestamp,
    /// The most entries of one shard; the rest wait on.
    pub(super) most: usize,
}

impl Transition for CloseEpoch<'_> {
    type Output = ClosedEpoch;
    type Refusal = ListError;

    fn apply(&self, rows: &mut Rows) -> Result<ClosedEpoch, Halt<ListError>> {
        let (log, name) = (Log(self.owner), self.owner.name());
        let states = log.states(rows)?;
        let closed = states.first().ok_or(ListError::InvalidShardCount)?.head.head().epoch();
        if self.epoch.number() != 0 && self.epoch <= closed {
            return self.published(rows);
        }
        if self.epoch != closed.next() || self.epoch == closed {
            return Err(ListError::NotNext.into());
        }
        let waiting = |state: &ShardState| {
            let (shard, from) = (state.head.head().list().shard, state.head.head().length());
            (from..state.length).take(self.most).map(move |sequence| RowKey::log(name, shard, sequence))
        };
        rows.load(states.iter().flat_map(waiting))?;
        let mut updates = Vec::with_capacity(states.len());
        for state in &states {
            let mut changes = Vec::new();
            for key in waiting(state) {
                let entry = rows.read::<LogEntry, _>(&key)?;
                let entry = entry.ok_or(Halt::Corrupt(Table::Log, DecodeError::Malformed))?;
                changes.push((entry.operation, entry.handle));
            }
            updates.push(self.owner.next_epoch(state.head.head(), changes, self.now)?);
        }
        for (state, update) in states.iter().zip(&updates) {
            let key = RowKey::epoch(name, update.head().head().list().shard, self.epoch);
            rows.write(key, update);
            log.write_head(rows, update.head(), state.length);
        }
        Ok(closed_epoch(updates))
    }
}

impl CloseEpoch<'_> {
    fn published(&self, rows: &mut Rows) -> Result<ClosedEpoch, Halt<ListError>> {
        let key = |shard| RowKey::epoch(self.owner.name(), shard, self.epoch);
        let shards = || self.owner.shard_count().shards();
        rows.load(shards().map(key))?;
        let read = |shard| {
            let update = rows.read::<EpochUpdate, _>(&key(shard))?;
            update.ok_or(Halt::Corrupt(Table::Epochs, DecodeError::Malformed))
        };
        shards().map(read).collect::<Result<_, _>>().map(closed_epoch)
    }
}

fn closed_epoch(updates: Vec<EpochUpdate>) -> ClosedEpoch {
    let heads = HeadSet::new(updates.iter().map(|update| update.head().clone()).collect());
    ClosedEpoch { updates, heads }
}

/// Asks for the heads of the last closed epoch.
#[derive(Debug)]
pub struct LastHeads<'a> {
    pub(super) owner: &'a ListOwner,
}

impl Transition for LastHeads<'_> {
    type Output = HeadSet;
    type Refusal = ListError;

    fn apply(&self, rows: &mut Rows) -> Result<HeadSet, Halt<ListError>> {
        let states = Log(self.owner).states(rows)?;
        Ok(HeadSet::new(states.into_iter().map(|state| state.head).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::{Scalar, random_scalar};
    use crate::list::{ListClass, ListName, ShardCount};
    use crate::registry::{Failure, MemoryStore, run};
    use rand_core::OsRng;

    const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

    /// Registers and removes, or restores.
    struct Change<'a>(Log<'a>, &'a Handle, Option<Operation>);

    impl Transition for Change<'_> {
        type Output = ();
        type Refusal = ListError;

        fn apply(&self, rows: &mut Rows) -> Result<(), Halt<ListError>> {
            let Self(log, handle, operation) = self;
            match operation {
                None => log.register(rows, handle, Shard::FIRST),
                Some(operation) => log.append(rows, handle, *operation).map(drop),
            }
        }
    }

    struct Supersede<'a>(Log<'a>, &'a Handle);

    impl Transition for Supersede<'_> {
        type Output = Option<Appended>;
        type Refusal = ListError;

        fn apply(&self, rows: &mut Rows) -> Result<Option<Appended>, Halt<ListError>> {
            self.0.supersede(rows, self.1)
        }
    }

    struct Witness<'a>(Log<'a>, &'a Handle);

    impl Transition for Witness<'_> {
        type Output = IssuedWitness;
        type Refusal = ListError;

        fn apply(&self, rows: &mut Rows) -> Result<IssuedWitness, Halt<ListError>> {
            self.0.witness(rows, self.1)
        }
    }

    fn owner() -> ListOwner {
        let name = ListName::new("test", ListClass::Status).unwrap();
        ListOwner::random(name, ShardCount::ONE, &mut OsRng)
    }

    #[test]
    fn what_does_not_fit_an_epoch_waits_for_the_next() {
        let (owner, mut store) = (owner(), MemoryStore::new());
        run(&mut store, &OpenList { owner: &owner, now: NOW }).unwrap();
        let handles: Vec<Handle> = (0..5).map(|_| Handle::from_scalar(random_scalar(&mut OsRng)).unwrap()).collect();
        for handle in &handles {
            for operation in [None, Some(Operation::Remove)] {
                run(&mut store, &Change(Log(&owner), handle, operation)).unwrap();
            }
        }
        for (epoch, entries) in [(1, 2), (2, 2), (3, 1), (4, 0)] {
            let close = CloseEpoch { owner: &owner, epoch: Epoch::new(epoch), now: NOW, most: 2 };
            let closed = run(&mut store, &close).unwrap();
            assert_eq!(closed.updates[0].entries().len(), entries);
        }
    }

    /// Writes that a shard's log is as long as can be counted.
    struct Full<'a>(Log<'a>);

    impl Transition for Full<'_> {
        type Output = ();
        type Refusal = ListError;

        fn apply(&self, rows: &mut Rows) -> Result<(), Halt<ListError>> {
            let state = self.0.state::<ListError>(rows, Shard::FIRST)?;
            rows.write(self.0.shard_row(Shard::FIRST), &ShardState { length: u64::MAX, ..state });
            Ok(())
        }
    }

    #[test]
    fn no_entry_is_written_over_another_at_the_end_of_the_count() {
        let (owner, mut store) = (owner(), MemoryStore::new());
        run(&mut store, &OpenList { owner: &owner, now: NOW }).unwrap();
        let handle = Handle::from_scalar(Scalar::from(7u8)).unwrap();
        run(&mut store, &Change(Log(&owner), &handle, None)).unwrap();
        run(&mut store, &Full(Log(&owner))).unwrap();
        let failure = run(&mut store, &Change(Log(&owner), &handle, Some(Operation::Remove))).unwrap_err();
        assert_eq!(failure, Failure::Corrupt(Table::Shards, DecodeError::OutOfRange));
    }

    #[test]
    fn a_superseded_element_is_never_restored() {
        let (owner, mut store) = (owner(), MemoryStore::new());
        run(&mut store, &OpenList { owner: &owner, now: NOW }).unwrap();
        for removed_before in [false, true] {
            let handle = Handle::from_scalar(Scalar::from(7u8 + u8::from(removed_before))).unwrap();
            let change = |operation| Change(Log(&owner), &handle, operation);
            run(&mut store, &change(None)).unwrap();
            assert!(run(&mut store, &change(None)).is_err(), "registered once");
            if removed_before {
                run(&mut store, &change(Some(Operation::Remove))).unwrap();
            }
            let appended = run(&mut store, &Supersede(Log(&owner), &handle)).unwrap();
            assert_eq!(appended.is_some(), !removed_before, "removed once");
            assert!(run(&mut store, &change(Some(Operation::Restore))).is_err());
            assert!(run(&mut store, &Witness(Log(&owner), &handle)).is_err());
        }
    }

    #[test]
    fn a_witness_waits_for_the_epoch_of_a_restoration() {
        let (owner, mut store) = (owner(), MemoryStore::new());
        run(&mut store, &OpenList { owner: &owner, now: NOW }).unwrap();
        let handle = Handle::from_scalar(Scalar::from(7u8)).unwrap();
        let change = |operation| Change(Log(&owner), &handle, operation);
        let close = |epoch| CloseEpoch { owner: &owner, epoch: Epoch::new(epoch), now: NOW, most: 9 };
        run(&mut store, &change(None)).unwrap();
        run(&mut store, &Witness(Log(&owner), &handle)).unwrap();
        run(&mut store, &change(Some(Operation::Remove))).unwrap();
        run(&mut store, &close(1)).unwrap();
        run(&mut store, &change(Some(Operation::Restore))).unwrap();
        assert!(run(&mut store, &Witness(Log(&owner), &handle)).is_err(), "present, but not yet in an epoch");
        run(&mut store, &close(2)).unwrap();
        run(&mut store, &Witness(Log(&owner), &handle)).unwrap();
    }
}

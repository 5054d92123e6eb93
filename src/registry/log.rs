//! A list kept in rows: elements and the log (spec 10 §6.1).

use super::idempotency::{Appended, read_operation};
use super::{Interrupt, RowKey, Rows, Table};
use crate::accumulator::{Handle, Operation};
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::list::{Epoch, HeadSet, IssuedWitness, ListError, OwnerCore, Presence, Shard, SignedHead};

/// A row: what a list knows of one handle. Type 26 (spec 10 §5.3).
pub(super) struct ElementRow {
    shard: Shard,
    presence: Presence,
    /// Whether a newer handle took its place: it is never restored.
    superseded: bool,
    /// How long the shard's log was after the last change of this element; 0 if there was none.
    changed: u64,
}

impl Body for ElementRow {
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
    pub(super) operation: Operation,
    pub(super) handle: Handle,
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

/// A row: how many entries a shard's log has, those that wait for their epoch counted. Type 29
/// (spec 10 §5.3).
///
/// Every change of the shard writes it; nothing that closes an epoch writes it, or reads it within
/// a transaction.
pub(super) struct ShardState {
    pub(super) length: u64,
}

impl Body for ShardState {
    const TYPE: MessageType = MessageType::ShardState;
    const MAX_LEN: usize = 32;
    const FIELDS: u64 = 1;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).uint(self.length);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { length: reader.key(1)?.uint()? })
    }
}

/// A row: the last closed epoch of a list. Type 43 (spec 10 §5.3).
pub(super) struct ListState {
    pub(super) closed: Epoch,
}

impl Body for ListState {
    const TYPE: MessageType = MessageType::ListState;
    const MAX_LEN: usize = 32;
    const FIELDS: u64 = 1;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).uint(self.closed.number());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { closed: Epoch::new(reader.key(1)?.uint()?) })
    }
}

/// The list of one owner, in the rows of its registry.
#[derive(Clone, Copy)]
pub(super) struct Log<'a>(pub(super) &'a OwnerCore);

impl Log<'_> {
    pub(super) fn element_row(self, handle: &Handle) -> RowKey {
        RowKey::element(self.0.name(), handle)
    }

    /// What every change of the shard writes.
    pub(super) fn shard_row(self, shard: Shard) -> RowKey {
        RowKey::shard(self.0.name(), shard)
    }

    /// What tells the last closed epoch.
    pub(super) fn list_row(self) -> RowKey {
        RowKey::list(self.0.name())
    }

    fn element<R: From<ListError>>(self, rows: &mut Rows, handle: &Handle) -> Result<ElementRow, Interrupt<R>> {
        let element = rows.read(&self.element_row(handle))?;
        element.ok_or_else(|| Interrupt::Refused(ListError::UnknownHandle.into()))
    }

    /// How long a shard's log is. Creating the store wrote it, so it is there.
    fn length<R: From<ListError>>(self, rows: &mut Rows, shard: Shard) -> Result<u64, Interrupt<R>> {
        self.check_shard(shard)?;
        let state: Option<ShardState> = rows.read(&self.shard_row(shard))?;
        state.map(|state| state.length).ok_or(Interrupt::Corrupt(Table::Shards, DecodeError::Malformed))
    }

    fn check_shard<R: From<ListError>>(self, shard: Shard) -> Result<(), Interrupt<R>> {
        let has = self.0.shard_count().contains(shard);
        if has { Ok(()) } else { Err(Interrupt::Refused(ListError::UnknownShard.into())) }
    }

    /// The last closed epoch.
    pub(super) fn closed<R>(self, rows: &mut Rows) -> Result<Epoch, Interrupt<R>> {
        let state: Option<ListState> = rows.read(&self.list_row())?;
        state.map(|state| state.closed).ok_or(Interrupt::Corrupt(Table::Lists, DecodeError::Malformed))
    }

    /// The head of a shard at an epoch that was closed, or is being closed.
    pub(super) fn head<R>(self, rows: &mut Rows, shard: Shard, epoch: Epoch) -> Result<SignedHead, Interrupt<R>> {
        let head = rows.read(&RowKey::head(self.0.name(), shard, epoch))?;
        head.ok_or(Interrupt::Corrupt(Table::Heads, DecodeError::Malformed))
    }

    /// The heads of all shards at such an epoch.
    pub(super) fn heads<R>(self, rows: &mut Rows, epoch: Epoch) -> Result<HeadSet, Interrupt<R>> {
        let shards = || self.0.shard_count().shards();
        rows.load(shards().map(|shard| RowKey::head(self.0.name(), shard, epoch)))?;
        shards().map(|shard| self.head(rows, shard, epoch)).collect::<Result<_, _>>().map(HeadSet::new)
    }

    /// The shard of a handle, if it is registered.
    pub(super) fn shard_of<R>(self, rows: &mut Rows, handle: &Handle) -> Result<Option<Shard>, Interrupt<R>> {
        Ok(rows.read::<ElementRow, R>(&self.element_row(handle))?.map(|element| element.shard))
    }

    /// Registers a handle as present; nothing is published (rule 07-25).
    pub(super) fn register<R: From<ListError>>(
        self,
        rows: &mut Rows,
        handle: &Handle,
        shard: Shard,
    ) -> Result<(), Interrupt<R>> {
        self.check_shard::<R>(shard)?;
        let key = self.element_row(handle);
        if rows.read::<ElementRow, R>(&key)?.is_some() {
            return Err(Interrupt::Refused(ListError::AlreadyRegistered.into()));
        }
        rows.write(key, &ElementRow { shard, presence: Presence::Present, superseded: false, changed: 0 });
        Ok(())
    }

    /// Appends a removal or a restoration (rules 07-26, 07-28).
    pub(super) fn append<R: From<ListError>>(
        self,
        rows: &mut Rows,
        handle: &Handle,
        operation: Operation,
    ) -> Result<Appended, Interrupt<R>> {
        let mut element = self.element::<R>(rows, handle)?;
        if element.superseded {
            return Err(Interrupt::Refused(ListError::Removed.into()));
        }
        let sequence = self.length::<R>(rows, element.shard)?;
        element.presence = element.presence.after(operation).map_err(|error| Interrupt::Refused(error.into()))?;
        let appended = Appended { operation, shard: element.shard, sequence };
        // No log is that long; a row that says so must not have one entry written over another.
        let end = Interrupt::Corrupt(Table::Shards, DecodeError::OutOfRange);
        let length = sequence.checked_add(1).ok_or(end)?;
        element.changed = length;
        let entry = LogEntry { operation, handle: handle.duplicate() };
        rows.write(RowKey::log(self.0.name(), element.shard, sequence), &entry);
        rows.write(self.shard_row(element.shard), &ShardState { length });
        rows.write(self.element_row(handle), &element);
        Ok(appended)
    }

    /// Takes a handle off for good: it is removed, unless it is already, and nothing restores it
    /// (rule 07-28).
    pub(super) fn supersede<R: From<ListError>>(
        self,
        rows: &mut Rows,
        handle: &Handle,
    ) -> Result<Option<Appended>, Interrupt<R>> {
        let appended = match self.element::<R>(rows, handle)?.presence {
            Presence::Present => Some(self.append(rows, handle, Operation::Remove)?),
            Presence::Removed => None,
        };
        let element = self.element::<R>(rows, handle)?;
        rows.write(self.element_row(handle), &ElementRow { superseded: true, ..element });
        Ok(appended)
    }

    /// A witness under the last closed epoch, for a handle that is present and of which no change
    /// waits (rule 07-27), for an epoch that is being closed too.
    pub(super) fn witness<R: From<ListError>>(
        self,
        rows: &mut Rows,
        handle: &Handle,
    ) -> Result<IssuedWitness, Interrupt<R>> {
        let element = self.element::<R>(rows, handle)?;
        let closed = self.closed(rows)?;
        let signed = self.head(rows, element.shard, closed)?;
        let head = signed.head();
        if element.presence == Presence::Removed || element.changed > head.length() {
            return Err(Interrupt::Refused(ListError::Removed.into()));
        }
        self.0.witness(head, handle).map_err(|error| Interrupt::Refused(error.into()))
    }

    /// Whether a handle is present, and whether the change that made it so waits for its epoch.
    pub(super) fn standing<R: From<ListError>>(
        self,
        rows: &mut Rows,
        handle: &Handle,
    ) -> Result<(Presence, bool), Interrupt<R>> {
        let element = self.element::<R>(rows, handle)?;
        let closed = self.closed(rows)?;
        let head = self.head(rows, element.shard, closed)?;
        Ok((element.presence, element.changed > head.head().length()))
    }

    /// The witness that was given out at an epoch, once more.
    pub(super) fn witness_again<R: From<ListError>>(
        self,
        rows: &mut Rows,
        handle: &Handle,
        shard: Shard,
        epoch: Epoch,
    ) -> Result<IssuedWitness, Interrupt<R>> {
        let head = self.head(rows, shard, epoch)?;
        self.0.witness(head.head(), handle).map_err(|error| Interrupt::Refused(error.into()))
    }
}

#[cfg(test)]
mod tests {
    use rand_core::OsRng;
    use std::vec::Vec;

    use super::*;
    use crate::calendar::Timestamp;
    use crate::group::{Scalar, random_scalar};
    use crate::list::{ListClass, ListName, ListOwner, Pause, ShardCount};
    use crate::registry::close::CloseEpoch;
    use crate::registry::create::CreateStore;
    use crate::registry::epoch::Kept;
    use crate::registry::{Failure, Keeper, MemoryStore, RecordKey, Transition, run};

    const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

    /// A list in a store of its own.
    struct Stored {
        owner: ListOwner,
        keeper: Keeper,
        store: MemoryStore,
    }

    /// Something done to its rows.
    struct Doing<'a, F>(&'a Keeper, F);

    impl<T, F: Fn(&mut Rows) -> Result<T, Interrupt<ListError>>> Transition for Doing<'_, F> {
        type Output = T;
        type Refusal = ListError;

        fn keeper(&self) -> &Keeper {
            self.0
        }

        fn apply(&self, rows: &mut Rows) -> Result<T, Interrupt<ListError>> {
            (self.1)(rows)
        }
    }

    type Done<T> = Result<T, Failure<ListError, core::convert::Infallible>>;

    impl Stored {
        fn new() -> Self {
            let name = ListName::new("test", ListClass::Status).unwrap();
            let owner = ListOwner::random(name, ShardCount::ONE, &mut OsRng);
            let keeper = Keeper::of_flags(owner.core(), &RecordKey::random(&mut OsRng));
            let mut store = MemoryStore::new();
            let list = Kept { owner: owner.core(), keeper: &keeper, most: 9 };
            run(&mut store, &CreateStore { list, heads: owner.first_heads(NOW) }).unwrap();
            Self { owner, keeper, store }
        }

        fn make<T>(&mut self, make: impl Fn(Log<'_>, &mut Rows) -> Result<T, Interrupt<ListError>>) -> Done<T> {
            let owner = self.owner.core();
            run(&mut self.store, &Doing(&self.keeper, |rows: &mut Rows| make(Log(owner), rows)))
        }

        /// Registers and removes, or restores.
        fn change(&mut self, handle: &Handle, operation: Option<Operation>) -> Done<()> {
            self.make(|log, rows| match operation {
                None => log.register(rows, handle, Shard::FIRST),
                Some(operation) => log.append(rows, handle, operation).map(drop),
            })
        }

        fn witness(&mut self, handle: &Handle) -> Done<IssuedWitness> {
            self.make(|log, rows| log.witness(rows, handle))
        }

        /// How many entries the epoch has, of at most so many.
        fn close(&mut self, epoch: u64, most: usize) -> usize {
            let list = Kept { owner: self.owner.core(), keeper: &self.keeper, most };
            let (epoch, pause, key) = (Epoch::new(epoch), Pause::None, self.owner.key());
            let close = CloseEpoch { list, epoch, now: NOW, pause, key };
            close.run(&mut self.store).unwrap().updates[0].entries().len()
        }
    }

    #[test]
    fn what_does_not_fit_an_epoch_waits_for_the_next() {
        let mut stored = Stored::new();
        let handles: Vec<Handle> = (0..5).map(|_| Handle::from_scalar(random_scalar(&mut OsRng)).unwrap()).collect();
        for handle in &handles {
            for operation in [None, Some(Operation::Remove)] {
                stored.change(handle, operation).unwrap();
            }
        }
        for (epoch, entries) in [(1, 2), (2, 2), (3, 1), (4, 0)] {
            assert_eq!(stored.close(epoch, 2), entries);
        }
    }

    /// Check 10-42.
    #[test]
    fn no_entry_is_written_over_another_at_the_end_of_the_count() {
        let mut stored = Stored::new();
        let handle = Handle::from_scalar(Scalar::from(7u8)).unwrap();
        stored.change(&handle, None).unwrap();
        let full = |log: Log<'_>, rows: &mut Rows| {
            rows.write(log.shard_row(Shard::FIRST), &ShardState { length: u64::MAX });
            Ok(())
        };
        stored.make(full).unwrap();
        let failure = stored.change(&handle, Some(Operation::Remove)).unwrap_err();
        assert_eq!(failure, Failure::Corrupt(Table::Shards, DecodeError::OutOfRange));
    }

    /// Checks 07-28, 10-41, 10-42.
    #[test]
    fn a_superseded_element_is_never_restored() {
        let mut stored = Stored::new();
        for removed_before in [false, true] {
            let handle = Handle::from_scalar(Scalar::from(7u8 + u8::from(removed_before))).unwrap();
            stored.change(&handle, None).unwrap();
            assert!(stored.change(&handle, None).is_err(), "registered once");
            if removed_before {
                stored.change(&handle, Some(Operation::Remove)).unwrap();
            }
            let appended = stored.make(|log, rows| log.supersede(rows, &handle)).unwrap();
            assert_eq!(appended.is_some(), !removed_before, "removed once");
            assert!(stored.change(&handle, Some(Operation::Restore)).is_err());
            assert!(stored.witness(&handle).is_err());
        }
    }

    /// Checks 10-42, 10-43.
    #[test]
    fn a_witness_waits_for_the_epoch_of_a_restoration() {
        let mut stored = Stored::new();
        let handle = Handle::from_scalar(Scalar::from(7u8)).unwrap();
        stored.change(&handle, None).unwrap();
        stored.witness(&handle).unwrap();
        assert!(stored.change(&handle, Some(Operation::Restore)).is_err(), "it is present");
        stored.change(&handle, Some(Operation::Remove)).unwrap();
        assert!(stored.change(&handle, Some(Operation::Remove)).is_err(), "it is removed");
        stored.close(1, 9);
        stored.change(&handle, Some(Operation::Restore)).unwrap();
        assert!(stored.witness(&handle).is_err(), "present, but not yet in an epoch");
        stored.close(2, 9);
        stored.witness(&handle).unwrap();
    }
}

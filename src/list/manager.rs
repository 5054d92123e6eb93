//! The owner's side of a list, in memory (spec 07 §6).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;

use super::closed::most_entries;
use super::owner::Pause;
use super::{
    ClosedEpoch, Entry, EpochUpdate, FirstHeads, GreatestStep, Head, HeadSet, IssuedWitness, ListError, ListKeys,
    ListName, ListOwner, Presence, Shard, ShardCount, SharedListKeys,
};
use crate::accumulator::{Handle, Operation};
use crate::calendar::Timestamp;
use crate::group::ScalarBytes;
use crate::signature::{RoleKey, SigningKey, Unsigned};

/// What the owner knows of a registered handle, as of the open epoch: waiting changes included.
struct Registration {
    shard: Shard,
    presence: Presence,
}

struct ManagedShard {
    head: Head,
    waiting: Vec<(Operation, Handle)>,
}

/// An epoch that was prepared and is not taken: its time, and how many of the changes that wait in
/// each shard belong to it.
#[derive(Clone)]
struct OpenCut {
    time: Timestamp,
    entries: Vec<usize>,
}

/// An epoch that is signed and that its manager has not
/// [taken](AccumulatorManager::take_epoch) yet; only then can it be published.
#[must_use = "it is published when its manager has taken it"]
#[derive(Debug)]
pub struct StagedEpoch(ClosedEpoch);

/// The owner of a list: registers, removes and restores handles, gives out witnesses and closes
/// epochs.
///
/// A handle is registered once in the whole list, whatever the shard. Changes wait for the next
/// [`close_epoch`](Self::close_epoch). An element is removed only while present and restored only
/// while removed; breaking that rule would publish its witness. The registered handles are kept in
/// memory as they are: the owner knows them anyway.
///
/// Where the signing key is elsewhere, an epoch is [prepared](Self::prepare_epoch), signed, and
/// [taken](Self::take_epoch), which gives what is published.
pub struct AccumulatorManager<K: RoleKey = SigningKey> {
    owner: ListOwner<K>,
    shards: Vec<ManagedShard>,
    handles: BTreeMap<ScalarBytes, Registration>,
    heads: HeadSet,
    cut: Option<OpenCut>,
}

impl<K: RoleKey> fmt::Debug for AccumulatorManager<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccumulatorManager({}, redacted)", self.owner.name())
    }
}

impl AccumulatorManager {
    /// A new list with fresh keys and the heads of its empty log, epoch 0.
    pub fn new(
        name: ListName,
        shard_count: ShardCount,
        now: Timestamp,
        rng: &mut impl CryptoRngCore,
    ) -> (Self, HeadSet) {
        let owner = ListOwner::random(name, shard_count, rng);
        let heads = owner.first_heads(now);
        (Self::begun(owner, heads.clone()), heads)
    }

    /// Publishes the waiting changes of all shards as one epoch, up to 65,536 of each shard; the
    /// rest wait on.
    ///
    /// # Errors
    /// [`ListError::OldTime`] if `now` is before the last epoch's time, [`ListError::Leap`] if it
    /// is further after it than the greatest step; [`ListError::LogFull`]. On any error nothing
    /// changes.
    pub fn close_epoch(&mut self, now: Timestamp) -> Result<ClosedEpoch, ListError> {
        let StagedEpoch(closed) = self.prepare_epoch(now)?.sign_here(self.owner.key());
        Ok(self.apply(closed))
    }

    /// The same after a pause of any length. Look at the clock first: what is closed at a time that
    /// is not now is the last epoch of the list until that time has come.
    ///
    /// # Errors
    /// Those of [`AccumulatorManager::close_epoch`] but for the leap.
    pub fn close_epoch_after_pause(&mut self, now: Timestamp) -> Result<ClosedEpoch, ListError> {
        let StagedEpoch(closed) = self.prepare_epoch_after_pause(now)?.sign_here(self.owner.key());
        Ok(self.apply(closed))
    }
}

impl<K: RoleKey> AccumulatorManager<K> {
    /// A new list of an owner with fresh keys, at the heads of its empty log, which its key signed
    /// ([`ListOwner::prepare_first_heads`]).
    ///
    /// # Errors
    /// Those of [`HeadSet::verify`]; [`ListError::NotEmptyLog`].
    pub fn with_owner(owner: ListOwner<K>, FirstHeads(heads): FirstHeads) -> Result<Self, ListError> {
        heads.verify(&owner.list_keys())?.check_follows(&heads, None, &[])?;
        Ok(Self::begun(owner, heads))
    }

    fn begun(owner: ListOwner<K>, heads: HeadSet) -> Self {
        let shards = heads.iter().map(|signed| ManagedShard { head: signed.head().clone(), waiting: Vec::new() });
        Self { shards: shards.collect(), owner, handles: BTreeMap::new(), heads, cut: None }
    }

    /// The same list with another greatest step than a day.
    #[must_use]
    pub fn with_greatest_step(self, step: GreatestStep) -> Self {
        Self { owner: self.owner.with_greatest_step(step), ..self }
    }

    /// What the owner publishes once.
    #[must_use]
    pub fn list_keys(&self) -> ListKeys {
        self.owner.list_keys()
    }

    /// The heads of the last closed epoch.
    #[must_use]
    pub const fn heads(&self) -> &HeadSet {
        &self.heads
    }

    /// `α` of every shard, for a platform that verifies keyed presentations. Whoever has them can
    /// make them.
    #[must_use]
    pub fn share_keys(&self) -> SharedListKeys {
        self.owner.share_keys()
    }

    /// Registers a handle as present. Nothing is published.
    ///
    /// # Errors
    /// [`ListError::UnknownShard`]; [`ListError::AlreadyRegistered`] if it is present already, in
    /// this shard or another one; [`ListError::Removed`] if it is registered and removed.
    pub fn register(&mut self, shard: Shard, handle: &Handle) -> Result<(), ListError> {
        if shard.index() >= self.shards.len() {
            return Err(ListError::UnknownShard);
        }
        let y = handle.scalar().to_bytes();
        match self.handles.get(&y).map(|registration| registration.presence) {
            Some(Presence::Present) => Err(ListError::AlreadyRegistered),
            Some(Presence::Removed) => Err(ListError::Removed),
            None => {
                self.handles.insert(y, Registration { shard, presence: Presence::Present });
                Ok(())
            }
        }
    }

    /// Takes a present handle out with the next epoch.
    ///
    /// # Errors
    /// [`ListError::UnknownHandle`] or [`ListError::AlreadyRemoved`].
    pub fn remove(&mut self, handle: &Handle) -> Result<(), ListError> {
        self.change(handle, Operation::Remove)
    }

    /// Puts a removed handle back with the next epoch.
    ///
    /// # Errors
    /// [`ListError::UnknownHandle`] or [`ListError::NotRemoved`].
    pub fn restore(&mut self, handle: &Handle) -> Result<(), ListError> {
        self.change(handle, Operation::Restore)
    }

    fn change(&mut self, handle: &Handle, operation: Operation) -> Result<(), ListError> {
        let registration = self.handles.get_mut(&handle.scalar().to_bytes()).ok_or(ListError::UnknownHandle)?;
        let presence = registration.presence.after(operation)?;
        let shard = self.shards.get_mut(registration.shard.index()).ok_or(ListError::UnknownShard)?;
        shard.waiting.push((operation, handle.duplicate()));
        registration.presence = presence;
        Ok(())
    }

    /// Gives out a witness for a handle that is present in this shard, fitting the last closed
    /// epoch. The same call gives the same bytes.
    ///
    /// # Errors
    /// [`ListError::UnknownHandle`] also for a handle of another shard; [`ListError::Removed`] also
    /// while a removal or a restoration waits for its epoch.
    pub fn witness(&self, shard: Shard, handle: &Handle) -> Result<IssuedWitness, ListError> {
        let registration = self.handles.get(&handle.scalar().to_bytes()).ok_or(ListError::UnknownHandle)?;
        if registration.shard != shard {
            return Err(ListError::UnknownHandle);
        }
        let shard = self.shards.get(shard.index()).ok_or(ListError::UnknownShard)?;
        let waits = shard.waiting.iter().any(|(_, waiting)| waiting == handle);
        if registration.presence == Presence::Removed || waits {
            return Err(ListError::Removed);
        }
        self.owner.witness_without_rules(&shard.head, handle)
    }

    /// The epoch of the waiting changes, as [`AccumulatorManager::close_epoch`] publishes it, to be
    /// signed. Until it is [taken](Self::take_epoch), every call gives the same one, at the time of
    /// the first and without the changes that came after that: one number is one epoch, however
    /// often its signatures fail or are late (rule 07-62).
    ///
    /// # Errors
    /// As there; on any error nothing changes.
    pub fn prepare_epoch(&mut self, now: Timestamp) -> Result<Unsigned<StagedEpoch>, ListError> {
        if self.cut.is_none() {
            self.shards.iter().try_for_each(|shard| self.owner.core().check_time(&shard.head, now, Pause::None))?;
        }
        self.prepare_epoch_after_pause(now)
    }

    /// The same after a pause of any length.
    ///
    /// # Errors
    /// As [`AccumulatorManager::close_epoch_after_pause`].
    pub fn prepare_epoch_after_pause(&mut self, now: Timestamp) -> Result<Unsigned<StagedEpoch>, ListError> {
        let cut = match &self.cut {
            Some(cut) => cut.clone(),
            None => self.cut_at(now)?,
        };
        let mut updates = Vec::with_capacity(self.shards.len());
        for (shard, entries) in self.shards.iter().zip(&cut.entries) {
            let waiting = shard.waiting.iter().take(*entries);
            let changes = waiting.map(|(operation, handle)| (*operation, handle.duplicate())).collect();
            updates.push(self.owner.core().next_epoch(&shard.head, changes, cut.time)?);
        }
        self.cut = Some(cut);
        let unsigned = ClosedEpoch::unsigned(updates, self.owner.core().public());
        Ok(unsigned.within(StagedEpoch, |StagedEpoch(closed), shard, signature| closed.sign(shard, signature)))
    }

    fn cut_at(&self, time: Timestamp) -> Result<OpenCut, ListError> {
        let most = most_entries(self.owner.shard_count());
        let room = |shard: &ManagedShard| {
            let room = shard.head.room(!shard.waiting.is_empty(), most as u64)?;
            Ok(usize::try_from(room).unwrap_or(most).min(shard.waiting.len()))
        };
        Ok(OpenCut { time, entries: self.shards.iter().map(room).collect::<Result<_, ListError>>()? })
    }

    /// Takes the epoch that was prepared and is signed, and gives it to be published: its changes
    /// wait no more. Changes that came meanwhile wait on; one that was taken already is refused.
    ///
    /// # Errors
    /// Those of [`HeadSet::verify`] and [`EpochUpdate::verify`]; [`ListError::WrongUpdates`] for
    /// another epoch than the one that this manager prepared. On any error nothing changes.
    pub fn take_epoch(&mut self, StagedEpoch(closed): StagedEpoch) -> Result<ClosedEpoch, ListError> {
        let keys = self.owner.list_keys();
        let before = self.heads.verify(&keys)?;
        closed.heads.verify(&keys)?.check_follows(&closed.heads, Some(&before), &closed.updates)?;
        let cut = self.cut.as_ref().ok_or(ListError::WrongUpdates)?;
        let waits = |((shard, count), update): ((&ManagedShard, &usize), &EpochUpdate)| {
            let same = |(entry, (operation, handle)): (&Entry, &(Operation, Handle))| {
                entry.operation == *operation && entry.handle == *handle
            };
            let entries = update.entries();
            entries.len() == *count
                && update.head().head().time == cut.time
                && entries.iter().zip(&shard.waiting).all(same)
        };
        if !self.shards.iter().zip(&cut.entries).zip(&closed.updates).all(waits) {
            return Err(ListError::WrongUpdates);
        }
        Ok(self.apply(closed))
    }

    fn apply(&mut self, closed: ClosedEpoch) -> ClosedEpoch {
        for (shard, update) in self.shards.iter_mut().zip(&closed.updates) {
            shard.waiting.drain(..update.entries().len());
            shard.head = update.head().head().clone();
        }
        self.heads = closed.heads.clone();
        self.cut = None;
        closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::Scalar;
    use crate::list::epoch::MAX_ENTRIES;
    use crate::list::{ListClass, MAX_LOG_LENGTH};

    const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

    fn one_shard() -> AccumulatorManager {
        let name = ListName::new("test", ListClass::Status).unwrap();
        AccumulatorManager::new(name, ShardCount::ONE, NOW, &mut rand_core::OsRng).0
    }

    fn handle(number: u64) -> Handle {
        Handle::from_scalar(Scalar::from(number)).unwrap()
    }

    #[test]
    fn a_prepared_epoch_with_another_entry_is_not_taken() {
        let mut list = one_shard();
        for number in [1, 2] {
            list.register(Shard::FIRST, &handle(number)).unwrap();
        }
        list.remove(&handle(1)).unwrap();
        let prepared = |list: &mut AccumulatorManager| list.prepare_epoch(NOW).unwrap().sign_here(list.owner.key());
        // It was prepared, and then what waits became something else.
        for other in [(Operation::Remove, handle(2)), (Operation::Restore, handle(1))] {
            let staged = prepared(&mut list);
            let own = core::mem::replace(&mut list.shards[0].waiting[0], other);
            assert_eq!(list.take_epoch(staged).map(drop), Err(ListError::WrongUpdates));
            list.shards[0].waiting[0] = own;
        }
        let staged = prepared(&mut list);
        assert_eq!(list.take_epoch(staged).unwrap().updates[0].entries().len(), 1);
    }

    /// Rule 07-48: what fits is published, and after that nothing as if nothing had happened.
    #[test]
    fn a_full_log_ends_with_what_fits() {
        let mut list = one_shard();
        list.shards[0].head = list.shards[0].head.with_length(MAX_LOG_LENGTH - 2);
        for number in 1..=3 {
            list.register(Shard::FIRST, &handle(number)).unwrap();
            list.remove(&handle(number)).unwrap();
        }
        assert_eq!(list.close_epoch(NOW).unwrap().updates[0].entries().len(), 2);
        for _ in 0..2 {
            assert_eq!(list.close_epoch(NOW).map(drop), Err(ListError::LogFull));
            assert_eq!(list.shards[0].waiting.len(), 1);
        }
    }

    /// As many entries as an epoch may have are for the log to refuse, one more is too many.
    #[test]
    fn an_epoch_holds_so_many_entries() {
        let list = one_shard();
        let full = list.shards[0].head.with_length(MAX_LOG_LENGTH);
        let close = |count| {
            let changes = (0..count).map(|_| (Operation::Remove, handle(1))).collect();
            list.owner.core().next_epoch(&full, changes, NOW).map(drop)
        };
        assert_eq!(close(MAX_ENTRIES + 1), Err(ListError::WrongLength));
        assert_eq!(close(MAX_ENTRIES), Err(ListError::LogFull));
        assert_eq!(close(1), Err(ListError::LogFull));
        assert_eq!(close(0), Ok(()));
    }
}

//! The owner's side of a list, in memory (spec 07 §6).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;

use super::epoch::MAX_ENTRIES;
use super::owner::Pause;
use super::{
    EpochUpdate, GreatestStep, Head, HeadSet, IssuedWitness, ListError, ListKeys, ListName, ListOwner, Presence, Shard,
    ShardCount,
};
use crate::accumulator::{AccumulatorKey, Handle, Operation};
use crate::calendar::Timestamp;
use crate::group::ScalarBytes;

/// What the owner knows of a registered handle, as of the open epoch: waiting changes included.
struct Registration {
    shard: Shard,
    presence: Presence,
}

struct ManagedShard {
    head: Head,
    waiting: Vec<(Operation, Handle)>,
}

/// The epoch that [`AccumulatorManager::close_epoch`] publishes: one update for each shard, in
/// order, and all heads.
#[derive(Debug)]
pub struct ClosedEpoch {
    /// One for each shard, also for shards without changes.
    pub updates: Vec<EpochUpdate>,
    /// The heads of all shards.
    pub heads: HeadSet,
}

/// The owner of a list: registers, removes and restores handles, gives out witnesses and closes
/// epochs.
///
/// A handle is registered once in the whole list, whatever the shard. Changes wait for the next
/// [`close_epoch`](Self::close_epoch). An element is removed only while present and restored only
/// while removed; breaking that rule would publish its witness. The registered handles are kept in
/// memory as they are: the owner knows them anyway.
pub struct AccumulatorManager {
    owner: ListOwner,
    shards: Vec<ManagedShard>,
    handles: BTreeMap<ScalarBytes, Registration>,
    heads: HeadSet,
}

impl fmt::Debug for AccumulatorManager {
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
        let shards = heads.iter().map(|signed| ManagedShard { head: signed.head().clone(), waiting: Vec::new() });
        (Self { shards: shards.collect(), owner, handles: BTreeMap::new(), heads: heads.clone() }, heads)
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
    pub fn share_keys(&self) -> Vec<AccumulatorKey> {
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

    /// Publishes the waiting changes of all shards as one epoch, up to 65,536 of each shard; the
    /// rest wait on.
    ///
    /// # Errors
    /// [`ListError::OldTime`] if `now` is before the last epoch's time, [`ListError::Leap`] if it
    /// is further after it than the greatest step. On any error nothing changes.
    pub fn close_epoch(&mut self, now: Timestamp) -> Result<ClosedEpoch, ListError> {
        self.shards.iter().try_for_each(|shard| self.owner.check_time(&shard.head, now, Pause::None))?;
        self.close_epoch_after_pause(now)
    }

    /// The same after a pause of any length. Look at the clock first: what is closed at a time that
    /// is not now is the last epoch of the list until that time has come.
    ///
    /// # Errors
    /// Those of [`AccumulatorManager::close_epoch`] but for the leap.
    pub fn close_epoch_after_pause(&mut self, now: Timestamp) -> Result<ClosedEpoch, ListError> {
        let mut updates = Vec::with_capacity(self.shards.len());
        for shard in &self.shards {
            let changes = shard.waiting.iter().take(MAX_ENTRIES);
            let changes = changes.map(|(operation, handle)| (*operation, handle.duplicate())).collect();
            updates.push(self.owner.next_epoch_without_rules(&shard.head, changes, now)?);
        }
        for (shard, update) in self.shards.iter_mut().zip(&updates) {
            shard.waiting.drain(..update.entries().len());
            shard.head = update.head().head().clone();
        }
        self.heads = HeadSet::new(updates.iter().map(|update| update.head().clone()).collect());
        Ok(ClosedEpoch { updates, heads: self.heads.clone() })
    }
}

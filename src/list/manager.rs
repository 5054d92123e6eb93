//! The owner's side of a list (spec 07 §6).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;

use super::epoch::MAX_ENTRIES;
use super::{
    Epoch, EpochUpdate, Head, HeadSet, IssuedWitness, ListError, ListId, ListKeys, ListName, Shard, ShardCount,
};
use crate::accumulator::{AccumulatorKey, Handle, Operation, start};
use crate::calendar::Timestamp;
use crate::group::{BaseTable, PrfKey};
use crate::signature::SigningKey;

/// What the owner knows of a registered handle, as of the open epoch: waiting changes included.
struct Registration {
    shard: Shard,
    present: bool,
}

struct ManagedShard {
    key: AccumulatorKey,
    head: Head,
    waiting: Vec<(Operation, Handle)>,
}

/// The epoch that [`AccumulatorManager::close_epoch`] publishes: one update for each shard, in order, and all heads.
#[derive(Debug)]
pub struct ClosedEpoch {
    /// One for each shard, also for shards without changes.
    pub updates: Vec<EpochUpdate>,
    /// The heads of all shards.
    pub heads: HeadSet,
}

/// The owner of a list: registers, removes and restores handles, gives out witnesses and closes epochs.
///
/// A handle is registered once in the whole list, whatever the shard. Changes wait for the next
/// [`close_epoch`](Self::close_epoch). An element is removed only while present and restored only while removed; breaking that
/// rule would publish its witness. The registered handles are kept in memory as they are: the owner knows them anyway.
pub struct AccumulatorManager {
    name: ListName,
    shards: Vec<ManagedShard>,
    handles: BTreeMap<[u8; 32], Registration>,
    signing_key: SigningKey,
    nonce_key: PrfKey,
    heads: HeadSet,
    table: BaseTable,
}

impl fmt::Debug for AccumulatorManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccumulatorManager({}, redacted)", self.name)
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
        let signing_key = SigningKey::random(rng);
        let mut shards = Vec::with_capacity(usize::from(shard_count.number()));
        for shard in shard_count.shards() {
            let list = ListId { name: name.clone(), shard };
            let key = AccumulatorKey::random(rng);
            let value = start(&list.to_bytes());
            let head =
                Head { list, key: key.public(), epoch: Epoch::new(0), time: now, length: 0, chain: [0; 32], value };
            shards.push(ManagedShard { key, head, waiting: Vec::new() });
        }
        let heads = HeadSet::new(shards.iter().map(|shard| shard.head.clone().sign(&signing_key)).collect());
        let manager = Self {
            name,
            shards,
            handles: BTreeMap::new(),
            signing_key,
            nonce_key: PrfKey::random(rng),
            heads: heads.clone(),
            table: BaseTable::basepoint(),
        };
        (manager, heads)
    }

    /// What the owner publishes once.
    #[must_use]
    pub fn list_keys(&self) -> ListKeys {
        ListKeys {
            name: self.name.clone(),
            owner: self.signing_key.verifying_key(),
            shard_count: ShardCount::of(self.shards.len()).unwrap_or(ShardCount::ONE),
            accumulators: self.shards.iter().map(|shard| shard.head.key).collect(),
        }
    }

    /// The heads of the last closed epoch.
    #[must_use]
    pub const fn heads(&self) -> &HeadSet {
        &self.heads
    }

    /// `α` of every shard, for a platform that verifies keyed presentations. Whoever has them can make them.
    #[must_use]
    pub fn share_keys(&self) -> Vec<AccumulatorKey> {
        self.shards.iter().map(|shard| shard.key.duplicate()).collect()
    }

    /// Registers a handle as present. Nothing is published.
    ///
    /// # Errors
    /// [`ListError::UnknownShard`]; [`ListError::AlreadyRegistered`] if it is present already, in this shard or another one;
    /// [`ListError::Removed`] if it is registered and removed.
    pub fn register(&mut self, shard: Shard, handle: &Handle) -> Result<(), ListError> {
        if shard.index() >= self.shards.len() {
            return Err(ListError::UnknownShard);
        }
        let y = handle.scalar().to_bytes();
        match self.handles.get(&y) {
            Some(Registration { present: true, .. }) => Err(ListError::AlreadyRegistered),
            Some(Registration { present: false, .. }) => Err(ListError::Removed),
            None => {
                self.handles.insert(y, Registration { shard, present: true });
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
        let y = handle.scalar().to_bytes();
        let registration = self.handles.get_mut(&y).ok_or(ListError::UnknownHandle)?;
        let present = match (operation, registration.present) {
            (Operation::Remove, true) => false,
            (Operation::Restore, false) => true,
            (Operation::Remove, false) => return Err(ListError::AlreadyRemoved),
            (Operation::Restore, true) => return Err(ListError::NotRemoved),
        };
        let shard = self.shards.get_mut(registration.shard.index()).ok_or(ListError::UnknownShard)?;
        shard.waiting.push((operation, handle.duplicate()));
        registration.present = present;
        Ok(())
    }

    /// Gives out a witness for a handle that is present in this shard, fitting the last closed epoch. The same call gives the
    /// same bytes.
    ///
    /// # Errors
    /// [`ListError::UnknownHandle`] also for a handle of another shard; [`ListError::Removed`] also while a removal or a
    /// restoration waits for its epoch.
    pub fn witness(&self, shard: Shard, handle: &Handle) -> Result<IssuedWitness, ListError> {
        let registration = self.handles.get(&handle.scalar().to_bytes()).ok_or(ListError::UnknownHandle)?;
        if registration.shard != shard {
            return Err(ListError::UnknownHandle);
        }
        let shard = self.shards.get(shard.index()).ok_or(ListError::UnknownShard)?;
        if !registration.present || shard.waiting.iter().any(|(_, waiting)| waiting == handle) {
            return Err(ListError::Removed);
        }
        IssuedWitness::issue(&shard.head, handle, &shard.key, &self.nonce_key, &self.table)
    }

    /// Publishes the waiting changes of all shards as one epoch, up to 65,536 of each shard; the rest wait on.
    ///
    /// # Errors
    /// [`ListError::BrokenChain`] if `now` is before the last epoch's time. On any error nothing changes.
    pub fn close_epoch(&mut self, now: Timestamp) -> Result<ClosedEpoch, ListError> {
        let mut updates = Vec::with_capacity(self.shards.len());
        for shard in &self.shards {
            if now < shard.head.time {
                return Err(ListError::BrokenChain);
            }
            let sign = |head: Head| head.sign(&self.signing_key);
            let changes = shard.waiting.iter().take(MAX_ENTRIES);
            let changes = changes.map(|(operation, handle)| (*operation, handle.duplicate())).collect();
            let update = EpochUpdate::make(&shard.head, changes, now, &shard.key, &self.nonce_key, sign, &self.table)?;
            updates.push(update);
        }
        for (shard, update) in self.shards.iter_mut().zip(&updates) {
            shard.waiting.drain(..update.entries().len());
            shard.head = update.head().head().clone();
        }
        self.heads = HeadSet::new(updates.iter().map(|update| update.head().clone()).collect());
        Ok(ClosedEpoch { updates, heads: self.heads.clone() })
    }
}

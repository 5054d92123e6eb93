//! The owner's side of a list (spec 07 §6).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use ed25519_dalek::SigningKey;
use rand_core::CryptoRngCore;

use super::epoch::MAX_ENTRIES;
use super::{
    Epoch, EpochUpdate, Head, HeadSet, IssuedWitness, ListError, ListId, ListKeys, ListName, MAX_SHARDS, Shard,
};
use crate::accumulator::{AccumulatorKey, Handle, Operation, start};
use crate::calendar::Timestamp;
use crate::group::{BaseTable, PrfKey};

/// What the owner knows of a registered handle.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Present,
    Removed,
}

struct ManagedShard {
    key: AccumulatorKey,
    head: Head,
    /// As of the open epoch: pending changes included.
    handles: BTreeMap<[u8; 32], Standing>,
    pending: Vec<(Operation, Handle)>,
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
/// Changes wait for the next [`close_epoch`](Self::close_epoch). An element is removed only while present and restored only
/// while removed; breaking that rule would publish its witness.
pub struct AccumulatorManager {
    name: ListName,
    shards: Vec<ManagedShard>,
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
    ///
    /// # Errors
    /// [`ListError::InvalidShardCount`] unless there are 1 to 1,024 shards.
    pub fn new(
        name: ListName,
        shard_count: u16,
        now: Timestamp,
        rng: &mut impl CryptoRngCore,
    ) -> Result<(Self, HeadSet), ListError> {
        if shard_count == 0 || usize::from(shard_count) > MAX_SHARDS {
            return Err(ListError::InvalidShardCount);
        }
        let signing_key = SigningKey::from_bytes(PrfKey::random(rng).expose());
        let mut shards = Vec::with_capacity(usize::from(shard_count));
        for number in 0..shard_count {
            let list = ListId { name: name.clone(), shard: Shard::new(number)? };
            let key = AccumulatorKey::random(rng);
            let value = start(&list.to_bytes());
            let head =
                Head { list, key: key.public(), epoch: Epoch::new(0), time: now, length: 0, chain: [0; 32], value };
            shards.push(ManagedShard { key, head, handles: BTreeMap::new(), pending: Vec::new() });
        }
        let heads = HeadSet::new(shards.iter().map(|shard| shard.head.clone().sign(&signing_key)).collect());
        let nonce_key = PrfKey::random(rng);
        let manager =
            Self { name, shards, signing_key, nonce_key, heads: heads.clone(), table: BaseTable::basepoint() };
        Ok((manager, heads))
    }

    /// What the owner publishes once.
    #[must_use]
    pub fn list_keys(&self) -> ListKeys {
        ListKeys {
            name: self.name.clone(),
            owner: self.signing_key.verifying_key().to_bytes(),
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

    fn shard_mut(&mut self, shard: Shard) -> Result<&mut ManagedShard, ListError> {
        self.shards.get_mut(shard.index()).ok_or(ListError::UnknownShard)
    }

    /// Registers a handle as present. Nothing is published.
    ///
    /// # Errors
    /// [`ListError::UnknownShard`] or [`ListError::AlreadyRegistered`].
    pub fn register(&mut self, shard: Shard, handle: &Handle) -> Result<(), ListError> {
        let handles = &mut self.shard_mut(shard)?.handles;
        let y = handle.scalar().to_bytes();
        if handles.contains_key(&y) {
            return Err(ListError::AlreadyRegistered);
        }
        handles.insert(y, Standing::Present);
        Ok(())
    }

    /// Takes a present handle out with the next epoch.
    ///
    /// # Errors
    /// [`ListError::UnknownShard`], [`ListError::UnknownHandle`] or [`ListError::AlreadyRemoved`].
    pub fn remove(&mut self, shard: Shard, handle: &Handle) -> Result<(), ListError> {
        self.change(shard, handle, Operation::Remove, Standing::Present, ListError::AlreadyRemoved)
    }

    /// Puts a removed handle back with the next epoch.
    ///
    /// # Errors
    /// [`ListError::UnknownShard`], [`ListError::UnknownHandle`] or [`ListError::NotRemoved`].
    pub fn restore(&mut self, shard: Shard, handle: &Handle) -> Result<(), ListError> {
        self.change(shard, handle, Operation::Restore, Standing::Removed, ListError::NotRemoved)
    }

    fn change(
        &mut self,
        shard: Shard,
        handle: &Handle,
        operation: Operation,
        from: Standing,
        otherwise: ListError,
    ) -> Result<(), ListError> {
        let shard = self.shard_mut(shard)?;
        let standing = shard.handles.get_mut(&handle.scalar().to_bytes()).ok_or(ListError::UnknownHandle)?;
        if *standing != from {
            return Err(otherwise);
        }
        *standing = match operation {
            Operation::Remove => Standing::Removed,
            Operation::Restore => Standing::Present,
        };
        shard.pending.push((operation, handle.duplicate()));
        Ok(())
    }

    /// Gives out a witness for a present handle, fitting the last closed epoch. The same call gives the same bytes.
    ///
    /// # Errors
    /// [`ListError::UnknownShard`], [`ListError::UnknownHandle`], or [`ListError::Removed`] also while a removal or a
    /// restoration waits for its epoch.
    pub fn witness(&self, shard: Shard, handle: &Handle) -> Result<IssuedWitness, ListError> {
        let shard = self.shards.get(shard.index()).ok_or(ListError::UnknownShard)?;
        let standing = shard.handles.get(&handle.scalar().to_bytes()).ok_or(ListError::UnknownHandle)?;
        if *standing == Standing::Removed || shard.pending.iter().any(|(_, pending)| pending == handle) {
            return Err(ListError::Removed);
        }
        IssuedWitness::issue(&shard.head, handle, &shard.key, &self.nonce_key, &self.table)
    }

    /// Publishes the waiting changes of all shards as one epoch, up to 65,536 of each shard; the rest wait on.
    ///
    /// # Errors
    /// [`ListError::BrokenChain`] if `now` is before the last epoch's time; then nothing changes.
    pub fn close_epoch(&mut self, now: Timestamp) -> Result<ClosedEpoch, ListError> {
        if self.shards.iter().any(|shard| now < shard.head.time) {
            return Err(ListError::BrokenChain);
        }
        let mut updates = Vec::with_capacity(self.shards.len());
        for shard in &mut self.shards {
            let later = shard.pending.split_off(shard.pending.len().min(MAX_ENTRIES));
            let changes = core::mem::replace(&mut shard.pending, later);
            let sign = |head: Head| head.sign(&self.signing_key);
            let update = EpochUpdate::make(&shard.head, changes, now, &shard.key, &self.nonce_key, sign, &self.table)?;
            shard.head = update.head().head().clone();
            updates.push(update);
        }
        self.heads = HeadSet::new(updates.iter().map(|update| update.head().clone()).collect());
        Ok(ClosedEpoch { updates, heads: self.heads.clone() })
    }
}

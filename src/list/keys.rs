//! What everybody has of a list: its owner's key and those of its accumulators (spec 07 §2).

use alloc::vec::Vec;

use super::{Epoch, Head, ListError, ListId, ListName, Shard, ShardCount};
use crate::accumulator::AccumulatorPublicKey;
use crate::signature::VerifyingKey;
use crate::ticket::{KeyRole, TicketKey};

/// What an owner publishes once about a list: hosts pin it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListKeys {
    pub(crate) name: ListName,
    pub(crate) owner: VerifyingKey,
    pub(crate) shard_count: ShardCount,
    pub(crate) accumulators: Vec<AccumulatorPublicKey>,
}

impl ListKeys {
    /// `owner` is the owner's Ed25519 verification key; `accumulators` has `α·G` of each shard, in
    /// order.
    ///
    /// # Errors
    /// [`ListError::InvalidShardCount`], or [`ListError::BadSignature`] for bytes that are no
    /// verification key.
    pub fn new(name: ListName, owner: [u8; 32], accumulators: Vec<AccumulatorPublicKey>) -> Result<Self, ListError> {
        let shard_count = ShardCount::of(accumulators.len())?;
        let owner = VerifyingKey::from_bytes(&owner).map_err(|_| ListError::BadSignature)?;
        Ok(Self { name, owner, shard_count, accumulators })
    }

    /// Owner and class.
    #[must_use]
    pub const fn name(&self) -> &ListName {
        &self.name
    }

    /// The number of shards.
    #[must_use]
    pub const fn shard_count(&self) -> ShardCount {
        self.shard_count
    }

    /// The owner's Ed25519 verification key, 32 bytes.
    #[must_use]
    pub const fn owner_key(&self) -> [u8; 32] {
        self.owner.to_bytes()
    }

    /// `α·G` of a shard.
    ///
    /// # Errors
    /// [`ListError::UnknownShard`].
    pub fn accumulator(&self, shard: Shard) -> Result<AccumulatorPublicKey, ListError> {
        self.accumulators.get(shard.index()).copied().ok_or(ListError::UnknownShard)
    }
}

/// How tickets name the keys of lists (spec 14 §1.1).
impl TicketKey {
    /// `α·G` of a shard of a list, by list and shard, for tickets at the heads of one epoch: one
    /// for which the holder has cosigned heads, as a number that only it was told of would mark it.
    ///
    /// # Errors
    /// [`ListError::UnknownShard`].
    pub fn of_list(keys: &ListKeys, shard: Shard, epoch: Epoch) -> Result<Self, ListError> {
        let list = ListId { name: keys.name().clone(), shard };
        Ok(Self::of_shard(&list, epoch, keys.accumulator(shard)?))
    }

    /// The same, of the list, shard and epoch of a head.
    pub(crate) fn of_head(head: &Head) -> Self {
        Self::of_shard(head.list(), head.epoch(), head.key)
    }

    fn of_shard(list: &ListId, epoch: Epoch, key: AccumulatorPublicKey) -> Self {
        Self::new(KeyRole::List, list.to_bytes(), epoch.number(), key.0)
    }
}

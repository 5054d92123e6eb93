//! How tickets name the keys of issuers, lists and sets (spec 14 §1.1).

use crate::accumulator::AccumulatorPublicKey;
use crate::credential::IssuerParameters;
use crate::list::{Epoch, Head, ListError, ListId, ListKeys, Shard};
use crate::set::VerifiedCodeSet;
use crate::ticket::{KeyRole, TicketKey};

impl TicketKey {
    /// `X` of an issuer: by the digest of the schema, under the key's version.
    #[must_use]
    pub fn of_issuer(parameters: &IssuerParameters) -> Self {
        let id = parameters.schema_digest().0.to_vec();
        Self::new(KeyRole::Issuer, id, u64::from(parameters.version().0), parameters.key().0)
    }

    /// `α·G` of a shard of a list, by list and shard, for tickets at the heads of one epoch: one for which the holder has cosigned heads, as a
    /// number that only it was told of would mark it.
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

    /// `α·G` of a set of codes, by the digest of its table.
    #[must_use]
    pub fn of_set(set: &VerifiedCodeSet) -> Self {
        Self::new(KeyRole::Set, set.digest().0.to_vec(), 0, *set.key())
    }
}

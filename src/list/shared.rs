//! What an owner gives to a platform or a helper of its keys (spec 10 §1.1).

use alloc::vec::Vec;
use core::fmt;

use super::{ListKeys, ListName, MAX_SHARDS, ShardCount};
use crate::accumulator::{AccumulatorKey, AccumulatorPublicKey};
use crate::codec::{Body, ENCODED_SCALAR, MessageType, Reader, Writer};
use crate::error::DecodeError;

/// `α` of every shard of one list in the hands of a platform or a helper: with the list's name, and
/// nothing else that its owner has. As a [`Message`](crate::codec::Message) it travels from owner
/// to platform, encrypted, and is stored there; the bytes are secret.
pub struct SharedListKeys {
    pub(super) name: ListName,
    /// In order of the shards.
    pub(super) keys: Vec<AccumulatorKey>,
}

impl SharedListKeys {
    /// Owner and class.
    #[must_use]
    pub const fn name(&self) -> &ListName {
        &self.name
    }

    /// Whether they are the keys of this list, `α·G` of each shard.
    #[must_use]
    pub fn are_of(&self, keys: &ListKeys) -> bool {
        let same = |(own, public): (&AccumulatorKey, &AccumulatorPublicKey)| own.public() == *public;
        let all = self.keys.len() == keys.accumulators.len();
        all && self.name == keys.name && self.keys.iter().zip(&keys.accumulators).all(same)
    }

    pub(crate) fn keys(&self) -> &[AccumulatorKey] {
        &self.keys
    }
}

impl fmt::Debug for SharedListKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SharedListKeys({}, redacted)", self.name)
    }
}

impl Body for SharedListKeys {
    const TYPE: MessageType = MessageType::SharedListKeys;
    const MAX_LEN: usize = 80 + ENCODED_SCALAR * MAX_SHARDS;
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).array(2);
        self.name.write(writer);
        writer.key(2).array(self.keys.len());
        self.keys.iter().for_each(|key| writer.scalars([key.scalar()]));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.key(1)?.array_of(2)?;
        let name = ListName::read(reader)?;
        let keys = reader.key(2)?.items(MAX_SHARDS, |reader| {
            let [scalar] = reader.scalars_of()?;
            AccumulatorKey::from_scalar(&scalar)
        })?;
        ShardCount::of(keys.len()).map_err(|_| DecodeError::OutOfRange)?;
        Ok(Self { name, keys })
    }
}

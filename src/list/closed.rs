//! An epoch of all shards, as it leaves its owner (spec 07 §3.2).

use alloc::vec::Vec;

use super::epoch::MAX_ENTRIES;
use super::{EpochUpdate, HeadSet, MAX_SHARDS, ShardCount};
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::signature::{Signature, Unsigned, VerifyingKey};

/// The most entries of all shards together in one epoch.
const MAX_ALL_ENTRIES: usize = 1 << 21;

/// The most entries of one shard in one epoch of a list that has so many (rule 07-49).
pub(crate) const fn most_entries(shards: ShardCount) -> usize {
    let share = MAX_ALL_ENTRIES / shards.number() as usize;
    if share < MAX_ENTRIES { share } else { MAX_ENTRIES }
}

/// An epoch as [`AccumulatorManager::close_epoch`](super::AccumulatorManager::close_epoch) and
/// [`CloseEpoch`](crate::registry::CloseEpoch) close it: one update for each shard, in order, and
/// all heads. Of epoch 0, the empty log, there are heads alone.
///
/// A message (type 80), by which it goes to cosigners, auditors and platforms. It has the heads
/// once: those of the updates are taken to be `heads`. Nothing of it is checked before
/// [`LogAuditor::follow`](super::LogAuditor::follow) or a platform's `accept_epoch`. Reading the
/// longest takes a minute and a gigabyte, whoever made it: bound it by heads that are verified
/// ([`ClosedEpoch::read_up_to`]).
#[derive(Debug, PartialEq, Eq)]
pub struct ClosedEpoch {
    /// One for each shard, also for shards without changes.
    pub updates: Vec<EpochUpdate>,
    /// The heads of all shards.
    pub heads: HeadSet,
}

impl ClosedEpoch {
    /// The empty log, by its heads.
    #[must_use]
    pub const fn first(heads: HeadSet) -> Self {
        Self { updates: Vec::new(), heads }
    }

    /// The updates of all shards and their heads, which wait for one signature each.
    pub(super) fn unsigned(updates: Vec<Unsigned<EpochUpdate>>, owner: VerifyingKey) -> Unsigned<Self> {
        let updates: Vec<EpochUpdate> = updates.into_iter().map(Unsigned::into_content).collect();
        let heads = HeadSet::new(updates.iter().map(|update| update.head().clone()).collect());
        heads.unsigned(owner).within(|heads| Self { updates, heads }, Self::sign)
    }

    /// Puts the signature of a shard's head where it belongs.
    pub(super) fn sign(&mut self, shard: usize, signature: Signature) {
        self.heads.sign(shard, signature);
        if let Some(update) = self.updates.get_mut(shard) {
            update.sign(signature);
        }
    }

    /// Reads an epoch that has at most so many entries in all shards together: a longer one is
    /// refused before anything of it is decoded (check 07-50).
    ///
    /// # Errors
    /// [`DecodeError::TooLong`], and any other [`DecodeError`].
    pub fn read_up_to(bytes: &[u8], shards: ShardCount, entries: u64) -> Result<Self, DecodeError> {
        use crate::codec::Message;
        let most = Self::most_len(shards, entries);
        if bytes.len() > most { Err(DecodeError::TooLong) } else { Self::from_bytes(bytes) }
    }

    /// The most bytes that an epoch of so many shards, and entries in all of them together, has:
    /// whoever fetches one asks for no more (check 07-50).
    #[must_use]
    pub fn most_len(shards: ShardCount, entries: u64) -> usize {
        let entries = usize::try_from(entries).unwrap_or(MAX_ALL_ENTRIES).min(MAX_ALL_ENTRIES);
        64 + 528 * usize::from(shards.number()) + 80 * entries
    }
}

impl Body for ClosedEpoch {
    const TYPE: MessageType = MessageType::ClosedEpoch;
    const MAX_LEN: usize = 64 + 528 * MAX_SHARDS + 80 * MAX_ALL_ENTRIES;
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        self.heads.write_items(writer.key(1));
        writer.key(2).array(self.updates.len());
        self.updates.iter().for_each(|update| update.write_entries(writer));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let heads = HeadSet::read_items(reader.key(1)?)?;
        let entries = reader.key(2)?.items(MAX_SHARDS, EpochUpdate::read_entries)?;
        if !entries.is_empty() && entries.len() != heads.iter().count() {
            return Err(DecodeError::OutOfRange);
        }
        let updates = entries.into_iter().zip(heads.iter());
        Ok(Self { updates: updates.map(|(entries, head)| EpochUpdate::of(entries, head.clone())).collect(), heads })
    }
}

#[cfg(test)]
mod tests {
    use rand_core::OsRng;

    use super::*;
    use crate::accumulator::Handle;
    use crate::calendar::Timestamp;
    use crate::list::{AccumulatorManager, ListClass, ListName, Shard};

    // Rule 07-49.
    #[test]
    fn an_epoch_has_as_many_entries_as_one_message_holds() {
        let most = |shards| most_entries(ShardCount::new(shards).unwrap());
        assert_eq!([1, 32, 33, 64, 1_024].map(most), [65_536, 65_536, 63_550, 32_768, 2_048]);

        let (name, now) = (ListName::new("police", ListClass::Flag).unwrap(), Timestamp::from_secs(1));
        let (mut owner, _) = AccumulatorManager::new(name, ShardCount::new(1_024).unwrap(), now, &mut OsRng);
        for _ in 0..2_050 {
            let handle = Handle::random(&mut OsRng);
            owner.register(Shard::FIRST, &handle).unwrap();
            owner.remove(&handle).unwrap();
        }
        for expected in [2_048, 2, 0] {
            let closed = owner.close_epoch(now).unwrap();
            assert_eq!(closed.updates.first().map(|update| update.entries().len()), Some(expected));
        }
    }
}

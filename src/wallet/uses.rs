//! How often a holder used limits (spec 11 §3.2): what keeps a wallet from using a nullifier twice.

use alloc::collections::BTreeMap;

use super::WalletError;
use crate::calendar::Timestamp;
use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, refusal};

/// The most limits that a wallet counts at a time.
const MAX_LIMITS: usize = 1_024;

/// Which limit, and whose pseudonym: a hash of both.
pub(super) type Counter = [u8; 32];

/// Uses by limit, with the end of each limit's period.
#[derive(Clone, Default)]
pub(super) struct UseMemory(BTreeMap<Counter, (u32, Timestamp)>);

impl UseMemory {
    pub(super) fn count(&self, counter: &Counter) -> u32 {
        self.0.get(counter).map_or(0, |(count, _)| *count)
    }

    /// One use more.
    pub(super) fn add(&mut self, counter: Counter, until: Timestamp) -> Result<(), WalletError> {
        let until = self.0.get(&counter).map_or(until, |(_, until)| *until);
        self.set(counter, self.count(&counter).saturating_add(1), until)
    }

    /// So many uses; none is no count.
    pub(super) fn set(&mut self, counter: Counter, count: u32, until: Timestamp) -> Result<(), WalletError> {
        if self.0.len() >= MAX_LIMITS && !self.0.contains_key(&counter) {
            return Err(WalletError::Full);
        }
        self.0.insert(counter, (count, until));
        Ok(())
    }

    /// Periods that are over have no uses left.
    pub(super) fn forget_before(&mut self, now: Timestamp) {
        self.0.retain(|_, (_, until)| *until >= now);
    }

    /// Ascending by counter.
    pub(super) fn write(&self, writer: &mut Writer) {
        writer.array(self.0.len());
        for (counter, (count, until)) in &self.0 {
            writer.array(3);
            writer.bytes(counter);
            writer.uint(u64::from(*count));
            writer.uint(until.as_secs());
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let items = reader.items(MAX_LIMITS, |reader| {
            reader.array_of(3)?;
            let (counter, count): (Counter, u32) = (reader.bytes_of()?, reader.uint()?);
            Ok((counter, (count, Timestamp::from_secs(reader.uint()?))))
        })?;
        let counted = items.iter().all(|(_, (count, _))| *count > 0);
        if !counted || !items.is_sorted_by(|(one, _), (next, _)| one < next) {
            return Err(reader.refuse(refusal!(DecodeError::OutOfRange, "11-14")));
        }
        Ok(Self(items.into_iter().collect()))
    }
}

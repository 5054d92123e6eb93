//! The log as files (spec 07 §8).

use alloc::vec::Vec;

use super::epoch::MAX_ENTRIES;
use super::{Epoch, EpochUpdate, Head, ListError, ListId};
use crate::codec::{Body, MessageType, Reader, Writer, decode};
use crate::error::{DecodeError, Refusal, refusal};

/// What the epochs of a file take at most, without their entries.
const EPOCHS_LEN: u64 = 16 * 1024;
/// What an entry takes at most.
const ENTRY_LEN: u64 = 80;

/// The number of a segment of a log, counted from 0: it holds 16 epochs, from `16·number + 1` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SegmentNumber(u64);

impl SegmentNumber {
    /// Epochs of a segment. Few, so that a file is small; and a constant, so that where a wallet
    /// starts to read tells little.
    pub const EPOCHS: u64 = 16;

    /// The segment with this number; `None` if its epochs cannot be numbered.
    #[must_use]
    pub const fn new(number: u64) -> Option<Self> {
        if number < u64::MAX / Self::EPOCHS { Some(Self(number)) } else { None }
    }

    /// The segment that holds an epoch; `None` for epoch 0, which has no entries, and for epochs
    /// beyond the last segment.
    #[must_use]
    pub const fn of(epoch: Epoch) -> Option<Self> {
        match epoch.number().checked_sub(1) {
            Some(index) => Self::new(index / Self::EPOCHS),
            None => None,
        }
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The first epoch of the segment.
    #[must_use]
    pub const fn first(self) -> Epoch {
        Epoch::new(self.0.saturating_mul(Self::EPOCHS).saturating_add(1))
    }
}

/// A file of the log: the epochs of one shard between two fixed boundaries.
///
/// A full segment never changes. The last one has fewer epochs, and is replaced whenever an epoch
/// is closed. Wallets fetch whole segments and skip what they know: a request for just the epochs
/// that one of them misses would tell when it was here last.
///
/// Reading the longest file takes seconds and hundreds of megabytes, whoever made it. A wallet
/// hands the bytes to [`CatchUp::follow_segment`](super::CatchUp::follow_segment), which bounds
/// them by the cosigned head that it follows to; whoever reads files in another way does so by
/// [`LogSegment::read_up_to`].
#[derive(Debug, PartialEq, Eq)]
pub struct LogSegment {
    list: ListId,
    number: SegmentNumber,
    epochs: Vec<EpochUpdate>,
}

impl LogSegment {
    /// Puts epochs of one shard into a segment, from its first epoch on.
    ///
    /// # Errors
    /// [`ListError::WrongHead`] for no epochs, too many, ones of another list or shard, or other
    /// numbers than the segment's.
    pub fn new(list: ListId, number: SegmentNumber, epochs: Vec<EpochUpdate>) -> Result<Self, ListError> {
        let numbers = (number.first().number()..).take(usize::try_from(SegmentNumber::EPOCHS).unwrap_or(usize::MAX));
        let heads = epochs.iter().map(|epoch| epoch.head().head());
        let fits = heads.clone().all(|head| head.list == list)
            && heads.map(|head| head.epoch.number()).eq(numbers.take(epochs.len()));
        if epochs.is_empty() || !fits {
            return Err(ListError::WrongHead);
        }
        Ok(Self { list, number, epochs })
    }

    /// Reads a file of the log up to this head, which is cosigned: one that is longer than such a
    /// file can be is refused before anything of it is decoded (check 07-47).
    ///
    /// # Errors
    /// [`DecodeError::TooLong`], and any other [`DecodeError`].
    pub fn read_up_to(bytes: &[u8], head: &Head) -> Result<Self, DecodeError> {
        Self::read_of_at_most(Self::most_bytes(head.length()), bytes).map_err(|refusal| refusal.error)
    }

    /// The most bytes of a file that has so many entries at most.
    pub(super) const fn most_bytes(entries: u64) -> u64 {
        EPOCHS_LEN.saturating_add(ENTRY_LEN.saturating_mul(entries))
    }

    /// The same of a file of at most so many bytes.
    pub(super) fn read_of_at_most(most: u64, bytes: &[u8]) -> Result<Self, Refusal<DecodeError>> {
        if bytes.len() as u64 > most { Err(refusal!(DecodeError::TooLong, "07-47")) } else { decode(bytes) }
    }

    /// The list and shard.
    #[must_use]
    pub const fn list(&self) -> &ListId {
        &self.list
    }

    /// The number.
    #[must_use]
    pub const fn number(&self) -> SegmentNumber {
        self.number
    }

    /// The epochs in order, not checked.
    #[must_use]
    pub fn epochs(&self) -> &[EpochUpdate] {
        &self.epochs
    }

    /// The epochs from `first` on, for a holder that knows those before it; not checked.
    pub fn into_epochs_from(self, first: Epoch) -> impl Iterator<Item = EpochUpdate> {
        self.epochs.into_iter().skip_while(move |epoch| epoch.head().head().epoch < first)
    }
}

impl Body for LogSegment {
    const TYPE: MessageType = MessageType::LogSegment;
    const MAX_LEN: usize = 16 * (1024 + 80 * MAX_ENTRIES);
    const FIELDS: u64 = 3;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).array(3);
        self.list.write(writer);
        writer.key(2).uint(self.number.0);
        writer.key(3).array(self.epochs.len());
        self.epochs.iter().for_each(|epoch| epoch.write_item(writer));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.key(1)?.array_of(3)?;
        let list = ListId::read(reader)?;
        let number = SegmentNumber::new(reader.key(2)?.uint()?).ok_or(DecodeError::OutOfRange)?;
        let epochs = reader.key(3)?.items(16, EpochUpdate::read_item)?;
        Self::new(list, number, epochs).map_err(|_| DecodeError::OutOfRange)
    }
}

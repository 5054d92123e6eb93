//! What a reader of a log knows, so that it starts from there and not from the first entry (spec 07
//! §12).

use alloc::vec::Vec;
use core::fmt;

use super::head_set::VerifiedHeads;
use super::{CosignedHeads, Epoch, ListKeys, ListName, MAX_SHARDS, Presence, Shard};
use crate::codec::{Body, ENCODED_SCALAR, MessageType, Reader, Writer};
use crate::error::{Check, DecodeError, Numbered, check};
use crate::group::{SCALAR_LEN, ScalarBytes, TaggedHash};
use crate::signature::{Signature, Unsigned, VerifyingKey};

/// The most epochs of one snapshot.
pub(crate) const MAX_EPOCHS: usize = 64;
/// The most elements of one snapshot.
const MAX_ELEMENTS: usize = 1 << 22;
/// The most bytes of a head without proof and signature.
const MAX_HEAD: usize = 256;

/// An element of a log, by the bytes of its scalar, and where it stands.
pub(super) type KnownElement = (ScalarBytes, (Shard, Presence));

/// What a platform, a cosigner or an auditor of a log knows of one list, signed by itself: the
/// heads that it has accepted and that may still count, and for whoever audits where each element
/// stands that the log has named. From its own snapshot it starts without reading the log.
///
/// Everything in it is public; only its signature makes it count, for its own maker. Whoever sets a
/// maker back to an older snapshot has it go on from the epoch of that one: so a host says which
/// epoch it must not be before.
#[derive(Clone, PartialEq, Eq)]
pub struct ListSnapshot {
    name: ListName,
    /// By epoch, the newest last.
    heads: Vec<VerifiedHeads>,
    /// In order.
    elements: Vec<KnownElement>,
    maker: [u8; 32],
    signature: Signature,
}

/// Why nothing starts from a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SnapshotError {
    /// Another key made it.
    OtherKey,
    /// It is of another list, or of other keys of it.
    OtherList,
    /// It is not what its maker signed.
    Changed,
    /// It is older than the host says it must be.
    Old,
    /// No quorum of cosigners signed one of its epochs, or these heads are of none of them.
    NotCosigned,
    /// A quorum of cosigners, or this cosigner, signed another version of one of its epochs.
    Forked,
    /// Its newest epoch's time has not come.
    Future,
    /// Some of the list was read already.
    Begun,
}

impl Numbered for SnapshotError {
    fn check(&self) -> Option<Check> {
        Some(match self {
            Self::Begun => check!("07-55"),
            Self::OtherKey => check!("07-56"),
            Self::OtherList => check!("07-57"),
            Self::Changed => check!("07-58"),
            Self::Old | Self::Future => check!("07-59"),
            Self::NotCosigned => check!("07-60"),
            // A platform refuses by 07-60, a cosigner by 07-61.
            Self::Forked => return None,
        })
    }
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherKey => "the snapshot was made by another key",
            Self::OtherList => "the snapshot is of another list, or of other keys of it",
            Self::Changed => "the snapshot is not what its maker signed",
            Self::Old => "the snapshot is older than it must be",
            Self::NotCosigned => "no cosigned epoch is in the snapshot",
            Self::Forked => "another version of an epoch of the snapshot was signed",
            Self::Future => "the snapshot is from the future",
            Self::Begun => "some of the list was read already",
        })
    }
}

impl core::error::Error for SnapshotError {}

impl ListSnapshot {
    /// What is known, to be signed; none without an epoch.
    pub(crate) fn unsigned(
        heads: Vec<VerifiedHeads>,
        elements: Vec<KnownElement>,
        keys: &ListKeys,
        maker: VerifyingKey,
    ) -> Option<Unsigned<Self>> {
        let name = heads.last()?.name().clone();
        let snapshot = Self { name, heads, elements, maker: maker.to_bytes(), signature: [0; 64] };
        let statement = snapshot.statement(keys);
        Some(Unsigned::new(snapshot, maker, [statement], |snapshot, _, signature| snapshot.signature = signature))
    }

    /// Every field of every head, every element, and the keys of the list.
    fn statement(&self, keys: &ListKeys) -> TaggedHash {
        let hash = TaggedHash::new("log-snapshot").part(&self.name.to_bytes()).part(&keys.owner_key());
        let hash = keys.accumulators.iter().fold(hash, |hash, key| hash.element(&key.0));
        let hash = self.heads.iter().fold(hash.uint(self.heads.len() as u64), |hash, heads| {
            hash.uint(heads.epoch().number()).part(&heads.digest().to_bytes())
        });
        self.elements.iter().fold(hash, |hash, (y, (shard, presence))| {
            hash.part(y).uint(u64::from(shard.number())).uint(u64::from(*presence == Presence::Removed))
        })
    }

    /// Owner and class.
    #[must_use]
    pub const fn name(&self) -> &ListName {
        &self.name
    }

    /// The newest epoch in it, not checked.
    #[must_use]
    pub fn unverified_epoch(&self) -> Option<Epoch> {
        self.heads.last().map(VerifiedHeads::epoch)
    }

    /// What is known, if the holder of `key` made it of this list, and it reaches `minimum`.
    pub(crate) fn check(
        &self,
        keys: &ListKeys,
        key: [u8; 32],
        minimum: Epoch,
    ) -> Result<(&[VerifiedHeads], &[KnownElement]), SnapshotError> {
        if self.maker != key {
            return Err(SnapshotError::OtherKey);
        }
        if self.name != *keys.name() || !self.heads.iter().all(|heads| heads.are_of(keys)) {
            return Err(SnapshotError::OtherList);
        }
        let maker = VerifyingKey::from_bytes(&self.maker).map_err(|_| SnapshotError::Changed)?;
        maker.verify(self.statement(keys), &self.signature).map_err(|_| SnapshotError::Changed)?;
        match self.unverified_epoch() {
            Some(epoch) if epoch >= minimum => Ok((&self.heads, &self.elements)),
            _ => Err(SnapshotError::Old),
        }
    }

    /// Whether one of its epochs is the one that a quorum of cosigners signed.
    pub(crate) fn check_cosigned(&self, cosigned: &CosignedHeads) -> Result<(), SnapshotError> {
        let same = |heads: &&VerifiedHeads| cosigned.name() == &self.name && heads.epoch() == cosigned.epoch();
        match self.heads.iter().find(same) {
            Some(heads) if heads.digest() == cosigned.digest() => Ok(()),
            Some(_) => Err(SnapshotError::Forked),
            None => Err(SnapshotError::NotCosigned),
        }
    }
}

impl fmt::Debug for ListSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ListSnapshot({}, {:?})", self.name, self.unverified_epoch())
    }
}

impl Body for ListSnapshot {
    const TYPE: MessageType = MessageType::ListSnapshot;
    const MAX_LEN: usize = 256 + MAX_EPOCHS * (8 + MAX_SHARDS * MAX_HEAD) + MAX_ELEMENTS * (1 + ENCODED_SCALAR + 3 + 1);
    const FIELDS: u64 = 4;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).array(self.heads.len());
        self.heads.iter().for_each(|heads| heads.write_item(writer));
        writer.key(2).array(self.elements.len());
        for (y, (shard, presence)) in &self.elements {
            writer.array(3);
            writer.bytes(y);
            writer.uint(u64::from(shard.number()));
            writer.uint(u64::from(*presence == Presence::Removed));
        }
        writer.key(3).bytes(&self.maker);
        writer.key(4).bytes(&self.signature);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let heads = reader.key(1)?.items(MAX_EPOCHS, VerifiedHeads::read_item)?;
        let ascending = heads.iter().zip(heads.iter().skip(1));
        let name = heads.first().ok_or(DecodeError::OutOfRange)?.name().clone();
        let mut one_list = ascending.map(|(one, next)| one.epoch() < next.epoch() && *next.name() == name);
        if !one_list.all(|same| same) {
            return Err(DecodeError::OutOfRange);
        }
        let elements = reader.key(2)?.items(MAX_ELEMENTS, read_element)?;
        if elements.iter().zip(elements.iter().skip(1)).any(|((one, _), (next, _))| one >= next) {
            return Err(DecodeError::OutOfRange);
        }
        Ok(Self { name, heads, elements, maker: reader.key(3)?.bytes_of()?, signature: reader.key(4)?.bytes_of()? })
    }
}

fn read_element(reader: &mut Reader<'_>) -> Result<KnownElement, DecodeError> {
    reader.array_of(3)?;
    let y: [u8; SCALAR_LEN] = reader.bytes_of()?;
    let shard = Shard::read(reader)?;
    match reader.uint::<u8>()? {
        0 => Ok((y, (shard, Presence::Present))),
        1 => Ok((y, (shard, Presence::Removed))),
        _ => Err(DecodeError::OutOfRange),
    }
}

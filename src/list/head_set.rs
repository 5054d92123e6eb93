//! The heads of all shards of a list at one epoch, and the digest that names them (spec 07 §4).

use alloc::vec::Vec;
use core::fmt;

use super::{
    Epoch, EpochUpdate, Head, ListError, ListKeys, ListName, MAX_SHARDS, Shard, ShardCount, SignedHead, proof,
};
use crate::accumulator::AccumulatorPublicKey;
use crate::calendar::Timestamp;
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::{DecodeError, Refusal, refusal};
use crate::group::TaggedHash;
use crate::signature::{Signature, Unsigned, VerifyingKey};

/// The digest by which a request names the epoch of a list: a hash over the heads of all shards in
/// order (spec 07 §4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EpochDigest(pub(crate) [u8; 32]);

impl EpochDigest {
    /// The digest that these 32 bytes are, which were stored or received.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes of one as a value of a message.
    pub(crate) const ENCODED: usize = 34;

    /// The 32 bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

impl fmt::Debug for EpochDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The heads of all shards of one list at one epoch, in order of the shards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadSet {
    heads: Vec<SignedHead>,
}

impl HeadSet {
    /// Puts the heads of all shards together, in order; not checked.
    #[must_use]
    pub const fn new(heads: Vec<SignedHead>) -> Self {
        Self { heads }
    }

    /// What waits for the owner's signatures, one for each shard.
    pub(super) fn unsigned(self, owner: VerifyingKey) -> Unsigned<Self> {
        let messages: Vec<TaggedHash> = self.heads.iter().map(|signed| signed.head.hash()).collect();
        Unsigned::new(self, owner, messages, Self::sign)
    }

    /// Puts the signature of a shard's head where it belongs.
    pub(super) fn sign(&mut self, shard: usize, signature: Signature) {
        if let Some(head) = self.heads.get_mut(shard) {
            head.signature = signature;
        }
    }

    /// The heads in order, not checked.
    pub fn iter(&self) -> impl Iterator<Item = &SignedHead> {
        self.heads.iter()
    }

    pub(crate) fn write_items(&self, writer: &mut Writer) {
        writer.array(self.heads.len());
        self.heads.iter().for_each(|head| head.write_item(writer));
    }

    pub(super) fn read_items(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.items(MAX_SHARDS, SignedHead::read_item).map(Self::new)
    }

    /// The epoch that the first head names, not checked.
    #[must_use]
    pub fn epoch(&self) -> Option<Epoch> {
        self.heads.first().map(|signed| signed.head.epoch)
    }

    /// The list that the first head names, not checked.
    #[must_use]
    pub fn name(&self) -> Option<&ListName> {
        self.heads.first().map(|signed| &signed.head.list.name)
    }

    /// Checks every head and that they are one epoch of all shards. The proofs of all shards are
    /// one sum.
    ///
    /// # Errors
    /// [`ListError::WrongHead`], [`ListError::InvalidShardCount`], [`ListError::BadSignature`],
    /// [`ListError::LogFull`] or [`ListError::BadProof`].
    pub fn verify(&self, keys: &ListKeys) -> Result<VerifiedHeads, ListError> {
        Ok(self.verify_by_check(keys)?)
    }

    /// The same, with the check that refuses.
    pub(crate) fn verify_by_check(&self, keys: &ListKeys) -> Result<VerifiedHeads, Refusal<ListError>> {
        if self.heads.len() != keys.accumulators.len() {
            return Err(refusal!(ListError::InvalidShardCount, "07-17"));
        }
        let mut heads: Vec<Head> = Vec::with_capacity(self.heads.len());
        for (index, signed) in self.heads.iter().enumerate() {
            if signed.head.list.shard.index() != index {
                return Err(refusal!(ListError::WrongHead, "07-18"));
            }
            heads.push(signed.check(keys)?.clone());
        }
        proof::verify_heads(&self.heads).map_err(|error| refusal!(error, "07-16"))?;
        let one_epoch = |pair: &[Head]| matches!(pair, [one, next] if (one.epoch, one.time) == (next.epoch, next.time));
        if !heads.windows(2).all(one_epoch) {
            return Err(refusal!(ListError::WrongHead, "07-19"));
        }
        VerifiedHeads::of(heads).ok_or(refusal!(ListError::InvalidShardCount, "07-17"))
    }
}

impl Body for HeadSet {
    const TYPE: MessageType = MessageType::HeadSet;
    const MAX_LEN: usize = 512 * MAX_SHARDS;
    const FIELDS: u64 = 1;

    fn write(&self, writer: &mut Writer) {
        self.write_items(writer.key(1));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::read_items(reader.key(1)?)
    }
}

/// A [`HeadSet`] that was checked against the list's keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedHeads {
    name: ListName,
    shard_count: ShardCount,
    epoch: Epoch,
    time: Timestamp,
    digest: EpochDigest,
    heads: Vec<Head>,
}

impl VerifiedHeads {
    /// The heads of all shards, as the first one says; none of no shard, or of too many.
    fn of(heads: Vec<Head>) -> Option<Self> {
        let hash = heads.iter().fold(TaggedHash::new("epoch-digest"), |hash, head| hash.part(&head.digest()));
        let (first, shard_count) = (heads.first()?, ShardCount::of(heads.len()).ok()?);
        let (name, epoch, time) = (first.list.name.clone(), first.epoch, first.time);
        Some(Self { name, shard_count, epoch, time, digest: EpochDigest(hash.bytes()), heads })
    }

    /// Checks that these heads, those of `signed`, follow `before` by one proven epoch of every
    /// shard, or are the empty log if there is none before. Signatures and knowledge of `α` are not
    /// checked again; what is left of all shards' proofs is one sum.
    pub(crate) fn check_follows(
        &self,
        signed: &HeadSet,
        before: Option<&Self>,
        updates: &[EpochUpdate],
    ) -> Result<(), Refusal<ListError>> {
        let Some(before) = before else {
            let empty =
                self.heads.iter().all(Head::is_empty_log) && signed.iter().all(|head| !head.proof.has_entries());
            return if empty && updates.is_empty() { Ok(()) } else { Err(refusal!(ListError::NotEmptyLog, "07-34")) };
        };
        if updates.len() != self.heads.len() {
            return Err(refusal!(ListError::WrongUpdates, "07-35"));
        }
        for ((before, signed), update) in before.heads.iter().zip(signed.iter()).zip(updates) {
            if update.head() != signed {
                return Err(refusal!(ListError::WrongHead, "07-35"));
            }
            update.check_content(before)?;
        }
        proof::verify_entries(&before.heads, updates).map_err(|error| refusal!(error, "07-11"))
    }

    /// Whether they are heads of all shards of this list, under its keys.
    pub(crate) fn are_of(&self, keys: &ListKeys) -> bool {
        let same = |(head, key): (&Head, &AccumulatorPublicKey)| head.key == *key;
        let all = self.heads.len() == keys.accumulators.len();
        self.name == keys.name && all && self.heads.iter().zip(&keys.accumulators).all(same)
    }

    /// Owner and class.
    #[must_use]
    pub const fn name(&self) -> &ListName {
        &self.name
    }

    /// The epoch.
    #[must_use]
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// When the epoch was closed.
    #[must_use]
    pub const fn time(&self) -> Timestamp {
        self.time
    }

    /// What a request names.
    #[must_use]
    pub const fn digest(&self) -> EpochDigest {
        self.digest
    }

    /// The number of shards.
    #[must_use]
    pub const fn shard_count(&self) -> ShardCount {
        self.shard_count
    }

    /// How many entries the logs of all shards have.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.heads.iter().fold(0, |sum: u64, head| sum.saturating_add(head.length))
    }

    /// The heads of all shards, in order.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Head> {
        self.heads.iter()
    }

    /// As one item of a snapshot: the heads of all shards, without proofs and signatures.
    pub(super) fn write_item(&self, writer: &mut Writer) {
        writer.array(self.heads.len());
        self.heads.iter().for_each(|head| head.write_item(writer));
    }

    /// Heads that were verified once, of one list and epoch, of all shards in order. Whether they
    /// were is for the snapshot's signature to say.
    pub(super) fn read_item(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let heads = Self::of(reader.items(MAX_SHARDS, Head::read_item)?).ok_or(DecodeError::OutOfRange)?;
        let fits = |(index, head): (usize, &Head)| {
            let in_place = head.list.name == heads.name && head.list.shard.index() == index;
            in_place && head.epoch == heads.epoch && head.time == heads.time
        };
        if heads.heads.iter().enumerate().all(fits) { Ok(heads) } else { Err(DecodeError::OutOfRange) }
    }

    /// The head of a shard.
    ///
    /// # Errors
    /// [`ListError::UnknownShard`].
    pub fn head(&self, shard: Shard) -> Result<&Head, ListError> {
        self.heads.get(shard.index()).ok_or(ListError::UnknownShard)
    }
}

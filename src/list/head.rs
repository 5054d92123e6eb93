//! Heads: what an owner signs at the end of an epoch (spec 07 §4).

use alloc::vec::Vec;
use core::fmt;

use super::proof::{self, EpochProof};
use super::{Epoch, EpochUpdate, ListError, ListId, ListName, Shard, ShardCount};
use crate::accumulator::{AccumulatorPublicKey, start};
use crate::calendar::Timestamp;
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::group::{Element, TaggedHash};
use crate::signature::{Signature, SigningKey, VerifyingKey};

/// The most shards of a list.
pub(crate) const MAX_SHARDS: usize = 1024;

/// The state of one accumulator at the end of an epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub(crate) list: ListId,
    pub(crate) key: AccumulatorPublicKey,
    pub(crate) epoch: Epoch,
    pub(crate) time: Timestamp,
    pub(crate) length: u64,
    pub(crate) chain: [u8; 32],
    /// The value before the epoch; of epoch 0 its own.
    pub(crate) before: Element,
    pub(crate) value: Element,
}

impl Head {
    /// The accumulator.
    #[must_use]
    pub const fn list(&self) -> &ListId {
        &self.list
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

    /// The number of entries since the log began.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Whether this is the head before the first entry.
    fn is_empty_log(&self) -> bool {
        self.epoch == Epoch::new(0)
            && self.length == 0
            && self.chain == [0; 32]
            && self.before == self.value
            && self.value == start(&self.list.to_bytes())
    }

    /// What the owner proves and signs, and transcripts absorb: a tagged hash of all fields (spec 07 §4).
    fn hash(&self) -> TaggedHash {
        TaggedHash::new("head")
            .part(&self.list.to_bytes())
            .element(&self.key.0)
            .uint(self.epoch.number())
            .uint(self.time.as_secs())
            .uint(self.length)
            .part(&self.chain)
            .element(&self.before)
            .element(&self.value)
    }

    /// The digest of the head: it binds every field.
    pub(crate) fn digest(&self) -> [u8; 64] {
        self.hash().bytes()
    }

    fn write_fields(&self, writer: &mut Writer) {
        self.list.write(writer);
        writer.points([&self.key.0]);
        writer.uint(self.epoch.number());
        writer.uint(self.time.as_secs());
        writer.uint(self.length);
        writer.bytes(&self.chain);
        writer.points([&self.before]);
        writer.points([&self.value]);
    }

    fn read_fields(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let list = ListId::read(reader)?;
        let key = reader.point()?;
        let epoch = Epoch::new(reader.uint()?);
        let time = Timestamp::from_secs(reader.uint()?);
        let length = reader.uint()?;
        let chain = reader.bytes_of()?;
        let before = reader.point()?;
        let value = reader.point()?;
        Ok(Self { list, key: AccumulatorPublicKey(key), epoch, time, length, chain, before, value })
    }

    /// As one item of another message, without proof and signature: an array of ten values.
    pub(super) fn write_item(&self, writer: &mut Writer) {
        writer.array(10);
        self.write_fields(writer);
    }

    pub(super) fn read_item(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(10)?;
        Self::read_fields(reader)
    }

    pub(super) fn sign(self, proof: EpochProof, key: &SigningKey) -> SignedHead {
        let signature = key.sign(self.hash());
        SignedHead { head: self, proof, signature }
    }
}

/// A head with a proof of knowledge of `α` over all of it, and under its owner's Ed25519 signature (RFC 8032).
///
/// The signature covers the head and not the proof. Nobody without `α` makes a second proof for a head, and a second one that holds
/// changes nothing: it is of the same head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHead {
    head: Head,
    pub(super) proof: EpochProof,
    signature: Signature,
}

impl SignedHead {
    /// The head, not checked.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// Checks list, accumulator key, signature and the proof of knowledge of `α` against what the owner publishes.
    ///
    /// # Errors
    /// [`ListError::WrongHead`], [`ListError::UnknownShard`], [`ListError::BadSignature`] or [`ListError::BadProof`].
    pub fn verify(&self, keys: &ListKeys) -> Result<&Head, ListError> {
        let head = self.check(keys)?;
        proof::verify_heads([self])?;
        Ok(head)
    }

    /// All of [`SignedHead::verify`] but the proof.
    pub(super) fn check(&self, keys: &ListKeys) -> Result<&Head, ListError> {
        if self.head.list.name != keys.name || self.head.key != keys.accumulator(self.head.list.shard)? {
            return Err(ListError::WrongHead);
        }
        keys.owner.verify(self.head.hash(), &self.signature).map_err(|_| ListError::BadSignature)?;
        Ok(&self.head)
    }
}

impl SignedHead {
    /// As one item of another message: an array of the head's ten values, the proof's two and the signature.
    pub(crate) fn write_item(&self, writer: &mut Writer) {
        writer.array(13);
        self.head.write_fields(writer);
        self.proof.write(writer);
        writer.bytes(&self.signature);
    }

    pub(crate) fn read_item(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(13)?;
        let (head, proof) = (Head::read_fields(reader)?, EpochProof::read(reader)?);
        Ok(Self { head, proof, signature: reader.bytes_of()? })
    }
}

impl Body for SignedHead {
    const TYPE: MessageType = MessageType::SignedHead;
    const MAX_LEN: usize = 512;
    const FIELDS: u64 = 1;

    fn write(&self, writer: &mut Writer) {
        self.write_item(writer.key(1));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::read_item(reader.key(1)?)
    }
}

/// What an owner publishes once about a list: hosts pin it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListKeys {
    pub(crate) name: ListName,
    pub(crate) owner: VerifyingKey,
    pub(crate) shard_count: ShardCount,
    pub(crate) accumulators: Vec<AccumulatorPublicKey>,
}

impl ListKeys {
    /// `owner` is the owner's Ed25519 verification key; `accumulators` has `α·G` of each shard, in order.
    ///
    /// # Errors
    /// [`ListError::InvalidShardCount`], or [`ListError::BadSignature`] for bytes that are no verification key.
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

/// The digest by which a request names the epoch of a list: a hash over the heads of all shards in order (spec 07 §4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EpochDigest(pub(crate) [u8; 32]);

impl EpochDigest {
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

    /// The heads in order, not checked.
    pub fn iter(&self) -> impl Iterator<Item = &SignedHead> {
        self.heads.iter()
    }

    pub(crate) fn write_items(&self, writer: &mut Writer) {
        writer.array(self.heads.len());
        self.heads.iter().for_each(|head| head.write_item(writer));
    }

    /// The list that the first head names, not checked.
    #[must_use]
    pub fn name(&self) -> Option<&ListName> {
        self.heads.first().map(|signed| &signed.head.list.name)
    }

    /// Checks every head and that they are one epoch of all shards. The proofs of all shards are one sum.
    ///
    /// # Errors
    /// [`ListError::WrongHead`], [`ListError::InvalidShardCount`], [`ListError::BadSignature`] or [`ListError::BadProof`].
    pub fn verify(&self, keys: &ListKeys) -> Result<VerifiedHeads, ListError> {
        if self.heads.len() != keys.accumulators.len() {
            return Err(ListError::InvalidShardCount);
        }
        let mut heads: Vec<Head> = Vec::with_capacity(self.heads.len());
        for (index, signed) in self.heads.iter().enumerate() {
            let head = signed.check(keys)?;
            let one_epoch = heads.first().is_none_or(|first| first.epoch == head.epoch && first.time == head.time);
            if head.list.shard.index() != index || !one_epoch {
                return Err(ListError::WrongHead);
            }
            heads.push(head.clone());
        }
        proof::verify_heads(&self.heads)?;
        let hash = heads.iter().fold(TaggedHash::new("epoch-digest"), |hash, head| hash.part(&head.digest()));
        let first = heads.first().ok_or(ListError::InvalidShardCount)?;
        Ok(VerifiedHeads {
            name: keys.name.clone(),
            shard_count: keys.shard_count,
            epoch: first.epoch,
            time: first.time,
            digest: EpochDigest(hash.bytes()),
            heads,
        })
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
        reader.key(1)?.items(MAX_SHARDS, SignedHead::read_item).map(Self::new)
    }
}

/// A [`HeadSet`] that was checked against the list's keys.
#[derive(Clone, Debug)]
pub struct VerifiedHeads {
    name: ListName,
    shard_count: ShardCount,
    epoch: Epoch,
    time: Timestamp,
    digest: EpochDigest,
    heads: Vec<Head>,
}

impl VerifiedHeads {
    /// Checks that these heads, those of `signed`, follow `before` by one proven epoch of every shard, or are the empty log if there is
    /// none before. Signatures and knowledge of `α` are not checked again; what is left of all shards' proofs is one sum.
    pub(crate) fn check_follows(
        &self,
        signed: &HeadSet,
        before: Option<&Self>,
        updates: &[EpochUpdate],
    ) -> Result<(), ListError> {
        let Some(before) = before else {
            let empty =
                self.heads.iter().all(Head::is_empty_log) && signed.iter().all(|head| !head.proof.has_entries());
            return if empty && updates.is_empty() { Ok(()) } else { Err(ListError::NotEmptyLog) };
        };
        if updates.len() != self.heads.len() {
            return Err(ListError::WrongUpdates);
        }
        for ((before, signed), update) in before.heads.iter().zip(signed.iter()).zip(updates) {
            if update.head() != signed {
                return Err(ListError::WrongHead);
            }
            update.check_content(before)?;
        }
        proof::verify_entries(&before.heads, updates)
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

    /// The heads of all shards, in order.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Head> {
        self.heads.iter()
    }

    /// The head of a shard.
    ///
    /// # Errors
    /// [`ListError::UnknownShard`].
    pub fn head(&self, shard: Shard) -> Result<&Head, ListError> {
        self.heads.get(shard.index()).ok_or(ListError::UnknownShard)
    }
}

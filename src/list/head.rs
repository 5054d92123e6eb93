//! Heads: what an owner signs at the end of an epoch (spec 07 §4).

use super::proof::{self, EpochProof};
use super::{Epoch, ListError, ListId, ListKeys};
use crate::accumulator::{AccumulatorPublicKey, start};
use crate::calendar::Timestamp;
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::{DecodeError, Refusal, refusal};
use crate::group::{Element, MAX_KEY_USES, TaggedHash};
use crate::signature::Signature;

/// The most entries that the log of one accumulator may have (rule 07-48): 2^59, in suite 2 2^24.
pub const MAX_LOG_LENGTH: u64 = MAX_KEY_USES;

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

    /// The number of entries since the log began, at most [`MAX_LOG_LENGTH`] where the head counts.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// The same after so many entries, which there were not.
    #[cfg(test)]
    pub(crate) fn with_length(&self, length: u64) -> Self {
        Self { length, ..self.clone() }
    }

    /// How many of `most` entries there is room for in the log; none, while some `wait`, is the end
    /// of the list (rule 07-48).
    pub(crate) const fn room(&self, wait: bool, most: u64) -> Result<u64, ListError> {
        match MAX_LOG_LENGTH.saturating_sub(self.length) {
            0 if wait => Err(ListError::LogFull),
            room if room < most => Ok(room),
            _ => Ok(most),
        }
    }

    /// Whether this is the head before the first entry.
    pub(super) fn is_empty_log(&self) -> bool {
        self.epoch == Epoch::new(0)
            && self.length == 0
            && self.chain == [0; 32]
            && self.before == self.value
            && self.value == start(&self.list.to_bytes())
    }

    /// What the owner proves and signs, and transcripts absorb: a tagged hash of all fields (spec
    /// 07 §4).
    pub(super) fn hash(&self) -> TaggedHash {
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

    /// Its place for the signature is empty.
    pub(super) const fn unsigned(self, proof: EpochProof) -> SignedHead {
        SignedHead { head: self, proof, signature: [0; 64] }
    }
}

/// A head with a proof of knowledge of `α` over all of it, and under its owner's Ed25519 signature
/// (RFC 8032).
///
/// The signature covers the head and not the proof. Nobody without `α` makes a second proof for a
/// head, and a second one that holds changes nothing: it is of the same head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHead {
    pub(super) head: Head,
    pub(super) proof: EpochProof,
    pub(super) signature: Signature,
}

impl SignedHead {
    /// The head, not checked.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// Checks list, accumulator key, signature and the proof of knowledge of `α` against what the
    /// owner publishes.
    ///
    /// # Errors
    /// [`ListError::WrongHead`], [`ListError::UnknownShard`], [`ListError::BadSignature`],
    /// [`ListError::LogFull`] or [`ListError::BadProof`].
    pub fn verify(&self, keys: &ListKeys) -> Result<&Head, ListError> {
        Ok(self.verify_by_check(keys)?)
    }

    /// The same, with the check that refuses.
    pub(crate) fn verify_by_check(&self, keys: &ListKeys) -> Result<&Head, Refusal<ListError>> {
        let head = self.check(keys)?;
        proof::verify_heads([self]).map_err(|error| refusal!(error, "07-16"))?;
        Ok(head)
    }

    /// All of [`SignedHead::verify`] but the proof.
    pub(super) fn check(&self, keys: &ListKeys) -> Result<&Head, Refusal<ListError>> {
        if self.head.list.name != keys.name {
            return Err(refusal!(ListError::WrongHead, "07-12"));
        }
        let key = keys.accumulator(self.head.list.shard).map_err(|error| refusal!(error, "07-13"))?;
        if self.head.key != key {
            return Err(refusal!(ListError::WrongHead, "07-14"));
        }
        let signed = keys.owner.verify(self.head.hash(), &self.signature);
        signed.map_err(|_| refusal!(ListError::BadSignature, "07-15"))?;
        if self.head.length > MAX_LOG_LENGTH {
            return Err(refusal!(ListError::LogFull, "07-48"));
        }
        Ok(&self.head)
    }

    /// As one item of another message: an array of the head's ten values, the proof's two and the
    /// signature.
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

//! Cosigned heads: what makes an epoch count for a wallet (spec 07 §7).
//!
//! An owner could sign one log for everybody and another for one holder, who would then be
//! recognised by proving against it. So independent cosigners follow each log and sign one epoch
//! digest per list and epoch, and a holder takes an epoch only with the signatures of a quorum of
//! them.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::ops::Deref;

use super::{Epoch, EpochDigest, HeadSet, ListError, ListKeys, ListName, MAX_SHARDS, SignedHead, VerifiedHeads};
use crate::calendar::Timestamp;
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::{DecodeError, Refusal, refusal};
use crate::group::TaggedHash;
use crate::signature::{Signature, Unsigned, VerifyingKey};

/// The most cosigners that there can be.
pub(crate) const MAX_COSIGNERS: usize = 64;

/// Who cosigns, and how many of them are a quorum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosigners {
    keys: Vec<VerifyingKey>,
    quorum: usize,
}

impl Cosigners {
    /// `keys` are Ed25519 verification keys, 1 to 64, in ascending order of their bytes; `quorum`
    /// of them make a decision.
    ///
    /// A quorum is more than half: then two quorums `q` of `n` share at least `2q − n` members, so
    /// two versions of one thing take that many who sign both, and leave evidence against them. Two
    /// smaller quorums could be shown two versions in good faith.
    ///
    /// # Errors
    /// [`ListError::InvalidCosigners`] for no key, too many, one that is none, two that are equal
    /// or out of order, and a quorum that is not more than half of them, or more than there are.
    pub fn new(keys: &[[u8; 32]], quorum: usize) -> Result<Self, ListError> {
        Ok(Self::of(keys, quorum)?)
    }

    /// The same, with the check of a directory that refuses.
    fn of(keys: &[[u8; 32]], quorum: usize) -> Result<Self, Refusal<ListError>> {
        let all = keys.iter().map(VerifyingKey::from_bytes).collect::<Result<_, _>>();
        let all = all.map_err(|_| refusal!(ListError::InvalidCosigners, "09-3"))?;
        if !keys.iter().zip(keys.iter().skip(1)).all(|(one, next)| one < next) {
            return Err(refusal!(ListError::InvalidCosigners, "09-4"));
        }
        if keys.len() > MAX_COSIGNERS || quorum <= keys.len() / 2 || quorum > keys.len() {
            return Err(refusal!(ListError::InvalidCosigners, "09-7"));
        }
        Ok(Self { keys: all, quorum })
    }

    /// The keys, in ascending order.
    #[must_use]
    pub fn keys(&self) -> Vec<[u8; 32]> {
        self.keys.iter().map(|key| key.to_bytes()).collect()
    }

    /// Whether this is the key of one of them.
    pub(crate) fn contains(&self, key: &[u8; 32]) -> bool {
        self.keys.iter().any(|one| one.to_bytes() == *key)
    }

    /// How many signatures make an epoch or a version of the directory count.
    #[must_use]
    pub const fn quorum(&self) -> usize {
        self.quorum
    }

    /// As one item of another message: the keys, then the quorum.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.array(2);
        writer.array(self.keys.len());
        self.keys.iter().for_each(|key| writer.bytes(&key.to_bytes()));
        writer.uint(self.quorum as u64);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(2)?;
        let keys = reader.items(MAX_COSIGNERS, Reader::bytes_of)?;
        let quorum = reader.uint()?;
        let cosigners = Self::of(&keys, quorum);
        cosigners.map_err(|of| reader.refuse(Refusal { error: DecodeError::OutOfRange, check: of.check }))
    }

    /// Checks that a quorum signed `statement`. Signatures of others do not count; a bad signature
    /// of one of these refuses all.
    pub(crate) fn verify(
        &self,
        statement: impl Fn() -> TaggedHash,
        cosignatures: &[Cosignature],
    ) -> Result<(), Refusal<ListError>> {
        let mut signers = BTreeSet::new();
        for cosignature in cosignatures {
            if let Some(key) = self.keys.iter().find(|key| key.to_bytes() == cosignature.signer) {
                let signed = key.verify(statement(), &cosignature.signature);
                signed.map_err(|_| refusal!(ListError::BadSignature, "07-43"))?;
                signers.insert(cosignature.signer);
            }
        }
        if signers.len() < self.quorum { Err(refusal!(ListError::NotCosigned, "07-44")) } else { Ok(()) }
    }
}

/// One cosigner's signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosignature {
    pub(crate) signer: [u8; 32],
    pub(crate) signature: Signature,
}

impl Cosignature {
    /// What waits for this key's signature on `statement`.
    pub(crate) fn unsigned(signer: VerifyingKey, statement: TaggedHash) -> Unsigned<Self> {
        let cosignature = Self { signer: signer.to_bytes(), signature: [0; 64] };
        Unsigned::new(cosignature, signer, [statement], |one, _, signature| one.signature = signature)
    }

    /// Whether the signer signed `statement`.
    pub(crate) fn is_of(&self, statement: TaggedHash) -> bool {
        VerifyingKey::from_bytes(&self.signer).is_ok_and(|key| key.verify(statement, &self.signature).is_ok())
    }

    /// The key of who signed, 32 bytes.
    #[must_use]
    pub const fn signer(&self) -> [u8; 32] {
        self.signer
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.array(2);
        writer.bytes(&self.signer);
        writer.bytes(&self.signature);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(2)?;
        Ok(Self { signer: reader.bytes_of()?, signature: reader.bytes_of()? })
    }

    /// Writes a run of them.
    pub(crate) fn write_all(all: &[Self], writer: &mut Writer) {
        writer.array(all.len());
        all.iter().for_each(|cosignature| cosignature.write(writer));
    }

    /// Puts a run of them in order; of two by one signer the first stays.
    pub(crate) fn in_order(mut all: Vec<Self>) -> Vec<Self> {
        all.sort_by_key(|cosignature| cosignature.signer);
        all.dedup_by_key(|cosignature| cosignature.signer);
        all
    }

    /// Reads a run of them: at most one of each signer, in ascending order.
    pub(crate) fn read_all(reader: &mut Reader<'_>) -> Result<Vec<Self>, DecodeError> {
        let all = reader.items(MAX_COSIGNERS, Self::read)?;
        let ascending = all.iter().zip(all.iter().skip(1)).all(|(one, next)| one.signer < next.signer);
        if ascending { Ok(all) } else { Err(DecodeError::OutOfRange) }
    }
}

/// What a cosigner signs about a list: that it followed the log to this epoch and knows no other.
pub(crate) fn statement(heads: &VerifiedHeads) -> TaggedHash {
    epoch_statement(heads.name(), heads.epoch(), heads.time(), heads.digest())
}

pub(crate) fn epoch_statement(name: &ListName, epoch: Epoch, time: Timestamp, digest: EpochDigest) -> TaggedHash {
    TaggedHash::new("cosign-heads").part(&name.to_bytes()).uint(epoch.number()).uint(time.as_secs()).part(&digest.0)
}

/// A head set with the signatures of cosigners, as it is served to wallets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CosignedHeadSet {
    heads: HeadSet,
    cosignatures: Vec<Cosignature>,
}

impl CosignedHeadSet {
    /// Puts the signatures in order; of two by one signer the first stays.
    #[must_use]
    pub fn new(heads: HeadSet, cosignatures: Vec<Cosignature>) -> Self {
        Self { heads, cosignatures: Cosignature::in_order(cosignatures) }
    }

    /// The heads, not checked.
    #[must_use]
    pub const fn heads(&self) -> &HeadSet {
        &self.heads
    }

    /// The signatures, not checked.
    #[must_use]
    pub fn cosignatures(&self) -> &[Cosignature] {
        &self.cosignatures
    }

    /// Checks the heads against the list's keys, that a quorum signed them, and that their time has
    /// come.
    ///
    /// # Errors
    /// Those of [`HeadSet::verify`]; [`ListError::NotCosigned`]; [`ListError::Future`].
    pub fn verify(&self, keys: &ListKeys, cosigners: &Cosigners, now: Timestamp) -> Result<CosignedHeads, ListError> {
        Ok(self.verify_by_check(keys, cosigners, now)?)
    }

    /// The same, with the check that refuses.
    pub(crate) fn verify_by_check(
        &self,
        keys: &ListKeys,
        cosigners: &Cosigners,
        now: Timestamp,
    ) -> Result<CosignedHeads, Refusal<ListError>> {
        self.confirm(self.heads.verify_by_check(keys)?, cosigners, now)
    }

    /// Checks that a quorum signed `heads`, which are those of this set, verified, and that their
    /// time has come.
    pub(crate) fn confirm(
        &self,
        heads: VerifiedHeads,
        cosigners: &Cosigners,
        now: Timestamp,
    ) -> Result<CosignedHeads, Refusal<ListError>> {
        cosigners.verify(|| statement(&heads), &self.cosignatures)?;
        if heads.time().has_come(now) { Ok(CosignedHeads(heads)) } else { Err(refusal!(ListError::Future, "07-45")) }
    }
}

impl Body for CosignedHeadSet {
    const TYPE: MessageType = MessageType::CosignedHeadSet;
    const MAX_LEN: usize = 512 * MAX_SHARDS + 128 * MAX_COSIGNERS;
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        self.heads.write_items(writer.key(1));
        Cosignature::write_all(&self.cosignatures, writer.key(2));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let heads = HeadSet::new(reader.key(1)?.items(MAX_SHARDS, SignedHead::read_item)?);
        Ok(Self { heads, cosignatures: Cosignature::read_all(reader.key(2)?)? })
    }
}

/// Heads that a quorum of cosigners signed: what a wallet proves against, and nothing else.
#[derive(Clone, Debug)]
pub struct CosignedHeads(VerifiedHeads);

impl CosignedHeads {
    #[cfg(feature = "hazmat")]
    pub(crate) const fn uncosigned(heads: VerifiedHeads) -> Self {
        Self(heads)
    }
}

impl Deref for CosignedHeads {
    type Target = VerifiedHeads;

    fn deref(&self) -> &VerifiedHeads {
        &self.0
    }
}

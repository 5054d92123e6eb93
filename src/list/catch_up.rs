//! Catching up with a log, any number of epochs behind (spec 07 §5.3, §7.3).

use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;

use super::follower::Follower;
use super::{
    CosignedHeads, EpochUpdate, Head, ListError, ListKeys, LogSegment, MembershipWitness, SegmentNumber, proof,
};
use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, Refusal, refusal};

/// Entries after which a chunk of epochs is verified and followed, each with one sum. Larger ones
/// do not fit a processor's cache and are slower.
const CHUNK: usize = 1 << 12;
/// Epochs of a chunk, where they have few entries.
const CHUNK_EPOCHS: usize = 256;

/// Who checks that epochs were made under the list's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EpochProofs {
    /// The wallet itself.
    Verify,
    /// The cosigners did, and the chain of hashes that they signed covers every entry: a third of
    /// the work less.
    TrustCosigners,
}

/// How far a [`CatchUp`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Entries read since the start of this catch-up.
    pub entries: u64,
    /// Entries between its start and its target.
    pub of: u64,
}

/// A witness on its way to a cosigned head.
///
/// Made by [`MembershipWitness::catch_up`], which keeps its own state until the way is done: what
/// is followed in between is signed by the owner, but it counts only once it has led to the head
/// that the cosigners signed. Between epochs it can be [suspended](CatchUp::suspend). It keeps less
/// than one chunk (4,096 entries and 256 epochs) beside the epoch that it reads.
pub struct CatchUp {
    keys: ListKeys,
    target: Head,
    proofs: EpochProofs,
    from: u64,
    follower: Follower,
    /// Epochs that follow the follower's head, checked but for their proofs.
    chunk: Vec<EpochUpdate>,
    waiting: usize,
}

impl fmt::Debug for CatchUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CatchUp({:?}, redacted)", self.target.list)
    }
}

/// A [`CatchUp`] that was interrupted, for storage beside the witness that it started from. Secret
/// like a witness.
pub struct SuspendedCatchUp(Follower);

impl fmt::Debug for SuspendedCatchUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SuspendedCatchUp({:?}, redacted)", self.0.head.list)
    }
}

impl SuspendedCatchUp {
    /// The last epoch that it has read.
    #[must_use]
    pub const fn epoch(&self) -> super::Epoch {
        self.0.head.epoch
    }

    /// The list and shard.
    #[must_use]
    pub const fn list(&self) -> &super::ListId {
        &self.0.head.list
    }

    /// Whether it started from this witness, or from one before it.
    pub(crate) fn continues(&self, witness: &MembershipWitness) -> bool {
        let (own, from) = (&self.0, &witness.0);
        let same = own.handle == from.handle && own.head.list == from.head.list && own.head.key == from.head.key;
        same && own.head.epoch >= from.head.epoch
    }

    /// The epoch in which what it has read so far removed the holder, if so.
    pub(crate) const fn removed_since(&self) -> Option<super::Epoch> {
        self.0.since()
    }

    /// Whether it passed an entry about its own handle.
    pub(crate) const fn has_passed_own(&self) -> bool {
        self.0.passed
    }

    /// Goes on, to a target that may have moved. `proofs` is about what is read from now on.
    ///
    /// # Errors
    /// Those of [`MembershipWitness::catch_up`].
    pub fn resume(self, keys: &ListKeys, target: &CosignedHeads, proofs: EpochProofs) -> Result<CatchUp, ListError> {
        CatchUp::new(self.0, keys, target, proofs)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.array(2);
        self.0.write(writer);
        writer.uint(u64::from(self.0.passed));
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(2)?;
        let mut follower = Follower::read(reader)?;
        follower.passed = match reader.uint::<u8>()? {
            0 => false,
            1 => true,
            _ => return Err(DecodeError::OutOfRange),
        };
        Ok(Self(follower))
    }
}

impl CatchUp {
    pub(super) fn new(
        follower: Follower,
        keys: &ListKeys,
        target: &CosignedHeads,
        proofs: EpochProofs,
    ) -> Result<Self, ListError> {
        let list = &follower.head.list;
        let target = target.head(list.shard)?;
        if target.list != *list || target.key != follower.head.key || target.epoch < follower.head.epoch {
            return Err(ListError::WrongHead);
        }
        let from = follower.head.length;
        let (keys, target) = (keys.clone(), target.clone());
        Ok(Self { keys, target, proofs, from, follower, chunk: Vec::new(), waiting: 0 })
    }

    /// The last epoch that was read.
    fn reached(&self) -> &Head {
        self.chunk.last().map_or(&self.follower.head, |last| last.head().head())
    }

    /// The number of the epoch to read next.
    #[must_use]
    pub fn next_epoch(&self) -> super::Epoch {
        self.reached().epoch.next()
    }

    /// The file of the log to read next, by its number; `None` if the target's epoch is reached.
    #[must_use]
    pub fn next_segment(&self) -> Option<SegmentNumber> {
        if self.is_complete() { None } else { SegmentNumber::of(self.next_epoch()) }
    }

    /// The list and shard.
    #[must_use]
    pub const fn list(&self) -> &super::ListId {
        &self.target.list
    }

    /// The most bytes that the file of [`CatchUp::next_segment`] may have: more are refused before
    /// anything of it is decoded (check 07-47).
    #[must_use]
    pub fn most_bytes(&self) -> u64 {
        // A file that begins where this catch-up stands has none of the entries before.
        let begins_here = self.next_segment().is_some_and(|number| number.first() == self.next_epoch());
        let before = if begins_here { self.reached().length } else { 0 };
        LogSegment::most_bytes(self.target.length.saturating_sub(before))
    }

    /// Whether the target's epoch is reached.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.reached().epoch >= self.target.epoch
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let since = |head: &Head| head.length.saturating_sub(self.from);
        Progress { entries: since(self.reached()), of: since(&self.target) }
    }

    /// Reads a file of the log, that of [`CatchUp::next_segment`], as far as the target. A file
    /// that is longer than one up to the target can be is refused before anything of it is decoded.
    ///
    /// # Errors
    /// [`ListError::Segment`]; [`ListError::WrongHead`] for another file; those of
    /// [`CatchUp::follow`].
    pub fn follow_segment(&mut self, file: &[u8], rng: &mut impl CryptoRngCore) -> Result<Progress, ListError> {
        Ok(self.follow_segment_by_check(file, rng)?)
    }

    /// The same, with the check that refuses.
    pub(crate) fn follow_segment_by_check(
        &mut self,
        file: &[u8],
        rng: &mut impl CryptoRngCore,
    ) -> Result<Progress, Refusal<ListError>> {
        let number = self.next_segment().ok_or(refusal!(ListError::WrongHead, "07-23"))?;
        let segment = LogSegment::read_of_at_most(self.most_bytes(), file)
            .map_err(|Refusal { error, check }| Refusal { error: ListError::Segment(error), check })?;
        if *segment.list() != self.target.list || segment.number() != number {
            return Err(refusal!(ListError::WrongHead, "07-54"));
        }
        for epoch in segment.into_epochs_from(self.next_epoch()) {
            if !self.is_complete() {
                self.follow_by_check(epoch, rng)?;
            }
        }
        Ok(self.progress())
    }

    /// Reads the next epoch. Its proof and the witness wait until a chunk is full. On an error the
    /// catch-up stands where its last full chunk ended.
    ///
    /// # Errors
    /// [`ListError::WrongHead`] for an epoch beyond the target; [`ListError::Forked`] for a log
    /// that is longer already than the target says; those of [`EpochUpdate::verify`];
    /// [`ListError::AlreadyRemoved`] or [`ListError::NotRemoved`] if the log removes the holder
    /// twice or restores a present one.
    pub fn follow(&mut self, epoch: EpochUpdate, rng: &mut impl CryptoRngCore) -> Result<Progress, ListError> {
        Ok(self.follow_by_check(epoch, rng)?)
    }

    /// The same, with the check that refuses.
    pub(crate) fn follow_by_check(
        &mut self,
        epoch: EpochUpdate,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Progress, Refusal<ListError>> {
        if let Err(error) = self.take(epoch, rng) {
            self.chunk.clear();
            self.waiting = 0;
            return Err(error);
        }
        Ok(self.progress())
    }

    fn take(&mut self, epoch: EpochUpdate, rng: &mut impl CryptoRngCore) -> Result<(), Refusal<ListError>> {
        if self.is_complete() {
            return Err(refusal!(ListError::WrongHead, "07-23"));
        }
        // What is longer than the target never leads to it: a private log is not read to its end.
        if epoch.check(self.reached(), &self.keys)?.length > self.target.length {
            return Err(refusal!(ListError::Forked, "07-23"));
        }
        self.waiting += epoch.entries().len();
        self.chunk.push(epoch);
        if self.waiting >= CHUNK || self.chunk.len() >= CHUNK_EPOCHS { self.flush(rng) } else { Ok(()) }
    }

    /// Verifies what was read and brings the witness up to it.
    fn flush(&mut self, rng: &mut impl CryptoRngCore) -> Result<(), Refusal<ListError>> {
        if self.proofs == EpochProofs::Verify {
            proof::verify(&self.follower.head, &self.chunk).map_err(|error| self.of_sum(error))?;
        }
        self.follower.advance(&self.chunk, rng).map_err(|error| refusal!(error, "07-22"))?;
        self.chunk.clear();
        self.waiting = 0;
        Ok(())
    }

    /// One sum has all proofs of a chunk: that of a head comes before that of its entries.
    fn of_sum(&self, error: ListError) -> Refusal<ListError> {
        let first = self.chunk.iter().find_map(|epoch| epoch.head().verify_by_check(&self.keys).err());
        first.map_or(refusal!(error, "07-11"), |first| Refusal { error, ..first })
    }

    /// Stops after the epochs read so far.
    ///
    /// # Errors
    /// Those of [`CatchUp::follow`], for epochs that waited.
    pub fn suspend(self, rng: &mut impl CryptoRngCore) -> Result<SuspendedCatchUp, ListError> {
        Ok(self.suspend_by_check(rng)?)
    }

    /// The same, with the check that refuses.
    pub(crate) fn suspend_by_check(
        mut self,
        rng: &mut impl CryptoRngCore,
    ) -> Result<SuspendedCatchUp, Refusal<ListError>> {
        self.flush(rng)?;
        Ok(SuspendedCatchUp(self.follower))
    }

    /// The witness at the target.
    ///
    /// Being removed is not an error: see [`MembershipWitness::removed_since`].
    ///
    /// # Errors
    /// [`ListError::Incomplete`] before the target's epoch; [`ListError::Forked`] if the log led to
    /// another head than the cosigned one; those of [`CatchUp::follow`], for epochs that waited.
    pub fn finish(self, rng: &mut impl CryptoRngCore) -> Result<MembershipWitness, ListError> {
        Ok(self.finish_by_check(rng)?)
    }

    /// The same, with the check that refuses.
    pub(crate) fn finish_by_check(
        mut self,
        rng: &mut impl CryptoRngCore,
    ) -> Result<MembershipWitness, Refusal<ListError>> {
        if !self.is_complete() {
            return Err(refusal!(ListError::Incomplete, "07-24"));
        }
        if *self.reached() != self.target {
            return Err(refusal!(ListError::Forked, "07-24"));
        }
        self.flush(rng)?;
        Ok(MembershipWitness(self.follower))
    }
}

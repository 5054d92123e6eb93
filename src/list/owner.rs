//! The secret keys of a list and what is made with them, without any state (spec 07 §2, §4, §5,
//! §6).

use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;

use super::epoch::follows;
use super::shard_keys::ShardKeys;
use super::{
    Epoch, EpochUpdate, Head, HeadSet, IssuedWitness, ListError, ListId, ListKeys, ListName, MAX_SHARDS, Shard,
    ShardCount, proof,
};
use crate::accumulator::{AccumulatorKey, Handle, Operation, start};
use crate::calendar::Timestamp;
use crate::codec::{Body, ENCODED_SCALAR, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::group::{BaseTable, PrfKey, TaggedHash};
use crate::secret::Secret;
use crate::signature::{Signature, SigningKey};

/// How far the time of an epoch may be from that of the epoch before it when an owner closes it, in
/// whole seconds (spec 07 §6.1).
///
/// An epoch can never be taken back, and no later one may have an earlier time: a clock that is
/// wrong once, by a day or by a century, would stop the list for as long. So a close that leaps
/// further is refused, until somebody says that there was a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GreatestStep(u64);

impl GreatestStep {
    /// One day: of an owner that says nothing else.
    pub const DAY: Self = Self(86_400);

    /// That many seconds; `None` for 0.
    #[must_use]
    pub const fn from_secs(seconds: u64) -> Option<Self> {
        if seconds == 0 { None } else { Some(Self(seconds)) }
    }

    /// The number of seconds.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0
    }
}

/// What whoever closes an epoch says of the time since the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pause {
    /// The greatest step holds.
    None,
    /// There was a pause of any length.
    Long,
}

/// The keys of a list: `α` of each shard, the signing key, and the key from which nonces are
/// derived; and its greatest step.
///
/// It remembers nothing: which elements there are, and what happened to them, is the business of
/// whoever calls it ([`AccumulatorManager`](super::AccumulatorManager) in memory, the registries in
/// a store). As a [`Message`](crate::codec::Message) it is for storage where only the owner finds
/// it, and secret from the first byte to the last.
pub struct ListOwner {
    name: ListName,
    shard_count: ShardCount,
    accumulators: Vec<AccumulatorKey>,
    signing_key: SigningKey,
    nonce_key: PrfKey,
    step: GreatestStep,
    table: BaseTable,
}

impl fmt::Debug for ListOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ListOwner({}, redacted)", self.name)
    }
}

impl ListOwner {
    /// Fresh keys, drawn one independently of the other.
    pub fn random(name: ListName, shard_count: ShardCount, rng: &mut impl CryptoRngCore) -> Self {
        let signing_key = SigningKey::random(rng);
        let accumulators = shard_count.shards().map(|_| AccumulatorKey::random(rng)).collect();
        let nonce_key = PrfKey::random(rng);
        let step = GreatestStep::DAY;
        Self { name, shard_count, accumulators, signing_key, nonce_key, step, table: BaseTable::basepoint() }
    }

    /// The same owner with another greatest step than a day.
    #[must_use]
    pub fn with_greatest_step(self, step: GreatestStep) -> Self {
        Self { step, ..self }
    }

    /// How far a close may leap.
    #[must_use]
    pub const fn greatest_step(&self) -> GreatestStep {
        self.step
    }

    /// That an epoch after this head may have the time `now` (checks 07-4, 07-5; rule 07-33).
    pub(crate) fn check_time(&self, before: &Head, now: Timestamp, pause: Pause) -> Result<(), ListError> {
        follows(before, before.epoch.next(), now)?;
        let step = now.as_secs().saturating_sub(before.time.as_secs());
        if pause == Pause::None && step > self.step.0 { Err(ListError::Leap) } else { Ok(()) }
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

    /// What the owner publishes once.
    #[must_use]
    pub fn list_keys(&self) -> ListKeys {
        ListKeys {
            name: self.name.clone(),
            owner: self.signing_key.verifying_key(),
            shard_count: self.shard_count,
            accumulators: self.accumulators.iter().map(AccumulatorKey::public).collect(),
        }
    }

    /// `α` of every shard, for a platform that verifies keyed presentations. Whoever has them can
    /// make them.
    #[must_use]
    pub fn share_keys(&self) -> Vec<AccumulatorKey> {
        self.accumulators.iter().map(AccumulatorKey::duplicate).collect()
    }

    /// The signed heads of the empty log, epoch 0.
    #[must_use]
    pub fn first_heads(&self, now: Timestamp) -> HeadSet {
        let heads = self.shard_count.shards().zip(&self.accumulators).map(|(shard, accumulator)| {
            let list = ListId { name: self.name.clone(), shard };
            let (key, value) = (accumulator.public(), start(&list.to_bytes()));
            let (epoch, chain) = (Epoch::new(0), [0; 32]);
            let head = Head { list, key, epoch, time: now, length: 0, chain, before: value, value };
            let proof = proof::prove(&head, &[], &self.keys(accumulator));
            head.sign(proof, &self.signing_key)
        });
        HeadSet::new(heads.collect())
    }

    /// The epoch after `before`: applies the changes in order, proves them and signs the head. The
    /// same call gives the same bytes.
    ///
    /// None of the rules for owners is looked at (spec 07 §6.1): a second removal of an element
    /// gives its witness away, and a leap in time stops the list.
    /// [`AccumulatorManager`](super::AccumulatorManager) and the registries keep the rules.
    ///
    /// # Errors
    /// [`ListError::UnknownShard`]; [`ListError::NotNext`] after the last epoch that there can be;
    /// [`ListError::OldTime`] if `now` is before the last epoch's time; [`ListError::WrongLength`]
    /// for more changes than an epoch holds.
    pub fn next_epoch_without_rules(
        &self,
        before: &Head,
        changes: Vec<(Operation, Handle)>,
        now: Timestamp,
    ) -> Result<EpochUpdate, ListError> {
        let keys = self.keys(self.accumulator(before.list.shard)?);
        EpochUpdate::make(before, changes, now, &keys)
    }

    /// A witness for `handle` that fits `head`, with its proof. The same call gives the same bytes.
    ///
    /// Whether the handle is registered and present is not looked at: somebody who is flagged gets
    /// a witness, too. [`AccumulatorManager`](super::AccumulatorManager) and the registries keep
    /// the rules (spec 07 §6.1).
    ///
    /// # Errors
    /// [`ListError::UnknownShard`].
    pub fn witness_without_rules(&self, head: &Head, handle: &Handle) -> Result<IssuedWitness, ListError> {
        IssuedWitness::issue(head, handle, &self.keys(self.accumulator(head.list.shard)?))
    }

    const fn keys<'a>(&'a self, accumulator: &'a AccumulatorKey) -> ShardKeys<'a> {
        ShardKeys { accumulator, nonce: &self.nonce_key, signing: &self.signing_key, table: &self.table }
    }

    /// Signs what the keeper of the list states beside its heads; the role of the hash says what.
    pub(crate) fn sign(&self, statement: TaggedHash) -> Signature {
        self.signing_key.sign(statement)
    }

    /// Whether a head is of this list, under its key. The signature is not looked at.
    pub(crate) fn made(&self, head: &Head) -> bool {
        let key = self.accumulator(head.list.shard).map(AccumulatorKey::public);
        head.list.name == self.name && key.is_ok_and(|key| key == head.key)
    }

    fn accumulator(&self, shard: Shard) -> Result<&AccumulatorKey, ListError> {
        self.accumulators.get(shard.index()).ok_or(ListError::UnknownShard)
    }
}

impl Body for ListOwner {
    const TYPE: MessageType = MessageType::ListOwnerKeys;
    const MAX_LEN: usize = 256 + ENCODED_SCALAR * MAX_SHARDS;
    const FIELDS: u64 = 5;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).array(2);
        self.name.write(writer);
        writer.key(2).array(self.accumulators.len());
        self.accumulators.iter().for_each(|key| writer.scalars([key.scalar()]));
        writer.key(3).bytes(self.signing_key.to_secret_bytes().expose());
        writer.key(4).bytes(self.nonce_key.expose());
        writer.key(5).uint(self.step.0);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.key(1)?.array_of(2)?;
        let name = ListName::read(reader)?;
        let accumulators = reader.key(2)?.items(MAX_SHARDS, |reader| {
            let [scalar] = reader.scalars_of()?;
            AccumulatorKey::from_scalar(&scalar)
        })?;
        let shard_count = ShardCount::of(accumulators.len()).map_err(|_| DecodeError::OutOfRange)?;
        let signing_key = SigningKey::from_secret_bytes(Secret::new(reader.key(3)?.bytes_of()?));
        let nonce_key = PrfKey::new(reader.key(4)?.bytes_of()?);
        let step = GreatestStep::from_secs(reader.key(5)?.uint()?).ok_or(DecodeError::OutOfRange)?;
        Ok(Self { name, shard_count, accumulators, signing_key, nonce_key, step, table: BaseTable::basepoint() })
    }
}

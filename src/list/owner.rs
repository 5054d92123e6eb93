//! The secret keys of a list and what is made with them, without any state (spec 07 §2, §4, §5,
//! §6).

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;

use super::epoch::follows;
use super::shard_keys::ShardKeys;
use super::{
    Epoch, EpochUpdate, Head, HeadSet, IssuedWitness, ListError, ListId, ListKeys, ListName, MAX_SHARDS, Shard,
    ShardCount, SharedListKeys, proof,
};
use crate::accumulator::{AccumulatorKey, Handle, Operation, start};
use crate::calendar::Timestamp;
use crate::codec::{Body, ENCODED_SCALAR, Message, MessageType, Reader, Writer};
use crate::error::{DecodeError, check};
use crate::group::{BaseTable, PrfKey};
use crate::secret::Secret;
use crate::signature::{RoleKey, SigningKey, Unsigned, VerifyingKey};

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

/// The signed heads of an empty log that no store or manager has taken yet. A second set, of
/// another time, would be a second history: what is published is what a registry's `create_with` or
/// [`AccumulatorManager::heads`](super::AccumulatorManager::heads) gives (rule 07-62).
#[must_use = "it is published when a store has taken it"]
#[derive(Debug)]
pub struct FirstHeads(pub(crate) HeadSet);

impl FirstHeads {
    /// The heads, for an owner who keeps neither store nor manager and remembers that these are
    /// the ones.
    #[must_use]
    pub fn without_rules(self) -> HeadSet {
        self.0
    }
}

/// The keys of a list: `α` of each shard, the signing key, and the key from which nonces are
/// derived; and its greatest step.
///
/// It remembers nothing: which elements there are, and what happened to them, is the business of
/// whoever calls it ([`AccumulatorManager`](super::AccumulatorManager) in memory, the registries in
/// a store). As a [`Message`](crate::codec::Message) it is for storage where only the owner finds
/// it, and secret from the first byte to the last.
///
/// With a `KeyElsewhere` the signing key is in an HSM or at a key service: what is made is
/// [`Unsigned`] (spec 01 §9.2), and the stored message has the key's public half.
///
/// ```
/// use selfsame::codec::Message;
/// use selfsame::host::{OsRng, now};
/// use selfsame::list::{ListClass, ListName, ListOwner, ShardCount};
/// use zeroize::Zeroizing;
///
/// let name = ListName::new("police", ListClass::Flag)?;
/// let owner = ListOwner::random(name, ShardCount::new(4)?, &mut OsRng);
/// let keys = owner.list_keys(); // for the directory
/// let for_a_platform = owner.share_keys(); // who has them can make presentations
/// let heads = owner.first_heads(now()).verify(&keys)?; // epoch 0
/// # assert_eq!((heads.epoch().number(), for_a_platform.to_bytes().is_empty()), (0, false));
///
/// let stored = Zeroizing::new(owner.to_bytes()); // sealed, in a file
/// assert_eq!(<ListOwner>::from_bytes(&stored)?.list_keys(), keys);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ListOwner<K: RoleKey = SigningKey> {
    core: Arc<OwnerCore>,
    key: K,
}

/// All of an owner but its signing key.
pub(crate) struct OwnerCore {
    name: ListName,
    shard_count: ShardCount,
    accumulators: Vec<AccumulatorKey>,
    public: VerifyingKey,
    nonce_key: PrfKey,
    step: GreatestStep,
    table: BaseTable,
}

impl<K: RoleKey> fmt::Debug for ListOwner<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ListOwner({}, redacted)", self.name())
    }
}

impl ListOwner {
    /// Fresh keys, drawn one independently of the other.
    pub fn random(name: ListName, shard_count: ShardCount, rng: &mut impl CryptoRngCore) -> Self {
        let key = SigningKey::random(rng);
        Self::with_key(key, name, shard_count, rng)
    }

    /// [`Message::from_bytes`] of an owner that holds its signing key, so that this type alone need
    /// not be named.
    ///
    /// # Errors
    /// Any [`DecodeError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        Message::from_bytes(bytes)
    }

    /// The signed heads of the empty log, epoch 0, to be made once: those of another time are a
    /// second history (rule 07-62).
    #[must_use]
    pub fn first_heads(&self, now: Timestamp) -> HeadSet {
        self.core.first_heads(now).sign_here(&self.key)
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
    /// for more changes than an epoch holds, [`ListError::LogFull`] for more than the log does.
    pub fn next_epoch_without_rules(
        &self,
        before: &Head,
        changes: Vec<(Operation, Handle)>,
        now: Timestamp,
    ) -> Result<EpochUpdate, ListError> {
        Ok(self.prepare_epoch_without_rules(before, changes, now)?.sign_here(&self.key))
    }
}

impl<K: RoleKey> ListOwner<K> {
    /// Fresh keys beside a signing key that there is, here or elsewhere; it signs for nothing else.
    pub fn with_key(key: K, name: ListName, shard_count: ShardCount, rng: &mut impl CryptoRngCore) -> Self {
        let accumulators = shard_count.shards().map(|_| AccumulatorKey::random(rng)).collect();
        let nonce_key = PrfKey::random(rng);
        Self::of(key, (name, shard_count), accumulators, nonce_key, GreatestStep::DAY)
    }

    fn of(
        key: K,
        (name, shard_count): (ListName, ShardCount),
        accumulators: Vec<AccumulatorKey>,
        nonce_key: PrfKey,
        step: GreatestStep,
    ) -> Self {
        let (public, table) = (VerifyingKey::of(&key), BaseTable::basepoint());
        Self { core: Arc::new(OwnerCore { name, shard_count, accumulators, public, nonce_key, step, table }), key }
    }

    /// The same owner with another greatest step than a day.
    #[must_use]
    pub fn with_greatest_step(mut self, step: GreatestStep) -> Self {
        match Arc::get_mut(&mut self.core) {
            Some(core) => core.step = step,
            None => unreachable!("who has an owner to give away shares it with nobody"),
        }
        self
    }

    /// How far a close may leap.
    #[must_use]
    pub fn greatest_step(&self) -> GreatestStep {
        self.core.step
    }

    /// Owner and class.
    #[must_use]
    pub fn name(&self) -> &ListName {
        self.core.name()
    }

    /// The number of shards.
    #[must_use]
    pub fn shard_count(&self) -> ShardCount {
        self.core.shard_count
    }

    /// What the owner publishes once.
    #[must_use]
    pub fn list_keys(&self) -> ListKeys {
        self.core.list_keys()
    }

    /// `α` of every shard, for a platform that verifies keyed presentations, or a helper. Whoever
    /// has them can make them.
    #[must_use]
    pub fn share_keys(&self) -> SharedListKeys {
        let keys = self.core.accumulators.iter().map(AccumulatorKey::duplicate).collect();
        SharedListKeys { name: self.core.name.clone(), keys }
    }

    /// The heads of the empty log, epoch 0, to be signed, for whatever begins the list with them.
    /// The same `now` gives the same.
    pub fn prepare_first_heads(&self, now: Timestamp) -> Unsigned<FirstHeads> {
        self.core
            .first_heads(now)
            .within(FirstHeads, |FirstHeads(heads), shard, signature| heads.sign(shard, signature))
    }

    /// The epoch after `before` with its proof, to be signed: `next_epoch_without_rules`.
    ///
    /// # Errors
    /// As there.
    pub fn prepare_epoch_without_rules(
        &self,
        before: &Head,
        changes: Vec<(Operation, Handle)>,
        now: Timestamp,
    ) -> Result<Unsigned<EpochUpdate>, ListError> {
        self.core.next_epoch(before, changes, now)
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
        self.core.witness(head, handle)
    }

    pub(crate) const fn core(&self) -> &Arc<OwnerCore> {
        &self.core
    }

    pub(crate) const fn key(&self) -> &K {
        &self.key
    }
}

impl OwnerCore {
    pub(crate) const fn name(&self) -> &ListName {
        &self.name
    }

    pub(crate) const fn shard_count(&self) -> ShardCount {
        self.shard_count
    }

    /// Who signs.
    pub(crate) const fn public(&self) -> VerifyingKey {
        self.public
    }

    pub(crate) fn list_keys(&self) -> ListKeys {
        ListKeys {
            name: self.name.clone(),
            owner: self.public,
            shard_count: self.shard_count,
            accumulators: self.accumulators.iter().map(AccumulatorKey::public).collect(),
        }
    }

    /// That an epoch after this head may have the time `now` (checks 07-4, 07-5; rule 07-33).
    pub(crate) fn check_time(&self, before: &Head, now: Timestamp, pause: Pause) -> Result<(), ListError> {
        follows(before, before.epoch.next(), now)?;
        let step = now.as_secs().saturating_sub(before.time.as_secs());
        if pause == Pause::None && step > self.step.0 { Err(ListError::Leap) } else { Ok(()) }
    }

    pub(crate) fn first_heads(&self, now: Timestamp) -> Unsigned<HeadSet> {
        let heads = self.shard_count.shards().zip(&self.accumulators).map(|(shard, accumulator)| {
            let list = ListId { name: self.name.clone(), shard };
            let (key, value) = (accumulator.public(), start(&list.to_bytes()));
            let (epoch, chain) = (Epoch::new(0), [0; 32]);
            let head = Head { list, key, epoch, time: now, length: 0, chain, before: value, value };
            let proof = proof::prove(&head, &[], &self.keys(accumulator));
            head.unsigned(proof)
        });
        HeadSet::new(heads.collect()).unsigned(self.public)
    }

    pub(crate) fn next_epoch(
        &self,
        before: &Head,
        changes: Vec<(Operation, Handle)>,
        now: Timestamp,
    ) -> Result<Unsigned<EpochUpdate>, ListError> {
        let keys = self.keys(self.accumulator(before.list.shard)?);
        Ok(EpochUpdate::make(before, changes, now, &keys)?.unsigned(self.public))
    }

    pub(crate) fn witness(&self, head: &Head, handle: &Handle) -> Result<IssuedWitness, ListError> {
        IssuedWitness::issue(head, handle, &self.keys(self.accumulator(head.list.shard)?))
    }

    const fn keys<'a>(&'a self, accumulator: &'a AccumulatorKey) -> ShardKeys<'a> {
        ShardKeys { accumulator, nonce: &self.nonce_key, table: &self.table }
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

impl<K: RoleKey> Body for ListOwner<K> {
    const TYPE: MessageType = if K::IS_HELD { MessageType::ListOwnerKeys } else { MessageType::ListOwnerElsewhere };
    const MAX_LEN: usize = 256 + ENCODED_SCALAR * MAX_SHARDS;
    const FIELDS: u64 = 5;

    fn write(&self, writer: &mut Writer) {
        let core = &self.core;
        writer.key(1).array(2);
        core.name.write(writer);
        writer.key(2).array(core.accumulators.len());
        core.accumulators.iter().for_each(|key| writer.scalars([key.scalar()]));
        writer.key(3).bytes(self.key.stored().expose());
        writer.key(4).bytes(core.nonce_key.expose());
        writer.key(5).uint(core.step.0);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.key(1)?.array_of(2)?;
        let name = ListName::read(reader)?;
        let accumulators = reader.key(2)?.items(MAX_SHARDS, |reader| {
            let [scalar] = reader.scalars_of()?;
            AccumulatorKey::from_scalar(&scalar)
        })?;
        let shard_count = ShardCount::of(accumulators.len()).map_err(|_| DecodeError::OutOfRange)?;
        let bytes = Secret::new(reader.key(3)?.bytes_of()?);
        let key = reader.under(check!("01-21"), |_| K::from_stored(bytes))?;
        let nonce_key = PrfKey::new(reader.key(4)?.bytes_of()?);
        let step = GreatestStep::from_secs(reader.key(5)?.uint()?).ok_or(DecodeError::OutOfRange)?;
        Ok(Self::of(key, (name, shard_count), accumulators, nonce_key, step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::Scalar;
    use crate::list::{ListClass, MAX_LOG_LENGTH};

    const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

    fn owner() -> ListOwner {
        let name = ListName::new("test", ListClass::Status).unwrap();
        ListOwner::random(name, ShardCount::ONE, &mut rand_core::OsRng)
    }

    /// The head of a log that has room for so many entries yet.
    fn head(owner: &ListOwner, room: u64) -> Head {
        let heads = owner.first_heads(NOW);
        heads.iter().next().unwrap().head().with_length(MAX_LOG_LENGTH - room)
    }

    fn removals(count: u64) -> Vec<(Operation, Handle)> {
        let handle = |number: u64| Handle::from_scalar(Scalar::from(number)).unwrap();
        (1..=count).map(|number| (Operation::Remove, handle(number))).collect()
    }

    /// Rule 07-48, the owner's part.
    #[test]
    fn no_epoch_goes_beyond_what_a_key_may_make() {
        let owner = owner();
        for room in 0..3 {
            let before = head(&owner, room);
            for entries in 0..4 {
                let update = owner.next_epoch_without_rules(&before, removals(entries), NOW);
                assert_eq!(update.is_ok(), entries <= room, "{entries} into {room}");
                match update {
                    Ok(update) => update.verify(&before, &owner.list_keys()).map(drop).unwrap(),
                    Err(error) => assert_eq!(error, ListError::LogFull),
                }
            }
        }
    }

    /// Rule 07-48, everybody else's part: the head is honest but for its length.
    #[test]
    fn a_head_of_a_longer_log_is_refused() {
        let owner = owner();
        let sign = |length: u64| {
            let head = head(&owner, 0).with_length(length);
            let proof = proof::prove(&head, &[], &owner.core.keys(&owner.core.accumulators[0]));
            HeadSet::new(alloc::vec![head.unsigned(proof)]).unsigned(owner.core.public).sign_here(&owner.key)
        };
        assert!(sign(MAX_LOG_LENGTH).verify(&owner.list_keys()).is_ok());
        assert_eq!(sign(MAX_LOG_LENGTH + 1).verify(&owner.list_keys()).map(drop), Err(ListError::LogFull));
        let alone = sign(MAX_LOG_LENGTH + 1);
        let alone = alone.iter().next().unwrap().verify(&owner.list_keys()).map(drop);
        assert_eq!(alone, Err(ListError::LogFull));
    }
}

//! The platform: it holds the keys and checks presentations for desks (spec 06 §7). The only
//! secrets of verification are here.
//!
//! A key enters one constant-time sum and nothing else. Whoever holds these keys can make
//! presentations and credentials, so a platform is trusted as the issuer is; what it cannot do is
//! tell holders apart.
//!
//! A platform may serve several issuer keys at once, so that keys can be replaced with an overlap
//! (spec 09 §5): it has the secrets, and a version of the directory that it adopts says from when
//! until when each key counts.

use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;

use super::batch::{DecodedCall, Item, Unreadable, vartime_check, vartime_check_all};
use super::error::PlatformError;
use super::replay::ReplayRegister;
use super::trust_store::{IndexAllocator, Key, TrustStore};
use crate::accumulator::{AccumulatorKey, AccumulatorPublicKey};
use crate::calendar::Timestamp;
use crate::credential::{IssuerParameters, IssuerSecret};
use crate::directory::VerifiedDirectory;
use crate::error::Refused;
use crate::group::Scalar;
use crate::list::{EpochUpdate, Freshness, HeadSet, ListKeys, VerifiedHeads};
use crate::presentation::desk::{PlatformPublicKey, Relations, VerdictMessage};
use crate::presentation::request::Effort;
use crate::set::{CodeSetKey, DigitSetKey, VerifiedCodeSet, VerifiedDigitSet};
use crate::sigma::Pair;
use crate::signature::SigningKey;

/// Verifies keyed presentations for desks, and signs what it found. It has one register of what
/// must not count twice, for all its answers.
///
/// ```compile_fail,E0061
/// # use selfsame::calendar::Timestamp;
/// # use selfsame::presentation::{MemoryReplayRegister, Platform};
/// # fn answer(platform: &Platform<MemoryReplayRegister>, call: &[u8], now: Timestamp) {
/// let _ = platform.answer(call, now, &mut MemoryReplayRegister::new());
/// # }
/// ```
pub struct Platform<R> {
    trust_store: TrustStore,
    /// In the order of the trust store.
    issuers: Vec<IssuerSecret>,
    /// In the order of the trust store, by shard.
    lists: Vec<Vec<AccumulatorKey>>,
    /// In the order of the trust store.
    sets: Vec<CodeSetKey>,
    /// In the order of the trust store.
    digits: Vec<DigitSetKey>,
    signing_key: SigningKey,
    register: R,
    effort: Effort,
}

impl<R> fmt::Debug for Platform<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Platform({:?}, redacted)", self.trust_store.issuers())
    }
}

impl<R: ReplayRegister> Platform<R> {
    /// A platform that goes by this version of the directory, with a fresh key for its verdicts,
    /// and with what it remembers so that nothing counts twice. It lives in memory: after a restart
    /// desks pin a new key, and the epochs are taken again from the first one; the register is the
    /// one that it had, or a window that is still open takes its answers once more.
    pub fn new(directory: &VerifiedDirectory, freshness: Freshness, register: R, rng: &mut impl CryptoRngCore) -> Self {
        Self::with(TrustStore::new(freshness, Some(directory.clone())), register, rng)
    }

    /// The same, where no directory says which issuer keys and lists there are, and when a key
    /// counts: until one is adopted, every key that is added counts always, and lists are what
    /// whoever adds them says.
    pub fn without_directory(freshness: Freshness, register: R, rng: &mut impl CryptoRngCore) -> Self {
        Self::with(TrustStore::new(freshness, None), register, rng)
    }

    fn with(trust_store: TrustStore, register: R, rng: &mut impl CryptoRngCore) -> Self {
        let signing_key = SigningKey::random(rng);
        let (issuers, lists, sets, digits) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { trust_store, issuers, lists, sets, digits, signing_key, register, effort: Effort::USUAL }
    }

    /// From now on refuses calls whose requests ask for more work than this; it is
    /// [`Effort::USUAL`] at first.
    pub const fn allow(&mut self, effort: Effort) {
        self.effort = effort;
    }

    /// What it remembers.
    pub const fn register(&self) -> &R {
        &self.register
    }

    /// Adds an issuer key. If a directory is adopted, the key counts when that says so.
    ///
    /// # Errors
    /// [`PlatformError::WrongKey`] or [`PlatformError::Issuer`].
    pub fn add_issuer(&mut self, parameters: IssuerParameters, secret: IssuerSecret) -> Result<(), PlatformError> {
        if secret.0.public() != parameters.key().0 {
            return Err(PlatformError::WrongKey);
        }
        self.trust_store.add_issuer(parameters)?;
        self.issuers.push(secret);
        Ok(())
    }

    /// Goes by a version of the directory from now on: an issuer key counts when this version says
    /// so, and one that it does not name does not count.
    ///
    /// # Errors
    /// [`PlatformError::OldDirectory`]; [`PlatformError::List`] if a list of the platform is not in
    /// it with the same keys. On an error nothing changes.
    pub fn adopt(&mut self, directory: &VerifiedDirectory) -> Result<(), PlatformError> {
        self.trust_store.adopt(directory)
    }

    /// The key that desks pin.
    #[must_use]
    pub fn public_key(&self) -> PlatformPublicKey {
        PlatformPublicKey(self.signing_key.verifying_key())
    }

    /// Adds a list with the keys of all its shards: one of the directory's, if one is adopted.
    ///
    /// # Errors
    /// [`PlatformError::WrongKey`] or [`PlatformError::List`].
    pub fn add_list(&mut self, keys: ListKeys, secrets: Vec<AccumulatorKey>) -> Result<(), PlatformError> {
        let public: Vec<AccumulatorPublicKey> = secrets.iter().map(AccumulatorKey::public).collect();
        if public != keys.accumulators {
            return Err(PlatformError::WrongKey);
        }
        self.trust_store.add_list(keys)?;
        self.lists.push(secrets);
        Ok(())
    }

    /// Adds a set of codes, for requests that name it; gives it as holders get it.
    ///
    /// # Errors
    /// [`PlatformError::Set`].
    pub fn add_set(&mut self, key: CodeSetKey) -> Result<VerifiedCodeSet, PlatformError> {
        let set = key.publish().verify().map_err(|_| PlatformError::Set)?;
        self.trust_store.add_set(set.clone())?;
        self.sets.push(key);
        Ok(set)
    }

    /// Adds the digits in which requests have numbers shown to this platform: one set for all of
    /// them, which the directory names. Gives it as holders get it.
    ///
    /// # Errors
    /// [`PlatformError::Set`].
    pub fn add_digits(&mut self, key: DigitSetKey) -> Result<VerifiedDigitSet, PlatformError> {
        let set = key.publish().verify().map_err(|_| PlatformError::Set)?;
        self.trust_store.add_digits(set.clone())?;
        self.digits.push(key);
        Ok(set)
    }

    /// Checks and takes a new epoch: heads and, for each shard in order, the update that leads to
    /// its head from the last known one. Gives the heads back verified, for a desk's next request.
    /// From now on the epoch before counts for the time of grace only. Heads that are known already
    /// are accepted again.
    ///
    /// The first epoch taken is the empty log, epoch 0, without updates; so every head rests on
    /// proofs under `α`, and a stolen signing key alone makes none.
    ///
    /// # Errors
    /// [`PlatformError::List`], [`PlatformError::Heads`], [`PlatformError::OldEpoch`],
    /// [`PlatformError::Equivocation`] or [`PlatformError::Future`].
    pub fn accept_epoch(
        &mut self,
        heads: &HeadSet,
        updates: &[EpochUpdate],
        now: Timestamp,
    ) -> Result<VerifiedHeads, PlatformError> {
        self.trust_store.accept_epoch(heads, updates, now)
    }

    /// Answers a call: whether its presentation proves everything that its request asks, now.
    ///
    /// Every failure, from bytes that do not decode to a proof that does not verify, gives the same
    /// answer. The register is used by requests with a time window, a limit, tickets or an escrow,
    /// and only after the proof was found good. A request with a nonce is answered as often as it
    /// is sent, with an escrow at the time at which it was verified first: that it is relayed once
    /// is the desk's part.
    pub fn answer(&self, call: &[u8], now: Timestamp) -> VerdictMessage {
        let read = match DecodedCall::read(call) {
            Ok(read) => read,
            Err(Unreadable { relations }) => return VerdictMessage::refused(call, now, relations, &self.signing_key),
        };
        let mut allocator = IndexAllocator::default();
        let verdict = self.item(&read, now, &mut allocator).and_then(|item| {
            let keys = self.keys(&allocator)?;
            vartime_check(&item, &keys)?;
            self.vouch(call, &read, &item, &keys, now)
        });
        verdict.unwrap_or_else(|Refused| self.refuse(call, &read, now))
    }

    /// Answers many calls at once, faster each; the answers are those that [`Platform::answer`]
    /// would give, one after the other.
    pub fn answer_batch(&self, calls: &[impl AsRef<[u8]>], now: Timestamp) -> Vec<VerdictMessage> {
        let read: Vec<Result<DecodedCall, Unreadable>> =
            calls.iter().map(|call| DecodedCall::read(call.as_ref())).collect();
        let mut allocator = IndexAllocator::default();
        let mut items: Vec<Option<Item<'_>>> = Vec::with_capacity(read.len());
        for call in &read {
            items.push(call.as_ref().ok().and_then(|call| self.item(call, now, &mut allocator).ok()));
        }
        let keys = self.keys(&allocator).unwrap_or_default();
        let good = vartime_check_all(&items, &keys);
        let mut answers = Vec::with_capacity(calls.len());
        for (((bytes, call), item), good) in calls.iter().map(AsRef::as_ref).zip(&read).zip(&items).zip(good) {
            answers.push(match (call, item) {
                (Err(Unreadable { relations }), _) => {
                    VerdictMessage::refused(bytes, now, *relations, &self.signing_key)
                }
                (Ok(call), Some(item)) if good => {
                    let verdict = self.vouch(bytes, call, item, &keys, now);
                    verdict.unwrap_or_else(|Refused| self.refuse(bytes, call, now))
                }
                (Ok(call), _) => self.refuse(bytes, call, now),
            });
        }
        answers
    }

    /// What is to be checked of a call, unless its request asks too much.
    fn item<'a>(
        &'a self,
        call: &'a DecodedCall,
        now: Timestamp,
        allocator: &mut IndexAllocator,
    ) -> Result<Item<'a>, Refused> {
        if self.effort.allows(call.request.effort()) {
            self.trust_store.item(call, now, allocator)
        } else {
            Err(Refused)
        }
    }

    /// The keys that a batch names, by their places.
    fn keys(&self, allocator: &IndexAllocator) -> Result<Vec<&Scalar>, Refused> {
        let secret = |key: &Key| match *key {
            Key::Issuer(index) => self.issuers.get(index).map(|secret| secret.0.scalar()),
            Key::List(index, shard) => {
                self.lists.get(index).and_then(|secrets| secrets.get(shard.index())).map(AccumulatorKey::scalar)
            }
            Key::Set(index) => self.sets.get(index).map(CodeSetKey::scalar),
            Key::Digits(index) => self.digits.get(index).map(DigitSetKey::scalar),
        };
        allocator.keys.iter().map(|key| secret(key).ok_or(Refused)).collect()
    }

    /// Remembers what must not count twice, and says "verified", with an escrow so that whoever has
    /// no key sees for itself that the keyed relations hold.
    fn vouch(
        &self,
        bytes: &[u8],
        call: &DecodedCall,
        item: &Item<'_>,
        keys: &[&Scalar],
        now: Timestamp,
    ) -> Result<VerdictMessage, Refused> {
        let time = self.trust_store.record(call, item, now, &self.register)?;
        let vouched = if call.request.escrow().is_some() { item.vartime_keyed_pairs()? } else { Vec::new() };
        let (indices, pairs): (Vec<usize>, Vec<Pair>) = vouched.into_iter().unzip();
        let keys: Option<Vec<&Scalar>> = indices.into_iter().map(|index| keys.get(index).copied()).collect();
        let relations = Relations { pairs: &pairs, keys: &keys.ok_or(Refused)?, table: item.table() };
        VerdictMessage::verified(bytes, time, &relations, &self.signing_key)
    }

    fn refuse(&self, bytes: &[u8], call: &DecodedCall, now: Timestamp) -> VerdictMessage {
        VerdictMessage::refused(bytes, now, call.request.vouched_relations(), &self.signing_key)
    }
}

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

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::convert::Infallible;
use core::fmt;

use super::answer::CheckedCalls;
use super::epochs::KnownEpoch;
use super::error::PlatformError;
use super::keys::PlatformKeys;
use super::known::Known;
use super::replay::{AsyncReplayRegister, RegisterFailure, ReplayRegister};
use super::swap::Swap;
use super::trust_store::TrustStore;
use crate::calendar::Timestamp;
use crate::credential::{IssuerParameters, SharedIssuerKey};
use crate::directory::VerifiedDirectory;
use crate::error::{Refusal, refused};
use crate::list::{
    CosignedHeads, Epoch, EpochUpdate, Freshness, HeadSet, ListKeys, ListName, ListSnapshot, SharedListKeys,
    SnapshotError, VerifiedHeads,
};
use crate::presentation::desk::{PlatformPublicKey, VerdictKey, VerdictMessage};
use crate::presentation::request::Effort;
use crate::set::{CodeSetKey, DigitSetKey, VerifiedCodeSet, VerifiedDigitSet};
use crate::signature::{RoleKey, SigningKey, Unsigned, VerifyingKey};

#[cfg(feature = "hazmat")]
mod refusal;

/// Verifies keyed presentations for desks, and signs what it found. It has one register of what
/// must not count twice, for all its answers.
///
/// Everything takes it shared, from as many threads as there are (with the feature `std`). Answers
/// go by what is known when they begin. Proofs of an epoch are checked aside and then exchanged
/// with what was known, so no answer waits for an epoch.
///
/// ```
/// use core::time::Duration;
/// use selfsame::calendar::Timestamp;
/// use selfsame::credential::{Issuer, KeyVersion};
/// use selfsame::list::{Freshness, ListClass, ListName, ListOwner, ShardCount};
/// use selfsame::presentation::{MemoryReplayRegister, Platform, Verdict, VerdictKey};
/// use selfsame::schema::Schema;
///
/// let (mut rng, now) = (selfsame::host::OsRng, selfsame::host::now());
/// let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut rng);
/// let owner = ListOwner::random(ListName::new("interior", ListClass::Status)?, ShardCount::new(4)?, &mut rng);
///
/// // In a country `Platform::new`, with its directory, which says whose keys count when.
/// let [max_age, grace, max_window] = [86_400, 600, 2_592_000].map(Duration::from_secs);
/// let freshness = Freshness { max_age, grace, max_window };
/// let platform =
///     Platform::without_directory(freshness, VerdictKey::random(&mut rng), MemoryReplayRegister::new());
/// platform.add_issuer(issuer.parameters().clone(), issuer.share_key())?;
/// platform.add_list(owner.list_keys(), owner.share_keys())?;
/// platform.accept_epoch(&owner.first_heads(now), &[], now)?; // and each epoch after that
///
/// let relayed = b"what a desk sent"; // a VerificationCall
/// let verdict = platform.answer(relayed, now)?; // to be sent back
/// assert_eq!(verdict.unverified_verdict(), Verdict::Refused);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It has its own register:
///
/// ```compile_fail,E0061
/// # use selfsame::calendar::Timestamp;
/// # use selfsame::presentation::{MemoryReplayRegister, Platform};
/// # fn answer(platform: &Platform<MemoryReplayRegister>, call: &[u8], now: Timestamp) {
/// let _ = platform.answer(call, now, &mut MemoryReplayRegister::new());
/// # }
/// ```
pub struct Platform<R, K: RoleKey = SigningKey> {
    known: Swap<Known>,
    verdict_key: VerdictKey<K>,
    register: R,
}

impl<R, K: RoleKey> fmt::Debug for Platform<R, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Platform({:?}, redacted)", self.known.get().trust_store.issuers())
    }
}

impl<R, K: RoleKey> Platform<R, K> {
    /// A platform that goes by this version of the directory, signs verdicts with this key, and has
    /// this register of what must not count twice. Replicas share the register, and have one key or
    /// one each.
    ///
    /// What it knows of lists lives in memory: after a restart it goes on from its snapshots
    /// ([`Platform::snapshot`]), or the epochs are taken again from the first one. The register is
    /// the one that it had, or a window that is still open takes its answers once more.
    pub fn new(directory: &VerifiedDirectory, freshness: Freshness, verdict_key: VerdictKey<K>, register: R) -> Self {
        Self::with(TrustStore::new(freshness, Some(directory.clone())), verdict_key, register)
    }

    /// The same, where no directory says which issuer keys and lists there are, and when a key
    /// counts: until one is adopted, every key that is added counts always, and lists are what
    /// whoever adds them says.
    pub fn without_directory(freshness: Freshness, verdict_key: VerdictKey<K>, register: R) -> Self {
        Self::with(TrustStore::new(freshness, None), verdict_key, register)
    }

    fn with(trust_store: TrustStore, verdict_key: VerdictKey<K>, register: R) -> Self {
        Self { known: Swap::new(Known::new(trust_store)), verdict_key, register }
    }

    /// Puts what `change` makes of a copy of what is known in its place.
    fn update(&self, change: impl Fn(&mut Known) -> Result<(), PlatformError>) -> Result<(), PlatformError> {
        self.known.update(|known| {
            let mut next = known.clone();
            change(&mut next).map(|()| next)
        })
    }

    /// From now on refuses calls whose requests ask for more work than this; it is
    /// [`Effort::USUAL`] at first.
    pub fn allow(&self, effort: Effort) {
        let Ok(()) = self.known.update::<Infallible>(|known| Ok(Known { effort, ..known.clone() }));
    }

    /// What it remembers.
    pub const fn register(&self) -> &R {
        &self.register
    }

    /// Adds an issuer key. If a directory is adopted, the key counts when that says so.
    ///
    /// # Errors
    /// [`PlatformError::WrongKey`] or [`PlatformError::Issuer`].
    pub fn add_issuer(&self, parameters: IssuerParameters, secret: SharedIssuerKey) -> Result<(), PlatformError> {
        if !secret.is_of(&parameters) {
            return Err(PlatformError::WrongKey);
        }
        let secret = Arc::new(secret);
        self.update(|known| {
            known.issuers.push(Arc::clone(&secret));
            known.trust_store.add_issuer(parameters.clone())
        })
    }

    /// Goes by a version of the directory from now on: an issuer key counts when this version says
    /// so, and one that it does not name does not count.
    ///
    /// # Errors
    /// [`PlatformError::OldDirectory`]; [`PlatformError::List`] if a list of the platform is not in
    /// it with the same keys. On an error nothing changes.
    pub fn adopt(&self, directory: &VerifiedDirectory) -> Result<(), PlatformError> {
        self.update(|known| known.trust_store.adopt(directory))
    }

    /// The key under which its verdicts verify.
    #[must_use]
    pub fn public_key(&self) -> PlatformPublicKey {
        self.verdict_key.public_key()
    }

    /// Adds a list with the keys of all its shards: one of the directory's, if one is adopted.
    ///
    /// # Errors
    /// [`PlatformError::WrongKey`] or [`PlatformError::List`].
    pub fn add_list(&self, keys: ListKeys, secrets: SharedListKeys) -> Result<(), PlatformError> {
        if !secrets.are_of(&keys) {
            return Err(PlatformError::WrongKey);
        }
        let secrets = Arc::new(secrets);
        self.update(|known| {
            known.lists.push(Arc::clone(&secrets));
            known.trust_store.add_list(keys.clone())
        })
    }

    /// Adds a set of codes, for requests that name it; gives it as holders get it.
    ///
    /// # Errors
    /// [`PlatformError::Set`].
    pub fn add_set(&self, key: CodeSetKey) -> Result<VerifiedCodeSet, PlatformError> {
        let set = key.publish().verify().map_err(|_| PlatformError::Set)?;
        let key = Arc::new(key);
        self.update(|known| {
            known.sets.push(Arc::clone(&key));
            known.trust_store.add_set(set.clone())
        })?;
        Ok(set)
    }

    /// Adds the digits in which requests have numbers shown to this platform: one set for all of
    /// them, which the directory names. Gives it as holders get it.
    ///
    /// # Errors
    /// [`PlatformError::Set`].
    pub fn add_digits(&self, key: DigitSetKey) -> Result<VerifiedDigitSet, PlatformError> {
        let set = key.publish().verify().map_err(|_| PlatformError::Set)?;
        let key = Arc::new(key);
        self.update(|known| {
            known.digits.push(Arc::clone(&key));
            known.trust_store.add_digits(set.clone())
        })?;
        Ok(set)
    }

    /// The epochs that are known, list by list, the newest of each last: for desks, which ask under
    /// one that counts, and for who watches whether the next one is late.
    #[must_use]
    pub fn known_epochs(&self, now: Timestamp) -> Vec<KnownEpoch> {
        self.known.get().trust_store.epochs(now)
    }

    /// The newest heads of a list that were taken: the next epoch follows them
    /// ([`Wanted::epoch_after`](crate::published::Wanted::epoch_after)).
    #[must_use]
    pub fn newest_heads(&self, list: &ListName) -> Option<Arc<VerifiedHeads>> {
        self.known.get().trust_store.newest_heads(list)
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
        &self,
        heads: &HeadSet,
        updates: &[EpochUpdate],
        now: Timestamp,
    ) -> Result<VerifiedHeads, PlatformError> {
        Ok(self.accept_epoch_while(heads, updates, now, || ())?)
    }

    /// The same; `meanwhile` runs between the check and the exchange, each time that it is made.
    pub(crate) fn accept_epoch_while(
        &self,
        heads: &HeadSet,
        updates: &[EpochUpdate],
        now: Timestamp,
        mut meanwhile: impl FnMut(),
    ) -> Result<VerifiedHeads, Refusal<PlatformError>> {
        loop {
            let epoch = self.known.get().trust_store.check_epoch(heads, updates, now)?;
            meanwhile();
            let taken = self.known.update(|known| match known.trust_store.with_epoch(&epoch, now) {
                Ok(Some(trust_store)) => Ok(Known { trust_store, ..known.clone() }),
                Ok(None) => Err(None),
                Err(error) => Err(Some(error)),
            });
            match taken {
                Ok(()) => return Ok(VerifiedHeads::clone(&epoch.heads)),
                // Somebody else took an epoch of this list meanwhile.
                Err(None) => {}
                Err(Some(error)) => return Err(Refusal::of(error)),
            }
        }
    }

    /// Goes on from its own snapshot of a list, of which it has accepted nothing yet, in a time
    /// that does not depend on the log. The snapshot must reach the epoch `minimum`, which the host
    /// keeps where nobody sets it back; and where the platform goes by a directory, one of its
    /// epochs must be one that a quorum of the cosigners signed.
    ///
    /// # Errors
    /// [`SnapshotError`]; nothing changes then.
    pub fn start_from(
        &self,
        snapshot: &ListSnapshot,
        minimum: Epoch,
        cosigned: Option<&CosignedHeads>,
        now: Timestamp,
    ) -> Result<(), SnapshotError> {
        self.known.update(|known| {
            let trust_store = &known.trust_store;
            let keys = trust_store.keys(snapshot.name()).ok_or(SnapshotError::OtherList)?;
            let (heads, _) = snapshot.check(keys, self.public_key().to_bytes(), minimum)?;
            match cosigned {
                Some(cosigned) => snapshot.check_cosigned(cosigned)?,
                None if trust_store.has_directory() => return Err(SnapshotError::NotCosigned),
                None => {}
            }
            if !heads.iter().all(|heads| heads.time().has_come(now)) {
                return Err(SnapshotError::Future);
            }
            Ok(Known { trust_store: trust_store.starting_with(heads)?, ..known.clone() })
        })
    }

    /// [`Platform::snapshot`], to be signed where the verdict key is.
    ///
    /// # Errors
    /// [`PlatformError::List`].
    pub fn prepare_snapshot(
        &self,
        list: &ListName,
        now: Timestamp,
    ) -> Result<Option<Unsigned<ListSnapshot>>, PlatformError> {
        let known = self.known.get();
        let (keys, heads) = known.trust_store.counting(list, now)?;
        Ok(ListSnapshot::unsigned(heads, Vec::new(), keys, VerifyingKey::of(self.verdict_key.key())))
    }

    /// Checks everything of these calls but what the register says.
    fn check(&self, calls: &[impl AsRef<[u8]>], now: Timestamp) -> CheckedCalls {
        let calls: Vec<&[u8]> = calls.iter().map(AsRef::as_ref).collect();
        Known::check(&self.known.get(), &calls, now, |_, _| refused!("06-55"))
    }
}

impl<R> Platform<R> {
    /// What it has accepted of a list and may still count, signed by its verdict key: from that it
    /// starts again without reading the log ([`Platform::start_from`]). None before the first
    /// epoch.
    ///
    /// # Errors
    /// [`PlatformError::List`].
    pub fn snapshot(&self, list: &ListName, now: Timestamp) -> Result<Option<ListSnapshot>, PlatformError> {
        Ok(self.prepare_snapshot(list, now)?.map(|snapshot| snapshot.sign_here(self.verdict_key.key())))
    }
}

impl<R, K: RoleKey> Platform<R, K> {
    /// A platform as its key file and a version of the directory make it: with the issuer keys and
    /// lists of the file under the parameters that the directory names, and the sets of the file.
    ///
    /// # Errors
    /// [`PlatformError::Unlisted`] for a key that the directory does not name;
    /// [`PlatformError::WrongKey`] for one that is another there; [`PlatformError::Issuer`],
    /// [`PlatformError::List`] and [`PlatformError::Set`] for one that is twice in the file.
    pub fn open(
        keys: PlatformKeys<K>,
        directory: &VerifiedDirectory,
        freshness: Freshness,
        register: R,
    ) -> Result<Self, PlatformError> {
        let PlatformKeys { verdict_key, issuers, lists, sets, digits } = keys;
        let platform = Self::new(directory, freshness, verdict_key, register);
        for key in issuers {
            let entry = directory.issuer(&key.public_key(), key.version()).ok_or(PlatformError::Unlisted)?;
            platform.add_issuer(entry.parameters(), key)?;
        }
        for keys in lists {
            platform.add_list(directory.list(keys.name()).ok_or(PlatformError::Unlisted)?.clone(), keys)?;
        }
        for key in sets {
            platform.add_set(key)?;
        }
        for key in digits {
            platform.add_digits(key)?;
        }
        Ok(platform)
    }
}

impl<R: ReplayRegister> Platform<R> {
    /// Answers a call: whether its presentation proves everything that its request asks, now.
    ///
    /// Every failure, from bytes that do not decode to a proof that does not verify, gives the same
    /// answer. The register is used by requests with a time window, a limit, tickets or an escrow,
    /// and only after the proof was found good. The same call gets the same bit as often as it is
    /// sent, for as long as its epochs, window and period count; with an escrow or a window at the
    /// time at which it was verified first. That it is relayed once is the desk's part.
    ///
    /// # Errors
    /// [`RegisterFailure`]: there is no answer, and the same call is made again.
    pub fn answer(&self, call: &[u8], now: Timestamp) -> Result<VerdictMessage, RegisterFailure<R::Error>> {
        let mut answers = self.answer_batch(&[call], now)?;
        answers.pop().ok_or(RegisterFailure::Incomplete)
    }

    /// Answers many calls at once, faster each; the answers are those that [`Platform::answer`]
    /// would give, one after the other.
    ///
    /// # Errors
    /// [`RegisterFailure`]: there is no answer to any, and the same calls are made again.
    pub fn answer_batch(
        &self,
        calls: &[impl AsRef<[u8]>],
        now: Timestamp,
    ) -> Result<Vec<VerdictMessage>, RegisterFailure<R::Error>> {
        Ok(self.signed(self.prepare_answers(calls, now)?))
    }
}

impl<R> Platform<R> {
    fn signed(&self, answers: Vec<Unsigned<VerdictMessage>>) -> Vec<VerdictMessage> {
        answers.into_iter().map(|answer| answer.sign_here(self.verdict_key.key())).collect()
    }
}

impl<R: ReplayRegister, K: RoleKey> Platform<R, K> {
    /// The answers to these calls, to be signed. What must not count twice is remembered: of a
    /// signature that fails the same calls are made again, and answered alike.
    ///
    /// # Errors
    /// As [`Platform::answer_batch`].
    pub fn prepare_answers(
        &self,
        calls: &[impl AsRef<[u8]>],
        now: Timestamp,
    ) -> Result<Vec<Unsigned<VerdictMessage>>, RegisterFailure<R::Error>> {
        let checked = self.check(calls, now);
        let recorded = match checked.to_record() {
            [] => Vec::new(),
            answers => self.register.record(answers).map_err(RegisterFailure::Register)?,
        };
        checked.conclude(&recorded, &self.verdict_key)
    }
}

impl<R: AsyncReplayRegister> Platform<R> {
    /// [`Platform::answer`], for a register that does not wait. Proofs are checked where the future
    /// is polled first, which takes as long as it does there.
    ///
    /// # Errors
    /// As [`Platform::answer`].
    pub async fn answer_async(&self, call: &[u8], now: Timestamp) -> Result<VerdictMessage, RegisterFailure<R::Error>> {
        let mut answers = self.answer_batch_async(&[call], now).await?;
        answers.pop().ok_or(RegisterFailure::Incomplete)
    }

    /// [`Platform::answer_batch`], for a register that does not wait.
    ///
    /// # Errors
    /// As [`Platform::answer_batch`].
    pub async fn answer_batch_async(
        &self,
        calls: &[impl AsRef<[u8]>],
        now: Timestamp,
    ) -> Result<Vec<VerdictMessage>, RegisterFailure<R::Error>> {
        Ok(self.signed(self.prepare_answers_async(calls, now).await?))
    }
}

impl<R: AsyncReplayRegister, K: RoleKey> Platform<R, K> {
    /// [`Platform::prepare_answers`], for a register that does not wait.
    ///
    /// # Errors
    /// As [`Platform::answer_batch`].
    pub async fn prepare_answers_async(
        &self,
        calls: &[impl AsRef<[u8]>],
        now: Timestamp,
    ) -> Result<Vec<Unsigned<VerdictMessage>>, RegisterFailure<R::Error>> {
        let checked = self.check(calls, now);
        let recorded = match checked.to_record() {
            [] => Vec::new(),
            answers => self.register.record(answers).await.map_err(RegisterFailure::Register)?,
        };
        checked.conclude(&recorded, &self.verdict_key)
    }
}

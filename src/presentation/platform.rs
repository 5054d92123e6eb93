//! The platform: it holds the keys and checks presentations for desks (spec 06 §7). The only secrets of verification are here.
//!
//! A key enters one constant-time sum and nothing else. Whoever holds these keys can make presentations and credentials, so a
//! platform is trusted as the issuer is; what it cannot do is tell holders apart.
//!
//! A platform may serve several issuer keys at once, so that keys can be replaced with an overlap (spec 09 §5): it has the secrets, and
//! a version of the directory that it adopts says from when until when each key counts.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;

use super::claim::{Claim, CredentialClaim, Places};
use super::verify::{Item, sum_of};
use super::{
    CredentialQuestion, PlatformPublicKey, Presentation, PresentationRequest, ReplayRegister, ShowKey, Validity,
    Verdict, VerdictMessage, VerificationCall,
};
use crate::accumulator::{AccumulatorKey, AccumulatorPublicKey};
use crate::calendar::Timestamp;
use crate::codec::Message;
use crate::credential::{IssuerParameters, IssuerSecret};
use crate::directory::VerifiedDirectory;
use crate::error::Refused;
use crate::group::Scalar;
use crate::list::{EpochDigest, EpochUpdate, Freshness, HeadSet, ListError, ListKeys, ListName, Shard, VerifiedHeads};
use crate::schema::Value;
use crate::set::{CodeSetKey, SetDigest, VerifiedCodeSet};
use crate::signature::SigningKey;

/// Why a platform cannot be set up so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlatformError {
    /// A secret key does not belong to the public key beside it.
    WrongKey,
    /// The issuer key is there already.
    Issuer,
    /// The set is there already.
    Set,
    /// The list is not one of the platform's, or is there already, or is not the one of the directory.
    List,
    /// The version of the directory is older than the adopted one, or another one with its number.
    OldDirectory,
    /// Heads do not verify.
    Heads(ListError),
    /// Heads are older than the newest known.
    OldEpoch,
    /// The owner signed other heads for an epoch that is known: two versions of one list.
    Equivocation,
    /// Heads are from the future.
    Future,
}

impl fmt::Display for PlatformError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongKey => f.write_str("a secret key does not belong to its public key"),
            Self::Issuer => f.write_str("the issuer key is there already"),
            Self::Set => f.write_str("the set is there already"),
            Self::List => f.write_str("the list is unknown, there already, or not the directory's"),
            Self::OldDirectory => f.write_str("the version of the directory does not follow the adopted one"),
            Self::Heads(error) => error.fmt(f),
            Self::OldEpoch => f.write_str("the heads are older than the newest known"),
            Self::Equivocation => f.write_str("the owner signed two versions of one epoch"),
            Self::Future => f.write_str("the heads are from the future"),
        }
    }
}

impl core::error::Error for PlatformError {}

struct PlatformIssuer {
    parameters: IssuerParameters,
    secret: IssuerSecret,
}

struct PlatformSet {
    set: VerifiedCodeSet,
    key: CodeSetKey,
}

struct PlatformList {
    keys: ListKeys,
    secrets: Vec<AccumulatorKey>,
    /// By epoch, the newest last; no two of one epoch.
    heads: Vec<VerifiedHeads>,
}

impl PlatformList {
    /// The heads with this digest, if they count now.
    fn heads(&self, epoch: EpochDigest, freshness: &Freshness, now: Timestamp) -> Option<&VerifiedHeads> {
        let place = self.heads.iter().position(|heads| heads.digest() == epoch)?;
        let followed = self.heads.get(place + 1).map(VerifiedHeads::time);
        self.heads.get(place).filter(|heads| freshness.counts(heads.time(), followed, now))
    }
}

/// Verifies keyed presentations for desks, and signs what it found.
pub struct Platform {
    issuers: Vec<PlatformIssuer>,
    /// Without a directory every issuer key counts always.
    directory: Option<VerifiedDirectory>,
    lists: Vec<PlatformList>,
    sets: Vec<PlatformSet>,
    freshness: Freshness,
    signing_key: SigningKey,
}

impl fmt::Debug for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let issuers: Vec<&IssuerParameters> = self.issuers.iter().map(|issuer| &issuer.parameters).collect();
        write!(f, "Platform({issuers:?}, redacted)")
    }
}

/// A call that was read; its proof is not checked yet.
struct Call {
    request: PresentationRequest,
    presentation: Presentation,
}

/// Gives each key and each accumulator value of a batch its place.
#[derive(Default)]
struct Seating<'a> {
    keys: Vec<&'a Scalar>,
    key_places: BTreeMap<(&'a ListName, Shard), usize>,
    set_places: BTreeMap<SetDigest, usize>,
    value_places: BTreeMap<(EpochDigest, Shard), usize>,
}

impl Platform {
    /// A platform for one issuer key, with a fresh key for its verdicts. It lives in memory: after a restart desks pin a new
    /// key, and the epochs are taken again from the first one.
    ///
    /// # Errors
    /// [`PlatformError::WrongKey`].
    pub fn new(
        parameters: IssuerParameters,
        issuer: IssuerSecret,
        freshness: Freshness,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Self, PlatformError> {
        let signing_key = SigningKey::random(rng);
        let mut platform =
            Self { issuers: Vec::new(), directory: None, lists: Vec::new(), sets: Vec::new(), freshness, signing_key };
        platform.add_issuer(parameters, issuer)?;
        Ok(platform)
    }

    /// Adds another issuer key. If a directory is adopted, the key counts when that says so.
    ///
    /// # Errors
    /// [`PlatformError::WrongKey`] or [`PlatformError::Issuer`].
    pub fn add_issuer(&mut self, parameters: IssuerParameters, secret: IssuerSecret) -> Result<(), PlatformError> {
        if secret.0.public() != parameters.key().0 {
            return Err(PlatformError::WrongKey);
        }
        if self.issuers.iter().any(|issuer| issuer.parameters.key() == parameters.key()) {
            return Err(PlatformError::Issuer);
        }
        self.issuers.push(PlatformIssuer { parameters, secret });
        Ok(())
    }

    /// Goes by a version of the directory from now on: an issuer key counts when this version says so, and one that it does not
    /// name does not count. Before the first version is adopted, every issuer key counts always.
    ///
    /// # Errors
    /// [`PlatformError::OldDirectory`]; [`PlatformError::List`] if a list of the platform is not in it with the same keys. On an
    /// error nothing changes.
    pub fn adopt(&mut self, directory: &VerifiedDirectory) -> Result<(), PlatformError> {
        if let Some(adopted) = &self.directory {
            let another = directory.version() == adopted.version() && directory.digest() != adopted.digest();
            if directory.version() < adopted.version() || another {
                return Err(PlatformError::OldDirectory);
            }
        }
        if self.lists.iter().any(|list| directory.list(&list.keys.name) != Some(&list.keys)) {
            return Err(PlatformError::List);
        }
        self.directory = Some(directory.clone());
        Ok(())
    }

    /// The place of the issuer key that a question names, if the key counts now.
    fn issuer(&self, question: &CredentialQuestion, now: Timestamp) -> Result<(usize, &PlatformIssuer), Refused> {
        let named = |(_, issuer): &(usize, &PlatformIssuer)| question.is_for(&issuer.parameters);
        let (place, issuer) = self.issuers.iter().enumerate().find(named).ok_or(Refused)?;
        let counts = self.directory.as_ref().is_none_or(|directory| directory.counts(&issuer.parameters, now));
        if counts { Ok((place, issuer)) } else { Err(Refused) }
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
        let listed = self.directory.as_ref().is_none_or(|directory| directory.list(&keys.name) == Some(&keys));
        if !listed || self.lists.iter().any(|list| list.keys.name == keys.name) {
            return Err(PlatformError::List);
        }
        self.lists.push(PlatformList { keys, secrets, heads: Vec::new() });
        Ok(())
    }

    /// Adds a set of codes, for requests that name it; gives it as holders get it.
    ///
    /// # Errors
    /// [`PlatformError::Set`].
    pub fn add_set(&mut self, key: CodeSetKey) -> Result<VerifiedCodeSet, PlatformError> {
        let set = key.publish().verify().map_err(|_| PlatformError::Set)?;
        if self.sets.iter().any(|known| known.set.digest() == set.digest()) {
            return Err(PlatformError::Set);
        }
        self.sets.push(PlatformSet { set: set.clone(), key });
        Ok(set)
    }

    /// Checks and takes a new epoch: heads and, for each shard in order, the update that leads to its head from the last
    /// known one. Gives the heads back verified, for a desk's next request. From now on the epoch before counts for the time of
    /// grace only. Heads that are known already are accepted again.
    ///
    /// The first epoch taken is the empty log, epoch 0, without updates; so every head rests on proofs under `α`, and a stolen
    /// signing key alone makes none.
    ///
    /// # Errors
    /// [`PlatformError::List`], [`PlatformError::Heads`], [`PlatformError::OldEpoch`], [`PlatformError::Equivocation`] or
    /// [`PlatformError::Future`].
    pub fn publish(
        &mut self,
        heads: &HeadSet,
        updates: &[EpochUpdate],
        now: Timestamp,
    ) -> Result<VerifiedHeads, PlatformError> {
        let name = heads.name().ok_or(PlatformError::List)?;
        let list = self.lists.iter_mut().find(|list| list.keys.name == *name).ok_or(PlatformError::List)?;
        let verified = heads.verify(&list.keys).map_err(PlatformError::Heads)?;
        if verified.time() > now {
            return Err(PlatformError::Future);
        }
        if let Some(known) = list.heads.iter().find(|known| known.epoch() == verified.epoch()) {
            return if known.digest() == verified.digest() { Ok(verified) } else { Err(PlatformError::Equivocation) };
        }
        if list.heads.last().is_some_and(|newest| newest.epoch() > verified.epoch()) {
            return Err(PlatformError::OldEpoch);
        }
        verified.check_follows(list.heads.last(), updates, &list.keys).map_err(PlatformError::Heads)?;
        list.heads.push(verified.clone());
        let counting: Vec<bool> =
            list.heads.iter().map(|heads| list.heads(heads.digest(), &self.freshness, now).is_some()).collect();
        // The newest stays whatever its age: the next epoch follows it.
        let mut counting = counting.into_iter();
        let newest = verified.digest();
        list.heads.retain(|heads| counting.next() == Some(true) || heads.digest() == newest);
        Ok(verified)
    }

    /// Answers a call: whether its presentation proves everything that its request asks, now.
    ///
    /// Every failure, from bytes that do not decode to a proof that does not verify, gives the same answer. `register` is used
    /// by requests with a time window or a limit, and only after the proof was found good. A request with a nonce is answered as
    /// often as it is sent: that it is relayed once is the desk's part.
    pub fn answer(&self, call: &[u8], now: Timestamp, register: &mut impl ReplayRegister) -> VerdictMessage {
        let verdict = self.check(call, now, register);
        self.sign(call, verdict, now)
    }

    /// Answers many calls at once, faster each; the answers are those that [`Platform::answer`] would give, one after the other.
    pub fn answer_batch(
        &self,
        calls: &[impl AsRef<[u8]>],
        now: Timestamp,
        register: &mut impl ReplayRegister,
    ) -> Vec<VerdictMessage> {
        let read: Vec<Option<Call>> = calls.iter().map(|call| read(call.as_ref()).ok()).collect();
        let mut seating = self.seating();
        let mut items: Vec<Option<Item<'_>>> = Vec::with_capacity(read.len());
        for call in &read {
            items.push(call.as_ref().and_then(|call| self.item(call, now, &mut seating).ok()));
        }
        let mut good = alloc::vec![false; items.len()];
        for place in 0..self.issuers.len() {
            // The base points of one sum are those of one issuer key.
            let of_one: Vec<Option<&Item<'_>>> =
                items.iter().map(|item| item.as_ref().filter(|item| item.issuer_place() == place)).collect();
            self.settle(&of_one, &seating.keys, &mut good);
        }
        let mut answers = Vec::with_capacity(calls.len());
        for (((bytes, call), item), good) in calls.iter().zip(&read).zip(&items).zip(good) {
            let verdict = match (call, item) {
                (Some(call), Some(item)) if good => record(call, item, register),
                _ => Err(Refused),
            };
            answers.push(self.sign(bytes.as_ref(), verdict, now));
        }
        answers
    }

    /// Marks the good items of one issuer key: all at once, or, if there is a bad one, half by half.
    fn settle(&self, items: &[Option<&Item<'_>>], keys: &[&Scalar], good: &mut [bool]) {
        if items.iter().flatten().next().is_none() {
            return;
        }
        if self.verify(items, keys).is_ok() {
            for (good, item) in good.iter_mut().zip(items) {
                *good |= item.is_some();
            }
        } else if items.len() > 1 {
            let middle = items.len() / 2;
            let halves = (items.split_at_checked(middle), good.split_at_mut_checked(middle));
            if let (Some((left, right)), Some((good_left, good_right))) = halves {
                self.settle(left, keys, good_left);
                self.settle(right, keys, good_right);
            }
        }
    }

    /// Checks items of one issuer key.
    fn verify(&self, items: &[Option<&Item<'_>>], keys: &[&Scalar]) -> Result<(), Refused> {
        let place = items.iter().flatten().next().ok_or(Refused)?.issuer_place();
        let issuer = self.issuers.get(place).ok_or(Refused)?;
        sum_of(items.iter().flatten().copied())?.vartime_is_identity(issuer.parameters.table().table(), keys)
    }

    fn check(&self, call: &[u8], now: Timestamp, register: &mut impl ReplayRegister) -> Result<(), Refused> {
        let call = read(call)?;
        let mut seating = self.seating();
        let item = self.item(&call, now, &mut seating)?;
        self.verify(&[Some(&item)], &seating.keys)?;
        record(&call, &item, register)
    }

    fn seating(&self) -> Seating<'_> {
        Seating { keys: self.issuers.iter().map(|issuer| issuer.secret.0.scalar()).collect(), ..Seating::default() }
    }

    /// Everything but the proof: the request and its issuer key count now, its lists and epochs are known and fresh, and the parts
    /// fit.
    fn item<'a>(&'a self, call: &'a Call, now: Timestamp, seating: &mut Seating<'a>) -> Result<Item<'a>, Refused> {
        let Call { request, presentation } = call;
        if let Validity::Window { from, until } = request.validity
            && !self.freshness.window_counts(from, until, now)
        {
            return Err(Refused);
        }
        if let Some((_, limit)) = request.limit()
            && !(limit.from() <= now && now <= limit.until())
        {
            return Err(Refused);
        }
        if presentation.shards.len() != request.credentials.len() {
            return Err(Refused);
        }
        let mut values = presentation.disclosed.as_slice();
        let (mut claims, mut places) = (Vec::new(), Vec::new());
        for (question, shard) in request.credentials.iter().zip(&presentation.shards) {
            let (own, others) = values.split_at_checked(question.disclose.len()).ok_or(Refused)?;
            values = others;
            let (claim, own_places) = self.claim(question, *shard, own, now, seating)?;
            claims.push(claim);
            places.push(own_places);
        }
        if !values.is_empty() {
            return Err(Refused);
        }
        Item::new(Claim::new(request, claims)?, presentation, &places)
    }

    /// What is claimed of one credential, with everything that it names known and counting now.
    fn claim<'a>(
        &'a self,
        question: &'a CredentialQuestion,
        shard: Shard,
        disclosed: &'a [Value],
        now: Timestamp,
        seating: &mut Seating<'a>,
    ) -> Result<(CredentialClaim<'a>, Places), Refused> {
        let (issuer_key, issuer) = self.issuer(question, now)?;
        let (mut heads, mut lists) = (Vec::new(), Vec::new());
        for named in &question.lists {
            let list = self.lists.iter().find(|list| list.keys.name == named.name).ok_or(Refused)?;
            let known = list.heads(named.epoch, &self.freshness, now).ok_or(Refused)?;
            heads.push(known.head(shard).map_err(|_| Refused)?);
            lists.push(seating.seat(list, named.epoch, shard)?);
        }
        let (mut sets, mut set_places) = (Vec::new(), Vec::new());
        for named in question.sets() {
            let known = self.sets.iter().find(|known| known.set.digest() == named.set()).ok_or(Refused)?;
            sets.push(&known.set);
            set_places.push(seating.seat_set(known));
        }
        let claim = CredentialClaim { parameters: &issuer.parameters, question, shard, heads, sets, disclosed };
        Ok((claim, Places { issuer_key, lists, sets: set_places }))
    }

    fn sign(&self, call: &[u8], verdict: Result<(), Refused>, now: Timestamp) -> VerdictMessage {
        let verdict = if verdict.is_ok() { Verdict::Verified } else { Verdict::Refused };
        VerdictMessage::sign(call, verdict, now, &self.signing_key)
    }
}

impl<'a> Seating<'a> {
    /// The places of a shard's key and of its value at an epoch.
    fn seat(&mut self, list: &'a PlatformList, epoch: EpochDigest, shard: Shard) -> Result<(usize, usize), Refused> {
        let key = list.secrets.get(shard.index()).ok_or(Refused)?;
        let keys = &mut self.keys;
        let key_place = *self.key_places.entry((&list.keys.name, shard)).or_insert_with(|| {
            keys.push(key.scalar());
            keys.len() - 1
        });
        let next = self.value_places.len();
        Ok((key_place, *self.value_places.entry((epoch, shard)).or_insert(next)))
    }
}

impl<'a> Seating<'a> {
    fn seat_set(&mut self, set: &'a PlatformSet) -> usize {
        let keys = &mut self.keys;
        *self.set_places.entry(set.set.digest()).or_insert_with(|| {
            keys.push(set.key.scalar());
            keys.len() - 1
        })
    }
}

fn read(call: &[u8]) -> Result<Call, Refused> {
    let call = VerificationCall::from_bytes(call).map_err(|_| Refused)?;
    let request = PresentationRequest::from_bytes(&call.request).map_err(|_| Refused)?;
    let presentation = Presentation::from_bytes(&call.presentation).map_err(|_| Refused)?;
    Ok(Call { request, presentation })
}

/// Remembers what must not count twice: last, as only a good presentation may use up anything.
fn record(call: &Call, item: &Item<'_>, register: &mut impl ReplayRegister) -> Result<(), Refused> {
    let Call { request, presentation } = call;
    if let Validity::Window { until, .. } = request.validity
        && !register.insert(item.replay_key(), until)
    {
        return Err(Refused);
    }
    if let Some((_, limit)) = request.limit() {
        let show = ShowKey::new(request, limit, presentation.tag(request).ok_or(Refused)?);
        if !register.insert_show(show, item.replay_key(), limit.until()) {
            return Err(Refused);
        }
    }
    Ok(())
}

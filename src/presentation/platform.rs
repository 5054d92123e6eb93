//! The platform: it holds the keys and checks presentations for desks (spec 06 §7). The only secrets of verification are here.
//!
//! A key enters one constant-time sum and nothing else. Whoever holds these keys can make presentations and credentials, so a
//! platform is trusted as the issuer is; what it cannot do is tell holders apart.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use super::claim::{Claim, Places};
use super::verdict::call_digest;
use super::verify::{Item, sum_of};
use super::{
    Presentation, PresentationRequest, ReplayKey, ReplayRegister, Validity, Verdict, VerdictMessage, VerificationCall,
};
use crate::accumulator::{AccumulatorKey, AccumulatorPublicKey};
use crate::calendar::Timestamp;
use crate::codec::Message;
use crate::credential::{IssuerParameters, IssuerSecret};
use crate::error::Refused;
use crate::group::Scalar;
use crate::list::{EpochDigest, Head, HeadSet, ListError, ListKeys, Shard, VerifiedHeads};

/// Why a platform cannot be set up so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlatformError {
    /// A secret key does not belong to the public key beside it.
    WrongKey,
    /// The list is not one of the platform's, or is there already.
    List,
    /// Heads do not verify.
    Heads(ListError),
}

impl fmt::Display for PlatformError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongKey => f.write_str("a secret key does not belong to its public key"),
            Self::List => f.write_str("the list is unknown or there already"),
            Self::Heads(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for PlatformError {}

struct PlatformList {
    keys: ListKeys,
    secrets: Vec<AccumulatorKey>,
    heads: BTreeMap<EpochDigest, VerifiedHeads>,
}

/// Verifies keyed presentations for desks.
pub struct Platform {
    parameters: IssuerParameters,
    issuer: IssuerSecret,
    lists: Vec<PlatformList>,
    max_head_age: u64,
}

impl fmt::Debug for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Platform({:?}, redacted)", self.parameters)
    }
}

/// A call that was read and found to fit; its proof is not checked yet.
struct Call {
    request: PresentationRequest,
    presentation: Presentation,
}

impl Platform {
    /// A platform for one issuer key. Heads older than `max_head_age` seconds do not count.
    ///
    /// # Errors
    /// [`PlatformError::WrongKey`].
    pub fn new(parameters: IssuerParameters, issuer: IssuerSecret, max_head_age: u64) -> Result<Self, PlatformError> {
        if issuer.0.public() != parameters.key().0 {
            return Err(PlatformError::WrongKey);
        }
        Ok(Self { parameters, issuer, lists: Vec::new(), max_head_age })
    }

    /// Adds a list with the keys of all its shards.
    ///
    /// # Errors
    /// [`PlatformError::WrongKey`] or [`PlatformError::List`].
    pub fn add_list(&mut self, keys: ListKeys, secrets: Vec<AccumulatorKey>) -> Result<(), PlatformError> {
        let public: Vec<AccumulatorPublicKey> = secrets.iter().map(AccumulatorKey::public).collect();
        if public != keys.accumulators {
            return Err(PlatformError::WrongKey);
        }
        if self.lists.iter().any(|list| list.keys.name == keys.name) {
            return Err(PlatformError::List);
        }
        self.lists.push(PlatformList { keys, secrets, heads: BTreeMap::new() });
        Ok(())
    }

    /// Checks and remembers the heads of an epoch; gives them back verified, for a desk's next request.
    ///
    /// # Errors
    /// [`PlatformError::List`] or [`PlatformError::Heads`].
    pub fn publish(&mut self, heads: &HeadSet) -> Result<VerifiedHeads, PlatformError> {
        let name = heads.name().ok_or(PlatformError::List)?;
        let list = self.lists.iter_mut().find(|list| list.keys.name == *name).ok_or(PlatformError::List)?;
        let verified = heads.verify(&list.keys).map_err(PlatformError::Heads)?;
        list.heads.insert(verified.digest(), verified.clone());
        Ok(verified)
    }

    /// Forgets heads that are too old to count.
    pub fn forget_before(&mut self, now: Timestamp) {
        let max_age = self.max_head_age;
        for list in &mut self.lists {
            list.heads.retain(|_, heads| is_fresh(heads.time(), now, max_age));
        }
    }

    /// Answers a call: whether its presentation proves everything that its request asks, now.
    ///
    /// Every failure, from bytes that do not decode to a proof that does not verify, gives the same answer. `register` is used
    /// by requests with a time window, and only after the proof was found good.
    pub fn answer(&self, call: &[u8], now: Timestamp, register: &mut impl ReplayRegister) -> VerdictMessage {
        let verdict = self.check(call, now).and_then(|(call, challenge)| record(&call, &challenge, register));
        message(call, verdict)
    }

    /// Answers many calls at once, some five times faster each; the answers are those that [`Platform::answer`] would give, one
    /// after the other.
    pub fn answer_batch(
        &self,
        calls: &[impl AsRef<[u8]>],
        now: Timestamp,
        register: &mut impl ReplayRegister,
    ) -> Vec<VerdictMessage> {
        let read: Vec<Option<Call>> = calls.iter().map(|call| self.read(call.as_ref(), now).ok()).collect();
        let items: Vec<Option<Item<'_>>> =
            read.iter().map(|call| call.as_ref().and_then(|call| self.item(call).ok())).collect();
        let mut good = alloc::vec![false; items.len()];
        self.settle(&items, &mut good);
        let answer = |((bytes, call), (item, good)): ((&_, &Option<Call>), (&Option<Item<'_>>, bool))| {
            let verdict = match (call, item) {
                (Some(call), Some(item)) if good => {
                    item.challenge().and_then(|challenge| record(call, &challenge, register))
                }
                _ => Err(Refused),
            };
            message(AsRef::<[u8]>::as_ref(bytes), verdict)
        };
        calls.iter().zip(&read).zip(items.iter().zip(good)).map(answer).collect()
    }

    /// Marks the good items: all at once, or, if there is a bad one, half by half.
    fn settle(&self, items: &[Option<Item<'_>>], good: &mut [bool]) {
        let present = items.iter().flatten().count();
        if present == 0 {
            return;
        }
        if self.all_verify(items).is_ok() {
            for (good, item) in good.iter_mut().zip(items) {
                *good = item.is_some();
            }
        } else if items.len() > 1 {
            let middle = items.len() / 2;
            if let (Some((left, right)), Some((good_left, good_right))) =
                (items.split_at_checked(middle), good.split_at_mut_checked(middle))
            {
                self.settle(left, good_left);
                self.settle(right, good_right);
            }
        }
    }

    fn all_verify(&self, items: &[Option<Item<'_>>]) -> Result<(), Refused> {
        let sum = sum_of(items.iter().flatten())?;
        sum.vartime_is_identity(self.parameters.table().table(), &self.key_ring())
    }

    fn check(&self, call: &[u8], now: Timestamp) -> Result<(Call, Scalar), Refused> {
        let call = self.read(call, now)?;
        let item = Some(self.item(&call)?);
        self.all_verify(core::slice::from_ref(&item))?;
        let challenge = item.as_ref().ok_or(Refused)?.challenge()?;
        drop(item);
        Ok((call, challenge))
    }

    /// `x`, then `α` of every shard of every list.
    fn key_ring(&self) -> Vec<&Scalar> {
        let lists = self.lists.iter().flat_map(|list| &list.secrets).map(AccumulatorKey::scalar);
        core::iter::once(self.issuer.0.scalar()).chain(lists).collect()
    }

    fn read(&self, call: &[u8], now: Timestamp) -> Result<Call, Refused> {
        let call = VerificationCall::from_bytes(call).map_err(|_| Refused)?;
        let request = PresentationRequest::from_bytes(&call.request).map_err(|_| Refused)?;
        if let Validity::Window { from, until } = request.validity
            && (now < from || now > until)
        {
            return Err(Refused);
        }
        for list in &request.lists {
            let heads = self.heads(list.name(), list.epoch())?;
            if !is_fresh(heads.time(), now, self.max_head_age) {
                return Err(Refused);
            }
        }
        let presentation = Presentation::from_bytes(&call.presentation).map_err(|_| Refused)?;
        Ok(Call { request, presentation })
    }

    fn heads(&self, name: &crate::list::ListName, epoch: EpochDigest) -> Result<&VerifiedHeads, Refused> {
        let list = self.lists.iter().find(|list| list.keys.name == *name).ok_or(Refused)?;
        list.heads.get(&epoch).ok_or(Refused)
    }

    fn item<'a>(&'a self, call: &'a Call) -> Result<Item<'a>, Refused> {
        let (request, presentation) = (&call.request, &call.presentation);
        let mut heads: Vec<&Head> = Vec::with_capacity(request.lists.len());
        let mut lists = Vec::with_capacity(request.lists.len());
        for question in &request.lists {
            heads.push(self.heads(&question.name, question.epoch)?.head(presentation.shard).map_err(|_| Refused)?);
            lists.push(self.places(&question.name, question.epoch, presentation.shard)?);
        }
        let places = Places { issuer_key: 0, lists };
        let claim = Claim::new(&self.parameters, request, presentation.shard, heads, &presentation.disclosed)?;
        Ok(Item { claim, presentation, places })
    }

    /// The place of a shard's key on the key ring, and one for its value at an epoch among all values known.
    fn places(
        &self,
        name: &crate::list::ListName,
        epoch: EpochDigest,
        shard: Shard,
    ) -> Result<(usize, usize), Refused> {
        let (mut key, mut value) = (1 + shard.index(), shard.index());
        for list in &self.lists {
            if list.keys.name == *name {
                let before = list.heads.range(..epoch).count();
                return Ok((key, value + before * list.secrets.len()));
            }
            key += list.secrets.len();
            value += list.heads.len() * list.secrets.len();
        }
        Err(Refused)
    }
}

/// The one rule for the age of a head: not from the future, and at most `max_age` seconds old.
fn is_fresh(time: Timestamp, now: Timestamp, max_age: u64) -> bool {
    now.as_secs().checked_sub(time.as_secs()).is_some_and(|age| age <= max_age)
}

fn record(call: &Call, challenge: &Scalar, register: &mut impl ReplayRegister) -> Result<(), Refused> {
    match call.request.validity {
        Validity::Once { .. } => Ok(()),
        Validity::Window { until, .. } => {
            let key = ReplayKey::new(&call.request.to_bytes(), challenge);
            if register.insert(key, until) { Ok(()) } else { Err(Refused) }
        }
    }
}

fn message(call: &[u8], verdict: Result<(), Refused>) -> VerdictMessage {
    let verdict = if verdict.is_ok() { Verdict::Verified } else { Verdict::Refused };
    VerdictMessage { call: call_digest(call), verdict }
}

//! What a verifier knows that is public: issuers, lists with their heads, sets, and when each of
//! them counts (spec 06 §7).
//!
//! A platform and a desk that verifies by itself have the same trust store. What only the platform
//! has, the keys, it finds by the [`Key`]s that it names.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::batch::{DecodedCall, Item, RevealedPart};
use super::epochs::KnownEpoch;
use super::error::PlatformError;
use super::replay::{Claim, FirstTime, ToRecord, ticket_key, use_key};
use crate::calendar::Timestamp;
use crate::credential::IssuerParameters;
use crate::directory::VerifiedDirectory;
use crate::error::{Check, Refusal, Refused, check, refusal, refused};
use crate::group::Element;
use crate::list::{
    EpochDigest, EpochUpdate, Freshness, Head, HeadSet, ListError, ListKeys, ListName, MAX_EPOCHS, Shard,
    SnapshotError, VerifiedHeads,
};
use crate::presentation::claim::{CredentialInstance, Indices, Instance, Places};
use crate::presentation::mode::Mode;
use crate::presentation::request::{CredentialQuery, PresentationRequest, Validity};
use crate::presentation::statement::RateLimited;
use crate::set::{VerifiedCodeSet, VerifiedDigitSet};

/// A key, by what it is the key of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// `x` of the issuer with this index.
    Issuer(usize),
    /// `α` of a shard of the list with this index.
    List(usize, Shard),
    /// `α` of the set with this index.
    Set(usize),
    /// `α` of the digits with this index.
    Digits(usize),
}

#[derive(Clone)]
struct KnownList {
    keys: Arc<ListKeys>,
    /// By epoch, the newest last; no two of one epoch.
    heads: Vec<Arc<VerifiedHeads>>,
}

impl KnownList {
    /// The heads with this digest, if they count now.
    ///
    /// Of an epoch whose successor is not known, although a later one is, nobody told when it was
    /// followed: it ends at once.
    fn heads(&self, epoch: EpochDigest, freshness: &Freshness, now: Timestamp) -> Result<&VerifiedHeads, Refused> {
        let mut from = self.heads.iter().skip_while(|heads| heads.digest() != epoch);
        let (heads, next) = (from.next().ok_or(refused!("06-47"))?, from.next());
        let missed = next.is_some_and(|next| next.epoch() != heads.epoch().next());
        let counts = !missed && freshness.is_epoch_valid_at(heads.time(), next.map(|next| next.time()), now);
        if counts { Ok(heads) } else { Err(refused!("06-48")) }
    }

    /// What of these heads is to be told before anybody's proofs are looked at: that they are known
    /// already, or why they cannot be taken.
    fn place(&self, heads: &VerifiedHeads, now: Timestamp) -> Result<Place, PlatformError> {
        // Whoever verified them may have gone by other keys than this list's.
        if !heads.are_of(&self.keys) {
            return Err(PlatformError::List);
        }
        if !heads.time().has_come(now) {
            return Err(PlatformError::Future);
        }
        if let Some(known) = self.heads.iter().find(|known| known.epoch() == heads.epoch()) {
            let same = known.digest() == heads.digest();
            return if same { Ok(Place::Known) } else { Err(PlatformError::Equivocation) };
        }
        if self.heads.last().is_some_and(|newest| newest.epoch() > heads.epoch()) {
            return Err(PlatformError::OldEpoch);
        }
        Ok(Place::New)
    }

    fn newest(&self) -> Option<&VerifiedHeads> {
        self.heads.last().map(Arc::as_ref)
    }

    /// Takes the heads as the newest; forgets those that count no more.
    fn push(&mut self, heads: &Arc<VerifiedHeads>, freshness: &Freshness, now: Timestamp) {
        self.heads.push(Arc::clone(heads));
        let counting: Vec<bool> =
            self.heads.iter().map(|known| self.heads(known.digest(), freshness, now).is_ok()).collect();
        // The newest stays whatever its age: the next epoch follows it.
        let mut counting = counting.into_iter();
        self.heads.retain(|known| counting.next() == Some(true) || known.digest() == heads.digest());
    }
}

/// Where heads stand to those that are known of their list.
enum Place {
    Known,
    New,
}

/// An epoch whose proofs are checked, aside from everything that others do meanwhile.
pub(crate) struct CheckedEpoch {
    pub(crate) heads: Arc<VerifiedHeads>,
    /// The newest heads that were known when it was checked.
    after: Option<EpochDigest>,
}

/// Everything public that presentations are checked against. It is copied to be changed, so what is
/// large in it is shared.
#[derive(Clone)]
pub(crate) struct TrustStore {
    issuers: Vec<IssuerParameters>,
    /// Without a directory every issuer key counts always.
    directory: Option<Arc<VerifiedDirectory>>,
    lists: Vec<KnownList>,
    sets: Vec<Arc<VerifiedCodeSet>>,
    digits: Vec<Arc<VerifiedDigitSet>>,
    freshness: Freshness,
}

/// Gives each key and each accumulator value of a batch its place.
#[derive(Default)]
pub(crate) struct IndexAllocator {
    pub(crate) keys: Vec<Key>,
    key_places: BTreeMap<Key, usize>,
    value_places: BTreeMap<(EpochDigest, Shard), usize>,
}

impl IndexAllocator {
    /// The place of a key; any, where a ticket stands for it.
    fn key(&mut self, mode: Mode, key: Key) -> usize {
        if mode != Mode::Keyed {
            return 0;
        }
        *self.key_places.entry(key).or_insert_with(|| {
            self.keys.push(key);
            self.keys.len() - 1
        })
    }

    fn value(&mut self, epoch: EpochDigest, shard: Shard) -> usize {
        let next = self.value_places.len();
        *self.value_places.entry((epoch, shard)).or_insert(next)
    }
}

impl TrustStore {
    pub(crate) fn new(freshness: Freshness, directory: Option<VerifiedDirectory>) -> Self {
        let directory = directory.map(Arc::new);
        Self { issuers: Vec::new(), directory, lists: Vec::new(), sets: Vec::new(), digits: Vec::new(), freshness }
    }

    pub(crate) fn issuers(&self) -> &[IssuerParameters] {
        &self.issuers
    }

    pub(crate) fn add_issuer(&mut self, parameters: IssuerParameters) -> Result<(), PlatformError> {
        if self.issuers.iter().any(|known| known.key() == parameters.key()) {
            return Err(PlatformError::Issuer);
        }
        self.issuers.push(parameters);
        Ok(())
    }

    pub(crate) fn adopt(&mut self, directory: &VerifiedDirectory) -> Result<(), PlatformError> {
        if let Some(adopted) = &self.directory {
            let another = directory.version() == adopted.version() && directory.digest() != adopted.digest();
            if directory.version() < adopted.version() || another {
                return Err(PlatformError::OldDirectory);
            }
        }
        if self.lists.iter().any(|list| directory.list(&list.keys.name) != Some(list.keys.as_ref())) {
            return Err(PlatformError::List);
        }
        self.directory = Some(Arc::new(directory.clone()));
        Ok(())
    }

    pub(crate) fn add_list(&mut self, keys: ListKeys) -> Result<(), PlatformError> {
        let listed = self.directory.as_ref().is_none_or(|directory| directory.list(&keys.name) == Some(&keys));
        if !listed || self.lists.iter().any(|list| list.keys.name == keys.name) {
            return Err(PlatformError::List);
        }
        self.lists.push(KnownList { keys: Arc::new(keys), heads: Vec::new() });
        Ok(())
    }

    pub(crate) fn add_set(&mut self, set: VerifiedCodeSet) -> Result<(), PlatformError> {
        // Under one key a code of either set would pass for one of the other (spec 12 §4.1).
        if self.has_set_key(set.key()) {
            return Err(PlatformError::Set);
        }
        self.sets.push(Arc::new(set));
        Ok(())
    }

    pub(crate) fn add_digits(&mut self, set: VerifiedDigitSet) -> Result<(), PlatformError> {
        if self.has_set_key(set.key()) {
            return Err(PlatformError::Set);
        }
        self.digits.push(Arc::new(set));
        Ok(())
    }

    fn has_set_key(&self, key: &Element) -> bool {
        self.sets.iter().map(|set| set.key()).chain(self.digits.iter().map(|set| set.key())).any(|k| k == key)
    }

    fn list(&self, name: &ListName) -> Result<&KnownList, PlatformError> {
        self.lists.iter().find(|list| list.keys.name == *name).ok_or(PlatformError::List)
    }

    /// Checks the proofs of an epoch that follows the newest one by these updates. Nothing changes.
    pub(crate) fn check_epoch(
        &self,
        heads: &HeadSet,
        updates: &[EpochUpdate],
        now: Timestamp,
    ) -> Result<CheckedEpoch, Refusal<PlatformError>> {
        let list = heads.name().and_then(|name| self.list(name).ok()).ok_or(refusal!(PlatformError::List, "06-37"))?;
        let heads_are = |Refusal { error, check }| Refusal { error: PlatformError::Heads(error), check };
        let verified = heads.verify_by_check(&list.keys).map_err(heads_are)?;
        if matches!(list.place(&verified, now).map_err(Refusal::of)?, Place::New) {
            let follows = verified.check_follows(heads, list.newest(), updates);
            follows.map_err(|refusal| match refusal.error {
                ListError::NotEmptyLog => refusal!(PlatformError::Heads(refusal.error), "06-40"),
                ListError::WrongUpdates | ListError::WrongHead => {
                    refusal!(PlatformError::Heads(refusal.error), "06-41")
                }
                _ => heads_are(refusal),
            })?;
        }
        Ok(CheckedEpoch { heads: Arc::new(verified), after: list.newest().map(VerifiedHeads::digest) })
    }

    /// The store with an epoch that was checked; none if it was checked against others than the
    /// newest heads, so that it must be checked anew.
    pub(crate) fn with_epoch(&self, epoch: &CheckedEpoch, now: Timestamp) -> Result<Option<Self>, PlatformError> {
        let list = self.list(epoch.heads.name())?;
        let unchanged = list.newest().map(VerifiedHeads::digest) == epoch.after;
        if unchanged { self.with_heads(&epoch.heads, now).map(Some) } else { Ok(None) }
    }

    /// The keys of a list, and what is known of it that may still count, the newest last.
    pub(crate) fn counting(
        &self,
        name: &ListName,
        now: Timestamp,
    ) -> Result<(&ListKeys, Vec<VerifiedHeads>), PlatformError> {
        let list = self.list(name)?;
        let newest = list.newest().map(VerifiedHeads::digest);
        let counts = |digest| newest == Some(digest) || list.heads(digest, &self.freshness, now).is_ok();
        let known = list.heads.iter().filter(|heads| counts(heads.digest()));
        let known: Vec<VerifiedHeads> = known.map(|heads| VerifiedHeads::clone(heads)).collect();
        let older = known.len().saturating_sub(MAX_EPOCHS);
        Ok((&list.keys, known.into_iter().skip(older).collect()))
    }

    /// Whether a directory is gone by, and with it its cosigners.
    pub(crate) const fn has_directory(&self) -> bool {
        self.directory.is_some()
    }

    /// The keys of a list.
    pub(crate) fn keys(&self, name: &ListName) -> Option<&ListKeys> {
        self.list(name).ok().map(|list| list.keys.as_ref())
    }

    /// The store with heads that its maker had accepted, of a list of which none are known.
    pub(crate) fn starting_with(&self, heads: &[VerifiedHeads]) -> Result<Self, SnapshotError> {
        let name = heads.first().ok_or(SnapshotError::Old)?.name();
        let mut next = self.clone();
        let list = next.lists.iter_mut().find(|list| list.keys.name == *name).ok_or(SnapshotError::OtherList)?;
        if !list.heads.is_empty() {
            return Err(SnapshotError::Begun);
        }
        list.heads = heads.iter().cloned().map(Arc::new).collect();
        Ok(next)
    }

    /// The store with heads that a quorum of cosigners, or a check of their proofs, vouches for.
    pub(crate) fn with_heads(&self, heads: &Arc<VerifiedHeads>, now: Timestamp) -> Result<Self, PlatformError> {
        let known = self.list(heads.name())?;
        let mut next = self.clone();
        if matches!(known.place(heads, now)?, Place::New)
            && let Some(list) = next.lists.iter_mut().find(|list| list.keys.name == *heads.name())
        {
            list.push(heads, &self.freshness, now);
        }
        Ok(next)
    }

    /// The epochs that are known, list by list, the newest of each last.
    pub(super) fn epochs(&self, now: Timestamp) -> Vec<KnownEpoch> {
        let of = |list: &KnownList, heads: &Arc<VerifiedHeads>| {
            KnownEpoch::of(heads, list.heads(heads.digest(), &self.freshness, now).is_ok())
        };
        self.lists.iter().flat_map(|list| list.heads.iter().map(move |heads| of(list, heads))).collect()
    }

    /// The newest heads of a list.
    pub(super) fn newest_heads(&self, name: &ListName) -> Option<Arc<VerifiedHeads>> {
        self.lists.iter().find(|list| list.keys.name == *name)?.heads.last().cloned()
    }

    /// Everything but the sum of the proof: what the request names is known and counts now, the
    /// parts fit, range proofs hold, and of tickets all but the two equations that are in the sum.
    pub(crate) fn item<'a>(
        &'a self,
        call: &'a DecodedCall,
        now: Timestamp,
        allocator: &mut IndexAllocator,
    ) -> Result<Item<'a>, Refused> {
        let DecodedCall { request, presentation, nonce, .. } = call;
        request.fits(|query| Ok(self.issuer(query, now)?.1))?;
        if let Validity::Window { from, until } = request.validity
            && !self.freshness.is_window_valid_at(from, until, now)
        {
            return Err(refused!("06-45"));
        }
        if nonce.is_none() && matches!(request.validity, Validity::Window { .. }) {
            return Err(refused!("06-68"));
        }
        if let Some((_, limit)) = request.limit()
            && !limit.is_valid_at(now)
        {
            return Err(refused!("06-46"));
        }
        let parts = call.parts()?;
        let asked = parts.iter().map(|part| self.asked(part, now)).collect::<Result<Vec<_>, _>>()?;
        call.check_values()?;
        let (mut instances, mut indices) = (Vec::new(), Vec::new());
        for (part, lists) in parts.iter().zip(asked) {
            let (instance, own) = self.instance(part, lists, now, allocator)?;
            instances.push(instance);
            indices.push(own);
        }
        let (digits, place) = self.digits(request, allocator)?;
        let places = Places { credentials: indices, digits: place };
        Item::new(Instance::new(request, instances, digits)?, presentation, &places)
    }

    /// The digits that a request names, if they count now, and the place of their key.
    fn digits(
        &self,
        request: &PresentationRequest,
        allocator: &mut IndexAllocator,
    ) -> Result<(Option<&VerifiedDigitSet>, usize), Refused> {
        let Some(named) = request.digits else { return Ok((None, 0)) };
        let mut known = self.digits.iter().enumerate();
        let (index, set) = known.find(|(_, set)| set.digest() == named.set).ok_or(refused!("06-49"))?;
        let counts = self.directory.as_ref().is_none_or(|directory| directory.digits().contains(&named.set));
        if !counts {
            return Err(refused!("06-49"));
        }
        Ok((Some(set.as_ref()), allocator.key(Mode::Keyed, Key::Digits(index))))
    }

    /// The parameters that a query names.
    pub(crate) fn issuer_of(&self, query: &CredentialQuery) -> Option<&IssuerParameters> {
        self.issuers.iter().find(|parameters| query.is_for(parameters))
    }

    /// The place of the issuer key that a query names, if the key counts now.
    fn issuer(&self, query: &CredentialQuery, now: Timestamp) -> Result<(usize, &IssuerParameters), Refused> {
        let named = |(_, parameters): &(usize, &IssuerParameters)| query.is_for(parameters);
        let (index, parameters) = self.issuers.iter().enumerate().find(named).ok_or(refused!("06-10"))?;
        let counts = self.directory.as_ref().is_none_or(|directory| directory.is_issuer_valid_at(parameters, now));
        if counts { Ok((index, parameters)) } else { Err(refused!("09-35")) }
    }

    /// The lists of one credential by their places, each with the epoch that is asked and its head.
    fn asked(&self, part: &RevealedPart<'_>, now: Timestamp) -> Result<Vec<(usize, EpochDigest, &Head)>, Refused> {
        let RevealedPart { query, shard, .. } = *part;
        if query.lists.is_empty() && shard != Shard::FIRST {
            return Err(refused!("06-50"));
        }
        let mut asked = Vec::new();
        for (named, epoch) in query.lists.iter().zip(part.epochs()?) {
            let mut known = self.lists.iter().enumerate();
            let (index, list) = known.find(|(_, list)| list.keys.name == named.name).ok_or(refused!("06-47"))?;
            let counting = list.heads(epoch, &self.freshness, now)?;
            if !named.epoch.allows(counting.time(), now) {
                return Err(refused!("06-73"));
            }
            asked.push((index, epoch, counting.head(shard).map_err(|_| refused!("06-50"))?));
        }
        Ok(asked)
    }

    /// What is claimed of one credential, with everything that it names known and counting now.
    fn instance<'a>(
        &'a self,
        part: &RevealedPart<'a>,
        asked: Vec<(usize, EpochDigest, &'a Head)>,
        now: Timestamp,
        allocator: &mut IndexAllocator,
    ) -> Result<(CredentialInstance<'a>, Indices), Refused> {
        let RevealedPart { query, shard, disclosed, .. } = *part;
        let (issuer, parameters) = self.issuer(query, now)?;
        let (mut heads, mut lists) = (Vec::new(), Vec::new());
        for (named, (index, epoch, head)) in query.lists.iter().zip(asked) {
            heads.push(head);
            lists.push((allocator.key(named.mode, Key::List(index, shard)), allocator.value(epoch, shard)));
        }
        let (mut sets, mut set_places) = (Vec::new(), Vec::new());
        for named in query.sets() {
            let mut known = self.sets.iter().enumerate();
            let (index, set) = known.find(|(_, set)| set.digest() == named.set()).ok_or(refused!("06-49"))?;
            sets.push(set.as_ref());
            set_places.push(allocator.key(named.mode(), Key::Set(index)));
        }
        let indices = Indices { issuer_key: allocator.key(query.mode, Key::Issuer(issuer)), lists, sets: set_places };
        let stated = part.stated_by_list();
        Ok((CredentialInstance { parameters, query, shard, heads, stated, sets, disclosed }, indices))
    }

    /// The check that each claim of an answer stands for, in their order: a window, each ticket, a
    /// limit.
    pub(crate) fn claims(request: &PresentationRequest) -> impl Iterator<Item = Check> {
        let window = matches!(request.validity, Validity::Window { .. }).then_some(check!("06-56"));
        let tickets = core::iter::repeat_n(check!("06-57"), request.ticket_count());
        window.into_iter().chain(tickets).chain(request.limit().map(|_| check!("06-58")))
    }

    /// What must be remembered before an answer that was found good is given, so that nothing
    /// counts twice.
    pub(crate) fn to_record(&self, call: &DecodedCall, item: &Item<'_>, now: Timestamp) -> Result<ToRecord, Refused> {
        let DecodedCall { request, presentation, digest, .. } = call;
        let by = item.replay_key();
        let mut claims = Vec::new();
        let window = match request.validity {
            Validity::Window { until, .. } => Some(until),
            Validity::Once { .. } => None,
        };
        claims.extend(window.map(|until| Claim { key: by, by: *digest, until }));
        // A ticket for a list is for one epoch, and ends with it; a ticket that covers no list has
        // no end.
        let epochs_end = self.freshness.epochs_end(now);
        for (number, ticket) in (0..).zip(&presentation.tickets) {
            let of_list = request.lists_by_ticket(number);
            let until = epochs_end.filter(|_| of_list).unwrap_or(NEVER);
            claims.push(Claim { key: ticket_key(ticket), by, until });
        }
        let limit = request.limit().map(|(_, limit)| limit);
        if let Some(limit) = limit {
            let key = use_key(request, limit, presentation.nullifier(request).ok_or(refused!("06-52"))?);
            claims.push(Claim { key, by, until: limit.until() });
        }
        // It is asked again in vain when one of its epochs, its window or the period of its limit
        // is over.
        let lists = request.credentials.iter().any(|query| !query.lists.is_empty());
        let ends = [epochs_end.filter(|_| lists), limit.map(RateLimited::until), window];
        let until = ends.into_iter().flatten().min().unwrap_or(NEVER);
        let shows_when = window.is_some() || request.escrow().is_some();
        let first = shows_when.then_some(FirstTime { key: by, time: now, until });
        Ok(ToRecord { claims, first })
    }
}

const NEVER: Timestamp = Timestamp::from_secs(u64::MAX);

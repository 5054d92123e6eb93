//! What a verifier knows that is public: issuers, lists with their heads, sets, and when each of
//! them counts (spec 06 §7).
//!
//! A platform and a desk that verifies by itself have the same trust store. What only the platform
//! has, the keys, it finds by the [`Key`]s that it names.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::batch::{DecodedCall, Item, RevealedPart};
use super::error::PlatformError;
use super::replay::{ReplayRegister, UseKey};
use crate::calendar::Timestamp;
use crate::credential::IssuerParameters;
use crate::directory::VerifiedDirectory;
use crate::error::Refused;
use crate::group::Element;
use crate::list::{
    CosignedHeads, EpochDigest, EpochUpdate, Freshness, HeadSet, ListKeys, ListName, Shard, VerifiedHeads,
};
use crate::presentation::claim::{CredentialInstance, Indices, Instance, Places};
use crate::presentation::mode::Mode;
use crate::presentation::request::{CredentialQuery, PresentationRequest, Validity};
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

struct KnownList {
    keys: ListKeys,
    /// By epoch, the newest last; no two of one epoch.
    heads: Vec<VerifiedHeads>,
}

impl KnownList {
    /// The heads with this digest, if they count now.
    ///
    /// Of an epoch whose successor is not known, although a later one is, nobody told when it was
    /// followed: it ends at once.
    fn heads(&self, epoch: EpochDigest, freshness: &Freshness, now: Timestamp) -> Option<&VerifiedHeads> {
        let index = self.heads.iter().position(|heads| heads.digest() == epoch)?;
        let (heads, next) = (self.heads.get(index)?, self.heads.get(index + 1));
        let missed = next.is_some_and(|next| next.epoch() != heads.epoch().next());
        let counts = !missed && freshness.is_epoch_valid_at(heads.time(), next.map(VerifiedHeads::time), now);
        counts.then_some(heads)
    }
}

/// Everything public that presentations are checked against.
pub(crate) struct TrustStore {
    issuers: Vec<IssuerParameters>,
    /// Without a directory every issuer key counts always.
    directory: Option<VerifiedDirectory>,
    lists: Vec<KnownList>,
    sets: Vec<VerifiedCodeSet>,
    digits: Vec<VerifiedDigitSet>,
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
    pub(crate) const fn new(freshness: Freshness, directory: Option<VerifiedDirectory>) -> Self {
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
        if self.lists.iter().any(|list| directory.list(&list.keys.name) != Some(&list.keys)) {
            return Err(PlatformError::List);
        }
        self.directory = Some(directory.clone());
        Ok(())
    }

    pub(crate) fn add_list(&mut self, keys: ListKeys) -> Result<(), PlatformError> {
        let listed = self.directory.as_ref().is_none_or(|directory| directory.list(&keys.name) == Some(&keys));
        if !listed || self.lists.iter().any(|list| list.keys.name == keys.name) {
            return Err(PlatformError::List);
        }
        self.lists.push(KnownList { keys, heads: Vec::new() });
        Ok(())
    }

    pub(crate) fn add_set(&mut self, set: VerifiedCodeSet) -> Result<(), PlatformError> {
        // Under one key a code of either set would pass for one of the other (spec 12 §4.1).
        if self.has_set_key(set.key()) {
            return Err(PlatformError::Set);
        }
        self.sets.push(set);
        Ok(())
    }

    pub(crate) fn add_digits(&mut self, set: VerifiedDigitSet) -> Result<(), PlatformError> {
        if self.has_set_key(set.key()) {
            return Err(PlatformError::Set);
        }
        self.digits.push(set);
        Ok(())
    }

    fn has_set_key(&self, key: &Element) -> bool {
        self.sets
            .iter()
            .map(VerifiedCodeSet::key)
            .chain(self.digits.iter().map(VerifiedDigitSet::key))
            .any(|k| k == key)
    }

    fn list_mut(&mut self, name: &ListName) -> Result<&mut KnownList, PlatformError> {
        self.lists.iter_mut().find(|list| list.keys.name == *name).ok_or(PlatformError::List)
    }

    /// Takes an epoch that follows the last one by these updates.
    pub(crate) fn accept_epoch(
        &mut self,
        heads: &HeadSet,
        updates: &[EpochUpdate],
        now: Timestamp,
    ) -> Result<VerifiedHeads, PlatformError> {
        let list = self.list_mut(heads.name().ok_or(PlatformError::List)?)?;
        let verified = heads.verify(&list.keys).map_err(PlatformError::Heads)?;
        let follows = |list: &KnownList| verified.check_follows(heads, list.heads.last(), updates);
        self.accept(&verified, now, |list| follows(list).map_err(PlatformError::Heads))?;
        Ok(verified)
    }

    /// Takes an epoch that a quorum of cosigners vouches for.
    pub(crate) fn accept_heads(&mut self, heads: &CosignedHeads, now: Timestamp) -> Result<(), PlatformError> {
        self.accept(heads, now, |_| Ok(()))
    }

    fn accept(
        &mut self,
        verified: &VerifiedHeads,
        now: Timestamp,
        follows: impl FnOnce(&KnownList) -> Result<(), PlatformError>,
    ) -> Result<(), PlatformError> {
        let freshness = self.freshness;
        let list = self.list_mut(verified.name())?;
        // Whoever verified them may have gone by other keys than this list's.
        if !verified.are_of(&list.keys) {
            return Err(PlatformError::List);
        }
        if !verified.time().has_come(now) {
            return Err(PlatformError::Future);
        }
        if let Some(known) = list.heads.iter().find(|known| known.epoch() == verified.epoch()) {
            return if known.digest() == verified.digest() { Ok(()) } else { Err(PlatformError::Equivocation) };
        }
        if list.heads.last().is_some_and(|newest| newest.epoch() > verified.epoch()) {
            return Err(PlatformError::OldEpoch);
        }
        follows(list)?;
        list.heads.push(verified.clone());
        let counting: Vec<bool> =
            list.heads.iter().map(|heads| list.heads(heads.digest(), &freshness, now).is_some()).collect();
        // The newest stays whatever its age: the next epoch follows it.
        let mut counting = counting.into_iter();
        let newest = verified.digest();
        list.heads.retain(|heads| counting.next() == Some(true) || heads.digest() == newest);
        Ok(())
    }

    /// Everything but the sum of the proof: what the request names is known and counts now, the
    /// parts fit, range proofs hold, and of tickets all but the two equations that are in the sum.
    pub(crate) fn item<'a>(
        &'a self,
        call: &'a DecodedCall,
        now: Timestamp,
        allocator: &mut IndexAllocator,
    ) -> Result<Item<'a>, Refused> {
        let DecodedCall { request, presentation } = call;
        if let Validity::Window { from, until } = request.validity
            && !self.freshness.is_window_valid_at(from, until, now)
        {
            return Err(Refused);
        }
        if let Some((_, limit)) = request.limit()
            && !limit.is_valid_at(now)
        {
            return Err(Refused);
        }
        let (mut instances, mut indices) = (Vec::new(), Vec::new());
        for part in call.parts()? {
            let (instance, own) = self.instance(&part, now, allocator)?;
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
        let (index, set) = known.find(|(_, set)| set.digest() == named.set).ok_or(Refused)?;
        let counts = self.directory.as_ref().is_none_or(|directory| directory.digits().contains(&named.set));
        if counts { Ok((Some(set), allocator.key(Mode::Keyed, Key::Digits(index)))) } else { Err(Refused) }
    }

    /// The place of the issuer key that a query names, if the key counts now.
    fn issuer(&self, query: &CredentialQuery, now: Timestamp) -> Result<(usize, &IssuerParameters), Refused> {
        let named = |(_, parameters): &(usize, &IssuerParameters)| query.is_for(parameters);
        let (index, parameters) = self.issuers.iter().enumerate().find(named).ok_or(Refused)?;
        let counts = self.directory.as_ref().is_none_or(|directory| directory.is_issuer_valid_at(parameters, now));
        if counts { Ok((index, parameters)) } else { Err(Refused) }
    }

    /// What is claimed of one credential, with everything that it names known and counting now.
    fn instance<'a>(
        &'a self,
        part: &RevealedPart<'a>,
        now: Timestamp,
        allocator: &mut IndexAllocator,
    ) -> Result<(CredentialInstance<'a>, Indices), Refused> {
        let RevealedPart { query, shard, disclosed } = *part;
        let (issuer, parameters) = self.issuer(query, now)?;
        let (mut heads, mut lists) = (Vec::new(), Vec::new());
        for named in &query.lists {
            let mut known = self.lists.iter().enumerate();
            let (index, list) = known.find(|(_, list)| list.keys.name == named.name).ok_or(Refused)?;
            let counting = list.heads(named.epoch, &self.freshness, now).ok_or(Refused)?;
            heads.push(counting.head(shard).map_err(|_| Refused)?);
            lists.push((allocator.key(named.mode, Key::List(index, shard)), allocator.value(named.epoch, shard)));
        }
        let (mut sets, mut set_places) = (Vec::new(), Vec::new());
        for named in query.sets() {
            let mut known = self.sets.iter().enumerate();
            let (index, set) = known.find(|(_, set)| set.digest() == named.set()).ok_or(Refused)?;
            sets.push(set);
            set_places.push(allocator.key(named.mode(), Key::Set(index)));
        }
        let indices = Indices { issuer_key: allocator.key(query.mode, Key::Issuer(issuer)), lists, sets: set_places };
        Ok((CredentialInstance { parameters, query, shard, heads, sets, disclosed }, indices))
    }

    /// Remembers what must not count twice: last, as only a good presentation may use up anything.
    /// Gives when it was verified: now, or of an escrow when it was first.
    pub(crate) fn record(
        &self,
        call: &DecodedCall,
        item: &Item<'_>,
        now: Timestamp,
        register: &impl ReplayRegister,
    ) -> Result<Timestamp, Refused> {
        let DecodedCall { request, presentation } = call;
        let by = item.replay_key();
        if let Validity::Window { until, .. } = request.validity
            && !register.insert(by, until)
        {
            return Err(Refused);
        }
        // A ticket for a list is for one epoch, and ends with it; a ticket that covers no list has
        // no end.
        let epochs_end = self.freshness.epochs_end(now);
        for (number, ticket) in (0..).zip(&presentation.tickets) {
            let of_list = request.lists_by_ticket(number);
            let until = epochs_end.filter(|_| of_list).unwrap_or(Timestamp::from_secs(u64::MAX));
            if !register.insert_use(UseKey::of_ticket(ticket), by, until) {
                return Err(Refused);
            }
        }
        if let Some((_, limit)) = request.limit() {
            let show = UseKey::of_limit(request, limit, presentation.nullifier(request).ok_or(Refused)?);
            if !register.insert_use(show, by, limit.until()) {
                return Err(Refused);
            }
        }
        if request.escrow().is_none() {
            return Ok(now);
        }
        // It is asked for again in vain when one of its epochs, or the period of its limit, is
        // over.
        let lists = request.credentials.iter().any(|query| !query.lists.is_empty());
        let limit_ends = request.limit().map(|(_, limit)| limit.until());
        let ends = [epochs_end.filter(|_| lists), limit_ends].into_iter().flatten().min();
        register.first_verified(by, now, ends.unwrap_or(Timestamp::from_secs(u64::MAX))).ok_or(Refused)
    }
}

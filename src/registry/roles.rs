//! The two registries: their keys, and the transitions that they make (spec 10 §1).

use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use rand_core::CryptoRngCore;

use super::flag::{ChangeCase, FlagRegistration, FlagWitness, Join, Register};
use super::issue::{Complete, Completion, Issuance, Offer, SettleShard};
use super::log::{CloseEpoch, LastHeads, OpenList};
use super::receipt::{IdempotencyKey, RecordKey, RequestKind};
use super::report::{Link, MakeReport, Report, StatusWitness};
use super::{CaseId, RegistryError};
use crate::accumulator::Handle;
use crate::calendar::Timestamp;
use crate::credential::{AcceptedRequest, CredentialOffer, CredentialRequest, IssuanceError, Issuer, SlotId};
use crate::list::{Epoch, ListClass, ListError, ListName, ListOwner, MAX_ENTRIES};
use crate::symbol::{HandleKey, PersonSymbol};

/// The issuer's side: slots, and the status list. It holds keys and no state; all state is rows of a store.
///
/// Each method makes a transition or a question, for [`run`](super::run) or [`run_async`](super::run_async).
pub struct Registry {
    issuer: Issuer,
    /// Those whose offers and receipts still count.
    former: Vec<Issuer>,
    pub(super) status: ListOwner,
    pub(super) handle_key: HandleKey,
    pub(super) record_key: RecordKey,
    pub(super) flag_list: ListName,
    offer_lifetime: Duration,
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Registry({}, redacted)", self.status.name())
    }
}

/// What a [`Registry`] is made of.
#[derive(Debug)]
pub struct RegistryKeys {
    /// The issuer's keys.
    pub issuer: Issuer,
    /// The keys of the status list.
    pub status: ListOwner,
    /// The key that makes handles from symbols.
    pub handle_key: HandleKey,
    /// The key of receipts.
    pub record_key: RecordKey,
    /// The flag list that credentials are issued for; another owner's.
    pub flag_list: ListName,
    /// How long a request under an offer is accepted, in whole seconds.
    pub offer_lifetime: Duration,
}

impl Registry {
    /// A registry with these keys.
    ///
    /// # Errors
    /// [`ListError::WrongHead`] if the lists are not a status list and a flag list.
    pub fn new(keys: RegistryKeys) -> Result<Self, ListError> {
        let RegistryKeys { issuer, status, handle_key, record_key, flag_list, offer_lifetime } = keys;
        if status.name().class() != ListClass::Status || flag_list.class() != ListClass::Flag {
            return Err(ListError::WrongHead);
        }
        Ok(Self { issuer, former: Vec::new(), status, handle_key, record_key, flag_list, offer_lifetime })
    }

    /// Issues under another key version from here on; requests under open offers of the former ones are still completed, and
    /// retries answered.
    pub fn rotate(&mut self, issuer: Issuer) {
        self.former.push(core::mem::replace(&mut self.issuer, issuer));
    }

    /// The keys of the status list.
    #[must_use]
    pub const fn status_list(&self) -> &ListOwner {
        &self.status
    }

    /// The current issuer keys.
    #[must_use]
    pub const fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    pub(super) fn issuer_of(&self, offer: &CredentialOffer) -> Result<&Issuer, RegistryError> {
        let named = |issuer: &&Issuer| issuer.resume(offer.clone()).is_ok();
        core::iter::once(&self.issuer)
            .chain(&self.former)
            .find(named)
            .ok_or(RegistryError::Issuance(IssuanceError::WrongIssuer))
    }

    pub(super) fn accept(
        &self,
        offer: CredentialOffer,
        request: &CredentialRequest,
    ) -> Result<AcceptedRequest, RegistryError> {
        let state = self.issuer_of(&offer)?.resume(offer)?;
        state.accept(request).map_err(|refused| refused.error.into())
    }

    /// The flag handle of a person: what the police flag. For a person with several documents, that of the slot's first
    /// symbol counts; cases under another one reach it by [`FlagRegistry::join`].
    #[must_use]
    pub fn flag_handle(&self, person: &PersonSymbol) -> Handle {
        self.handle_key.flag(&self.flag_list, person)
    }

    /// Begins the status list; once, before anything else.
    #[must_use]
    pub const fn open(&self, now: Timestamp) -> OpenList<'_> {
        OpenList { owner: &self.status, now }
    }

    /// Offers a credential. At a first enrolment this makes the slot.
    #[must_use]
    pub fn offer(
        &self,
        key: IdempotencyKey,
        issuance: Issuance,
        now: Timestamp,
        rng: &mut impl CryptoRngCore,
    ) -> Offer<'_> {
        let (mut nonce, mut slot) = ([0; 32], [0; 16]);
        rng.fill_bytes(&mut nonce);
        rng.fill_bytes(&mut slot);
        let until = now.as_secs().saturating_add(self.offer_lifetime.as_secs());
        Offer::new(self, key, issuance, (nonce, SlotId(slot)), Timestamp::from_secs(until))
    }

    /// Takes a phone's request and says whom to register with the flag registry. To be run before [`Registry::complete`]; a
    /// retry needs no key of its own.
    #[must_use]
    pub const fn flag_registration(&self, slot: SlotId, request: CredentialRequest, now: Timestamp) -> SettleShard<'_> {
        SettleShard { registry: self, slot, request, now }
    }

    /// Issues a credential under the slot's open offer.
    #[must_use]
    pub fn complete(&self, key: IdempotencyKey, completion: Completion, now: Timestamp) -> Complete<'_> {
        Complete::new(self, key, completion, now)
    }

    /// Makes a report.
    #[must_use]
    pub fn report(&self, key: IdempotencyKey, report: Report) -> MakeReport<'_> {
        MakeReport::new(self, key, report)
    }

    /// Makes `document` one of a person's; to be done before a credential is issued on it.
    #[must_use]
    pub fn link(&self, key: IdempotencyKey, person: PersonSymbol, document: PersonSymbol) -> Link<'_> {
        Link::new(self, key, person, document)
    }

    /// Asks for a fresh witness of a slot's credential.
    #[must_use]
    pub const fn fresh_witness(&self, slot: SlotId) -> StatusWitness<'_> {
        StatusWitness { registry: self, slot }
    }

    /// Closes an epoch of the status list; `epoch` is one more than the last one, or that of an epoch to be read again.
    #[must_use]
    pub const fn close_epoch(&self, epoch: Epoch, now: Timestamp) -> CloseEpoch<'_> {
        CloseEpoch { owner: &self.status, epoch, now, most: MAX_ENTRIES }
    }

    /// Asks for the heads of the last closed epoch.
    #[must_use]
    pub const fn last_heads(&self) -> LastHeads<'_> {
        LastHeads { owner: &self.status }
    }
}

/// The police's side: open cases, and the flag list. It knows handles and cases, and neither names nor symbols.
pub struct FlagRegistry {
    pub(super) list: ListOwner,
    record_key: RecordKey,
}

impl fmt::Debug for FlagRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FlagRegistry({}, redacted)", self.list.name())
    }
}

impl FlagRegistry {
    /// A flag registry with these keys.
    ///
    /// # Errors
    /// [`ListError::WrongHead`] if the list is not a flag list.
    pub fn new(list: ListOwner, record_key: RecordKey) -> Result<Self, ListError> {
        if list.name().class() != ListClass::Flag {
            return Err(ListError::WrongHead);
        }
        Ok(Self { list, record_key })
    }

    /// The keys of the flag list.
    #[must_use]
    pub const fn flag_list(&self) -> &ListOwner {
        &self.list
    }

    /// Begins the flag list; once, before anything else.
    #[must_use]
    pub const fn open(&self, now: Timestamp) -> OpenList<'_> {
        OpenList { owner: &self.list, now }
    }

    /// Opens a case against a person, who need not be registered.
    #[must_use]
    pub fn flag(&self, key: IdempotencyKey, handle: &Handle, case: CaseId) -> ChangeCase<'_> {
        self.change(key, handle, case, true)
    }

    /// Lifts a case. The person is restored when no case is left.
    #[must_use]
    pub fn lift(&self, key: IdempotencyKey, handle: &Handle, case: CaseId) -> ChangeCase<'_> {
        self.change(key, handle, case, false)
    }

    fn change(&self, key: IdempotencyKey, handle: &Handle, case: CaseId, open: bool) -> ChangeCase<'_> {
        let kind = if open { RequestKind::Flag } else { RequestKind::Lift };
        let parts = [handle.scalar().as_bytes().as_slice(), &case.0];
        let request = self.record_key.request(key, kind, parts);
        ChangeCase { registry: self, request, handle: handle.duplicate(), case, open }
    }

    /// Registers a person, at each issuance of a credential.
    #[must_use]
    pub fn register(&self, key: IdempotencyKey, registration: FlagRegistration) -> Register<'_> {
        let shard = registration.shard.number().to_be_bytes();
        let parts = [registration.handle.scalar().as_bytes().as_slice(), &shard];
        let request = self.record_key.request(key, RequestKind::Register, parts);
        Register { registry: self, request, registration }
    }

    /// Makes cases under `document` cases of `person`, those that are open and those to come.
    #[must_use]
    pub fn join(&self, key: IdempotencyKey, document: &Handle, person: &Handle) -> Join<'_> {
        let parts = [document, person].map(|handle| handle.scalar().as_bytes().as_slice());
        let request = self.record_key.request(key, RequestKind::Join, parts);
        Join { registry: self, request, document: document.duplicate(), person: person.duplicate() }
    }

    /// Asks for a fresh witness of a registered person without open cases.
    #[must_use]
    pub fn fresh_witness(&self, handle: &Handle) -> FlagWitness<'_> {
        FlagWitness { registry: self, handle: handle.duplicate() }
    }

    /// Closes an epoch of the flag list; `epoch` is one more than the last one, or that of an epoch to be read again.
    #[must_use]
    pub const fn close_epoch(&self, epoch: Epoch, now: Timestamp) -> CloseEpoch<'_> {
        CloseEpoch { owner: &self.list, epoch, now, most: MAX_ENTRIES }
    }

    /// Asks for the heads of the last closed epoch.
    #[must_use]
    pub const fn last_heads(&self) -> LastHeads<'_> {
        LastHeads { owner: &self.list }
    }
}

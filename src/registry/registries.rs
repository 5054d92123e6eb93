//! The two registries: their keys, and the transitions that they make (spec 10 §1).

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use rand_core::CryptoRngCore;

use super::flag::{ChangeCase, FlagRegistration, FlagWitness, Register};
use super::idempotency::{IdempotencyKey, RecordKey, RequestKind};
use super::issue::{Complete, Completion, Issuance, Offer, SettleShard};
use super::join::{Join, JoinAnswer, Joining};
use super::report::{MakeReport, Report, StatusWitness};
use super::unite::{AskJoining, Union, Unite};
use super::{CaseId, Interrupt, Keeper, RegistryError, Rows, Transition};
use crate::accumulator::Handle;
use crate::calendar::Timestamp;
use crate::credential::{AcceptedRequest, CredentialOffer, CredentialRequest, IssuanceError, Issuer, SlotId};
use crate::list::{ListClass, ListError, ListName, ListOwner, OwnerCore};
use crate::secret::Secret;
use crate::signature::{RoleKey, SigningKey};
use crate::symbol::{CardSymbol, Generation, HANDLE_WIDE, HandleEvaluator, HandleKey, PersonSymbol, handle_key_print};

/// The issuer's side: slots, and the status list. It holds keys and no state; all state is rows of
/// a store.
///
/// Each method makes a transition or a question, for [`run`](super::run) or
/// [`run_async`](super::run_async).
///
/// ```
/// use core::time::Duration;
/// use selfsame::credential::{Issuer, KeyVersion};
/// use selfsame::host::{OsRng, now};
/// use selfsame::list::{Epoch, ListClass, ListName, ListOwner, ShardCount};
/// use selfsame::registry::{MemoryStore, RecordKey, Registry, RegistryKeys, run};
/// use selfsame::schema::Schema;
/// use selfsame::symbol::HandleKey;
///
/// let rng = &mut OsRng;
/// let registry = Registry::new(RegistryKeys {
///     issuer: Issuer::random(Schema::resident_card(), KeyVersion(1), rng),
///     status: ListOwner::random(ListName::new("interior", ListClass::Status)?, ShardCount::new(4)?, rng),
///     handle_key: HandleKey::random(rng),
///     record_key: RecordKey::random(rng),
///     flag_list: ListName::new("police", ListClass::Flag)?,
///     offer_lifetime: Duration::from_secs(3_600),
/// })?;
/// let mut store = MemoryStore::new(); // in a service `RedbStore`, or one of your own
/// let first_heads = run(&mut store, &registry.create(now()))?; // once; at every start `open`
/// let closed = registry.close_epoch(Epoch::new(1), now()).run(&mut store)?;
/// # assert_eq!(first_heads.iter().count(), closed.updates.len());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Issuing and reporting are in the example of [the module](crate::registry).
pub struct Registry<K: RoleKey = SigningKey> {
    pub(super) core: RegistryCore,
    pub(super) status: ListOwner<K>,
}

/// All of a registry but the key that signs for its list: what its transitions are made with.
pub(super) struct RegistryCore {
    issuer: Issuer,
    /// Those whose offers and receipts still count.
    former: Vec<Issuer>,
    pub(super) status: Arc<OwnerCore>,
    handles: Handles,
    pub(super) record_key: RecordKey,
    pub(super) flag_list: ListName,
    pub(super) keeper: Keeper,
    offer_lifetime: Duration,
}

impl<K: RoleKey> fmt::Debug for Registry<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.core.fmt(f)
    }
}

impl fmt::Debug for RegistryCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Registry({}, redacted)", self.status.name())
    }
}

/// Whoever evaluates handles, whatever its error.
struct Handles(Box<dyn AnyEvaluator>);

trait AnyEvaluator: Send + Sync {
    fn derive_any(&self, salt: &[u8], info: &[u8]) -> Result<Secret<[u8; HANDLE_WIDE]>, RegistryError>;
}

impl<H: HandleEvaluator> AnyEvaluator for H {
    fn derive_any(&self, salt: &[u8], info: &[u8]) -> Result<Secret<[u8; HANDLE_WIDE]>, RegistryError> {
        self.derive(salt, info).map_err(|_| RegistryError::HandleKey)
    }
}

impl HandleEvaluator for Handles {
    type Error = RegistryError;

    fn derive(&self, salt: &[u8], info: &[u8]) -> Result<Secret<[u8; HANDLE_WIDE]>, RegistryError> {
        self.0.derive_any(salt, info)
    }
}

/// What a [`Registry`] is made of.
#[derive(Debug)]
pub struct RegistryKeys<K: RoleKey = SigningKey, H: HandleEvaluator = HandleKey> {
    /// The issuer's keys.
    pub issuer: Issuer,
    /// The keys of the status list.
    pub status: ListOwner<K>,
    /// The key that makes handles from symbols, or who holds it.
    pub handle_key: H,
    /// The key of receipts.
    pub record_key: RecordKey,
    /// The flag list that credentials are issued for; another owner's.
    pub flag_list: ListName,
    /// How long a request under an offer is accepted, in whole seconds.
    pub offer_lifetime: Duration,
}

impl<K: RoleKey> Registry<K> {
    /// A registry with these keys.
    ///
    /// # Errors
    /// [`ListError::WrongHead`] if the lists are not a status list and a flag list;
    /// [`RegistryError::HandleKey`] if who holds the handle key does not answer.
    pub fn new<H: HandleEvaluator + 'static>(keys: RegistryKeys<K, H>) -> Result<Self, RegistryError> {
        let RegistryKeys { issuer, status, handle_key, record_key, flag_list, offer_lifetime } = keys;
        if status.name().class() != ListClass::Status || flag_list.class() != ListClass::Flag {
            return Err(ListError::WrongHead.into());
        }
        let print = handle_key_print(&handle_key).map_err(|_| RegistryError::HandleKey)?;
        let handles = Handles(Box::new(handle_key));
        let (former, list) = (Vec::new(), Arc::clone(status.core()));
        let keeper = Keeper::of_credentials((&list, &flag_list), &issuer, print, &record_key);
        let core =
            RegistryCore { issuer, former, status: list, handles, record_key, flag_list, keeper, offer_lifetime };
        Ok(Self { core, status })
    }

    /// Issues under another key version from here on, a [successor](Issuer::successor) of the
    /// current one; requests under open offers of the former ones are still completed, and retries
    /// answered.
    ///
    /// # Errors
    /// [`IssuanceError::WrongIssuer`] if the keys have another pseudonym key: re-issued credentials
    /// would have other pseudonyms, and say that they had not (check 10-48). Nothing changes then.
    pub fn rotate(&mut self, issuer: Issuer) -> Result<(), IssuanceError> {
        if !issuer.keeps_pseudonyms_of(&self.core.issuer) {
            return Err(IssuanceError::WrongIssuer);
        }
        self.core.former.push(core::mem::replace(&mut self.core.issuer, issuer));
        Ok(())
    }

    /// The keys of the status list.
    #[must_use]
    pub const fn status_list(&self) -> &ListOwner<K> {
        &self.status
    }

    /// The current issuer keys.
    #[must_use]
    pub const fn issuer(&self) -> &Issuer {
        self.core.issuer()
    }

    /// Checks the proof of a request under an offer of this registry's, as it is checked again when
    /// the issuance is completed: for what an issuer says of the request before that, such as
    /// whether its key was attested. Neither the slot nor the offer's lifetime is looked at.
    /// Variable time; everything here is public.
    ///
    /// # Errors
    /// [`RegistryError::Issuance`] for a request that fails, or an offer under none of the issuer's
    /// keys.
    pub fn accept(
        &self,
        offer: CredentialOffer,
        request: &CredentialRequest,
    ) -> Result<AcceptedRequest, RegistryError> {
        self.core.accept(offer, request)
    }

    /// Asks for the flag handle of a person symbol: what the police flag. Credentials have that of
    /// the symbol that the slot was made for; cases under the person's others reach it because its
    /// handles are [joined](FlagRegistry::join).
    ///
    /// The store is asked although it has no handle: it knows whether the handle key is the one
    /// that made it, and a handle under another key would flag nobody.
    #[must_use]
    pub const fn handle_to_flag(&self, person: PersonSymbol) -> HandleToFlag<'_> {
        HandleToFlag { registry: &self.core, person }
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
        let until = now.as_secs().saturating_add(self.core.offer_lifetime.as_secs());
        Offer::new(&self.core, key, issuance, (nonce, SlotId(slot)), Timestamp::from_secs(until))
    }

    /// Takes a phone's request and says whom to register with the flag registry. To be run before
    /// [`Registry::complete`]; a retry needs no key of its own.
    #[must_use]
    pub const fn flag_registration(&self, slot: SlotId, request: CredentialRequest, now: Timestamp) -> SettleShard<'_> {
        SettleShard { registry: &self.core, slot, request, now }
    }

    /// Issues a credential under the slot's open offer, unless the values say that the document has
    /// expired. Of a card without a credential yet the registry hears no reports: the caller asks
    /// the issuer's register, along with the values, whether it is still good (spec 10 §2.3).
    #[must_use]
    pub fn complete(&self, key: IdempotencyKey, completion: Completion, now: Timestamp) -> Complete<'_> {
        Complete::new(&self.core, key, completion, now)
    }

    /// Makes a report.
    #[must_use]
    pub fn report(&self, key: IdempotencyKey, report: Report) -> MakeReport<'_> {
        MakeReport::new(&self.core, key, report)
    }

    /// Asks which handles the flag registry is to join before a union is made.
    #[must_use]
    pub const fn joining<'a>(&'a self, union: &'a Union) -> AskJoining<'a> {
        AskJoining { registry: &self.core, union }
    }

    /// Makes two person symbols one person's, with the flag registry's word that their handles are:
    /// so no case is open under either that does not reach the credential.
    #[must_use]
    pub fn unite(&self, key: IdempotencyKey, union: Union, joined: JoinAnswer) -> Unite<'_> {
        Unite::new(&self.core, key, union, joined)
    }

    /// Asks for a fresh witness of a slot's credential.
    #[must_use]
    pub const fn fresh_witness(&self, slot: SlotId) -> StatusWitness<'_> {
        StatusWitness { registry: &self.core, slot }
    }
}

impl RegistryCore {
    pub(super) const fn issuer(&self) -> &Issuer {
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

    pub(super) fn flag_handle(&self, person: &PersonSymbol) -> Result<Handle, RegistryError> {
        self.handles.flag_handle(&self.flag_list, person)
    }

    pub(super) fn status_handle(&self, card: &CardSymbol, generation: Generation) -> Result<Handle, RegistryError> {
        self.handles.status_handle(card, generation)
    }
}

/// The question for a person's flag handle.
pub struct HandleToFlag<'a> {
    registry: &'a RegistryCore,
    person: PersonSymbol,
}

impl fmt::Debug for HandleToFlag<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandleToFlag(redacted)")
    }
}

impl Transition for HandleToFlag<'_> {
    type Output = Handle;
    type Refusal = RegistryError;

    fn keeper(&self) -> &Keeper {
        &self.registry.keeper
    }

    fn apply(&self, _: &mut Rows) -> Result<Handle, Interrupt<RegistryError>> {
        Ok(self.registry.flag_handle(&self.person)?)
    }
}

/// The police's side: open cases, and the flag list. It knows handles and cases, and neither names
/// nor symbols.
pub struct FlagRegistry<K: RoleKey = SigningKey> {
    pub(super) core: FlagCore,
    pub(super) list: ListOwner<K>,
}

/// All of a flag registry but the key that signs for its list.
pub(super) struct FlagCore {
    pub(super) list: Arc<OwnerCore>,
    record_key: RecordKey,
    pub(super) keeper: Keeper,
}

impl<K: RoleKey> fmt::Debug for FlagRegistry<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FlagRegistry({}, redacted)", self.list.name())
    }
}

impl<K: RoleKey> FlagRegistry<K> {
    /// A flag registry with these keys.
    ///
    /// # Errors
    /// [`ListError::WrongHead`] if the list is not a flag list.
    pub fn new(list: ListOwner<K>, record_key: RecordKey) -> Result<Self, ListError> {
        if list.name().class() != ListClass::Flag {
            return Err(ListError::WrongHead);
        }
        let keeper = Keeper::of_flags(list.core(), &record_key);
        Ok(Self { core: FlagCore { list: Arc::clone(list.core()), record_key, keeper }, list })
    }

    /// The keys of the flag list.
    #[must_use]
    pub const fn flag_list(&self) -> &ListOwner<K> {
        &self.list
    }

    /// Opens a case against a person, who need not be registered. It is one with this handle: the
    /// same case under another handle of the person is another opening, and is lifted by itself.
    #[must_use]
    pub fn flag(&self, key: IdempotencyKey, handle: &Handle, case: CaseId) -> ChangeCase<'_> {
        self.change(key, handle, case, true)
    }

    /// Lifts a case that was opened under this handle. The person is restored when no case is left
    /// under any of its handles.
    #[must_use]
    pub fn lift(&self, key: IdempotencyKey, handle: &Handle, case: CaseId) -> ChangeCase<'_> {
        self.change(key, handle, case, false)
    }

    fn change(&self, key: IdempotencyKey, handle: &Handle, case: CaseId, open: bool) -> ChangeCase<'_> {
        let kind = if open { RequestKind::Flag } else { RequestKind::Lift };
        let handle_bytes = handle.scalar().as_bytes();
        let parts = [handle_bytes.as_slice(), &case.0];
        let request = self.core.record_key.request(key, kind, parts);
        ChangeCase { registry: &self.core, request, handle: handle.duplicate(), case, open }
    }

    /// Registers a person, at each issuance of a credential.
    #[must_use]
    pub fn register(&self, key: IdempotencyKey, registration: FlagRegistration) -> Register<'_> {
        let shard = registration.shard.number().to_be_bytes();
        let handle_bytes = registration.handle.scalar().as_bytes();
        let parts = [handle_bytes.as_slice(), &shard];
        let request = self.core.record_key.request(key, RequestKind::Register, parts);
        Register { registry: &self.core, request, registration }
    }

    /// Makes two handles one person's, whatever they were before: a case that is open or opened
    /// under either flags both, until each is lifted under the handle that it was opened under.
    /// Handles that are one person's already stay so.
    #[must_use]
    pub fn join(&self, key: IdempotencyKey, joining: Joining) -> Join<'_> {
        let [document, person] = [&joining.document, &joining.person].map(|handle| handle.scalar().as_bytes());
        let parts = [document.as_slice(), person.as_slice()];
        let request = self.core.record_key.request(key, RequestKind::Join, parts);
        Join { registry: &self.core, request, joining }
    }

    /// Asks for a fresh witness of a registered person without open cases.
    #[must_use]
    pub fn fresh_witness(&self, handle: &Handle) -> FlagWitness<'_> {
        FlagWitness { registry: &self.core, handle: handle.duplicate() }
    }
}

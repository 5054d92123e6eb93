//! The life cycle of credentials and flags: two machines, kept in stores (spec 10).
//!
//! The [`Registry`] is the issuer's. It has a slot for each person, offers and issues credentials,
//! and takes them off the status list when a card or a phone is lost, a card expires, or a newer
//! credential takes an older one's place. The [`FlagRegistry`] is the police's. It has the open
//! cases of each person, and takes a person off the flag list while there are any. Neither sees the
//! other's store, and neither sees a presentation.
//!
//! ```text
//!              enrol                                       first case, or registered with open cases
//!   (nothing) ──────▶ live ◀─── last reason ends ───┐   ┌──────────────────────────────▶ flagged
//!                    │  │                           │   │                                  │
//!      move, re-issue│  └─── first open reason ──▶ suspended       not flagged ◀───────────┘ last case lifted
//!      (the next     ▼                              │
//!       generation) live ◀────────── re-issue ──────┘
//! ```
//!
//! A person may have several documents, and be enrolled under two of them before anybody knows: a
//! [`Union`] links them, corrects a number, or merges two slots, of which the caller says which
//! credential remains. The police's registry joins the handles first, so that a case under either
//! reaches the person.
//!
//! A transition is a value: it says what to write, given what it reads, and does no more. [`run`]
//! makes it in one serialisable transaction of a [`RegistryStore`], [`run_async`] in one of an
//! [`AsyncRegistryStore`]; so the slot, the list entries it causes and the receipt of the request
//! are written together or not at all. Every request has an [`IdempotencyKey`]: made again after a
//! crash, it gives the same bytes, an [`Answer`] that says that it is a replay, and another one
//! under the key is refused.
//!
//! A store belongs to the keys that made it. It is created once and opened at every start; other
//! keys, an emptied store and changed rows are refused. An epoch is closed in steps, of which none
//! keeps a report waiting: [`CloseEpoch`] takes them all.
//!
//! A desk that has read a card's chip [asks](CardQuestion) whether the card is current, and is
//! answered a signed yes or no, if its certificate permits that.
//!
//! A help desk [looks up](Registry::look_up) how a credential stands, and why.
//!
//! What a store has of a person is symbols and handles and what the protocol needs, field by field
//! in spec 10 §8; a credential never is in it. The response of an issuance is not stored either: a
//! retry rebuilds it.
//!
//! ```
//! use core::time::Duration;
//! use selfsame::calendar::Timestamp;
//! use selfsame::credential::{AssuranceFactors, Issuer, KeyVersion, RecoverySecret, ShardChoice, request};
//! use selfsame::device::SoftwareDevice;
//! use selfsame::list::{ListClass, ListName, ListOwner, ShardCount};
//! use selfsame::registry::{
//!     Answer, Completion, FlagRegistry, IdempotencyKey, Issuance, IssuanceKind, MemoryStore, RecordKey, Registry, RegistryKeys, Report,
//!     Union, run,
//! };
//! use selfsame::schema::Schema;
//! use selfsame::secret::Secret;
//! use selfsame::symbol::{CardSymbol, HandleKey, PersonSymbol};
//!
//! # use selfsame::chip::ChipRecord;
//! # let bytes = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/test-vectors/chip-records/adult-female.bin"));
//! # let record = ChipRecord::parse(bytes)?;
//! # let symbols = || (PersonSymbol::from_stored(Secret::new([1; 64])), CardSymbol::from_stored(Secret::new([2; 64])));
//! let mut rng = rand_core::OsRng;
//! let now = Timestamp::from_secs(1_790_000_000);
//! let list = |owner, class, rng: &mut _| {
//!     Ok::<_, selfsame::list::ListError>(ListOwner::random(ListName::new(owner, class)?, ShardCount::new(4)?, rng))
//! };
//! let flags = FlagRegistry::new(list("police", ListClass::Flag, &mut rng)?, RecordKey::random(&mut rng))?;
//! let registry = Registry::new(RegistryKeys {
//!     issuer: Issuer::random(Schema::resident_card(), KeyVersion(1), &mut rng),
//!     status: list("interior", ListClass::Status, &mut rng)?,
//!     handle_key: HandleKey::random(&mut rng),
//!     record_key: RecordKey::random(&mut rng),
//!     flag_list: flags.flag_list().name().clone(),
//!     offer_lifetime: Duration::from_secs(3_600),
//! })?;
//! let (mut store, mut flag_store) = (MemoryStore::new(), MemoryStore::new());
//! run(&mut store, &registry.create(now))?;
//! run(&mut flag_store, &flags.create(now))?;
//!
//! // The person and the card are symbols from the issuer's own register.
//! let (person, card) = symbols();
//! let issuance = Issuance { kind: IssuanceKind::Enrol, person, card };
//! let offer = run(&mut store, &registry.offer(IdempotencyKey([1; 16]), issuance, now, &mut rng))?.now_or_before().message;
//!
//! // The phone answers.
//! let (mut device, recovery) = (SoftwareDevice::random(&mut rng), RecoverySecret::random(&mut rng));
//! let parameters = registry.issuer().parameters();
//! let asked = request(parameters, &offer, ShardChoice::Draw, &recovery, &mut device, &mut rng)?;
//!
//! // The flag registry is told whom to register, and gives a witness, as there is no open case.
//! let whom = run(&mut store, &registry.flag_registration(offer.slot(), asked.message.clone(), now))?;
//! let flag = run(&mut flag_store, &flags.register(IdempotencyKey([2; 16]), whom))?.now_or_before().answer;
//!
//! // The credential, and the same one again.
//! let completion = |flag| Completion {
//!     slot: offer.slot(),
//!     request: asked.message.clone(),
//!     values: Schema::card_values(&record),
//!     factors: AssuranceFactors::CHIP_READ,
//!     flag,
//! };
//! # use selfsame::codec::Message;
//! # let again = selfsame::registry::FlagAnswer::from_bytes(&flag.to_bytes())?;
//! let issued = run(&mut store, &registry.complete(IdempotencyKey([3; 16]), completion(flag), now))?;
//! let retried = run(&mut store, &registry.complete(IdempotencyKey([3; 16]), completion(again), now))?;
//! assert!(retried.is_replay() && !issued.is_replay());
//! assert!(issued.now_or_before().response.to_bytes() == retried.now_or_before().response.to_bytes());
//!
//! // The card is lost: a removal waits for the next epoch.
//! let (_, card) = symbols();
//! let lost = run(&mut store, &registry.report(IdempotencyKey([4; 16]), Report::CardLost(card)))?;
//! assert!(matches!(lost, Answer::Done(changed) if changed.entries.len() == 1));
//!
//! // Another document of the person. The police's registry joins the handles; its word for that is what the link takes.
//! let document = PersonSymbol::from_stored(Secret::new([3; 64]));
//! let union = Union::LinkDocument { person: symbols().0, document };
//! let joining = run(&mut store, &registry.joining(&union))?;
//! let joined = run(&mut flag_store, &flags.join(IdempotencyKey([5; 16]), joining))?.now_or_before().answer;
//! assert!(!run(&mut store, &registry.unite(IdempotencyKey([6; 16]), union, joined))?.is_replay());
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

#[cfg(feature = "hazmat")]
pub(crate) mod alone;
mod answer;
mod card;
mod close;
mod create;
mod epoch;
mod error;
#[cfg(feature = "redb")]
mod file;
mod flag;
mod flagged;
mod idempotency;
mod issue;
mod join;
mod keeper;
mod list;
mod log;
mod look_up;
mod memory;
mod registries;
mod report;
mod rows;
mod run;
mod slot;
mod store;
mod table;
mod unite;

pub use answer::{Answer, Changed};
pub use card::{
    AdmittedQuestion, CardAnswer, CardCheckError, CardQuestion, CardQuestionState, CardStanding, CheckCard,
};
pub use close::{CloseEpoch, CloseError};
pub use create::{CreateStore, LastHeads, OpenStore};
pub use epoch::{
    ComputedEpoch, Cut, CutEpoch, Entries, EpochCut, PublishEpoch, PublishedUpdate, ReadEntries, ShardCut, StoreUpdate,
};
pub use error::{FlagError, RegistryError};
#[cfg(feature = "redb")]
pub use file::{RedbFailure, RedbStore, RedbTransaction};
pub use flag::{CaseId, ChangeCase, FlagAnswer, FlagRegistration, FlagWitness, Register, Registered};
pub use idempotency::{Appended, IdempotencyKey, PseudonymChange, RecordKey, Revision};
pub use issue::{Complete, Completion, Issuance, Issued, Offer, OfferMade, SettleShard};
pub use join::{Join, JoinAnswer, Joined, Joining};
pub use keeper::{Keeper, WrongStore};
pub use look_up::{CardUse, LookUp, LookUpSlot, OpenReasons, SlotStanding, SlotState};
pub use memory::{MemoryStore, MemoryTransaction};
pub use registries::{FlagRegistry, HandleToFlag, Registry, RegistryKeys};
pub use report::{MakeReport, Report, StatusWitness};
pub use rows::{Interrupt, Rows};
pub use run::{Failure, RunResult, Transition, run, run_async};
pub use slot::IssuanceKind;
pub use store::{AsyncRegistryStore, AsyncStoreTransaction, RegistryStore, StoreError, StoreTransaction};
pub use table::{RowKey, Table};
pub use unite::{AskJoining, Union, Unite};

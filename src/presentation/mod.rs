//! A desk asks, a phone proves, a platform or the desk itself checks, the desk sees one bit (spec
//! 06, spec 12).
//!
//! ```text
//! Verifier (desk)              Holder (phone)                     Platform
//!   ask ── PresentationRequest ──▶ review: what is asked, in words
//!                                  present, with the device
//!   relay ◀──── Presentation ─────
//!         ───────────── VerificationCall ───────────────────────▶ answer
//!   conclude ◀───────────── Verdict ─────────────────────────────
//! ```
//!
//! The desk relays bytes, and holds no secret but, where desks are certified, the key that signs
//! its requests. Its pending request is consumed when it relays, so one request takes one
//! presentation; a printed request that stands for a time window has a replay register at the
//! platform instead. The holder's errors are specific ([`PresentError`]); the verifier's is one
//! value without a reason.
//!
//! A presentation is one proof of knowledge over all statements of the request, made of randomised
//! points, so nothing in it links two presentations, or a presentation to the issuance, but the
//! number of the holder's shard, which it states where a list is asked. What a request asks for on
//! top can link: a disclosed value does, and so does a pseudonym in its scope.
//!
//! Of what stays hidden a request can have [`Statement`]s proven: that a number lies between two
//! others, that a code is in a set or a value is not this one, that the holder has this pseudonym
//! or has shown itself less often than so many times, that auditors could find out who it is. A
//! request may be about two credentials, which one device answers for. The builder says a policy,
//! and [`Consent::sentences`] says it back to the person who decides:
//!
//! ```
//! use selfsame::calendar::{Age, LocalDay, Timestamp};
//! use selfsame::presentation::{Language, Mode, PresentationRequest, Scope, TicketNumber, Verdict};
//! # use selfsame::credential::{Issuer, KeyVersion};
//! # use selfsame::list::{AccumulatorManager, ListClass, ListName, ShardCount};
//! # use selfsame::schema::Schema;
//! # use selfsame::set::{DigitBase, DigitSetKey};
//! # let mut rng = rand_core::OsRng;
//! # let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut rng);
//! let now = Timestamp::from_secs(1_790_000_000);
//! let (today, adult) = (LocalDay::in_china(now).ok_or("no such day")?, Age::new(18).ok_or("no such age")?);
//! # let name = ListName::new("public-security", ListClass::Status)?;
//! # let (list, heads) = AccumulatorManager::new(name, ShardCount::new(4)?, now, &mut rng);
//! # let status = heads.verify(&list.list_keys())?;
//! # let digits = DigitSetKey::random(DigitBase::Of256, &mut rng).publish().verify()?;
//! let cinema = PresentationRequest::builder(issuer.parameters(), "Guangming Cinema", "films for adults")
//!     .present_on(&status) // of a person the one live credential, so one pseudonym
//!     .pseudonym(Scope::new("loyalty card"));
//!
//! // Verified by anybody, with a ticket that the phone fetched beforehand.
//! let ticketed = cinema.clone().verified_by(|_| Mode::Ticket(TicketNumber::FIRST)).once(&mut rng)?;
//! // Or by a platform that holds the issuer's key, and has digits to show numbers in.
//! let adults = cinema.of_age("birth-date", adult, today).valid_on("valid-until", today);
//! let keyed = adults.in_digits(&digits).once(&mut rng)?;
//! assert_eq!(keyed.message.credentials()[0].statements().len(), 3);
//! assert_eq!(ticketed.message.credentials()[0].mode(), Mode::Ticket(TicketNumber::FIRST));
//! assert_eq!(Verdict::Verified.text(Language::Chinese), "验证成功");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Platform`] verifies under keys; where no helper serves these, that is deniable. A
//! [`KeylessVerifier`] has none and takes [tickets](order_tickets). A holder who cannot prove may
//! send a [`decoy`], which nobody tells from a forged proof. Where an escrow was asked for, the
//! desk keeps [`Evidence`].

mod bounds;
mod claim;
mod desk;
mod error;
mod holder;
mod language;
mod mode;
mod relation;
mod request;
mod statement;
mod subject;
mod verifier;

pub use claim::{Presentation, VerificationCall};
pub use desk::{
    Asked, AwaitingVerdict, Disclosed, Outcome, PendingRequest, PlatformPublicKey, Relayed, StandingAnswer,
    StandingRequest, Verdict, VerdictKey, VerdictMessage,
};
pub use error::{PresentError, RequestError};
pub use holder::{
    AwaitedTickets, Consent, LONGEST_UNCERTIFIED_WINDOW, PreparedFace, StoredTicket, TicketOrder, Vouched,
    WalletContext, decoy, order_tickets, present, review,
};
pub use language::Language;
pub use mode::{Mode, TicketNumber};
pub use request::{
    AskedEpoch, CredentialQuery, Effort, ListQuery, PresentationRequest, RequestBuilder, RequestKey, Validity,
};
pub use statement::{
    AuditorsKey, Between, Differs, Escrowed, Face, OneOf, Pseudonym, Pseudonymous, RateLimited, Scope, Statement,
    StatementKind,
};
pub use subject::{Link, Subject};
pub use verifier::{
    AsyncReplayRegister, CheckedEvidence, Claim, Evidence, EvidenceContext, EvidenceError, FirstTime, KeylessVerifier,
    KnownEpoch, MemoryReplayRegister, Platform, PlatformError, PlatformKeys, Recorded, RegisterFailure, ReplayRegister,
    ReplayRows, ToRecord, Unsettled,
};
#[cfg(feature = "redb")]
pub use verifier::{RedbFailure, RedbReplayRegister};

pub(crate) use claim::TicketTarget;
pub(crate) use holder::{Order, are_of_issuer, are_stale};
pub(crate) use holder::{check_provable, decoyable, present_chosen, present_decoy, provable, use_counter};
pub(crate) use language::label;
#[allow(unused_imports, reason = "certificates ask it what a request discloses")]
pub(crate) use request::Reading;
pub(crate) use request::{GREATEST_AGE, MAX_PURPOSE_LEN, MAX_VERIFIER_LEN};
pub(crate) use statement::{FACES_A_DAY, FaceCount, Permission};
pub(crate) use subject::Target;

#[cfg(feature = "hazmat")]
pub use verifier::TellsTaken;
#[cfg(feature = "hazmat")]
pub(crate) use {holder::present_unchecked, verifier::check_without_keys};

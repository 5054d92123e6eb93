//! A desk asks, a phone proves, a platform checks, the desk sees one bit (spec 06).
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
//! The desk holds no secret and relays bytes. Its pending request is consumed when it relays, so one request takes one
//! presentation; a printed request that stands for a time window has a replay register at the platform instead. The holder's
//! errors are specific ([`PresentError`]); the verifier's is one value without a reason.
//!
//! A presentation is one proof of knowledge over all statements of the request, made of randomised points, so
//! nothing in it links two presentations, or a presentation to the issuance, but the number of the holder's shard, which it states
//! where a list is asked.
//!
//! ```
//! use selfsame::presentation::{Language, Verdict};
//!
//! assert_eq!(Verdict::Verified.text(Language::Chinese), "验证成功");
//! ```

mod builder;
mod catalogue;
mod claim;
mod consent;
mod decoy;
mod desk;
mod draft;
mod error;
mod evidence;
mod layout;
mod message;
mod order;
mod platform;
mod present;
mod question;
mod replay;
mod request;
mod statement;
mod ticketed;
mod verdict;
mod verifier;
mod verify;
mod words;

pub use builder::{RequestBuilder, RequestKey};
pub use consent::{Consent, Known, review};
pub use decoy::decoy;
pub use desk::{Asked, AwaitingVerdict, Disclosed, Outcome, PendingRequest, Relayed, StandingRequest};
pub use error::PresentError;
pub use evidence::{CheckedEvidence, Evidence, EvidenceContext, EvidenceError};
pub use message::{Presentation, VerificationCall};
pub use order::{AwaitedTickets, TicketOrder, TicketsChallenged, TicketsOrdered, order_tickets};
pub use platform::{Platform, PlatformError};
pub use present::present;
pub use question::{CredentialQuestion, ListQuestion};
pub use replay::{MemoryReplayRegister, ReplayKey, ReplayRegister, ShowKey};
pub use request::{Link, Mode, PresentationRequest, RequestError, TicketNumber, Validity};
pub use statement::{
    AuditorsKey, Between, Differs, Escrowed, Limited, OneOf, Pseudonym, Pseudonymous, Scope, Statement, Subject,
};
pub use ticketed::StoredTicket;
pub use verdict::{PlatformPublicKey, Verdict, VerdictMessage};
pub use words::Language;

pub use verifier::Verifier;

pub(crate) use consent::{obstacle, show_counter};
pub(crate) use present::present_chosen;
pub(crate) use request::{MAX_PURPOSE_LEN, MAX_VERIFIER_LEN};

#[cfg(feature = "hazmat")]
pub(crate) use present::present_unchecked;

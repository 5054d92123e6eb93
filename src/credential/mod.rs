//! The credential and its issuance (spec 04).
//!
//! A credential (网证) is a MAC `A = (x + e)⁻¹·B` on a commitment `B` to everything it says: the
//! card's attributes, the pseudonym secret `n`, the device secret `d`, one handle for each list,
//! the assurance factors and the day since which the pseudonym stands. The issuer never learns `d`
//! nor the holder's part of `n`; nobody but the holder ever sees `B`, `A` or `e` again.
//!
//! Issuance takes three messages, each from a state that its successor consumes:
//!
//! ```text
//! Issuer                                   Holder (with its device)
//!   offer          ── CredentialOffer ──▶   request: K = n_h·H_n + D, N_h, a proof of n_h and d
//!   accept, issue  ◀─ CredentialRequest ──
//!                  ── CredentialResponse ─▶  receive: checks every proof, then has a Credential
//! ```
//!
//! The example `hotel_checkin` runs it; this is the start of it:
//!
//! ```
//! use selfsame::codec::Message;
//! use selfsame::credential::{Issuer, KeyVersion, RecoverySecret, ShardChoice, SlotId, request};
//! use selfsame::device::SoftwareDevice;
//! use selfsame::list::ShardCount;
//! use selfsame::schema::Schema;
//! use selfsame::symbol::Generation;
//!
//! let mut rng = rand_core::OsRng;
//! let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut rng);
//! let offered = issuer.offer(SlotId([7; 16]), Generation::FIRST, ShardCount::new(16)?, None, &mut rng)?;
//!
//! let mut device = SoftwareDevice::random(&mut rng);
//! let recovery = RecoverySecret::random(&mut rng);
//! let requested = request(issuer.parameters(), &offered.message, ShardChoice::Draw, &recovery, &mut device, &mut rng)?;
//!
//! let accepted = offered.state.accept(&requested.message)?;
//! assert!(accepted.shard().number() < 16);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(suite = "p256")]
mod attestation;
mod commitment;
mod dummy;
mod error;
mod former;
mod holder;
mod issuer;
mod messages;
mod parameters;
mod possession;
mod proof;
mod request;
mod stored;

#[cfg(suite = "p256")]
pub use attestation::KeyAttestation;
pub use error::IssuanceError;
pub use holder::Credential;
pub use issuer::{AcceptedRequest, Grant, Issuer, OfferState, RequestRefused, ResetCounter, SharedIssuerKey};
pub use messages::{CredentialOffer, CredentialRequest, CredentialResponse, SlotId};
pub use parameters::{AssuranceFactors, IssuerParameters, IssuerPublicKey, KeyVersion};
pub use request::{ReceiveFailed, RecoverySecret, RequestState, ShardChoice, request};

pub(crate) use commitment::SystemAttributes;
pub(crate) use former::FormerWitnesses;

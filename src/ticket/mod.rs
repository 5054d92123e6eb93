//! Tickets: evidence for everybody that relations under a key hold, made by a helper that does not
//! see what it is for (spec 14).
//!
//! A presentation has relations `P' = x·P` for a key `x` that a platform holds. Where anybody shall
//! verify it, the holder shows `P'` with a ticket, which says that `P'_j = x_j·P_j` for each of up
//! to eight keys. A pairing would say the same; there is none in this group, and a helper that
//! holds the keys takes its place, once and beforehand. Tickets are ordered a hundred at a time,
//! wait in the wallet, and are shown without anybody being asked (server-aided anonymous
//! credentials, ePrint 2025/513).
//!
//! A ticket is a proof of "all logarithms are equal, or I know `log_G N`", as somebody makes it who
//! knows the `x_j`, in four messages:
//!
//! ```text
//! holder                                                          helper
//!   order       ──── TicketRequest: z_j^-1·P_j, z_j^-1·P'_j ────▶   commit: checks them, draws ρ_j, c0, s0
//!   challenge   ◀─── TicketCommitments: R0, R1_j, R2_j ──────────
//!               ──── TicketChallenges: c ───────────────────────▶   answer: once
//!   finish      ◀─── TicketAnswers: c0, s0, s1_j ────────────────
//! ```
//!
//! - Blind: what the helper saw and the ticket that is shown later are independent of each other.
//!   Every session could have led to every ticket under the same keys, with equal probability,
//!   whatever the helper computes.
//! - Sound: the branch of `N` can be answered by nobody, so a ticket for a false statement is not
//!   made, however many sessions are open at once. It is there for the proof of the rest: somebody
//!   who knew `log_G N` could be a helper without any key, and nobody would see a difference; so
//!   answers tell nothing about keys beyond that the statements are true.
//! - A session is answered once ([`SessionState`]).
//!
//! This module has the mathematics and the messages. [`helper`](crate::helper) holds the keys.
//!
//! ```
//! use selfsame::codec::Message;
//! use selfsame::credential::{Issuer, KeyVersion};
//! use selfsame::helper::Helper;
//! use selfsame::schema::Schema;
//! use selfsame::secret::Secret;
//! use selfsame::ticket::{Pair, TicketAnswers, TicketChallenges, TicketCommitments, TicketKey, TicketRequest, order};
//!
//! let mut rng = rand_core::OsRng;
//! let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut rng);
//! let mut helper = Helper::new();
//! helper.add_issuer(issuer.parameters(), issuer.share_key())?;
//!
//! // The simplest pair: the basepoint, and the public key.
//! let basepoint = selfsame::hazmat::generator_constants()[0].1;
//! let pair = Pair::from_bytes(&basepoint, &issuer.parameters().key().to_bytes())?;
//! let key = TicketKey::of_issuer(issuer.parameters());
//!
//! let ordered = order(&[key.clone()], &[vec![pair]], &Secret::random(&mut rng), &mut rng)?;
//! let request = TicketRequest::from_bytes(&ordered.message.to_bytes())?;
//! let committed = helper.commit(&request, &mut rng)?;
//! let commitments = TicketCommitments::from_bytes(&committed.message.to_bytes())?;
//! let challenged = ordered.state.challenge(&commitments, &mut rng)?;
//! let challenges = TicketChallenges::from_bytes(&challenged.message.to_bytes())?;
//! let answers = TicketAnswers::from_bytes(&helper.answer(committed.state, &challenges)?.to_bytes())?;
//!
//! for ticket in challenged.state.finish(&answers)? {
//!     assert!(ticket.vartime_verify(&[key.clone()], &[pair]).is_ok());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod base;
mod carried;
mod challenge;
mod count;
mod error;
mod key;
mod messages;
mod order;
mod pair;
mod proof;
mod resume;
pub(crate) mod session;
mod store;
#[cfg(test)]
mod tests;

pub use count::TicketCount;
pub use error::OrderError;
pub use key::{KeyRole, TicketKey};
pub use messages::{SessionId, TicketAnswers, TicketChallenges, TicketCommitments, TicketRequest};
pub use order::{ChallengedState, OrderState, order};
pub use pair::Pair;
pub use proof::Ticket;
pub(crate) use resume::BLINDS_BESIDE_KEYS;
pub use session::SessionState;
pub use store::{AsyncSessionStore, DuplicateSession, MemorySessionStore, SessionStore};

/// The most keys of a ticket.
const MAX_KEYS: usize = 8;
/// The most tickets of an order.
const MAX_TICKETS: usize = 128;

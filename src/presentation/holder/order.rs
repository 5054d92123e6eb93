//! Ordering tickets for requests of one form (spec 14 §6): what a phone does in the morning, and
//! again when the lists have moved on.
//!
//! ```text
//! phone                                            helper
//!   order_tickets ──────── TicketRequest ─────────▶ commit
//!   challenge     ◀─────── TicketCommitments ──────
//!                 ──────── TicketChallenges ──────▶ answer
//!   finish        ◀─────── TicketAnswers ──────────
//! ```
//!
//! The request that is given is an example: of it the keys with the ticket's number count, and the
//! epochs of their lists. Nothing of the holder goes to the helper but uniform points.

use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::hedge::hedging_secrets;
use super::keyed::TicketNeed;
use super::selection::WalletContext;
use super::ticket::StoredTicket;
use crate::codec::Sent;
use crate::credential::Credential;
use crate::group::Point;
use crate::presentation::claim::TicketTarget;
use crate::presentation::error::PresentError;
use crate::presentation::mode::TicketNumber;
use crate::presentation::relation::{Blinded, KeyedPair};
use crate::presentation::request::PresentationRequest;
use crate::secret::Secret;
use crate::ticket::{
    ChallengedState, OrderError, OrderState, Pair, Ticket, TicketAnswers, TicketChallenges, TicketCommitments,
    TicketCount, TicketRequest, order,
};
use crate::transcript::Transcript;

/// What a holder keeps while it waits for the helper's commitments.
///
/// Its bytes ([`Message`](crate::codec::Message)), as secret as tickets, let an order go on in
/// another process (spec 14 §6.1). They are stored before the order leaves, and replaced by those
/// of [`AwaitedTickets`] before the challenges leave. From a second copy a helper could be
/// challenged twice: two tickets over the same points, of which two presentations are linked.
pub struct TicketOrder {
    pub(super) state: OrderState,
    pub(super) kept: Kept,
}

/// What a holder keeps while it waits for the helper's answers.
///
/// Its bytes ([`Message`](crate::codec::Message)), as secret as tickets, are removed in the change
/// that keeps the tickets (spec 14 §6.1): a second copy gives the same tickets again, and who shows
/// one twice is linked and refused.
pub struct AwaitedTickets {
    pub(super) state: ChallengedState,
    pub(super) kept: Kept,
}

/// What the tickets will be about.
pub(super) struct Kept {
    pub(super) covered: Vec<TicketTarget>,
    /// For each ticket.
    pub(super) blinded: Vec<Vec<Blinded>>,
}

impl fmt::Debug for TicketOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TicketOrder(redacted)")
    }
}

impl fmt::Debug for AwaitedTickets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AwaitedTickets(redacted)")
    }
}

/// Orders `count` tickets with this number for requests like this one; the credentials in the order
/// of the request.
///
/// With a generator that repeats itself, an order of the same is the same order: send it as one. In
/// a [`Wallet`](crate::wallet::Wallet) two orders are never alike.
///
/// Constant time in the secrets; two multiplications and two encodings for each key and ticket, and
/// what [`order`] costs.
///
/// # Errors
/// [`PresentError::NoTicket`] if the request has no key with this number; [`PresentError::Order`];
/// those of [`review`](crate::presentation::review) for what the credentials cannot prove.
pub fn order_tickets(
    request: &PresentationRequest,
    ticket: TicketNumber,
    credentials: &[&Credential],
    known: &WalletContext<'_>,
    count: TicketCount,
    rng: &mut impl CryptoRngCore,
) -> Result<Sent<TicketOrder, TicketRequest>, PresentError> {
    let consent = super::consent::provable(request, credentials, known)?;
    let TicketNeed { covered, keyed } = consent.wanted(credentials, ticket)?;
    if covered.is_empty() {
        return Err(PresentError::NoTicket);
    }
    let keyed: Vec<[Secret<Point>; 2]> = keyed.iter().map(KeyedPair::with_image).collect();
    // Hedged with what nobody else has, and with what is ordered, in a wallet also by which of its
    // changes: the same randomness for another order gives other blinds.
    let secrets = hedging_secrets(credentials);
    let mut hedged = what_is_ordered(&covered, count, known.version).hedged_rng(&secrets, &[], rng);
    let mut blinded = Vec::with_capacity(count.number());
    for _ in 0..count.number() {
        blinded.push(keyed.iter().map(|pair| Blinded::new(pair, &mut hedged)).collect::<Vec<_>>());
    }
    let pairs = |blinded: &Vec<Blinded>| {
        blinded.iter().map(|of| Pair::new(*of.base.expose(), *of.image.expose())).collect::<Vec<_>>()
    };
    let pairs: Zeroizing<Vec<Vec<Pair>>> = Zeroizing::new(blinded.iter().map(pairs).collect());
    let keys: Vec<_> = covered.iter().map(|covered| covered.key.clone()).collect();
    let holder = credentials.first().ok_or(PresentError::CredentialCount)?;
    let secret = Secret::new(holder.pseudonym.expose().to_bytes());
    let ordered = order(&keys, &pairs, &secret, rng).map_err(PresentError::Order)?;
    let state = TicketOrder { state: ordered.state, kept: Kept { covered, blinded } };
    Ok(Sent { state, message: ordered.message })
}

/// What an order is of and, in a wallet, by which of its changes.
fn what_is_ordered(covered: &[TicketTarget], count: TicketCount, version: Option<u64>) -> Transcript {
    let mut transcript = Transcript::new("tickets");
    for TicketTarget { key, head } in covered {
        transcript.bytes("key", key.id());
        transcript.bytes("head", head.as_ref().map_or(&[], <[u8; 64]>::as_slice));
    }
    transcript.uint("count", count.number() as u64);
    if let Some(version) = version {
        transcript.uint("version", version);
    }
    transcript
}

impl Kept {
    /// How many tickets were ordered.
    pub(super) fn count(&self) -> usize {
        self.blinded.len()
    }
}

impl TicketOrder {
    /// What went to the helper, to be sent again.
    #[must_use]
    pub const fn request(&self) -> &TicketRequest {
        self.state.request()
    }

    /// Answers the helper's commitments.
    ///
    /// # Errors
    /// Those of [`OrderState::challenge`].
    pub fn challenge(
        self,
        commitments: &TicketCommitments,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Sent<AwaitedTickets, TicketChallenges>, OrderError> {
        let challenged = self.state.challenge(commitments, rng)?;
        let state = AwaitedTickets { state: challenged.state, kept: self.kept };
        Ok(Sent { state, message: challenged.message })
    }
}

impl AwaitedTickets {
    /// What went to the helper, to be sent again.
    #[must_use]
    pub const fn challenges(&self) -> &TicketChallenges {
        self.state.messages().2
    }

    /// Checks the helper's answers, and gives the tickets with all that it takes to use them.
    ///
    /// # Errors
    /// Those of [`ChallengedState::finish`].
    pub fn finish(self, answers: &TicketAnswers) -> Result<Vec<StoredTicket>, OrderError> {
        let Kept { covered, blinded } = self.kept;
        let tickets = Zeroizing::new(self.state.finish(answers)?);
        let stored = |(ticket, blinded): (&Ticket, _)| {
            let (covered, ticket) = (covered.clone(), Zeroizing::new(ticket.clone()));
            StoredTicket { covered, blinded, ticket }
        };
        Ok(tickets.iter().zip(blinded).map(stored).collect())
    }
}

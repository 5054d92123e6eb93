//! How a wallet orders, keeps and forgets tickets (spec 11 §3.5).

use alloc::sync::Arc;
use alloc::vec::Vec;

use rand_core::CryptoRngCore;

use super::state::MAX_TICKETS;
use super::{SeenHeads, Staged, Wallet, WalletError};
use crate::calendar::Timestamp;
use crate::codec::Sent;
use crate::presentation::{
    Consent, FaceCount, PresentError, PresentationRequest, StoredTicket, TicketNumber, TicketOrder, order_tickets,
};
use crate::set::VerifiedCodeSet;
use crate::ticket::{TicketCount, TicketRequest};

impl Wallet {
    /// Orders `count` tickets with this number, for requests like this one, as [`order_tickets`]
    /// does.
    ///
    /// # Errors
    /// [`WalletError::Full`] if the wallet would have more than 512 with these; those of
    /// [`Wallet::review`] and of [`order_tickets`].
    pub fn order_tickets(
        &self,
        request: &PresentationRequest,
        ticket: TicketNumber,
        (heads, sets): (&[&SeenHeads], &[&VerifiedCodeSet]),
        count: TicketCount,
        now: Timestamp,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Sent<TicketOrder, TicketRequest>, WalletError> {
        if self.state.tickets.len().saturating_add(count.number()) > MAX_TICKETS {
            return Err(WalletError::Full);
        }
        let credentials = self.chosen(request)?;
        self.check_inputs(&credentials, heads, now)?;
        self.with_known(request, &credentials, heads, sets, FaceCount::Unknown, |known| {
            order_tickets(request, ticket, &credentials, known, count, rng)
        })
    }

    /// Stages tickets that arrived.
    ///
    /// # Errors
    /// [`WalletError::Full`] with more than 512 in all; [`WalletError::VersionsUsedUp`].
    pub fn keep_tickets(
        &mut self,
        tickets: Vec<StoredTicket>,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_>, WalletError> {
        let mut state = self.state.share();
        state.tickets.extend(tickets.into_iter().map(Arc::new));
        if state.tickets.len() > MAX_TICKETS {
            return Err(WalletError::Full);
        }
        self.stage_state(state, (), rng)
    }

    /// For how many more requests like this one the wallet has tickets.
    ///
    /// # Errors
    /// [`PresentError::Unprovable`] for a consent of other credentials.
    pub fn tickets_left(&self, consent: &Consent) -> Result<usize, PresentError> {
        let credentials = self.chosen(consent.request())?;
        let wanted = consent.tickets(&credentials)?;
        let left = |of| self.state.tickets.iter().filter(|stored| stored.serves(of)).count();
        Ok(wanted.iter().map(left).min().unwrap_or(0))
    }

    /// Stages that tickets for other epochs of these lists are forgotten: a verifier that has the
    /// new heads does not take them. The number of those forgotten is the result.
    ///
    /// # Errors
    /// [`WalletError::NotSeen`]; [`WalletError::VersionsUsedUp`].
    pub fn forget_stale_tickets(
        &mut self,
        heads: &[&SeenHeads],
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_, usize>, WalletError> {
        heads.iter().try_for_each(|heads| self.has_seen(heads))?;
        let mut state = self.state.share();
        let before = state.tickets.len();
        state.tickets.retain(|stored| !heads.iter().any(|heads| stored.is_stale(heads)));
        let forgotten = before - state.tickets.len();
        self.stage_state(state, forgotten, rng)
    }
}

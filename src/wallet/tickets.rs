//! How a wallet orders, keeps and forgets tickets (spec 11 §3.5, §12).

use alloc::sync::Arc;
use alloc::vec::Vec;

use rand_core::CryptoRngCore;

use super::state::{MAX_ORDERS, MAX_TICKETS};
use super::{SeenHeads, Staged, Wallet, WalletError};
use crate::calendar::Timestamp;
use crate::codec::Sent;
use crate::presentation::{
    Consent, FaceCount, Order, PresentError, PresentationRequest, TicketNumber, are_stale, order_tickets,
};
use crate::set::VerifiedCodeSet;
use crate::ticket::{TicketAnswers, TicketChallenges, TicketCommitments, TicketCount, TicketRequest};

/// What an order of tickets waits for, with what went to the helper: the last of it is sent again
/// where no answer came.
#[derive(Clone, Copy, Debug)]
pub enum WaitingOrder<'a> {
    /// The helper's commitments to this order ([`Wallet::challenge_tickets`]).
    Commitments(&'a TicketRequest),
    /// To this order, the helper's answers to these ([`Wallet::finish_tickets`]). A helper answers
    /// once: where its answers are lost, so is the order.
    Answers(&'a TicketRequest, &'a TicketChallenges),
}

impl<'a> WaitingOrder<'a> {
    /// The order itself: its name in the wallet that it waits in.
    #[must_use]
    pub const fn request(self) -> &'a TicketRequest {
        match self {
            Self::Commitments(request) | Self::Answers(request, _) => request,
        }
    }
}

impl Wallet {
    /// The orders that wait for their helpers, the newest last. Where a method takes one, it is
    /// named by its [`TicketRequest`], of which no other order of the wallet has the same: it stays
    /// that order whatever becomes of those before it.
    #[must_use]
    pub fn orders(&self) -> impl ExactSizeIterator<Item = WaitingOrder<'_>> {
        self.state.orders.iter().map(|order| match &**order {
            Order::Placed(order) => WaitingOrder::Commitments(order.request()),
            Order::Challenged(awaited) => WaitingOrder::Answers(order.request(), awaited.challenges()),
        })
    }

    fn waiting(&self, order: &TicketRequest) -> Result<usize, WalletError> {
        self.state.orders.iter().position(|own| own.request() == order).ok_or(WalletError::NotRequestedHere)
    }

    /// Stages an order of `count` tickets with this number, for requests like this one, as
    /// [`order_tickets`] makes it. What it goes on with is in the staged file, so it does in
    /// another process; what is to be sent is the change's result. It is hedged with the version
    /// that is staged, so that no two orders of a wallet are alike.
    ///
    /// # Errors
    /// [`WalletError::Full`] if the wallet would have more than 512 with these and those that it
    /// waits for, or more than 8 orders; those of [`Wallet::review`] and of [`order_tickets`];
    /// [`WalletError::VersionsUsedUp`].
    pub fn order_tickets(
        &mut self,
        request: &PresentationRequest,
        ticket: TicketNumber,
        (heads, sets): (&[&SeenHeads], &[&VerifiedCodeSet]),
        count: TicketCount,
        now: Timestamp,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_, TicketRequest>, WalletError> {
        let room = MAX_TICKETS.saturating_sub(self.state.tickets_in_all());
        if count.number() > room || self.state.orders.len() >= MAX_ORDERS {
            return Err(WalletError::Full);
        }
        let version = self.handed_out.next().ok_or(WalletError::VersionsUsedUp)?;
        let credentials = self.chosen(request)?;
        self.check_inputs(&credentials, heads, now)?;
        let ordered = self.with_known(request, &credentials, heads, sets, FaceCount::Unknown, |known| {
            order_tickets(request, ticket, &credentials, &known.for_version(version.0), count, rng)
        });
        let Sent { state: order, message } = ordered?;
        let mut state = self.state.share();
        state.orders.push(Arc::new(Order::Placed(order)));
        self.stage_state(state, message, rng)
    }

    /// Stages that an order's commitments have come: the challenges, to be sent, are the result. It
    /// is challenged once, whatever comes later.
    ///
    /// # Errors
    /// [`WalletError::NotRequestedHere`] if no such order waits for commitments;
    /// [`PresentError::Order`] as [`TicketOrder::challenge`](crate::presentation::TicketOrder)
    /// says; [`WalletError::VersionsUsedUp`].
    pub fn challenge_tickets(
        &mut self,
        order: &TicketRequest,
        commitments: &TicketCommitments,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_, TicketChallenges>, WalletError> {
        let place = self.waiting(order)?;
        let placed = self.state.orders.get(place).and_then(|order| order.placed());
        let challenged = placed.ok_or(WalletError::NotRequestedHere)?.challenge(commitments, rng);
        let Sent { state: awaited, message } = challenged.map_err(PresentError::Order)?;
        let mut state = self.state.share();
        *state.orders.get_mut(place).ok_or(WalletError::NotRequestedHere)? = Arc::new(Order::Challenged(awaited));
        self.stage_state(state, message, rng)
    }

    /// Checks the helper's answers and stages the tickets; the order ends in the same change. How
    /// many there are is the result. On an error the order goes on waiting.
    ///
    /// # Errors
    /// [`WalletError::NotRequestedHere`] if no such order waits for answers;
    /// [`PresentError::Order`] as [`AwaitedTickets::finish`](crate::presentation::AwaitedTickets)
    /// says; [`WalletError::VersionsUsedUp`].
    pub fn finish_tickets(
        &mut self,
        order: &TicketRequest,
        answers: &TicketAnswers,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_, usize>, WalletError> {
        let place = self.waiting(order)?;
        let awaited = self.state.orders.get(place).and_then(|order| order.challenged());
        let tickets = awaited.ok_or(WalletError::NotRequestedHere)?.finish(answers).map_err(PresentError::Order)?;
        let (mut state, count) = (self.state.share(), tickets.len());
        state.orders.remove(place);
        state.tickets.extend(tickets.into_iter().map(Arc::new));
        self.stage_state(state, count, rng)
    }

    /// Stages that an order is given up.
    ///
    /// # Errors
    /// [`WalletError::NotRequestedHere`] if there is none; [`WalletError::VersionsUsedUp`].
    pub fn give_up_order(
        &mut self,
        order: &TicketRequest,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_>, WalletError> {
        let place = self.waiting(order)?;
        let mut state = self.state.share();
        state.orders.remove(place);
        self.stage_state(state, (), rng)
    }

    /// For how many more requests like this one the wallet has tickets.
    ///
    /// # Errors
    /// [`PresentError::Unprovable`] for a consent of other credentials.
    pub fn tickets_left(&self, consent: &Consent) -> Result<usize, PresentError> {
        let credentials = self.chosen(consent.request())?;
        let wanted = consent.tickets(&credentials)?;
        let serving = wanted.iter().map(|need| {
            let served = self.state.tickets.iter().enumerate().filter(|(_, stored)| stored.serves(need));
            served.map(|(place, _)| place).collect()
        });
        let serving: Vec<Vec<usize>> = serving.collect();
        // Of two credentials on one list under one handle, two numbers take from the same tickets.
        let left = |places: &Vec<usize>| {
            let sharing = serving.iter().filter(|others| *others == places).count();
            places.len().checked_div(sharing).unwrap_or_default()
        };
        Ok(serving.iter().map(left).min().unwrap_or(0))
    }

    /// Stages that tickets for earlier epochs of these lists are forgotten, and orders of such: a
    /// verifier that has the new heads does not take them. The number of tickets forgotten is the
    /// result.
    ///
    /// # Errors
    /// [`WalletError::NotSeen`]; [`WalletError::NotNewest`] for heads before the newest that the
    /// wallet has seen of their list: tickets for these would go; [`WalletError::VersionsUsedUp`].
    pub fn forget_stale_tickets(
        &mut self,
        heads: &[&SeenHeads],
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_, usize>, WalletError> {
        heads.iter().try_for_each(|heads| self.has_seen(heads))?;
        let is_newest = |heads: &&SeenHeads| self.state.epochs.newest(heads.name()) == Some(heads.epoch());
        if !heads.iter().all(is_newest) {
            return Err(WalletError::NotNewest);
        }
        let mut state = self.state.share();
        let before = state.tickets.len();
        state.forget_tickets(|covered| heads.iter().any(|heads| are_stale(covered, heads)));
        let forgotten = before - state.tickets.len();
        self.stage_state(state, forgotten, rng)
    }
}

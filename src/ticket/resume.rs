//! What an order keeps, taken apart for storage and put together again (spec 14 §6.1).

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::base::TicketBase;
use super::order::Blinds;
use super::{ChallengedState, OrderState, Pair, TicketChallenges, TicketCommitments, TicketKey, TicketRequest};
use crate::error::DecodeError;
use crate::group::{Element, Scalar};
use crate::secret::Secret;

/// `a0, b0, b1` of each ticket, beside one `a1_j` for each key.
pub(crate) const BLINDS_BESIDE_KEYS: usize = 3;

impl TicketRequest {
    /// Whether it is an order for these keys, in this order, of so many pairs.
    fn is_of(&self, keys: &[&TicketKey], pairs: usize) -> bool {
        self.keys.iter().eq(keys.iter().copied()) && self.pairs().len() == pairs
    }
}

impl OrderState {
    pub(crate) const fn request(&self) -> &TicketRequest {
        &self.request
    }

    /// `z_j`, one for each pair.
    pub(crate) fn blinds(&self) -> &[Scalar] {
        &self.blinds
    }

    /// The order of these pairs for these keys, if there is one `z_j` for each, none of them zero.
    pub(crate) fn resume(
        request: TicketRequest,
        keys: &[&TicketKey],
        pairs: Zeroizing<Vec<Pair>>,
        blinds: Zeroizing<Vec<Scalar>>,
    ) -> Result<Self, DecodeError> {
        let fits = request.is_of(keys, pairs.len()) && blinds.len() == pairs.len() && !blinds.contains(&Scalar::ZERO);
        let base = TicketBase::shared();
        if fits { Ok(Self { base, request, pairs, blinds }) } else { Err(DecodeError::OutOfRange) }
    }
}

impl ChallengedState {
    pub(crate) const fn messages(&self) -> (&TicketRequest, &TicketCommitments, &TicketChallenges) {
        (&self.request, &self.commitments, &self.challenges)
    }

    /// `a0, b0, b1, a1_1, …` of each ticket.
    pub(crate) fn all_blinds(&self) -> impl Iterator<Item = &Scalar> {
        self.blinds
            .iter()
            .flat_map(|Blinds { s0, c0, c1, s1 }| [s0, c0, c1].into_iter().map(Secret::expose).chain(s1.iter()))
    }

    /// `R0'`, `R2'` of each ticket.
    pub(crate) fn moved(&self) -> impl Iterator<Item = &Element> {
        self.moved.iter().flatten().map(Secret::expose)
    }

    /// The order with these messages for these keys, if all parts are of as many tickets.
    pub(crate) fn resume(
        (request, commitments, challenges): (TicketRequest, TicketCommitments, TicketChallenges),
        keys: &[&TicketKey],
        pairs: usize,
        blinds: &[Scalar],
        moved: &[Element],
    ) -> Result<Self, DecodeError> {
        let (count, tickets) = (keys.len(), request.tickets());
        let fits = request.is_of(keys, pairs)
            && commitments.session == challenges.session
            && commitments.points.len() == tickets * (1 + 2 * count)
            && challenges.challenges.len() == tickets
            && blinds.len() == tickets * (BLINDS_BESIDE_KEYS + count)
            && moved.len() == 2 * tickets;
        if !fits {
            return Err(DecodeError::OutOfRange);
        }
        // Reserved in full: a vector that grows leaves unwiped copies behind.
        let mut each = Vec::with_capacity(tickets);
        each.extend(blinds.chunks_exact(BLINDS_BESIDE_KEYS + count).filter_map(Blinds::of));
        let mut pairs = Vec::with_capacity(tickets);
        pairs.extend(moved.as_chunks::<2>().0.iter().map(|[r0, r2]| [Secret::new(*r0), Secret::new(*r2)]));
        let base = TicketBase::shared();
        Ok(Self { base, request, commitments, challenges, blinds: each, moved: pairs })
    }
}

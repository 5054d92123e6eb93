//! Orders of tickets as bytes that outlive their process (spec 14 §6.1).

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::order::{AwaitedTickets, Kept, TicketOrder};
use crate::codec::{Body, Message, MessageType, POINT_LEN, Reader, SCALAR_LEN, Writer};
use crate::error::{DecodeError, check, refusal};
use crate::group::Scalar;
use crate::presentation::bounds::MAX_COVERED;
use crate::presentation::claim::TicketTarget;
use crate::presentation::relation::Blinded;
use crate::secret::Secret;
use crate::ticket::{
    BLINDS_BESIDE_KEYS, ChallengedState, OrderState, Pair, TicketChallenges, TicketCommitments, TicketCount, TicketKey,
    TicketRequest,
};

/// The most tickets of an order, and the most pairs.
const MAX_TICKETS: usize = TicketCount::MAX.number();
const MAX_PAIRS: usize = MAX_COVERED * MAX_TICKETS;
/// Keys 1 to 4, and the heads of what follows.
const MAX_KEPT: usize = 2_560 + TicketRequest::MAX_LEN + MAX_PAIRS * (SCALAR_LEN + 2 * POINT_LEN);

impl Kept {
    fn pairs(&self) -> impl Iterator<Item = &Blinded> {
        self.blinded.iter().flatten()
    }

    fn write(&self, request: &TicketRequest, writer: &mut Writer) {
        writer.key(1).array(self.covered.len());
        for covered in &self.covered {
            writer.array(2);
            covered.write_items(writer);
        }
        writer.key(2).bytes(&request.to_bytes());
        writer.key(3).scalars(self.pairs().map(|of| of.blind.expose()).collect::<Vec<_>>());
        let points = self.pairs().flat_map(|of| [of.base.expose(), of.image.expose()]);
        writer.key(4).points(points.collect::<Vec<_>>());
    }

    /// What is kept, and the order.
    fn read(reader: &mut Reader<'_>) -> Result<(Self, TicketRequest), DecodeError> {
        let covered = reader.key(1)?.items(MAX_COVERED, |reader| {
            reader.array_of(2)?;
            reader.in_range(check!("14-23"), TicketTarget::read_items)
        })?;
        let request = reader.key(2)?.message::<TicketRequest>()?;
        let blinds = reader.key(3)?.secret_scalars(MAX_PAIRS)?;
        let points = reader.key(4)?.secret_points(2 * MAX_PAIRS)?;
        if covered.is_empty() {
            return Err(DecodeError::OutOfRange);
        }
        if points.len() != 2 * blinds.len() || blinds.contains(&Scalar::ZERO) {
            return Err(reader.refuse(refusal!(DecodeError::OutOfRange, "14-23")));
        }
        let pair = |(blind, [base, image]): (&Scalar, &[_; 2])| Blinded {
            blind: Secret::new(*blind),
            base: Secret::new(*base),
            image: Secret::new(*image),
        };
        // Reserved in full: a vector that grows leaves unwiped copies behind.
        let mut blinded = Vec::with_capacity(MAX_TICKETS);
        let each = blinds.chunks(covered.len()).zip(points.as_chunks().0.chunks(covered.len()));
        blinded.extend(each.map(|(blinds, points)| blinds.iter().zip(points).map(pair).collect::<Vec<_>>()));
        Ok((Self { covered, blinded }, request))
    }

    fn keys(&self) -> Vec<&TicketKey> {
        self.covered.iter().map(|covered| &covered.key).collect()
    }
}

/// An order that waits, as a wallet keeps it.
pub(crate) enum Order {
    /// For the helper's commitments.
    Placed(TicketOrder),
    /// For its answers.
    Challenged(AwaitedTickets),
}

impl Order {
    const MAX_LEN: usize = AwaitedTickets::MAX_LEN;

    const fn kept(&self) -> &Kept {
        match self {
            Self::Placed(order) => &order.kept,
            Self::Challenged(awaited) => &awaited.kept,
        }
    }

    /// What went to the helper first. It is of this order alone: its points are blinded afresh.
    pub(crate) const fn request(&self) -> &TicketRequest {
        match self {
            Self::Placed(order) => order.request(),
            Self::Challenged(awaited) => awaited.state.messages().0,
        }
    }

    /// How many tickets come of it.
    pub(crate) fn count(&self) -> usize {
        self.kept().count()
    }

    /// What they will be about.
    pub(crate) fn covered(&self) -> &[TicketTarget] {
        &self.kept().covered
    }

    /// The order before its challenges, a second copy, made on purpose: what comes of it is in
    /// force in the change that replaces it.
    pub(crate) fn placed(&self) -> Option<TicketOrder> {
        match self {
            Self::Placed(order) => TicketOrder::from_bytes(&order.to_wiped_bytes()).ok(),
            Self::Challenged(_) => None,
        }
    }

    /// The same, after them.
    pub(crate) fn challenged(&self) -> Option<AwaitedTickets> {
        match self {
            Self::Placed(_) => None,
            Self::Challenged(awaited) => AwaitedTickets::from_bytes(&awaited.to_wiped_bytes()).ok(),
        }
    }

    /// As one byte string: the message.
    pub(crate) fn write(&self, writer: &mut Writer) {
        match self {
            Self::Placed(order) => writer.bytes(&order.to_wiped_bytes()),
            Self::Challenged(awaited) => writer.bytes(&awaited.to_wiped_bytes()),
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let bytes = reader.bytes(Self::MAX_LEN)?;
        match TicketOrder::from_bytes(bytes) {
            Err(DecodeError::WrongType) => AwaitedTickets::from_bytes(bytes).map(Self::Challenged),
            order => order.map(Self::Placed),
        }
    }
}

impl Body for TicketOrder {
    const TYPE: MessageType = MessageType::TicketOrder;
    const MAX_LEN: usize = MAX_KEPT + MAX_PAIRS * SCALAR_LEN;
    const FIELDS: u64 = 5;

    fn write(&self, writer: &mut Writer) {
        self.kept.write(self.state.request(), writer);
        writer.key(5).scalars(self.state.blinds());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (kept, request) = Kept::read(reader)?;
        let blinds = reader.key(5)?.secret_scalars(MAX_PAIRS)?;
        let mut pairs = Zeroizing::new(Vec::with_capacity(MAX_PAIRS));
        pairs.extend(kept.pairs().map(|of| Pair::new(*of.base.expose(), *of.image.expose())));
        let state = OrderState::resume(request, &kept.keys(), pairs, blinds);
        let state = reader.in_range(check!("14-23"), |_| state)?;
        Ok(Self { state, kept })
    }
}

impl Body for AwaitedTickets {
    const TYPE: MessageType = MessageType::AwaitedTickets;
    const MAX_LEN: usize = MAX_KEPT
        + TicketCommitments::MAX_LEN
        + TicketChallenges::MAX_LEN
        + MAX_TICKETS * ((BLINDS_BESIDE_KEYS + MAX_COVERED) * SCALAR_LEN + 2 * POINT_LEN);
    const FIELDS: u64 = 8;

    fn write(&self, writer: &mut Writer) {
        let (request, commitments, challenges) = self.state.messages();
        self.kept.write(request, writer);
        writer.key(5).bytes(&commitments.to_bytes());
        writer.key(6).bytes(&challenges.to_bytes());
        writer.key(7).scalars(self.state.all_blinds().collect::<Vec<_>>());
        writer.key(8).points(self.state.moved().collect::<Vec<_>>());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (kept, request) = Kept::read(reader)?;
        let commitments = reader.key(5)?.message::<TicketCommitments>()?;
        let challenges = reader.key(6)?.message::<TicketChallenges>()?;
        let blinds = reader.key(7)?.secret_scalars((BLINDS_BESIDE_KEYS + MAX_COVERED) * MAX_TICKETS)?;
        let moved = reader.key(8)?.secret_points(2 * MAX_TICKETS)?;
        let messages = (request, commitments, challenges);
        let state = ChallengedState::resume(messages, &kept.keys(), kept.pairs().count(), &blinds, &moved);
        let state = reader.in_range(check!("14-23"), |_| state)?;
        Ok(Self { state, kept })
    }
}

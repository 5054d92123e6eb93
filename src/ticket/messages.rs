//! The four messages of an order (spec 14 §2).

use alloc::vec::Vec;
use core::fmt;

use super::key::MAX_ENCODED_KEYS;
use super::{MAX_KEYS, MAX_TICKETS, TicketKey};
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::{DecodeError, check};
use crate::group::{Element, POINT_LEN, SCALAR_LEN, Scalar};

/// By which a helper finds the session again that a challenge is for: 16 random bytes, not secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub(super) [u8; 16]);

impl SessionId {
    pub(super) const ENCODED: usize = 17;

    /// The 16 bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    #[cfg(feature = "hazmat")]
    pub(crate) const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// How many there are for each ticket; none if they do not come out even, or are not of 1 to 128
/// tickets.
pub(super) fn tickets_of(items: usize, for_each: usize) -> Result<usize, DecodeError> {
    let tickets = items.checked_div(for_each).unwrap_or_default();
    let even = tickets.checked_mul(for_each) == Some(items);
    if even && (1..=MAX_TICKETS).contains(&tickets) { Ok(tickets) } else { Err(DecodeError::OutOfRange) }
}

/// The keys, and for each ticket `P~_j`, `P~'_j` for each key in order. Holder to helper.
///
/// It tells the helper which shards the holder's lists have and at which epochs it is, and nothing
/// else of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketRequest {
    pub(super) keys: Vec<TicketKey>,
    pub(super) points: Vec<Element>,
}

impl TicketRequest {
    /// 1 to 8 keys.
    #[must_use]
    pub fn keys(&self) -> &[TicketKey] {
        &self.keys
    }

    /// For how many tickets, 1 to 128: for whoever limits how many a holder gets.
    #[must_use]
    pub fn tickets(&self) -> usize {
        self.points.len().checked_div(2 * self.keys.len()).unwrap_or_default()
    }

    /// `P~_j`, `P~'_j` of all tickets, by ticket and then by key.
    pub(super) fn pairs(&self) -> &[[Element; 2]] {
        self.points.as_chunks().0
    }
}

impl Body for TicketRequest {
    const TYPE: MessageType = MessageType::TicketRequest;
    const MAX_LEN: usize = 4 + (1 + MAX_ENCODED_KEYS) + (1 + 5 + POINT_LEN * 2 * MAX_KEYS * MAX_TICKETS);
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        TicketKey::write_all(&self.keys, writer.key(1));
        writer.key(2).points(&self.points);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let keys = TicketKey::read_all(reader.key(1)?)?;
        let points = reader.key(2)?.in_range(check!("14-6"), |reader| {
            let points = reader.points(2 * keys.len() * MAX_TICKETS)?;
            tickets_of(points.len(), 2 * keys.len()).map(|_| points)
        })?;
        Ok(Self { keys, points })
    }
}

/// For each ticket `R0`, then `R1_j`, `R2_j` for each key in order. Helper to holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketCommitments {
    pub(super) session: SessionId,
    pub(super) points: Vec<Element>,
}

impl TicketCommitments {
    /// The session that the challenges are for.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.session
    }
}

impl Body for TicketCommitments {
    const TYPE: MessageType = MessageType::TicketCommitments;
    const MAX_LEN: usize = 4 + (1 + SessionId::ENCODED) + (1 + 5 + POINT_LEN * (1 + 2 * MAX_KEYS) * MAX_TICKETS);
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&self.session.0);
        writer.key(2).points(&self.points);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let session = SessionId(reader.key(1)?.bytes_of()?);
        let points = reader.key(2)?.points((1 + 2 * MAX_KEYS) * MAX_TICKETS)?;
        Ok(Self { session, points })
    }
}

/// One challenge `c` for each ticket. Holder to helper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketChallenges {
    pub(super) session: SessionId,
    pub(super) challenges: Vec<Scalar>,
}

impl TicketChallenges {
    /// The session that they are for.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.session
    }
}

impl Body for TicketChallenges {
    const TYPE: MessageType = MessageType::TicketChallenges;
    const MAX_LEN: usize = 4 + (1 + SessionId::ENCODED) + (1 + 3 + SCALAR_LEN * MAX_TICKETS);
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&self.session.0);
        writer.key(2).scalars(&self.challenges);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let session = SessionId(reader.key(1)?.bytes_of()?);
        let challenges = reader.key(2)?.in_range(check!("14-6"), |reader| {
            let challenges = reader.scalars(MAX_TICKETS)?;
            tickets_of(challenges.len(), 1).map(|_| challenges)
        })?;
        Ok(Self { session, challenges })
    }
}

/// For each ticket `c0`, `s0`, then `s1_j` for each key in order. Helper to holder.
///
/// `c1 = c − c0` is not sent: the holder knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketAnswers {
    pub(super) session: SessionId,
    pub(super) scalars: Vec<Scalar>,
}

impl Body for TicketAnswers {
    const TYPE: MessageType = MessageType::TicketAnswers;
    const MAX_LEN: usize = 4 + (1 + SessionId::ENCODED) + (1 + 3 + SCALAR_LEN * (2 + MAX_KEYS) * MAX_TICKETS);
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&self.session.0);
        writer.key(2).scalars(&self.scalars);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let session = SessionId(reader.key(1)?.bytes_of()?);
        let scalars = reader.key(2)?.scalars((2 + MAX_KEYS) * MAX_TICKETS)?;
        Ok(Self { session, scalars })
    }
}

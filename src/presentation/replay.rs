//! The register that keeps a presentation, or a show under a limit, from counting twice (spec 06 §6, spec 12 §7).

use alloc::collections::BTreeMap;

use super::PresentationRequest;
use super::statement::Limited;
use crate::calendar::Timestamp;
use crate::group::{Element, Scalar, TaggedHash};
use crate::ticket::Ticket;

/// What a presentation is remembered by: a hash of its request and challenge. Nobody but the holder's device can make
/// another presentation of the same proof, so bytes changed on the way do not escape the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplayKey([u8; 32]);

impl ReplayKey {
    pub(super) fn new(request: &[u8], challenge: &Scalar) -> Self {
        Self(TaggedHash::new("replay").part(request).part(challenge.as_bytes()).bytes())
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

/// What a show under a limit, or a ticket, is remembered by: a hash of the limit and the tag, of which a holder has as many as the limit
/// allows, or of the ticket, of which there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShowKey([u8; 32]);

impl ShowKey {
    pub(super) fn of_limit(request: &PresentationRequest, limit: &Limited, tag: &Element) -> Self {
        Self(TaggedHash::new("show").element(&limit.base(&request.verifier)).element(tag).bytes())
    }

    pub(super) fn of_ticket(ticket: &Ticket) -> Self {
        Self(TaggedHash::new("ticket-use").part(&ticket.to_bytes()).bytes())
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

/// What was seen, with two atomic operations. A platform of several processes backs it by a store that they share.
///
/// Rows of tickets stay for the greatest age of epochs, so whoever shares a register has one [`Freshness`](crate::list::Freshness); who raises
/// the age keeps the rows that are there for as much longer.
pub trait ReplayRegister {
    /// Remembers `key` at least until `until`; true if it was not there before.
    fn insert(&mut self, key: ReplayKey, until: Timestamp) -> bool;

    /// Remembers at least until `until` that the presentation `by` took a show or a ticket; true if that was not taken before, or by the same
    /// presentation: a call that is made again, because its answer was lost, gets the same answer.
    fn insert_show(&mut self, show: ShowKey, by: ReplayKey, until: Timestamp) -> bool;
}

/// A register in memory.
#[derive(Debug, Default)]
pub struct MemoryReplayRegister {
    presentations: BTreeMap<ReplayKey, Timestamp>,
    shows: BTreeMap<ShowKey, (ReplayKey, Timestamp)>,
}

impl MemoryReplayRegister {
    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self { presentations: BTreeMap::new(), shows: BTreeMap::new() }
    }

    /// Forgets what no window and no period needs any more.
    pub fn forget_before(&mut self, now: Timestamp) {
        self.presentations.retain(|_, until| *until >= now);
        self.shows.retain(|_, (_, until)| *until >= now);
    }

    /// How many presentations and shows are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.presentations.len() + self.shows.len()
    }

    /// Whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl ReplayRegister for MemoryReplayRegister {
    fn insert(&mut self, key: ReplayKey, until: Timestamp) -> bool {
        self.presentations.insert(key, until).is_none()
    }

    fn insert_show(&mut self, show: ShowKey, by: ReplayKey, until: Timestamp) -> bool {
        let (taken_by, stays) = self.shows.entry(show).or_insert((by, until));
        *stays = until.max(*stays);
        *taken_by == by
    }
}

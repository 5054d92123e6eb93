//! The register that keeps a presentation, or a use under a limit, from counting twice (spec 06
//! §6.3, spec 12 §7).

use alloc::collections::BTreeMap;
use alloc::sync::Arc;

use crate::calendar::Timestamp;
use crate::group::{Element, TaggedHash};
use crate::presentation::request::PresentationRequest;
use crate::presentation::statement::RateLimited;
use crate::ticket::Ticket;

/// What a presentation is remembered by: a hash of its request and of what stands for one answer
/// of the device, the challenge. Nobody but the holder's device can make another presentation of
/// the same proof, so bytes changed on the way do not escape the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplayKey([u8; 32]);

impl ReplayKey {
    pub(crate) fn new(request: &[u8], identity: &[u8]) -> Self {
        Self(TaggedHash::new("replay").part(request).part(identity).bytes())
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

/// What a use under a limit, or a ticket, is remembered by: a hash of the limit and the nullifier,
/// of which a holder has as many as the limit allows, or of the ticket, of which there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UseKey([u8; 32]);

impl UseKey {
    pub(crate) fn of_limit(request: &PresentationRequest, limit: &RateLimited, nullifier: &Element) -> Self {
        Self(TaggedHash::new("show").element(&limit.base(&request.verifier)).element(nullifier).bytes())
    }

    pub(crate) fn of_ticket(ticket: &Ticket) -> Self {
        Self(TaggedHash::new("ticket-use").part(&ticket.to_bytes()).bytes())
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

/// What was seen, with three atomic operations, which several threads may ask for at once. A
/// platform of several processes backs it by a store that they share.
///
/// A [`Platform`](crate::presentation::Platform) and a
/// [`KeylessVerifier`](crate::presentation::KeylessVerifier) have one from the beginning, for all
/// their answers: an answer under a register of its own would count as often as it is sent.
///
/// Rows of tickets stay while an epoch can count, so for the greatest age of epochs and the clock
/// tolerance: whoever shares a register has one [`Freshness`](crate::list::Freshness); who raises
/// the age keeps the rows that are there for as much longer.
pub trait ReplayRegister {
    /// Remembers `key` at least until `until`; true if it was not there before.
    fn insert(&self, key: ReplayKey, until: Timestamp) -> bool;

    /// Remembers at least until `until` that the presentation `by` took a use or a ticket; true if
    /// that was not taken before, or by the same presentation: a call that is made again, because
    /// its answer was lost, gets the same answer.
    fn insert_use(&self, show: UseKey, by: ReplayKey, until: Timestamp) -> bool;

    /// Remembers at least until `until` that the presentation `key` was verified at `time`, if
    /// nothing is remembered of it; gives what is remembered then, or nothing if it cannot
    /// remember. It is apart from what [`ReplayRegister::insert`] remembers.
    fn first_verified(&self, key: ReplayKey, time: Timestamp, until: Timestamp) -> Option<Timestamp>;
}

impl<R: ReplayRegister + ?Sized> ReplayRegister for &R {
    fn insert(&self, key: ReplayKey, until: Timestamp) -> bool {
        (**self).insert(key, until)
    }

    fn insert_use(&self, show: UseKey, by: ReplayKey, until: Timestamp) -> bool {
        (**self).insert_use(show, by, until)
    }

    fn first_verified(&self, key: ReplayKey, time: Timestamp, until: Timestamp) -> Option<Timestamp> {
        (**self).first_verified(key, time, until)
    }
}

impl<R: ReplayRegister + ?Sized> ReplayRegister for Arc<R> {
    fn insert(&self, key: ReplayKey, until: Timestamp) -> bool {
        (**self).insert(key, until)
    }

    fn insert_use(&self, show: UseKey, by: ReplayKey, until: Timestamp) -> bool {
        (**self).insert_use(show, by, until)
    }

    fn first_verified(&self, key: ReplayKey, time: Timestamp, until: Timestamp) -> Option<Timestamp> {
        (**self).first_verified(key, time, until)
    }
}

/// A register in memory. What it remembers ends with the process, so an answer to a window that is
/// still open counts once more after a restart.
#[derive(Debug, Default)]
pub struct MemoryReplayRegister(Lock<Rows>);

#[cfg(feature = "std")]
type Lock<T> = std::sync::Mutex<T>;
/// Without threads there is nobody to wait for.
#[cfg(not(feature = "std"))]
type Lock<T> = core::cell::RefCell<T>;

#[derive(Debug, Default)]
struct Rows {
    presentations: BTreeMap<ReplayKey, Timestamp>,
    shows: BTreeMap<UseKey, (ReplayKey, Timestamp)>,
    /// When it was verified first, and until when that is remembered.
    verified: BTreeMap<ReplayKey, (Timestamp, Timestamp)>,
}

impl Rows {
    const fn new() -> Self {
        Self { presentations: BTreeMap::new(), shows: BTreeMap::new(), verified: BTreeMap::new() }
    }
}

impl MemoryReplayRegister {
    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self(Lock::new(Rows::new()))
    }

    /// Forgets what no window, no period and no epoch needs any more. Where several verifiers share
    /// the register, `now` is that of the clock which is furthest behind.
    pub fn forget_before(&self, now: Timestamp) {
        self.with(|rows| {
            rows.presentations.retain(|_, until| *until >= now);
            rows.shows.retain(|_, (_, until)| *until >= now);
            rows.verified.retain(|_, (_, until)| *until >= now);
        });
    }

    /// How many rows there are, of presentations, of uses and of first times.
    #[must_use]
    pub fn len(&self) -> usize {
        self.with(|rows| rows.presentations.len() + rows.shows.len() + rows.verified.len())
    }

    /// Whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn with<T>(&self, run: impl FnOnce(&mut Rows) -> T) -> T {
        // No row is ever half changed, so what a thread left behind that panicked is as good as
        // before.
        #[cfg(feature = "std")]
        let mut rows = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        #[cfg(not(feature = "std"))]
        let mut rows = self.0.borrow_mut();
        run(&mut rows)
    }
}

impl ReplayRegister for MemoryReplayRegister {
    fn insert(&self, key: ReplayKey, until: Timestamp) -> bool {
        self.with(|rows| rows.presentations.insert(key, until).is_none())
    }

    fn insert_use(&self, show: UseKey, by: ReplayKey, until: Timestamp) -> bool {
        self.with(|rows| {
            let (taken_by, stays) = rows.shows.entry(show).or_insert((by, until));
            *stays = until.max(*stays);
            *taken_by == by
        })
    }

    fn first_verified(&self, key: ReplayKey, time: Timestamp, until: Timestamp) -> Option<Timestamp> {
        self.with(|rows| {
            let (first, stays) = rows.verified.entry(key).or_insert((time, until));
            *stays = until.max(*stays);
            Some(*first)
        })
    }
}

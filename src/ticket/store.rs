//! Where a helper's sessions wait between two calls (spec 14 §4.3).

use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;
use core::fmt;
use core::future::Future;

use super::SessionId;
use crate::secret::Secret;

/// Keeps sessions between two calls, and gives each out once, after it is gone for good. The host
/// implements it, and nothing else of a host meets a session's bytes:
/// [`Helper::commit_parked`](crate::helper::Helper::commit_parked) hands them over,
/// [`Helper::answer_parked`](crate::helper::Helper::answer_parked) takes them out before it
/// answers.
///
/// Whoever reads the bytes of a [`SessionState`](super::SessionState), and the answer that goes out
/// later, has the helper's keys; so has whoever gets two answers to one session. A store outside
/// the helper's memory seals them under a [`SessionKey`](crate::helper::SessionKey), and has them
/// nowhere but in the place that [`take_durably`](Self::take_durably) empties: not in a log, a
/// cache or a backup. Nobody but the helper writes to it.
///
/// It is never restored from a copy, be it a backup or a replica that lags behind: a session that
/// was taken and comes back gives the keys away when it is answered again. A store that was lost is
/// replaced by an empty one; the holders order again.
pub trait SessionStore {
    /// Why the store failed.
    type Error: core::error::Error;

    /// Keeps a session. It may be lost afterwards, and an old one may be dropped for a new one.
    ///
    /// # Errors
    /// Whatever the store fails of. An id that the store has, or knows that it had, must be one of
    /// the reasons: equal ids are equal nonces, from a generator that repeats itself.
    fn put(&mut self, id: SessionId, session: Secret<Vec<u8>>) -> Result<(), Self::Error>;

    /// Takes a session out, and gives it only after it is gone for good: durably, for every
    /// replica, and for all who ask at the same time but one. `None` if there is none.
    ///
    /// # Errors
    /// Whatever the store fails of. A session of which it is not certain that it is gone is not
    /// given out.
    fn take_durably(&mut self, id: SessionId) -> Result<Option<Secret<Vec<u8>>>, Self::Error>;
}

/// A store for hosts that do not wait, and one for several processes. All else is as
/// [`SessionStore`] says; no runtime is presumed.
pub trait AsyncSessionStore {
    /// Why the store failed.
    type Error: core::error::Error;

    /// As [`SessionStore::put`].
    ///
    /// # Errors
    /// As [`SessionStore::put`].
    fn put(&self, id: SessionId, session: Secret<Vec<u8>>) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// As [`SessionStore::take_durably`]. Where its future is dropped the session may be gone, and
    /// nobody has it.
    ///
    /// # Errors
    /// As [`SessionStore::take_durably`].
    fn take_durably(&self, id: SessionId) -> impl Future<Output = Result<Option<Secret<Vec<u8>>>, Self::Error>> + Send;
}

/// A session has the id of another one: the helper's generator repeats itself, and none of its
/// sessions may be answered any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DuplicateSession;

impl fmt::Display for DuplicateSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a session has the id of another one")
    }
}

impl core::error::Error for DuplicateSession {}

/// Sessions in memory, for a helper of one process: with the process they are gone, as they should
/// be.
pub struct MemorySessionStore {
    /// `None` for a session that was taken.
    sessions: BTreeMap<SessionId, Option<Secret<Vec<u8>>>>,
    /// The ids in order of arrival.
    arrivals: VecDeque<SessionId>,
    capacity: usize,
}

impl MemorySessionStore {
    /// A store that remembers the last `capacity` sessions (at least one; some 20 kB each for 100
    /// tickets of 4 keys). The oldest is dropped for a new one, so that orders which nobody goes on
    /// with do not fill it.
    #[must_use]
    pub const fn new(capacity: usize) -> Self {
        let capacity = if capacity == 0 { 1 } else { capacity };
        Self { sessions: BTreeMap::new(), arrivals: VecDeque::new(), capacity }
    }

    /// How many sessions wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.sessions.values().flatten().count()
    }
}

impl fmt::Debug for MemorySessionStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemorySessionStore({} sessions, redacted)", self.waiting())
    }
}

impl SessionStore for MemorySessionStore {
    type Error = DuplicateSession;

    fn put(&mut self, id: SessionId, session: Secret<Vec<u8>>) -> Result<(), DuplicateSession> {
        if self.sessions.contains_key(&id) {
            return Err(DuplicateSession);
        }
        if self.arrivals.len() >= self.capacity
            && let Some(oldest) = self.arrivals.pop_front()
        {
            self.sessions.remove(&oldest);
        }
        self.arrivals.push_back(id);
        self.sessions.insert(id, Some(session));
        Ok(())
    }

    fn take_durably(&mut self, id: SessionId) -> Result<Option<Secret<Vec<u8>>>, DuplicateSession> {
        Ok(self.sessions.get_mut(&id).and_then(Option::take))
    }
}

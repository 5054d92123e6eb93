//! The helper: it holds keys and makes tickets, for anybody who can show that a relation holds
//! (spec 14 §4).
//!
//! It answers orders for any of its keys and learns nothing of who orders: it sees blinded points,
//! which keys and therefore which shards, for which epochs, how many tickets, and when. Three
//! things are the host's business:
//!
//! - How many tickets who gets. A ticket is nobody's and no right: it says that something is true.
//!   But each costs the helper some eight multiplications, and an order tells whoever makes it
//!   whether a relation holds (spec 14 §7.3).
//! - Where sessions wait between the two calls of an order: in memory as [`SessionState`], which
//!   has no bytes, or in a [`SessionStore`] by [`commit_parked`](Helper::commit_parked) and
//!   [`answer_parked`](Helper::answer_parked).
//! - Which keys count. A helper goes on with the keys that it was given; those that a directory
//!   retires are left out when it is set up anew.
//!
//! Whoever holds these keys can make presentations and credentials, so a helper is trusted as the
//! issuer is. A list's owner may run one of its own for its list's keys; then a presentation has a
//! ticket of each.
//!
//! ```
//! use selfsame::helper::Helper;
//! use selfsame::list::{Epoch, ListClass, ListName, ListOwner, Shard, ShardCount};
//! use selfsame::ticket::TicketKey;
//!
//! let name = ListName::new("public-security", ListClass::Flag)?;
//! let owner = ListOwner::random(name, ShardCount::new(4)?, &mut rand_core::OsRng);
//! let mut helper = Helper::new();
//! helper.add_list(&owner.list_keys(), owner.share_keys())?;
//!
//! assert!(helper.has(&TicketKey::of_list(&owner.list_keys(), Shard::new(3)?, Epoch::new(17))?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
#[cfg(feature = "redb")]
mod file;
mod ring;
mod session_key;

use alloc::vec::Vec;
use core::fmt;
use core::future::Future;
use core::sync::atomic::{AtomicUsize, Ordering};

use rand_core::CryptoRngCore;

use ring::KeyRing;

pub use error::{HelperError, ParkedError};
#[cfg(feature = "redb")]
pub use file::{RedbFailure, RedbSessionError, RedbSessionStore};
pub use session_key::SessionKey;

use crate::codec::{Message, Sent};
use crate::credential::{IssuerParameters, SharedIssuerKey};
use crate::error::Refused;
use crate::list::{Epoch, ListKeys, SharedListKeys};
use crate::secret::Secret;
use crate::set::CodeSetKey;
use crate::ticket::session::ParkedSession;
use crate::ticket::{
    AsyncSessionStore, SessionState, SessionStore, TicketAnswers, TicketChallenges, TicketCommitments, TicketKey,
    TicketRequest,
};

/// Keys of issuers, lists and sets, and what makes tickets with them. It is stateless but for a
/// count of sessions, which the nonces depend on; so one helper serves any number of orders at
/// once.
///
/// ```
/// use selfsame::codec::Message;
/// use selfsame::helper::Helper;
/// use selfsame::host::OsRng;
/// use selfsame::ticket::{MemorySessionStore, TicketRequest};
///
/// /// The first of an order's two calls; the other one is `answer_parked`.
/// fn commit(helper: &Helper, sessions: &mut MemorySessionStore, order: &[u8]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
///     let order = TicketRequest::from_bytes(order)?;
///     Ok(helper.commit_parked(sessions, &order, &mut OsRng)?.to_bytes())
/// }
/// ```
#[derive(Default)]
pub struct Helper {
    keys: KeyRing,
    sessions: AtomicUsize,
}

impl Helper {
    /// A helper without keys.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an issuer key. A helper may have several, of several versions.
    ///
    /// # Errors
    /// [`HelperError::WrongKey`] if the secret is not that of the parameters.
    pub fn add_issuer(&mut self, parameters: &IssuerParameters, secret: SharedIssuerKey) -> Result<(), HelperError> {
        if !secret.is_of(parameters) {
            return Err(HelperError::WrongKey);
        }
        self.keys.add(&TicketKey::of_issuer(parameters), secret.key)
    }

    /// Adds a list with the keys of all its shards, in order.
    ///
    /// # Errors
    /// [`HelperError::WrongKey`] if the secrets do not belong to the list's public keys, one for
    /// each.
    #[allow(clippy::needless_pass_by_value, reason = "it is wiped here")]
    pub fn add_list(&mut self, keys: &ListKeys, secrets: SharedListKeys) -> Result<(), HelperError> {
        if !secrets.are_of(keys) {
            return Err(HelperError::WrongKey);
        }
        // Copied: what is moved out of a vector stays in its memory.
        for (shard, secret) in keys.shard_count().shards().zip(secrets.keys()) {
            let key = TicketKey::of_list(keys, shard, Epoch::new(0)).map_err(|_| HelperError::WrongKey)?;
            self.keys.add(&key, secret.duplicate().into_secret())?;
        }
        Ok(())
    }

    /// Adds a set of codes.
    ///
    /// # Errors
    /// None: a key knows its set.
    pub fn add_set(&mut self, key: CodeSetKey) -> Result<(), HelperError> {
        self.keys.add(&TicketKey::of_set_key(&key), key.into_secret())
    }

    /// Whether it makes tickets under this key.
    #[must_use]
    pub fn has(&self, key: &TicketKey) -> bool {
        self.keys.get(key).is_some()
    }

    /// Checks a request and commits to one answer for each of its tickets. The host holds the
    /// session until the challenges come. Constant time in the keys and in what is drawn.
    ///
    /// # Errors
    /// [`HelperError::UnknownKey`]; [`HelperError::Refused`] if a relation does not hold, without a
    /// word on which.
    pub fn commit(
        &self,
        request: &TicketRequest,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Sent<SessionState, TicketCommitments>, HelperError> {
        let keys = self.keys.all(request.keys())?;
        let counter = self.sessions.fetch_add(1, Ordering::Relaxed) as u64;
        request.commit(&keys, counter, rng).map_err(|_: Refused| HelperError::Refused)
    }

    /// Answers the challenges of a session, which is consumed also by an error. Constant time in
    /// the keys and the session.
    ///
    /// # Errors
    /// [`HelperError::UnknownKey`] if a key has gone since; [`HelperError::WrongSession`] for
    /// challenges of another session, or of another number.
    pub fn answer(&self, session: SessionState, challenges: &TicketChallenges) -> Result<TicketAnswers, HelperError> {
        let keys = self.keys.all(session.keys())?;
        session.answer(&keys, challenges).map_err(|_: Refused| HelperError::WrongSession)
    }

    /// As [`commit`](Self::commit), with the session in a store.
    ///
    /// # Errors
    /// Those of [`commit`](Self::commit), and the store's.
    pub fn commit_parked<S: SessionStore>(
        &self,
        store: &mut S,
        request: &TicketRequest,
        rng: &mut impl CryptoRngCore,
    ) -> Result<TicketCommitments, ParkedError<S::Error>> {
        let Sent { state: session, message } = self.commit(request, rng)?;
        let id = session.id();
        store.put(id, Secret::new(ParkedSession(session).to_bytes())).map_err(ParkedError::Store)?;
        Ok(message)
    }

    /// As [`commit_parked`](Self::commit_parked), with a store that does not wait. The commitments
    /// are made at once, before the future is.
    ///
    /// # Errors
    /// Those of [`commit_parked`](Self::commit_parked).
    pub fn commit_parked_async<'s, S: AsyncSessionStore, R: CryptoRngCore>(
        &self,
        store: &'s S,
        request: &TicketRequest,
        rng: &mut R,
    ) -> impl Future<Output = Result<TicketCommitments, ParkedError<S::Error>>> + use<'s, S, R> {
        let committed = self.commit(request, rng).map(|Sent { state: session, message }| {
            let id = session.id();
            (store.put(id, Secret::new(ParkedSession(session).to_bytes())), message)
        });
        async move {
            let (put, message) = committed?;
            put.await.map_err(ParkedError::Store)?;
            Ok(message)
        }
    }

    /// As [`answer_parked`](Self::answer_parked), with a store that does not wait.
    ///
    /// # Errors
    /// Those of [`answer_parked`](Self::answer_parked).
    pub async fn answer_parked_async<S: AsyncSessionStore>(
        &self,
        store: &S,
        challenges: &TicketChallenges,
    ) -> Result<TicketAnswers, ParkedError<S::Error>> {
        let taken = store.take_durably(challenges.session()).await.map_err(ParkedError::Store)?;
        self.answer_taken(taken, challenges)
    }

    /// As [`answer`](Self::answer), with the session that the store has for these challenges. It is
    /// taken out before anything else is done, so a second call for the same session finds none,
    /// also if the first one failed.
    ///
    /// # Errors
    /// [`HelperError::UnknownSession`] if there is none, or not any more; those of
    /// [`answer`](Self::answer), and the store's.
    pub fn answer_parked<S: SessionStore>(
        &self,
        store: &mut S,
        challenges: &TicketChallenges,
    ) -> Result<TicketAnswers, ParkedError<S::Error>> {
        let taken = store.take_durably(challenges.session()).map_err(ParkedError::Store)?;
        self.answer_taken(taken, challenges)
    }

    fn answer_taken<E>(
        &self,
        taken: Option<Secret<Vec<u8>>>,
        challenges: &TicketChallenges,
    ) -> Result<TicketAnswers, ParkedError<E>> {
        let stored = taken.ok_or(HelperError::UnknownSession)?;
        let ParkedSession(session) = ParkedSession::from_bytes(stored.expose()).map_err(ParkedError::Damaged)?;
        Ok(self.answer(session, challenges)?)
    }
}

impl fmt::Debug for Helper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Helper({} keys, redacted)", self.keys.len())
    }
}

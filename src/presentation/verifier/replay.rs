//! The register that keeps a presentation, or a use under a limit, from counting twice (spec 06
//! §6.3, spec 12 §7).
//!
//! What one answer has to have remembered is a value, [`ToRecord`]; a register remembers all of it
//! or nothing, for as many answers at once as it is given.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::future::Future;

use crate::calendar::Timestamp;
use crate::group::{Element, TaggedHash};
use crate::presentation::request::PresentationRequest;
use crate::presentation::statement::RateLimited;
use crate::ticket::Ticket;

/// What something is remembered by.
type RowKey = [u8; 32];

/// What a presentation is remembered by: a hash of its request and of what stands for one answer
/// of the device, the challenge. Nobody but the holder's device can make another presentation of
/// the same proof, so bytes changed on the way do not escape the register.
pub(crate) fn replay_key(request: &[u8], identity: &[u8]) -> RowKey {
    TaggedHash::new("replay").part(request).part(identity).bytes()
}

/// What a use under a limit is remembered by: a hash of the limit and the nullifier, of which a
/// holder has as many as the limit allows.
pub(crate) fn use_key(request: &PresentationRequest, limit: &RateLimited, nullifier: &Element) -> RowKey {
    TaggedHash::new("show").element(&limit.base(&request.verifier)).element(nullifier).bytes()
}

/// What a ticket is remembered by.
pub(crate) fn ticket_key(ticket: &Ticket) -> RowKey {
    TaggedHash::new("ticket-use").part(&ticket.to_bytes()).bytes()
}

/// Something that one may take and nobody after it: a presentation's place in a window, taken by a
/// call; a ticket or a use under a limit, taken by a presentation.
///
/// Keys are hashes under roles of their own, so one table holds all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What is taken, 32 bytes, evenly spread.
    pub key: [u8; 32],
    /// By what, 32 bytes.
    pub by: [u8; 32],
    /// The row stays at least until then, this instant included.
    pub until: Timestamp,
}

/// When a presentation was verified first: whoever asks again is told that instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstTime {
    /// Of which presentation, 32 bytes. It is apart from what [`Claim`]s are about.
    pub key: [u8; 32],
    /// What is remembered if nothing is there yet.
    pub time: Timestamp,
    /// The row stays at least until then, this instant included.
    pub until: Timestamp,
}

/// What one answer needs to have remembered before it is given: all of it, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToRecord {
    /// At most six: a window, four tickets, a limit. Two may be alike.
    pub claims: Vec<Claim>,
    /// Of an answer to a window, or with an escrow.
    pub first: Option<FirstTime>,
}

impl ToRecord {
    pub(crate) fn is_empty(&self) -> bool {
        self.claims.is_empty() && self.first.is_none()
    }
}

/// What a register says of one [`ToRecord`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// Every claim was new, or is there with the same `by`; all of it is remembered.
    All {
        /// The instant that stands there now, which is the first one, where one was to be
        /// remembered.
        first: Option<Timestamp>,
    },
    /// A claim is there by another: nothing of this answer is remembered.
    Taken,
}

/// What was seen, with one operation, which several threads may ask for at once. A platform of
/// several processes backs it by a store that they share.
///
/// A [`Platform`](crate::presentation::Platform) and a
/// [`KeylessVerifier`](crate::presentation::KeylessVerifier) have one from the beginning, for all
/// their answers: an answer under a register of its own would count as often as it is sent.
///
/// Rows of tickets stay while an epoch can count, so for the greatest age of epochs and the clock
/// tolerance: whoever shares a register has one [`Freshness`](crate::list::Freshness); who raises
/// the age keeps the rows that are there for as much longer.
pub trait ReplayRegister {
    /// How it fails.
    type Error: core::error::Error + Send + Sync + 'static;

    /// Takes these answers one after the other, as `ReplayRows::record` does, in one serialisable
    /// transaction; gives as many results, in order, when the rows are durable.
    ///
    /// # Errors
    /// The register's. All rows may be there then, or none, but not some; it is asked again with
    /// the same answers, and says what it would have said.
    fn record(&self, answers: &[ToRecord]) -> Result<Vec<Recorded>, Self::Error>;
}

/// A register for hosts that do not wait. All else is as [`ReplayRegister`] says; no runtime is
/// presumed.
pub trait AsyncReplayRegister {
    /// How it fails.
    type Error: core::error::Error + Send + Sync + 'static;

    /// As [`ReplayRegister::record`]. Dropping the future is a failure: all rows may be there, or
    /// none.
    ///
    /// # Errors
    /// As [`ReplayRegister::record`].
    fn record(&self, answers: &[ToRecord]) -> impl Future<Output = Result<Vec<Recorded>, Self::Error>> + Send;
}

impl<R: ReplayRegister + ?Sized> ReplayRegister for &R {
    type Error = R::Error;

    fn record(&self, answers: &[ToRecord]) -> Result<Vec<Recorded>, Self::Error> {
        (**self).record(answers)
    }
}

impl<R: ReplayRegister + ?Sized> ReplayRegister for Arc<R> {
    type Error = R::Error;

    fn record(&self, answers: &[ToRecord]) -> Result<Vec<Recorded>, Self::Error> {
        (**self).record(answers)
    }
}

impl<R: AsyncReplayRegister> AsyncReplayRegister for &R {
    type Error = R::Error;

    fn record(&self, answers: &[ToRecord]) -> impl Future<Output = Result<Vec<Recorded>, Self::Error>> + Send {
        (**self).record(answers)
    }
}

impl<R: AsyncReplayRegister> AsyncReplayRegister for Arc<R> {
    type Error = R::Error;

    fn record(&self, answers: &[ToRecord]) -> impl Future<Output = Result<Vec<Recorded>, Self::Error>> + Send {
        (**self).record(answers)
    }
}

/// Why there is no answer yet: it is asked for again, with the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegisterFailure<E> {
    /// The register failed.
    Register(E),
    /// The register did not say of each answer what became of it: a defect of the register.
    Incomplete,
}

impl<E> fmt::Display for RegisterFailure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Register(_) => "the register failed; ask again",
            Self::Incomplete => "the register did not say what became of each answer",
        })
    }
}

impl<E: core::error::Error + 'static> core::error::Error for RegisterFailure<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Register(error) => Some(error),
            Self::Incomplete => None,
        }
    }
}

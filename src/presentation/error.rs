//! Why a holder does not present. The holder may know; the verifier never learns it.

use core::fmt;

use super::{Link, Subject};
use crate::device::DeviceError;
use crate::list::{Epoch, ListName};
use crate::schema::AttributeIndex;
use crate::set::SetDigest;
use crate::ticket::OrderError;

/// The holder's own errors.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PresentError {
    /// The request is for another issuer key, key version or schema than this credential's.
    WrongIssuer,
    /// The request asks for more than the schema has.
    UnknownAttribute,
    /// The request names a list that this credential is not on, or whose heads were not given.
    UnknownList(ListName),
    /// The request names another epoch than the witness fits: fetch the epochs in between.
    StaleWitness(ListName),
    /// The holder's own handle was removed from the list.
    Removed {
        /// The list.
        list: ListName,
        /// Since this epoch.
        since: Epoch,
    },
    /// The number is outside the interval that is asked for.
    NotBetween(Subject),
    /// The code is not in the set, or a factor is missing.
    NotInSet(Subject),
    /// The attribute has the value that it must not have.
    Equal(AttributeIndex),
    /// An attribute of the second credential has another value than the one of the first that it is linked to.
    NotLinked(Link),
    /// The request names a set whose table was not given.
    UnknownSet(SetDigest),
    /// The request takes a ticket for this set. Its verifier could have made the set for one holder, who alone would then have tickets for it.
    TicketForSet(SetDigest),
    /// The request names auditors that nobody vouches for.
    UnknownAuditors,
    /// The holder showed itself as often as it may.
    LimitReached,
    /// The window of the request, or the period of its limit, is not now: an answer would be kept for later, and of another period no count is
    /// kept, so a tag could come twice.
    OutsidePeriod,
    /// The request has a limit, and nobody said how often the holder showed itself before.
    NotCounted,
    /// Tickets were not ordered.
    Order(OrderError),
    /// The request asks to see something, which a decoy does not show.
    Discloses,
    /// A ticket is missing that the request takes, or there is one too many, or it is about another key or head or of
    /// another credential. The wallet does not present in another way instead.
    NoTicket,
    /// The request is of another number of credentials than were given.
    CredentialCount,
    /// The device is not the one that the credential is bound to.
    WrongDevice,
    /// The device did not answer.
    Device(DeviceError),
    /// The proof could not be made from this credential.
    Unprovable,
}

impl From<DeviceError> for PresentError {
    fn from(error: DeviceError) -> Self {
        Self::Device(error)
    }
}

impl fmt::Display for PresentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongIssuer => f.write_str("the request is for credentials of another issuer, key or schema"),
            Self::UnknownAttribute => f.write_str("the request asks for more than the schema has"),
            Self::UnknownList(list) => write!(f, "this credential is not on the list {list}, or its heads are missing"),
            Self::StaleWitness(list) => write!(f, "the witness for {list} is of another epoch than the request names"),
            Self::Removed { list, since } => write!(f, "removed from {list} since epoch {}", since.number()),
            Self::NotBetween(subject) => write!(f, "{subject} is outside what the request allows"),
            Self::NotInSet(subject) => write!(f, "{subject} is not in the set that the request names"),
            Self::Equal(_) => f.write_str("an attribute has the value that the request excludes"),
            Self::NotLinked(_) => f.write_str("the two credentials do not agree in what the request links"),
            Self::UnknownSet(_) => f.write_str("the table of a set that the request names is missing"),
            Self::TicketForSet(_) => f.write_str("a ticket for a set would tell its holder apart"),
            Self::UnknownAuditors => f.write_str("the request names auditors that are not known"),
            Self::LimitReached => f.write_str("the limit of the request is reached"),
            Self::OutsidePeriod => f.write_str("the request is for another time than now"),
            Self::NotCounted => f.write_str("the request has a limit, and earlier shows were not counted"),
            Self::Order(error) => error.fmt(f),
            Self::Discloses => f.write_str("a decoy shows nothing, and the request asks to see something"),
            Self::NoTicket => f.write_str("there is no ticket such as the request takes"),
            Self::CredentialCount => f.write_str("the request is of another number of credentials"),
            Self::WrongDevice => f.write_str("the credential is bound to another device"),
            Self::Device(error) => error.fmt(f),
            Self::Unprovable => f.write_str("no proof can be made from this credential"),
        }
    }
}

impl core::error::Error for PresentError {}

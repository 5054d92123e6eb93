//! Why a holder does not present. The holder may know; the verifier never learns it.

use core::fmt;

use crate::device::DeviceError;
use crate::list::{Epoch, ListName};

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
            Self::WrongDevice => f.write_str("the credential is bound to another device"),
            Self::Device(error) => error.fmt(f),
            Self::Unprovable => f.write_str("no proof can be made from this credential"),
        }
    }
}

impl core::error::Error for PresentError {}

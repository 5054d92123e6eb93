//! What a helper refuses.

use core::fmt;

use crate::error::{Check, DecodeError, Numbered, check};

/// Why a helper is not set up so, or does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HelperError {
    /// A secret key does not belong to the public key beside it.
    WrongKey,
    /// The order is for a key that the helper does not have, in this version.
    UnknownKey,
    /// A relation of the order does not hold. Nothing says which.
    Refused,
    /// The challenges are not those of this session, or not as many as it has tickets.
    WrongSession,
    /// There is no such session, or it was answered.
    UnknownSession,
}

impl Numbered for HelperError {
    fn check(&self) -> Option<Check> {
        Some(match self {
            Self::UnknownKey => check!("14-13"),
            Self::Refused => check!("14-14"),
            Self::WrongSession => check!("14-15"),
            Self::UnknownSession => check!("14-16"),
            Self::WrongKey => return None,
        })
    }
}

impl fmt::Display for HelperError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WrongKey => "a secret key does not belong to its public key",
            Self::UnknownKey => "the helper does not have a key of the order",
            Self::Refused => "refused",
            Self::WrongSession => "the challenges are not those of the session",
            Self::UnknownSession => "there is no such session, or it was answered",
        })
    }
}

impl core::error::Error for HelperError {}

/// Why an order with a parked session does not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParkedError<E> {
    /// The helper refuses.
    Helper(HelperError),
    /// The store failed.
    Store(E),
    /// The store gave other bytes than it was given.
    Damaged(DecodeError),
}

impl<E> From<HelperError> for ParkedError<E> {
    fn from(error: HelperError) -> Self {
        Self::Helper(error)
    }
}

impl<E> fmt::Display for ParkedError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Helper(_) => "the helper refuses",
            Self::Store(_) => "the store of sessions failed",
            Self::Damaged(_) => "the store of sessions gave other bytes than it was given",
        })
    }
}

impl<E: core::error::Error + 'static> core::error::Error for ParkedError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(match self {
            Self::Helper(error) => error,
            Self::Store(error) => error,
            Self::Damaged(error) => error,
        })
    }
}

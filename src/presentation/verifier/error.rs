//! Why a platform, or a desk that verifies by itself, cannot be set up so, or has no answer yet.

use alloc::boxed::Box;
use core::fmt;

use super::replay::RegisterFailure;
use crate::error::{Check, Numbered, check, unnumbered};
use crate::list::ListError;

/// Why a platform cannot be set up so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlatformError {
    /// A secret key does not belong to the public key beside it.
    WrongKey,
    /// The directory names no such issuer key or list.
    Unlisted,
    /// The issuer key is there already.
    Issuer,
    /// The set is there already.
    Set,
    /// The list is not one of the platform's, or is there already, or is not the one of the
    /// directory.
    List,
    /// The version of the directory is older than the adopted one, or another one with its number.
    OldDirectory,
    /// Heads do not verify.
    Heads(ListError),
    /// Heads are older than the newest known.
    OldEpoch,
    /// The owner signed other heads for an epoch that is known: two versions of one list.
    Equivocation,
    /// Heads are from the future.
    Future,
}

unnumbered!(PlatformError);

impl Numbered for PlatformError {
    fn check(&self) -> Option<Check> {
        Some(match self {
            Self::Future => check!("06-37"),
            Self::Equivocation => check!("06-38"),
            Self::OldEpoch => check!("06-39"),
            Self::Heads(error) => return error.check(),
            // What a platform is set up with.
            _ => return None,
        })
    }
}

impl fmt::Display for PlatformError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongKey => f.write_str("a secret key does not belong to its public key"),
            Self::Unlisted => f.write_str("the directory names no such issuer key or list"),
            Self::Issuer => f.write_str("the issuer key is there already"),
            Self::Set => f.write_str("the set is there already"),
            Self::List => f.write_str("the list is unknown, there already, or not the directory's"),
            Self::OldDirectory => f.write_str("the version of the directory does not follow the adopted one"),
            Self::Heads(_) => f.write_str("the heads do not verify, or do not follow the newest known"),
            Self::OldEpoch => f.write_str("the heads are older than the newest known"),
            Self::Equivocation => f.write_str("the owner signed two versions of one epoch"),
            Self::Future => f.write_str("the heads are from the future"),
        }
    }
}

impl core::error::Error for PlatformError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Heads(error) => Some(error),
            _ => None,
        }
    }
}

/// Answers that could not be settled, as the register failed: they are given back, to be settled
/// again. Nothing is lost by it, and nothing counts twice.
pub struct Unsettled<A, E> {
    /// What was asked.
    pub asked: Box<A>,
    /// Why.
    pub error: RegisterFailure<E>,
}

impl<A, E: fmt::Debug> fmt::Debug for Unsettled<A, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unsettled({:?})", self.error)
    }
}

impl<A, E> fmt::Display for Unsettled<A, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer is not settled")
    }
}

impl<A, E: core::error::Error + 'static> core::error::Error for Unsettled<A, E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.error)
    }
}

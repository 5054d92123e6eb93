//! What can be wrong with a version of the directory, or with evidence.

use core::fmt;

use crate::error::{Check, Numbered, check, unnumbered};
use crate::list::ListError;

/// Why a version, heads or evidence do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DirectoryError {
    /// The content breaks a rule for itself: order, bounds, a schema that is not there, another
    /// number of shards.
    Invalid,
    /// It is not the version that the host pinned.
    NotPinned,
    /// It is not the next version.
    NotNext,
    /// It follows another version than the one that is known.
    WrongPrevious,
    /// Its time is before that of the version before it.
    OldTime,
    /// Its time is after the cosigner's.
    Future,
    /// It is not signed by the authority that the version before names.
    WrongAuthority,
    /// A signature does not verify.
    BadSignature,
    /// Fewer than a quorum of the previous version's cosigners signed.
    NotCosigned,
    /// An issuer key is gone, has another version, schema or beginning, or was brought back after
    /// it retired.
    IssuerChanged,
    /// A list is gone or has other keys.
    ListChanged,
    /// The number of shards changed, and there are lists.
    ShardCountChanged,
    /// The symbol key changed.
    SymbolKeyChanged,
    /// The keys of auditors are not those of a group of which it takes as many as it says.
    Auditors,
    /// The cosigner is none of those who sign the next version.
    NotACosigner,
    /// The cosigner signed another content of this version, or a later version.
    AlreadySigned,
    /// The directory has no such list.
    UnknownList,
    /// Heads do not count.
    List(ListError),
    /// The directory does not name the key that evidence is against.
    UnknownSigner,
    /// The two statements do not contradict each other.
    NoContradiction,
}

unnumbered!(DirectoryError);

impl Numbered for DirectoryError {
    fn check(&self) -> Option<Check> {
        Some(match self {
            Self::NotPinned => check!("09-9"),
            Self::NotNext => check!("09-11"),
            Self::WrongPrevious => check!("09-12"),
            Self::OldTime => check!("09-13"),
            Self::NotCosigned => check!("09-16"),
            Self::SymbolKeyChanged => check!("09-17"),
            Self::ShardCountChanged => check!("09-18"),
            Self::ListChanged => check!("09-20"),
            Self::Auditors => check!("09-21"),
            Self::Future => check!("09-26"),
            Self::NoContradiction => check!("09-29"),
            Self::UnknownSigner => check!("09-30"),
            Self::List(error) => return error.check(),
            // Those of several checks, and of none.
            _ => return None,
        })
    }
}

impl fmt::Display for DirectoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Invalid => "the content breaks a rule of the directory",
            Self::NotPinned => "the version is not the pinned one",
            Self::NotNext => "the version is not the next one",
            Self::WrongPrevious => "the version does not follow the known one",
            Self::OldTime => "the version is older than the previous one",
            Self::Future => "the version is from the future",
            Self::WrongAuthority => "the signature is not by the authority's key",
            Self::BadSignature => "a signature does not verify",
            Self::NotCosigned => "fewer than a quorum of the cosigners signed",
            Self::IssuerChanged => "an issuer key is gone or changed",
            Self::ListChanged => "a list is gone or changed",
            Self::ShardCountChanged => "the number of shards changed",
            Self::SymbolKeyChanged => "the symbol key changed",
            Self::Auditors => "the auditors are fewer than stated, or fewer than stated suffice",
            Self::NotACosigner => "the key is not a cosigner's",
            Self::AlreadySigned => "different content of this version, or a later version, is already signed",
            Self::UnknownList => "the directory has no such list",
            Self::List(_) => "heads do not count",
            Self::UnknownSigner => "the directory does not name the signer",
            Self::NoContradiction => "the statements do not contradict each other",
        })
    }
}

impl core::error::Error for DirectoryError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::List(error) => Some(error),
            _ => None,
        }
    }
}

impl From<ListError> for DirectoryError {
    fn from(error: ListError) -> Self {
        match error {
            ListError::NotCosigned => Self::NotCosigned,
            error => Self::List(error),
        }
    }
}

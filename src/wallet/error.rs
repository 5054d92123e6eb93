//! Why a wallet does not do what it is asked.

use core::fmt;

use super::Version;
use crate::certificate::CertificateError;
use crate::credential::IssuanceError;
use crate::directory::DirectoryError;
use crate::error::{Check, DecodeError, Numbered, check, unnumbered};
use crate::list::ListError;
use crate::presentation::PresentError;
use crate::seal::SealError;

/// Why a wallet does not open, or does not change. Whatever it says, the wallet that was there is
/// as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WalletError {
    /// The file is not one that these keys sealed.
    Seal(SealError),
    /// The file was sealed with these keys, and what it holds is no wallet of this version.
    Content(DecodeError),
    /// The file is older than the host knows it to be.
    RolledBack {
        /// Of the file.
        found: Version,
        /// What the host trusts.
        minimum: Version,
    },
    /// The change would make a file that the wallet would not open. Nothing is staged.
    Unreadable(DecodeError),
    /// There is no version after this one.
    VersionsUsedUp,
    /// The wallet holds as many credentials as it can.
    Full,
    /// The wallet has no directory yet.
    NoDirectory,
    /// The wallet has a directory, which it follows.
    AlreadyPinned,
    /// A version of the directory, or heads, do not count.
    Directory(DirectoryError),
    /// The wallet has not seen these heads, or does not remember them.
    NotSeen,
    /// Heads of an epoch before all that the wallet remembers.
    Forgotten,
    /// The wallet has seen newer heads of this list.
    NotNewest,
    /// The directory has no such issuer key, or it does not count now.
    IssuerDoesNotCount,
    /// There is no credential in this place.
    UnknownCredential,
    /// No request for such a credential waits in this wallet.
    NotRequestedHere,
    /// An issuance did not go on.
    Issuance(IssuanceError),
    /// Heads or a witness are not what they should be.
    List(ListError),
    /// A request cannot be answered.
    Present(PresentError),
    /// The consent is of another wallet, or of this one before it was opened anew.
    NotReviewedHere,
    /// The consent was given too long ago, or its user would read something else by now.
    ConsentLapsed,
    /// A signed request does not count.
    Certificate(CertificateError),
}

impl From<SealError> for WalletError {
    fn from(error: SealError) -> Self {
        Self::Seal(error)
    }
}

impl From<DirectoryError> for WalletError {
    fn from(error: DirectoryError) -> Self {
        Self::Directory(error)
    }
}

impl From<IssuanceError> for WalletError {
    fn from(error: IssuanceError) -> Self {
        Self::Issuance(error)
    }
}

impl From<ListError> for WalletError {
    fn from(error: ListError) -> Self {
        Self::List(error)
    }
}

impl From<PresentError> for WalletError {
    fn from(error: PresentError) -> Self {
        Self::Present(error)
    }
}

impl From<CertificateError> for WalletError {
    fn from(error: CertificateError) -> Self {
        Self::Certificate(error)
    }
}

unnumbered!(WalletError);

impl Numbered for WalletError {
    fn check(&self) -> Option<Check> {
        Some(match self {
            Self::Seal(error) => return error.check(),
            Self::Directory(error) => return error.check(),
            Self::Issuance(error) => return error.check(),
            Self::List(error) => return error.check(),
            Self::Present(error) => return error.check(),
            Self::Certificate(error) => return error.check(),
            Self::VersionsUsedUp => check!("11-50"),
            Self::NoDirectory => check!("11-36"),
            Self::AlreadyPinned => check!("11-37"),
            Self::Forgotten => check!("11-43"),
            Self::NotSeen => check!("11-44"),
            Self::NotNewest => check!("11-34"),
            Self::Unreadable(_) => check!("11-66"),
            Self::IssuerDoesNotCount => check!("11-41"),
            Self::NotRequestedHere => check!("11-18"),
            Self::NotReviewedHere | Self::ConsentLapsed => check!("11-27"),
            Self::RolledBack { .. } => check!("11-48"),
            Self::Content(_) | Self::Full | Self::UnknownCredential => return None,
        })
    }
}

impl fmt::Display for WalletError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seal(_) => f.write_str("the wallet's file does not open"),
            Self::Content(_) => f.write_str("the sealed content is not a wallet"),
            Self::RolledBack { found, minimum } => write!(f, "the wallet is at {found}, which is older than {minimum}"),
            Self::Unreadable(_) => f.write_str("the change would make a file that does not open"),
            Self::VersionsUsedUp => f.write_str("there are no versions left"),
            Self::Full => f.write_str("the wallet is full"),
            Self::NoDirectory => f.write_str("the wallet has no directory"),
            Self::AlreadyPinned => f.write_str("the wallet has a directory already"),
            Self::Directory(_) => f.write_str("the directory, or heads, do not count"),
            Self::NotSeen => f.write_str("the wallet has not seen these heads"),
            Self::Forgotten => f.write_str("the heads are older than any that the wallet remembers"),
            Self::NotNewest => f.write_str("the wallet has seen newer heads of the list"),
            Self::IssuerDoesNotCount => f.write_str("the issuer key is not valid now"),
            Self::UnknownCredential => f.write_str("there is no such credential"),
            Self::NotRequestedHere => f.write_str("no request for such a credential waits in this wallet"),
            Self::Issuance(_) => f.write_str("the credential cannot be issued"),
            Self::List(_) => f.write_str("heads or a witness are not taken"),
            Self::Present(_) => f.write_str("the wallet does not answer"),
            Self::NotReviewedHere => f.write_str("the consent is from another wallet"),
            Self::ConsentLapsed => f.write_str("the consent has lapsed"),
            Self::Certificate(_) => f.write_str("the signed request does not count"),
        }
    }
}

impl core::error::Error for WalletError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Seal(error) => Some(error),
            Self::Content(error) | Self::Unreadable(error) => Some(error),
            Self::Directory(error) => Some(error),
            Self::Issuance(error) => Some(error),
            Self::List(error) => Some(error),
            Self::Present(error) => Some(error),
            Self::Certificate(error) => Some(error),
            _ => None,
        }
    }
}

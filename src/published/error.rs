//! Why a published file does not count.

use core::error::Error;
use core::fmt;

use crate::directory::DirectoryError;
use crate::error::DecodeError;
use crate::list::ListError;

/// Why a file is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublishedError {
    /// It is longer than what was asked for can be, or not of this type.
    Decode(DecodeError),
    /// It is another item's: of another list, epoch, version or set.
    Another,
    /// It is a version of the directory, or heads, that do not count.
    Directory(DirectoryError),
    /// Heads do not count.
    List(ListError),
}

impl fmt::Display for PublishedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Decode(_) => "the file is not of the type that was asked for",
            Self::Another => "the file is another one than was asked for",
            Self::Directory(_) => "the file does not count under the directory",
            Self::List(_) => "the file does not count for the list",
        })
    }
}

impl Error for PublishedError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Decode(error) => Some(error),
            Self::Directory(error) => Some(error),
            Self::List(error) => Some(error),
            Self::Another => None,
        }
    }
}

impl From<DecodeError> for PublishedError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl From<DirectoryError> for PublishedError {
    fn from(error: DirectoryError) -> Self {
        Self::Directory(error)
    }
}

impl From<ListError> for PublishedError {
    fn from(error: ListError) -> Self {
        Self::List(error)
    }
}

/// Why nothing was fetched, although there is something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchError<E> {
    /// The source does not answer.
    Source(E),
    /// What it gave is not taken.
    Refused(PublishedError),
}

impl<E> fmt::Display for FetchError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Source(_) => "the source of published files does not answer",
            Self::Refused(_) => "the published file is refused",
        })
    }
}

impl<E: Error + 'static> Error for FetchError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(match self {
            Self::Source(error) => error,
            Self::Refused(error) => error,
        })
    }
}

//! The newest version of the directory, kept and followed (spec 09 §3).

use alloc::boxed::Box;
use core::error::Error;
use core::fmt;
use std::path::PathBuf;

use super::{PublishError, Publisher, TrustedNumbers};
use crate::directory::{DirectoryDigest, DirectoryError, SignedDirectory, VerifiedDirectory};
use crate::published::{FetchError, Source, Wanted};
use crate::wallet::{Trusted, Version};

/// The directory of a service, which follows it from the version that it ships, one version after
/// the other, and keeps them all in a folder with the layout of what is published.
///
/// A start reads them again from the pinned digest on, so nothing rests on who could write the
/// folder; that the newest is as new as it was, rests on the [`TrustedNumbers`].
///
/// ```no_run
/// use selfsame::codec::Message;
/// use selfsame::directory::{DirectoryDigest, SignedDirectory};
/// use selfsame::host::{DirectoryFollower, Folder, TrustedFile};
///
/// # const SHIPPED: &[u8] = &[];
/// # const PINNED: [u8; 32] = [0; 32];
/// let (shipped, pinned) = (SignedDirectory::from_bytes(SHIPPED)?, DirectoryDigest::from_bytes(PINNED));
/// let mut follower =
///     DirectoryFollower::open("/var/lib/desk/directory", TrustedFile::new("/var/lib/desk/trusted"), &shipped, &pinned)?;
/// if follower.follow(&mut Folder::new("/srv/published"))? > 0 {
///     println!("version {}", follower.directory().version().number()); // platform.adopt(…)
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct DirectoryFollower<N> {
    publisher: Publisher,
    numbers: N,
    directory: VerifiedDirectory,
}

impl<N> fmt::Debug for DirectoryFollower<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DirectoryFollower({:?}, version {})", self.publisher, self.directory.version().number())
    }
}

/// Why a directory is not opened or followed. What was followed before counts on.
#[derive(Debug)]
#[non_exhaustive]
pub enum FollowError {
    /// The version that is shipped, or one that was kept, does not count.
    Directory(DirectoryError),
    /// The folder is not read or written, or somebody has it open.
    Folder(PublishError),
    /// The trusted numbers are not read or written.
    Numbers(Box<dyn Error + Send + Sync>),
    /// The newest version that was kept is older than it was.
    RolledBack {
        /// The newest that is there.
        found: u64,
        /// The newest that was there.
        minimum: u64,
    },
    /// Versions were kept, and the trusted numbers know of none.
    Unknown,
    /// The source does not answer, or what it gives does not count.
    Fetch(Box<dyn Error + Send + Sync>),
}

impl fmt::Display for FollowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(_) => f.write_str("the shipped directory, or one that was kept, does not count"),
            Self::Folder(_) => f.write_str("the directory's folder cannot be used"),
            Self::Numbers(_) => f.write_str("the directory's trusted numbers cannot be read or written"),
            Self::RolledBack { found, minimum } => {
                write!(f, "the directory is at version {found}, which is older than version {minimum}")
            }
            Self::Unknown => f.write_str("there is a directory, and no trusted number for it"),
            Self::Fetch(_) => f.write_str("the next version of the directory was not taken"),
        }
    }
}

impl Error for FollowError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Directory(error) => Some(error),
            Self::Folder(error) => Some(error),
            Self::Numbers(error) | Self::Fetch(error) => Some(&**error),
            Self::RolledBack { .. } | Self::Unknown => None,
        }
    }
}

impl From<DirectoryError> for FollowError {
    fn from(error: DirectoryError) -> Self {
        Self::Directory(error)
    }
}

impl From<PublishError> for FollowError {
    fn from(error: PublishError) -> Self {
        Self::Folder(error)
    }
}

impl<N: TrustedNumbers> DirectoryFollower<N> {
    /// Opens the folder, which is made if it is not there. `shipped` is the version that comes with
    /// the service, and `pinned` its digest.
    ///
    /// # Errors
    /// [`FollowError::Directory`] if `shipped` is not the pinned one; [`FollowError::RolledBack`],
    /// [`FollowError::Unknown`], [`FollowError::Numbers`], [`FollowError::Folder`].
    pub fn open(
        folder: impl Into<PathBuf>,
        numbers: N,
        shipped: &SignedDirectory,
        pinned: &DirectoryDigest,
    ) -> Result<Self, FollowError> {
        Self::start(Publisher::open(folder)?, numbers, shipped.pin(pinned)?)
    }

    pub(super) fn start(publisher: Publisher, mut numbers: N, first: VerifiedDirectory) -> Result<Self, FollowError> {
        let mut directory = first.clone();
        while let Some(next) = kept_after(&publisher, &directory)? {
            directory = next;
        }
        let found = directory.version().number();
        let trusted = numbers.read().map_err(|error| FollowError::Numbers(Box::new(error)))?;
        match trusted {
            None if directory.version() > first.version() => return Err(FollowError::Unknown),
            Some(Trusted { minimum, .. }) if found < minimum.0 => {
                return Err(FollowError::RolledBack { found, minimum: minimum.0 });
            }
            _ => {}
        }
        // The shipped one may be new, and the process may have ended before the newest moved on.
        publisher.settle_directory(&first)?;
        publisher.settle_directory(&directory)?;
        let mut follower = Self { publisher, numbers, directory };
        follower.raise()?;
        Ok(follower)
    }

    /// The newest version that was followed.
    #[must_use]
    pub const fn directory(&self) -> &VerifiedDirectory {
        &self.directory
    }

    /// Takes every version after the newest that the source has, each by its number, verified and
    /// kept before it counts. Gives how many there were.
    ///
    /// # Errors
    /// [`FollowError::Fetch`], [`FollowError::Folder`], [`FollowError::Numbers`]; what was taken
    /// before stays.
    pub fn follow<S: Source>(&mut self, source: &mut S) -> Result<u64, FollowError>
    where
        S::Error: Error + Send + Sync + 'static,
    {
        let mut taken = 0;
        loop {
            let Some(wanted) = Wanted::after(&self.directory) else { return Ok(taken) };
            let next = wanted.fetch(source).map_err(|error: FetchError<_>| FollowError::Fetch(Box::new(error)))?;
            let Some(next) = next else { return Ok(taken) };
            self.take(next)?;
            taken += 1;
        }
    }

    /// Takes the next version where it came in another way.
    ///
    /// # Errors
    /// [`FollowError::Directory`] if it does not follow the newest; [`FollowError::Folder`],
    /// [`FollowError::Numbers`].
    pub fn take_next(&mut self, next: &SignedDirectory) -> Result<(), FollowError> {
        let next = self.directory.follow(next)?;
        self.take(next)
    }

    fn take(&mut self, next: VerifiedDirectory) -> Result<(), FollowError> {
        self.publisher.directory(&next)?;
        self.directory = next;
        self.raise()
    }

    fn raise(&mut self) -> Result<(), FollowError> {
        let trusted = Trusted::minimum(Version(self.directory.version().number()));
        self.numbers.write(trusted).map_err(|error| FollowError::Numbers(Box::new(error)))
    }
}

/// The version after this one, if it was kept.
fn kept_after(publisher: &Publisher, directory: &VerifiedDirectory) -> Result<Option<VerifiedDirectory>, FollowError> {
    let Some(wanted) = Wanted::after(directory) else { return Ok(None) };
    let most = usize::try_from(wanted.most_bytes()).unwrap_or(usize::MAX);
    let bytes = publisher.folder().read(wanted.item(), most).map_err(PublishError::Io)?;
    bytes.map(|bytes| wanted.take(&bytes)).transpose().map_err(|error| FollowError::Fetch(Box::new(error)))
}

#[cfg(test)]
mod tests;

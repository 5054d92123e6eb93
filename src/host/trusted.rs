//! Numbers that must not go back (spec 11 §4.3).

use alloc::boxed::Box;
use alloc::format;
use core::error::Error;
use core::fmt;
use std::io;
use std::path::PathBuf;

use super::disk::{Disk, Os, Readers, replace};
use crate::wallet::{Trusted, Version};

/// Where a host keeps the numbers that an attacker must not turn back: a keystore, a counter of
/// the hardware, or a file in a place that only the host writes ([`TrustedFile`]).
pub trait TrustedNumbers {
    /// Why they are not read or written.
    type Error: Error + Send + Sync + 'static;

    /// What was written last; `None` if nothing ever was.
    ///
    /// # Errors
    /// That of the place.
    fn read(&mut self) -> Result<Option<Trusted>, Self::Error>;

    /// Keeps these in the place of the former ones, durably when it returns.
    ///
    /// # Errors
    /// That of the place; then it has these or the former ones.
    fn write(&mut self, trusted: Trusted) -> Result<(), Self::Error>;
}

/// The numbers in a file, `minimum N, handed out N`, replaced whole.
///
/// It protects as well as its place does: on the disk that has the wallet's file, an attacker who
/// puts back one puts back both, and only a mistake (a restored backup, a copied folder) is
/// noticed.
pub struct TrustedFile {
    path: PathBuf,
    disk: Box<dyn Disk>,
}

impl TrustedFile {
    /// Those in this file, which need not be there yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self::on(Box::new(Os), path.into())
    }

    pub(super) fn on(disk: Box<dyn Disk>, path: PathBuf) -> Self {
        Self { path, disk }
    }
}

impl fmt::Debug for TrustedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TrustedFile({})", self.path.display())
    }
}

/// Why a [`TrustedFile`] is not read or written.
#[derive(Debug)]
#[non_exhaustive]
pub enum TrustedFileError {
    /// The operating system says no.
    Io(io::Error),
    /// The file has something else in it.
    Malformed,
}

impl fmt::Display for TrustedFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Io(_) => "the file of the trusted numbers cannot be read or written",
            Self::Malformed => "the file of the trusted numbers has something else in it",
        })
    }
}

impl Error for TrustedFileError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Malformed => None,
        }
    }
}

impl From<io::Error> for TrustedFileError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn encode(trusted: Trusted) -> alloc::string::String {
    format!("minimum {}, handed out {}\n", trusted.minimum.0, trusted.handed_out.0)
}

/// The numbers of which this is the text; no other text is taken.
fn decode(bytes: &[u8]) -> Option<Trusted> {
    let numbers = core::str::from_utf8(bytes).ok()?.strip_prefix("minimum ")?.strip_suffix('\n')?;
    let (minimum, handed_out) = numbers.split_once(", handed out ")?;
    let [minimum, handed_out] = [minimum, handed_out].map(|number| number.parse().ok().map(Version));
    let trusted = Trusted { minimum: minimum?, handed_out: handed_out? };
    (encode(trusted).as_bytes() == bytes).then_some(trusted)
}

impl TrustedNumbers for TrustedFile {
    type Error = TrustedFileError;

    fn read(&mut self) -> Result<Option<Trusted>, TrustedFileError> {
        match self.disk.read(&self.path, 128)? {
            Some(bytes) => decode(&bytes).map(Some).ok_or(TrustedFileError::Malformed),
            None => Ok(None),
        }
    }

    fn write(&mut self, trusted: Trusted) -> Result<(), TrustedFileError> {
        Ok(replace(&*self.disk, &self.path, encode(trusted).as_bytes(), Readers::Owner)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_text() {
        let trusted = Trusted { minimum: Version(0), handed_out: Version(u64::MAX) };
        assert_eq!(decode(encode(trusted).as_bytes()), Some(trusted));
        for text in ["", "minimum 1, handed out 1", "minimum 01, handed out 1\n", "minimum +1, handed out 1\n"] {
            assert_eq!(decode(text.as_bytes()), None, "{text:?}");
        }
    }
}

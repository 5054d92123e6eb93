//! Sessions in one file, on redb (spec 14 §4.3).

use alloc::vec::Vec;
use core::fmt;
use std::path::Path;

use super::SessionKey;
pub use crate::embedded::RedbFailure;
use crate::embedded::{File, StorageBackend};
use crate::secret::Secret;
use crate::ticket::{SessionId, SessionStore};

/// Id → the sealed session; nothing once it was taken.
const SESSIONS: &str = "sessions";
/// In order of arrival → id.
const ARRIVALS: &str = "arrivals";

/// Why a file does not keep a session, or give one.
#[derive(Debug)]
#[non_exhaustive]
pub enum RedbSessionError {
    /// A session has the id of another one: the helper's generator repeats itself, and none of its
    /// sessions may be answered any more.
    Duplicate,
    /// The file failed.
    File(RedbFailure),
}

impl From<RedbFailure> for RedbSessionError {
    fn from(failure: RedbFailure) -> Self {
        Self::File(failure)
    }
}

impl fmt::Display for RedbSessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Duplicate => "a session has the id of another one",
            Self::File(_) => "the file of sessions failed",
        })
    }
}

impl core::error::Error for RedbSessionError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Duplicate => None,
            Self::File(failure) => Some(failure),
        }
    }
}

/// Sessions in one file, each sealed under a [`SessionKey`]. Clones share it.
///
/// A session that was taken leaves its id behind, and its sealed bytes in pages of the file that
/// are free: under a key that is drawn at every start those open for nobody. What another key
/// sealed is none that is there.
#[derive(Clone)]
pub struct RedbSessionStore {
    file: File,
    key: alloc::sync::Arc<SessionKey>,
    capacity: u64,
}

impl fmt::Debug for RedbSessionStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedbSessionStore(redacted)")
    }
}

impl RedbSessionStore {
    /// Opens the file, and makes it if it is not there. It remembers the last `capacity` sessions
    /// (at least one), of which the oldest is dropped for a new one.
    ///
    /// # Errors
    /// [`RedbFailure`].
    pub fn open(path: impl AsRef<Path>, key: SessionKey, capacity: u64) -> Result<Self, RedbFailure> {
        File::open(path).map(|file| Self { file, key: key.into(), capacity: capacity.max(1) })
    }

    /// The same on storage of the caller's own.
    ///
    /// # Errors
    /// [`RedbFailure`].
    pub fn open_with_backend(
        backend: impl StorageBackend,
        key: SessionKey,
        capacity: u64,
    ) -> Result<Self, RedbFailure> {
        File::open_with_backend(backend).map(|file| Self { file, key: key.into(), capacity: capacity.max(1) })
    }
}

impl SessionStore for RedbSessionStore {
    type Error = RedbSessionError;

    fn put(&mut self, id: SessionId, session: Secret<Vec<u8>>) -> Result<(), RedbSessionError> {
        let mut writing = self.file.begin()?;
        if writing.get(SESSIONS, &id.to_bytes())?.is_some() {
            return Err(RedbSessionError::Duplicate);
        }
        while writing.len(ARRIVALS)? >= self.capacity
            && let Some((arrival, oldest)) = writing.first(ARRIVALS)?
        {
            writing.put(ARRIVALS, &arrival, None)?;
            writing.put(SESSIONS, &oldest, None)?;
        }
        let last = writing.last(ARRIVALS)?.and_then(|last| Some(u64::from_be_bytes(*last.first_chunk()?)));
        let next = last.map_or(0, |last| last.saturating_add(1));
        // Without bytes it is none that is given.
        let sealed = self.key.seal(id, &session).unwrap_or_default();
        writing.put(ARRIVALS, &next.to_be_bytes(), Some(&id.to_bytes()))?;
        writing.put(SESSIONS, &id.to_bytes(), Some(&sealed))?;
        Ok(writing.commit()?)
    }

    fn take_durably(&mut self, id: SessionId) -> Result<Option<Secret<Vec<u8>>>, RedbSessionError> {
        let mut writing = self.file.begin()?;
        let Some(sealed) = writing.get(SESSIONS, &id.to_bytes())?.filter(|sealed| !sealed.is_empty()) else {
            return Ok(None);
        };
        writing.put(SESSIONS, &id.to_bytes(), Some(&[]))?;
        writing.commit()?;
        Ok(self.key.open(id, &sealed))
    }
}

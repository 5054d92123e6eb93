//! One process at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

/// A file that is locked until this is dropped, or the process ends, however it ends.
pub(super) struct FileLock {
    _file: File,
}

impl FileLock {
    /// Locks the file, which stays where it is, empty. `None` if it is locked already, by another
    /// process or by this one.
    pub(super) fn take(path: &Path) -> io::Result<Option<Self>> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

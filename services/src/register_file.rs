//! A register in one file that outlives an error of its disk.

use std::error::Error;
use std::fmt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use selfsame::calendar::Timestamp;
use selfsame::presentation::{Recorded, RedbReplayRegister, ReplayRegister, ToRecord};

use crate::register::RegisterFailed;

type Opens = dyn Fn() -> Result<RedbReplayRegister, Box<dyn Error + Send + Sync>> + Send + Sync;

/// The library's register in a file, which is opened again where it failed: after an error of the
/// disk redb refuses everything, for as long as the file is open, though the disk is there again.
pub struct FileRegister {
    opens: Box<Opens>,
    register: Mutex<Option<RedbReplayRegister>>,
}

impl fmt::Debug for FileRegister {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileRegister")
    }
}

impl FileRegister {
    /// Opens the file, and makes it if it is not there.
    ///
    /// # Errors
    /// Those of redb.
    pub fn open(path: &Path) -> Result<Self, RegisterFailed> {
        let first = RedbReplayRegister::open(path).map_err(|error| RegisterFailed::of(error.into()))?;
        let path = path.to_owned();
        let again = move || {
            // An empty one in its place would take what was taken, and so would a new one.
            if std::fs::metadata(&path)?.len() == 0 {
                return Err("the file is empty".into());
            }
            Ok(RedbReplayRegister::open(&path)?)
        };
        Ok(Self { opens: Box::new(again), register: Mutex::new(Some(first)) })
    }

    fn with<T, E: Error + Send + Sync + 'static>(
        &self,
        work: impl FnOnce(&RedbReplayRegister) -> Result<T, E>,
    ) -> Result<T, RegisterFailed> {
        let mut register = self.register.lock().unwrap_or_else(PoisonError::into_inner);
        let open = match &mut *register {
            Some(open) => open,
            none => none.insert((self.opens)().map_err(RegisterFailed::of)?),
        };
        let done = work(open);
        if done.is_err() {
            // It is closed before it is opened again.
            *register = None;
        }
        done.map_err(|error| RegisterFailed::of(error.into()))
    }

    /// Forgets what was over then; every row is read.
    ///
    /// # Errors
    /// Those of the file.
    pub fn forget_before(&self, over: Timestamp) -> Result<(), RegisterFailed> {
        self.with(|register| register.forget_before(over))
    }
}

impl ReplayRegister for FileRegister {
    type Error = RegisterFailed;

    fn record(&self, answers: &[ToRecord]) -> Result<Vec<Recorded>, RegisterFailed> {
        self.with(|register| register.record(answers))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::{Error, ErrorKind};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use redb::StorageBackend;

    use super::*;

    /// A disk in memory, of which so many syncs fail.
    #[derive(Clone, Debug, Default)]
    pub(crate) struct Disk {
        bytes: Arc<Mutex<Vec<u8>>>,
        pub(crate) fails: Arc<AtomicUsize>,
    }

    impl StorageBackend for Disk {
        fn len(&self) -> Result<u64, Error> {
            Ok(self.bytes.lock().unwrap().len() as u64)
        }

        fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), Error> {
            let (bytes, from) = (self.bytes.lock().unwrap(), usize::try_from(offset).unwrap());
            out.copy_from_slice(bytes.get(from..from + out.len()).ok_or(ErrorKind::UnexpectedEof)?);
            Ok(())
        }

        fn set_len(&self, len: u64) -> Result<(), Error> {
            self.bytes.lock().unwrap().resize(usize::try_from(len).unwrap(), 0);
            Ok(())
        }

        fn sync_data(&self) -> Result<(), Error> {
            let fails = self.fails.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
            fails.map_or(Ok(()), |_| Err(ErrorKind::StorageFull.into()))
        }

        fn write(&self, offset: u64, data: &[u8]) -> Result<(), Error> {
            let from = usize::try_from(offset).unwrap();
            self.bytes.lock().unwrap()[from..from + data.len()].copy_from_slice(data);
            Ok(())
        }
    }

    impl Disk {
        /// A register on it.
        pub(crate) fn register(&self) -> FileRegister {
            let disk = self.clone();
            let opens = move || -> Result<_, Box<dyn std::error::Error + Send + Sync>> {
                Ok(RedbReplayRegister::open_with_backend(disk.clone())?)
            };
            // A disk that fails while the file is made leaves none: a service does not start there.
            let first = opens().unwrap();
            FileRegister { opens: Box::new(opens), register: Mutex::new(Some(first)) }
        }
    }

    /// A file that is gone is not begun anew in the middle: it would take what was taken.
    #[test]
    fn a_register_that_is_gone_stays_away() {
        let folder = std::env::temp_dir().join(format!("selfsame-register-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("register.redb");
        let register = FileRegister::open(&path).unwrap();
        assert!(register.record(&[]).is_ok());
        *register.register.lock().unwrap() = None;
        assert!(register.record(&[]).is_ok());
        *register.register.lock().unwrap() = None;
        std::fs::remove_dir_all(&folder).unwrap();
        std::fs::create_dir_all(&folder).unwrap();
        assert!(register.record(&[]).is_err() && !path.exists());
        // Nor is one that was cut to nothing.
        std::fs::write(&path, b"").unwrap();
        assert!(register.record(&[]).is_err() && std::fs::read(&path).unwrap().is_empty());
        std::fs::remove_dir_all(folder).unwrap();
    }
}

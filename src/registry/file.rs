//! A registry in one file, on redb.

use alloc::vec::Vec;
use core::fmt;
use std::path::Path;

use super::{RegistryStore, RowKey, StoreError, StoreTransaction};
pub use crate::embedded::RedbFailure;
use crate::embedded::{File, StorageBackend, Writing};

/// A registry in one file. Clones share the file; their transactions wait for each other, so that
/// one thread holds one at a time.
///
/// Where the disk failed, every transaction fails until all clones are dropped and the file is
/// opened anew. A crash leaves no damage; over some damage by other causes, redb panics. Damage
/// that it does not see is seen by the rows' tags (spec 10 §4.3).
///
/// A transaction is written in two phases, each with its own sync: the checksum that redb would
/// otherwise rely on after a crash is not a cryptographic one, and phones choose some of the bytes.
#[derive(Clone)]
pub struct RedbStore(File);

impl fmt::Debug for RedbStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedbStore(redacted)")
    }
}

// One transaction at a time: none ever meets another.
impl StoreError for RedbFailure {}

impl RedbStore {
    /// Opens the file, and makes it if it is not there. After a crash it is repaired here.
    ///
    /// # Errors
    /// [`RedbFailure`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, RedbFailure> {
        File::open(path).map(Self)
    }

    /// The same on storage of the caller's own.
    ///
    /// # Errors
    /// [`RedbFailure`].
    pub fn open_with_backend(backend: impl StorageBackend) -> Result<Self, RedbFailure> {
        File::open_with_backend(backend).map(Self)
    }
}

/// A transaction of a [`RedbStore`].
pub struct RedbTransaction(Writing);

impl fmt::Debug for RedbTransaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedbTransaction(redacted)")
    }
}

impl RegistryStore for RedbStore {
    type Error = RedbFailure;
    type Transaction<'a> = RedbTransaction;

    fn begin(&mut self) -> Result<RedbTransaction, RedbFailure> {
        self.0.begin().map(RedbTransaction)
    }
}

impl StoreTransaction for RedbTransaction {
    type Error = RedbFailure;

    fn get(&mut self, keys: &[RowKey]) -> Result<Vec<Option<Vec<u8>>>, RedbFailure> {
        keys.iter().map(|key| self.0.get(key.table().name(), key.bytes())).collect()
    }

    fn put(&mut self, key: &RowKey, row: Option<&[u8]>) -> Result<(), RedbFailure> {
        self.0.put(key.table().name(), key.bytes(), row)
    }

    fn commit(self) -> Result<(), RedbFailure> {
        self.0.commit()
    }
}

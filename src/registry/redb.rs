//! A store in one file, on redb.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use std::path::Path;
use std::sync::Arc;

use redb::{
    Builder, Database, Durability, ReadableTable, StorageBackend, TableDefinition, TableError, WriteTransaction,
};

use super::{RegistryStore, RowKey, StoreError, StoreTransaction, Table};

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
pub struct RedbStore(Arc<Database>);

impl fmt::Debug for RedbStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedbStore(redacted)")
    }
}

/// What redb reported.
#[derive(Debug)]
pub struct RedbFailure(Box<redb::Error>);

impl fmt::Display for RedbFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("redb failed")
    }
}

impl core::error::Error for RedbFailure {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&*self.0)
    }
}

// One transaction at a time: none ever meets another.
impl StoreError for RedbFailure {}

fn failure(error: impl Into<redb::Error>) -> RedbFailure {
    RedbFailure(Box::new(error.into()))
}

const fn definition(table: Table) -> TableDefinition<'static, &'static [u8], &'static [u8]> {
    TableDefinition::new(table.name())
}

impl RedbStore {
    /// Opens the file, and makes it if it is not there. After a crash it is repaired here.
    ///
    /// # Errors
    /// [`RedbFailure`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, RedbFailure> {
        Database::create(path).map(|database| Self(Arc::new(database))).map_err(failure)
    }

    /// The same on storage of the caller's own.
    ///
    /// # Errors
    /// [`RedbFailure`].
    pub fn open_with_backend(backend: impl StorageBackend) -> Result<Self, RedbFailure> {
        Builder::new().create_with_backend(backend).map(|database| Self(Arc::new(database))).map_err(failure)
    }
}

/// A transaction of a [`RedbStore`].
pub struct RedbTransaction {
    transaction: WriteTransaction,
    written: bool,
}

impl fmt::Debug for RedbTransaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedbTransaction(redacted)")
    }
}

impl RegistryStore for RedbStore {
    type Error = RedbFailure;
    type Transaction<'a> = RedbTransaction;

    fn begin(&mut self) -> Result<RedbTransaction, RedbFailure> {
        let mut transaction = self.0.begin_write().map_err(failure)?;
        transaction.set_durability(Durability::Immediate).map_err(failure)?;
        transaction.set_two_phase_commit(true);
        Ok(RedbTransaction { transaction, written: false })
    }
}

impl StoreTransaction for RedbTransaction {
    type Error = RedbFailure;

    fn get(&mut self, keys: &[RowKey]) -> Result<Vec<Option<Vec<u8>>>, RedbFailure> {
        let row = |key: &RowKey| match self.transaction.open_table(definition(key.table())) {
            Ok(table) => {
                let row = table.get(key.bytes()).map_err(failure)?;
                Ok(row.map(|row| row.value().to_vec()))
            }
            Err(TableError::TableDoesNotExist(_)) => Ok(None),
            Err(error) => Err(failure(error)),
        };
        keys.iter().map(row).collect()
    }

    fn put(&mut self, key: &RowKey, row: Option<&[u8]>) -> Result<(), RedbFailure> {
        self.written = true;
        let mut table = self.transaction.open_table(definition(key.table())).map_err(failure)?;
        match row {
            Some(row) => table.insert(key.bytes(), row).map(drop).map_err(failure),
            None => table.remove(key.bytes()).map(drop).map_err(failure),
        }
    }

    fn commit(self) -> Result<(), RedbFailure> {
        // A question needs no sync: transactions come one after the other.
        if self.written {
            self.transaction.commit().map_err(failure)
        } else {
            self.transaction.abort().map_err(failure)
        }
    }
}

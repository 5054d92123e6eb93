//! Maps of bytes in one file, on redb: what the stores in a file are made of.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use redb::backends::FileBackend;
use redb::{
    Builder, Database, Durability, ReadableTable, ReadableTableMetadata, TableDefinition, TableError, WriteTransaction,
};

#[allow(unreachable_pub, reason = "callers implement it, from the crate itself")]
pub use redb::StorageBackend;

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

fn failure(error: impl Into<redb::Error>) -> RedbFailure {
    RedbFailure(Box::new(error.into()))
}

/// A row of this table is none that was written to it.
pub(crate) fn corrupt(table: &str) -> RedbFailure {
    failure(redb::Error::Corrupted(table.into()))
}

/// Key and content.
type Row = (Vec<u8>, Vec<u8>);
type Definition<'a> = TableDefinition<'a, &'static [u8], &'static [u8]>;

fn own(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A file. Clones share it.
#[derive(Clone)]
pub(crate) struct File(Arc<Database>);

impl File {
    /// Where there is none, one is made that its owner alone may read.
    pub(crate) fn open(path: impl AsRef<Path>) -> Result<Self, RedbFailure> {
        let file = own(path.as_ref()).map_err(redb::StorageError::from).map_err(failure)?;
        Self::open_with_backend(FileBackend::new(file).map_err(failure)?)
    }

    pub(crate) fn open_with_backend(backend: impl StorageBackend) -> Result<Self, RedbFailure> {
        Builder::new().create_with_backend(backend).map(|database| Self(Arc::new(database))).map_err(failure)
    }

    /// Begins a transaction, when the one before is over. It is written in two phases, each with
    /// its own sync.
    pub(crate) fn begin(&self) -> Result<Writing, RedbFailure> {
        let mut transaction = self.0.begin_write().map_err(failure)?;
        transaction.set_durability(Durability::Immediate).map_err(failure)?;
        transaction.set_two_phase_commit(true);
        Ok(Writing { transaction, written: false })
    }
}

/// The one open transaction of a file.
pub(crate) struct Writing {
    transaction: WriteTransaction,
    written: bool,
}

impl Writing {
    /// Something of a table; none where nothing was ever written to it.
    fn read<T>(
        &self,
        table: &str,
        read: impl FnOnce(&redb::Table<'_, &'static [u8], &'static [u8]>) -> Result<Option<T>, redb::StorageError>,
    ) -> Result<Option<T>, RedbFailure> {
        match self.transaction.open_table(Definition::new(table)) {
            Ok(table) => read(&table).map_err(failure),
            Err(TableError::TableDoesNotExist(_)) => Ok(None),
            Err(error) => Err(failure(error)),
        }
    }

    pub(crate) fn get(&self, table: &str, key: &[u8]) -> Result<Option<Vec<u8>>, RedbFailure> {
        self.read(table, |table| Ok(table.get(key)?.map(|row| row.value().to_vec())))
    }

    /// The row with the least key.
    pub(crate) fn first(&self, table: &str) -> Result<Option<Row>, RedbFailure> {
        self.read(table, |table| Ok(table.first()?.map(|(key, row)| (key.value().to_vec(), row.value().to_vec()))))
    }

    /// The greatest key.
    pub(crate) fn last(&self, table: &str) -> Result<Option<Vec<u8>>, RedbFailure> {
        self.read(table, |table| Ok(table.last()?.map(|(key, _)| key.value().to_vec())))
    }

    pub(crate) fn len(&self, table: &str) -> Result<u64, RedbFailure> {
        self.read(table, |table| table.len().map(Some)).map(Option::unwrap_or_default)
    }

    /// Writes a row, or deletes it where `row` is none.
    pub(crate) fn put(&mut self, table: &str, key: &[u8], row: Option<&[u8]>) -> Result<(), RedbFailure> {
        self.written = true;
        let mut table = self.transaction.open_table(Definition::new(table)).map_err(failure)?;
        match row {
            Some(row) => table.insert(key, row).map(drop).map_err(failure),
            None => table.remove(key).map(drop).map_err(failure),
        }
    }

    /// Deletes every row of which this does not hold.
    pub(crate) fn retain(&mut self, table: &str, holds: impl Fn(&[u8]) -> bool) -> Result<(), RedbFailure> {
        self.written = true;
        let mut table = self.transaction.open_table(Definition::new(table)).map_err(failure)?;
        table.retain(|_, row| holds(row)).map_err(failure)
    }

    /// Makes all of it durable. Where nothing was written there is nothing to sync: transactions
    /// come one after the other.
    pub(crate) fn commit(self) -> Result<(), RedbFailure> {
        if self.written {
            self.transaction.commit().map_err(failure)
        } else {
            self.transaction.abort().map_err(failure)
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_file_is_read_by_its_owner_alone() {
        let path = std::env::temp_dir().join(alloc::format!("selfsame-embedded-{}", std::process::id()));
        for _ in 0..2 {
            drop(File::open(&path).unwrap());
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::remove_file(&path).unwrap();
    }
}

//! A store in memory: for tests, demonstrations, and hosts that keep their data elsewhere.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::convert::Infallible;
use core::fmt;

use zeroize::Zeroizing;

use super::{RegistryStore, RowKey, StoreError, StoreTransaction};

type Bytes = Zeroizing<Vec<u8>>;

/// A map of rows. Forgets everything when dropped, and wipes it.
#[derive(Default)]
pub struct MemoryStore {
    rows: BTreeMap<RowKey, Bytes>,
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryStore({} rows, redacted)", self.rows.len())
    }
}

impl MemoryStore {
    /// No rows.
    #[must_use]
    pub const fn new() -> Self {
        Self { rows: BTreeMap::new() }
    }

    /// Every row, in order of the keys: for backups, and for tests that look for what should not be
    /// there.
    pub fn rows(&self) -> impl Iterator<Item = (&RowKey, &[u8])> {
        self.rows.iter().map(|(key, row)| (key, row.as_slice()))
    }
}

/// A transaction of a [`MemoryStore`].
pub struct MemoryTransaction<'a> {
    store: &'a mut MemoryStore,
    written: BTreeMap<RowKey, Option<Bytes>>,
}

impl fmt::Debug for MemoryTransaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryTransaction({} written, redacted)", self.written.len())
    }
}

impl StoreError for Infallible {}

impl RegistryStore for MemoryStore {
    type Error = Infallible;
    type Transaction<'a> = MemoryTransaction<'a>;

    fn begin(&mut self) -> Result<MemoryTransaction<'_>, Infallible> {
        Ok(MemoryTransaction { store: self, written: BTreeMap::new() })
    }
}

impl StoreTransaction for MemoryTransaction<'_> {
    type Error = Infallible;

    fn get(&mut self, keys: &[RowKey]) -> Result<Vec<Option<Vec<u8>>>, Infallible> {
        let row = |key: &RowKey| match self.written.get(key) {
            Some(written) => written.as_ref(),
            None => self.store.rows.get(key),
        };
        Ok(keys.iter().map(|key| row(key).map(|bytes| bytes.to_vec())).collect())
    }

    fn put(&mut self, key: &RowKey, row: Option<&[u8]>) -> Result<(), Infallible> {
        self.written.insert(key.duplicate(), row.map(|bytes| Zeroizing::new(bytes.to_vec())));
        Ok(())
    }

    fn commit(mut self) -> Result<(), Infallible> {
        for (key, row) in core::mem::take(&mut self.written) {
            match row {
                Some(row) => drop(self.store.rows.insert(key, row)),
                None => drop(self.store.rows.remove(&key)),
            }
        }
        Ok(())
    }
}

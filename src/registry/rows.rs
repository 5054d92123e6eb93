//! The rows that a transition sees (spec 10 §4).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::{RowKey, Table};
use crate::codec::Message;
use crate::error::DecodeError;

type Bytes = Zeroizing<Vec<u8>>;

/// Why a run of a transition ended early.
#[derive(Debug)]
pub enum Halt<R> {
    /// It named rows that were not loaded. The driver loads them and runs it again.
    Missing,
    /// A stored row is not what this crate writes.
    Corrupt(Table, DecodeError),
    /// A check failed.
    Refused(R),
}

impl<R> From<R> for Halt<R> {
    fn from(reason: R) -> Self {
        Self::Refused(reason)
    }
}

/// What a transition reads and writes: rows that were loaded from one transaction of a store, and the changes to them.
///
/// A transition never waits for a store. Where it reads a row that was not loaded, it is [halted](Halt::Missing), and run again
/// from the beginning once the row is there. It sees its own writes.
#[derive(Default)]
pub struct Rows {
    loaded: BTreeMap<RowKey, Option<Bytes>>,
    written: BTreeMap<RowKey, Option<Bytes>>,
    wanted: Vec<RowKey>,
}

impl core::fmt::Debug for Rows {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Rows({} loaded, {} written)", self.loaded.len(), self.written.len())
    }
}

impl Rows {
    /// Names rows that will be read, so that they are loaded together.
    pub(super) fn load<R>(&mut self, keys: impl IntoIterator<Item = RowKey>) -> Result<(), Halt<R>> {
        for key in keys {
            if !self.loaded.contains_key(&key) && !self.written.contains_key(&key) {
                self.wanted.push(key);
            }
        }
        if self.wanted.is_empty() { Ok(()) } else { Err(Halt::Missing) }
    }

    /// The row, as this run left it.
    pub(super) fn read<M: Message, R>(&mut self, key: &RowKey) -> Result<Option<M>, Halt<R>> {
        let Some(row) = self.written.get(key).or_else(|| self.loaded.get(key)) else {
            self.wanted.push(key.duplicate());
            return Err(Halt::Missing);
        };
        let message = row.as_ref().map(|bytes| M::from_bytes(bytes)).transpose();
        message.map_err(|error| Halt::Corrupt(key.table(), error))
    }

    pub(super) fn write(&mut self, key: RowKey, row: &impl Message) {
        self.written.insert(key, Some(Zeroizing::new(row.to_bytes())));
    }

    pub(super) fn delete(&mut self, key: RowKey) {
        self.written.insert(key, None);
    }

    /// Begins another run: what was read stays, what was written goes.
    pub(super) fn restart(&mut self) -> Vec<RowKey> {
        self.written.clear();
        core::mem::take(&mut self.wanted)
    }

    /// Takes what a store found. A key that the store did not answer for is not a row that is not there: that is a defect of the
    /// store, and gives its table.
    pub(super) fn fill(&mut self, keys: Vec<RowKey>, rows: Vec<Option<Vec<u8>>>) -> Result<(), Table> {
        let mut rows = rows.into_iter().map(|row| row.map(Zeroizing::new));
        for key in keys {
            let row = rows.next().ok_or(key.table())?;
            self.loaded.insert(key, row);
        }
        Ok(())
    }

    /// The changes of the last run.
    pub(super) fn changes(&self) -> impl Iterator<Item = (&RowKey, Option<&[u8]>)> {
        self.written.iter().map(|(key, row)| (key, row.as_ref().map(|bytes| bytes.as_slice())))
    }
}

//! The rows that a transition sees (spec 10 §4).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::keeper::TAG_LEN;
use super::{Keeper, RowKey, Table, WrongStore};
use crate::codec::Message;
use crate::error::DecodeError;

type Bytes = Zeroizing<Vec<u8>>;

/// Why a run of a transition ended early.
#[derive(Debug)]
pub enum Interrupt<R> {
    /// It named rows that were not loaded. The driver loads them and runs it again.
    Missing,
    /// A row is not the one that this registry stored there.
    Altered(Table),
    /// A stored row is not what this crate writes.
    Corrupt(Table, DecodeError),
    /// The store is not this registry's, or not in the state that creating or opening it takes.
    WrongStore(WrongStore),
    /// A check failed.
    Refused(R),
}

impl<R> From<R> for Interrupt<R> {
    fn from(reason: R) -> Self {
        Self::Refused(reason)
    }
}

/// What a transition reads and writes: rows that were loaded from one transaction of a store, and
/// the changes to them.
///
/// A transition never waits for a store. Where it reads a row that was not loaded, it is
/// [halted](Interrupt::Missing), and run again from the beginning once the row is there. It sees
/// its own writes. Whose store it is is loaded before anything else, and every row is checked
/// against its tag when it is loaded (checks 10-37, 10-38).
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
    /// Nothing yet; the store's mark will be the first row, and these come with it.
    pub(super) fn beginning_with(keys: Vec<RowKey>) -> Self {
        let wanted = core::iter::once(RowKey::mark()).chain(keys).collect();
        Self { loaded: BTreeMap::new(), written: BTreeMap::new(), wanted }
    }

    /// Names rows that will be read, so that they are loaded together.
    pub(super) fn load<R>(&mut self, keys: impl IntoIterator<Item = RowKey>) -> Result<(), Interrupt<R>> {
        for key in keys {
            if !self.loaded.contains_key(&key) && !self.written.contains_key(&key) {
                self.wanted.push(key);
            }
        }
        if self.wanted.is_empty() { Ok(()) } else { Err(Interrupt::Missing) }
    }

    /// The row, as this run left it.
    pub(super) fn read<M: Message, R>(&mut self, key: &RowKey) -> Result<Option<M>, Interrupt<R>> {
        let Some(row) = self.written.get(key).or_else(|| self.loaded.get(key)) else {
            self.wanted.push(key.duplicate());
            return Err(Interrupt::Missing);
        };
        let message = row.as_ref().map(|bytes| M::from_bytes(bytes)).transpose();
        message.map_err(|error| Interrupt::Corrupt(key.table(), error))
    }

    /// Whether there is a row, whatever it says.
    pub(super) fn has<R>(&mut self, key: &RowKey) -> Result<bool, Interrupt<R>> {
        let Some(row) = self.written.get(key).or_else(|| self.loaded.get(key)) else {
            self.wanted.push(key.duplicate());
            return Err(Interrupt::Missing);
        };
        Ok(row.is_some())
    }

    /// The work of a row that is there, for one that is not: a tag is computed and compared, and a
    /// content decoded, to no end.
    pub(super) fn pretend<M: Message>(keeper: &Keeper, key: &RowKey, content: &[u8]) {
        let row = [content, &[0; TAG_LEN]].concat();
        core::hint::black_box(keeper.record_key().sealed(key, &row));
        core::hint::black_box(M::from_bytes(content).is_ok());
    }

    pub(super) fn write(&mut self, key: RowKey, row: &impl Message) {
        self.written.insert(key, Some(Zeroizing::new(row.to_bytes())));
    }

    pub(super) fn delete(&mut self, key: RowKey) {
        self.written.insert(key, None);
    }

    /// Whether rows are named that were not loaded.
    pub(super) fn lacks(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// Begins another run: what was read stays, what was written goes. Gives what is to be read:
    /// each key once, the mark first.
    pub(super) fn restart(&mut self) -> Vec<RowKey> {
        self.written.clear();
        let mut keys = core::mem::take(&mut self.wanted);
        let order = |key: &RowKey| key.table() != Table::Marks;
        keys.sort_unstable_by(|one, other| (order(one), one).cmp(&(order(other), other)));
        keys.dedup();
        keys
    }

    /// What was read before the transaction is not of it: whose store it is will be read once more.
    pub(super) fn enter_transaction(&mut self) {
        self.loaded.remove(&RowKey::mark());
        self.wanted.push(RowKey::mark());
    }

    /// Takes what a store found, after a look at each row's tag. A key that the store did not
    /// answer for is not a row that is not there: that is a defect of the store, and gives its
    /// table.
    pub(super) fn fill<R>(
        &mut self,
        keeper: &Keeper,
        creates: bool,
        keys: Vec<RowKey>,
        rows: Vec<Option<Vec<u8>>>,
    ) -> Result<(), Interrupt<R>> {
        let mut rows = rows.into_iter().map(|row| row.map(Zeroizing::new));
        for key in keys {
            let row = rows.next().ok_or(Interrupt::Corrupt(key.table(), DecodeError::Malformed))?;
            if key.table() == Table::Marks {
                check_mark(keeper, creates, row.as_ref()).map_err(Interrupt::WrongStore)?;
            }
            let row = row.map(|row| unseal(keeper, &key, row).ok_or(Interrupt::Altered(key.table()))).transpose()?;
            self.loaded.insert(key, row);
        }
        Ok(())
    }

    /// The changes of the last run, sealed.
    pub(super) fn changes(&self, keeper: &Keeper) -> impl Iterator<Item = (&RowKey, Option<Bytes>)> {
        let seal = |key, row: &Bytes| keeper.record_key().seal(key, row);
        self.written.iter().map(move |(key, row)| (key, row.as_ref().map(|row| seal(key, row))))
    }
}

fn check_mark(keeper: &Keeper, creates: bool, row: Option<&Bytes>) -> Result<(), WrongStore> {
    match (creates, row) {
        (true, None) => Ok(()),
        (true, Some(_)) => Err(WrongStore::NotEmpty),
        (false, row) => keeper.check(row.map(|row| row.as_slice())),
    }
}

/// The content of a row that has the right tag.
fn unseal(keeper: &Keeper, key: &RowKey, mut row: Bytes) -> Option<Bytes> {
    if !keeper.record_key().sealed(key, &row) {
        return None;
    }
    let content = row.len().saturating_sub(TAG_LEN);
    row.truncate(content);
    Some(row)
}

//! A store that can be copied, compared, and tampered with.

use std::collections::BTreeMap;
use std::convert::Infallible;

use selfsame::registry::{RegistryStore, RowKey, StoreTransaction, Table};
use serde_json::{Value, json};

type Rows = BTreeMap<(usize, Vec<u8>), Vec<u8>>;

/// Rows by the number of their table, counted from 0, and their key.
#[derive(Clone, Default)]
pub struct Store(Rows);

/// The place of a table in the order of spec 10 §5.
fn place(name: &str) -> Option<usize> {
    const ORDER: [&str; 14] = [
        "receipts", "persons", "cards", "slots", "offers", "flagged", "elements", "shards", "log", "heads", "epochs",
        "marks", "lists", "cuts",
    ];
    ORDER.iter().position(|of| *of == name)
}

fn name(place: usize) -> Option<&'static str> {
    Table::ALL.into_iter().map(Table::name).find(|name| self::place(name) == Some(place))
}

fn at(key: &RowKey) -> (usize, Vec<u8>) {
    (place(key.table().name()).unwrap_or(usize::MAX), key.bytes().to_vec())
}

impl Store {
    /// Puts a row there that no registry stored, or takes one away.
    pub fn tamper(&mut self, table: &str, key: &[u8], row: Option<Vec<u8>>) -> Result<(), String> {
        let at = (place(table).ok_or_else(|| format!("no table {table}"))?, key.to_vec());
        match row {
            Some(row) => drop(self.0.insert(at, row)),
            None => drop(self.0.remove(&at)),
        }
        Ok(())
    }

    /// Rows that are not as they were before, in order.
    pub fn changes(&self, before: &Self) -> Value {
        let differs = |at: &&(usize, Vec<u8>)| self.0.get(*at) != before.0.get(*at);
        let mut keys: Vec<_> = self.0.keys().chain(before.0.keys()).filter(differs).collect();
        keys.sort_unstable();
        keys.dedup();
        let row = |key: &&(usize, Vec<u8>)| json!({ "table": name(key.0), "key": hex::encode(&key.1), "row": self.0.get(*key).map(hex::encode) });
        keys.iter().map(row).collect()
    }
}

pub struct Transaction<'a> {
    store: &'a mut Store,
    rows: Rows,
}

impl RegistryStore for Store {
    type Error = Infallible;
    type Transaction<'a> = Transaction<'a>;

    fn begin(&mut self) -> Result<Transaction<'_>, Infallible> {
        let rows = self.0.clone();
        Ok(Transaction { store: self, rows })
    }
}

impl StoreTransaction for Transaction<'_> {
    type Error = Infallible;

    fn get(&mut self, keys: &[RowKey]) -> Result<Vec<Option<Vec<u8>>>, Infallible> {
        Ok(keys.iter().map(|key| self.rows.get(&at(key)).cloned()).collect())
    }

    fn put(&mut self, key: &RowKey, row: Option<&[u8]>) -> Result<(), Infallible> {
        match row {
            Some(row) => drop(self.rows.insert(at(key), row.to_vec())),
            None => drop(self.rows.remove(&at(key))),
        }
        Ok(())
    }

    fn commit(self) -> Result<(), Infallible> {
        self.store.0 = self.rows;
        Ok(())
    }
}

//! A store as distributed databases have them: transactions go on side by side, and a commit fails
//! if a row that it read was written meanwhile. Something can be done right before each commit.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex};

use testkit::prelude::*;
use testkit::registry::tried::{Rows, Tampered, Tried};

type Key = (Table, Vec<u8>);

#[derive(Clone, Default)]
pub struct Optimistic {
    rows: Arc<Mutex<BTreeMap<Key, Vec<u8>>>>,
    meanwhile: Option<Arc<dyn Fn()>>,
    /// The most that one transaction read, and wrote, in bytes.
    pub most: Arc<Mutex<[usize; 2]>>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Conflict;

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row was written meanwhile")
    }
}

impl std::error::Error for Conflict {}

impl StoreError for Conflict {
    fn is_conflict(&self) -> bool {
        true
    }
}

impl Optimistic {
    /// The same rows; this is done before each commit.
    pub fn with(&self, meanwhile: impl Fn() + 'static) -> Self {
        Self { meanwhile: Some(Arc::new(meanwhile)), ..self.clone() }
    }

    pub fn rows(&self) -> BTreeMap<Key, Vec<u8>> {
        self.rows.lock().unwrap().clone()
    }

    /// Writes a row behind everybody's back.
    pub fn tamper(&self, key: Key, row: Option<Vec<u8>>) {
        let mut rows = self.rows.lock().unwrap();
        match row {
            Some(row) => rows.insert(key, row),
            None => rows.remove(&key),
        };
    }
}

pub struct Open {
    store: Optimistic,
    read: Vec<(Key, Option<Vec<u8>>)>,
    written: BTreeMap<Key, Option<Vec<u8>>>,
}

impl RegistryStore for Optimistic {
    type Error = Conflict;
    type Transaction<'a> = Open;

    fn begin(&mut self) -> Result<Open, Conflict> {
        Ok(Open { store: self.clone(), read: Vec::new(), written: BTreeMap::new() })
    }
}

fn key_of(key: &RowKey) -> Key {
    (key.table(), key.bytes().to_vec())
}

impl StoreTransaction for Open {
    type Error = Conflict;

    fn get(&mut self, keys: &[RowKey]) -> Result<Vec<Option<Vec<u8>>>, Conflict> {
        let distinct: BTreeSet<_> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len(), "each key once");
        let rows = self.store.rows.lock().unwrap();
        let (written, read) = (&self.written, &mut self.read);
        let found = keys.iter().map(key_of).map(|key| match written.get(&key) {
            Some(own) => own.clone(),
            None => {
                let row = rows.get(&key).cloned();
                read.push((key, row.clone()));
                row
            }
        });
        Ok(found.collect())
    }

    fn put(&mut self, key: &RowKey, row: Option<&[u8]>) -> Result<(), Conflict> {
        self.written.insert(key_of(key), row.map(<[u8]>::to_vec));
        Ok(())
    }

    fn commit(self) -> Result<(), Conflict> {
        if let Some(meanwhile) = &self.store.meanwhile {
            meanwhile();
        }
        let read = self.read.iter().filter_map(|(_, row)| row.as_ref()).map(Vec::len).sum();
        let written = self.written.values().flatten().map(Vec::len).sum();
        let mut most = self.store.most.lock().unwrap();
        *most = [most[0].max(read), most[1].max(written)];
        let mut rows = self.store.rows.lock().unwrap();
        if self.read.iter().any(|(key, row)| rows.get(key) != row.as_ref()) {
            return Err(Conflict);
        }
        for (key, row) in self.written {
            match row {
                Some(row) => rows.insert(key, row),
                None => rows.remove(&key),
            };
        }
        Ok(())
    }
}

impl Tried for Optimistic {
    fn rows(&mut self) -> Rows {
        Self::rows(self)
    }
}

impl Tampered for Optimistic {
    fn fresh() -> Option<Self> {
        Some(Self::default())
    }

    fn tamper(&mut self, place: (Table, Vec<u8>), row: Option<Vec<u8>>) {
        Self::tamper(self, place, row);
    }
}

//! A store of any kind: a story does not depend on where its rows are.

use crate::prelude::*;
use std::error::Error;
use std::fmt;

/// How some store fails.
#[derive(Debug)]
pub struct AnyError(String, bool);

impl AnyError {
    fn of(error: impl StoreError) -> Self {
        Self(error.to_string(), error.is_conflict())
    }
}

impl fmt::Display for AnyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for AnyError {}

impl StoreError for AnyError {
    fn is_conflict(&self) -> bool {
        self.1
    }
}

trait Begins {
    fn begin(&mut self) -> Result<Box<dyn Open + '_>, AnyError>;
}

trait Open {
    fn get(&mut self, keys: &[RowKey]) -> Result<Vec<Option<Vec<u8>>>, AnyError>;
    fn put(&mut self, key: &RowKey, row: Option<&[u8]>) -> Result<(), AnyError>;
    fn commit(self: Box<Self>) -> Result<(), AnyError>;
}

impl<S: RegistryStore> Begins for S {
    fn begin(&mut self) -> Result<Box<dyn Open + '_>, AnyError> {
        Ok(Box::new(RegistryStore::begin(self).map_err(AnyError::of)?))
    }
}

impl<T: StoreTransaction> Open for T {
    fn get(&mut self, keys: &[RowKey]) -> Result<Vec<Option<Vec<u8>>>, AnyError> {
        StoreTransaction::get(self, keys).map_err(AnyError::of)
    }

    fn put(&mut self, key: &RowKey, row: Option<&[u8]>) -> Result<(), AnyError> {
        StoreTransaction::put(self, key, row).map_err(AnyError::of)
    }

    fn commit(self: Box<Self>) -> Result<(), AnyError> {
        StoreTransaction::commit(*self).map_err(AnyError::of)
    }
}

/// Any store.
pub struct AnyStore(Box<dyn Begins>);

impl AnyStore {
    pub fn new(store: impl RegistryStore + 'static) -> Self {
        Self(Box::new(store))
    }
}

/// A transaction of any store.
pub struct AnyTransaction<'a>(Box<dyn Open + 'a>);

impl RegistryStore for AnyStore {
    type Error = AnyError;
    type Transaction<'a> = AnyTransaction<'a>;

    fn begin(&mut self) -> Result<AnyTransaction<'_>, AnyError> {
        self.0.begin().map(AnyTransaction)
    }
}

impl StoreTransaction for AnyTransaction<'_> {
    type Error = AnyError;

    fn get(&mut self, keys: &[RowKey]) -> Result<Vec<Option<Vec<u8>>>, AnyError> {
        self.0.get(keys)
    }

    fn put(&mut self, key: &RowKey, row: Option<&[u8]>) -> Result<(), AnyError> {
        self.0.put(key, row)
    }

    fn commit(self) -> Result<(), AnyError> {
        self.0.commit()
    }
}

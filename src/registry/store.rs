//! What a registry asks of a store (spec 10 §4, §5).

use alloc::vec::Vec;
use core::future::Future;

use super::RowKey;

/// A failure of a store.
pub trait StoreError: core::error::Error {
    /// Whether the transaction was undone because it met another one, so that running the
    /// transition again may succeed.
    fn is_conflict(&self) -> bool {
        false
    }
}

/// A store with transactions, for hosts that wait.
///
/// Transactions are **serialisable**: the outcome is one that they could have had one after the
/// other. What `commit` reports as done is done for good, all of it; what is dropped before leaves
/// no trace. Rows are read by key and by nothing else: there is no scan.
/// [`MemoryStore`](super::MemoryStore) and `RedbStore` (feature `redb`) are two; the crate
/// `selfsame-postgres` has one in an SQL database, also a distributed one, with `SERIALIZABLE`
/// isolation and, for each [`Table`](super::Table),
///
/// ```sql
/// CREATE TABLE slots (key BYTEA PRIMARY KEY, row BYTEA NOT NULL);
/// ```
///
/// A read of several keys is `SELECT key, row FROM slots WHERE key IN (…)`, a write an upsert or a
/// delete by primary key. Keys are at most 160 bytes, rows at most 5,243,936 (those of `epochs`;
/// all others are small). Keys of the tables of persons and cards are evenly spread; those of the
/// log begin with the shard, so that a database that cuts tables by key range spreads the shards.
/// Each shard has one row that every change of the shard writes (its counter); two changes of one
/// shard at one time conflict, and one of them is run again. What closes an epoch conflicts with no
/// change (spec 10 §6.2).
pub trait RegistryStore {
    /// How it fails.
    type Error: StoreError;
    /// An open transaction; dropping it undoes it.
    type Transaction<'a>: StoreTransaction<Error = Self::Error>
    where
        Self: 'a;

    /// Opens a transaction that may write.
    ///
    /// # Errors
    /// The store's.
    fn begin(&mut self) -> Result<Self::Transaction<'_>, Self::Error>;
}

/// An open transaction of a [`RegistryStore`].
pub trait StoreTransaction {
    /// How it fails.
    type Error: StoreError;

    /// The rows under these keys, in order, none where there is none. No key comes twice. Each row
    /// was committed, or put in this transaction, also where the transaction is dropped afterwards:
    /// the row of a transaction that is still open is never given.
    ///
    /// # Errors
    /// The store's.
    fn get(&mut self, keys: &[RowKey]) -> Result<Vec<Option<Vec<u8>>>, Self::Error>;

    /// Writes a row, or deletes it where `row` is none.
    ///
    /// # Errors
    /// The store's.
    fn put(&mut self, key: &RowKey, row: Option<&[u8]>) -> Result<(), Self::Error>;

    /// Makes all of it durable, or none.
    ///
    /// # Errors
    /// The store's. After an error that is not a conflict, it may be unknown which of both
    /// happened; the request is then made again under its idempotency key.
    fn commit(self) -> Result<(), Self::Error>;
}

/// A store with transactions, for hosts that do not wait. All else is as [`RegistryStore`] says; no
/// runtime is presumed. One handle is for one transaction at a time: a store that several writers
/// share gives each a handle of its own, of which clones are cheap.
pub trait AsyncRegistryStore: Send {
    /// How it fails.
    type Error: StoreError + Send;
    /// An open transaction; dropping it undoes it, also where a future is dropped that holds it.
    type Transaction<'a>: AsyncStoreTransaction<Error = Self::Error> + Send
    where
        Self: 'a;

    /// Opens a transaction that may write.
    ///
    /// # Errors
    /// The store's.
    fn begin(&mut self) -> impl Future<Output = Result<Self::Transaction<'_>, Self::Error>> + Send;
}

/// An open transaction of an [`AsyncRegistryStore`].
pub trait AsyncStoreTransaction {
    /// How it fails.
    type Error: StoreError + Send;

    /// As [`StoreTransaction::get`].
    ///
    /// # Errors
    /// The store's.
    fn get(&mut self, keys: &[RowKey]) -> impl Future<Output = Result<Vec<Option<Vec<u8>>>, Self::Error>> + Send;

    /// Writes a row, or deletes it where `row` is none.
    ///
    /// # Errors
    /// The store's.
    fn put(&mut self, key: &RowKey, row: Option<&[u8]>) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Makes all of it durable, or none.
    ///
    /// # Errors
    /// As [`StoreTransaction::commit`].
    fn commit(self) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

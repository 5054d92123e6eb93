//! The rows of a registry (spec 10 §5.6).

use core::cmp::Ordering;
use core::fmt;
use std::collections::BTreeMap;

use futures_util::future::{join, join_all};
use selfsame::registry::{AsyncRegistryStore, AsyncStoreTransaction, RowKey, Table};
use tokio_postgres::{Client, Row, Statement};
use zeroize::Zeroizing;

use crate::pool::{Lease, within};
use crate::retry::BEGIN;
use crate::{Database, PostgresFailure};

/// Above so many keys of one table, they are asked for in one statement.
const FEW: usize = 8;

type Bytes = Zeroizing<Vec<u8>>;

/// A registry's rows in a database: one for each registry, as two do not share their tables.
///
/// A handle: each writer clones its own, and they work at once. After a transaction that met
/// another one, the next one of the same handle waits first, for longer with each that follows.
#[derive(Clone, Debug)]
pub struct PostgresStore {
    database: Database,
    /// How many transactions of this handle met others, one after the other.
    conflicts: u32,
}

impl Database {
    /// The registry's rows. Whose they are is seen by [`OpenStore`](selfsame::registry::OpenStore),
    /// whether their tables are there by [`check`](Self::check).
    #[must_use]
    pub fn registry(&self) -> PostgresStore {
        PostgresStore { database: self.clone(), conflicts: 0 }
    }
}

impl AsyncRegistryStore for PostgresStore {
    type Error = PostgresFailure;
    type Transaction<'a> = PostgresTransaction<'a>;

    async fn begin(&mut self) -> Result<PostgresTransaction<'_>, PostgresFailure> {
        self.database.wait(self.conflicts).await;
        let lease = self.database.lease().await?;
        Ok(PostgresTransaction {
            lease: Some(lease),
            begun: false,
            failed: false,
            written: BTreeMap::new(),
            conflicts: &mut self.conflicts,
        })
    }
}

/// A transaction of a [`PostgresStore`].
///
/// It begins with its first read, in the same round trip. What is written waits here until the
/// commit, and goes with it in one more. Where the future of a commit is dropped, the transaction
/// may have been committed or not, as when a connection is cut.
pub struct PostgresTransaction<'a> {
    lease: Option<Lease>,
    /// Whether the database may have begun it.
    begun: bool,
    /// Whether the database refused something in it, so that it would not commit.
    failed: bool,
    written: BTreeMap<Place, Option<Bytes>>,
    conflicts: &'a mut u32,
}

impl fmt::Debug for PostgresTransaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresTransaction({} written, redacted)", self.written.len())
    }
}

/// Where a row is: its table and key, which is wiped like the one that it was copied from.
#[derive(PartialEq, Eq)]
struct Place {
    table: Table,
    key: Bytes,
}

impl Place {
    fn of(key: &RowKey) -> Self {
        Self { table: key.table(), key: Zeroizing::new(key.bytes().to_vec()) }
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.table, self.key.as_slice()).cmp(&(other.table, other.key.as_slice()))
    }
}

/// Keys of one table that are read at once, by their places in the question.
struct Reads<'k> {
    statement: Statement,
    keys: Vec<(usize, &'k [u8])>,
}

impl Reads<'_> {
    async fn query(&self, client: &Client) -> Result<Vec<Row>, tokio_postgres::Error> {
        match self.keys.as_slice() {
            [(_, key)] => client.query(&self.statement, &[key]).await,
            keys => {
                let keys: Vec<&[u8]> = keys.iter().map(|(_, key)| *key).collect();
                client.query(&self.statement, &[&keys]).await
            }
        }
    }
}

impl PostgresTransaction<'_> {
    fn lease(&mut self) -> Result<&mut Lease, PostgresFailure> {
        self.lease.as_mut().ok_or_else(|| PostgresFailure::Lost("the transaction is over".to_owned()))
    }

    /// Counts a conflict.
    fn met(&mut self, failure: PostgresFailure) -> PostgresFailure {
        self.failed = true;
        if failure == PostgresFailure::Conflict {
            *self.conflicts = self.conflicts.saturating_add(1);
        }
        failure
    }

    /// The statements that read these keys, a few of a table one by one: the database then sees
    /// which partition each is in.
    async fn reads<'k>(&mut self, keys: &[(usize, &'k RowKey)]) -> Result<Vec<Reads<'k>>, PostgresFailure> {
        let mut tables: BTreeMap<Table, Vec<(usize, &'k [u8])>> = BTreeMap::new();
        for (at, key) in keys {
            tables.entry(key.table()).or_default().push((*at, key.bytes()));
        }
        let mut reads = Vec::new();
        for (table, keys) in tables {
            let (lease, name) = (self.lease()?, table.name());
            if keys.len() > FEW {
                let sql = format!("SELECT key, row FROM {name} WHERE key = ANY($1)");
                reads.push(Reads { statement: lease.prepare(&sql).await?, keys });
            } else {
                let sql = format!("SELECT key, row FROM {name} WHERE key = $1");
                let statement = lease.prepare(&sql).await?;
                reads.extend(keys.into_iter().map(|key| Reads { statement: statement.clone(), keys: vec![key] }));
            }
        }
        Ok(reads)
    }

    /// Reads in one round trip, which also begins the transaction if it is the first.
    async fn read(&mut self, reads: &[Reads<'_>], rows: &mut [Option<Vec<u8>>]) -> Result<(), PostgresFailure> {
        let begins = !core::mem::replace(&mut self.begun, true);
        let lease = self.lease()?;
        let (client, patience) = (lease.client()?, lease.patience());
        let begin = within(patience, async { if begins { client.batch_execute(BEGIN).await } else { Ok(()) } });
        let selects = join_all(reads.iter().map(|reads| within(patience, reads.query(client))));
        let (begun, found) = join(begin, selects).await;
        begun?;
        for (reads, found) in reads.iter().zip(found) {
            let places: BTreeMap<&[u8], usize> = reads.keys.iter().map(|(at, key)| (*key, *at)).collect();
            for row in found? {
                let place = places.get(row.try_get::<_, &[u8]>(0)?).and_then(|at| rows.get_mut(*at));
                let other = || PostgresFailure::Lost("an answer to another question".to_owned());
                *place.ok_or_else(other)? = Some(row.try_get(1)?);
            }
        }
        Ok(())
    }

    /// Writes and commits in one round trip. A commit after a write that failed undoes, and says
    /// that it was done: so every answer counts.
    async fn write_and_commit(&mut self) -> Result<(), PostgresFailure> {
        let mut writes = Vec::new();
        for (Place { table, key }, row) in core::mem::take(&mut self.written) {
            let (lease, name) = (self.lease()?, table.name());
            let sql = match row {
                Some(_) => format!(
                    "INSERT INTO {name} (key, row) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET row = excluded.row"
                ),
                None => format!("DELETE FROM {name} WHERE key = $1"),
            };
            writes.push((lease.prepare(&sql).await?, key, row));
        }
        let begins = !core::mem::replace(&mut self.begun, true);
        let lease = self.lease()?;
        let (client, patience) = (lease.client()?, lease.patience());
        if begins {
            // Not in one with the writes: where it fails, each of them would be a transaction.
            within(patience, client.batch_execute(BEGIN)).await?;
        }
        let written = join_all(writes.iter().map(|(statement, key, row)| {
            within(patience, async move {
                let key = key.as_slice();
                match row {
                    Some(row) => client.execute(statement, &[&key, &row.as_slice()]).await,
                    None => client.execute(statement, &[&key]).await,
                }
            })
        }));
        let commit = within(patience, client.batch_execute("COMMIT"));
        let (written, committed) = join(written, commit).await;
        for done in written {
            done?;
        }
        committed
    }
}

impl AsyncStoreTransaction for PostgresTransaction<'_> {
    type Error = PostgresFailure;

    async fn get(&mut self, keys: &[RowKey]) -> Result<Vec<Option<Vec<u8>>>, PostgresFailure> {
        let mut rows = vec![None; keys.len()];
        let mut unread = Vec::new();
        for (at, key) in keys.iter().enumerate() {
            match self.written.get(&Place::of(key)) {
                Some(row) => rows[at] = row.as_ref().map(|row| row.to_vec()),
                None => unread.push((at, key)),
            }
        }
        let reads = match self.reads(&unread).await {
            Ok(reads) => self.read(&reads, &mut rows).await,
            Err(failure) => Err(failure),
        };
        reads.map(|()| rows).map_err(|failure| self.met(failure))
    }

    async fn put(&mut self, key: &RowKey, row: Option<&[u8]>) -> Result<(), PostgresFailure> {
        self.written.insert(Place::of(key), row.map(|row| Zeroizing::new(row.to_vec())));
        Ok(())
    }

    async fn commit(mut self) -> Result<(), PostgresFailure> {
        if self.failed {
            return Err(PostgresFailure::Lost("the transaction has failed".to_owned()));
        }
        match self.write_and_commit().await {
            Ok(()) => {
                *self.conflicts = 0;
                if let Some(lease) = self.lease.take() {
                    lease.give_back();
                }
                Ok(())
            }
            Err(failure) => Err(self.met(failure)),
        }
    }
}

impl Drop for PostgresTransaction<'_> {
    fn drop(&mut self) {
        match self.lease.take() {
            Some(lease) if self.begun => lease.undo(),
            Some(lease) => lease.give_back(),
            None => {}
        }
    }
}

//! Where a registry's rows are: in a file by default, in PostgreSQL where an address is given.

use std::fmt;

use selfsame::host::OsRng;
use selfsame::list::{ClosedEpoch, ListError};
use selfsame::rand_core::RngCore;
use selfsame::registry::{
    CloseEpoch, Failure, OpenStore, RedbStore, RunResult, StoreError, Transition, run, run_async,
};
use selfsame_postgres::tokio_postgres::NoTls;
use selfsame_postgres::{Database, Dialect, Part, Settings};

use crate::config::Config;
use crate::error::{Context, Result};
use crate::http::Refusal;

/// How a store failed.
#[derive(Debug)]
pub struct StoreFailed {
    source: Box<dyn std::error::Error + Send + Sync>,
    conflict: bool,
}

impl StoreFailed {
    fn of(error: impl StoreError + Send + Sync + 'static) -> Self {
        Self { conflict: error.is_conflict(), source: Box::new(error) }
    }
}

impl fmt::Display for StoreFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

impl std::error::Error for StoreFailed {}

impl StoreError for StoreFailed {
    fn is_conflict(&self) -> bool {
        self.conflict
    }
}

fn of_any<R, E: StoreError + Send + Sync + 'static>(failure: Failure<R, E>) -> Failure<R, StoreFailed> {
    match failure {
        Failure::Store(error) => Failure::Store(StoreFailed::of(error)),
        Failure::Refused(reason) => Failure::Refused(reason),
        Failure::Altered(table) => Failure::Altered(table),
        Failure::Corrupt(table, error) => Failure::Corrupt(table, error),
        Failure::WrongStore(wrong) => Failure::WrongStore(wrong),
    }
}

/// A store of either kind, which any number of requests share.
#[derive(Debug)]
pub enum Store {
    /// In one file of this process.
    File(RedbStore),
    /// In a database, which other processes may share.
    Postgres(Database),
}

/// A pool of connections to a database, without TLS: it is on this machine, or behind what
/// encrypts.
///
/// # Errors
/// If it is not reached.
pub async fn connect(address: &str) -> Result<Database> {
    let config = address.parse().context("the address of the database")?;
    let connected = Database::connect(config, NoTls, Settings::default(), || OsRng.next_u64()).await;
    connected.context("the database")
}

impl Store {
    /// The store that a configuration names by `store`: a path, or an address that begins with
    /// `postgres://`. In a database tables are made here if `create`, and are looked for if not.
    ///
    /// # Errors
    /// If it names none, or that cannot be opened.
    pub async fn of(config: &Config, create: bool) -> Result<Self> {
        let name = config.one("store")?;
        if name.starts_with("postgres://") {
            let database = connect(name).await?;
            if create {
                database.migrate(Part::Registry, Dialect::PostgreSql).await.context("the tables")?;
            }
            database.check(Part::Registry).await.context("the tables")?;
            return Ok(Self::Postgres(database));
        }
        let path = config.path("store")?;
        Ok(Self::File(RedbStore::open(&path).context(path.display().to_string())?))
    }

    /// Makes a transition.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn run<T: Transition + Sync>(&self, transition: &T) -> RunResult<T, StoreFailed> {
        match self {
            // It waits for the disk, on a thread whose other work goes elsewhere meanwhile.
            Self::File(store) => tokio::task::block_in_place(|| run(&mut store.clone(), transition)).map_err(of_any),
            Self::Postgres(database) => run_async(&mut database.registry(), transition).await.map_err(of_any),
        }
    }

    /// Closes an epoch.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn close(&self, closing: &CloseEpoch<'_>) -> Result<ClosedEpoch, Failure<ListError, StoreFailed>> {
        match self {
            Self::File(store) => tokio::task::block_in_place(|| closing.run(&mut store.clone())).map_err(of_any),
            Self::Postgres(database) => closing.run_async(&mut database.registry()).await.map_err(of_any),
        }
    }

    /// Looks whether it is the store of these keys.
    ///
    /// # Errors
    /// What it is instead.
    pub async fn check(&self, opening: &OpenStore<'_>) -> Result<()> {
        self.run(opening).await.map(drop).context("the store")
    }
}

/// What a caller is told of a transition that was not made.
pub fn refuse<R: std::error::Error + Send + Sync + 'static>(failure: Failure<R, StoreFailed>) -> Refusal {
    match failure {
        Failure::Refused(reason) => Refusal::refused(reason),
        Failure::Store(error) => {
            tracing::warn!(%error, "the store failed");
            Refusal::not_now("the store failed; make the same request again")
        }
        other => Refusal::broken(other),
    }
}

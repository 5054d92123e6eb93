//! The tables: plain SQL, which `psql -f` runs as well.

use crate::pool::within;
use crate::{Database, PostgresFailure};

/// What a database may hold, each with tables of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The rows of one registry.
    Registry,
    /// What platforms have seen.
    Register,
    /// The parked sessions of helpers.
    Sessions,
}

/// Which SQL the tables are made by. What is asked of them is one for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialect {
    /// PostgreSQL: tables are partitioned by the hash of the key, and sessions are not in its log.
    PostgreSql,
    /// CockroachDB, YugabyteDB: the database spreads the tables, and is told nothing.
    Distributed,
}

/// How often a migration is tried that met another one.
const ATTEMPTS: u32 = 8;

impl Part {
    /// Its name in `selfsame_migrations`.
    const fn name(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Register => "register",
            Self::Sessions => "sessions",
        }
    }

    /// The migrations in order, the first one first: plain SQL, each of which can be run twice.
    #[must_use]
    pub const fn migrations(self, dialect: Dialect) -> &'static [&'static str] {
        match (self, dialect) {
            (Self::Registry, Dialect::PostgreSql) => &[include_str!("../migrations/registry/0001_postgresql.sql")],
            (Self::Registry, Dialect::Distributed) => &[include_str!("../migrations/registry/0001_distributed.sql")],
            (Self::Register, Dialect::PostgreSql) => &[include_str!("../migrations/register/0001_postgresql.sql")],
            (Self::Register, Dialect::Distributed) => &[include_str!("../migrations/register/0001_distributed.sql")],
            (Self::Sessions, Dialect::PostgreSql) => &[include_str!("../migrations/sessions/0001_postgresql.sql")],
            (Self::Sessions, Dialect::Distributed) => &[include_str!("../migrations/sessions/0001_distributed.sql")],
        }
    }
}

impl Database {
    /// Runs the migrations of a part, as a role that may make tables. Two may do that at once.
    ///
    /// # Errors
    /// The database's.
    pub async fn migrate(&self, part: Part, dialect: Dialect) -> Result<(), PostgresFailure> {
        for migration in part.migrations(dialect) {
            let mut conflicts = 0;
            loop {
                self.wait(conflicts).await;
                let lease = self.lease().await?;
                match within(lease.patience(), lease.client()?.batch_execute(migration)).await {
                    Ok(()) => break lease.give_back(),
                    // Two who make one table at once meet in the catalogue.
                    Err(PostgresFailure::Conflict | PostgresFailure::Refused(_)) if conflicts < ATTEMPTS => {
                        conflicts += 1;
                    }
                    Err(failure) => return Err(failure),
                }
            }
        }
        Ok(())
    }

    /// Looks whether the tables of a part are there, in this version.
    ///
    /// # Errors
    /// [`PostgresFailure::Migrations`] if not; else the database's.
    pub async fn check(&self, part: Part) -> Result<(), PostgresFailure> {
        let mut lease = self.lease().await?;
        let sql = "SELECT max(number) FROM selfsame_migrations WHERE part = $1";
        let last = match lease.prepare(sql).await {
            Ok(statement) => {
                let name = part.name();
                within(lease.patience(), lease.client()?.query_one(&statement, &[&name])).await?.try_get(0)?
            }
            // There is no such table.
            Err(PostgresFailure::Refused(code)) if code == "42P01" => None,
            Err(failure) => return Err(failure),
        };
        lease.give_back();
        let expected = i64::try_from(part.migrations(Dialect::PostgreSql).len()).ok();
        if last == expected { Ok(()) } else { Err(PostgresFailure::Migrations) }
    }
}

//! The register of what must not count twice: in a file of one process, or in PostgreSQL for all
//! replicas.

use std::fmt;

use selfsame::presentation::{AsyncReplayRegister, Recorded, RedbReplayRegister, ReplayRegister, ToRecord};
use selfsame_postgres::{Dialect, Part, PostgresReplayRegister};

use crate::config::Config;
use crate::error::{Context, Result};
use crate::store::connect;

/// A register of any kind.
pub enum Register {
    /// In one file of this process: for a platform without replicas, and for a desk.
    File(RedbReplayRegister),
    /// In a database, which all replicas share.
    Postgres(PostgresReplayRegister),
}

impl fmt::Debug for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File(_) => "Register(file)",
            Self::Postgres(_) => "Register(database)",
        })
    }
}

/// How a register failed.
#[derive(Debug)]
pub struct RegisterFailed(Box<dyn std::error::Error + Send + Sync>);

impl fmt::Display for RegisterFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for RegisterFailed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl Register {
    /// The register that a configuration names by `register`: a path, or an address that begins
    /// with `postgres://`. In a database tables are made here if `create`, and looked for if not.
    ///
    /// # Errors
    /// If it names none, or that cannot be opened.
    pub async fn of(config: &Config, create: bool) -> Result<Self> {
        let name = config.one("register")?;
        if !name.starts_with("postgres://") {
            let path = config.path("register")?;
            return Ok(Self::File(RedbReplayRegister::open(&path).context(path.display().to_string())?));
        }
        let database = connect(name).await?;
        if create {
            database.migrate(Part::Register, Dialect::PostgreSql).await.context("the tables")?;
        }
        database.check(Part::Register).await.context("the tables")?;
        Ok(Self::Postgres(database.register()))
    }
}

impl AsyncReplayRegister for Register {
    type Error = RegisterFailed;

    async fn record(&self, answers: &[ToRecord]) -> Result<Vec<Recorded>, RegisterFailed> {
        match self {
            Self::File(register) => {
                let recorded = tokio::task::block_in_place(|| ReplayRegister::record(register, answers));
                recorded.map_err(|error| RegisterFailed(error.into()))
            }
            Self::Postgres(register) => {
                let recorded = AsyncReplayRegister::record(register, answers).await;
                recorded.map_err(|error| RegisterFailed(error.into()))
            }
        }
    }
}

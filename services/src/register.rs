//! The register of what must not count twice: in a file of one process, or in PostgreSQL for all
//! replicas.

use std::fmt;
use std::time::Duration;

use selfsame::calendar::Timestamp;
use selfsame::presentation::{AsyncReplayRegister, Recorded, ReplayRegister, ToRecord};
use selfsame_postgres::{Dialect, Part, PostgresReplayRegister};

use crate::config::Config;
use crate::error::{Context, Result};
use crate::register_file::FileRegister;
use crate::store::connect;

/// A register of any kind.
pub enum Register {
    /// In one file of this process: for a platform without replicas, and for a desk.
    File(FileRegister),
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

impl RegisterFailed {
    pub(crate) fn of(cause: Box<dyn std::error::Error + Send + Sync>) -> Self {
        Self(cause)
    }
}

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
            return Ok(Self::File(FileRegister::open(&path).context(path.display().to_string())?));
        }
        let database = connect(name).await?;
        if create {
            database.migrate(Part::Register, Dialect::PostgreSql).await.context("the tables")?;
        }
        database.check(Part::Register).await.context("the tables")?;
        Ok(Self::Postgres(database.register()))
    }
}

/// How often a register forgets what nothing needs any more.
pub const FORGETS: Duration = Duration::from_secs(3_600);

/// How long it waits for the lists, which it goes by, before it looks again.
const AWAITS: Duration = Duration::from_secs(1);

/// Up to when what a register knows is over, by every clock of those who share it: an hour before
/// the time that a quorum signed last for the list that is furthest behind, or before now, if that
/// is earlier. A clock that is ahead for a while alone would have it forget what counts again when
/// the clock is right; and the clock of a replica may be behind, and its call under way, for less
/// than that hour. None without every list.
pub fn over(heads: impl IntoIterator<Item = Option<Timestamp>>, now: Timestamp) -> Option<Timestamp> {
    let reached = heads.into_iter().try_fold(now, |over, time| Some(over.min(time?)))?;
    Some(Timestamp::from_secs(reached.as_secs().saturating_sub(FORGETS.as_secs())))
}

/// Tells again and again when what is over may be forgotten, beginning when every list is there.
pub async fn keep_forgetting<F: Future<Output = Result<()>>>(
    over: impl Fn() -> Option<Timestamp>,
    forget: impl Fn(Timestamp) -> F,
) {
    loop {
        let Some(over) = over() else {
            tokio::time::sleep(AWAITS).await;
            continue;
        };
        if let Err(error) = forget(over).await {
            tracing::warn!(%error, "nothing is forgotten");
        }
        tokio::time::sleep(FORGETS).await;
    }
}

impl Register {
    /// Forgets what was over then. In a file, every row is read.
    ///
    /// # Errors
    /// The register's.
    pub async fn forget_before(&self, over: Timestamp) -> Result<()> {
        match self {
            Self::File(register) => {
                tokio::task::block_in_place(|| register.forget_before(over)).context("the register")
            }
            Self::Postgres(register) => register.forget_before(over).await.map(drop).context("the register"),
        }
    }
}

impl AsyncReplayRegister for Register {
    type Error = RegisterFailed;

    async fn record(&self, answers: &[ToRecord]) -> Result<Vec<Recorded>, RegisterFailed> {
        match self {
            Self::File(register) => tokio::task::block_in_place(|| ReplayRegister::record(register, answers)),
            Self::Postgres(register) => {
                let recorded = AsyncReplayRegister::record(register, answers).await;
                recorded.map_err(|error| RegisterFailed(error.into()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_ahead_forgets_nothing_that_counts() {
        let hour = FORGETS.as_secs();
        let [early, late, now] = [5, 7, 9].map(|second| Timestamp::from_secs(hour + second));
        let before = |time: Timestamp| Some(Timestamp::from_secs(time.as_secs() - hour));
        assert_eq!(over([Some(late), Some(early)], now), before(early));
        assert_eq!(over([Some(late), Some(now)], early), before(early), "a clock that is behind");
        assert_eq!(over([Some(late), None], now), None);
        assert_eq!(over([Some(late)], Timestamp::from_secs(1)), Some(Timestamp::from_secs(0)));
    }
}

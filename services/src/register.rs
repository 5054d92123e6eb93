//! The register of what must not count twice: in memory, in a file of one replica, or in PostgreSQL
//! for all of them.

use std::fmt;

use selfsame::presentation::{AsyncReplayRegister, MemoryReplayRegister, Recorded, ReplayRegister, ToRecord};

use crate::config::Config;
use crate::error::{Error, Result};

/// A register of any kind.
#[derive(Debug)]
pub enum Register {
    /// For one process, and for no longer than it lives: a window that is still open takes its
    /// answers once more after a restart.
    Memory(MemoryReplayRegister),
}

/// How a register failed.
#[derive(Debug)]
pub struct RegisterFailed(Box<dyn std::error::Error + Send + Sync>);

impl fmt::Display for RegisterFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for RegisterFailed {}

impl Register {
    /// The register that a configuration names by `register`.
    ///
    /// # Errors
    /// If it names none, or that cannot be opened.
    pub async fn of(config: &Config) -> Result<Self> {
        let name = config.one("register")?;
        if name.starts_with("postgres://") {
            return Err(Error::new("PostgreSQL is not built in"));
        }
        Ok(Self::Memory(MemoryReplayRegister::new()))
    }
}

impl AsyncReplayRegister for Register {
    type Error = RegisterFailed;

    async fn record(&self, answers: &[ToRecord]) -> Result<Vec<Recorded>, RegisterFailed> {
        match self {
            Self::Memory(register) => ReplayRegister::record(register, answers).map_err(|never| match never {}),
        }
    }
}

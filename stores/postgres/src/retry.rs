//! Transactions that are run again.

use crate::pool::{Lease, within};
use crate::{Database, PostgresFailure};

/// How often a transaction is begun in all; as often as the library begins a registry's.
const ATTEMPTS: u32 = 16;

pub(crate) const BEGIN: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";

/// A transaction that the database was told to begin. Dropped, its connection is closed, which
/// undoes it.
pub(crate) struct Open(Lease);

impl Open {
    pub(crate) fn lease(&mut self) -> &mut Lease {
        &mut self.0
    }

    /// Makes all of it durable.
    pub(crate) async fn commit(self) -> Result<(), PostgresFailure> {
        within(self.0.patience(), self.0.client()?.batch_execute("COMMIT")).await?;
        self.0.give_back();
        Ok(())
    }

    pub(crate) async fn roll_back(self) -> Result<(), PostgresFailure> {
        within(self.0.patience(), self.0.client()?.batch_execute("ROLLBACK")).await?;
        self.0.give_back();
        Ok(())
    }
}

impl Database {
    pub(crate) async fn begin(&self) -> Result<Open, PostgresFailure> {
        let lease = self.lease().await?;
        within(lease.patience(), lease.client()?.batch_execute(BEGIN)).await?;
        Ok(Open(lease))
    }

    /// Makes an attempt until it meets no other transaction, but not for ever.
    pub(crate) async fn repeat<T, F: Future<Output = Result<T, PostgresFailure>>>(
        &self,
        attempt: impl Fn() -> F,
    ) -> Result<T, PostgresFailure> {
        let mut conflicts = 0;
        loop {
            self.wait(conflicts).await;
            match attempt().await {
                Err(PostgresFailure::Conflict) if conflicts + 1 < ATTEMPTS => conflicts += 1,
                done => return done,
            }
        }
    }
}

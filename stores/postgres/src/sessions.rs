//! The sessions of a helper that wait for their answer (spec 14 §4.3).

use core::fmt;
use std::sync::Arc;
use std::time::Duration;

use selfsame::helper::SessionKey;
use selfsame::secret::Secret;
use selfsame::ticket::{AsyncSessionStore, SessionId};

use crate::pool::within;
use crate::{Database, PostgresFailure};

/// Sessions that the replicas of a helper share, each sealed under a [`SessionKey`]. Clones are
/// cheap, and used at once.
///
/// A session that was taken leaves its id behind until its time is over. What another key sealed is
/// none that is there. **The table is never restored from a copy** (the README says how the two
/// forms of the table differ in that); one that was lost is replaced by an empty one.
#[derive(Clone)]
pub struct PostgresSessionStore {
    database: Database,
    key: Arc<SessionKey>,
    /// Seconds.
    lifetime: i64,
}

impl fmt::Debug for PostgresSessionStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgresSessionStore(redacted)")
    }
}

impl Database {
    /// The helpers' sessions, each of which may be answered for so long, in whole seconds of the
    /// database's clock: after it a copy that was restored is worth nothing. Whether their table is
    /// there is seen by [`check`](Self::check).
    #[must_use]
    pub fn sessions(&self, key: SessionKey, lifetime: Duration) -> PostgresSessionStore {
        let lifetime = i64::try_from(lifetime.as_secs().min(u64::from(u32::MAX))).unwrap_or_default();
        PostgresSessionStore { database: self.clone(), key: Arc::new(key), lifetime }
    }
}

const PUT: &str = "INSERT INTO sessions (id, sealed, until)
    VALUES ($1, $2, CAST(extract(epoch FROM now()) AS INT8) + $3)
    ON CONFLICT (id) DO NOTHING";

const GET: &str = "SELECT sealed FROM sessions
    WHERE id = $1 AND sealed IS NOT NULL AND until >= CAST(extract(epoch FROM now()) AS INT8)";

const EMPTY: &str = "UPDATE sessions SET sealed = NULL WHERE id = $1 AND sealed IS NOT NULL";

const FORGET: &str = "DELETE FROM sessions WHERE until < CAST(extract(epoch FROM now()) AS INT8)";

impl PostgresSessionStore {
    async fn insert(&self, id: &[u8], sealed: &[u8]) -> Result<(), PostgresFailure> {
        let mut open = self.database.begin().await?;
        let lease = open.lease();
        let statement = lease.prepare(PUT).await?;
        let (client, patience) = (lease.client()?, lease.patience());
        let put = async { client.execute(&statement, &[&id, &sealed, &self.lifetime]).await };
        if within(patience, put).await? == 1 {
            open.commit().await
        } else {
            open.roll_back().await?;
            Err(PostgresFailure::DuplicateSession)
        }
    }

    /// The sealed session, after the commit that leaves nothing of it.
    async fn take(&self, id: &[u8]) -> Result<Option<Vec<u8>>, PostgresFailure> {
        let mut open = self.database.begin().await?;
        let lease = open.lease();
        let [get, empty] = [lease.prepare(GET).await?, lease.prepare(EMPTY).await?];
        let (client, patience) = (lease.client()?, lease.patience());
        let found = within(patience, client.query_opt(&get, &[&id])).await?;
        let sealed: Option<Vec<u8>> = found.map(|row| row.try_get(0)).transpose()?;
        if sealed.is_some() && within(patience, client.execute(&empty, &[&id])).await? != 1 {
            return Err(PostgresFailure::Conflict);
        }
        open.commit().await?;
        Ok(sealed)
    }

    /// Forgets the sessions and ids whose time is over; gives how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn forget(&self) -> Result<u64, PostgresFailure> {
        let mut lease = self.database.lease().await?;
        let statement = lease.prepare(FORGET).await?;
        let forgotten = within(lease.patience(), lease.client()?.execute(&statement, &[])).await?;
        lease.give_back();
        Ok(forgotten)
    }
}

impl AsyncSessionStore for PostgresSessionStore {
    type Error = PostgresFailure;

    async fn put(&self, id: SessionId, session: Secret<Vec<u8>>) -> Result<(), PostgresFailure> {
        let sealed =
            self.key.seal(id, &session).ok_or_else(|| PostgresFailure::Lost("a session is too long".to_owned()))?;
        drop(session);
        let name = id.to_bytes();
        self.database.repeat(|| self.insert(&name, &sealed)).await
    }

    async fn take_durably(&self, id: SessionId) -> Result<Option<Secret<Vec<u8>>>, PostgresFailure> {
        let name = id.to_bytes();
        let sealed = self.database.repeat(|| self.take(&name)).await?;
        Ok(sealed.and_then(|sealed| self.key.open(id, &sealed)))
    }
}

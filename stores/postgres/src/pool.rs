//! Connections, and who has one.

use core::fmt;
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Config, Socket, Statement};

use crate::PostgresFailure;

/// How a [`Database`] is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The most connections at once; at least one.
    pub connections: usize,
    /// How long a caller waits for a connection, and for each answer of the database.
    pub patience: Duration,
    /// The longest wait after a first conflict; it doubles with each one that follows at once.
    pub first_wait: Duration,
    /// The longest wait after any conflict.
    pub longest_wait: Duration,
}

impl Default for Settings {
    /// 16 connections, 10 seconds of patience, waits of at most 4 to 512 milliseconds.
    fn default() -> Self {
        let [first_wait, longest_wait] = [4, 512].map(Duration::from_millis);
        Self { connections: 16, patience: Duration::from_secs(10), first_wait, longest_wait }
    }
}

impl Settings {
    /// A part of the wait that doubles with every conflict, drawn evenly: those who met draw apart.
    fn wait(&self, conflicts: u32, drawn: u64) -> Duration {
        let doubled = self.first_wait.saturating_mul(1 << conflicts.saturating_sub(1).min(20));
        let most = doubled.min(self.longest_wait).as_nanos().min(u128::from(u64::MAX));
        let part = (most * u128::from(drawn)) >> 64;
        Duration::from_nanos(u64::try_from(part).unwrap_or(u64::MAX))
    }
}

type Opening = Pin<Box<dyn Future<Output = Result<Client, tokio_postgres::Error>> + Send>>;

struct Shared {
    open: Box<dyn Fn() -> Opening + Send + Sync>,
    jitter: Box<dyn Fn() -> u64 + Send + Sync>,
    settings: Settings,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
    runtime: Handle,
}

struct Connection {
    client: Client,
    prepared: HashMap<String, Statement>,
}

/// A PostgreSQL database, or one that speaks its protocol: a pool of connections. Clones share it.
#[derive(Clone)]
pub struct Database(Arc<Shared>);

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Database({:?})", self.0.settings)
    }
}

impl Database {
    /// Connects, once to begin with. `jitter` gives numbers that are evenly spread, for the length
    /// of waits after conflicts; they need not be secret. Within a Tokio runtime, which the
    /// connections stay on.
    ///
    /// # Errors
    /// [`PostgresFailure::Lost`] or [`PostgresFailure::Refused`] if there is no connection.
    pub async fn connect<T>(
        config: Config,
        tls: T,
        settings: Settings,
        jitter: impl Fn() -> u64 + Send + Sync + 'static,
    ) -> Result<Self, PostgresFailure>
    where
        T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
        T::Stream: Send,
        T::TlsConnect: Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        let runtime = Handle::try_current().map_err(|error| PostgresFailure::Lost(error.to_string()))?;
        let open = move || -> Opening {
            let (config, tls) = (config.clone(), tls.clone());
            Box::pin(async move {
                let (client, connection) = config.connect(tls).await?;
                // It ends with its client, or with the server; then every call fails.
                tokio::spawn(async move { drop(connection.await) });
                Ok(client)
            })
        };
        let database = Self(Arc::new(Shared {
            open: Box::new(open),
            jitter: Box::new(jitter),
            settings: Settings { connections: settings.connections.clamp(1, Semaphore::MAX_PERMITS), ..settings },
            idle: Mutex::new(Vec::new()),
            permits: Arc::new(Semaphore::new(settings.connections.clamp(1, Semaphore::MAX_PERMITS))),
            runtime,
        }));
        database.lease().await?.give_back();
        Ok(database)
    }

    /// A connection on which no transaction is open.
    pub(crate) async fn lease(&self) -> Result<Lease, PostgresFailure> {
        let Shared { permits, settings, .. } = &*self.0;
        let permit = timeout(settings.patience, Arc::clone(permits).acquire_owned()).await;
        let permit = permit.ok().and_then(Result::ok).ok_or(PostgresFailure::Busy)?;
        let idle = loop {
            let last = self.0.idle().pop();
            match last {
                Some(connection) if connection.client.is_closed() => {}
                last => break last,
            }
        };
        let connection = match idle {
            Some(connection) => connection,
            None => self.0.connection().await?,
        };
        Ok(Lease { connection: Some(connection), shared: Arc::clone(&self.0), _permit: permit })
    }

    /// Waits after so many conflicts, one after the other; not at all after none.
    pub(crate) async fn wait(&self, conflicts: u32) {
        if conflicts > 0 {
            sleep(self.0.settings.wait(conflicts, (self.0.jitter)())).await;
        }
    }
}

impl Shared {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        // A vector of connections is whole between any two calls.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn connection(&self) -> Result<Connection, PostgresFailure> {
        let client = within(self.settings.patience, (self.open)()).await?;
        let limit = self.settings.patience.as_millis().clamp(1, i32::MAX as u128);
        // A client that is gone without a word keeps no locks.
        let limits = format!("SET statement_timeout = {limit}; SET idle_in_transaction_session_timeout = {limit}");
        within(self.settings.patience, client.batch_execute(&limits)).await?;
        for tuning in TUNING {
            match within(self.settings.patience, client.batch_execute(tuning)).await {
                Ok(()) | Err(PostgresFailure::Refused(_)) => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(Connection { client, prepared: HashMap::new() })
    }
}

/// What PostgreSQL is told and others may not know. A scan of a small table instead of its index
/// would be remembered as a read of the whole table, and conflict with every write of it; a commit
/// must not be reported before it is durable, whatever a role's default is.
const TUNING: [&str; 3] = ["SET enable_seqscan = off", "SET enable_bitmapscan = off", "SET synchronous_commit = on"];

/// The answer, if it comes in time.
pub(crate) async fn within<T>(
    patience: Duration,
    answer: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, PostgresFailure> {
    match timeout(patience, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(PostgresFailure::Lost("no answer in time".to_owned())),
    }
}

/// A connection that somebody works on. Dropped, it is closed, and the database undoes what is open
/// on it.
pub(crate) struct Lease {
    connection: Option<Connection>,
    shared: Arc<Shared>,
    _permit: OwnedSemaphorePermit,
}

impl Lease {
    pub(crate) fn patience(&self) -> Duration {
        self.shared.settings.patience
    }

    fn connection(&mut self) -> Result<&mut Connection, PostgresFailure> {
        self.connection.as_mut().ok_or_else(|| PostgresFailure::Lost("it was given back".to_owned()))
    }

    pub(crate) fn client(&self) -> Result<&Client, PostgresFailure> {
        let client = self.connection.as_ref().map(|connection| &connection.client);
        client.ok_or_else(|| PostgresFailure::Lost("it was given back".to_owned()))
    }

    /// The statement, which the database parses once for each connection.
    pub(crate) async fn prepare(&mut self, sql: &str) -> Result<Statement, PostgresFailure> {
        let patience = self.patience();
        let connection = self.connection()?;
        if let Some(statement) = connection.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let statement = within(patience, connection.client.prepare(sql)).await?;
        connection.prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Gives the connection back; no transaction is open on it.
    pub(crate) fn give_back(mut self) {
        if let Some(connection) = self.connection.take().filter(|connection| !connection.client.is_closed()) {
            self.shared.idle().push(connection);
        }
    }

    /// Undoes what is open, and gives the connection back when the database has said that it is
    /// undone, not before.
    pub(crate) fn undo(self) {
        let runtime = self.shared.runtime.clone();
        runtime.spawn(async move {
            let undone = match self.client() {
                Ok(client) => within(self.patience(), client.batch_execute("ROLLBACK")).await.is_ok(),
                Err(_) => false,
            };
            if undone {
                self.give_back();
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_are_drawn_evenly() {
        let settings = Settings::default();
        let most = |conflicts| settings.wait(conflicts, u64::MAX).as_micros() + 1;
        assert_eq!([1, 2, 3, 7, 8, 9, u32::MAX].map(most), [4_000, 8_000, 16_000, 256_000, 512_000, 512_000, 512_000]);
        assert_eq!(settings.wait(8, 0), Duration::ZERO);
        assert_eq!(settings.wait(8, 1 << 63).as_millis(), 256);
    }
}

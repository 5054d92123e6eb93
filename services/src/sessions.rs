//! A helper's sessions between the two calls of an order: in a file of one process, or in
//! PostgreSQL for all replicas.

use std::fmt;
use std::time::Duration;

use selfsame::helper::{RedbSessionStore, SessionKey};
use selfsame::host::OsRng;
use selfsame::secret::Secret;
use selfsame::ticket::{AsyncSessionStore, SessionId, SessionStore};
use selfsame_postgres::{Dialect, Part, PostgresSessionStore};

use crate::config::Config;
use crate::error::{Context, Result};
use crate::keyfile::Keys;
use crate::store::connect;

/// A store of any kind.
pub enum Sessions {
    /// In one file of this process, sealed under a key that is drawn at every start: a session ends
    /// with the process, and what stays in the file opens for nobody.
    File(RedbSessionStore),
    /// In a database, which all replicas share, under the session key of their key files.
    Postgres(PostgresSessionStore),
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File(_) => "Sessions(file)",
            Self::Postgres(_) => "Sessions(database)",
        })
    }
}

/// How a store of sessions failed.
#[derive(Debug)]
pub struct SessionsFailed(Box<dyn std::error::Error + Send + Sync>);

impl SessionsFailed {
    fn of(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self(Box::new(error))
    }
}

impl fmt::Display for SessionsFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for SessionsFailed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl Sessions {
    /// The store that a configuration names by `sessions`: a path, or an address that begins with
    /// `postgres://`. A file remembers the last `session_capacity` sessions; in a database each may
    /// be answered for `session_lifetime` seconds. There tables are made if `create`, and looked
    /// for if not.
    ///
    /// # Errors
    /// If it names none, or that cannot be opened; if there is no session key for a database.
    pub async fn of(config: &Config, keys: &Keys, create: bool) -> Result<Self> {
        let name = config.one("sessions")?;
        if !name.starts_with("postgres://") {
            let (path, capacity) = (config.path("sessions")?, config.number("session_capacity", 1_000)?);
            let opened = RedbSessionStore::open(&path, SessionKey::random(&mut OsRng), capacity);
            return Ok(Self::File(opened.context(path.display().to_string())?));
        }
        let key = SessionKey::from_secret_bytes(keys.secret("session key")?);
        let lifetime = Duration::from_secs(config.number("session_lifetime", 600)?);
        let database = connect(name).await?;
        if create {
            database.migrate(Part::Sessions, Dialect::PostgreSql).await.context("the tables")?;
        }
        database.check(Part::Sessions).await.context("the tables")?;
        Ok(Self::Postgres(database.sessions(key, lifetime)))
    }

    /// Forgets sessions whose time is over, every so often, for as long as the process lives.
    pub async fn keep_forgetting(&self, every: Duration) {
        let Self::Postgres(store) = self else { return };
        let mut ticks = tokio::time::interval(every);
        loop {
            ticks.tick().await;
            if let Err(error) = store.forget().await {
                tracing::warn!(%error, "old sessions stay");
            }
        }
    }
}

impl AsyncSessionStore for Sessions {
    type Error = SessionsFailed;

    async fn put(&self, id: SessionId, session: Secret<Vec<u8>>) -> Result<(), SessionsFailed> {
        match self {
            // It waits for the disk, on a thread whose other work goes elsewhere meanwhile.
            Self::File(store) => tokio::task::block_in_place(|| SessionStore::put(&mut store.clone(), id, session))
                .map_err(SessionsFailed::of),
            Self::Postgres(store) => AsyncSessionStore::put(store, id, session).await.map_err(SessionsFailed::of),
        }
    }

    async fn take_durably(&self, id: SessionId) -> Result<Option<Secret<Vec<u8>>>, SessionsFailed> {
        match self {
            Self::File(store) => tokio::task::block_in_place(|| SessionStore::take_durably(&mut store.clone(), id))
                .map_err(SessionsFailed::of),
            Self::Postgres(store) => AsyncSessionStore::take_durably(store, id).await.map_err(SessionsFailed::of),
        }
    }
}

#[cfg(test)]
mod tests {
    use selfsame::codec::Message;
    use selfsame::credential::{Issuer, KeyVersion};
    use selfsame::helper::Helper;
    use selfsame::schema::Schema;
    use selfsame::ticket::{Pair, TicketChallenges, TicketKey, order};

    use super::*;

    /// The basepoint of ristretto255, to which an issuer's public key is the image under x.
    const BASEPOINT: &str = "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76";

    struct Orders {
        issuer: Issuer,
        helper: Helper,
    }

    impl Orders {
        fn new() -> Self {
            let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut OsRng);
            let mut helper = Helper::new();
            helper.add_issuer(issuer.parameters(), issuer.share_key()).unwrap();
            Self { issuer, helper }
        }

        /// Orders a ticket as far as the challenges.
        async fn begin(&self, sessions: &Sessions) -> TicketChallenges {
            let basepoint = crate::directory::digest_of(BASEPOINT).unwrap().to_bytes();
            let parameters = self.issuer.parameters();
            let pair = Pair::from_bytes(&basepoint, &parameters.key().to_bytes()).unwrap();
            let (key, secret) = (TicketKey::of_issuer(parameters), Secret::random(&mut OsRng));
            let ordered = order(&[key], &[vec![pair]], &secret, &mut OsRng).unwrap();
            let committed = self.helper.commit_parked_async(sessions, &ordered.message, &mut OsRng).await.unwrap();
            let challenged = ordered.state.challenge(&committed, &mut OsRng).unwrap();
            TicketChallenges::from_bytes(&challenged.message.to_bytes()).unwrap()
        }

        async fn is_answered(&self, sessions: &Sessions, challenges: &TicketChallenges) -> bool {
            self.helper.answer_parked_async(sessions, challenges).await.is_ok()
        }
    }

    /// A session is given once, and not after a restart; an id comes once, also after it.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_file_gives_a_session_once_and_to_its_own_process() {
        let folder = std::env::temp_dir().join(format!("selfsame-sessions-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let config = Config::parse("sessions = sessions.redb\n", folder.clone()).unwrap();
        let open = || async { Sessions::of(&config, &Keys::new(), false).await.unwrap() };
        let (orders, sessions) = (Orders::new(), open().await);
        let [first, other] = [orders.begin(&sessions).await, orders.begin(&sessions).await];
        assert!(orders.is_answered(&sessions, &first).await);
        assert!(!orders.is_answered(&sessions, &first).await);
        drop(sessions);
        let again = open().await;
        assert!(!orders.is_answered(&again, &other).await, "what another process sealed opens");
        for known in [first.session(), other.session()] {
            assert!(again.put(known, Secret::new(vec![7; 40])).await.is_err(), "an id comes twice");
        }
        drop(again);
        std::fs::remove_dir_all(folder).unwrap();
    }

    /// Replicas share a session key; a store in a database is not opened without it.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_database_takes_a_key_that_replicas_share() {
        let config = Config::parse("sessions = postgres://nobody@localhost/sessions\n", "there".into()).unwrap();
        let refused = Sessions::of(&config, &Keys::new(), false).await.unwrap_err();
        assert!(refused.to_string().contains("has no session key"), "{refused}");
    }
}

//! Replicas of a helper that share their sessions.

use std::sync::Arc;
use std::time::Duration;

use selfsame::helper::{ParkedError, SessionKey};
use selfsame::ticket::{AsyncSessionStore, SessionId, SessionStore};
use selfsame_postgres::tokio_postgres::NoTls;
use selfsame_postgres::{Dialect, Part, PostgresFailure, PostgresSessionStore};
use testkit::prelude::*;
use testkit::stores::{Orders, every_session_store};

use crate::cluster::Cluster;

fn key(byte: u8) -> SessionKey {
    SessionKey::from_secret_bytes(Secret::new([byte; 32]))
}

const MINUTES: Duration = Duration::from_secs(600);

/// A store for tests that wait.
struct Waiting(Arc<Cluster>, PostgresSessionStore);

impl SessionStore for Waiting {
    type Error = PostgresFailure;

    fn put(&mut self, id: SessionId, session: Secret<Vec<u8>>) -> Result<(), PostgresFailure> {
        self.0.runtime.block_on(self.1.put(id, session))
    }

    fn take_durably(&mut self, id: SessionId) -> Result<Option<Secret<Vec<u8>>>, PostgresFailure> {
        self.0.runtime.block_on(self.1.take_durably(id))
    }
}

/// Checks 14-16, 14-17, 14-19.
#[test]
fn sessions_in_a_database_are_given_once() {
    let Some(cluster) = Cluster::shared() else { return };
    for dialect in [Dialect::PostgreSql, Dialect::Distributed] {
        let name = cluster.empty(&[Part::Sessions], dialect);
        let store = || Waiting(Arc::clone(&cluster), cluster.connect(&name).sessions(key(1), MINUTES));
        every_session_store(store(), |_| store());
    }
}

/// Eight replicas are asked to answer one session at once: one of them does. Checks 14-16, 14-17.
#[test]
fn of_eight_replicas_one_answers() {
    let Some(cluster) = Cluster::shared() else { return };
    let name = cluster.empty(&[Part::Sessions], Dialect::PostgreSql);
    let store = cluster.connect(&name).sessions(key(1), MINUTES);
    let mut orders = Orders::new(51);
    for _ in 0..10 {
        let ordered = orders.order();
        let committed = orders.helper.commit_parked_async(&store, &ordered.message, &mut OsRng);
        let committed = cluster.runtime.block_on(committed).unwrap();
        let challenged = orders.challenge(ordered, &committed);
        let helper = &orders.helper;
        let replicas = (0..8).map(|_| helper.answer_parked_async(&store, &challenged.message));
        let answers = cluster.runtime.block_on(futures_util::future::join_all(replicas));
        let (given, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!([given.len(), refused.len()], [1, 7]);
        let unknown = |refused| matches!(refused, Err(ParkedError::Helper(HelperError::UnknownSession)));
        assert!(refused.into_iter().all(unknown));
        challenged.state.finish(given[0].as_ref().unwrap()).unwrap();
    }
}

/// Nor is a session given after its time, or under another key; and none is in the open.
#[test]
fn a_session_has_a_time_and_a_key() {
    let Some(cluster) = Cluster::shared() else { return };
    let name = cluster.empty(&[Part::Sessions], Dialect::PostgreSql);
    let database = cluster.connect(&name);
    let mut orders = Orders::new(52);
    let sessions = |byte, lifetime| database.sessions(key(byte), lifetime);
    let [early, late, foreign] = [(); 3].map(|()| orders.session());
    cluster.runtime.block_on(async {
        let (client, connection) = cluster.config(&name).connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        let store = sessions(1, MINUTES);
        for (id, session) in [&early, &late, &foreign] {
            store.put(*id, Secret::new(session.expose().clone())).await.unwrap();
        }
        for row in client.query("SELECT sealed FROM sessions", &[]).await.unwrap() {
            let sealed: Vec<u8> = row.get(0);
            let parts = |bytes: &[u8]| bytes.windows(16).map(<[u8]>::to_vec).collect::<std::collections::BTreeSet<_>>();
            assert!([&early, &late, &foreign].iter().all(|(_, own)| parts(own.expose()).is_disjoint(&parts(&sealed))));
        }
        assert_eq!(store.forget().await, Ok(0));
        let over = "UPDATE sessions SET until = until - 601 WHERE id = $1";
        client.execute(over, &[&late.0.to_bytes().as_slice()]).await.unwrap();
        assert!(store.take_durably(late.0).await.unwrap().is_none());
        assert!(sessions(2, MINUTES).take_durably(foreign.0).await.unwrap().is_none());
        assert!(store.take_durably(early.0).await.unwrap().is_some());
        assert_eq!(store.forget().await, Ok(1));
        let put = store.put(late.0, Secret::new(late.1.expose().clone())).await;
        assert_eq!(put, Ok(()), "what is over is forgotten, and its id with it");
        let put = store.put(early.0, Secret::new(early.1.expose().clone())).await;
        assert_eq!(put, Err(PostgresFailure::DuplicateSession));
    });
}

/// The server is killed while sessions are taken: one that was given never comes back, and after a
/// crash none does. Check 14-17.
#[test]
fn no_session_comes_back_after_a_crash() {
    let Some(cluster) = Cluster::own() else { return };
    let mut orders = Orders::new(53);
    for dialect in [Dialect::PostgreSql, Dialect::Distributed] {
        let name = cluster.empty(&[Part::Sessions], dialect);
        let store = cluster.connect(&name).sessions(key(1), MINUTES);
        let take = |id| loop {
            if let Ok(taken) = cluster.runtime.block_on(store.take_durably(id)) {
                break taken.is_some();
            }
        };
        for round in 0..6 {
            let [(asked, session), (kept, other)] = [(); 2].map(|()| orders.session());
            cluster.runtime.block_on(async {
                store.put(asked, session).await.unwrap();
                store.put(kept, other).await.unwrap();
            });
            let taking = {
                let store = store.clone();
                cluster.runtime.spawn(async move { store.take_durably(asked).await })
            };
            let given = if round % 2 == 0 {
                let given = cluster.runtime.block_on(taking).unwrap();
                cluster.kill();
                given
            } else {
                cluster.kill();
                cluster.runtime.block_on(taking).unwrap()
            };
            let given = given.is_ok_and(|taken| taken.is_some());
            let again = take(asked);
            assert!(!(given && again), "given twice");
            // A table that is not in PostgreSQL's log is empty after a crash.
            assert_eq!(take(kept), dialect == Dialect::Distributed);
            assert!(!take(kept) && !take(asked));
        }
    }
}

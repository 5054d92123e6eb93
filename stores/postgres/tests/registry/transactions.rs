//! What a transaction of this store is: serialisable, undone when it is dropped, and of its
//! connections.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::{join, poll_immediate};
use selfsame::registry::{AsyncRegistryStore, AsyncStoreTransaction, run, run_async};
use selfsame_postgres::tokio_postgres::NoTls;
use selfsame_postgres::{Database, Dialect, Part, PostgresFailure, Settings};
use testkit::prelude::*;

use crate::cluster::{Cluster, connect};
use crate::tried::{Tampered, Tried};
use crate::waiting::{Waiting, beside};
use crate::world::{Command, World, card, key};

/// A future that is dropped at a poll.
struct Dropped<F>(Option<Pin<Box<F>>>, usize);

impl<F: Future> Future for Dropped<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<F::Output>> {
        if self.1 == 0 {
            self.0 = None;
            return Poll::Ready(None);
        }
        self.1 -= 1;
        self.0.as_mut().unwrap().as_mut().poll(context).map(Some)
    }
}

fn enrolled(seed: u8) -> Option<World<Waiting>> {
    let mut world = World::new(seed, Waiting::fresh()?, Waiting::fresh()?);
    let _ = world.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    Some(world)
}

/// Wherever it is dropped: nothing of it is there, or, from the commit on, all of it; and the
/// connection that it was on serves the next one.
#[test]
fn a_dropped_future_leaves_all_or_nothing() {
    let Some(mut world) = enrolled(60) else { return };
    let before = world.store.rows();
    let (cluster, config) = (Arc::clone(&world.store.cluster), world.store.cluster.config(&world.store.name));
    let database = cluster.runtime.block_on(async {
        let settings = Settings { connections: 1, ..Settings::default() };
        Database::connect(config, NoTls, settings, || 0).await.unwrap()
    });
    let report = world.registry.report(key(50), Report::CardLost(card(1)));
    let mut nothing = 0;
    for polls in 0.. {
        world.store.set(&before);
        let mut store = database.registry();
        let ran = cluster.runtime.block_on(Dropped(Some(Box::pin(run_async(&mut store, &report))), polls));
        // The one connection is free when the database has undone, or done, what was open.
        let again = cluster.runtime.block_on(run_async(&mut store, &report)).unwrap();
        match ran {
            Some(ran) => {
                assert!(!ran.unwrap().is_replay() && again.is_replay());
                break;
            }
            None => nothing += usize::from(!again.is_replay()),
        }
        assert_eq!(again.now_or_before().entries.len(), 1);
    }
    assert!(nothing >= 3, "only {nothing} times there was nothing");
}

/// Two that read what the other writes: one of them is undone, and its next attempt waits first.
#[test]
fn of_two_that_meet_one_is_undone_and_waits() {
    let Some(cluster) = Cluster::shared() else { return };
    let mut donor = World::in_memory(61);
    donor.make(key(1), &Command::Flag { symbol: 1, case: 1 }).unwrap();
    let lent: Vec<&RowKey> = donor.flag_store.rows().map(|(key, _)| key).collect();
    let name = cluster.empty(&[Part::Registry], Dialect::PostgreSql);
    let drawn = Arc::new(AtomicU64::new(0));
    let jitter = {
        let drawn = Arc::clone(&drawn);
        move || drawn.fetch_add(1, Ordering::Relaxed)
    };
    cluster.runtime.block_on(async {
        let database = Database::connect(cluster.config(&name), NoTls, Settings::default(), jitter).await.unwrap();
        let [mut one, mut other] = [database.registry(), database.registry()];
        let [mut first, mut second] = [one.begin().await.unwrap(), other.begin().await.unwrap()];
        let key = |at: usize| std::slice::from_ref(lent[at]);
        assert_eq!(first.get(key(0)).await.unwrap(), [None]);
        assert_eq!(second.get(key(1)).await.unwrap(), [None]);
        first.put(lent[1], Some(b"one")).await.unwrap();
        second.put(lent[0], Some(b"other")).await.unwrap();
        first.commit().await.unwrap();
        assert_eq!(second.commit().await, Err(PostgresFailure::Conflict));
        assert_eq!(drawn.load(Ordering::Relaxed), 0);
        let mut again = other.begin().await.unwrap();
        assert_eq!(drawn.load(Ordering::Relaxed), 1, "it waited");
        assert_eq!(again.get(key(1)).await.unwrap(), [Some(b"one".to_vec())]);
        again.commit().await.unwrap();
        drop(other.begin().await.unwrap());
        assert_eq!(drawn.load(Ordering::Relaxed), 1, "and not once it had succeeded");
    });
}

/// A read is remembered by its rows and pages, never as one of a whole table: that would conflict
/// with every write of it.
#[test]
fn no_read_is_one_of_a_whole_table() {
    let Some(mut world) = enrolled(62) else { return };
    let (cluster, name) = (Arc::clone(&world.store.cluster), world.store.name.clone());
    cluster.runtime.block_on(beside(&cluster, &name).batch_execute("ANALYZE")).unwrap();
    let place = |rows: &MemoryStore| rows.rows().map(|(key, _)| key.bytes().to_vec()).collect::<Vec<_>>();
    let mut same = World::in_memory(62);
    let _ = same.issue(1, IssuanceKind::Enrol, 1, 1, 1);
    assert_eq!(place(&same.store).len(), world.store.rows().len());
    let few: Vec<&RowKey> = same.store.rows().map(|(key, _)| key).collect();
    let watch = beside(&cluster, &name);
    cluster.runtime.block_on(async {
        let store = &mut world.store.store;
        let mut reading = store.begin().await.unwrap();
        // One by one, and the heads of all shards at once.
        for key in &few {
            assert!(reading.get(std::slice::from_ref(*key)).await.unwrap()[0].is_some());
        }
        let locks =
            "SELECT locktype, coalesce(relname::TEXT, '') FROM pg_locks LEFT JOIN pg_class ON pg_class.oid = relation
            WHERE mode = 'SIReadLock' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        let held = watch.query(locks, &[]).await.unwrap();
        let kinds: Vec<(String, String)> = held.iter().map(|row| (row.get(0), row.get(1))).collect();
        let whole: Vec<_> = kinds.iter().filter(|(kind, _)| kind == "relation").collect();
        assert!(!kinds.is_empty() && whole.is_empty(), "{whole:?}");
    });
}

/// Many keys of one table are one statement, few of them are one each; both find the same.
#[test]
fn many_keys_and_few_find_the_same() {
    let Some(cluster) = Cluster::shared() else { return };
    for dialect in [Dialect::PostgreSql, Dialect::Distributed] {
        let mut store = Waiting::on(&cluster, dialect);
        let mut rng = SeededRng::new([63; 32]);
        let owner = ListOwner::random(
            ListName::new("police", ListClass::Flag).unwrap(),
            ShardCount::new(100).unwrap(),
            &mut rng,
        );
        let flags = FlagRegistry::new(owner, RecordKey::random(&mut rng)).unwrap();
        let created = run(&mut store, &flags.create(NOW)).unwrap();
        assert_eq!(run(&mut store, &flags.last_heads()).unwrap(), created);
        let mut memory = MemoryStore::new();
        run(&mut memory, &flags.create(NOW)).unwrap();
        assert_eq!(store.rows(), Tried::rows(&mut memory));
        for (key, row) in memory.rows() {
            let found = store.begin().unwrap().get(std::slice::from_ref(key)).unwrap();
            assert_eq!(found, [Some(row.to_vec())]);
        }
    }
}

/// With as many connections as there are, whoever comes next waits its turn, and not for ever.
#[test]
fn who_finds_no_connection_waits_and_is_told() {
    let Some(cluster) = Cluster::shared() else { return };
    let name = cluster.empty(&[Part::Registry], Dialect::Distributed);
    cluster.runtime.block_on(async {
        let settings = Settings { connections: 1, patience: Duration::from_millis(200), ..Settings::default() };
        let database = Database::connect(cluster.config(&name), NoTls, settings, || 0).await.unwrap();
        let [mut one, mut other] = [database.registry(), database.registry()];
        let held = one.begin().await.unwrap();
        assert_eq!(other.begin().await.map(drop), Err(PostgresFailure::Busy));
        let mut waiting = pin!(other.begin());
        assert!(poll_immediate(&mut waiting).await.is_none());
        drop(held);
        assert!(waiting.await.is_ok());
    });
}

#[test]
fn a_database_without_tables_is_told_from_one_that_has_them() {
    let Some(cluster) = Cluster::shared() else { return };
    for dialect in [Dialect::PostgreSql, Dialect::Distributed] {
        let name = cluster.empty(&[], dialect);
        let database = cluster.connect(&name);
        cluster.runtime.block_on(async {
            assert_eq!(database.check(Part::Registry).await, Err(PostgresFailure::Migrations));
            let (one, other) = (database.clone(), database.clone());
            let (one, other) = join(
                tokio::spawn(async move { one.migrate(Part::Registry, dialect).await }),
                tokio::spawn(async move { other.migrate(Part::Registry, dialect).await }),
            )
            .await;
            assert_eq!([one.unwrap(), other.unwrap()], [Ok(()), Ok(())]);
            assert_eq!(database.check(Part::Registry).await, Ok(()));
        });
        let beside = beside(&cluster, &name);
        let later = "INSERT INTO selfsame_migrations (part, number) VALUES ('registry', 2)";
        cluster.runtime.block_on(beside.batch_execute(later)).unwrap();
        let checked = cluster.runtime.block_on(database.check(Part::Registry));
        assert_eq!(checked, Err(PostgresFailure::Migrations), "of a later version");
    }
}

/// A default of the database's that would lose what a commit reported does not hold.
#[test]
fn a_commit_is_durable_whatever_the_default_is() {
    let Some(cluster) = Cluster::shared() else { return };
    let name = cluster.empty(&[Part::Registry], Dialect::Distributed);
    let off = format!("ALTER DATABASE {name} SET synchronous_commit = off");
    cluster.runtime.block_on(beside(&cluster, &name).batch_execute(&off)).unwrap();
    // A trigger tells under which setting the transaction runs.
    let told = "CREATE TABLE told (setting TEXT);
        CREATE FUNCTION tell() RETURNS TRIGGER LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO told VALUES (current_setting('synchronous_commit'));
            RETURN NEW;
        END $$;
        CREATE TRIGGER tell AFTER INSERT ON marks FOR EACH ROW EXECUTE FUNCTION tell()";
    let watch = beside(&cluster, &name);
    cluster.runtime.block_on(watch.batch_execute(told)).unwrap();
    let mut store = Waiting::named(&cluster, name);
    let mut rng = SeededRng::new([65; 32]);
    let flags = FlagRegistry::new(crate::world::list("police", ListClass::Flag, &mut rng), RecordKey::random(&mut rng));
    run(&mut store, &flags.unwrap().create(NOW)).unwrap();
    let settings = cluster.runtime.block_on(watch.query("SELECT setting FROM told", &[])).unwrap();
    assert_eq!(settings.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>(), ["on"]);
}

/// Not of a refused statement either: its text would name the row.
#[test]
fn no_text_of_a_failure_quotes_a_key() {
    let Some(mut world) = enrolled(64) else { return };
    let (cluster, name) = (Arc::clone(&world.store.cluster), world.store.name.clone());
    let constraint = "ALTER TABLE receipts ADD CONSTRAINT none CHECK (length(row) < 10) NOT VALID";
    cluster.runtime.block_on(beside(&cluster, &name).batch_execute(constraint)).unwrap();
    let report = world.registry.report(key(50), Report::CardLost(card(1)));
    let failed = run(&mut world.store, &report).map(drop).unwrap_err();
    assert_eq!(failed, Failure::Store(PostgresFailure::Refused("23514".to_owned())));
    let source = std::error::Error::source(&failed).unwrap();
    assert_eq!(source.to_string(), "the database refused a statement (SQLSTATE 23514)");
    assert!(source.source().is_none());
    let before = world.store.rows();
    assert_eq!(before.keys().filter(|(table, _)| *table == Table::Receipts).count(), 2);
    // The connection serves the next one.
    let open = world.registry.open();
    cluster.runtime.block_on(async {
        let mut store = connect(cluster.config(&name)).await.registry();
        run_async(&mut store, &open).await.unwrap();
    });
}

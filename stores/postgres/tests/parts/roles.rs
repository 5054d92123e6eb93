//! The roles of the README: what each service may do, and that it needs no more.

use selfsame_postgres::tokio_postgres::NoTls;
use selfsame_postgres::{Dialect, Part, PostgresFailure};
use testkit::prelude::*;

use crate::cluster::{Cluster, connect};

#[test]
fn a_service_needs_no_more_than_the_readme_grants() {
    let Some(cluster) = Cluster::own() else { return };
    let readme = include_str!("../../README.md");
    let granted = readme.split("```sql\n").nth(1).unwrap().split("```").next().unwrap();
    for dialect in [Dialect::PostgreSql, Dialect::Distributed] {
        let name = cluster.empty(&[Part::Registry, Part::Register, Part::Sessions], dialect);
        cluster.runtime.block_on(async {
            let (client, connection) = cluster.config(&name).connect(NoTls).await.unwrap();
            tokio::spawn(connection);
            // Roles are the whole server's, grants a database's.
            let statements = granted.split_inclusive(';').filter(|statement| !statement.trim().is_empty());
            for statement in statements {
                let made = client.batch_execute(statement).await;
                assert!(made.is_ok() || statement.contains("CREATE ROLE"), "{statement}: {made:?}");
            }
            let service = |role: &str| {
                let mut config = cluster.config(&name);
                config.user(role);
                connect(config)
            };
            let registry = service("registry_service").await;
            registry.check(Part::Registry).await.unwrap();
            let mut rng = SeededRng::new([54; 32]);
            let list = ListName::new("police", ListClass::Flag).unwrap();
            let owner = ListOwner::random(list, ShardCount::new(2).unwrap(), &mut rng);
            let flags = FlagRegistry::new(owner, RecordKey::random(&mut rng)).unwrap();
            selfsame::registry::run_async(&mut registry.registry(), &flags.create(NOW)).await.unwrap();
            flags.close_epoch(Epoch::new(1), NOW).run_async(&mut registry.registry()).await.unwrap();

            let platform = service("platform_service").await;
            platform.check(Part::Register).await.unwrap();
            let register = platform.register();
            let claim = selfsame::presentation::Claim { key: [1; 32], by: [2; 32], until: NOW };
            let answer = selfsame::presentation::ToRecord { claims: vec![claim], first: None };
            selfsame::presentation::AsyncReplayRegister::record(&register, &[answer]).await.unwrap();
            assert_eq!(register.forget_before(later(1)).await, Ok(1));

            let helper = service("helper_service").await;
            helper.check(Part::Sessions).await.unwrap();
            let key = selfsame::helper::SessionKey::random(&mut rng);
            let sessions = helper.sessions(key, std::time::Duration::from_secs(60));
            let (id, session) = testkit::stores::Orders::new(55).session();
            selfsame::ticket::AsyncSessionStore::put(&sessions, id, session).await.unwrap();
            assert!(selfsame::ticket::AsyncSessionStore::take_durably(&sessions, id).await.unwrap().is_some());
            assert_eq!(sessions.forget().await, Ok(0));

            // None reads what is another's, nor makes or drops a table.
            let refused = Err(PostgresFailure::Refused("42501".to_owned()));
            assert_eq!(
                platform.sessions(selfsame::helper::SessionKey::random(&mut rng), Default::default()).forget().await,
                refused
            );
            let (id, session) = testkit::stores::Orders::new(56).session();
            let foreign = registry.sessions(selfsame::helper::SessionKey::random(&mut rng), Default::default());
            assert_eq!(selfsame::ticket::AsyncSessionStore::put(&foreign, id, session).await.map(|()| 0), refused);
            assert_eq!(helper.register().forget_before(NOW).await, refused);
        });
    }
}

//! Replicas that share a register.

use std::sync::Arc;

use selfsame::presentation::{AsyncReplayRegister, Claim, FirstTime, Recorded, ToRecord};
use selfsame_postgres::{Dialect, Part, PostgresFailure, PostgresReplayRegister};
use testkit::prelude::*;
use testkit::stores::every_register;

use crate::cluster::Cluster;

/// A register for tests that wait.
struct Waiting(Arc<Cluster>, PostgresReplayRegister);

impl ReplayRegister for Waiting {
    type Error = PostgresFailure;

    fn record(&self, answers: &[ToRecord]) -> Result<Vec<Recorded>, PostgresFailure> {
        self.0.runtime.block_on(self.1.record(answers))
    }
}

const DIALECTS: [Dialect; 2] = [Dialect::PostgreSql, Dialect::Distributed];

#[test]
fn a_register_in_a_database_is_one_that_is_never_closed() {
    let Some(cluster) = Cluster::shared() else { return };
    for dialect in DIALECTS {
        let name = cluster.empty(&[Part::Register], dialect);
        let register = || Waiting(Arc::clone(&cluster), cluster.connect(&name).register());
        let forget = |register: &Waiting, now| {
            cluster.runtime.block_on(register.1.forget_before(now)).unwrap();
        };
        every_register(register(), 32, |_| register(), forget);
    }
}

/// Eight replicas that are shown the same at once: one of them takes it, in its whole.
#[test]
fn of_eight_that_are_shown_the_same_one_takes_it() {
    let Some(cluster) = Cluster::shared() else { return };
    for dialect in DIALECTS {
        let name = cluster.empty(&[Part::Register], dialect);
        let register = cluster.connect(&name).register();
        let until = Timestamp::from_secs(9);
        for round in 0..12_u8 {
            let replicas = (1..=8_u8).map(|replica| {
                let claim = |key: u8| Claim { key: [key; 32], by: [replica; 32], until };
                let time = Timestamp::from_secs(u64::from(replica));
                let first = FirstTime { key: [round; 32], time, until };
                // Two claims each, in either order; and who only asks when it was first.
                let mut claims = vec![claim(2 * round), claim(2 * round + 1)];
                if replica % 2 == 0 {
                    claims.reverse();
                }
                let answers =
                    vec![ToRecord { claims, first: Some(first) }, ToRecord { claims: vec![], first: Some(first) }];
                let register = register.clone();
                cluster.runtime.spawn(async move { register.record(&answers).await.unwrap() })
            });
            let replicas: Vec<_> = replicas.collect();
            let recorded: Vec<_> =
                replicas.into_iter().map(|replica| cluster.runtime.block_on(replica).unwrap()).collect();
            let takers = recorded.iter().filter(|recorded| recorded[0] != Recorded::Taken).count();
            assert_eq!(takers, 1, "{recorded:?}");
            // All were told one first time.
            let firsts: std::collections::BTreeSet<_> =
                recorded.iter().map(|recorded| format!("{:?}", recorded[1])).collect();
            assert_eq!(firsts.len(), 1, "{firsts:?}");
        }
    }
}

/// Many replicas with answers that have nothing to do with each other: none is refused or given up.
#[test]
fn answers_that_do_not_meet_are_all_taken() {
    let Some(cluster) = Cluster::shared() else { return };
    let name = cluster.empty(&[Part::Register], Dialect::PostgreSql);
    let register = cluster.connect(&name).register();
    let replicas = (0..8_u8).map(|replica| {
        let register = register.clone();
        cluster.runtime.spawn(async move {
            for answer in 0..50_u8 {
                let mut key = [replica; 32];
                key[0] = answer;
                let claim = Claim { key, by: [1; 32], until: Timestamp::from_secs(9) };
                let recorded = register.record(&[ToRecord { claims: vec![claim], first: None }]).await.unwrap();
                assert_eq!(recorded, [Recorded::All { first: None }]);
            }
        })
    });
    let replicas: Vec<_> = replicas.collect();
    replicas.into_iter().for_each(|replica| cluster.runtime.block_on(replica).unwrap());
    let over = cluster.runtime.block_on(register.forget_before(Timestamp::from_secs(10))).unwrap();
    assert_eq!(over, 8 * 50);
}

/// The server is killed after each batch and while one is recorded: what was told to be taken is.
#[test]
fn what_was_taken_stays_taken_when_the_server_is_killed() {
    let Some(cluster) = Cluster::own() else { return };
    let name = cluster.empty(&[Part::Register], Dialect::PostgreSql);
    let register = cluster.connect(&name).register();
    let claim = |key: u8, by: u8| Claim { key: [key; 32], by: [by; 32], until: Timestamp::from_secs(9) };
    let batch = |round: u8, by: u8| {
        [2 * round, 2 * round + 1]
            .map(|key| ToRecord { claims: vec![claim(key, by), claim(100 + key, by)], first: None })
    };
    for round in 0..10 {
        let recording = {
            let (register, answers) = (register.clone(), batch(round, 1));
            cluster.runtime.spawn(async move { register.record(&answers).await })
        };
        if round % 2 == 0 {
            cluster.kill();
        }
        let told = cluster.runtime.block_on(recording).unwrap();
        if round % 2 == 1 {
            cluster.kill();
        }
        let ask = |by| loop {
            if let Ok(recorded) = cluster.runtime.block_on(register.record(&batch(round, by))) {
                break recorded.iter().filter(|recorded| **recorded == Recorded::Taken).count();
            }
        };
        if told.is_ok() {
            assert_eq!(ask(2), 2, "by another");
            assert_eq!(ask(1), 0, "again by the same");
        } else {
            // All of it, or nothing.
            let taken = ask(2);
            assert!(taken == 0 || taken == 2, "{taken} of 2");
        }
    }
}

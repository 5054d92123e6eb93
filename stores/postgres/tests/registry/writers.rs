//! Eight writers at once, over one shard and over many, while epochs are closed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use selfsame_postgres::Dialect;
use testkit::prelude::*;

use crate::cluster::Cluster;
use crate::police::Police;
use crate::waiting::Waiting;

const WRITERS: u64 = 8;

fn eight_writers(shards: u16, persons: u64, each: usize) {
    let Some(cluster) = Cluster::shared() else { return };
    let mut store = Waiting::on(&cluster, Dialect::PostgreSql);
    let police = Arc::new(Police::new(&mut store, shards, persons));
    let written = Arc::new(AtomicBool::new(false));
    let mut closer = store.store.clone();
    let closing = {
        let (police, written) = (Arc::clone(&police), Arc::clone(&written));
        cluster.runtime.spawn(async move {
            let mut epochs: Vec<ClosedEpoch> = Vec::new();
            while !written.load(Ordering::Relaxed) && epochs.len() < 20 {
                epochs.push(police.close(&mut closer, epochs.len() as u64 + 1).await);
            }
            epochs
        })
    };
    let writers = (1..=WRITERS).map(|writer| {
        let (police, handle) = (Arc::clone(&police), store.store.clone());
        let writing = async move { police.write(handle, writer, |made| made >= each).await };
        cluster.runtime.spawn(writing)
    });
    let writers: Vec<_> = writers.collect();
    let made: Vec<_> = writers.into_iter().flat_map(|writer| cluster.runtime.block_on(writer).unwrap()).collect();
    // None is given up for its conflicts: each has been made before its sixteenth attempt.
    assert!(made.iter().all(|made| made.failures == 0));
    written.store(true, Ordering::Relaxed);
    let epochs = cluster.runtime.block_on(closing).unwrap();
    assert!(!epochs.is_empty());
    police.agrees(&mut store, &made, epochs);
}

#[test]
fn eight_writers_of_one_shard_make_one_history() {
    eight_writers(1, 8, 12);
}

#[test]
fn eight_writers_of_many_shards_make_one_history() {
    eight_writers(16, 64, 24);
}

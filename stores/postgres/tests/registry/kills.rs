//! The server is killed a hundred times while eight writers are at work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use selfsame_postgres::Dialect;

use crate::cluster::Cluster;
use crate::police::{Draws, Police};
use crate::waiting::Waiting;

const KILLS: usize = 100;

#[test]
fn a_server_that_is_killed_a_hundred_times_loses_and_doubles_nothing() {
    let Some(cluster) = Cluster::own() else { return };
    let mut store = Waiting::on(&cluster, Dialect::PostgreSql);
    let police = Arc::new(Police::new(&mut store, 4, 32));
    let (killed, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let writers = (1..=8).map(|writer| {
        let (police, handle) = (Arc::clone(&police), store.store.clone());
        let (killed, answered) = (Arc::clone(&killed), Arc::clone(&answered));
        cluster.runtime.spawn(async move {
            let enough = |_| {
                answered.fetch_add(1, Ordering::Relaxed);
                killed.load(Ordering::Relaxed)
            };
            police.write(handle, writer, enough).await
        })
    });
    let writers: Vec<_> = writers.collect();
    let mut draws = Draws::new(99);
    for _ in 0..KILLS {
        // Somewhere within what the writers do, after something was done at all.
        let before = answered.load(Ordering::Relaxed);
        while answered.load(Ordering::Relaxed) < before + 8 {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_micros(draws.below(20_000)));
        cluster.kill();
    }
    killed.store(true, Ordering::Relaxed);
    let made: Vec<_> = writers.into_iter().flat_map(|writer| cluster.runtime.block_on(writer).unwrap()).collect();
    let cut = made.iter().filter(|made| made.failures > 0).count();
    let done = made.iter().filter(|made| made.replayed).count();
    println!("{} changes; {cut} were cut off, of which {done} were made all the same", made.len());
    // How many were made before their answer was lost is chance; `cut.rs` has one at each message.
    assert!(cut >= KILLS && done < cut);
    let mut store = Waiting::named(&cluster, store.name);
    police.agrees(&mut store, &made, Vec::new());
}

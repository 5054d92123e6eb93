//! A registry on PostgreSQL: what holds of every store, many writers at once, cut connections, and
//! a server that is killed.

#[path = "../cluster/mod.rs"]
mod cluster;
#[path = "../../../../tests/registry/every_store.rs"]
mod every_store;
#[path = "../../../../tests/registry/history.rs"]
mod history;
#[path = "../../../../tests/registry/optimistic.rs"]
#[allow(dead_code)]
mod optimistic;

use testkit::registry::{tried, world};

mod cut;
mod instances;
mod kills;
mod police;
mod transactions;
mod waiting;
mod writers;

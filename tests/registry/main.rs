//! The life cycle: both machines against a model, their checks, failing stores, impatient hosts.

use testkit::registry::{tried, world};

mod cards;
mod cheating;
mod checks;
mod closing;
#[cfg(feature = "redb")]
mod crash;
mod drivers;
mod elsewhere;
mod every_store;
#[cfg(feature = "redb")]
mod files;
mod history;
mod instances;
mod lengths;
mod look_up;
mod optimistic;
mod rows;
mod stores;
mod unions;

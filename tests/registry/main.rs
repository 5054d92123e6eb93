//! The life cycle: both machines against a model, their checks, failing stores, impatient hosts.

mod world;

mod cards;
mod cheating;
mod checks;
mod closing;
#[cfg(feature = "redb")]
mod crash;
mod drivers;
mod history;
mod lengths;
mod optimistic;
mod rows;
mod stores;
mod unions;

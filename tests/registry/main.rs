//! The life cycle: both machines against a plain model, their checks one by one, stores that fail,
//! and hosts that do not wait.

mod world;

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

//! Stores of [`selfsame`] in PostgreSQL, for services of several processes: the rows of a registry
//! (spec 10 §5), the register of what platforms have seen (spec 06 §6.3), and the sessions of a
//! helper that wait for their answer (spec 14 §4.3).
//!
//! [`Database`] is a pool of connections. What it gives are cheap handles: a writer takes one of
//! its own, and any number of them work at once. Every transaction is `SERIALIZABLE`; one that met
//! another is undone by the database and run again, a bounded number of times, after a wait whose
//! length the caller's generator draws.
//!
//! ```no_run
//! # async fn start(registry: selfsame::registry::Registry) -> Result<(), Box<dyn std::error::Error>> {
//! use selfsame::rand_core::{OsRng, RngCore};
//! use selfsame::registry::run_async;
//! use selfsame_postgres::{Database, Part, Settings, tokio_postgres::NoTls};
//!
//! let url = "host=/run/postgresql user=registry dbname=registry";
//! let database = Database::connect(url.parse()?, NoTls, Settings::default(), || OsRng.next_u64()).await?;
//! database.check(Part::Registry).await?;
//! let mut store = database.registry();
//! let heads = run_async(&mut store, &registry.open()).await?;
//! # drop(heads);
//! # Ok(())
//! # }
//! ```
//!
//! Tables are made by plain SQL files (`migrations/`), in a form for PostgreSQL, partitioned by the
//! hash of the key, and in one for databases that speak its protocol and spread tables by
//! themselves. Errors name SQLSTATE codes and no text of the server's: a text can quote a key, and
//! keys are symbols of persons.

mod error;
mod migrate;
mod pool;
mod register;
mod registry;
mod retry;
mod sessions;

pub use error::PostgresFailure;
pub use migrate::{Dialect, Part};
pub use pool::{Database, Settings};
pub use register::PostgresReplayRegister;
pub use registry::{PostgresStore, PostgresTransaction};
pub use sessions::PostgresSessionStore;
pub use tokio_postgres;

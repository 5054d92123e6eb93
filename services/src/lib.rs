//! The roles of selfsame as processes that talk HTTP: services to start from.
//!
//! The library is pure computation. Here is what a host adds: a server, a clock, key files, stores,
//! a web page. Each role is a subcommand of one binary and holds only its own keys; what it serves
//! and whom it calls is in the documentation of its module in [`role`]. Bodies are the canonical
//! bytes of the protocol (`application/cbor`).
//!
//! Not audited, as the library is not.

pub mod actors;
#[cfg(unix)]
pub mod cluster;
pub mod config;
pub mod demo;
pub mod directory;
pub mod enrol;
pub mod error;
pub mod files;
pub mod http;
pub mod keyfile;
pub mod list;
pub mod load;
pub mod minimum;
pub mod nation;
pub mod register;
pub mod register_file;
pub mod restart;
pub mod role;
pub mod rotate;
pub mod sessions;
pub mod setup;
pub mod store;
pub mod town;
pub mod wire;

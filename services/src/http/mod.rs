//! HTTP: how a service serves, and how it calls others.
//!
//! Bodies are canonical bytes. There is no TLS here: in front of a service that others than this
//! machine reach stands what terminates it, and between organisations it is mutual.

mod client;
mod connections;
mod metrics;
mod patient;
mod server;
mod token;

pub use client::{CallError, Client, Peer};
pub use metrics::Metrics;
pub use server::{Health, MADE, Refusal, Reply, Server, cbor, health, made, text};
pub use token::{Callers, Token};

//! The register of answers and the sessions of helpers in PostgreSQL.

#[path = "../cluster/mod.rs"]
#[allow(dead_code)]
mod cluster;

mod register;
mod roles;
mod sessions;

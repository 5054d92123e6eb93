//! The keys of auditors: where they come from, and what becomes of damaged ones.

#[path = "../common/cbor.rs"]
mod cbor;

#[path = "../rejection/matrix.rs"]
#[allow(dead_code, reason = "each test uses its part")]
mod matrix;

mod dealt;
mod generated;
mod messages;

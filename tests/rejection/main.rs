//! Every message of the flow, damaged in every way of the matrix: an error or a refused proof, never a panic, and nothing
//! comes of it.
//!
//! The matrix: every bit flipped, every truncation, a byte appended, a byte put in front, fields of equal length exchanged,
//! and the same message of another session, suite, version and type.

#[path = "../common/mod.rs"]
mod common;

#[path = "../common/cbor.rs"]
mod cbor;

#[path = "../common/later.rs"]
mod later;

mod issuance;
mod lists;
mod matrix;
mod presentations;
mod sets;
mod stored;
mod symbols;
mod types;

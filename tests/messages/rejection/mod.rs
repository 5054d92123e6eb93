//! Every message of the flow, damaged in every way: an error or a refused proof, never a panic.
//!
//! The matrix: every bit flipped, every truncation, a byte appended, a byte put in front, fields of
//! equal length exchanged, and the same message of another session, suite, version and type.

mod issuance;
mod lists;
mod presentations;
mod sets;
mod stored;
mod symbols;

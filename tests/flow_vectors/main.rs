//! One whole flow under fixed randomness, replayed byte for byte, messages with one defect each, and signatures
//! about which verifiers differ.
//!
//! `SELFSAME_WRITE_VECTORS=1 cargo test --test flow_vectors` writes the files anew. A change in them is a change of the wire
//! format or of how randomness is drawn: look at every line of the difference.

#[path = "../common/mod.rs"]
mod common;

#[path = "../common/cbor.rs"]
mod cbor;
#[path = "../common/reference.rs"]
mod reference;
#[path = "../common/vectors.rs"]
mod vectors;

mod file;
mod flow;
mod format;
mod judge;
mod negative;
mod parties;
mod reader;
mod signatures;

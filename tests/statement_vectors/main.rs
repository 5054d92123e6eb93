//! Statements byte for byte: a valid presentation at each edge of each statement, and each defect of requests, presentations, sets
//! of codes, auditors' keys and evidence (spec 06, 12 and 13).
//!
//! `SELFSAME_WRITE_VECTORS=1 cargo test --test statement_vectors` writes the file anew. A change in it is a change of the wire
//! format or of how randomness is drawn: look at every line of the difference.

#[path = "../common/mod.rs"]
mod common;

#[path = "../common/cbor.rs"]
mod cbor;
#[path = "../common/prover.rs"]
mod prover;
#[path = "../common/reference.rs"]
mod reference;
#[path = "../common/rogue.rs"]
mod rogue;
#[path = "../common/rogue_ticket.rs"]
mod rogue_ticket;
#[path = "../common/vectors.rs"]
mod vectors;

mod answers;
mod auditors;
mod call;
mod file;
mod judge;
mod proofs;
mod ranges;
mod requests;
mod sets;
mod single;
mod tickets;
mod valid;
mod world;

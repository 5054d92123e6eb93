//! Everything in `test-vectors/`, made anew and compared byte for byte.
//!
//! `SELFSAME_WRITE_VECTORS=1 cargo test --all-features --test vectors` writes the files anew. A
//! change in them is a change of the wire format or of how randomness is drawn: look at every line
//! of the difference.

mod cards;
mod certificates;
mod chip_records;
mod conformance;
mod consent;
mod decoding;
mod decoys;
mod directory;
mod disputed;
mod edges;
#[cfg(suite = "p256")]
mod element;
mod following;
mod generators;
mod glossary;
mod hotel;
mod keys;
mod phones;
mod proving;
mod qr;
mod registries;
mod schema;
mod single;
mod statements;
mod states;
mod symbols;
mod tickets;
mod wallets;

#[path = "../wallet/independent.rs"]
mod independent;

use conformance::runner::receivers::drawn;

//! Everything in `test-vectors/`, made anew and compared byte for byte.
//!
//! `SELFSAME_WRITE_VECTORS=1 cargo test --all-features --test vectors` writes the files anew. Look
//! at every line of the difference: it is one of the wire format or of draws.

mod cards;
mod chip_records;
mod directory;
mod generators;
mod hotel;
mod statements;

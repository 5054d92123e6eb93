//! Versions of the directory and evidence, replayed byte for byte, and each defect of them (spec 09).
//!
//! `SELFSAME_WRITE_VECTORS=1 cargo test --test directory_vectors` writes the file anew. A change in it is a change of the wire
//! format or of how randomness is drawn: look at every line of the difference.

#[path = "../common/mod.rs"]
mod common;

#[path = "../common/cbor.rs"]
mod cbor;
#[path = "../common/reference.rs"]
mod reference;
#[path = "../common/vectors.rs"]
mod vectors;
#[path = "../directory/world.rs"]
#[allow(dead_code, reason = "the forger is enough here")]
mod world;

mod chain;
mod content;
mod evidence;
mod file;
mod following;

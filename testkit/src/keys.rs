//! One honest key of each role, as its holder stores it (spec 01 §11).

use crate::prelude::*;

/// With the names of their Rust types, in the order of their numbers from 58 on.
pub fn messages() -> Vec<(&'static str, Vec<u8>)> {
    let rng = &mut SeededRng::new([58; 32]);
    vec![("VerdictKey", VerdictKey::random(rng).to_bytes())]
}

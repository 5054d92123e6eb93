//! The cast of the tests, benches, fuzz targets and examples: a country with its issuer, lists and
//! phones, messages as trees, the spec's formulas written out once more, and provers that cheat.
//!
//! But for [`registry`], nothing here is generic over generators or stores, so that the code of the
//! library that is gets compiled once, here, and not again in each test binary.

pub mod card;
pub mod cbor;
pub mod country;
pub mod curve;
pub mod device;
pub mod digits;
pub mod directory;
pub mod faces;
pub mod honest;
pub mod host;
pub mod keys;
pub mod matrix;
pub mod prelude;
pub mod prover;
pub mod reference;
mod register;
pub mod registry;
pub mod rogue;
pub mod rogue_issuer;
pub mod rogue_set;
pub mod rogue_ticket;
pub mod stores;
pub mod story;
pub mod town;
pub mod vectors;
pub mod world;

/// The directory of the package that is tested, with its vectors, source and specification.
pub const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

pub use country::*;
pub use register::{Afresh, Failed, Register, Says, Told};

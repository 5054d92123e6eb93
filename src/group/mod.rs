//! The group ristretto255 (RFC 9496): elements with their encodings, hashing, and base points (spec 01 §2 to §4).

mod element;
mod generators;
mod hash;
mod key;
mod prf;
mod ristretto;

pub(crate) use element::{Element, random_scalar, scalar_from_bytes};
pub(crate) use generators::{Base, BaseTable, FixedBase, MAX_ARITY};
pub(crate) use hash::{SUITE_TAG, TaggedHash};
pub(crate) use key::SecretKey;
pub(crate) use prf::{Prf, PrfKey};
pub(crate) use ristretto::{Group, Ristretto};

pub(crate) use curve25519_dalek::ristretto::{CompressedRistretto, RistrettoPoint as Point};
pub(crate) use curve25519_dalek::scalar::Scalar;

#[cfg(any(test, feature = "hazmat"))]
pub use generators::generator_constants;

//! The group: elements with their encodings, hashing, and base points (spec 01 §2 to §4). Which
//! group it is, [`suite`] says.

mod element;
mod generators;
mod hash;
mod key;
mod prf;
mod suite;

pub(crate) use element::{Element, random_scalar, scalar_from_bytes};
pub(crate) use generators::{Base, BaseTable, FixedBase, MAX_ARITY, MAX_DIGITS, TemplateBases};
pub(crate) use hash::{TaggedHash, hash_to_point, hash_to_scalar};
pub(crate) use key::SecretKey;
pub(crate) use prf::{Prf, PrfKey, hkdf};
#[cfg(not(suite = "p256"))]
pub(crate) use suite::CompressedPoint;
pub(crate) use suite::{
    Curve, Group, Hash, MAX_KEY_USES, OPRF_SUITE, OprfSuite, Point, SUITE_TAG, Scalar, WIDE_LEN, oprf_point,
    point_of_oprf, scalar_from_wide, vartime_double_sum,
};
pub use suite::{POINT_LEN, PointBytes, SCALAR_LEN, SUITE, ScalarBytes};
#[cfg(suite = "p256")]
pub(crate) use suite::{XBytes, compress, even_with_x, scalar_from_digest, sha256, x_of};

#[cfg(any(test, feature = "hazmat"))]
pub use generators::generator_constants;

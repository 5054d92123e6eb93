//! The group of the suite with nothing of the library: what the reference code, the cheating
//! provers and the tests compute with.

#[cfg(suite = "p256")]
mod p256;
#[cfg(not(suite = "p256"))]
mod ristretto255;

#[cfg(suite = "p256")]
use self::p256 as chosen;
#[cfg(not(suite = "p256"))]
use self::ristretto255 as chosen;

pub use chosen::{
    BLOCK, G, Hash, POINT_LEN, Point, SUITE, Scalar, TAG, UNIFORM_LEN, WIDE_LEN, decode_point, decode_scalar,
    encode_point, point_from_uniform, scalar_from_wide,
};

pub const SCALAR_LEN: usize = 32;

/// ℓ: the least number that is no canonical scalar.
pub fn order() -> [u8; 32] {
    let mut order = (-Scalar::ONE).to_bytes();
    // The greatest scalar ends with an even byte.
    order[if SUITE == 1 { 0 } else { 31 }] += 1;
    order
}

/// A small scalar's number.
pub fn low(scalar: &Scalar) -> u64 {
    let mut bytes = scalar.to_bytes();
    if SUITE == 2 {
        bytes.reverse();
    }
    u64::from_le_bytes(*bytes.first_chunk().unwrap())
}

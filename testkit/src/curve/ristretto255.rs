//! Suite 1.

use curve25519_dalek::ristretto::CompressedRistretto;

pub use curve25519_dalek::constants::RISTRETTO_BASEPOINT_POINT as G;
pub use curve25519_dalek::ristretto::RistrettoPoint as Point;
pub use curve25519_dalek::scalar::Scalar;
pub use sha2::Sha512 as Hash;

pub const SUITE: u8 = 1;
pub const TAG: &str = "selfsame-v1-ristretto255-sha512/";
/// Bytes of a block of the hash.
pub const BLOCK: usize = 128;
pub const POINT_LEN: usize = 32;
pub const WIDE_LEN: usize = 64;
pub const UNIFORM_LEN: usize = 64;

pub fn encode_point(point: &Point) -> [u8; POINT_LEN] {
    point.compress().to_bytes()
}

pub fn decode_point(bytes: &[u8; POINT_LEN]) -> Option<Point> {
    CompressedRistretto(*bytes).decompress()
}

pub fn decode_scalar(bytes: &[u8; 32]) -> Option<Scalar> {
    Scalar::from_canonical_bytes(*bytes).into()
}

pub fn scalar_from_wide(bytes: &[u8; WIDE_LEN]) -> Scalar {
    Scalar::from_bytes_mod_order_wide(bytes)
}

pub fn point_from_uniform(bytes: &[u8; UNIFORM_LEN]) -> Point {
    Point::from_uniform_bytes(bytes)
}

//! How secrets lie in memory once they were decoded.

use testkit::curve::{POINT_LEN, Point, Scalar, decode_point, decode_scalar};

pub fn of_scalar(bytes: &[u8; 32]) -> [u8; size_of::<Scalar>()] {
    let scalar = decode_scalar(bytes).expect("a scalar");
    // SAFETY: words of one number, without padding.
    unsafe { std::mem::transmute(scalar) }
}

/// The library's points have the coordinates of the crates' in the same order.
pub fn of_point(bytes: &[u8; POINT_LEN]) -> [u8; size_of::<Point>()] {
    let point = decode_point(bytes).expect("a point");
    // SAFETY: coordinates of words, without padding.
    unsafe { std::mem::transmute(point) }
}

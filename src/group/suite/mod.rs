//! The suite: the one place that knows the curve (spec 01 §1, §2).
//!
//! All else says [`Point`], [`Scalar`], [`PointBytes`] and [`ScalarBytes`], and counts messages in
//! [`POINT_LEN`] and [`SCALAR_LEN`]. Each suite is a file with these names, and `cfg(suite)` says
//! which one a package has: none is suite 1, which the build script of another package overrides.
//!
//! A `Point` has operators, `mul_base`, `random` and `default`, which is the identity. A `Scalar`
//! has operators, `ZERO`, `ONE`, `invert`, `random`, `as_bytes`, `to_bytes`, and comes `From` the
//! unsigned integers; `as_bytes().as_slice()` are bytes that are wiped or not copied. Where a
//! crate's own types lack one of these, the suite wraps them.

#[cfg(suite = "p256")]
mod p256;
#[cfg(not(suite = "p256"))]
mod ristretto255;

#[cfg(suite = "p256")]
use self::p256 as chosen;
#[cfg(not(suite = "p256"))]
use self::ristretto255 as chosen;

#[cfg(not(suite = "p256"))]
pub(crate) use chosen::{CompressedPoint, compressed};
pub(crate) use chosen::{
    Curve, DEVICE_BASE, GENERATOR, Hash, MAX_KEY_USES, Multiples, OPRF_SUITE, OprfSuite, Point, SUITE_TAG, Scalar,
    WIDE_LEN, decode_point, decode_scalar, encode_doubles, encode_point, oprf_point, point_from_uniform, point_of_oprf,
    scalar_from_wide, vartime_double_sum,
};
pub use chosen::{POINT_LEN, SCALAR_LEN, SUITE};
#[cfg(suite = "p256")]
pub(crate) use chosen::{XBytes, compress, even_with_x, scalar_from_digest, sha256, x_of};

use core::ops::{Add, Mul, Neg, Sub};

use zeroize::Zeroize;

/// The canonical encoding of a point.
pub type PointBytes = [u8; POINT_LEN];
/// The canonical encoding of a scalar.
pub type ScalarBytes = [u8; SCALAR_LEN];

/// A group of prime order with its scalar field: what the proof engine asks of a suite.
///
/// The engine is generic so that its soundness can be tested exhaustively on a group of a few
/// elements (`sigma::tests`).
pub(crate) trait Group {
    type Scalar: Copy
        + PartialEq
        + Zeroize
        + Add<Output = Self::Scalar>
        + Sub<Output = Self::Scalar>
        + Mul<Output = Self::Scalar>
        + Neg<Output = Self::Scalar>;
    type Point: Copy + Add<Output = Self::Point> + Sub<Output = Self::Point>;
    /// Precomputed multiples of fixed points.
    type Table;

    const ZERO: Self::Scalar;
    const ONE: Self::Scalar;

    fn table(points: &[Self::Point]) -> Self::Table;
    fn is_identity(point: &Self::Point) -> bool;
    /// `Σ scalarᵢ·pointᵢ` in constant time.
    fn sum(scalars: &[Self::Scalar], points: &[Self::Point]) -> Self::Point;
    /// `Σ scalarᵢ·pointᵢ` for public scalars, variable time.
    fn vartime_sum<'a>(scalars: &[Self::Scalar], points: impl IntoIterator<Item = &'a Self::Point>) -> Self::Point
    where
        Self::Point: 'a;
    /// `scalar·point + added`, variable time; a short scalar takes less.
    fn vartime_mul_add(scalar: Self::Scalar, point: Self::Point, added: Self::Point) -> Self::Point {
        Self::vartime_sum(&[scalar, Self::ONE], &[point, added])
    }
    /// The same and a sum over a table's points; `None` for more scalars than points.
    fn vartime_sum_fixed(
        table: &Self::Table,
        fixed: &[Self::Scalar],
        scalars: &[Self::Scalar],
        points: &[Self::Point],
    ) -> Option<Self::Point>;
}

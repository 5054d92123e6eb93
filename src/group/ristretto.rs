//! What the proof engine asks of a group, and ristretto255's answer.
//!
//! The engine is generic so that its soundness can be tested exhaustively on a group of a few elements (`sigma::tests`).

use alloc::vec::Vec;
use core::ops::{Add, Mul, Neg, Sub};

use curve25519_dalek::ristretto::VartimeRistrettoPrecomputation;
use curve25519_dalek::traits::{IsIdentity, MultiscalarMul, VartimeMultiscalarMul, VartimePrecomputedMultiscalarMul};
use zeroize::Zeroize;

use super::{Point, Scalar};

/// A group of prime order with its scalar field.
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
    /// The same with a further sum over the points of a table; `None` for more scalars than the table has points.
    fn vartime_sum_fixed(
        table: &Self::Table,
        fixed: &[Self::Scalar],
        scalars: &[Self::Scalar],
        points: &[Self::Point],
    ) -> Option<Self::Point>;
}

/// ristretto255.
pub(crate) struct Ristretto;

/// Up to this many varying points, interleaved windows with precomputed tables beat Pippenger's buckets (measured).
const STRAUS_LIMIT: usize = 190;

/// Multiples for the interleaved method, and the points themselves for the bucket method.
pub(crate) struct RistrettoTable {
    precomputed: VartimeRistrettoPrecomputation,
    points: Vec<Point>,
}

impl Group for Ristretto {
    type Scalar = Scalar;
    type Point = Point;
    type Table = RistrettoTable;

    const ZERO: Scalar = Scalar::ZERO;
    const ONE: Scalar = Scalar::ONE;

    fn table(points: &[Point]) -> RistrettoTable {
        RistrettoTable { precomputed: VartimeRistrettoPrecomputation::new(points), points: points.to_vec() }
    }

    fn is_identity(point: &Point) -> bool {
        point.is_identity()
    }

    fn sum(scalars: &[Scalar], points: &[Point]) -> Point {
        match (scalars, points) {
            ([scalar], [point]) => scalar * point,
            _ => Point::multiscalar_mul(scalars, points),
        }
    }

    fn vartime_sum<'a>(scalars: &[Scalar], points: impl IntoIterator<Item = &'a Point>) -> Point {
        Point::vartime_multiscalar_mul(scalars, points)
    }

    fn vartime_sum_fixed(
        table: &RistrettoTable,
        fixed: &[Scalar],
        scalars: &[Scalar],
        points: &[Point],
    ) -> Option<Point> {
        let missing = table.points.len().checked_sub(fixed.len())?;
        let fixed = fixed.iter().copied().chain(core::iter::repeat_n(Scalar::ZERO, missing));
        Some(if points.len() < STRAUS_LIMIT {
            table.precomputed.vartime_mixed_multiscalar_mul(fixed, scalars, points)
        } else {
            let scalars = fixed.chain(scalars.iter().copied());
            Point::vartime_multiscalar_mul(scalars, table.points.iter().chain(points))
        })
    }
}

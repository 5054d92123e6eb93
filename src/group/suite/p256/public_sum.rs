//! `Σ sᵢ·Pᵢ` for public scalars and points, variable time: Straus's method over sparse digits for
//! few points, Pippenger's buckets for many. Some points are secret towards others, as a holder's A
//! is: copies and multiples are wiped.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::digits::PublicBits;
use super::fixed::generator;
use super::{Affine, Point, Scalar};

/// Up to about this many varying points, interleaved digits beat buckets.
const STRAUS_LIMIT: usize = 190;

/// Bits of a sparse digit of a varying point.
const VARYING_WIDTH: usize = 5;
/// Its odd multiples, `P` to `15·P`.
const VARYING_MULTIPLES: usize = 1 << (VARYING_WIDTH - 2);
/// Bits of a sparse digit of a fixed point.
const FIXED_WIDTH: usize = 8;
/// Its odd multiples, `P` to `127·P`.
const FIXED_MULTIPLES: usize = 1 << (FIXED_WIDTH - 2);

/// The odd multiples of fixed points, 4.6 kB each.
pub(super) struct OddMultiples(Vec<Affine>);

impl OddMultiples {
    pub(super) fn new(points: &[Point]) -> Self {
        let all: Vec<_> = points.iter().flat_map(|point| odd_multiples(*point, FIXED_MULTIPLES)).collect();
        Self(Point::all_affine(&all))
    }

    fn tables(&self) -> &[[Affine; FIXED_MULTIPLES]] {
        self.0.as_chunks().0
    }
}

/// Precomputed multiples of fixed points.
pub(crate) struct SumTable(OddMultiples);

impl SumTable {
    pub(super) fn new(points: &[Point]) -> Self {
        Self(OddMultiples::new(points))
    }

    /// `None` for more scalars than fixed points.
    pub(super) fn vartime_sum(&self, fixed: &[Scalar], scalars: &[Scalar], points: &[Point]) -> Option<Point> {
        let tables = self.0.tables().get(..fixed.len())?;
        Some(if points.len() < STRAUS_LIMIT {
            straus(fixed, tables, scalars, points.iter())
        } else {
            straus(fixed, tables, &[], [].iter()) + pippenger(scalars, points.iter())
        })
    }
}

/// `Σ scalarᵢ·pointᵢ`.
pub(super) fn vartime_sum<'a>(scalars: &[Scalar], points: impl IntoIterator<Item = &'a Point>) -> Point {
    let points = points.into_iter();
    if scalars.len() < STRAUS_LIMIT { straus(&[], &[], scalars, points) } else { pippenger(scalars, points) }
}

/// `a·A + b·G`.
pub(crate) fn vartime_double_sum(a: &Scalar, point: &Point, b: &Scalar) -> Point {
    straus(&[*b], generator().odd.tables(), &[*a], core::iter::once(point))
}

fn odd_multiples(point: Point, count: usize) -> impl Iterator<Item = Point> {
    let double = point.double();
    core::iter::successors(Some(point), move |last| Some(last + double)).take(count)
}

/// The multiple of a digit that is not zero, and whether it is subtracted.
fn of_digit<P>(table: &[P], digit: i32) -> Option<(&P, bool)> {
    let place = usize::try_from(digit.unsigned_abs() / 2).ok()?;
    (digit != 0).then(|| table.get(place)).flatten().map(|multiple| (multiple, digit < 0))
}

fn straus<'a>(
    fixed: &[Scalar],
    tables: &[[Affine; FIXED_MULTIPLES]],
    scalars: &[Scalar],
    points: impl Iterator<Item = &'a Point>,
) -> Point {
    let digits = |scalars: &[Scalar], width| -> Vec<_> {
        scalars.iter().map(|scalar| PublicBits::new(scalar).sparse(width)).collect()
    };
    let (fixed, varying) = (digits(fixed, FIXED_WIDTH), digits(scalars, VARYING_WIDTH));
    // Reserved in full: a vector that grows leaves copies behind.
    let mut multiples = Zeroizing::new(Vec::with_capacity(scalars.len() * VARYING_MULTIPLES));
    points.take(scalars.len()).for_each(|point| multiples.extend(odd_multiples(*point, VARYING_MULTIPLES)));
    let (own, _) = multiples.as_chunks::<VARYING_MULTIPLES>();
    let highest = fixed.iter().chain(&varying).filter_map(|digits| digits.iter().rposition(|digit| *digit != 0)).max();
    let mut sum = Point::IDENTITY;
    for place in (0..=highest.unwrap_or_default()).rev() {
        sum = sum.double();
        let at = |digits: &[i32]| digits.get(place).copied().unwrap_or_default();
        for (multiple, minus) in varying.iter().zip(own).filter_map(|(digits, table)| of_digit(table, at(digits))) {
            sum = if minus { sum - multiple } else { sum + multiple };
        }
        for (multiple, minus) in fixed.iter().zip(tables).filter_map(|(digits, table)| of_digit(table, at(digits))) {
            sum = sum.sum_affine(&if minus { multiple.opposite() } else { *multiple });
        }
    }
    sum
}

/// Bits of a dense digit for so many points: about where additions are fewest.
const fn bucket_width(points: usize) -> usize {
    match points {
        0..500 => 6,
        500..800 => 7,
        800..4_000 => 8,
        4_000..16_000 => 10,
        _ => 12,
    }
}

fn pippenger<'a>(scalars: &[Scalar], points: impl Iterator<Item = &'a Point>) -> Point {
    let mut copies = Zeroizing::new(Vec::with_capacity(scalars.len()));
    copies.extend(points.take(scalars.len()).copied());
    let (points, width) = (Zeroizing::new(Point::all_affine(&copies)), bucket_width(copies.len()));
    let digits: Vec<Vec<i32>> = scalars.iter().map(|scalar| PublicBits::new(scalar).dense(width).collect()).collect();
    let count = digits.first().map_or(0, Vec::len);
    let mut sum = Point::IDENTITY;
    for place in (0..count).rev() {
        sum = (0..width).fold(sum, |sum, _| sum.double());
        let of =
            digits.iter().zip(points.iter()).map(|(digits, point)| (digits.get(place).copied().unwrap_or(0), point));
        sum += window_sum(width, of);
    }
    sum
}

/// `Σ d·P`: the points of one digit are added up first, then the digits weigh their sums.
fn window_sum<'a>(width: usize, products: impl Iterator<Item = (i32, &'a Affine)>) -> Point {
    let mut buckets: Zeroizing<Vec<Option<Point>>> = Zeroizing::new(alloc::vec![None; 1 << (width - 1)]);
    for (digit, point) in products.filter(|(digit, _)| *digit != 0) {
        let place = usize::try_from(digit.unsigned_abs()).ok().and_then(|magnitude| magnitude.checked_sub(1));
        let Some(bucket) = place.and_then(|place| buckets.get_mut(place)) else { continue };
        let point = if digit < 0 { point.opposite() } else { *point };
        *bucket = Some(bucket.map_or_else(|| Point::from(&point), |sum| sum.sum_affine(&point)));
    }
    let (mut sum, mut above) = (Point::IDENTITY, None::<Point>);
    for bucket in buckets.iter().rev() {
        above = match (above, bucket) {
            (Some(above), Some(bucket)) => Some(above + bucket),
            (above, bucket) => above.or(*bucket),
        };
        sum = above.map_or(sum, |above| sum + above);
    }
    sum
}

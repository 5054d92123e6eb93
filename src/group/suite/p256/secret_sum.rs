//! `Σ sᵢ·Pᵢ` in constant time: Straus's method over digits of four bits, with doublings that all
//! points share.

use alloc::vec::Vec;

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

use super::digits::{SECRET_DIGITS, signed_nibbles};
use super::{Affine, Point, Scalar};

/// `P` to `8·P`.
pub(super) const MULTIPLES: usize = 8;

pub(super) fn sum(scalars: &[Scalar], points: &[Point]) -> Point {
    let digits: Zeroizing<Vec<_>> = Zeroizing::new(scalars.iter().map(signed_nibbles).collect());
    let mut multiples = Zeroizing::new(Vec::with_capacity(points.len() * MULTIPLES));
    points.iter().for_each(|point| multiples.extend(first_multiples(*point)));
    let multiples = Zeroizing::new(Point::all_affine(&multiples));
    let (tables, _) = multiples.as_chunks();
    let mut sum = Point::IDENTITY;
    for place in (0..SECRET_DIGITS).rev() {
        sum = sum.double().double().double().double();
        for (digits, table) in digits.iter().zip(tables) {
            sum = sum.sum_affine(&select(table, digits.get(place).copied().unwrap_or_default()));
        }
    }
    sum
}

/// `P, 2·P, …, 8·P`.
pub(super) fn first_multiples(point: Point) -> impl Iterator<Item = Point> {
    core::iter::successors(Some(point), move |last| Some(last + point)).take(MULTIPLES)
}

/// `digit·P`, which reads the whole table whatever the digit is.
pub(super) fn select(table: &[Affine; MULTIPLES], digit: i8) -> Affine {
    let sign = digit >> 7;
    let magnitude = ((digit ^ sign) - sign).cast_unsigned();
    let mut chosen = Affine::IDENTITY;
    for (multiple, point) in (1_u8..).zip(table) {
        chosen.conditional_assign(point, multiple.ct_eq(&magnitude));
    }
    Affine::conditional_select(&chosen, &chosen.opposite(), Choice::from(sign.cast_unsigned() & 1))
}

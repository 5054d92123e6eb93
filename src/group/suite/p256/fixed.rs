//! Precomputed multiples of one point, for secret scalars.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Mul;

use once_cell::race::OnceBox;
use zeroize::Zeroizing;

use super::digits::{SECRET_DIGITS, signed_nibbles};
use super::public_sum::OddMultiples;
use super::secret_sum::{MULTIPLES, first_multiples, select};
use super::{Affine, Point, Scalar};

/// `j·16ⁱ·P` for `1 ≤ j ≤ 8` and each digit `i` of a scalar (37 kB).
pub(crate) struct Multiples(Vec<Affine>);

impl Multiples {
    pub(crate) fn create(point: &Point) -> Self {
        let shift = |base: &Point| Some(base.double().double().double().double());
        let bases = core::iter::successors(Some(*point), shift).take(SECRET_DIGITS);
        let multiples: Vec<Point> = bases.flat_map(first_multiples).collect();
        Self(Point::all_affine(&multiples))
    }
}

impl Mul<&Scalar> for &Multiples {
    type Output = Point;

    /// Constant time.
    fn mul(self, scalar: &Scalar) -> Point {
        let digits = Zeroizing::new(signed_nibbles(scalar));
        let (tables, _) = self.0.as_chunks::<MULTIPLES>();
        let products = digits.iter().zip(tables).map(|(digit, table)| select(table, *digit));
        products.fold(Point::IDENTITY, |sum, product| sum.sum_affine(&product))
    }
}

/// What is precomputed of `G`.
pub(super) struct Generator {
    pub(super) multiples: Multiples,
    pub(super) odd: OddMultiples,
}

/// Made at the first use, and kept.
pub(super) fn generator() -> &'static Generator {
    static GENERATOR: OnceBox<Generator> = OnceBox::new();
    GENERATOR.get_or_init(|| {
        let point = super::GENERATOR;
        Box::new(Generator { multiples: Multiples::create(&point), odd: OddMultiples::new(&[point]) })
    })
}

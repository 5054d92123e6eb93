//! Points with the operators that the rest of the library uses.

use core::fmt;
use core::iter::Sum;
use core::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

use rand_core::CryptoRngCore;
use subtle::ConstantTimeEq;

use super::fixed::generator;
use super::{Point, Scalar, UNIFORM_LEN, encode_point, point_from_uniform, secret_sum};

impl Point {
    /// `k·G`, by precomputed multiples.
    pub(crate) fn mul_base(scalar: &Scalar) -> Self {
        &generator().multiples * scalar
    }

    /// Uniform bytes through the map to the curve.
    pub(crate) fn random(rng: &mut impl CryptoRngCore) -> Self {
        let mut bytes = zeroize::Zeroizing::new([0; UNIFORM_LEN]);
        rng.fill_bytes(bytes.as_mut());
        point_from_uniform(&bytes)
    }
}

macro_rules! operator {
    ($trait:ident $name:ident, $assign:ident $assign_name:ident, |$a:ident, $b:ident| $result:expr) => {
        impl $trait<&Point> for &Point {
            type Output = Point;
            fn $name(self, $b: &Point) -> Point {
                let $a = self;
                $result
            }
        }
        impl $trait<Point> for &Point {
            type Output = Point;
            fn $name(self, other: Point) -> Point {
                $trait::$name(self, &other)
            }
        }
        impl $trait<&Point> for Point {
            type Output = Point;
            fn $name(self, other: &Point) -> Point {
                $trait::$name(&self, other)
            }
        }
        impl $trait for Point {
            type Output = Point;
            fn $name(self, other: Point) -> Point {
                $trait::$name(&self, &other)
            }
        }
        impl $assign for Point {
            fn $assign_name(&mut self, other: Point) {
                *self = $trait::$name(&*self, &other);
            }
        }
    };
}

operator!(Add add, AddAssign add_assign, |a, b| a.sum(b));
operator!(Sub sub, SubAssign sub_assign, |a, b| a.sum(&b.opposite()));

/// `scalar·point`, in whatever way the two are held.
macro_rules! product {
    ($($scalar:ty, $point:ty);*) => {$(
        impl Mul<$point> for $scalar {
            type Output = Point;
            fn mul(self, point: $point) -> Point {
                let point: &Point = core::borrow::Borrow::borrow(&point);
                let scalar: &Scalar = core::borrow::Borrow::borrow(&self);
                secret_sum::sum(core::slice::from_ref(scalar), core::slice::from_ref(point))
            }
        }
        impl Mul<$scalar> for $point {
            type Output = Point;
            fn mul(self, scalar: $scalar) -> Point {
                scalar * self
            }
        }
    )*};
}

product!(Scalar, Point; Scalar, &Point; &Scalar, Point; &Scalar, &Point);

impl Neg for Point {
    type Output = Self;

    fn neg(self) -> Self {
        self.opposite()
    }
}

impl Neg for &Point {
    type Output = Point;

    fn neg(self) -> Point {
        self.opposite()
    }
}

impl Sum for Point {
    fn sum<I: Iterator<Item = Self>>(points: I) -> Self {
        points.fold(Self::default(), Add::add)
    }
}

impl<'a> Sum<&'a Self> for Point {
    fn sum<I: Iterator<Item = &'a Self>>(points: I) -> Self {
        points.fold(Self::default(), Add::add)
    }
}

impl PartialEq for Point {
    /// Constant time.
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for Point {}

impl fmt::Debug for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in encode_point(self) {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

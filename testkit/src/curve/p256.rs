//! Suite 2 on the crate's own points: its formulas and its plain multiplication, none of the
//! library's sums. The names are those of the other suite's types.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

use elliptic_curve::PrimeField;
use elliptic_curve::group::{Group, GroupEncoding};
use elliptic_curve::hash2curve::{FromOkm, GroupDigest, MapToCurve};
use p256::{NistP256, ProjectivePoint};
use rand_core::CryptoRngCore;

pub use sha2::Sha256 as Hash;

pub const SUITE: u8 = 2;
pub const TAG: &str = "selfsame-v1-p256-sha256/";
/// Bytes of a block of the hash.
pub const BLOCK: usize = 64;
pub const POINT_LEN: usize = 33;
pub const WIDE_LEN: usize = 48;
pub const UNIFORM_LEN: usize = 96;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Point(ProjectivePoint);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scalar(p256::Scalar);

pub const G: Point = Point(ProjectivePoint::GENERATOR);

impl Point {
    pub fn mul_base(scalar: &Scalar) -> Self {
        Self(ProjectivePoint::GENERATOR * scalar.0)
    }

    pub fn random(rng: &mut impl CryptoRngCore) -> Self {
        let mut bytes = [0; UNIFORM_LEN];
        rng.fill_bytes(&mut bytes);
        point_from_uniform(&bytes)
    }
}

impl Scalar {
    pub const ZERO: Self = Self(p256::Scalar::ZERO);
    pub const ONE: Self = Self(p256::Scalar::ONE);

    pub fn random(rng: &mut impl CryptoRngCore) -> Self {
        let mut bytes = [0; WIDE_LEN];
        rng.fill_bytes(&mut bytes);
        scalar_from_wide(&bytes)
    }

    pub fn to_bytes(self) -> [u8; 32] {
        self.0.to_bytes().into()
    }

    /// Zero of zero.
    pub fn invert(&self) -> Self {
        Self(self.0.invert().unwrap_or(p256::Scalar::ZERO))
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl From<$number> for Scalar {
            fn from(number: $number) -> Self {
                Self(u128::from(number).into())
            }
        }
    )*};
}

numbers!(u8, u16, u32, u64, u128);

macro_rules! operator {
    ($($trait:ident $name:ident: $left:ident, $right:ident => $result:ident, |$a:ident, $b:ident| $value:expr;)*) => {$(
        impl $trait<$right> for $left {
            type Output = $result;
            fn $name(self, other: $right) -> $result {
                let ($a, $b) = (self.0, other.0);
                $result($value)
            }
        }
        impl $trait<&$right> for $left {
            type Output = $result;
            fn $name(self, other: &$right) -> $result {
                $trait::$name(self, *other)
            }
        }
        impl $trait<$right> for &$left {
            type Output = $result;
            fn $name(self, other: $right) -> $result {
                $trait::$name(*self, other)
            }
        }
        impl $trait<&$right> for &$left {
            type Output = $result;
            fn $name(self, other: &$right) -> $result {
                $trait::$name(*self, *other)
            }
        }
    )*};
}

operator! {
    Add add: Scalar, Scalar => Scalar, |a, b| a + b;
    Sub sub: Scalar, Scalar => Scalar, |a, b| a - b;
    Mul mul: Scalar, Scalar => Scalar, |a, b| a * b;
    Add add: Point, Point => Point, |a, b| a + b;
    Sub sub: Point, Point => Point, |a, b| a - b;
    Mul mul: Scalar, Point => Point, |a, b| b * a;
    Mul mul: Point, Scalar => Point, |a, b| a * b;
}

macro_rules! of_both {
    ($($name:ident),*) => {$(
        impl Neg for $name {
            type Output = Self;
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }
        impl Neg for &$name {
            type Output = $name;
            fn neg(self) -> $name {
                -*self
            }
        }
        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                *self = *self + other;
            }
        }
        impl SubAssign for $name {
            fn sub_assign(&mut self, other: Self) {
                *self = *self - other;
            }
        }
        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
                items.fold(Self::default(), Add::add)
            }
        }
    )*};
}

of_both!(Scalar, Point);

pub fn encode_point(point: &Point) -> [u8; POINT_LEN] {
    point.0.to_bytes().into()
}

pub fn decode_point(bytes: &[u8; POINT_LEN]) -> Option<Point> {
    let point: Option<ProjectivePoint> = ProjectivePoint::from_bytes(&(*bytes).into()).into();
    point.map(Point).filter(|point| !bool::from(point.0.is_identity()))
}

pub fn decode_scalar(bytes: &[u8; 32]) -> Option<Scalar> {
    Option::from(p256::Scalar::from_repr((*bytes).into())).map(Scalar)
}

pub fn scalar_from_wide(bytes: &[u8; WIDE_LEN]) -> Scalar {
    Scalar(p256::Scalar::from_okm(&(*bytes).into()))
}

pub fn point_from_uniform(bytes: &[u8; UNIFORM_LEN]) -> Point {
    type Element = <NistP256 as GroupDigest>::FieldElement;
    let (halves, _) = bytes.as_chunks::<WIDE_LEN>();
    Point(halves.iter().map(|half| Element::from_okm(&(*half).into()).map_to_curve()).sum())
}

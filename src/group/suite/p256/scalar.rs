//! Scalars with the names that the rest of the library uses.

use core::fmt;
use core::iter::{Product, Sum};
use core::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use rand_core::CryptoRngCore;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, CtOption};
use zeroize::{DefaultIsZeroes, Zeroizing};

use super::super::ScalarBytes;
use super::{WIDE_LEN, scalar_from_wide};

/// A number modulo the group order. Constant time.
#[derive(Clone, Copy, Default)]
pub(crate) struct Scalar(pub(super) p256::Scalar);

impl Scalar {
    pub(crate) const ZERO: Self = Self(p256::Scalar::ZERO);
    pub(crate) const ONE: Self = Self(p256::Scalar::ONE);

    /// Big-endian.
    #[expect(clippy::wrong_self_convention, reason = "as the other suite's")]
    pub(crate) fn to_bytes(&self) -> ScalarBytes {
        self.0.to_bytes().into()
    }

    /// Big-endian, in memory that is wiped.
    pub(crate) fn as_bytes(&self) -> Zeroizing<ScalarBytes> {
        Zeroizing::new(self.to_bytes())
    }

    /// `1/k`; zero of zero.
    pub(crate) fn invert(&self) -> Self {
        let inverse: CtOption<p256::Scalar> = self.0.invert();
        Self(inverse.unwrap_or(p256::Scalar::ZERO))
    }

    /// As good as uniform: wide bytes, reduced.
    pub(crate) fn random(rng: &mut impl CryptoRngCore) -> Self {
        let mut wide = Zeroizing::new([0; WIDE_LEN]);
        rng.fill_bytes(wide.as_mut());
        scalar_from_wide(&wide)
    }
}

macro_rules! operator {
    ($trait:ident $name:ident, $assign:ident $assign_name:ident) => {
        impl $trait<&Scalar> for &Scalar {
            type Output = Scalar;
            fn $name(self, other: &Scalar) -> Scalar {
                Scalar($trait::$name(&self.0, &other.0))
            }
        }
        impl $trait<Scalar> for &Scalar {
            type Output = Scalar;
            fn $name(self, other: Scalar) -> Scalar {
                $trait::$name(self, &other)
            }
        }
        impl $trait<&Scalar> for Scalar {
            type Output = Scalar;
            fn $name(self, other: &Scalar) -> Scalar {
                $trait::$name(&self, other)
            }
        }
        impl $trait for Scalar {
            type Output = Scalar;
            fn $name(self, other: Scalar) -> Scalar {
                $trait::$name(&self, &other)
            }
        }
        impl $assign for Scalar {
            fn $assign_name(&mut self, other: Scalar) {
                *self = $trait::$name(&*self, &other);
            }
        }
        impl $assign<&Scalar> for Scalar {
            fn $assign_name(&mut self, other: &Scalar) {
                *self = $trait::$name(&*self, other);
            }
        }
    };
}

operator!(Add add, AddAssign add_assign);
operator!(Sub sub, SubAssign sub_assign);
operator!(Mul mul, MulAssign mul_assign);

impl Neg for Scalar {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Neg for &Scalar {
    type Output = Scalar;

    fn neg(self) -> Scalar {
        -*self
    }
}

impl Sum for Scalar {
    fn sum<I: Iterator<Item = Self>>(scalars: I) -> Self {
        scalars.fold(Self::ZERO, Add::add)
    }
}

impl<'a> Sum<&'a Self> for Scalar {
    fn sum<I: Iterator<Item = &'a Self>>(scalars: I) -> Self {
        scalars.fold(Self::ZERO, Add::add)
    }
}

impl Product for Scalar {
    fn product<I: Iterator<Item = Self>>(scalars: I) -> Self {
        scalars.fold(Self::ONE, Mul::mul)
    }
}

impl From<u64> for Scalar {
    fn from(number: u64) -> Self {
        Self(number.into())
    }
}

impl From<u32> for Scalar {
    fn from(number: u32) -> Self {
        Self(number.into())
    }
}

impl From<u16> for Scalar {
    fn from(number: u16) -> Self {
        u32::from(number).into()
    }
}

impl From<u8> for Scalar {
    fn from(number: u8) -> Self {
        u32::from(number).into()
    }
}

impl From<u128> for Scalar {
    fn from(number: u128) -> Self {
        Self(number.into())
    }
}

impl ConditionallySelectable for Scalar {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        Self(p256::Scalar::conditional_select(&a.0, &b.0, choice))
    }
}

impl ConstantTimeEq for Scalar {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl PartialEq for Scalar {
    /// Constant time.
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for Scalar {}

impl DefaultIsZeroes for Scalar {}

impl fmt::Debug for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.to_bytes() {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

//! A secret key and what the schemes do with it.

use core::fmt;

use rand_core::CryptoRngCore;

use super::{Element, Point, Scalar, random_scalar};
use crate::error::{DecodeError, Refused};
use crate::secret::Secret;

/// A secret scalar `k`, never zero: the `x` of an issuer, the `α` of an accumulator.
pub(crate) struct SecretKey(Secret<Scalar>);

impl SecretKey {
    pub(crate) fn random(rng: &mut impl CryptoRngCore) -> Self {
        Self(Secret::new(random_scalar(rng)))
    }

    /// A key that was stored; zero is none.
    pub(crate) fn from_scalar(scalar: &Scalar) -> Result<Self, DecodeError> {
        if *scalar == Scalar::ZERO { Err(DecodeError::OutOfRange) } else { Ok(Self(Secret::new(*scalar))) }
    }

    pub(crate) const fn scalar(&self) -> &Scalar {
        self.0.expose()
    }

    /// A second holder of the same key, made on purpose (the platform verifies with it).
    pub(crate) const fn duplicate(&self) -> Self {
        Self(Secret::new(*self.scalar()))
    }

    /// `k·G`.
    pub(crate) fn public(&self) -> Element {
        Element::new(Point::mul_base(self.scalar()))
    }

    /// `(k + s)⁻¹`, constant time. Fails only for `s = −k`, which nobody meets.
    pub(crate) fn inverse(&self, s: &Scalar) -> Result<Secret<Scalar>, Refused> {
        let sum = Secret::new(self.scalar() + s);
        if *sum.expose() == Scalar::ZERO {
            return Err(Refused::DEFECT);
        }
        Ok(Secret::new(sum.expose().invert()))
    }

    /// `(k + s)⁻¹·P`, constant time. Fails only for `s = −k`, which nobody meets.
    pub(crate) fn divide(&self, point: &Point, s: &Scalar) -> Result<Point, Refused> {
        Ok(self.inverse(s)?.expose() * point)
    }

    /// `(k + s)·P`, constant time.
    pub(crate) fn multiply(&self, point: &Point, s: &Scalar) -> Point {
        let sum = Secret::new(self.scalar() + s);
        sum.expose() * point
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(redacted)")
    }
}

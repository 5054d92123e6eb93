//! The algebraic MAC on a commitment (spec 04 §3): `A = (x + e)⁻¹·B`.
//!
//! BBS without pairings: Barki, Brunet, Desmoulins and Traoré 2016; with the short tag of ePrint 2024/1552. It knows no
//! roles and no attributes: `B` is a point.

use core::fmt;

use crate::error::Refused;
use crate::group::{Element, Point, Scalar, random_scalar};
use crate::secret::Secret;
use rand_core::CryptoRngCore;

/// `x`, never zero.
pub(crate) struct MacKey(Secret<Scalar>);

/// `(A, e)`. It authenticates attributes to whoever holds the key, so it is as secret as the credential.
pub(crate) struct Mac {
    pub(crate) a: Secret<Point>,
    pub(crate) e: Secret<Scalar>,
}

impl MacKey {
    pub(crate) fn random(rng: &mut impl CryptoRngCore) -> Self {
        Self(Secret::new(random_scalar(rng)))
    }

    pub(crate) const fn scalar(&self) -> &Scalar {
        self.0.expose()
    }

    /// A second holder of the same key, made on purpose (the platform verifies with it).
    pub(crate) const fn duplicate(&self) -> Self {
        Self(Secret::new(*self.scalar()))
    }

    /// `X = x·G`.
    pub(crate) fn public(&self) -> Element {
        Element::new(Point::mul_base(self.scalar()))
    }

    /// `A = (x + e)⁻¹·B`, constant time. Fails only for `e = −x`, which nobody meets.
    pub(crate) fn tag(&self, b: &Point, e: &Scalar) -> Result<Mac, Refused> {
        let mut sum = self.scalar() + e;
        if sum == Scalar::ZERO {
            return Err(Refused);
        }
        let mut inverse = sum.invert();
        let mac = Mac { a: Secret::new(inverse * b), e: Secret::new(*e) };
        zeroize::Zeroize::zeroize(&mut sum);
        zeroize::Zeroize::zeroize(&mut inverse);
        Ok(mac)
    }
}

impl Mac {
    /// `B − e·A`, which is `x·A` under the right key.
    pub(crate) fn keyed_image(&self, b: &Point) -> Point {
        b - self.e.expose() * self.a.expose()
    }
}

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MacKey(redacted)")
    }
}

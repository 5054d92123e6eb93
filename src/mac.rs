//! The algebraic MAC on a commitment (spec 04 §3): `A = (x + e)⁻¹·B`.
//!
//! BBS without pairings: Barki, Brunet, Desmoulins and Traoré 2016; with the short tag of ePrint
//! 2024/1552. It knows no roles and no attributes: `B` is a point.

use crate::error::Refused;
use crate::group::{Point, Scalar, SecretKey};
use crate::secret::Secret;

/// `(A, e)`. It authenticates attributes to whoever holds the key, so it is as secret as the
/// credential.
pub(crate) struct Mac {
    pub(crate) a: Secret<Point>,
    pub(crate) e: Secret<Scalar>,
}

impl Mac {
    /// `A = (x + e)⁻¹·B`, constant time.
    pub(crate) fn new(key: &SecretKey, b: &Point, e: &Scalar) -> Result<Self, Refused> {
        Ok(Self { a: Secret::new(key.divide(b, e)?), e: Secret::new(*e) })
    }

    /// `B − e·A`, which is `x·A` under the right key.
    pub(crate) fn keyed_image(&self, b: &Point) -> Point {
        b - self.e.expose() * self.a.expose()
    }
}

//! What ECDSA needs of the curve: coordinates as bytes, and digests as scalars (SEC 1 §4.1).

use elliptic_curve::sec1::ToEncodedPoint;
use p256::{AffinePoint, EncodedPoint, PublicKey};
use sha2::{Digest, Sha256};
use subtle::Choice;

use super::super::{POINT_LEN, PointBytes};
use super::{Scalar, WIDE_LEN, scalar_from_wide};
use crate::group::Element;

/// An `x` coordinate, big-endian.
pub(crate) type XBytes = [u8; POINT_LEN - 1];

/// The first byte of a point with even `y`.
const EVEN: u8 = 2;

/// The encoding of the point with this `x` and even `y`, if there is one.
pub(crate) fn even_with_x(x: &XBytes) -> PointBytes {
    let mut bytes = [EVEN; POINT_LEN];
    bytes.iter_mut().skip(1).zip(x).for_each(|(to, from)| *to = *from);
    bytes
}

/// `x` of a point that is not the identity.
pub(crate) fn x_of(point: &Element) -> XBytes {
    let mut x = [0; POINT_LEN - 1];
    x.iter_mut().zip(point.as_bytes().iter().skip(1)).for_each(|(to, from)| *to = *from);
    x
}

/// 32 bytes modulo the group order: a digest as `e`, a coordinate as `ρ`.
pub(crate) fn scalar_from_digest(bytes: &XBytes) -> Scalar {
    let mut wide = [0; WIDE_LEN];
    wide.iter_mut().skip(WIDE_LEN - bytes.len()).zip(bytes).for_each(|(to, from)| *to = *from);
    scalar_from_wide(&wide)
}

/// The hash of what an element signs.
pub(crate) fn sha256(message: &[u8]) -> [u8; 32] {
    Sha256::digest(message).into()
}

/// The one encoding of a point that comes in either form of SEC 1 §2.3.3, as keystores give keys.
/// The crate reads a third one, 5 and `x` alone, which leaves `y` open.
pub(crate) fn compress(bytes: &[u8]) -> Option<PointBytes> {
    if !matches!(bytes, [2..=4, ..]) {
        return None;
    }
    let key = PublicKey::try_from(EncodedPoint::from_bytes(bytes).ok()?).ok()?;
    AffinePoint::from(key).to_encoded_point(true).as_bytes().try_into().ok()
}

impl Scalar {
    /// Whether it is above half of the group order. Constant time.
    pub(crate) fn is_high(&self) -> Choice {
        elliptic_curve::scalar::IsHigh::is_high(&self.0)
    }
}

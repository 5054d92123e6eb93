//! Points together with their encodings, and scalars from bytes (spec 01 §2).

use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroize;

use super::suite::{decode_point, decode_scalar, encode_doubles, encode_point};
use super::{POINT_LEN, Point, PointBytes, Scalar, ScalarBytes};
use crate::error::{DecodeError, Refused};
use crate::secret::Secret;

/// The one encoding of the identity, in every suite.
const IDENTITY: PointBytes = [0; POINT_LEN];

/// A point and its canonical bytes.
///
/// Transcripts, encoders and the arithmetic need both; each point is compressed or decompressed
/// once, which costs some 0.15 of a scalar multiplication.
#[derive(Clone, Copy)]
pub(crate) struct Element {
    point: Point,
    bytes: PointBytes,
}

impl Element {
    pub(crate) fn new(point: Point) -> Self {
        Self { point, bytes: encode_point(&point) }
    }

    /// `2·P` of each point, none the identity: one field inversion for all of them, where
    /// [`Element::new`] takes an inverse square root for each. Constant time in the points.
    pub(crate) fn doubles(halves: &[Point]) -> Result<Vec<Self>, Refused> {
        let encoded = encode_doubles(halves).ok_or(Refused::DEFECT)?;
        Ok(halves.iter().zip(encoded).map(|(half, bytes)| Self { point: half + half, bytes }).collect())
    }

    /// The point that `bytes` canonically encode, unless it is the identity: no message of the
    /// protocol carries that.
    pub(crate) fn from_bytes(bytes: &PointBytes) -> Result<Self, DecodeError> {
        if *bytes == IDENTITY {
            return Err(DecodeError::IdentityPoint);
        }
        let point = decode_point(bytes).ok_or(DecodeError::InvalidPoint)?;
        Ok(Self { point, bytes: *bytes })
    }

    pub(crate) const fn point(&self) -> Point {
        self.point
    }

    /// Where a copy of a hundred bytes and more would count.
    pub(crate) const fn as_point(&self) -> &Point {
        &self.point
    }

    /// The encoding as the type that range proofs take.
    #[cfg(not(suite = "p256"))]
    pub(crate) const fn compressed(&self) -> super::CompressedPoint {
        super::suite::compressed(self.bytes)
    }

    pub(crate) const fn as_bytes(&self) -> &PointBytes {
        &self.bytes
    }
}

impl ConditionallySelectable for Element {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        let mut bytes = a.bytes;
        for (byte, other) in bytes.iter_mut().zip(&b.bytes) {
            byte.conditional_assign(other, choice);
        }
        Self { point: Point::conditional_select(&a.point, &b.point, choice), bytes }
    }
}

impl Zeroize for Element {
    fn zeroize(&mut self) {
        self.point.zeroize();
        self.bytes.zeroize();
    }
}

impl PartialEq for Secret<Element> {
    /// Constant time.
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret<Element> {}

impl PartialEq for Element {
    fn eq(&self, other: &Self) -> bool {
        self.bytes.ct_eq(&other.bytes).into()
    }
}

impl Eq for Element {}

impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.bytes {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

/// The scalar that `bytes` canonically encode.
pub(crate) fn scalar_from_bytes(bytes: &ScalarBytes) -> Result<Scalar, DecodeError> {
    decode_scalar(bytes).ok_or(DecodeError::NonCanonicalScalar)
}

/// A uniform scalar that is not zero.
pub(crate) fn random_scalar(rng: &mut impl CryptoRngCore) -> Scalar {
    loop {
        let scalar = Scalar::random(rng);
        if scalar != Scalar::ZERO {
            return scalar;
        }
    }
}

impl PartialEq for Secret<Scalar> {
    /// Constant time.
    fn eq(&self, other: &Self) -> bool {
        self.expose().ct_eq(other.expose()).into()
    }
}

impl Eq for Secret<Scalar> {}

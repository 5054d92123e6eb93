//! The accumulator: one point that stands for a set, and a witness for each element of it (spec 07
//! §2).
//!
//! ```text
//! witness of y:   W = (α + y)⁻¹·V
//! remove y':      V' = (α + y')⁻¹·V        witness of y ≠ y':  W' = (y' − y)⁻¹·(W − V')
//! restore y':     V' = (α + y')·V          witness of y ≠ y':  W' = V + (y' − y)·W
//! ```
//!
//! A positive accumulator (Karantaidou and Baldimtsi, 2021): giving out a witness leaves `V` as it
//! is, so enrolment is silent and only removals and restores are published. The mathematics alone;
//! who may be removed when is the business of [`list`](crate::list).

mod follow;
mod handle;

pub use handle::Handle;

pub(crate) use follow::{Step, follow};

use core::fmt;

use rand_core::CryptoRngCore;

use crate::error::{DecodeError, Refused};
use crate::group::{Element, PointBytes, Scalar, SecretKey, TaggedHash};

/// `α`, fresh for every accumulator.
pub struct AccumulatorKey(SecretKey);

/// `α·G`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccumulatorPublicKey(pub(crate) Element);

impl AccumulatorPublicKey {
    /// The canonical bytes.
    #[must_use]
    pub const fn to_bytes(&self) -> PointBytes {
        *self.0.as_bytes()
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// [`DecodeError::InvalidPoint`] or [`DecodeError::IdentityPoint`].
    pub fn from_bytes(bytes: &PointBytes) -> Result<Self, DecodeError> {
        Element::from_bytes(bytes).map(Self)
    }
}

/// What happened to an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Operation {
    /// It was taken out.
    Remove = 1,
    /// It was put back.
    Restore = 2,
}

/// `V₀`, the value of an empty log: hashed from the list's id, so nobody knows its logarithm.
pub(crate) fn start(list_id: &[u8]) -> Element {
    Element::new(TaggedHash::new("accumulator-start").part(list_id).point())
}

impl AccumulatorKey {
    pub(crate) fn random(rng: &mut impl CryptoRngCore) -> Self {
        Self(SecretKey::random(rng))
    }

    /// A key that was stored; zero is none.
    pub(crate) fn from_scalar(scalar: &Scalar) -> Result<Self, DecodeError> {
        SecretKey::from_scalar(scalar).map(Self)
    }

    pub(crate) const fn scalar(&self) -> &Scalar {
        self.0.scalar()
    }

    pub(crate) const fn duplicate(&self) -> Self {
        Self(self.0.duplicate())
    }

    pub(crate) fn into_secret(self) -> SecretKey {
        self.0
    }

    pub(crate) fn public(&self) -> AccumulatorPublicKey {
        AccumulatorPublicKey(self.0.public())
    }

    /// `(α + y)⁻¹·V`: a witness of `y`, and also the value after removing `y`. Constant time.
    pub(crate) fn divide(&self, value: &Element, y: &Handle) -> Result<Element, Refused> {
        self.0.divide(&value.point(), y.scalar()).map(Element::new)
    }

    /// `(α + y)·V`: the value after restoring `y`. Constant time.
    pub(crate) fn multiply(&self, value: &Element, y: &Handle) -> Element {
        Element::new(self.0.multiply(&value.point(), y.scalar()))
    }
}

impl fmt::Debug for AccumulatorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccumulatorKey(redacted)")
    }
}

//! What a relation is about: a point, and the same point times the key (spec 14 §1).

use core::fmt;

use zeroize::Zeroize;

use crate::error::{DecodeError, Refused, refused};
use crate::group::{Curve, Element, Group, PointBytes};

/// `(P, P')`, of which a ticket says that `P' = x·P`.
///
/// Whoever showed it to the helper, in whatever form, before its ticket was used would be
/// recognised by it: it is shown with the ticket and not before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    pub(super) point: Element,
    pub(super) image: Element,
}

impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pair(redacted)")
    }
}

impl Zeroize for Pair {
    fn zeroize(&mut self) {
        self.point.zeroize();
        self.image.zeroize();
    }
}

impl Pair {
    pub(crate) const fn new(point: Element, image: Element) -> Self {
        Self { point, image }
    }

    /// Reads the canonical bytes of `P` and of `P'`.
    ///
    /// # Errors
    /// [`DecodeError::InvalidPoint`] or [`DecodeError::IdentityPoint`].
    pub fn from_bytes(point: &PointBytes, image: &PointBytes) -> Result<Self, DecodeError> {
        Ok(Self { point: Element::from_bytes(point)?, image: Element::from_bytes(image)? })
    }

    /// Neither is the identity, of which everything and nothing is true.
    pub(super) fn check(&self) -> Result<(), Refused> {
        let identity = Curve::is_identity(self.point.as_point()) || Curve::is_identity(self.image.as_point());
        if identity { Err(refused!("14-3")) } else { Ok(()) }
    }
}

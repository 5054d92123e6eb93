//! What a list knows a holder by.

use core::fmt;

use rand_core::CryptoRngCore;

use crate::codec::{Reader, Writer};
use crate::error::DecodeError;
use crate::group::{Scalar, random_scalar};
use crate::secret::Secret;

/// An element `y` of a list: one for each list and holder, chosen by the authority, zero never.
///
/// The authority and the holder know it. A list's log publishes it when it is removed or restored,
/// and not before.
#[derive(PartialEq, Eq)]
pub struct Handle(Secret<Scalar>);

impl Handle {
    /// Zero is refused: it is what an unset scalar looks like.
    pub(crate) fn from_scalar(y: Scalar) -> Result<Self, DecodeError> {
        if y == Scalar::ZERO { Err(DecodeError::OutOfRange) } else { Ok(Self(Secret::new(y))) }
    }

    /// A handle that nobody has.
    pub(crate) fn random(rng: &mut impl CryptoRngCore) -> Self {
        Self(Secret::new(random_scalar(rng)))
    }

    pub(crate) const fn scalar(&self) -> &Scalar {
        self.0.expose()
    }

    /// A second holder of the same handle, made on purpose.
    pub(crate) const fn duplicate(&self) -> Self {
        Self(Secret::new(*self.scalar()))
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.scalars([self.scalar()]);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let [y] = reader.scalars_of()?;
        Self::from_scalar(y)
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle(redacted)")
    }
}

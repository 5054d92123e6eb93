//! What a list knows a holder by.

use core::fmt;

use rand_core::CryptoRngCore;

use crate::codec::{Body, ENCODED_SCALAR, MessageType, Reader, Writer};
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

/// As it passes between organisations (spec 10 §1): encrypted, as it is secret until a log names
/// it.
impl Body for Handle {
    const TYPE: MessageType = MessageType::Handle;
    const MAX_LEN: usize = 4 + (1 + ENCODED_SCALAR);
    const FIELDS: u64 = 1;

    fn write(&self, writer: &mut Writer) {
        Self::write(self, writer.key(1));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::read(reader.key(1)?)
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle(redacted)")
    }
}

//! What a holder sends (spec 13 §1); that it is of the holder's own handle is the presentation's to prove.

use zeroize::Zeroizing;

use super::AuditorGroup;
use crate::accumulator::Handle;
use crate::codec::{Reader, Writer};
use crate::error::DecodeError;
use crate::group::{Base, Element, Group, Point, Ristretto, Scalar};
use crate::secret::Secret;

/// `(E1, E2) = (u·G, y·G_id + u·PK)`, 64 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ciphertext {
    /// `E1`
    pub(crate) ephemeral: Element,
    /// `E2`
    pub(crate) masked: Element,
}

#[cfg_attr(not(test), expect(dead_code, reason = "for the statement of a presentation that escrows"))]
impl Ciphertext {
    /// Encrypts with a fresh uniform `u`, which the caller needs again to prove it. Constant time.
    pub(crate) fn encrypt(group: &AuditorGroup, identity: &Handle, u: &Secret<Scalar>) -> Self {
        let scalars = Zeroizing::new([*identity.scalar(), *u.expose()]);
        let masked = Ristretto::sum(scalars.as_slice(), &[Base::Escrow.point(), group.element().point()]);
        Self { ephemeral: Element::new(Point::mul_base(u.expose())), masked: Element::new(masked) }
    }

    /// As one item of a message: points(2).
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.points([&self.ephemeral, &self.masked]);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let [ephemeral, masked] = reader.points_of()?;
        Ok(Self { ephemeral, masked })
    }
}

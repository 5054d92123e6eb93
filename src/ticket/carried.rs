//! A ticket within another message (spec 06 §3.2).

use alloc::vec::Vec;

use rand_core::CryptoRngCore;

use super::{MAX_KEYS, Ticket};
use crate::codec::{Reader, Writer};
use crate::error::DecodeError;
use crate::group::{Element, Point, Scalar};

impl Ticket {
    fn scalars(&self) -> impl Iterator<Item = &Scalar> {
        [&self.c1, &self.s0].into_iter().chain(&self.s1)
    }

    /// For how many keys it is.
    pub(crate) const fn key_count(&self) -> usize {
        self.s1.len()
    }

    /// `R0`, `R2`, `c1`, `s0`, then one scalar for each key.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Vec<u8>> {
        let points = self.commitments().map(|point| point.as_bytes().to_vec());
        points.into_iter().chain(self.scalars().map(|scalar| scalar.to_bytes().to_vec()))
    }

    /// The parts, one after the other.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.parts().flatten().collect()
    }

    /// `[points(2) R0, R2,  scalars c1, s0, s1_1, …]`
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.array(2);
        writer.points(self.commitments());
        writer.scalars(self.scalars().collect::<Vec<_>>());
    }

    /// A ticket for one to eight keys.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(2)?;
        let [r0, r2] = reader.points_of()?;
        match reader.secret_scalars(2 + MAX_KEYS)?.as_slice() {
            [c1, s0, s1 @ ..] if !s1.is_empty() => Ok(Self { r0, r2, c1: *c1, s0: *s0, s1: s1.to_vec() }),
            _ => Err(DecodeError::Malformed),
        }
    }

    /// What looks like a ticket for so many keys and is none.
    pub(crate) fn decoy(keys: usize, rng: &mut impl CryptoRngCore) -> Self {
        let [r0, r2] = [(); 2].map(|()| Element::new(Point::random(rng)));
        let [c1, s0] = [(); 2].map(|()| Scalar::random(rng));
        Self { r0, r2, c1, s0, s1: (0..keys).map(|_| Scalar::random(rng)).collect() }
    }
}

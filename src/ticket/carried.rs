//! A ticket within another message (spec 06 §3.2).

use alloc::vec::Vec;

use rand_core::CryptoRngCore;

use super::{MAX_KEYS, Ticket};
use crate::codec::{Reader, Writer};
use crate::error::DecodeError;
use crate::group::Scalar;

impl Ticket {
    fn scalars(&self) -> Vec<&Scalar> {
        [&self.c0, &self.c1, &self.s0].into_iter().chain(&self.s1).collect()
    }

    fn of(scalars: &[Scalar]) -> Option<Self> {
        match scalars {
            [c0, c1, s0, s1 @ ..] if !s1.is_empty() => Some(Self { c0: *c0, c1: *c1, s0: *s0, s1: s1.to_vec() }),
            _ => None,
        }
    }

    /// How many keys it is for.
    pub(crate) const fn keys(&self) -> usize {
        self.s1.len()
    }

    /// The scalars, 32 bytes each.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.scalars().into_iter().flat_map(Scalar::to_bytes).collect()
    }

    /// A run of scalars: `c0`, `c1`, `s0`, then one for each key.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.scalars(self.scalars());
    }

    /// A ticket for one to eight keys.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::of(&reader.scalars(3 + MAX_KEYS)?).ok_or(DecodeError::Malformed)
    }

    /// What looks like a ticket for so many keys and is none.
    pub(crate) fn decoy(keys: usize, rng: &mut impl CryptoRngCore) -> Self {
        let [c0, c1, s0] = [(); 3].map(|()| Scalar::random(rng));
        Self { c0, c1, s0, s1: (0..keys).map(|_| Scalar::random(rng)).collect() }
    }
}

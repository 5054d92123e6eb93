//! A generator whose output is written in a vector.

use selfsame::rand_core::{CryptoRng, Error, RngCore, impls};

/// Gives these bytes, one after the other, and no more.
pub struct Drawn(std::vec::IntoIter<u8>);

impl Drawn {
    pub fn of(parts: &[&[u8]]) -> Self {
        Self(parts.concat().into_iter())
    }
}

impl RngCore for Drawn {
    fn next_u32(&mut self) -> u32 {
        impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, dest: &mut [u8]) {
        dest.fill_with(|| self.0.next().expect("the vector has more randomness"));
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(dest);
        Ok(())
    }
}

impl CryptoRng for Drawn {}

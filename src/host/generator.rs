//! The operating system's generator.

use rand_core::{CryptoRng, Error, RngCore};

/// The operating system's cryptographic generator: `getrandom` on Linux and Android, what
/// corresponds to it elsewhere. It has no state, so there is nothing to seed, copy or fork.
///
/// Where the system has no randomness to give, which after its start it always has,
/// [`RngCore::try_fill_bytes`] says so, and the other methods panic: no secret is made of less.
///
/// ```
/// use selfsame::host::OsRng;
/// use selfsame::rand_core::RngCore;
///
/// assert_ne!(OsRng.next_u64(), OsRng.next_u64());
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct OsRng;

impl CryptoRng for OsRng {}

impl RngCore for OsRng {
    fn next_u32(&mut self) -> u32 {
        rand_core::impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        rand_core::impls::next_u64_via_fill(self)
    }

    #[expect(clippy::panic, reason = "there is no safe way to go on, and the trait has no error")]
    fn fill_bytes(&mut self, dest: &mut [u8]) {
        if let Err(error) = self.try_fill_bytes(dest) {
            panic!("the operating system gives no randomness ({error})");
        }
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), Error> {
        getrandom::getrandom(dest).map_err(|error| Error::from(error.code()))
    }
}

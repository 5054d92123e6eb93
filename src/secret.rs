//! A box for secrets: wiped on drop, printed as redacted, never copied.
//!
//! Every secret scalar and key of this crate sits in a [`Secret`] or in a newtype around one. The
//! box has no `Clone`, `Copy`, `Hash` or `Ord`; its equality takes the same time for every content.
//!
//! ```
//! use selfsame::secret::Secret;
//!
//! let pin = Secret::new([1u8, 2, 3, 4]);
//! assert_eq!(format!("{pin:?}"), "Secret(redacted)");
//! ```
//!
//! A secret is not copied by accident:
//!
//! ```compile_fail
//! # use selfsame::secret::Secret;
//! let pin = Secret::new([1u8, 2, 3, 4]);
//! let copy = pin.clone();
//! ```

use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// A value that is wiped when dropped and never printed.
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes a value into the box. The caller wipes what copies it still has.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value. Nothing that outlives the box may keep it.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl Secret<[u8; 32]> {
    /// 32 bytes from `rng`.
    pub fn random(rng: &mut impl CryptoRngCore) -> Self {
        let mut secret = Self([0; 32]);
        rng.fill_bytes(&mut secret.0);
        secret
    }
}

/// How a newtype of 32 secret bytes begins, is stored and comes back; it prints its name alone.
macro_rules! secret_bytes {
    ($name:ident) => {
        impl $name {
            /// A fresh one: 32 bytes from `rng`.
            #[must_use]
            pub fn random(rng: &mut impl rand_core::CryptoRngCore) -> Self {
                Self($crate::secret::Secret::random(rng))
            }

            /// The one with these bytes, which were stored.
            #[must_use]
            pub const fn from_secret_bytes(bytes: $crate::secret::Secret<[u8; 32]>) -> Self {
                Self(bytes)
            }

            /// The bytes, for storage where only [`from_secret_bytes`](Self::from_secret_bytes)
            /// finds them again.
            #[must_use]
            pub const fn to_secret_bytes(&self) -> $crate::secret::Secret<[u8; 32]> {
                $crate::secret::Secret::new(*self.0.expose())
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    };
}
pub(crate) use secret_bytes;

/// Bytes that grow without leaving copies: each buffer that becomes too small is wiped, and so is
/// the last one.
pub(crate) struct WipingBuffer(Vec<u8>);

impl WipingBuffer {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        let needed = self.0.len().saturating_add(bytes.len());
        if needed > self.0.capacity() {
            let mut larger = Vec::with_capacity(needed.max(self.0.capacity().saturating_mul(2)));
            larger.extend_from_slice(&self.0);
            self.0.zeroize();
            self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// The bytes; from here on the caller wipes them.
    pub(crate) fn into_vec(mut self) -> Vec<u8> {
        core::mem::take(&mut self.0)
    }
}

impl Drop for WipingBuffer {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

impl<const N: usize> PartialEq for Secret<[u8; N]> {
    /// Constant time.
    fn eq(&self, other: &Self) -> bool {
        self.0.as_slice().ct_eq(other.0.as_slice()).into()
    }
}

impl<const N: usize> Eq for Secret<[u8; N]> {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::rc::Rc;
    use core::cell::Cell;

    struct Observed(Rc<Cell<bool>>);

    impl Zeroize for Observed {
        fn zeroize(&mut self) {
            self.0.set(true);
        }
    }

    #[test]
    fn dropping_wipes() {
        let wiped = Rc::new(Cell::new(false));
        drop(Secret::new(Observed(Rc::clone(&wiped))));
        assert!(wiped.get());
    }

    #[test]
    fn equality_compares_contents() {
        assert_eq!(Secret::new([1u8; 32]), Secret::new([1u8; 32]));
        assert_ne!(Secret::new([1u8; 32]), Secret::new([2u8; 32]));
    }
}

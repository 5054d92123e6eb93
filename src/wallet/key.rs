//! What the host holds for a wallet outside its file: a key, and a number that does not go back
//! (spec 11 §1).

use alloc::vec::Vec;
use core::fmt;

use crate::device::{HardwareKey, HardwareKeyError};
use crate::group::PrfKey;
use crate::secret::secret_bytes;

/// The device-held key of a wallet: 32 bytes that leave the phone never. Wiped on drop.
///
/// Whoever has it and the file has the wallet, but for the passcode. A host keeps it in the phone's
/// keystore, as it is or wrapped.
pub struct WalletKey(PrfKey);

secret_bytes!(WalletKey);

impl WalletKey {
    /// The key under a key of the hardware, for storage next to the wallet.
    ///
    /// # Errors
    /// Any [`HardwareKeyError`].
    pub fn wrap(&self, hardware: &mut impl HardwareKey) -> Result<Vec<u8>, HardwareKeyError> {
        hardware.wrap(&self.0)
    }

    /// The key that was wrapped.
    ///
    /// # Errors
    /// Any [`HardwareKeyError`].
    pub fn unwrap(wrapped: &[u8], hardware: &mut impl HardwareKey) -> Result<Self, HardwareKeyError> {
        hardware.unwrap(wrapped).map(Self)
    }
}

/// The version of a wallet: 1 when it is made, higher with every change that is staged, stored or
/// not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u64);

impl Version {
    /// What a host without any memory of versions trusts: every version is as good.
    pub const NONE: Self = Self(0);

    pub(super) const fn next(self) -> Option<Self> {
        match self.0.checked_add(1) {
            Some(next) => Some(Self(next)),
            None => None,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "version {}", self.0)
    }
}

/// What the host remembers about versions where an attacker cannot turn it back (spec 11 §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trusted {
    /// The last version that was confirmed: no older one opens.
    pub minimum: Version,
    /// The last version that was handed out for storing, written down before it was stored. Two
    /// files never have the same version if this is kept; a host that does not keep it gives the
    /// minimum here.
    pub handed_out: Version,
}

impl Trusted {
    /// Nothing is remembered: any version opens.
    pub const NOTHING: Self = Self::minimum(Version::NONE);

    /// For a host that remembers the last confirmed version alone.
    #[must_use]
    pub const fn minimum(minimum: Version) -> Self {
        Self { minimum, handed_out: minimum }
    }
}

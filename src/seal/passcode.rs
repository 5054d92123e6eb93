//! Passcodes through Argon2id (RFC 9106) (spec 11 §2.2).

use alloc::vec::Vec;
use core::fmt;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::SealError;
use crate::codec::{Reader, Writer};
use crate::error::DecodeError;
use crate::group::PrfKey;
use crate::secret::{Secret, WipingBuffer};

/// The most bytes of a passcode.
const MAX_LEN: usize = 1024;
const KIB: core::ops::RangeInclusive<u32> = 64..=262_144;
const PASSES: core::ops::RangeInclusive<u32> = 1..=10;
const LANES: core::ops::RangeInclusive<u32> = 1..=4;

/// What a person types to open a wallet or a backup: its bytes as they are. Wiped on drop.
///
/// Whoever has the sealed bytes and the device-held key can try passcodes, each at the price of its [`PasscodeCost`]; whoever has
/// a backup can do so without any key.
pub struct Passcode(WipingBuffer);

impl Passcode {
    /// 1 to 1,024 bytes. Hosts that let a person type more than ASCII normalise first (NFC), or the same passcode has several
    /// forms.
    ///
    /// # Errors
    /// [`SealError::PasscodeLength`].
    pub fn new(passcode: &str) -> Result<Self, SealError> {
        if passcode.is_empty() || passcode.len() > MAX_LEN {
            return Err(SealError::PasscodeLength);
        }
        let mut bytes = WipingBuffer::with_capacity(passcode.len());
        bytes.extend(passcode.as_bytes());
        Ok(Self(bytes))
    }
}

impl fmt::Debug for Passcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passcode(redacted)")
    }
}

/// What one try of a passcode costs: memory, passes over it, lanes (the parameters of Argon2id).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasscodeCost {
    kib: u32,
    passes: u32,
    lanes: u32,
}

impl PasscodeCost {
    /// 19 MiB, two passes, one lane; some tens of milliseconds on a phone.
    pub const DEFAULT: Self = Self { kib: 19 * 1024, passes: 2, lanes: 1 };

    /// 64 to 262,144 KiB of memory, 1 to 10 passes, 1 to 4 lanes (which are computed one after the other). What is cheaper than
    /// [`PasscodeCost::DEFAULT`] is for tests.
    ///
    /// # Errors
    /// [`SealError::CostOutOfRange`]. Readers of sealed bytes refuse the same, so hostile bytes cost no more than that.
    pub fn new(kib: u32, passes: u32, lanes: u32) -> Result<Self, SealError> {
        if KIB.contains(&kib) && PASSES.contains(&passes) && LANES.contains(&lanes) {
            Ok(Self { kib, passes, lanes })
        } else {
            Err(SealError::CostOutOfRange)
        }
    }

    /// Memory in KiB.
    #[must_use]
    pub const fn kib(&self) -> u32 {
        self.kib
    }

    /// Passes over the memory.
    #[must_use]
    pub const fn passes(&self) -> u32 {
        self.passes
    }

    /// Lanes.
    #[must_use]
    pub const fn lanes(&self) -> u32 {
        self.lanes
    }
}

impl Default for PasscodeCost {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What is written about a passcode: cost and salt. The salt stays until the passcode changes, so that saving does not ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PasscodeSetting {
    pub(crate) cost: PasscodeCost,
    salt: [u8; 16],
}

impl PasscodeSetting {
    /// Fresh salt.
    pub(crate) fn random(cost: PasscodeCost, rng: &mut impl CryptoRngCore) -> Self {
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        Self { cost, salt }
    }

    /// `Argon2id(passcode, salt)`, 32 bytes. The memory it works in is wiped.
    pub(crate) fn derive(self, passcode: &Passcode) -> Result<PasscodeKey, SealError> {
        let PasscodeCost { kib, passes, lanes } = self.cost;
        let parameters = Params::new(kib, passes, lanes, Some(32)).map_err(|_| SealError::CostOutOfRange)?;
        let mut memory = Zeroizing::new(Vec::new());
        let blocks = parameters.block_count();
        memory.try_reserve_exact(blocks).map_err(|_| SealError::OutOfMemory)?;
        memory.resize(blocks, Block::default());
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
            .hash_password_into_with_memory(passcode.0.as_slice(), &self.salt, key.as_mut(), memory.as_mut_slice())
            .map_err(|_| SealError::CostOutOfRange)?;
        Ok(PasscodeKey { setting: self, key: Secret::new(*key) })
    }

    /// `[KiB, passes, lanes, salt]`.
    pub(crate) fn write(self, writer: &mut Writer) {
        writer.array(4);
        [self.cost.kib, self.cost.passes, self.cost.lanes].into_iter().for_each(|n| writer.uint(u64::from(n)));
        writer.bytes(&self.salt);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(4)?;
        let (kib, passes, lanes) = (reader.uint()?, reader.uint()?, reader.uint()?);
        let cost = PasscodeCost::new(kib, passes, lanes).map_err(|_| DecodeError::OutOfRange)?;
        Ok(Self { cost, salt: reader.bytes_of()? })
    }
}

/// A passcode after Argon2id, with what is written about it.
pub(crate) struct PasscodeKey {
    pub(crate) setting: PasscodeSetting,
    pub(crate) key: PrfKey,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with another implementation of Argon2id (OpenSSL's).
    #[test]
    fn a_passcode_gives_the_key_of_rfc_9106() {
        let setting = PasscodeSetting {
            cost: PasscodeCost::new(128, 3, 2).unwrap(),
            salt: core::array::from_fn(|i| u8::try_from(i).unwrap()),
        };
        let key = setting.derive(&Passcode::new("correct horse").unwrap()).unwrap();
        let expected = "43c569b545c4eb7f23a71a2ac4c9733758a754a054b81336afda783f350e73de";
        assert_eq!(hex::encode(key.key.expose()), expected);
    }

    #[test]
    fn costs_are_bounded() {
        for (kib, passes, lanes) in [(64, 1, 1), (262_144, 10, 4)] {
            assert!(PasscodeCost::new(kib, passes, lanes).is_ok());
        }
        for (kib, passes, lanes) in [(63, 1, 1), (262_145, 1, 1), (64, 0, 1), (64, 11, 1), (64, 1, 0), (64, 1, 5)] {
            assert_eq!(PasscodeCost::new(kib, passes, lanes), Err(SealError::CostOutOfRange));
        }
        let PasscodeCost { kib, passes, lanes } = PasscodeCost::DEFAULT;
        assert_eq!(PasscodeCost::new(kib, passes, lanes), Ok(PasscodeCost::DEFAULT));
    }

    #[test]
    fn passcodes_have_a_length() {
        assert!(Passcode::new(&"x".repeat(1024)).is_ok());
        for bad in ["", &"x".repeat(1025)] {
            assert_eq!(Passcode::new(bad).unwrap_err(), SealError::PasscodeLength);
        }
    }
}

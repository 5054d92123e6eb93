//! Passcodes through Argon2id (RFC 9106) (spec 11 §2.2).

use alloc::vec::Vec;
use core::fmt;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::{PasscodeCost, SealError, WrittenCost};
use crate::codec::{Reader, Writer};
use crate::error::DecodeError;
use crate::group::PrfKey;
use crate::secret::{Secret, WipingBuffer};

/// The most bytes of a passcode.
const MAX_LEN: usize = 1024;

/// What a person types to open a wallet or a backup: its bytes as they are. Wiped on drop. What is
/// sealed takes one that was chosen with care, a [`NewPasscode`](super::NewPasscode) or a
/// [`BackupPasscode`](super::BackupPasscode).
///
/// Whoever has the sealed bytes and the device-held key can try passcodes, each at the price of its
/// [`PasscodeCost`]; whoever has a backup can do so without any key.
pub struct Passcode(WipingBuffer);

impl Passcode {
    /// 1 to 1,024 bytes. Hosts that let a person type more than ASCII normalise first (NFC), or the
    /// same passcode has several forms.
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

    pub(super) fn as_str(&self) -> &str {
        core::str::from_utf8(self.0.as_slice()).unwrap_or_default()
    }
}

impl fmt::Debug for Passcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passcode(redacted)")
    }
}

/// What is written about a passcode: cost and salt. The salt stays until the passcode changes, so
/// that saving does not ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PasscodeSetting {
    pub(crate) cost: WrittenCost,
    salt: [u8; 16],
}

impl PasscodeSetting {
    /// Fresh salt.
    pub(crate) fn random(cost: PasscodeCost, rng: &mut impl CryptoRngCore) -> Self {
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        Self { cost: cost.written(), salt }
    }

    /// `Argon2id(passcode, salt)`, 32 bytes. The memory it works in is wiped.
    pub(crate) fn derive(self, passcode: &Passcode) -> Result<PasscodeKey, SealError> {
        let WrittenCost { kib, passes, lanes } = self.cost;
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
        self.cost.write(writer);
        writer.bytes(&self.salt);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(4)?;
        Ok(Self { cost: WrittenCost::read(reader)?, salt: reader.bytes_of()? })
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
            cost: WrittenCost { kib: 128, passes: 3, lanes: 2 },
            salt: core::array::from_fn(|i| u8::try_from(i).unwrap()),
        };
        let key = setting.derive(&Passcode::new("correct horse").unwrap()).unwrap();
        let expected = "43c569b545c4eb7f23a71a2ac4c9733758a754a054b81336afda783f350e73de";
        assert_eq!(hex::encode(key.key.expose()), expected);
    }

    #[test]
    fn passcodes_have_a_length() {
        assert!(Passcode::new(&"x".repeat(1024)).is_ok());
        for bad in ["", &"x".repeat(1025)] {
            assert_eq!(Passcode::new(bad).unwrap_err(), SealError::PasscodeLength);
        }
    }
}

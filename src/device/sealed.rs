//! A software device at rest: its secret under a key of the phone's hardware (spec 05 §5, spec 11
//! §5).

use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;

use super::{Device, DevicePublicKey, SoftwareDevice};
use crate::codec::{Body, MessageType, Reader, SUITE, VERSION, Writer};
use crate::error::{DecodeError, Refusal, refusal, unnumbered};
use crate::group::{PrfKey, SCALAR_LEN, scalar_from_bytes};
use crate::seal::{SealError, SealedBox};
use crate::secret::Secret;

/// The most bytes of a wrapped key.
const MAX_WRAPPED: usize = 1024;
/// `d`, canonical.
const CONTENT: usize = SCALAR_LEN;

/// Why a hardware key did not wrap or unwrap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HardwareKeyError {
    /// The user was asked and said no, or could not be recognised.
    Declined,
    /// The bytes were not wrapped by this key, or were changed.
    NotWrappedHere,
    /// The hardware could not be reached, has lost its key, or failed.
    Unavailable,
}

impl fmt::Display for HardwareKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Declined => "the user did not unlock the hardware key",
            Self::NotWrappedHere => "the bytes were not wrapped by this hardware key",
            Self::Unavailable => "the hardware key is not available",
        })
    }
}

impl core::error::Error for HardwareKeyError {}

/// A key that the phone's hardware holds and does not give out (a secure element, a trusted
/// platform module, a keystore). The host implements it.
pub trait HardwareKey {
    /// Encrypts 32 bytes under the key, authenticated. 1 to 1,024 bytes, which are not secret.
    ///
    /// # Errors
    /// Any [`HardwareKeyError`].
    fn wrap(&mut self, secret: &Secret<[u8; 32]>) -> Result<Vec<u8>, HardwareKeyError>;

    /// Gives back what [`HardwareKey::wrap`] was given; hardware that can asks its user first.
    ///
    /// # Errors
    /// Any [`HardwareKeyError`]; [`HardwareKeyError::NotWrappedHere`] for other bytes than `wrap`
    /// gave.
    fn unwrap(&mut self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, HardwareKeyError>;

    /// 32 bytes of the hardware's own generator, if it has one: then a reopened device makes new
    /// nonces even where the process's generator repeats itself (spec 05 §5).
    fn random(&mut self) -> Option<Secret<[u8; 32]>> {
        None
    }
}

/// Why a software device could not be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SealedDeviceError {
    /// The sealed bytes are not what was sealed.
    Seal(SealError),
    /// The hardware key did not do its part.
    Hardware(HardwareKeyError),
    /// The hardware key wrapped to nothing, or to more than 1,024 bytes.
    WrappedLength,
    /// The secret is not that of the public key beside it.
    WrongDevice,
}

impl From<SealError> for SealedDeviceError {
    fn from(error: SealError) -> Self {
        Self::Seal(error)
    }
}

impl From<HardwareKeyError> for SealedDeviceError {
    fn from(error: HardwareKeyError) -> Self {
        Self::Hardware(error)
    }
}

impl fmt::Display for SealedDeviceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seal(_) => f.write_str("the sealed device does not open"),
            Self::Hardware(_) => f.write_str("the hardware key does not do its part"),
            Self::WrappedLength => f.write_str("the hardware key wrapped to an impossible length"),
            Self::WrongDevice => f.write_str("the secret is of another device"),
        }
    }
}

unnumbered!(SealedDeviceError);

impl core::error::Error for SealedDeviceError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Seal(error) => Some(error),
            Self::Hardware(error) => Some(error),
            _ => None,
        }
    }
}

/// A [`SoftwareDevice`] at rest: `D`, a data key wrapped by the hardware, and `d` under that data
/// key.
///
/// Useless without the hardware key. It is no part of a backup: a new phone enrols a new device.
///
/// ```
/// use selfsame::codec::Message;
/// use selfsame::device::{Device, HardwareKey, HardwareKeyError, SealedDevice, SoftwareDevice};
/// use selfsame::secret::Secret;
///
/// /// Stands for a keystore, and hides nothing.
/// struct Keystore;
/// impl HardwareKey for Keystore {
///     fn wrap(&mut self, secret: &Secret<[u8; 32]>) -> Result<Vec<u8>, HardwareKeyError> {
///         Ok(secret.expose().map(|byte| byte ^ 0x5a).to_vec())
///     }
///     fn unwrap(&mut self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, HardwareKeyError> {
///         let wrapped: [u8; 32] = wrapped.try_into().map_err(|_| HardwareKeyError::NotWrappedHere)?;
///         Ok(Secret::new(wrapped.map(|byte| byte ^ 0x5a)))
///     }
/// }
///
/// let mut rng = rand_core::OsRng;
/// let device = SoftwareDevice::random(&mut rng);
/// let stored = device.seal(&mut Keystore, &mut rng)?.to_bytes();
/// let reopened = SealedDevice::from_bytes(&stored)?.open(&mut Keystore, &mut rng)?;
/// assert_eq!(reopened.public_key(), device.public_key());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedDevice {
    public: DevicePublicKey,
    wrapped: Vec<u8>,
    sealed: SealedBox,
}

fn write_header(writer: &mut Writer, public: &DevicePublicKey, wrapped: &[u8]) {
    writer.key(1).points([&public.0]);
    writer.key(2).bytes(wrapped);
}

fn header(public: &DevicePublicKey, wrapped: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new(&[SUITE, VERSION, SealedDevice::TYPE as u8]);
    writer.map(SealedDevice::FIELDS);
    write_header(&mut writer, public, wrapped);
    writer.into_bytes()
}

impl SoftwareDevice {
    /// The device at rest, under a fresh data key that `hardware` wraps.
    ///
    /// # Errors
    /// [`SealedDeviceError::Hardware`] or [`SealedDeviceError::WrappedLength`].
    pub fn seal(
        &self,
        hardware: &mut impl HardwareKey,
        rng: &mut impl CryptoRngCore,
    ) -> Result<SealedDevice, SealedDeviceError> {
        let key = PrfKey::random(rng);
        let wrapped = hardware.wrap(&key)?;
        if wrapped.is_empty() || wrapped.len() > MAX_WRAPPED {
            return Err(SealedDeviceError::WrappedLength);
        }
        let public = self.public_key();
        let sealed =
            SealedBox::seal(&header(&public, &wrapped), &[&key], self.secret().expose().as_bytes().as_slice(), rng)?;
        Ok(SealedDevice { public, wrapped, sealed })
    }
}

impl SealedDevice {
    /// `D`, not checked.
    #[must_use]
    pub const fn public_key(&self) -> DevicePublicKey {
        self.public
    }

    /// Opens the device. `rng` and the hardware's generator give it a new place to count its
    /// sessions from (spec 05 §5). That the hardware asked its user is no check for an answer; see
    /// [`SoftwareDevice::unlocked_by`].
    ///
    /// # Errors
    /// [`SealError::Damaged`] before the hardware is asked; then [`SealedDeviceError::Hardware`],
    /// [`SealError::WrongKey`] if the hardware unwraps to something else,
    /// [`SealedDeviceError::WrongDevice`] if `d` is not the secret of `D`.
    pub fn open(
        &self,
        hardware: &mut impl HardwareKey,
        rng: &mut impl CryptoRngCore,
    ) -> Result<SoftwareDevice, SealedDeviceError> {
        Ok(self.open_by_check(hardware, rng)?)
    }

    /// The same, with the check that refuses.
    pub(crate) fn open_by_check(
        &self,
        hardware: &mut impl HardwareKey,
        rng: &mut impl CryptoRngCore,
    ) -> Result<SoftwareDevice, Refusal<SealedDeviceError>> {
        let header = header(&self.public, &self.wrapped);
        self.sealed.intact(&header).map_err(|refusal| refusal!(refusal.error.into(), "11-51"))?;
        let key = hardware.unwrap(&self.wrapped).map_err(|error| refusal!(error.into(), "11-52"))?;
        let opened = self.sealed.open(&header, &[&key]).map_err(|refusal| match refusal.error {
            SealError::WrongKey => refusal!(SealError::WrongKey.into(), "11-52"),
            _ => refusal.wider(),
        })?;
        let wrong = |error: SealError| refusal!(SealedDeviceError::Seal(error), "11-53");
        let bytes = <&[u8; CONTENT]>::try_from(opened.as_slice()).map_err(|_| wrong(SealError::Damaged))?;
        let secret = Secret::new(scalar_from_bytes(bytes).map_err(|error| wrong(SealError::Decode(error)))?);
        let own = PrfKey::random(rng);
        let device = SoftwareDevice::reopened(secret, &own, hardware.random().as_ref());
        if device.public_key() == self.public {
            Ok(device)
        } else {
            Err(refusal!(SealedDeviceError::WrongDevice, "11-53"))
        }
    }
}

impl Body for SealedDevice {
    const TYPE: MessageType = MessageType::SealedDevice;
    const MAX_LEN: usize = MAX_WRAPPED + 512;
    const FIELDS: u64 = 3;

    fn write(&self, writer: &mut Writer) {
        write_header(writer, &self.public, &self.wrapped);
        self.sealed.write(writer.key(3));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let public = DevicePublicKey(reader.key(1)?.point()?);
        let wrapped = reader.key(2)?.bytes(MAX_WRAPPED)?.to_vec();
        if wrapped.is_empty() {
            return Err(DecodeError::OutOfRange);
        }
        let sealed = SealedBox::read(reader.key(3)?, 1, CONTENT)?;
        Ok(Self { public, wrapped, sealed })
    }
}

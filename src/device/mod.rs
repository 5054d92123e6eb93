//! The device key: a secret that never leaves its keeper, and answers only for what its keeper
//! showed (spec 05).
//!
//! A wallet application may be malware. The device secret `d` therefore sits elsewhere, behind
//! [`Device`], and every proof needs its part of one equation. What a device does for that is the
//! scheme of the suite, which [`Device`] says; all else here is the same in every suite.
//!
//! A request can demand that the device checked its user before it answers (spec 06 §8): `q` is
//! then a hash of the checks that will do, too, and a device answers only if its user passed one of
//! them. A software device has its host's word for that ([`SoftwareDevice::unlocked_by`]).

mod hosted;
mod local_check;
mod scheme;
mod sealed;
mod shown;
mod software;

pub use crate::seal::SealError;
pub use hosted::HostedDevice;
pub use local_check::{LocalCheck, LocalChecks};
pub use scheme::*;
pub use sealed::{HardwareKey, HardwareKeyError, SealedDevice, SealedDeviceError};
pub use software::SoftwareDevice;

pub(crate) use shown::Asked;

use core::fmt;

use crate::error::DecodeError;
use crate::group::{Element, PointBytes};

/// What a device answer is for; an answer for one purpose never serves another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Purpose {
    /// Proving `d` to an issuer; what is shown is the credential offer.
    Issuance = 1,
    /// Presenting; what is shown is the presentation request.
    Presentation = 2,
}

/// `D`, the device's base times its secret; never the identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DevicePublicKey(pub(crate) Element);

impl DevicePublicKey {
    /// The canonical bytes.
    #[must_use]
    pub const fn to_bytes(&self) -> PointBytes {
        *self.0.as_bytes()
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// [`DecodeError::InvalidPoint`] or [`DecodeError::IdentityPoint`].
    pub fn from_bytes(bytes: &PointBytes) -> Result<Self, DecodeError> {
        Element::from_bytes(bytes).map(Self)
    }
}

/// Why a device did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeviceError {
    /// The user passed none of the checks that are demanded.
    NotUnlocked,
    /// The user said no, or the device will not show what it was given.
    Declined,
    /// A session is open already (for keepers that hold sessions outside this process).
    SessionOpen,
    /// The commitment was used or has lapsed (for keepers that hold sessions outside this process).
    SessionUsed,
    /// What was asked cannot be answered: `T_rest` is no canonical point or the identity, or `e` is
    /// zero.
    InvalidQuestion,
    /// The device's commitment or answer is not valid for what it was asked.
    InvalidAnswer,
    /// The keeper could not be reached or failed.
    Unavailable,
}

impl fmt::Display for DeviceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotUnlocked => "the device did not check its user as the request demands",
            Self::Declined => "the device declined",
            Self::SessionOpen => "the device has a session open",
            Self::SessionUsed => "the device's session was used",
            Self::InvalidQuestion => "the device was asked with an invalid point",
            Self::InvalidAnswer => "the device's answer does not fit what it was asked",
            Self::Unavailable => "the device is not available",
        })
    }
}

impl core::error::Error for DeviceError {}

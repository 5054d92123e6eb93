//! The scheme of suite 2: a secure element signs once, with plain ECDSA, and its signature stands
//! in the opening of the credential as one linear term (spec 05 §7, spec 17).

mod ask;
mod hosted;
mod nonce_point;
mod proof;
mod question;
mod signature;
mod software;
#[cfg(test)]
mod tests;

pub use EcdsaDevice as Device;
pub use ask::Nonces;
pub use question::DeviceQuestion;
pub use signature::EcdsaSignature;

pub(crate) use ask::{ask, ask_twice};
pub(crate) use nonce_point::vartime_is_signed;
pub(crate) use proof::{Beside, Challenge, Open, term};

use rand_core::CryptoRngCore;

use crate::device::{DeviceError, DevicePublicKey, LocalCheck};
use crate::error::DecodeError;
use crate::group::{Element, compress};

impl DevicePublicKey {
    /// Reads a point in either form of SEC 1 §2.3.3, compressed or not, as keystores export keys.
    ///
    /// # Errors
    /// [`DecodeError::InvalidPoint`] or [`DecodeError::IdentityPoint`].
    pub fn from_sec1(bytes: &[u8]) -> Result<Self, DecodeError> {
        let bytes = compress(bytes).ok_or(DecodeError::InvalidPoint)?;
        Element::from_bytes(&bytes).map(Self)
    }
}

/// What an element answers.
#[derive(Debug)]
pub struct DeviceAnswer {
    /// `(ρ, s)` over the message of the question.
    pub signature: EcdsaSignature,
    /// The check that the device's user passed for this answer, if any. It stays with the wallet:
    /// the verifier learns that one of those passed that its request demands, and not which.
    pub passed: Option<LocalCheck>,
}

/// The keeper of a device secret `d` on P-256: a secure element, a token, a trusted platform
/// module.
///
/// It signs the message of a question with ECDSA and SHA-256, nothing else with this key, and each
/// time after its user's check where it can make one. It hashes the message itself, or is given the
/// digest by what asks it; it never signs a scalar that somebody chose. Where a check of its user
/// is demanded it makes one for each answer, or refuses with [`DeviceError::NotUnlocked`] (spec 05
/// §6). Most elements sign bytes that an app made, and see no demand: then what implements this for
/// them answers one only where whatever the key's policy lets pass is in it, and that it did so is
/// the app's word (spec 05 §7.1).
///
/// From the answer the wallet makes `R` and `w` with `pk = w·R − (e/ρ)·g`:
///
/// ```text
/// m = SUITE || "device/" || purpose || q || M     e = SHA-256(m)     s·R = e·g + ρ·pk     w = ±s/ρ
/// ```
///
/// `R` is sent, `w` proven, `s` wiped: no verifier sees a signature, and none learns `pk`.
///
/// ```
/// use selfsame::device::{DeviceQuestion, EcdsaDevice, Purpose, SoftwareDevice};
///
/// let mut device = SoftwareDevice::random(&mut rand_core::OsRng);
/// let question = DeviceQuestion::new(Purpose::Issuance, None, b"offer", &[0; 64]);
/// let answer = device.sign(&question, &mut rand_core::OsRng)?;
/// assert!(answer.signature.vartime_verifies(&device.public_key(), &question));
/// # Ok::<(), selfsame::device::DeviceError>(())
/// ```
///
/// Where a check is demanded, a software device has its host's word for it, for one answer at a
/// time:
///
/// ```
/// use selfsame::device::{DeviceError, DeviceQuestion, EcdsaDevice, LocalCheck, LocalChecks, Purpose, SoftwareDevice};
///
/// let mut device = SoftwareDevice::random(&mut rand_core::OsRng);
/// let demanded = Some(LocalChecks::only(LocalCheck::Fingerprint));
/// let question = DeviceQuestion::new(Purpose::Presentation, demanded, b"request", &[0; 64]);
///
/// let refused = device.sign(&question, &mut rand_core::OsRng);
/// assert_eq!(refused.unwrap_err(), DeviceError::NotUnlocked, "nobody checked anything");
///
/// let mut hosted = device.unlocked_by(|_demanded| Some(LocalCheck::Fingerprint));
/// let answer = hosted.sign(&question, &mut rand_core::OsRng)?;
/// assert_eq!(answer.passed, Some(LocalCheck::Fingerprint));
/// # Ok::<(), DeviceError>(())
/// ```
pub trait EcdsaDevice {
    /// `pk = d·g`.
    fn public_key(&self) -> DevicePublicKey;

    /// Signs [`DeviceQuestion::message`] with ECDSA and SHA-256, `s` high or low, after the check
    /// that [`DeviceQuestion::demanded`] asks for, if any. `rng` is for a keeper without a
    /// generator of its own.
    ///
    /// # Errors
    /// Any [`DeviceError`].
    fn sign(
        &mut self,
        question: &DeviceQuestion<'_>,
        rng: &mut impl CryptoRngCore,
    ) -> Result<DeviceAnswer, DeviceError>;
}

//! The scheme of suite 1: a device shares two nonces with its wallet, and makes the challenge
//! itself (spec 05 §2).

mod ask;
mod equations;
mod hosted;
mod proof;
mod software;
#[cfg(test)]
mod tests;

pub use hosted::HostedSession;
pub use software::SoftwareSession;

pub(crate) use ask::ask;
pub(crate) use equations::challenge;
pub(crate) use proof::{Beside, Challenge, Open, term};

use rand_core::CryptoRngCore;

use crate::device::{DeviceError, DevicePublicKey, LocalCheck, LocalChecks, Purpose};
use crate::group::{PointBytes, ScalarBytes};

/// `(T₁, T₂) = (ρ₁·H_d, ρ₂·H_d)`, canonical bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceCommitment {
    /// `T₁`
    pub first: PointBytes,
    /// `T₂`
    pub second: PointBytes,
}

/// What the wallet asks the device to answer for.
#[derive(Clone, Copy, Debug)]
pub struct DeviceQuestion<'a> {
    /// What the answer is for.
    pub purpose: Purpose,
    /// Of which checks the device's user must pass one for this answer, if any is demanded.
    pub demanded: Option<LocalChecks>,
    /// The canonical bytes of the offer or the request. A device with a screen decodes and shows
    /// them, and asks its user.
    pub shown: &'a [u8],
    /// `M`: 64 bytes that bind everything else of the proof.
    pub message: &'a [u8; 64],
    /// `T_rest`: the wallet's part of the commitment, never the identity: it hides the device's
    /// part from the verifier.
    pub rest: &'a PointBytes,
}

/// The device's part of the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceAnswer {
    /// `s = ρ₁ + β·ρ₂ + c·d`, canonical bytes.
    pub response: ScalarBytes,
    /// `T = T_rest − (T₁ + β·T₂)`, canonical bytes.
    pub commitment: PointBytes,
    /// The check that the device's user passed for this answer, if any. It stays with the wallet:
    /// the verifier learns that one of those passed that its request demands, and not which.
    pub passed: Option<LocalCheck>,
}

/// The keeper of a device secret.
///
/// An implementation on hardware holds `d` where the application cannot read it, shows `shown` to
/// its user before it answers, and, where an open commitment is stored, erases it durably before
/// the answer leaves. Where a check of its user is demanded it makes one for each answer, or
/// refuses with [`DeviceError::NotUnlocked`] (spec 05 §6).
///
/// A device that answered any challenge would be a blind Schnorr signer, and with a few hundred
/// open sessions an attacker could forge (the ROS attack). So the device commits to two nonces, and
/// the challenge it answers is a hash that it computes itself, over the very bytes it showed its
/// user:
///
/// ```text
/// q = H(shown)    β = H(D, T₁, T₂, q, M, T_rest)    T = T_rest − (T₁ + β·T₂)    c = H(q, M, T)    s = ρ₁ + β·ρ₂ + c·d
/// ```
///
/// A session is consumed by its answer, and only one is open at a time; both are held by types:
///
/// ```
/// use selfsame::device::{Device, DeviceQuestion, DeviceSession, Purpose, SoftwareDevice};
///
/// let mut device = SoftwareDevice::random(&mut rand_core::OsRng);
/// # let rest = device.public_key().to_bytes();
/// let session = device.commit(&mut rand_core::OsRng)?;
/// let question = DeviceQuestion { purpose: Purpose::Issuance, demanded: None, shown: b"offer", message: &[0; 64], rest: &rest };
/// let answer = session.respond(&question)?;
/// # let _ = answer;
/// # Ok::<(), selfsame::device::DeviceError>(())
/// ```
///
/// A second answer does not compile, whether the first was given or refused (checks 05-4, 05-6):
///
/// ```compile_fail,E0382
/// # use selfsame::codec::POINT_LEN;
/// # use selfsame::device::{Device, DeviceQuestion, DeviceSession, Purpose, SoftwareDevice};
/// # let mut device = SoftwareDevice::random(&mut rand_core::OsRng);
/// # let (message, rest) = (&[0; 64], &[0; POINT_LEN]);
/// # let question = DeviceQuestion { purpose: Purpose::Issuance, demanded: None, shown: b"offer", message, rest };
/// let session = device.commit(&mut rand_core::OsRng).unwrap();
/// let first = session.respond(&question);
/// let second = session.respond(&question);
/// ```
///
/// Nor does a second open session (check 05-5):
///
/// ```compile_fail,E0499
/// # use selfsame::codec::POINT_LEN;
/// # use selfsame::device::{Device, DeviceQuestion, DeviceSession, Purpose, SoftwareDevice};
/// # let mut device = SoftwareDevice::random(&mut rand_core::OsRng);
/// # let (message, rest) = (&[0; 64], &[0; POINT_LEN]);
/// # let question = DeviceQuestion { purpose: Purpose::Issuance, demanded: None, shown: b"offer", message, rest };
/// let first = device.commit(&mut rand_core::OsRng).unwrap();
/// let second = device.commit(&mut rand_core::OsRng).unwrap();
/// let answer = first.respond(&question);
/// ```
///
/// A request can demand that the device checked its user before it answers (spec 06 §8): `q` is
/// then a hash of the checks that will do, too, and a device answers only if its user passed one of
/// them. A software device has its host's word for that, for one answer at a time:
///
/// ```
/// # use selfsame::device::{Device, DeviceError, DeviceQuestion, DeviceSession, Purpose, SoftwareDevice};
/// use selfsame::device::{LocalCheck, LocalChecks};
/// # let mut device = SoftwareDevice::random(&mut rand_core::OsRng);
/// # let rest = device.public_key().to_bytes();
/// # let (purpose, shown, message, rest) = (Purpose::Presentation, b"request", &[0; 64], &rest);
/// let demanded = Some(LocalChecks::only(LocalCheck::Fingerprint));
/// let question = DeviceQuestion { purpose, demanded, shown, message, rest };
///
/// let refused = device.commit(&mut rand_core::OsRng)?.respond(&question);
/// assert_eq!(refused.unwrap_err(), DeviceError::NotUnlocked, "nobody checked anything");
///
/// let mut hosted = device.unlocked_by(|_demanded| Some(LocalCheck::Fingerprint));
/// let answer = hosted.commit(&mut rand_core::OsRng)?.respond(&question)?;
/// assert_eq!(answer.passed, Some(LocalCheck::Fingerprint));
/// # Ok::<(), DeviceError>(())
/// ```
pub trait Device {
    /// One open commitment; it borrows the device, so there is one at a time.
    type Session<'a>: DeviceSession
    where
        Self: 'a;

    /// `D`.
    fn public_key(&self) -> DevicePublicKey;

    /// Commits to two fresh nonces. `rng` is a second source for a keeper whose own may be weak.
    ///
    /// # Errors
    /// [`DeviceError::SessionOpen`] or [`DeviceError::Unavailable`].
    fn commit(&mut self, rng: &mut impl CryptoRngCore) -> Result<Self::Session<'_>, DeviceError>;
}

/// An open commitment of a [`Device`].
pub trait DeviceSession {
    /// `(T₁, T₂)`.
    fn commitment(&self) -> DeviceCommitment;

    /// Answers once, for exactly what `question` shows.
    ///
    /// # Errors
    /// Any [`DeviceError`]; the commitment is used up all the same.
    fn respond(self, question: &DeviceQuestion<'_>) -> Result<DeviceAnswer, DeviceError>;
}

//! A device in software.

use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;

use super::equations::{binding, challenge, shown_digest};
use super::{
    Device, DeviceAnswer, DeviceCommitment, DeviceError, DevicePublicKey, DeviceQuestion, DeviceSession, HostedDevice,
    LocalCheck, LocalChecks,
};
use crate::group::{Element, FixedBase, Prf, PrfKey, Scalar, random_scalar};
use crate::secret::Secret;

/// A device secret in this process's memory.
///
/// It has no screen of its own: it answers for whatever the process shows it, and protects against
/// a copied credential but not against malware in the same process. It cannot check its user: where
/// a check is demanded, it answers through [`SoftwareDevice::unlocked_by`] alone. Constant time in
/// `d`.
pub struct SoftwareDevice {
    secret: Secret<Scalar>,
    base: FixedBase,
    public: DevicePublicKey,
    /// The number of the last session; a reopened device counts on from a random one.
    sessions: u64,
}

impl SoftwareDevice {
    /// A fresh device secret.
    pub fn random(rng: &mut impl CryptoRngCore) -> Self {
        Self::new(Secret::new(random_scalar(rng)), 0)
    }

    /// A device secret that was at rest. `own` is fresh randomness of the process, `hardware` of
    /// the hardware, if it has any: where a process starts each time with the same randomness, the
    /// sessions are still others than before.
    pub(super) fn reopened(secret: Secret<Scalar>, own: &PrfKey, hardware: Option<&PrfKey>) -> Self {
        let keys: Vec<&PrfKey> = [own].into_iter().chain(hardware).collect();
        let start = Prf::joint("device-sessions", &keys).part(secret.expose().as_bytes()).bytes();
        Self::new(secret, u64::from_be_bytes(*start))
    }

    fn new(secret: Secret<Scalar>, sessions: u64) -> Self {
        let base = FixedBase::device();
        let public = DevicePublicKey(Element::new(base.mul(secret.expose())));
        Self { secret, base, public, sessions }
    }

    /// The device with its host's word for what it cannot check itself: `host` is given the
    /// demanded checks, asks the user, and says which of them was passed for this answer and no
    /// other. It is asked once for each answer to a demand, also of a device that was sealed: who
    /// unlocked the hardware's key to open it passed nothing for an answer (spec 05 §6).
    pub const fn unlocked_by<F: FnMut(LocalChecks) -> Option<LocalCheck>>(&mut self, host: F) -> HostedDevice<'_, F> {
        HostedDevice::new(self, host)
    }

    pub(super) const fn secret(&self) -> &Secret<Scalar> {
        &self.secret
    }
}

impl fmt::Debug for SoftwareDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SoftwareDevice({:?})", self.public)
    }
}

/// The open commitment of a [`SoftwareDevice`].
pub struct SoftwareSession<'a> {
    device: &'a SoftwareDevice,
    nonces: [Secret<Scalar>; 2],
    commitment: [Element; 2],
}

impl fmt::Debug for SoftwareSession<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SoftwareSession({:?})", self.commitment)
    }
}

impl Device for SoftwareDevice {
    type Session<'a> = SoftwareSession<'a>;

    fn public_key(&self) -> DevicePublicKey {
        self.public
    }

    fn commit(&mut self, rng: &mut impl CryptoRngCore) -> Result<SoftwareSession<'_>, DeviceError> {
        // Hedged: fresh randomness, the secret and a count. A generator that repeats itself still
        // gives new nonces.
        let fresh = PrfKey::random(rng);
        self.sessions = self.sessions.wrapping_add(1);
        let nonces = [1, 2].map(|which| {
            let prf = Prf::new("nonce-device", &fresh).part(self.secret.expose().as_bytes());
            Secret::new(prf.uint(self.sessions).uint(which).scalar())
        });
        let [first, second] = &nonces;
        let commitment = [first, second].map(|nonce| Element::new(self.base.mul(nonce.expose())));
        Ok(SoftwareSession { device: self, nonces, commitment })
    }
}

impl SoftwareSession<'_> {
    /// Answers for a user who passed this check, or none.
    pub(super) fn respond_for(
        self,
        passed: Option<LocalCheck>,
        question: &DeviceQuestion<'_>,
    ) -> Result<DeviceAnswer, DeviceError> {
        if question.demanded.is_some_and(|checks| !checks.allow(passed)) {
            return Err(DeviceError::NotUnlocked);
        }
        let rest = Element::from_bytes(question.rest).map_err(|_| DeviceError::InvalidQuestion)?;
        let q = shown_digest(question.purpose, question.demanded, question.shown);
        let [first, second] = &self.commitment;
        let beta =
            binding(question.purpose, &self.device.public.0, [first, second], &q, question.message, question.rest);
        // T₁ + β·T₂ = (ρ₁ + β·ρ₂)·H_d, by the fixed base.
        let [nonce, blind] = &self.nonces;
        let nonce = Secret::new(nonce.expose() + beta * blind.expose());
        let commitment = *Element::new(rest.point() - self.device.base.mul(nonce.expose())).as_bytes();
        let c = challenge(question.purpose, &q, question.message, &commitment);
        let response = nonce.expose() + c * self.device.secret.expose();
        Ok(DeviceAnswer { response: response.to_bytes(), commitment, passed })
    }
}

impl DeviceSession for SoftwareSession<'_> {
    fn commitment(&self) -> DeviceCommitment {
        let [first, second] = self.commitment;
        DeviceCommitment { first: *first.as_bytes(), second: *second.as_bytes() }
    }

    fn respond(self, question: &DeviceQuestion<'_>) -> Result<DeviceAnswer, DeviceError> {
        self.respond_for(None, question)
    }
}

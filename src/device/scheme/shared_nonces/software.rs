//! The session of a device in software.

use core::fmt;

use rand_core::CryptoRngCore;

use super::equations::{binding, challenge};
use super::{Device, DeviceAnswer, DeviceCommitment, DeviceQuestion, DeviceSession};
use crate::device::{Asked, DeviceError, DevicePublicKey, LocalCheck, SoftwareDevice};
use crate::group::{Element, Prf, PrfKey, Scalar};
use crate::secret::Secret;

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
        let session = self.next_session();
        let nonces = [1, 2].map(|which| {
            let prf = Prf::new("nonce-device", &fresh).part(self.secret.expose().as_bytes().as_slice());
            Secret::new(prf.uint(session).uint(which).scalar())
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
        let DeviceQuestion { purpose, demanded, shown, message, rest } = *question;
        if demanded.is_some_and(|checks| !checks.allow(passed)) {
            return Err(DeviceError::NotUnlocked);
        }
        let rest_point = Element::from_bytes(rest).map_err(|_| DeviceError::InvalidQuestion)?.point();
        let q = Asked { purpose, demanded, shown }.digest();
        let [first, second] = &self.commitment;
        let beta = binding(purpose, &self.device.public.0, [first, second], &q, message, rest);
        // T₁ + β·T₂ = (ρ₁ + β·ρ₂)·H_d, by the fixed base.
        let [nonce, blind] = &self.nonces;
        let nonce = Secret::new(nonce.expose() + beta * blind.expose());
        let commitment = *Element::new(rest_point - self.device.base.mul(nonce.expose())).as_bytes();
        let c = challenge(purpose, &q, message, &commitment);
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

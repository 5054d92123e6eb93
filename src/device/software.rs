//! A device in software.

use core::fmt;

use rand_core::CryptoRngCore;

use super::equations::{binding, challenge, shown_digest};
use super::{Device, DeviceAnswer, DeviceCommitment, DeviceError, DevicePublicKey, DeviceQuestion, DeviceSession};
use crate::group::{DeviceBase, Element, Prf, PrfKey, Scalar, random_scalar};
use crate::secret::Secret;

/// A device secret in this process's memory.
///
/// It has no screen of its own: it answers for whatever the process shows it, and protects against a copied credential but not
/// against malware in the same process. Constant time in `d`.
pub struct SoftwareDevice {
    secret: Secret<Scalar>,
    base: DeviceBase,
    public: DevicePublicKey,
    sessions: u64,
}

impl SoftwareDevice {
    /// A fresh device secret.
    pub fn random(rng: &mut impl CryptoRngCore) -> Self {
        let secret = Secret::new(random_scalar(rng));
        let base = DeviceBase::new();
        let public = DevicePublicKey(Element::new(base.mul(secret.expose())));
        Self { secret, base, public, sessions: 0 }
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
        // Hedged: fresh randomness, the secret and a count. A generator that repeats itself still gives new nonces.
        let fresh = PrfKey::random(rng);
        self.sessions += 1;
        let nonces = [1, 2].map(|which| {
            let prf = Prf::new("nonce-device", &fresh).part(self.secret.expose().as_bytes());
            Secret::new(prf.uint(self.sessions).uint(which).scalar())
        });
        let [first, second] = &nonces;
        let commitment = [first, second].map(|nonce| Element::new(self.base.mul(nonce.expose())));
        Ok(SoftwareSession { device: self, nonces, commitment })
    }
}

impl DeviceSession for SoftwareSession<'_> {
    fn commitment(&self) -> DeviceCommitment {
        let [first, second] = self.commitment;
        DeviceCommitment { first: *first.as_bytes(), second: *second.as_bytes() }
    }

    fn respond(self, question: &DeviceQuestion<'_>) -> Result<DeviceAnswer, DeviceError> {
        let rest = Element::from_bytes(question.rest).map_err(|_| DeviceError::InvalidQuestion)?;
        let q = shown_digest(question.purpose, question.shown);
        let [first, second] = &self.commitment;
        let beta =
            binding(question.purpose, &self.device.public.0, [first, second], &q, question.message, question.rest);
        // T₁ + β·T₂ = (ρ₁ + β·ρ₂)·H_d, by the fixed base.
        let [nonce, blind] = &self.nonces;
        let nonce = Secret::new(nonce.expose() + beta * blind.expose());
        let commitment = (rest.point() - self.device.base.mul(nonce.expose())).compress().to_bytes();
        let c = challenge(question.purpose, &q, question.message, &commitment);
        let response = nonce.expose() + c * self.device.secret.expose();
        Ok(DeviceAnswer { response: response.to_bytes(), commitment })
    }
}

//! How a device in software signs.

use rand_core::CryptoRngCore;

use super::nonce_point::rho_of;
use super::{DeviceAnswer, DeviceQuestion, EcdsaDevice, EcdsaSignature};
use crate::device::{DeviceError, DevicePublicKey, LocalCheck, SoftwareDevice};
use crate::group::{Prf, PrfKey};
use crate::secret::Secret;

impl SoftwareDevice {
    /// Signs for a user who passed this check, or none.
    pub(super) fn sign_for(
        &mut self,
        passed: Option<LocalCheck>,
        question: &DeviceQuestion<'_>,
        rng: &mut impl CryptoRngCore,
    ) -> Result<DeviceAnswer, DeviceError> {
        if question.demanded().is_some_and(|checks| !checks.allow(passed)) {
            return Err(DeviceError::NotUnlocked);
        }
        // Hedged: fresh randomness, the secret, the message and a count. A process that is set back
        // repeats a nonce only with its message, and then its signature.
        let fresh = PrfKey::random(rng);
        let prf = Prf::new("nonce-device", &fresh).part(self.secret.expose().as_bytes().as_slice());
        let k = Secret::new(prf.uint(self.next_session()).part(question.message()).scalar());
        let rho = rho_of(&self.base, k.expose());
        let sum = Secret::new(question.scalar() + rho * self.secret.expose());
        let inverse = Secret::new(k.expose().invert());
        let signature = EcdsaSignature::of(rho, inverse.expose() * sum.expose()).ok_or(DeviceError::Unavailable)?;
        Ok(DeviceAnswer { signature, passed })
    }
}

impl EcdsaDevice for SoftwareDevice {
    fn public_key(&self) -> DevicePublicKey {
        self.public
    }

    fn sign(
        &mut self,
        question: &DeviceQuestion<'_>,
        rng: &mut impl CryptoRngCore,
    ) -> Result<DeviceAnswer, DeviceError> {
        self.sign_for(None, question, rng)
    }
}

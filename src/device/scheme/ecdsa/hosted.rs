//! How a software device signs whose host checks its user.

use rand_core::CryptoRngCore;

use super::{DeviceAnswer, DeviceQuestion, EcdsaDevice};
use crate::device::{DeviceError, DevicePublicKey, HostedDevice, LocalCheck, LocalChecks};

impl<F: FnMut(LocalChecks) -> Option<LocalCheck>> EcdsaDevice for HostedDevice<'_, F> {
    fn public_key(&self) -> DevicePublicKey {
        self.device.public_key()
    }

    fn sign(
        &mut self,
        question: &DeviceQuestion<'_>,
        rng: &mut impl CryptoRngCore,
    ) -> Result<DeviceAnswer, DeviceError> {
        let passed = question.demanded().and_then(&mut self.host);
        self.device.sign_for(passed, question, rng)
    }
}

//! An element of suite 2 that does not do what it is asked.

use rand_core::CryptoRngCore;
use selfsame::device::{DeviceAnswer, DeviceError, DeviceQuestion, EcdsaDevice, HostedDevice};
use testkit::prelude::*;

use super::Careless;

/// An element that does not do what it is asked.
pub struct Liar<'d> {
    pub inner: HostedDevice<'d, Careless>,
    /// What it takes for demanded.
    pub hears: fn(Option<LocalChecks>) -> Option<LocalChecks>,
    pub says: Option<LocalCheck>,
}

impl EcdsaDevice for Liar<'_> {
    fn public_key(&self) -> DevicePublicKey {
        self.inner.public_key()
    }

    fn sign(
        &mut self,
        question: &DeviceQuestion<'_>,
        rng: &mut impl CryptoRngCore,
    ) -> Result<DeviceAnswer, DeviceError> {
        let (demanded, transcript) = ((self.hears)(question.demanded()), question.message().last_chunk().unwrap());
        let heard = DeviceQuestion::new(question.purpose(), demanded, question.shown(), transcript);
        let answer = self.inner.sign(&heard, rng)?;
        Ok(DeviceAnswer { passed: self.says, ..answer })
    }
}

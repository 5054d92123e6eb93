//! A device of suite 1 that does not do what it is asked.

use rand_core::CryptoRngCore;
use selfsame::device::{
    Device, DeviceAnswer, DeviceCommitment, DeviceError, DeviceQuestion, DeviceSession, HostedDevice, HostedSession,
};
use testkit::prelude::*;

use super::Careless;

/// A device that does not do what it is asked.
pub struct Liar<'d> {
    pub inner: HostedDevice<'d, Careless>,
    /// What it takes for demanded.
    pub hears: fn(Option<LocalChecks>) -> Option<LocalChecks>,
    pub says: Option<LocalCheck>,
}

pub struct LiarSession<'a> {
    inner: HostedSession<'a, Careless>,
    hears: fn(Option<LocalChecks>) -> Option<LocalChecks>,
    says: Option<LocalCheck>,
}

impl Device for Liar<'_> {
    type Session<'a>
        = LiarSession<'a>
    where
        Self: 'a;

    fn public_key(&self) -> DevicePublicKey {
        self.inner.public_key()
    }

    fn commit(&mut self, rng: &mut impl CryptoRngCore) -> Result<LiarSession<'_>, DeviceError> {
        let (hears, says) = (self.hears, self.says);
        Ok(LiarSession { inner: self.inner.commit(rng)?, hears, says })
    }
}

impl DeviceSession for LiarSession<'_> {
    fn commitment(&self) -> DeviceCommitment {
        self.inner.commitment()
    }

    fn respond(self, question: &DeviceQuestion<'_>) -> Result<DeviceAnswer, DeviceError> {
        let demanded = (self.hears)(question.demanded);
        let answer = self.inner.respond(&DeviceQuestion { demanded, ..*question })?;
        Ok(DeviceAnswer { passed: self.says, ..answer })
    }
}

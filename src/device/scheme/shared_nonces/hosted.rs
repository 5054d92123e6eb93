//! The session of a software device whose host checks its user.

use core::fmt;

use rand_core::CryptoRngCore;

use super::{Device, DeviceAnswer, DeviceCommitment, DeviceQuestion, DeviceSession, SoftwareSession};
use crate::device::{DeviceError, DevicePublicKey, HostedDevice, LocalCheck, LocalChecks};

/// The open commitment of a [`HostedDevice`].
pub struct HostedSession<'a, F> {
    session: SoftwareSession<'a>,
    host: &'a mut F,
}

impl<F> fmt::Debug for HostedSession<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostedSession({:?})", self.session)
    }
}

impl<F: FnMut(LocalChecks) -> Option<LocalCheck>> Device for HostedDevice<'_, F> {
    type Session<'a>
        = HostedSession<'a, F>
    where
        Self: 'a;

    fn public_key(&self) -> DevicePublicKey {
        self.device.public_key()
    }

    fn commit(&mut self, rng: &mut impl CryptoRngCore) -> Result<HostedSession<'_, F>, DeviceError> {
        Ok(HostedSession { session: self.device.commit(rng)?, host: &mut self.host })
    }
}

impl<F: FnMut(LocalChecks) -> Option<LocalCheck>> DeviceSession for HostedSession<'_, F> {
    fn commitment(&self) -> DeviceCommitment {
        self.session.commitment()
    }

    fn respond(self, question: &DeviceQuestion<'_>) -> Result<DeviceAnswer, DeviceError> {
        let passed = question.demanded.and_then(self.host);
        self.session.respond_for(passed, question)
    }
}

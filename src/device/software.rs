//! A device in software.

use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;

use super::{DevicePublicKey, HostedDevice, LocalCheck, LocalChecks};
use crate::group::{Element, FixedBase, Prf, PrfKey, Scalar, random_scalar};
use crate::secret::Secret;

/// A device secret in this process's memory.
///
/// It has no screen of its own: it answers for whatever the process shows it, and protects against
/// a copied credential but not against malware in the same process. It cannot check its user: where
/// a check is demanded, it answers through [`SoftwareDevice::unlocked_by`] alone. Constant time in
/// `d`.
pub struct SoftwareDevice {
    pub(super) secret: Secret<Scalar>,
    pub(super) base: FixedBase,
    pub(super) public: DevicePublicKey,
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
        let start = Prf::joint("device-sessions", &keys).part(secret.expose().as_bytes().as_slice()).bytes();
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

    /// The number of a new session: no two of one process are alike.
    pub(super) const fn next_session(&mut self) -> u64 {
        self.sessions = self.sessions.wrapping_add(1);
        self.sessions
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

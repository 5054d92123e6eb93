//! A software device whose host checks its user (spec 05 §6).

use core::fmt;

use super::SoftwareDevice;

/// A [`SoftwareDevice`] that has its host's word for which check its user passed.
///
/// It answers where no check is demanded as the device alone does. Whoever controls the process
/// controls what the host says (spec 05 §6.2).
pub struct HostedDevice<'d, F> {
    pub(super) device: &'d mut SoftwareDevice,
    pub(super) host: F,
}

impl<'d, F> HostedDevice<'d, F> {
    pub(super) const fn new(device: &'d mut SoftwareDevice, host: F) -> Self {
        Self { device, host }
    }
}

impl<F> fmt::Debug for HostedDevice<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostedDevice({:?})", self.device)
    }
}

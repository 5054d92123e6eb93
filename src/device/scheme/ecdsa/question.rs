//! What an element is asked to sign (spec 05 §7.1).

use core::fmt;

use crate::device::{Asked, LocalChecks, Purpose};
use crate::group::{SUITE_TAG, Scalar, scalar_from_digest, sha256};

/// The role of what an element signs, behind the suite's tag.
const ROLE: &str = "device/";
/// Bytes of `m`.
const MESSAGE_LEN: usize = SUITE_TAG.len() + ROLE.len() + 8 + 64 + 64;

/// What an element signs, with what it stands for.
///
/// ```text
/// m = SUITE || "device/" || U(purpose) || q || M        167 bytes
/// ```
///
/// An element that shows something to its user makes the question itself, from what it shows: `q`
/// is a digest of that and of the checks that are demanded. Nothing in it is secret but that it was
/// asked: whoever has `m` recognises the presentation.
pub struct DeviceQuestion<'a> {
    asked: Asked<'a>,
    message: [u8; MESSAGE_LEN],
    digest: [u8; 32],
}

impl<'a> DeviceQuestion<'a> {
    /// The question for what is shown, the canonical bytes of an offer or a request; `transcript`
    /// is `M`, which binds everything else.
    #[must_use]
    pub fn new(purpose: Purpose, demanded: Option<LocalChecks>, shown: &'a [u8], transcript: &[u8; 64]) -> Self {
        Self::of(&Asked { purpose, demanded, shown }, transcript)
    }

    pub(super) fn of(asked: &Asked<'a>, transcript: &[u8; 64]) -> Self {
        let (purpose, q) = ((asked.purpose as u64).to_be_bytes(), asked.digest());
        let parts = [SUITE_TAG.as_bytes(), ROLE.as_bytes(), &purpose, &q, transcript];
        let mut message = [0; MESSAGE_LEN];
        message.iter_mut().zip(parts.iter().copied().flatten()).for_each(|(to, from)| *to = *from);
        Self { asked: *asked, message, digest: sha256(&message) }
    }

    /// `m`, for a keeper that hashes itself.
    #[must_use]
    pub const fn message(&self) -> &[u8] {
        &self.message
    }

    /// SHA-256 of `m`, for one that takes the digest.
    #[must_use]
    pub const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// What the answer is for.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.asked.purpose
    }

    /// Of which checks the device's user must pass one for this answer, if any is demanded.
    #[must_use]
    pub const fn demanded(&self) -> Option<LocalChecks> {
        self.asked.demanded
    }

    /// The canonical bytes of the offer or the request. A device with a screen decodes and shows
    /// them, and asks its user.
    #[must_use]
    pub const fn shown(&self) -> &'a [u8] {
        self.asked.shown
    }

    /// `e`, the digest modulo the group order.
    pub(crate) fn scalar(&self) -> Scalar {
        scalar_from_digest(&self.digest)
    }
}

impl fmt::Debug for DeviceQuestion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceQuestion").field("purpose", &self.asked.purpose).finish_non_exhaustive()
    }
}

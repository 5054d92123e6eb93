//! Whom an opened escrow names (spec 13 §1).

use core::fmt;

use crate::accumulator::Handle;
use crate::error::DecodeError;
use crate::group::{Base, Element, PointBytes};
use crate::secret::Secret;

/// `y·G_id` for the flag handle `y` of one person: the same in every escrow of that person.
///
/// It names a person to whoever keeps flag handles, and links the person's openings for everybody,
/// so it is handled as a secret: wiped on drop, not printed, not copied, compared in constant time.
/// No handle is computed from it; but a handle that a log has published is recognised.
#[derive(PartialEq, Eq)]
pub struct EscrowedIdentity(Secret<Element>);

impl EscrowedIdentity {
    /// The identity of the person with this flag handle, `y·G_id`, as a register of handles looks
    /// it up. Constant time.
    #[must_use]
    pub fn of(handle: &Handle) -> Self {
        Self(Secret::new(Element::new(handle.scalar() * Base::Escrow.point())))
    }

    /// Whether this is the person with this flag handle. Constant time.
    #[must_use]
    pub fn matches(&self, handle: &Handle) -> bool {
        *self == Self::of(handle)
    }

    /// The canonical bytes, to look up in an index or to send to whoever keeps handles.
    #[must_use]
    pub const fn to_secret_bytes(&self) -> Secret<PointBytes> {
        Secret::new(*self.0.expose().as_bytes())
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// [`DecodeError::InvalidPoint`] or [`DecodeError::IdentityPoint`].
    pub fn from_secret_bytes(bytes: Secret<PointBytes>) -> Result<Self, DecodeError> {
        Element::from_bytes(bytes.expose()).map(Self::from_element)
    }

    pub(super) const fn from_element(element: Element) -> Self {
        Self(Secret::new(element))
    }
}

impl fmt::Debug for EscrowedIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EscrowedIdentity(redacted)")
    }
}

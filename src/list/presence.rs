//! The one rule about an element: removed only while present, restored only while removed (spec 07
//! §6).

use super::ListError;
use crate::accumulator::Operation;

/// Whether a registered element is on its list.
///
/// Owner, auditor and holder all step through it. Removing `y` from `V` publishes `(α + y)⁻¹·V`, so
/// a second removal would publish the witness of `y` for the value before it, and a restoration of
/// what is present that for the value after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// On the list.
    Present,
    /// Taken off.
    Removed,
}

impl Presence {
    /// Where an operation leads.
    ///
    /// # Errors
    /// [`ListError::AlreadyRemoved`] or [`ListError::NotRemoved`].
    pub const fn after(self, operation: Operation) -> Result<Self, ListError> {
        match (self, operation) {
            (Self::Present, Operation::Remove) => Ok(Self::Removed),
            (Self::Removed, Operation::Restore) => Ok(Self::Present),
            (Self::Removed, Operation::Remove) => Err(ListError::AlreadyRemoved),
            (Self::Present, Operation::Restore) => Err(ListError::NotRemoved),
        }
    }
}

//! What a holder sends (spec 13 §1); the presentation proves whose handle it is.

use crate::group::Element;

/// `(E1, E2) = (u·G, y·G_id + u·PK)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ciphertext {
    /// `E1`
    pub(crate) ephemeral: Element,
    /// `E2`
    pub(crate) masked: Element,
}

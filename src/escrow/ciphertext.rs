//! What a holder sends (spec 13 §1); that it is of the holder's own handle is the presentation's to
//! prove.

use crate::group::Element;

/// `(E1, E2) = (u·G, y·G_id + u·PK)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ciphertext {
    /// `E1`
    pub(crate) ephemeral: Element,
    /// `E2`
    pub(crate) masked: Element,
}

//! The most that there can be of everything in a request.

/// The most statements about one credential.
pub(crate) const MAX_STATEMENTS: usize = 16;
/// The most credentials that one presentation is of.
pub(crate) const MAX_CREDENTIALS: usize = 2;
/// The most tickets of one presentation.
pub(crate) const MAX_TICKETS: usize = 4;
/// The most keys that one ticket covers.
pub(crate) const MAX_COVERED: usize = 8;

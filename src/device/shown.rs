//! What a device shows, and the digest of it (spec 05 §2, §6.1).

use super::{LocalChecks, Purpose};
use crate::group::TaggedHash;

/// What a device is asked, for whoever proves and whoever verifies.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) purpose: Purpose,
    pub(crate) demanded: Option<LocalChecks>,
    pub(crate) shown: &'a [u8],
}

impl Asked<'_> {
    /// `q`, the digest of what was shown, and of the checks that its user had to pass one of.
    pub(crate) fn digest(&self) -> [u8; 64] {
        let hash = match self.demanded {
            None => TaggedHash::new("shown").uint(self.purpose as u64),
            Some(checks) => TaggedHash::new("shown-unlocked").uint(self.purpose as u64).uint(checks.bits().into()),
        };
        hash.part(self.shown).bytes()
    }
}

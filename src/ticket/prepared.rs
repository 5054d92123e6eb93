//! Multiples of the keys under which a verifier checks many tickets.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;

use once_cell::race::OnceBox;

use crate::group::{Element, FixedBase};

/// A table for each key (30 kB), made when a ticket is first checked under it: that takes as long as some 33 multiplications. Then the check
/// of a ticket for three keys takes 0.5 less, as nothing is doubled for `c1·X_j`.
#[derive(Default)]
pub(crate) struct PreparedKeys(BTreeMap<[u8; 32], OnceBox<FixedBase>>);

impl PreparedKeys {
    /// None.
    pub(crate) const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// A key that is worth a table.
    pub(crate) fn add(&mut self, key: &Element) {
        self.0.entry(*key.as_bytes()).or_default();
    }

    /// The table of a key, if it is worth one.
    pub(super) fn get(&self, key: &Element) -> Option<&FixedBase> {
        let cell = self.0.get(key.as_bytes())?;
        Some(cell.get_or_init(|| Box::new(FixedBase::new(key.as_point()))))
    }
}

//! The register that keeps a presentation from counting twice within a time window (spec 06 §6).

use alloc::collections::BTreeMap;

use crate::calendar::Timestamp;
use crate::group::{Scalar, TaggedHash};

/// What a presentation is remembered by: a hash of its request and challenge. Nobody but the holder's device can make
/// another presentation of the same proof, so bytes changed on the way do not escape the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplayKey([u8; 32]);

impl ReplayKey {
    pub(super) fn new(request: &[u8], challenge: &Scalar) -> Self {
        Self(TaggedHash::new("replay").part(request).part(challenge.as_bytes()).bytes())
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

/// A set with one atomic operation. A platform of several processes backs it by a store that they share.
pub trait ReplayRegister {
    /// Remembers `key` at least until `until`; true if it was not there before.
    fn insert(&mut self, key: ReplayKey, until: Timestamp) -> bool;
}

/// A register in memory.
#[derive(Debug, Default)]
pub struct MemoryReplayRegister(BTreeMap<ReplayKey, Timestamp>);

impl MemoryReplayRegister {
    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Forgets what no window needs any more.
    pub fn forget_before(&mut self, now: Timestamp) {
        self.0.retain(|_, until| *until >= now);
    }

    /// How many presentations are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl ReplayRegister for MemoryReplayRegister {
    fn insert(&mut self, key: ReplayKey, until: Timestamp) -> bool {
        self.0.insert(key, until).is_none()
    }
}

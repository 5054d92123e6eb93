//! Which epochs a verifier has, for who feeds it and who watches it.

use alloc::sync::Arc;

use crate::calendar::Timestamp;
use crate::list::{Epoch, EpochDigest, ListName, VerifiedHeads};

/// An epoch of a list that a verifier has taken. Nothing of it is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownEpoch {
    /// The list.
    pub list: ListName,
    /// The epoch.
    pub epoch: Epoch,
    /// What requests name it by.
    pub digest: EpochDigest,
    /// When it was closed.
    pub time: Timestamp,
    /// Whether an answer under it is verified now (spec 06 §7.4).
    pub counts: bool,
}

impl KnownEpoch {
    pub(super) fn of(heads: &Arc<VerifiedHeads>, counts: bool) -> Self {
        let list = heads.name().clone();
        Self { list, epoch: heads.epoch(), digest: heads.digest(), time: heads.time(), counts }
    }
}

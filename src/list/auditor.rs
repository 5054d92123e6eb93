//! Reading a whole log from its first entry (spec 07 §6.2).

use alloc::collections::BTreeMap;
use core::fmt;

use super::{
    CosignedHeads, Entry, Epoch, EpochUpdate, HeadSet, ListError, ListKeys, ListSnapshot, Presence, Shard,
    SnapshotError, VerifiedHeads,
};
use crate::error::{Refusal, refusal};
use crate::group::ScalarBytes;
use crate::signature::{RoleKey, SigningKey, Unsigned, VerifyingKey};

/// Follows all shards of a list, epoch by epoch, and checks what nobody sees who reads only a part:
/// that the operations on each element alternate, beginning with a removal, in one shard.
///
/// It keeps some 36 bytes for each handle that the log has named, beside one head for each shard.
pub struct LogAuditor {
    keys: ListKeys,
    heads: Option<VerifiedHeads>,
    elements: BTreeMap<ScalarBytes, (Shard, Presence)>,
}

impl fmt::Debug for LogAuditor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogAuditor({}, {:?})", self.keys.name(), self.heads.as_ref().map(|heads| heads.epoch()))
    }
}

impl LogAuditor {
    /// An auditor that has read nothing.
    #[must_use]
    pub const fn new(keys: ListKeys) -> Self {
        Self { keys, heads: None, elements: BTreeMap::new() }
    }

    /// What it knows, signed by its own key: it starts from that again without the log. None before
    /// the first epoch. It has some 39 bytes for each handle that the log has named; one with more
    /// than 2^22 is not read again, and the log is.
    #[must_use]
    pub fn snapshot(&self, key: &SigningKey) -> Option<ListSnapshot> {
        Some(self.prepare_snapshot(key)?.sign_here(key))
    }

    /// [`LogAuditor::snapshot`], to be signed under a key that is held elsewhere.
    pub fn prepare_snapshot(&self, key: &impl RoleKey) -> Option<Unsigned<ListSnapshot>> {
        let heads = self.heads.iter().cloned().collect();
        let elements = self.elements.iter().map(|(y, known)| (*y, *known)).collect();
        ListSnapshot::unsigned(heads, elements, &self.keys, VerifyingKey::of(key))
    }

    /// An auditor that goes on from its own snapshot, made with the key whose Ed25519 verification
    /// key `key` is, which must reach the epoch `minimum`. Where there are cosigners, `cosigned`
    /// are the heads of its epoch as a quorum signed them.
    ///
    /// # Errors
    /// Any [`SnapshotError`] but [`SnapshotError::Begun`] and [`SnapshotError::Future`].
    pub fn from_snapshot(
        keys: ListKeys,
        snapshot: &ListSnapshot,
        key: &[u8; 32],
        minimum: Epoch,
        cosigned: Option<&CosignedHeads>,
    ) -> Result<Self, SnapshotError> {
        let (heads, elements) = snapshot.check(&keys, *key, minimum)?;
        cosigned.map_or(Ok(()), |cosigned| snapshot.check_cosigned(cosigned))?;
        let (heads, elements) = (heads.last().cloned(), elements.iter().copied().collect());
        Ok(Self { keys, heads, elements })
    }

    /// The heads of the last epoch that was read.
    #[must_use]
    pub const fn heads(&self) -> Option<&VerifiedHeads> {
        self.heads.as_ref()
    }

    /// Reads the next epoch: its heads and, for each shard in order, the update that leads to its
    /// head. The first one is epoch 0, the empty log, without updates. On an error nothing changes.
    ///
    /// # Errors
    /// Those of [`HeadSet::verify`] and [`EpochUpdate::verify`]; [`ListError::AlreadyRemoved`] or
    /// [`ListError::NotRemoved`] if an element is removed twice, or restored while it is not
    /// removed; [`ListError::OtherShard`] if it occurs in two shards.
    pub fn follow(&mut self, heads: &HeadSet, updates: &[EpochUpdate]) -> Result<&VerifiedHeads, ListError> {
        Ok(self.follow_by_check(heads, updates)?)
    }

    /// The same, with the check that refuses.
    pub(crate) fn follow_by_check(
        &mut self,
        heads: &HeadSet,
        updates: &[EpochUpdate],
    ) -> Result<&VerifiedHeads, Refusal<ListError>> {
        let verified = heads.verify_by_check(&self.keys)?;
        verified.check_follows(heads, self.heads.as_ref(), updates)?;
        let mut changed: BTreeMap<ScalarBytes, (Shard, Presence)> = BTreeMap::new();
        for update in updates {
            let shard = update.head().head().list().shard;
            for Entry { operation, handle, .. } in update.entries() {
                let y = handle.scalar().to_bytes();
                let known = changed.get(&y).or_else(|| self.elements.get(&y)).copied();
                let before = match known {
                    Some((other, _)) if other != shard => return Err(refusal!(ListError::OtherShard, "07-37")),
                    Some((_, presence)) => presence,
                    None => Presence::Present,
                };
                changed.insert(y, (shard, before.after(*operation).map_err(|error| refusal!(error, "07-36"))?));
            }
        }
        self.elements.extend(changed);
        Ok(self.heads.insert(verified))
    }
}

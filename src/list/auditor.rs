//! Reading a whole log from its first entry (spec 07 §6.2).

use alloc::collections::BTreeMap;
use core::fmt;

use super::{Entry, EpochUpdate, HeadSet, ListError, ListKeys, Presence, Shard, VerifiedHeads};
use crate::group::ScalarBytes;

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
        let verified = heads.verify(&self.keys)?;
        verified.check_follows(heads, self.heads.as_ref(), updates)?;
        let mut changed: BTreeMap<ScalarBytes, (Shard, Presence)> = BTreeMap::new();
        for update in updates {
            let shard = update.head().head().list().shard;
            for Entry { operation, handle, .. } in update.entries() {
                let y = handle.scalar().to_bytes();
                let known = changed.get(&y).or_else(|| self.elements.get(&y)).copied();
                let before = match known {
                    Some((other, _)) if other != shard => return Err(ListError::OtherShard),
                    Some((_, presence)) => presence,
                    None => Presence::Present,
                };
                changed.insert(y, (shard, before.after(*operation)?));
            }
        }
        self.elements.extend(changed);
        Ok(self.heads.insert(verified))
    }
}

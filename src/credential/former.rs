//! Witnesses that a later epoch replaced, for requests of the epoch before (spec 11 §11).

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::time::Duration;

use super::Credential;
use crate::calendar::Timestamp;
use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, refusal};
use crate::list::{Head, ListClass, MembershipWitness};

/// The most former witnesses of a list that a credential keeps.
const MAX_FORMER: usize = 2;
/// For how long one is used after the time of the epoch that replaced it.
const FORMER_AGE: Duration = Duration::from_secs(86_400);
/// For how long after the time of its own epoch: that, and a day between two epochs.
const MAX_AGE: Duration = Duration::from_secs(2 * 86_400);

/// The former witnesses of one list, oldest first. Each has a place of its own: a vector that moves
/// its items leaves unwiped copies behind.
#[derive(Default)]
#[allow(clippy::vec_box, reason = "see above")]
pub(crate) struct FormerWitnesses(Vec<Box<MembershipWitness>>);

impl FormerWitnesses {
    /// Keeps a witness that was just replaced by `own`, if both are witnesses, of two epochs.
    /// Nothing is kept from before a removal, whether the holder was restored since or not.
    pub(super) fn keep(&mut self, replaced: MembershipWitness, own: &MembershipWitness) {
        if own.point().is_none() || replaced.point().is_none() || own.has_passed_own() {
            self.0.clear();
        } else if replaced.epoch() < own.epoch() {
            if self.0.len() >= MAX_FORMER {
                self.0.remove(0);
            }
            self.0.push(Box::new(replaced));
        }
    }

    fn at(&self, head: &Head) -> Option<&MembershipWitness> {
        self.0.iter().map(|former| &**former).find(|former| former.head() == head)
    }

    /// The times of the epochs that replaced each, beside it.
    fn replaced<'a>(&'a self, own: &'a MembershipWitness) -> impl Iterator<Item = (&'a MembershipWitness, Timestamp)> {
        let next = self.0.iter().skip(1).map(|next| &**next).chain(core::iter::once(own));
        self.0.iter().zip(next).map(|(former, next)| (&**former, next.head().time))
    }

    /// A second holder of the same, made on purpose.
    pub(super) fn duplicate(&self) -> Self {
        Self(self.0.iter().map(|former| Box::new(former.duplicate())).collect())
    }

    /// Up to two followers, oldest first.
    pub(super) fn write(&self, writer: &mut Writer) {
        writer.array(self.0.len());
        self.0.iter().for_each(|former| former.write(writer));
    }

    /// Those of `own`: of its handle, list and key, of earlier epochs, in order; each a witness.
    pub(super) fn read(reader: &mut Reader<'_>, own: &MembershipWitness) -> Result<Self, DecodeError> {
        let former = reader.items(MAX_FORMER, |reader| MembershipWitness::read(reader).map(Box::new))?;
        let next = former.iter().skip(1).map(|next| &**next).chain(core::iter::once(own));
        let in_order = former.iter().zip(next).all(|(one, next)| {
            one.point().is_some() && next.point().is_some() && one.epoch() < next.epoch() && one.is_succeeded_by(next)
        });
        if in_order { Ok(Self(former)) } else { Err(reader.refuse(refusal!(DecodeError::OutOfRange, "11-12"))) }
    }
}

/// Whether a witness that was replaced at `replaced` is still used at `now`. When it was replaced
/// says its holder's own way, which may have passed any number of epochs; how old it is, the log.
fn is_used(former: &MembershipWitness, replaced: Timestamp, now: Timestamp) -> bool {
    let age = |since: Timestamp| now.as_secs().saturating_sub(since.as_secs());
    age(replaced) <= FORMER_AGE.as_secs() && age(former.head().time) <= MAX_AGE.as_secs()
}

impl Credential {
    const fn former(&self, class: ListClass) -> &FormerWitnesses {
        let [status, flag] = &self.former;
        match class {
            ListClass::Status => status,
            ListClass::Flag => flag,
        }
    }

    /// The witness that fits this head: the credential's own, or a former one.
    pub(crate) fn witness_at(&self, head: &Head) -> Option<&MembershipWitness> {
        let class = head.list.name.class();
        let own = self.witness(class);
        if own.head() == head { Some(own) } else { self.former(class).at(head) }
    }

    /// What is proven from under this head: the witness that fits it or, where nothing does and a
    /// proof fails, the credential's own.
    pub(crate) fn witness_for(&self, head: &Head) -> &MembershipWitness {
        self.witness_at(head).unwrap_or_else(|| self.witness(head.list.name.class()))
    }

    /// Whether what fits this head is a former witness that is too old.
    pub(crate) fn is_outdated(&self, head: &Head, now: Timestamp) -> bool {
        let class = head.list.name.class();
        let mut replaced = self.former(class).replaced(self.witness(class));
        replaced.any(|(former, replaced)| former.head() == head && !is_used(former, replaced, now))
    }

    /// Whether it keeps a former witness that is too old.
    pub(crate) fn keeps_outdated(&self, now: Timestamp) -> bool {
        self.former
            .iter()
            .zip(&self.witnesses)
            .any(|(former, own)| former.replaced(own).any(|(former, replaced)| !is_used(former, replaced, now)))
    }

    /// Wipes former witnesses that are too old at `now`: replaced by an epoch more than a day
    /// before it, or themselves of one more than two days before it (spec 11 §11).
    pub fn forget_outdated(&mut self, now: Timestamp) {
        for (former, own) in self.former.iter_mut().zip(&self.witnesses) {
            let outdated = former.replaced(own).take_while(|(one, replaced)| !is_used(one, *replaced, now)).count();
            former.0.drain(..outdated);
        }
    }

    /// Wipes the former witnesses of a list: a way that is not done passed the holder's own entry.
    pub(crate) fn forget_former(&mut self, class: ListClass) {
        let [status, flag] = &mut self.former;
        match class {
            ListClass::Status => status.0.clear(),
            ListClass::Flag => flag.0.clear(),
        }
    }

    /// Puts a witness in the place of the one of its list; that one becomes a former one.
    pub(super) fn replace(&mut self, witness: MembershipWitness) {
        for (own, former) in self.witnesses.iter_mut().zip(&mut self.former) {
            if own.list() == witness.list() {
                let replaced = core::mem::replace(own, witness);
                former.keep(replaced, own);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rand_core::OsRng;

    use super::*;
    use crate::accumulator::Handle;
    use crate::group::{BaseTable, Scalar};
    use crate::list::{AccumulatorManager, CosignedHeads, HeadSet, ListKeys, ListName, Shard, ShardCount};

    const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

    fn counted(heads: &HeadSet, keys: &ListKeys) -> CosignedHeads {
        CosignedHeads::uncosigned(heads.verify(keys).unwrap())
    }

    /// Who was given no witness has nothing to keep once one comes.
    #[test]
    fn a_witness_that_was_withheld_is_not_kept() {
        let (name, handle) =
            (ListName::new("test", ListClass::Flag).unwrap(), Handle::from_scalar(Scalar::from(7_u64)).unwrap());
        let (mut list, first) = AccumulatorManager::new(name, ShardCount::ONE, NOW, &mut OsRng);
        let keys = list.list_keys();
        let first = counted(&first, &keys);
        let withheld = MembershipWitness::withheld(&handle, &first, Shard::FIRST).unwrap();
        list.register(Shard::FIRST, &handle).unwrap();
        let received = |list: &AccumulatorManager, heads: &CosignedHeads| {
            let issued = list.witness(Shard::FIRST, &handle).unwrap();
            MembershipWitness::receive(&issued, &handle, heads, Shard::FIRST, &BaseTable::basepoint()).ok().unwrap()
        };
        let given = received(&list, &first);
        let second = list.close_epoch(NOW).unwrap().heads;
        let own = received(&list, &counted(&second, &keys));
        for (replaced, kept) in [(withheld, 0), (given, 1)] {
            let mut former = FormerWitnesses::default();
            former.keep(replaced, &own);
            assert_eq!(former.0.len(), kept);
        }
    }
}

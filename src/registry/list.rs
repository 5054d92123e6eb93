//! What both registries do with the list that each keeps: begin and open its store, and close its
//! epochs (spec 10 §5).

use super::create::{CreateStore, LastHeads, OpenStore};
use super::epoch::{
    CloseEpoch, ComputedEpoch, CutEpoch, EpochCut, Kept, PublishEpoch, PublishedUpdate, ReadEntries, ShardCut,
    StoreUpdate,
};
use super::{FlagRegistry, Registry};
use crate::calendar::Timestamp;
use crate::list::{Epoch, ListError, MAX_ENTRIES, Pause, Shard};

/// The calls of a registry whose list's owner is this field.
macro_rules! keeps_a_list {
    ($registry:ident, $list:ident) => {
        impl $registry {
            /// Begins a store, which must be empty, and its list. Gives the first heads.
            #[must_use]
            pub const fn create(&self, now: Timestamp) -> CreateStore<'_> {
                CreateStore { list: self.kept(), now }
            }

            /// Looks whether a store is the one that these keys made, and gives the first heads of
            /// its list. A process does this when it starts. It never creates: where a store was
            /// lost, another one would begin a second history of the list.
            #[must_use]
            pub const fn open(&self) -> OpenStore<'_> {
                OpenStore { list: self.kept() }
            }

            const fn kept(&self) -> Kept<'_> {
                Kept { owner: &self.$list, keeper: &self.keeper, most: MAX_ENTRIES }
            }

            /// Closes an epoch of the list; `epoch` is one more than the last one, or that of an
            /// epoch to be read again. To be [run](CloseEpoch::run): it takes several transactions.
            pub const fn close_epoch(&self, epoch: Epoch, now: Timestamp) -> CloseEpoch<'_> {
                CloseEpoch { list: self.kept(), epoch, now, pause: Pause::None }
            }

            /// The first step of closing an epoch: which entries it has, and its time.
            #[must_use]
            pub const fn cut_epoch(&self, epoch: Epoch, now: Timestamp) -> CutEpoch<'_> {
                CutEpoch { list: self.kept(), epoch, now, pause: Pause::None }
            }

            /// The second step, for each shard: reads entries until [`ShardCut::is_whole`].
            #[must_use]
            pub const fn read_entries<'a>(&'a self, part: &'a ShardCut<'a>) -> ReadEntries<'a> {
                ReadEntries { list: self.kept(), part }
            }

            /// The third step, for each shard, and without a store: the same entries give the same
            /// bytes.
            ///
            /// # Errors
            /// [`ListError::Incomplete`] before all entries were read, [`ListError::WrongHead`] for
            /// another list's; those of
            /// [`ListOwner::next_epoch_without_rules`](crate::list::ListOwner::next_epoch_without_rules).
            pub fn compute_epoch<'a>(&self, whole: ShardCut<'a>) -> Result<ComputedEpoch<'a>, ListError> {
                ComputedEpoch::of(&self.$list, whole)
            }

            /// The fourth step, for each shard: stores what was computed. Where an update was
            /// stored, that one stays.
            #[must_use]
            pub const fn store_update<'a>(&'a self, computed: &'a ComputedEpoch<'a>) -> StoreUpdate<'a> {
                StoreUpdate { list: self.kept(), computed }
            }

            /// The last step: makes the epoch the last closed one.
            #[must_use]
            pub const fn publish_epoch<'a>(&'a self, cut: &'a EpochCut) -> PublishEpoch<'a> {
                PublishEpoch { list: self.kept(), cut }
            }

            /// Asks for the update of one shard in an epoch that was published.
            #[must_use]
            pub const fn published_update(&self, epoch: Epoch, shard: Shard) -> PublishedUpdate<'_> {
                PublishedUpdate { list: self.kept(), epoch, shard }
            }

            /// Asks for the heads of the last closed epoch.
            #[must_use]
            pub const fn last_heads(&self) -> LastHeads<'_> {
                LastHeads { list: self.kept() }
            }
        }
    };
}

keeps_a_list!(Registry, status);
keeps_a_list!(FlagRegistry, list);

//! What both registries do with the list that each keeps: begin and open its store, and close its
//! epochs (spec 10 §5).

use super::close::CloseEpoch;
use super::create::{CreateStore, LastHeads, OpenStore};
use super::epoch::{
    ComputedEpoch, CutEpoch, EpochCut, Kept, PublishEpoch, PublishedUpdate, ReadEntries, ShardCut, StoreUpdate,
};
use super::{FlagRegistry, Registry};
use crate::calendar::Timestamp;
use crate::list::{Epoch, FirstHeads, ListError, Pause, Shard, most_entries};
use crate::signature::{RoleKey, Unsigned};

/// The calls of a registry whose list's owner is this field.
macro_rules! keeps_a_list {
    ($registry:ident, $list:ident) => {
        impl $registry {
            /// Begins a store, which must be empty, and its list. Gives the first heads.
            #[must_use]
            pub fn create(&self, now: Timestamp) -> CreateStore<'_> {
                CreateStore { list: self.kept(), heads: self.$list.first_heads(now) }
            }

            /// The third step, for each shard, and without a store: the same entries give the same
            /// bytes.
            ///
            /// # Errors
            /// [`ListError::Incomplete`] before all entries were read, [`ListError::WrongHead`] for
            /// another list's; those of
            /// [`ListOwner::next_epoch_without_rules`](crate::list::ListOwner::next_epoch_without_rules).
            pub fn compute_epoch<'a>(&self, whole: ShardCut<'a>) -> Result<ComputedEpoch<'a>, ListError> {
                Ok(self.prepare_epoch(whole)?.sign_here(self.$list.key()))
            }
        }

        impl<K: RoleKey> $registry<K> {
            /// The same with heads that were signed elsewhere: those of
            /// [`ListOwner::prepare_first_heads`](crate::list::ListOwner::prepare_first_heads).
            /// Others are refused. What it gives when it has run is what is published.
            #[must_use]
            pub fn create_with(&self, FirstHeads(heads): FirstHeads) -> CreateStore<'_> {
                CreateStore { list: self.kept(), heads }
            }

            /// Looks whether a store is the one that these keys made, and gives the first heads of
            /// its list. A process does this when it starts. It never creates: where a store was
            /// lost, another one would begin a second history of the list.
            #[must_use]
            pub fn open(&self) -> OpenStore<'_> {
                OpenStore { list: self.kept() }
            }

            /// Closes an epoch of the list; `epoch` is one more than the last one, or that of an
            /// epoch to be read again. To be [run](CloseEpoch::run): it takes several transactions.
            pub fn close_epoch(&self, epoch: Epoch, now: Timestamp) -> CloseEpoch<'_, K> {
                CloseEpoch { list: self.kept(), epoch, now, pause: Pause::None, key: self.$list.key() }
            }

            fn kept(&self) -> Kept<'_> {
                Kept {
                    owner: &self.core.$list,
                    keeper: &self.core.keeper,
                    most: most_entries(self.core.$list.shard_count()),
                }
            }

            /// The first step of closing an epoch: which entries it has, and its time.
            #[must_use]
            pub fn cut_epoch(&self, epoch: Epoch, now: Timestamp) -> CutEpoch<'_> {
                CutEpoch { list: self.kept(), epoch, now, pause: Pause::None }
            }

            /// The second step, for each shard: reads entries until [`ShardCut::is_whole`].
            #[must_use]
            pub fn read_entries<'a>(&'a self, part: &'a ShardCut<'a>) -> ReadEntries<'a> {
                ReadEntries { list: self.kept(), part }
            }

            /// The third step up to the signature.
            ///
            /// # Errors
            /// Those of `compute_epoch`.
            pub fn prepare_epoch<'a>(&self, whole: ShardCut<'a>) -> Result<Unsigned<ComputedEpoch<'a>>, ListError> {
                ComputedEpoch::of(&self.core.$list, whole)
            }

            /// The fourth step, for each shard: stores what was computed. Where an update was
            /// stored, that one stays.
            #[must_use]
            pub fn store_update<'a>(&'a self, computed: &'a ComputedEpoch<'a>) -> StoreUpdate<'a> {
                StoreUpdate { list: self.kept(), computed }
            }

            /// The last step: makes the epoch the last closed one.
            #[must_use]
            pub fn publish_epoch<'a>(&'a self, cut: &'a EpochCut) -> PublishEpoch<'a> {
                PublishEpoch { list: self.kept(), cut }
            }

            /// Asks for the update of one shard in an epoch that was published.
            #[must_use]
            pub fn published_update(&self, epoch: Epoch, shard: Shard) -> PublishedUpdate<'_> {
                PublishedUpdate { list: self.kept(), epoch, shard }
            }

            /// Asks for the heads of the last closed epoch.
            #[must_use]
            pub fn last_heads(&self) -> LastHeads<'_> {
                LastHeads { list: self.kept() }
            }
        }
    };
}

keeps_a_list!(Registry, status);
keeps_a_list!(FlagRegistry, list);

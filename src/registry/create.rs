//! Creating a store, opening one, and what its list published last (spec 10 §4.3, §6.2).

use super::epoch::Kept;
use super::log::{ListState, Log, ShardState};
use super::{Interrupt, Keeper, RowKey, Rows, Transition, WrongStore};
use crate::list::{Epoch, HeadSet, ListError};

/// Begins a store: whose it is, and the list with its empty log, epoch 0. A store that is not empty
/// is refused (check 10-39).
#[derive(Debug)]
pub struct CreateStore<'a> {
    pub(super) list: Kept<'a>,
    pub(super) heads: HeadSet,
}

impl Transition for CreateStore<'_> {
    type Output = HeadSet;
    type Refusal = ListError;

    fn keeper(&self) -> &Keeper {
        self.list.keeper
    }

    fn creates(&self) -> bool {
        true
    }

    fn apply(&self, rows: &mut Rows) -> Result<HeadSet, Interrupt<ListError>> {
        let (owner, log) = (self.list.owner, Log(self.list.owner));
        // Also where the row that says whose the store is was lost.
        if rows.has(&log.list_row())? {
            return Err(Interrupt::WrongStore(WrongStore::NotEmpty));
        }
        let follows = self.heads.verify(&owner.list_keys())?.check_follows(&self.heads, None, &[]);
        follows.map_err(ListError::from)?;
        for (shard, head) in owner.shard_count().shards().zip(self.heads.iter()) {
            rows.write(RowKey::head(owner.name(), shard, Epoch::new(0)), head);
            rows.write(log.shard_row(shard), &ShardState { length: 0 });
        }
        rows.write(log.list_row(), &ListState { closed: Epoch::new(0) });
        rows.write(RowKey::mark(), &self.list.keeper.mark);
        Ok(self.heads.clone())
    }
}

/// Looks whether a store is the one that these keys made, and gives the heads of its epoch 0. One
/// that is empty or of other keys is refused (check 10-37), as every other transition refuses it.
#[derive(Debug)]
pub struct OpenStore<'a> {
    pub(super) list: Kept<'a>,
}

impl Transition for OpenStore<'_> {
    type Output = HeadSet;
    type Refusal = ListError;

    fn keeper(&self) -> &Keeper {
        self.list.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<HeadSet, Interrupt<ListError>> {
        Log(self.list.owner).heads(rows, Epoch::new(0))
    }
}

/// Asks for the heads of the last closed epoch.
#[derive(Debug)]
pub struct LastHeads<'a> {
    pub(super) list: Kept<'a>,
}

impl Transition for LastHeads<'_> {
    type Output = HeadSet;
    type Refusal = ListError;

    fn keeper(&self) -> &Keeper {
        self.list.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<HeadSet, Interrupt<ListError>> {
        let log = Log(self.list.owner);
        let closed = log.closed::<ListError>(rows)?;
        log.heads(rows, closed)
    }
}

//! Epochs of all shards in one message (spec 07 §11.1).

use super::Negatives;
use crate::hotel::flow::Flow;
use crate::hotel::parties::{NOW, SHARD};

pub fn add_all(flow: &Flow, list: &mut Negatives) {
    let (kind, out, no) = ("ClosedEpoch", "OutOfRange", "Refused");
    let epoch = flow.tree(kind);
    let shard = usize::from(SHARD);
    let mut add = |class, comment, error, bytes| list.push((class, comment, kind, NOW, error, bytes));
    let fewer = epoch.with(|body| body.at_mut(2).items_mut().truncate(1));
    add(out, "entries of fewer shards than there are heads", out, fewer);
    let headless = epoch.with(|body| body.at_mut(1).items_mut().truncate(1));
    add(out, "heads of fewer shards than there are entries", out, headless);
    let without = epoch.with(|body| body.at_mut(2).items_mut().clear());
    add("MissingEntries", "heads of epoch 1 without entries of any shard", no, without);
    let elsewhere = epoch.with(|body| body.at_mut(2).items_mut().swap(0, shard));
    add("WrongShard", "the entries of one shard in the place of another's", no, elsewhere);
    let dropped = epoch.with(|body| body.at_mut(2).at_mut(shard).items_mut().clear());
    add("MissingEntries", "an entry left out", no, dropped);
}

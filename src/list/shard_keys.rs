//! The keys that make what is of one shard.

use crate::accumulator::AccumulatorKey;
use crate::group::{BaseTable, PrfKey};

/// What is needed to make something of one shard.
pub(super) struct ShardKeys<'a> {
    pub(super) accumulator: &'a AccumulatorKey,
    pub(super) nonce: &'a PrfKey,
    pub(super) table: &'a BaseTable,
}

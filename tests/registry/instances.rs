//! The stores of the library, and what is tried on each.

use crate::every_store::every_store;
use crate::history::histories;
use testkit::prelude::*;

every_store!(optimistic, crate::optimistic::Optimistic);

#[cfg(feature = "redb")]
every_store!(redb, crate::crash::OnDisk);

/// Checks 10-1, 10-31, 10-36, 10-53.
#[test]
fn exactly_the_live_and_unflagged_present() {
    histories(24, 1, || [MemoryStore::new(), MemoryStore::new()]);
}

#[cfg(feature = "redb")]
#[test]
fn exactly_the_live_and_unflagged_present_from_a_file() {
    use crate::crash::OnDisk;
    use crate::tried::Tampered;
    histories(3, 0, || [OnDisk::fresh().unwrap(), OnDisk::fresh().unwrap()]);
}

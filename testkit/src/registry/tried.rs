//! Stores that the same tests are run on.

use std::collections::BTreeMap;
use std::fmt::Debug;

use crate::prelude::*;

/// Every row, by its table and key.
pub type Rows = BTreeMap<(Table, Vec<u8>), Vec<u8>>;

/// A store that a test looks into.
pub trait Tried: RegistryStore<Error: Debug> + Sized {
    fn rows(&mut self) -> Rows;
}

/// A store that a test makes, and changes behind everybody's back.
pub trait Tampered: Tried {
    /// One without rows; none where there is no server for it.
    fn fresh() -> Option<Self>;

    /// Writes a row, or takes it away.
    fn tamper(&mut self, place: (Table, Vec<u8>), row: Option<Vec<u8>>);
}

/// Why a registry refuses.
pub fn reason<R: Debug, E: Debug>(failure: Failure<R, E>) -> R {
    match failure {
        Failure::Refused(reason) => reason,
        other => panic!("{other:?}"),
    }
}

impl Tried for MemoryStore {
    fn rows(&mut self) -> Rows {
        let rows = Self::rows(self);
        rows.map(|(key, row)| ((key.table(), key.bytes().to_vec()), row.to_vec())).collect()
    }
}

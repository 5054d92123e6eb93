//! A register of answers in one file, on redb (spec 06 §6.3).

use alloc::vec::Vec;
use core::fmt;
use std::path::Path;

use super::memory::ReplayRows;
use super::replay::{Claim, FirstTime, Recorded, ReplayRegister, ToRecord};
use crate::calendar::Timestamp;
pub use crate::embedded::RedbFailure;
use crate::embedded::{File, StorageBackend, Writing, corrupt};

const CLAIMS: &str = "claims";
const FIRSTS: &str = "firsts";

/// A register in one file, for a platform of one process: what it remembers outlives the process.
/// Clones share it. A batch of answers is one transaction, durable when they are given; it is two
/// syncs, however many answers there are.
///
/// A file that is set back to an earlier state, as from a backup, lets what was shown since count
/// once more, while its windows are open.
#[derive(Clone)]
pub struct RedbReplayRegister(File);

impl fmt::Debug for RedbReplayRegister {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedbReplayRegister(redacted)")
    }
}

/// The 32 bytes of a claim's `by`, or the 8 of an instant, and the 8 of the end, big-endian.
fn row(what: &[u8], until: Timestamp) -> Vec<u8> {
    [what, &until.as_secs().to_be_bytes()].concat()
}

fn instant(bytes: &[u8]) -> Option<Timestamp> {
    Some(Timestamp::from_secs(u64::from_be_bytes(*bytes.first_chunk()?)))
}

/// The end of a row; where it is none that was written here, the row stays.
fn end(row: &[u8]) -> Timestamp {
    row.last_chunk::<8>().and_then(|bytes| instant(bytes)).unwrap_or(Timestamp::from_secs(u64::MAX))
}

impl RedbReplayRegister {
    /// Opens the file, and makes it if it is not there. After a crash it is repaired here.
    ///
    /// # Errors
    /// [`RedbFailure`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, RedbFailure> {
        File::open(path).map(Self)
    }

    /// The same on storage of the caller's own.
    ///
    /// # Errors
    /// [`RedbFailure`].
    pub fn open_with_backend(backend: impl StorageBackend) -> Result<Self, RedbFailure> {
        File::open_with_backend(backend).map(Self)
    }

    /// As [`ReplayRows::forget_before`]; it reads every row.
    ///
    /// # Errors
    /// [`RedbFailure`].
    pub fn forget_before(&self, now: Timestamp) -> Result<(), RedbFailure> {
        let mut writing = self.0.begin()?;
        for table in [CLAIMS, FIRSTS] {
            writing.retain(table, |row| end(row) >= now)?;
        }
        writing.commit()
    }

    /// How many rows there are.
    ///
    /// # Errors
    /// [`RedbFailure`].
    pub fn len(&self) -> Result<u64, RedbFailure> {
        let writing = self.0.begin()?;
        Ok(writing.len(CLAIMS)?.saturating_add(writing.len(FIRSTS)?))
    }

    /// Whether nothing is remembered.
    ///
    /// # Errors
    /// [`RedbFailure`].
    pub fn is_empty(&self) -> Result<bool, RedbFailure> {
        self.len().map(|rows| rows == 0)
    }
}

/// The rows that these answers ask about.
fn stored(writing: &Writing, answers: &[ToRecord]) -> Result<ReplayRows, RedbFailure> {
    let mut rows = ReplayRows::new();
    for Claim { key, .. } in answers.iter().flat_map(|answer| &answer.claims) {
        if let Some(row) = writing.get(CLAIMS, key)? {
            let by = *row.first_chunk().ok_or_else(|| corrupt(CLAIMS))?;
            rows.put_claim(Claim { key: *key, by, until: end(&row) });
        }
    }
    for FirstTime { key, .. } in answers.iter().filter_map(|answer| answer.first.as_ref()) {
        if let Some(row) = writing.get(FIRSTS, key)? {
            let time = instant(&row).ok_or_else(|| corrupt(FIRSTS))?;
            rows.put_first(FirstTime { key: *key, time, until: end(&row) });
        }
    }
    Ok(rows)
}

impl ReplayRegister for RedbReplayRegister {
    type Error = RedbFailure;

    fn record(&self, answers: &[ToRecord]) -> Result<Vec<Recorded>, RedbFailure> {
        let mut writing = self.0.begin()?;
        let mut rows = stored(&writing, answers)?;
        let recorded = rows.record(answers);
        for claim in rows.claims() {
            writing.put(CLAIMS, &claim.key, Some(&row(&claim.by, claim.until)))?;
        }
        for first in rows.firsts() {
            writing.put(FIRSTS, &first.key, Some(&row(&first.time.as_secs().to_be_bytes(), first.until)))?;
        }
        writing.commit()?;
        Ok(recorded)
    }
}

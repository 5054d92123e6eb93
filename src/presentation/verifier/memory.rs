//! The rows of a register, and a register that has them in memory (spec 06 §6.3).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::convert::Infallible;
use core::future::{Future, ready};

use super::replay::{AsyncReplayRegister, Claim, FirstTime, Recorded, ReplayRegister, ToRecord};
use super::swap::Lock;
use crate::calendar::Timestamp;

/// Rows, and what is decided by them. A register over a store reads the rows of all keys that it is
/// asked about, puts them here, has the answers recorded, and writes back what the answers that it
/// took name.
///
/// ```
/// use selfsame::calendar::Timestamp;
/// use selfsame::presentation::{Claim, Recorded, ReplayRows, ToRecord};
///
/// let claim = |by| Claim { key: [1; 32], by: [by; 32], until: Timestamp::from_secs(9) };
/// let answer = |by| ToRecord { claims: vec![claim(by)], first: None };
/// let mut rows = ReplayRows::new();
/// let taken = rows.record(&[answer(1), answer(2), answer(1)]);
/// assert_eq!(taken, [Recorded::All { first: None }, Recorded::Taken, Recorded::All { first: None }]);
/// assert_eq!(rows.claims().collect::<Vec<_>>(), [claim(1)]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct ReplayRows {
    /// By whom, and until when that is remembered.
    claims: BTreeMap<[u8; 32], ([u8; 32], Timestamp)>,
    /// The instant, and until when that is remembered.
    firsts: BTreeMap<[u8; 32], (Timestamp, Timestamp)>,
}

impl ReplayRows {
    /// No rows.
    #[must_use]
    pub const fn new() -> Self {
        Self { claims: BTreeMap::new(), firsts: BTreeMap::new() }
    }

    /// Puts a row that is stored.
    pub fn put_claim(&mut self, row: Claim) {
        self.claims.insert(row.key, (row.by, row.until));
    }

    /// Puts a row that is stored.
    pub fn put_first(&mut self, row: FirstTime) {
        self.firsts.insert(row.key, (row.time, row.until));
    }

    /// The rows, by key.
    pub fn claims(&self) -> impl Iterator<Item = Claim> {
        self.claims.iter().map(|(key, (by, until))| Claim { key: *key, by: *by, until: *until })
    }

    /// The rows, by key.
    pub fn firsts(&self) -> impl Iterator<Item = FirstTime> {
        self.firsts.iter().map(|(key, (time, until))| FirstTime { key: *key, time: *time, until: *until })
    }

    /// Takes answers one after the other. Each is taken if every claim of it is new or there with
    /// the same `by`; then all its rows are there, each until the later of the ends that it was
    /// told. Of one that is not taken nothing is there.
    pub fn record(&mut self, answers: &[ToRecord]) -> Vec<Recorded> {
        answers.iter().map(|answer| self.record_one(answer)).collect()
    }

    /// Whether a claim of an answer is another's, or of the same answer by something else.
    fn is_taken(&self, claim: &Claim, answer: &ToRecord) -> bool {
        let other = self.claims.get(&claim.key).is_some_and(|(by, _)| *by != claim.by);
        other || answer.claims.iter().any(|other| other.key == claim.key && other.by != claim.by)
    }

    fn record_one(&mut self, answer: &ToRecord) -> Recorded {
        if answer.claims.iter().any(|claim| self.is_taken(claim, answer)) {
            return Recorded::Taken;
        }
        for claim in &answer.claims {
            let (_, until) = self.claims.entry(claim.key).or_insert((claim.by, claim.until));
            *until = claim.until.max(*until);
        }
        let first = answer.first.map(|first| {
            let (time, until) = self.firsts.entry(first.key).or_insert((first.time, first.until));
            *until = first.until.max(*until);
            *time
        });
        Recorded::All { first }
    }

    /// Forgets what no window, no period and no epoch needs any more. Where several verifiers share
    /// the rows, `now` is that of the clock which is furthest behind; and it is earlier by as long
    /// as a call may take, as one whose proof was checked before the end is recorded after it.
    pub fn forget_before(&mut self, now: Timestamp) {
        self.claims.retain(|_, (_, until)| *until >= now);
        self.firsts.retain(|_, (_, until)| *until >= now);
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.claims.len() + self.firsts.len()
    }

    /// Whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A register in memory, which never fails. What it remembers ends with the process, so an answer
/// to a window that is still open counts once more after a restart.
#[derive(Debug, Default)]
pub struct MemoryReplayRegister(Lock<ReplayRows>);

impl MemoryReplayRegister {
    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self(Lock::new(ReplayRows::new()))
    }

    /// As [`ReplayRows::forget_before`].
    pub fn forget_before(&self, now: Timestamp) {
        self.0.with(|rows| rows.forget_before(now));
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.with(|rows| rows.len())
    }

    /// Whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl ReplayRegister for MemoryReplayRegister {
    type Error = Infallible;

    fn record(&self, answers: &[ToRecord]) -> Result<Vec<Recorded>, Infallible> {
        Ok(self.0.with(|rows| rows.record(answers)))
    }
}

/// A register that tells which claim of an answer is another's: for the check that refuses.
#[cfg(feature = "hazmat")]
pub trait TellsTaken: ReplayRegister {
    /// The place of the first claim of an answer that is another's. Nothing is recorded.
    fn taken(&self, answer: &ToRecord) -> Option<usize>;
}

#[cfg(feature = "hazmat")]
impl TellsTaken for MemoryReplayRegister {
    fn taken(&self, answer: &ToRecord) -> Option<usize> {
        self.0.with(|rows| answer.claims.iter().position(|claim| rows.is_taken(claim, answer)))
    }
}

impl AsyncReplayRegister for MemoryReplayRegister {
    type Error = Infallible;

    fn record(&self, answers: &[ToRecord]) -> impl Future<Output = Result<Vec<Recorded>, Infallible>> + Send {
        ready(ReplayRegister::record(self, answers))
    }
}

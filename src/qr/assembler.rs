//! Puts frames together (spec 16 §2.2).

use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;

use super::QrError;
use super::frame::{Frame, MAX_PAYLOAD, SetId};

/// The most sets that are gathered side by side.
const MAX_SETS: usize = 256;
/// The most bytes of parts in all of them together: 1 MiB.
const MAX_BYTES: usize = 16 * MAX_PAYLOAD;

/// What came of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Progress {
    /// Some of its set are missing.
    Waiting {
        /// How many different ones were there.
        seen: usize,
        /// How many there are.
        count: usize,
    },
    /// All were there: what was split. The assembler has forgotten the set, and goes on with the
    /// others.
    Complete(Vec<u8>),
}

/// Takes frames of any sets, in any order and any number of times, until one set is complete, and
/// then the next.
///
/// What a stranger holds before the camera is another set beside the one that is wanted. The
/// assembler gathers at most 256 sets, with at most 65,536 bytes each and 1,048,576 in all; beyond
/// that it drops the one of which it has not seen a frame for longest. So a set is never lost while
/// fewer than 16 others are met between two of its frames, nor, if these have a frame each, while
/// fewer than 256 are.
///
/// Of one place the frame that was seen last counts, so a wrong one that bears the name of the
/// wanted set holds it up until the right one comes round again.
#[derive(Clone, Debug, Default)]
pub struct Assembler {
    /// The one met last is at the end.
    sets: VecDeque<Set>,
}

#[derive(Clone, Debug)]
struct Set {
    id: SetId,
    /// How many frames it has.
    count: u8,
    parts: BTreeMap<u8, Vec<u8>>,
}

impl Assembler {
    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self { sets: VecDeque::new() }
    }

    /// Takes the text of a code.
    ///
    /// # Errors
    /// Any [`QrError`] but [`QrError::Empty`], [`QrError::Capacity`] and
    /// [`QrError::TooManyFrames`]. What was gathered stays.
    pub fn add(&mut self, text: &str) -> Result<Progress, QrError> {
        let frame = Frame::decode(text)?;
        let begun = self.sets.iter().position(|set| set.is_of(&frame)).and_then(|place| self.sets.remove(place));
        let mut set = begun.unwrap_or_else(|| Set::begun_by(&frame));
        let progress = set.add(frame);
        if !matches!(progress, Ok(Progress::Complete(_))) {
            self.keep(set);
        }
        progress
    }

    /// The places of the frames that are missing in the set that was met last and is not complete,
    /// counted from 0.
    pub fn missing(&self) -> impl Iterator<Item = usize> {
        self.sets.back().into_iter().flat_map(Set::missing)
    }

    fn keep(&mut self, set: Set) {
        let mut length = self.sets.iter().map(Set::length).sum::<usize>().saturating_add(set.length());
        while self.sets.len() >= MAX_SETS || length > MAX_BYTES {
            let Some(dropped) = self.sets.pop_front() else { break };
            length = length.saturating_sub(dropped.length());
        }
        self.sets.push_back(set);
    }
}

impl Set {
    const fn begun_by(frame: &Frame) -> Self {
        Self { id: frame.set, count: frame.count, parts: BTreeMap::new() }
    }

    fn is_of(&self, frame: &Frame) -> bool {
        self.id == frame.set && self.count == frame.count
    }

    fn length(&self) -> usize {
        self.parts.values().map(Vec::len).sum()
    }

    fn missing(&self) -> impl Iterator<Item = usize> {
        (0..self.count).filter(|place| !self.parts.contains_key(place)).map(usize::from)
    }

    fn add(&mut self, frame: Frame) -> Result<Progress, QrError> {
        let replaced = self.parts.get(&frame.place).map_or(0, Vec::len);
        if self.length().saturating_sub(replaced).saturating_add(frame.part.len()) > MAX_PAYLOAD {
            return Err(QrError::TooLong);
        }
        self.parts.insert(frame.place, frame.part);
        self.progress()
    }

    fn progress(&self) -> Result<Progress, QrError> {
        let (seen, count) = (self.parts.len(), usize::from(self.count));
        if seen < count {
            return Ok(Progress::Waiting { seen, count });
        }
        let payload: Vec<u8> = self.parts.values().flatten().copied().collect();
        if SetId::of(&payload) == self.id { Ok(Progress::Complete(payload)) } else { Err(QrError::WrongHash) }
    }
}

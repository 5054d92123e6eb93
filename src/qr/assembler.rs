//! Puts frames together (spec 16 §2.2).

use alloc::vec::Vec;

use super::QrError;
use super::frame::{Frame, MAX_PAYLOAD, SetId};

/// What came of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Progress {
    /// Some are missing.
    Waiting {
        /// How many different ones were there.
        seen: usize,
        /// How many there are.
        count: usize,
    },
    /// All were there: what was split. The assembler is empty again.
    Complete(Vec<u8>),
}

/// Takes the frames of one set, in any order and any number of times. It keeps at most 65,536 bytes of them.
///
/// The first frame decides which set it is. A frame that is refused leaves everything as it was, but that the set is dropped where all
/// frames are there and do not fit together ([`QrError::WrongHash`]). Whoever wants to begin another set takes another assembler.
#[derive(Clone, Debug, Default)]
pub struct Assembler(Option<Set>);

#[derive(Clone, Debug)]
struct Set {
    id: SetId,
    /// As many as the set has frames.
    parts: Vec<Option<Vec<u8>>>,
}

impl Assembler {
    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self(None)
    }

    /// Takes the text of a code.
    ///
    /// # Errors
    /// Any [`QrError`] but [`QrError::Empty`], [`QrError::Capacity`] and [`QrError::TooManyFrames`].
    pub fn add(&mut self, text: &str) -> Result<Progress, QrError> {
        let frame = Frame::decode(text)?;
        let mut set = self.0.take().unwrap_or_else(|| Set::begun_by(&frame));
        let added = set.add(frame);
        let progress = added.and_then(|()| set.progress());
        if !matches!(progress, Ok(Progress::Complete(_)) | Err(QrError::WrongHash)) && set.seen() > 0 {
            self.0 = Some(set);
        }
        progress
    }

    /// The places of the frames that are missing, counted from 0; none before the first frame.
    pub fn missing(&self) -> impl Iterator<Item = usize> {
        let parts = self.0.iter().flat_map(|set| &set.parts).enumerate();
        parts.filter(|(_, part)| part.is_none()).map(|(place, _)| place)
    }
}

impl Set {
    fn begun_by(frame: &Frame) -> Self {
        Self { id: frame.set, parts: alloc::vec![None; usize::from(frame.count)] }
    }

    fn seen(&self) -> usize {
        self.parts.iter().flatten().count()
    }

    fn add(&mut self, frame: Frame) -> Result<(), QrError> {
        if frame.set != self.id {
            return Err(QrError::OtherSet);
        }
        if usize::from(frame.count) != self.parts.len() {
            return Err(QrError::Contradiction);
        }
        if !self.fits(&frame) {
            return Err(QrError::Contradiction);
        }
        let length: usize = self.parts.iter().flatten().map(Vec::len).sum();
        match self.parts.get_mut(usize::from(frame.place)).ok_or(QrError::Malformed)? {
            Some(part) if *part == frame.part => Ok(()),
            Some(_) => Err(QrError::Changed),
            None if length.saturating_add(frame.part.len()) > MAX_PAYLOAD => Err(QrError::TooLong),
            place => {
                *place = Some(frame.part);
                Ok(())
            }
        }
    }

    /// All parts but the last have one length, and the last is not longer.
    fn fits(&self, frame: &Frame) -> bool {
        let is_last = |place: usize| place.saturating_add(1) == self.parts.len();
        let lengths = self.parts.iter().enumerate().filter_map(|(place, part)| Some((place, part.as_ref()?.len())));
        let (place, own) = (usize::from(frame.place), frame.part.len());
        lengths.filter(|(other, _)| *other != place).all(|(other, length)| match (is_last(place), is_last(other)) {
            (true, _) => own <= length,
            (_, true) => length <= own,
            (false, false) => own == length,
        })
    }

    fn progress(&self) -> Result<Progress, QrError> {
        let (seen, count) = (self.seen(), self.parts.len());
        if seen < count {
            return Ok(Progress::Waiting { seen, count });
        }
        let payload: Vec<u8> = self.parts.iter().flatten().flatten().copied().collect();
        if SetId::of(&payload) == self.id { Ok(Progress::Complete(payload)) } else { Err(QrError::WrongHash) }
    }
}

//! One of several codes (spec 16 §2).
//!
//! ```text
//! frame    0xF1 | set id (8) | place (1) | count (1) | part (at least 1)
//! ```

use alloc::string::String;
use alloc::vec::Vec;

use super::{Capacity, QrError, decode, encode};
use crate::group::TaggedHash;

/// First byte of a frame. No message begins with it: messages begin with their suite.
const VERSION: u8 = 0xF1;
/// What frames of all versions have in the upper half of their first byte.
const MARK: u8 = 0xF0;
/// Version, set id, place, count.
pub(super) const HEADER_LEN: usize = 11;
/// The most frames of a set.
const MAX_FRAMES: u8 = 64;
/// The most bytes that frames carry together.
pub(super) const MAX_PAYLOAD: usize = 65_536;

/// What a set of frames is named by: a hash of the whole payload. It keeps sets apart and finds
/// accidents; that nobody forged them is for the signatures within.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SetId([u8; 8]);

impl SetId {
    pub(super) fn of(payload: &[u8]) -> Self {
        let [a, b, c, d, e, f, g, h, ..] = TaggedHash::of::<32>("qr-set", payload);
        Self([a, b, c, d, e, f, g, h])
    }
}

/// A frame, taken apart.
pub(super) struct Frame {
    pub(super) set: SetId,
    /// Counted from 0, below `count`.
    pub(super) place: u8,
    /// 1 to 64.
    pub(super) count: u8,
    pub(super) part: Vec<u8>,
}

impl Frame {
    fn encode(&self) -> String {
        let mut bytes = Vec::with_capacity(HEADER_LEN.saturating_add(self.part.len()));
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.set.0);
        bytes.extend_from_slice(&[self.place, self.count]);
        bytes.extend_from_slice(&self.part);
        encode(&bytes)
    }

    pub(super) fn decode(text: &str) -> Result<Self, QrError> {
        let bytes = decode(text)?;
        let (version, rest) = bytes.split_first().ok_or(QrError::NotAFrame)?;
        match *version {
            VERSION => {}
            other if other & MARK == MARK => return Err(QrError::Version),
            _ => return Err(QrError::NotAFrame),
        }
        let (set, rest) = rest.split_first_chunk().ok_or(QrError::Malformed)?;
        let ([place, count], part) = rest.split_first_chunk().ok_or(QrError::Malformed)?;
        if *count > MAX_FRAMES || place >= count || part.is_empty() {
            return Err(QrError::Malformed);
        }
        Ok(Self { set: SetId(*set), place: *place, count: *count, part: part.to_vec() })
    }
}

/// Whether a code is one of several, for an [`Assembler`](super::Assembler); otherwise it stands
/// alone.
#[must_use]
pub fn is_frame(text: &str) -> bool {
    decode(text).is_ok_and(|bytes| bytes.first().is_some_and(|first| first & MARK == MARK))
}

/// Cuts 1 to 65,536 bytes into as few codes as the capacity allows, at most 64, all equally large
/// but for the last.
///
/// # Errors
/// [`QrError::Empty`], [`QrError::TooLong`], [`QrError::TooManyFrames`].
pub fn split(bytes: &[u8], capacity: Capacity) -> Result<Vec<String>, QrError> {
    if bytes.is_empty() {
        return Err(QrError::Empty);
    }
    if bytes.len() > MAX_PAYLOAD {
        return Err(QrError::TooLong);
    }
    // Parts of one size make codes of one size, which cameras follow best.
    let part = bytes.len().div_ceil(bytes.len().div_ceil(capacity.part()));
    let count = u8::try_from(bytes.len().div_ceil(part)).map_err(|_| QrError::TooManyFrames)?;
    if count > MAX_FRAMES {
        return Err(QrError::TooManyFrames);
    }
    let set = SetId::of(bytes);
    let frames = (0..count).zip(bytes.chunks(part));
    Ok(frames.map(|(place, part)| Frame { set, place, count, part: part.to_vec() }.encode()).collect())
}

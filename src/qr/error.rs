//! What can be wrong with a code.

use crate::error::{Check, Numbered, check};
use core::fmt;

/// Why bytes are not made into codes, or codes not into bytes. A scanner shows none of it and goes
/// on scanning: nothing that was gathered is lost by any of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum QrError {
    /// More than a code, or a set of frames, holds.
    TooLong,
    /// Nothing to split.
    Empty,
    /// A capacity below 18 or above 4,296 characters.
    Capacity,
    /// The bytes take more than 64 frames of this capacity.
    TooManyFrames,
    /// The text is not base45.
    NotBase45,
    /// The code is none of several.
    NotAFrame,
    /// A frame of another version.
    Version,
    /// A frame without payload, of no frames or more than 64, or with a place beyond their number.
    Malformed,
    /// All frames are there, and their payload is not the one that they are named after: one of
    /// them is a stranger's. The right one takes its place when it is seen again.
    WrongHash,
}

impl Numbered for QrError {
    fn check(&self) -> Option<Check> {
        Some(match self {
            Self::NotBase45 => check!("16-2"),
            Self::NotAFrame | Self::Version => check!("16-3"),
            Self::Malformed => check!("16-4"),
            Self::WrongHash => check!("16-9"),
            // 16-1 and 16-5, and what a maker is told.
            Self::TooLong | Self::Empty | Self::Capacity | Self::TooManyFrames => return None,
        })
    }
}

impl fmt::Display for QrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the content is more than the codes can hold",
            Self::Empty => "there is nothing to show",
            Self::Capacity => "no code has this capacity",
            Self::TooManyFrames => "the content needs more than 64 codes of this capacity",
            Self::NotBase45 => "the text is not base45",
            Self::NotAFrame => "the code is not one of several",
            Self::Version => "the code is a frame of another version",
            Self::Malformed => "the frame is malformed",
            Self::WrongHash => "the frames do not match their hash",
        })
    }
}

impl core::error::Error for QrError {}

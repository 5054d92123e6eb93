//! How much work a request may ask of a platform (spec 06 §7.4): anybody can send one.

use super::PresentationRequest;
use crate::range::BitLength;

/// How many entries of a probe take as long as one bit of a range proof.
const ENTRIES_A_BIT: usize = 4;

/// How many statements a request has, and how long the numbers are that its range proofs are about:
/// two of 16, 32 or 64 bits for each interval and for a limit. A face counts as so many bits as a
/// quarter of its probe's entries, which takes a platform about as long. Nothing else does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Statements, of all credentials.
    pub statements: usize,
    /// Bits, of all numbers and of a face.
    pub range_bits: usize,
}

impl Effort {
    /// What platforms and builders allow where nothing else is said: four intervals of numbers of
    /// 64 bits, or eight of codes.
    pub const USUAL: Self = Self { statements: 16, range_bits: 512 };
    /// What any request can ask.
    pub const ANY: Self = Self { statements: usize::MAX, range_bits: usize::MAX };

    /// Whether a request asks no more than this.
    #[must_use]
    pub const fn allows(&self, asked: Self) -> bool {
        asked.statements <= self.statements && asked.range_bits <= self.range_bits
    }
}

impl PresentationRequest {
    /// What it asks of a platform.
    #[must_use]
    pub fn effort(&self) -> Effort {
        let widths = self.statements().filter_map(|(_, statement)| statement.facts().range_width);
        let of_face = self.face().map_or(0, |(_, face)| face.probe().entries().len() / ENTRIES_A_BIT);
        let range_bits = widths.map(|width| 2 * BitLength::of(width).bits()).sum::<usize>() + of_face;
        Effort { statements: self.statements().count(), range_bits }
    }
}

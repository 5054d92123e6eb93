//! How much one code holds (spec 16 §3).

use super::QrError;
use super::frame::HEADER_LEN;

/// How many characters of alphanumeric mode a code holds, 18 to 4,296.
///
/// A code has a version, 1 to 40, which is its size (4·version + 17 modules a side), and a level of
/// error correction: L repairs some 7 per cent of it, M 15. For phones across a counter, versions
/// up to 25 on a screen and up to 15 on paper are read well; M is for what gets scratched. ISO/IEC
/// 18004 has the numbers; these are its alphanumeric capacities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Capacity(u16);

impl Capacity {
    /// 395 characters, 263 bytes.
    pub const VERSION_10_L: Self = Self(395);
    /// 311 characters, 207 bytes.
    pub const VERSION_10_M: Self = Self(311);
    /// 758 characters, 505 bytes.
    pub const VERSION_15_L: Self = Self(758);
    /// 600 characters, 400 bytes.
    pub const VERSION_15_M: Self = Self(600);
    /// 1,249 characters, 832 bytes.
    pub const VERSION_20_L: Self = Self(1_249);
    /// 970 characters, 646 bytes.
    pub const VERSION_20_M: Self = Self(970);
    /// 1,853 characters, 1,235 bytes.
    pub const VERSION_25_L: Self = Self(1_853);
    /// 1,451 characters, 967 bytes.
    pub const VERSION_25_M: Self = Self(1_451);
    /// 2,520 characters, 1,680 bytes.
    pub const VERSION_30_L: Self = Self(2_520);
    /// 4,296 characters, 2,864 bytes: the largest code that there is, for screens and good cameras.
    pub const VERSION_40_L: Self = Self(4_296);

    pub(super) const MAX: Self = Self::VERSION_40_L;
    /// A frame with one byte of payload.
    const MIN: u16 = 18;

    /// So many characters, 18 to 4,296.
    ///
    /// # Errors
    /// [`QrError::Capacity`].
    pub const fn new(characters: u16) -> Result<Self, QrError> {
        if Self::MIN <= characters && characters <= Self::MAX.0 { Ok(Self(characters)) } else { Err(QrError::Capacity) }
    }

    /// The number of characters.
    #[must_use]
    pub const fn characters(self) -> usize {
        self.0 as usize
    }

    /// The most bytes that fit.
    #[must_use]
    pub const fn bytes(self) -> usize {
        let characters = self.characters();
        characters / 3 * 2 + characters % 3 / 2
    }

    /// The most bytes of payload in a frame, at least 1.
    pub(super) const fn part(self) -> usize {
        self.bytes().saturating_sub(HEADER_LEN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_code_takes_a_frame_of_one_byte() {
        assert_eq!(Capacity::new(Capacity::MIN).map(Capacity::part), Ok(1));
        assert_eq!(Capacity::new(Capacity::MIN - 1), Err(QrError::Capacity));
        assert_eq!(Capacity::new(4_297), Err(QrError::Capacity));
        assert_eq!(Capacity::new(4_296), Ok(Capacity::MAX));
    }
}

//! Addresses that were written to a card after it was issued (spec 02 §6.4).

use alloc::string::String;
use core::fmt;

use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::error::{ChipError, Defect, Field};
use super::text::decode;

/// An address that was written to the chip after the card was issued: one file of 70 bytes beside
/// the record.
///
/// It is for whoever has to reach the person. It is no attribute and no part of a symbol: the
/// printed address stays the card's address, so a terminal that reads these files and one that does
/// not read the same card.
///
/// Wiped when dropped, never printed, and not `Clone`.
#[derive(ZeroizeOnDrop)]
pub struct LaterAddress {
    text: Zeroizing<String>,
}

impl LaterAddress {
    /// Bytes of the file.
    pub const LENGTH: usize = 70;

    /// Reads one file.
    ///
    /// # Errors
    ///
    /// The first check of spec 02 §6.4 that fails: its length, its text, that it is not empty.
    pub fn parse(file: &[u8]) -> Result<Self, ChipError> {
        if file.len() != Self::LENGTH {
            return Err(Field::LaterAddress.has(Defect::Length));
        }
        let text = decode(file, Field::LaterAddress)?;
        if text.is_empty() { Err(Field::LaterAddress.has(Defect::Empty)) } else { Ok(Self { text }) }
    }

    /// The address, never empty.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for LaterAddress {
    /// Writes `LaterAddress(redacted)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LaterAddress(redacted)")
    }
}

//! The codes of a set: 1 to 256 numbers of 32 bits, in ascending order, none twice (spec 12 §4.1).

use alloc::vec::Vec;

use super::SetError;
use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, check};

/// The most codes of a set.
pub(super) const MAX_CODES: usize = 256;

/// The most bytes that codes take in a message.
pub(super) const MAX_ENCODED: usize = 3 + 5 * MAX_CODES;

/// Codes that passed the checks.
#[derive(PartialEq, Eq)]
pub(super) struct Codes(Vec<u32>);

impl Codes {
    /// Unsorted codes are refused and not sorted: one set has one list, so the same set cannot come
    /// with two digests.
    pub(super) fn new(codes: Vec<u32>) -> Result<Self, SetError> {
        if codes.is_empty() || codes.len() > MAX_CODES {
            return Err(SetError::CodeCount);
        }
        if codes.is_sorted_by(|one, next| one < next) { Ok(Self(codes)) } else { Err(SetError::CodeOrder) }
    }

    /// All numbers below this, which may be more than the codes of a set.
    pub(super) fn below(count: u32) -> Self {
        Self((0..count).collect())
    }

    pub(super) fn as_slice(&self) -> &[u32] {
        &self.0
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.array(self.0.len());
        self.0.iter().for_each(|code| writer.uint(u64::from(*code)));
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let codes = reader.items_by(check!("12-20"), MAX_CODES, Reader::uint)?;
        reader.in_range(check!("12-20"), |_| Self::new(codes).map_err(|_| DecodeError::OutOfRange))
    }
}

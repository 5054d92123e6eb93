//! Which auditor, how many there are, and how many it takes (spec 13 §1).

use super::EscrowError;
use crate::codec::Reader;
use crate::error::DecodeError;
use crate::group::{Scalar, ScalarBytes};

/// The most auditors of a group.
pub(super) const MAX_AUDITORS: u8 = 64;

/// An auditor's number in its group, 1 to 64: where the polynomial was evaluated for its share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuditorIndex(u8);

/// How many auditors a group has, 1 to 64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuditorCount(u8);

/// How many auditors it takes to open an escrow, 1 to 64 and at most as many as there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Threshold(u8);

const fn in_range(number: u8) -> bool {
    1 <= number && number <= MAX_AUDITORS
}

impl AuditorIndex {
    /// The auditor of this number, 1 to 64.
    ///
    /// # Errors
    /// [`EscrowError::InvalidIndex`].
    pub const fn new(number: u8) -> Result<Self, EscrowError> {
        if in_range(number) { Ok(Self(number)) } else { Err(EscrowError::InvalidIndex) }
    }

    /// The auditor of a participant in a distributed key generation: its number as a scalar.
    ///
    /// # Errors
    /// [`EscrowError::InvalidIndex`] for another scalar than 1 to 64. Participants that were
    /// numbered in another way do not fit.
    pub fn from_identifier(identifier: &ScalarBytes) -> Result<Self, EscrowError> {
        let number = (1..=MAX_AUDITORS).find(|number| Scalar::from(*number).to_bytes() == *identifier);
        number.map(Self).ok_or(EscrowError::InvalidIndex)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Counted from 0.
    pub(super) fn place(self) -> usize {
        usize::from(self.0).saturating_sub(1)
    }

    pub(super) fn scalar(self) -> Scalar {
        Scalar::from(self.0)
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::new(reader.uint()?).map_err(|_| DecodeError::OutOfRange)
    }
}

impl AuditorCount {
    /// This many auditors, 1 to 64.
    ///
    /// # Errors
    /// [`EscrowError::InvalidCount`].
    pub const fn new(number: u8) -> Result<Self, EscrowError> {
        if in_range(number) { Ok(Self(number)) } else { Err(EscrowError::InvalidCount) }
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    pub(super) fn of(length: usize) -> Result<Self, EscrowError> {
        u8::try_from(length).map_err(|_| EscrowError::InvalidCount).and_then(Self::new)
    }

    /// The auditors, in order.
    pub(super) fn auditors(self) -> impl Iterator<Item = AuditorIndex> {
        (1..=self.0).map(AuditorIndex)
    }
}

impl Threshold {
    /// This many auditors, 1 to 64.
    ///
    /// # Errors
    /// [`EscrowError::InvalidThreshold`].
    pub const fn new(number: u8) -> Result<Self, EscrowError> {
        if in_range(number) { Ok(Self(number)) } else { Err(EscrowError::InvalidThreshold) }
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

//! Which check of its user a device makes before it answers (spec 05 §6).

use core::fmt;

use crate::error::DecodeError;

/// A check that a device makes of its user. What it proves is what the device says: nothing about a
/// finger or a face leaves the device (spec 05 §6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum LocalCheck {
    /// The device's own passcode, pattern or password; not the one that seals a wallet.
    Passcode = 1,
    /// A finger that was enrolled at the device.
    Fingerprint = 2,
    /// A face that was enrolled at the device; not the one of the register.
    Face = 4,
}

/// One check or several, any of which will do: as an integer 1 to 7, the sum of
/// 1 (passcode), 2 (fingerprint), 4 (face).
///
/// ```
/// use selfsame::device::{LocalCheck, LocalChecks};
///
/// let checks = LocalChecks::only(LocalCheck::Fingerprint).or(LocalCheck::Passcode);
/// assert!(checks.contains(LocalCheck::Passcode) && !checks.contains(LocalCheck::Face));
/// assert_eq!(LocalChecks::from_bits(3), Ok(checks));
/// assert_eq!(checks.or(LocalCheck::Passcode), checks);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalChecks(u8);

impl LocalChecks {
    /// No other check than this.
    #[must_use]
    pub const fn only(check: LocalCheck) -> Self {
        Self(check as u8)
    }

    /// This one will do as well.
    #[must_use]
    pub const fn or(self, check: LocalCheck) -> Self {
        Self(self.0 | check as u8)
    }

    /// Whether this one will do.
    #[must_use]
    pub const fn contains(self, check: LocalCheck) -> bool {
        self.0 & check as u8 != 0
    }

    /// The checks as an integer.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Reads the integer (check 06-60).
    ///
    /// # Errors
    /// [`DecodeError::OutOfRange`] for no check, and for one that is not known.
    pub const fn from_bits(bits: u8) -> Result<Self, DecodeError> {
        if matches!(bits, 1..8) { Ok(Self(bits)) } else { Err(DecodeError::OutOfRange) }
    }

    /// Whether who passed this check passed one of these.
    pub(crate) fn allow(self, passed: Option<LocalCheck>) -> bool {
        passed.is_some_and(|check| self.contains(check))
    }

    /// Whether only one will do.
    pub(crate) const fn is_one(self) -> bool {
        self.0.is_power_of_two()
    }

    /// What a person is asked for first comes first.
    pub(crate) fn iter(self) -> impl Iterator<Item = LocalCheck> {
        [LocalCheck::Face, LocalCheck::Fingerprint, LocalCheck::Passcode]
            .into_iter()
            .filter(move |check| self.contains(*check))
    }
}

impl fmt::Debug for LocalChecks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

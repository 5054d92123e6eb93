//! Why something sealed does not open.

use core::fmt;

use crate::error::{Check, DecodeError, Numbered, check, unnumbered};

/// Why bytes cannot be sealed or opened. Nothing of what they hold is given out with any of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SealError {
    /// Not a sealed message of this type: cut short, or of another structure, type or version.
    Decode(DecodeError),
    /// A byte was changed.
    Damaged,
    /// Sealed under another key.
    WrongKey,
    /// Sealed under another passcode.
    WrongPasscode,
    /// Sealed under a passcode, and none was given.
    PasscodeNeeded,
    /// A passcode was given, and it was sealed without one.
    PasscodeNotSet,
    /// A passcode is empty or longer than 1,024 bytes.
    PasscodeLength,
    /// A new passcode is too short, or its characters follow each other.
    WeakPasscode,
    /// A cost of a passcode outside the range of [`PasscodeCost::new`](super::PasscodeCost::new).
    CostOutOfRange,
    /// There is not as much memory as a passcode's cost asks for.
    OutOfMemory,
    /// More content than a message of this type may hold.
    TooLarge,
}

impl From<DecodeError> for SealError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

unnumbered!(SealError);

impl Numbered for SealError {
    fn check(&self) -> Option<Check> {
        Some(match self {
            Self::Decode(_) => check!("11-1"),
            Self::WrongKey => check!("11-3"),
            Self::WrongPasscode => check!("11-4"),
            Self::PasscodeNeeded | Self::PasscodeNotSet => check!("11-7"),
            // 11-2 and 11-5; 11-6 and 11-8; 11-9 and 11-10; and what is no check.
            _ => return None,
        })
    }
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Decode(_) => "the bytes are not a sealed message of this type",
            Self::Damaged => "the sealed bytes are damaged",
            Self::WrongKey => "the bytes are sealed under another key",
            Self::WrongPasscode => "the passcode is wrong",
            Self::PasscodeNeeded => "a passcode is needed",
            Self::PasscodeNotSet => "the bytes are sealed without a passcode",
            Self::PasscodeLength => "the passcode is empty or too long",
            Self::WeakPasscode => "the passcode is too easy to guess",
            Self::CostOutOfRange => "the cost of the passcode is out of range",
            Self::OutOfMemory => "there is not enough memory for the passcode",
            Self::TooLarge => "the content is too large",
        })
    }
}

impl core::error::Error for SealError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Decode(error) => Some(error),
            _ => None,
        }
    }
}

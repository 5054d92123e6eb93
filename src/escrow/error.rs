//! What can be wrong with the keys of auditors, and with what they send.

use core::fmt;

use super::AuditorIndex;
use crate::error::{Check, DecodeError, Numbered, check, unnumbered};

/// Why keys are not those of a group of auditors, or a share is not one of its shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EscrowError {
    /// An auditor's number is not 1 to 64, or the numbers are not those from 1 to the number of
    /// auditors.
    InvalidIndex,
    /// The number of auditors is not 1 to 64.
    InvalidCount,
    /// The threshold is not 1 to 64, or above the number of auditors.
    InvalidThreshold,
    /// The bytes of a key are no key.
    InvalidKey(DecodeError),
    /// The keys are not the values of one polynomial: which identity comes out would depend on
    /// which auditors take part.
    Inconsistent,
    /// Fewer auditors than the threshold says would do.
    FewerSuffice,
    /// The share is not that of this auditor in this group.
    ForeignShare,
    /// The first point of the ciphertext is the identity: nothing was encrypted.
    NotEncrypted,
}

unnumbered!(EscrowError);

impl Numbered for EscrowError {
    fn check(&self) -> Option<Check> {
        Some(match self {
            Self::InvalidCount | Self::InvalidThreshold | Self::InvalidKey(_) => check!("13-1"),
            Self::Inconsistent => check!("13-2"),
            Self::ForeignShare => check!("13-5"),
            Self::InvalidIndex | Self::FewerSuffice | Self::NotEncrypted => return None,
        })
    }
}

impl fmt::Display for EscrowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidIndex => "the number of an auditor is out of range",
            Self::InvalidCount => "the number of auditors is out of range",
            Self::InvalidThreshold => "the threshold is out of range",
            Self::InvalidKey(_) => "the key of an auditor cannot be read",
            Self::Inconsistent => "the keys are not shares of one key",
            Self::FewerSuffice => "fewer auditors than the threshold would suffice",
            Self::ForeignShare => "the share is not of this auditor and group",
            Self::NotEncrypted => "the ciphertext encrypts nothing",
        })
    }
}

impl core::error::Error for EscrowError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::InvalidKey(error) => Some(error),
            _ => None,
        }
    }
}

/// Why partial decryptions do not open an escrow.
///
/// The auditor that an error names is the one that the message names. That the message is from it
/// is for the channel to show, on which it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CombineError {
    /// The group has no such auditor.
    UnknownAuditor(AuditorIndex),
    /// Two partial decryptions are of this auditor.
    Duplicate(AuditorIndex),
    /// This auditor's is about another ciphertext, other evidence or another group.
    OtherOpening(AuditorIndex),
    /// This auditor's share does not verify.
    WrongShare(AuditorIndex),
    /// All are right, and fewer than the threshold.
    TooFew,
    /// All are right, and what was encrypted is no identity.
    NoIdentity,
}

impl Numbered for CombineError {
    fn check(&self) -> Option<Check> {
        Some(match self {
            Self::UnknownAuditor(_) => check!("13-8"),
            Self::Duplicate(_) => check!("13-9"),
            Self::OtherOpening(_) => check!("13-10"),
            Self::WrongShare(_) => check!("13-11"),
            Self::TooFew => check!("13-12"),
            Self::NoIdentity => check!("13-13"),
        })
    }
}

impl fmt::Display for CombineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownAuditor(auditor) => write!(f, "there is no auditor {}", auditor.number()),
            Self::Duplicate(auditor) => write!(f, "auditor {} took part twice", auditor.number()),
            Self::OtherOpening(auditor) => write!(f, "auditor {} answered for another opening", auditor.number()),
            Self::WrongShare(auditor) => write!(f, "the share of auditor {} is wrong", auditor.number()),
            Self::TooFew => f.write_str("fewer auditors than the threshold took part"),
            Self::NoIdentity => f.write_str("what was encrypted is not an identity"),
        }
    }
}

impl core::error::Error for CombineError {}

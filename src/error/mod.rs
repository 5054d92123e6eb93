//! Errors that more than one module speaks of.
//!
//! A decoder says what is wrong with the bytes, because the sender may be an honest peer with a
//! defect. A verifier says nothing at all: [`Refused`] is one value without a reason, so that
//! neither an answer nor a log line can tell a flagged holder from a forger (spec 06 §7). Errors of
//! one module live in that module.
//!
//! Each refusal carries the number of the check that it stands for: `grep 06-25 src` finds the line
//! that refuses. It is told through `hazmat` alone.

pub(crate) mod check;

use core::fmt;

pub(crate) use check::{Check, Numbered, Refusal, check, refusal, refused, unnumbered};

/// Why bytes are not a message (spec 01 §5).
///
/// Decoders stop at the first defect; which of several defects is reported first is not part of the
/// interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// More bytes than any message of this type has; nothing was allocated for them.
    TooLong,
    /// The first byte names another suite.
    WrongSuite,
    /// The second byte names another version of the wire format.
    WrongVersion,
    /// The third byte names another type of message.
    WrongType,
    /// Cut short, or not the CBOR structure of this message: a missing, unknown, duplicate or
    /// misplaced key, or a value of another type or length.
    Malformed,
    /// Bytes follow the message.
    TrailingBytes,
    /// The message is well formed, but its one canonical encoding is another one.
    NonCanonical,
    /// Bytes that encode no element of the group.
    InvalidPoint,
    /// The identity, where the protocol has no use for it.
    IdentityPoint,
    /// Bytes that are not the canonical encoding of a scalar.
    NonCanonicalScalar,
    /// A number, text or list outside the range that the message allows.
    OutOfRange,
    /// A request for a range proof, in a suite that has none (spec 12 §2).
    RangeProof,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the message is longer than any of its type",
            Self::WrongSuite => "the message belongs to another suite",
            Self::WrongVersion => "the message has another version",
            Self::WrongType => "the message is of another type",
            Self::Malformed => "the bytes do not have the structure of this message",
            Self::TrailingBytes => "bytes follow the message",
            Self::NonCanonical => "the message is not in its canonical encoding",
            Self::InvalidPoint => "a point is not a canonical encoding of a group element",
            Self::IdentityPoint => "a point is the identity",
            Self::NonCanonicalScalar => "a scalar is not in its canonical encoding",
            Self::OutOfRange => "a value is out of range",
            Self::RangeProof => "this suite has no range proofs, which the request asks for",
        })
    }
}

impl core::error::Error for DecodeError {}

impl DecodeError {
    /// The check of its class (spec 01 §5.3).
    const fn class(self) -> Check {
        match self {
            Self::TooLong => check!("01-1"),
            Self::WrongSuite => check!("01-2"),
            Self::WrongVersion => check!("01-3"),
            Self::WrongType => check!("01-4"),
            Self::Malformed => check!("01-5"),
            Self::TrailingBytes => check!("01-6"),
            Self::NonCanonical => check!("01-7"),
            Self::InvalidPoint => check!("01-8"),
            Self::IdentityPoint => check!("01-9"),
            Self::NonCanonicalScalar => check!("01-10"),
            Self::OutOfRange => check!("01-11"),
            Self::RangeProof => check!("12-69"),
        }
    }
}

/// The check of its class: that of another document which refused while a message was decoded, its
/// reader has.
impl Numbered for DecodeError {
    fn check(&self) -> Option<Check> {
        Some(self.class())
    }
}

impl Refusal<DecodeError> {
    pub(crate) const fn of_class(error: DecodeError) -> Self {
        Self { error, check: error.class() }
    }
}

/// A proof did not verify. It says nothing more, on purpose (spec 06 §7): all are equal, and have
/// one text.
#[derive(Clone, Copy)]
pub struct Refused {
    check: Check,
}

impl Refused {
    /// What cannot be, by what was checked before: no check stands for it.
    pub(crate) const DEFECT: Self = Self { check: Check::NONE };

    pub(crate) const fn by(check: Check) -> Self {
        Self { check }
    }

    /// The same, where more is said of it than that.
    pub(crate) const fn with<E>(self, error: E) -> Refusal<E> {
        Refusal { error, check: self.check }
    }
}

impl Numbered for Refused {
    fn check(&self) -> Option<Check> {
        self.check.given()
    }
}

impl PartialEq for Refused {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Refused {}

impl fmt::Debug for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Refused")
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl core::error::Error for Refused {}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    /// What refuses by one check is told from what refuses by another in the one way.
    #[test]
    fn a_refusal_tells_its_check_to_nobody_who_does_not_ask_for_it() {
        let [one, other] = [refused!("06-47"), refused!("06-55")];
        assert_eq!(one, other);
        assert_eq!(one, Refused::DEFECT);
        for refused in [one, other, Refused::DEFECT] {
            assert_eq!(format!("{refused} {refused:?}"), "refused Refused");
        }
        let numbers = [one, other, Refused::DEFECT].map(|refused| refused.check().map(|check| format!("{check}")));
        assert_eq!(numbers, [Some("06-47".into()), Some("06-55".into()), None]);
        assert_eq!(format!("{} {:?}", check!("01-9"), check!("12-69")), "01-9 12-69");
    }
}

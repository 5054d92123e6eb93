//! Errors that more than one module speaks of.
//!
//! A decoder says what is wrong with the bytes, because the sender may be an honest peer with a
//! defect. A verifier says nothing at all: [`Refused`] is one value without a reason, so that
//! neither an answer nor a log line can tell a flagged holder from a forger (spec 06 §7). Errors of
//! one module live in that module.

use core::fmt;

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

/// A proof did not verify. It says nothing more, on purpose (spec 06 §7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl core::error::Error for Refused {}

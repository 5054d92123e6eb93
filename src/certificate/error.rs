//! Why a certificate cannot be made, and why a signed request does not count.

use crate::error::{Check, Numbered, check, unnumbered};
use core::fmt;

use super::OverAsking;

/// Why a certificate cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DraftError {
    /// The name, a purpose or a scope is empty, too long, or has characters that could deceive a
    /// reader.
    Text,
    /// The desk's key is no Ed25519 key.
    Key,
    /// It ends before it begins, never counts, or counts for more than 400 days.
    Validity,
    /// Its longest window is longer than any certificate counts.
    Window,
    /// The greatest age of an epoch is 0, or more than 31 days.
    Age,
    /// No purpose or schema, or too many of something.
    Count,
    /// Two permissions for one schema, or two lists of one class.
    Repeated,
    /// A schema has no such attribute, or it is of a kind that the statement cannot be about.
    Attribute,
}

impl fmt::Display for DraftError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "a text cannot be shown",
            Self::Key => "the desk's key is not an Ed25519 key",
            Self::Validity => "a certificate is valid for some time, and for 400 days at most",
            Self::Window => "a window is longer than any certificate is valid",
            Self::Age => "the greatest age of a list's epoch is 0, or more than 31 days",
            Self::Count => "there are not 1 to 16 purposes and 1 to 8 schemas, or there is too much of the rest",
            Self::Repeated => "one schema has two permissions, or two lists of one class",
            Self::Attribute => "an attribute is unknown, or the statement cannot be about it",
        })
    }
}

impl core::error::Error for DraftError {}

/// Why a signed request does not count. It is for the holder, and for the desk that repairs it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateError {
    /// Another key than that of the directory's authority signed the certificate.
    WrongAuthority,
    /// The authority's or the desk's signature does not verify.
    BadSignature,
    /// The certificate does not count yet.
    NotYetValid,
    /// The certificate does not count any more.
    Expired,
    /// The certificate is for another key than the one that is to sign.
    WrongDesk,
    /// The request has another name than the certificate.
    WrongName,
    /// The request asks for more than the certificate permits.
    OverAsking(OverAsking),
}

unnumbered!(DraftError);
unnumbered!(CertificateError);

impl Numbered for CertificateError {
    fn check(&self) -> Option<Check> {
        Some(match self {
            Self::WrongAuthority => check!("15-10"),
            Self::NotYetValid | Self::Expired => check!("15-12"),
            Self::WrongName => check!("15-14"),
            Self::OverAsking(_) => check!("15-15"),
            // 15-11 and 15-13; no check of a receiver.
            Self::BadSignature | Self::WrongDesk => return None,
        })
    }
}

impl fmt::Display for CertificateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WrongAuthority => "the certificate is not from the authority",
            Self::BadSignature => "a signature does not verify",
            Self::NotYetValid => "the certificate is not valid yet",
            Self::Expired => "the certificate has expired",
            Self::WrongDesk => "the certificate is for another desk's key",
            Self::WrongName => "the request and the certificate have different names",
            Self::OverAsking(_) => "the request asks for more than the certificate permits",
        })
    }
}

impl core::error::Error for CertificateError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::OverAsking(error) => Some(error),
            _ => None,
        }
    }
}

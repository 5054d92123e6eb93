//! Why a question about a card is not answered, or an answer not taken.

use core::fmt;

use crate::certificate::CertificateError;
use crate::error::{Check, Numbered, check, unnumbered};

/// Why a registry does not answer, or a desk does not take what it was answered. None of it depends
/// on the card, so it may be told; on the desk's screen it is
/// [`CardStanding::NotConfirmed`](super::CardStanding::NotConfirmed) all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CardCheckError {
    /// The question is for another registry, or the directory has no status list of this name.
    WrongRegistry,
    /// The certificate does not count, or the desk's signature does not verify.
    Certificate(CertificateError),
    /// The certificate does not permit questions about cards.
    NotPermitted,
    /// The question is too old, or of a time that has not come.
    Untimely,
    /// The answer is not this registry's to this question.
    BadAnswer,
}

unnumbered!(CardCheckError);

impl Numbered for CardCheckError {
    fn check(&self) -> Option<Check> {
        match self {
            Self::WrongRegistry => Some(check!("10-49")),
            Self::Certificate(error) => error.check(),
            Self::NotPermitted => Some(check!("15-20")),
            Self::BadAnswer => Some(check!("10-54")),
            // Of a question 10-52, of an answer 10-55.
            Self::Untimely => None,
        }
    }
}

impl From<CertificateError> for CardCheckError {
    fn from(error: CertificateError) -> Self {
        Self::Certificate(error)
    }
}

impl fmt::Display for CardCheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WrongRegistry => "the question is for another registry",
            Self::Certificate(_) => "the certificate does not count",
            Self::NotPermitted => "the certificate does not permit questions about cards",
            Self::Untimely => "the question is not of this time",
            Self::BadAnswer => "the answer is not this registry's to this question",
        })
    }
}

impl core::error::Error for CardCheckError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Certificate(error) => Some(error),
            _ => None,
        }
    }
}

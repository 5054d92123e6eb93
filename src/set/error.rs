//! What can be wrong with a set of codes.

use crate::error::{Check, Numbered, check, unnumbered};
use core::fmt;

/// Why codes are no set, or a table is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SetError {
    /// No code, or more than 256.
    CodeCount,
    /// The codes do not rise from each to the next.
    CodeOrder,
    /// The proof that all witnesses were made under the set's key does not verify.
    BadProof,
}

unnumbered!(SetError);

impl Numbered for SetError {
    fn check(&self) -> Option<Check> {
        Some(match self {
            Self::CodeCount | Self::CodeOrder => check!("12-20"),
            Self::BadProof => return None,
        })
    }
}

impl fmt::Display for SetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CodeCount => "a set has 1 to 256 codes",
            Self::CodeOrder => "the codes of a set rise from each to the next",
            Self::BadProof => "the witnesses of a set were not made under its key",
        })
    }
}

impl core::error::Error for SetError {}

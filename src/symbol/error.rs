//! Why there is no symbol.

use core::fmt;

use crate::error::unnumbered;

/// Why an input was refused, or an answer. It says nothing of what the input contained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SymbolError {
    /// The state is not one to three capital letters A-Z.
    State,
    /// The document type is not one or two capital letters A-Z.
    DocumentType,
    /// The number is not 1 to 32 letters A-Z, digits and fillers `<`, or it ends with a filler.
    Number,
    /// The photo of the card was not read, and without it the card has no symbol.
    PhotoNotRead,
    /// The answer is not an evaluation of this request under this public key.
    Response,
}

unnumbered!(SymbolError);

impl fmt::Display for SymbolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::State => "the state is not one to three capital letters",
            Self::DocumentType => "the document type is not one or two capital letters",
            Self::Number => "the number has a wrong length or a character that is not allowed",
            Self::PhotoNotRead => "the photo of the card was not read",
            Self::Response => "the answer is not an evaluation of this request under this key",
        })
    }
}

impl core::error::Error for SymbolError {}

//! Why parameters or vectors are refused.

use core::fmt;

/// Why parameters of templates, or a vector under them, are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TemplateError {
    /// The parameters are none under which a score can be shown (spec 04 §8.1).
    Parameters,
    /// A vector has more or fewer entries than the schema says.
    Dimension,
    /// A vector is longer than the schema allows.
    TooLong,
    /// A probe is so short that its score could not reach the threshold, or is shorter than the
    /// floor: it asks for something else than a face.
    TooShort,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Parameters => "no score can be shown under these parameters",
            Self::Dimension => "the vector has another number of entries",
            Self::TooLong => "the vector is too long",
            Self::TooShort => "the probe is too short to be of a face",
        })
    }
}

impl core::error::Error for TemplateError {}

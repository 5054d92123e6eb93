//! The sex that a document states.

/// The sex that a document states; a chip record always states one, a machine-readable zone may
/// leave it open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// Not stated.
    Unspecified,
    /// Male.
    Male,
    /// Female.
    Female,
}

impl Sex {
    /// The code of GB/T 2261.1 and ISO/IEC 5218: 0 not stated, 1 male, 2 female.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Unspecified => 0,
            Self::Male => 1,
            Self::Female => 2,
        }
    }

    // Records keep the code, because an enum without data has nothing that a derived zeroize would
    // overwrite.
    pub(super) const fn from_code(code: u8) -> Self {
        match code {
            1 => Self::Male,
            2 => Self::Female,
            _ => Self::Unspecified,
        }
    }
}

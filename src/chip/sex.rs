//! The sex that a document states.

/// The sex that a document states; a chip record always states one, a machine-readable zone may leave it open.
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
    pub const fn code(self) -> u8 {
        match self {
            Sex::Unspecified => 0,
            Sex::Male => 1,
            Sex::Female => 2,
        }
    }

    // Records keep the code, because an enum without data has nothing that a derived zeroize would overwrite.
    pub(super) const fn from_code(code: u8) -> Sex {
        match code {
            1 => Sex::Male,
            2 => Sex::Female,
            _ => Sex::Unspecified,
        }
    }
}

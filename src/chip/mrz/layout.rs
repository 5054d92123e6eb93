//! Fields of a zone by name, whatever its size, and how lines are cut into them (spec 02 §7.1).

use super::super::error::{ChipError, Defect, Field};
use super::check::require;

/// What stands in a zone wherever there is nothing to say.
pub(super) const FILLER: char = '<';

/// A zone cut into its fields, check digits checked and left out, fillers still in.
pub(super) struct Layout<'a> {
    pub(super) document_type: &'a str,
    pub(super) state: &'a str,
    /// The number's own field, and what overflowed into the optional data.
    pub(super) document_number: [&'a str; 2],
    pub(super) optional_data: [&'a str; 2],
    pub(super) birth: &'a str,
    pub(super) sex: &'a str,
    pub(super) expiry: &'a str,
    pub(super) nationality: &'a str,
    pub(super) names: &'a str,
}

/// One line of a zone, from which fields are taken from left to right.
pub(super) struct Line<'a>(&'a str);

impl<'a> Line<'a> {
    /// A line of exactly `length` characters, all of them in the alphabet of zones.
    pub(super) fn new(text: &'a str, length: usize) -> Result<Self, ChipError> {
        if text.len() != length {
            return Err(Field::Zone.has(Defect::Length));
        }
        if !text.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'<')) {
            return Err(Field::Zone.has(Defect::Alphabet));
        }
        Ok(Self(text))
    }

    /// The next field and its check digit, which is right.
    pub(super) fn checked(&mut self, length: usize, field: Field) -> Result<[&'a str; 2], ChipError> {
        let [text, digit] = [self.take(length)?, self.take(1)?];
        require(field, &[text], digit)?;
        Ok([text, digit])
    }

    /// The next field.
    pub(super) fn take(&mut self, length: usize) -> Result<&'a str, ChipError> {
        let (field, rest) = self.0.split_at_checked(length).ok_or(Field::Zone.has(Defect::Length))?;
        self.0 = rest;
        Ok(field)
    }
}

/// A field without the fillers at its end.
pub(super) fn trim(field: &str) -> &str {
    field.trim_end_matches(FILLER)
}

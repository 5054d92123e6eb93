//! The layout of an identity card's zone: three lines of 30 characters (spec 02 §7.3).

use super::super::error::{ChipError, Defect, Field};
use super::ZoneFormat;
use super::check::require;
use super::layout::{FILLER, Layout, Line};

pub(super) fn read<'a>(first: &'a str, second: &'a str, third: &'a str) -> Result<Layout<'a>, ChipError> {
    let length = ZoneFormat::Td1.line_length();
    let mut first = Line::new(first, length)?;
    let mut second = Line::new(second, length)?;
    let names = Line::new(third, length)?.take(length)?;

    let [document_type, state] = [first.take(2)?, first.take(3)?];
    let [number, number_digit, first_optional] = [first.take(9)?, first.take(1)?, first.take(15)?];
    let long = if number_digit.starts_with(FILLER) {
        overflow(number, first_optional)?
    } else {
        Overflow { number: "", digit: number_digit, optional: first_optional }
    };
    require(Field::DocumentNumber, &[number, long.number], long.digit)?;
    let [birth, birth_digit] = second.checked(6, Field::Birth)?;
    let sex = second.take(1)?;
    let [expiry, expiry_digit] = second.checked(6, Field::ValidTo)?;
    let [nationality, second_optional, composite_digit] = [second.take(3)?, second.take(11)?, second.take(1)?];
    let composite = [number, number_digit, first_optional, birth, birth_digit, expiry, expiry_digit, second_optional];
    require(Field::Zone, &composite, composite_digit)?;

    Ok(Layout {
        document_type,
        state,
        document_number: [number, long.number],
        optional_data: [long.optional, second_optional],
        birth,
        sex,
        expiry,
        nationality,
        names,
    })
}

/// The first optional data field, taken apart.
struct Overflow<'a> {
    /// The document number's characters from the tenth on.
    number: &'a str,
    digit: &'a str,
    optional: &'a str,
}

/// A number of more than nine characters goes on in the optional data, then its check digit, then a
/// filler.
fn overflow<'a>(number: &str, optional: &'a str) -> Result<Overflow<'a>, ChipError> {
    let malformed = Field::DocumentNumber.has(Defect::Format);
    let (tail, rest) = optional.split_once(FILLER).ok_or(malformed)?;
    let (tail, digit) = tail.len().checked_sub(1).and_then(|end| tail.split_at_checked(end)).ok_or(malformed)?;
    // A number that does not fill its own field has nothing to carry over.
    if tail.is_empty() || number.ends_with(FILLER) {
        return Err(malformed);
    }
    Ok(Overflow { number: tail, digit, optional: rest })
}

//! The layout of an identity card's zone: three lines of 30 characters (spec 02 §7.3).

use super::super::error::{ChipError, Defect, Field};
use super::ZoneFormat;
use super::check::require;
use super::layout::{FILLER, Layout, Line};

pub(super) fn read<'a>(first: &'a str, second: &'a str, third: &'a str) -> Result<Layout<'a>, ChipError> {
    let length = ZoneFormat::Td1.line_length();
    let mut line = Line::new(first, length)?;
    let mut second_line = Line::new(second, length)?;
    let names = Line::new(third, length)?.take(length)?;

    let document_type = line.take(2)?;
    let state = line.take(3)?;
    let number = line.take(9)?;
    let number_digit = line.take(1)?;
    let first_optional = line.take(15)?;

    let birth = second_line.take(6)?;
    let birth_digit = second_line.take(1)?;
    let sex = second_line.take(1)?;
    let expiry = second_line.take(6)?;
    let expiry_digit = second_line.take(1)?;
    let nationality = second_line.take(3)?;
    let second_optional = second_line.take(11)?;
    let composite_digit = second_line.take(1)?;

    let long = if number_digit.starts_with(FILLER) {
        overflow(number, first_optional)?
    } else {
        Overflow { number: "", digit: number_digit, optional: first_optional }
    };
    require(Field::DocumentNumber, &[number, long.number], long.digit)?;
    require(Field::Birth, &[birth], birth_digit)?;
    require(Field::ValidTo, &[expiry], expiry_digit)?;
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

/// A number of more than nine characters goes on in the optional data, then its check digit, then a filler.
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

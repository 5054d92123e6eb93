//! The layout of a passport's zone: two lines of 44 characters (spec 02 §7.4).

use super::super::error::{ChipError, Field};
use super::ZoneFormat;
use super::check::require;
use super::layout::{FILLER, Layout, Line, trim};

pub(super) fn read<'a>(first: &'a str, second: &'a str) -> Result<Layout<'a>, ChipError> {
    let length = ZoneFormat::Td3.line_length();
    let mut line = Line::new(first, length)?;
    let mut second_line = Line::new(second, length)?;

    let document_type = line.take(2)?;
    let state = line.take(3)?;
    let names = line.take(39)?;

    let number = second_line.take(9)?;
    let number_digit = second_line.take(1)?;
    let nationality = second_line.take(3)?;
    let birth = second_line.take(6)?;
    let birth_digit = second_line.take(1)?;
    let sex = second_line.take(1)?;
    let expiry = second_line.take(6)?;
    let expiry_digit = second_line.take(1)?;
    let optional = second_line.take(14)?;
    let optional_digit = second_line.take(1)?;
    let composite_digit = second_line.take(1)?;

    require(Field::DocumentNumber, &[number], number_digit)?;
    require(Field::Birth, &[birth], birth_digit)?;
    require(Field::ValidTo, &[expiry], expiry_digit)?;
    let unused = trim(optional).is_empty() && optional_digit.starts_with(FILLER);
    if !unused {
        require(Field::OptionalData, &[optional], optional_digit)?;
    }
    let composite = [number, number_digit, birth, birth_digit, expiry, expiry_digit, optional, optional_digit];
    require(Field::Zone, &composite, composite_digit)?;

    Ok(Layout {
        document_type,
        state,
        document_number: [number, ""],
        optional_data: [optional, ""],
        birth,
        sex,
        expiry,
        nationality,
        names,
    })
}

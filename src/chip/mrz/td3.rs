//! The layout of a passport's zone: two lines of 44 characters (spec 02 §7.4).

use super::super::error::{ChipError, Field};
use super::ZoneFormat;
use super::check::require;
use super::layout::{FILLER, Layout, Line, trim};

pub(super) fn read<'a>(first: &'a str, second: &'a str) -> Result<Layout<'a>, ChipError> {
    let length = ZoneFormat::Td3.line_length();
    let mut first = Line::new(first, length)?;
    let mut second = Line::new(second, length)?;

    let [document_type, state, names] = [first.take(2)?, first.take(3)?, first.take(39)?];
    let [number, number_digit] = second.checked(9, Field::DocumentNumber)?;
    let nationality = second.take(3)?;
    let [birth, birth_digit] = second.checked(6, Field::Birth)?;
    let sex = second.take(1)?;
    let [expiry, expiry_digit] = second.checked(6, Field::ValidTo)?;
    let [optional, optional_digit, composite_digit] = [second.take(14)?, second.take(1)?, second.take(1)?];
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

//! The citizen identity number (GB 11643): its shape, its check character, and what it says twice (spec 02 §5.3).

use super::error::{ChipError, Defect, Field};
use super::sex::Sex;
use super::text::digits;

/// Checks a number against the birth date field (eight digits) and the sex field, and returns its region.
pub(super) fn check(number: &str, birth: &str, sex: Sex) -> Result<u32, ChipError> {
    let malformed = Field::IdNumber.has(Defect::Format);
    let (body, check) = number.split_at_checked(17).ok_or(malformed)?;
    let (region, rest) = body.split_at_checked(6).ok_or(malformed)?;
    let (stated_birth, order) = rest.split_at_checked(8).ok_or(malformed)?;
    let check_value = match check.as_bytes() {
        [digit @ b'0'..=b'9'] => digit - b'0',
        [b'X'] => 10,
        _ => return Err(malformed),
    };
    let region = digits(region).ok_or(malformed)?;
    digits(stated_birth).ok_or(malformed)?;
    let order = digits(order).ok_or(malformed)?;

    if region == 0 {
        return Err(Field::IdNumber.has(Defect::Region));
    }
    if (weighted_sum(body) + check_value) % 11 != 1 {
        return Err(Field::IdNumber.has(Defect::CheckCharacter));
    }
    if stated_birth != birth {
        return Err(Field::IdNumber.has(Defect::BirthDisagrees));
    }
    let stated_sex = if order % 2 == 1 { Sex::Male } else { Sex::Female };
    if stated_sex != sex {
        return Err(Field::IdNumber.has(Defect::SexDisagrees));
    }
    Ok(region)
}

/// ISO 7064 MOD 11-2 without the check character: the first digit has weight 2^17 and the last 2, modulo 11.
/// The low four bits of an ASCII digit are its value.
fn weighted_sum(digits: &str) -> u8 {
    digits.bytes().fold(0, |sum, digit| (sum + (digit & 0x0F)) * 2 % 11)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "44011519850203017X";

    fn defect(number: &str) -> Option<Defect> {
        check(number, "19850203", Sex::Male).err().map(|error| error.defect)
    }

    #[test]
    fn the_region_is_the_first_six_digits() {
        assert_eq!(check(NUMBER, "19850203", Sex::Male).ok(), Some(440_115));
    }

    #[test]
    fn exactly_one_check_character_fits() {
        for wrong in "0123456789".chars() {
            let mut number = alloc::string::String::from(&NUMBER[..17]);
            number.push(wrong);
            assert_eq!(defect(&number), Some(Defect::CheckCharacter), "{wrong}");
        }
    }

    #[test]
    fn every_single_digit_error_is_found() {
        for position in 0..17 {
            for digit in b'0'..=b'9' {
                let mut number = NUMBER.as_bytes().to_vec();
                number[position] = digit;
                let number = core::str::from_utf8(&number).unwrap();
                assert_eq!(defect(number).is_some(), number != NUMBER, "{number}");
            }
        }
    }

    #[test]
    fn the_shape_is_exact() {
        for text in ["", "4401151985020301X", "44011519850203017x", "44011519850203017XX", "44011519850203017", "X"] {
            assert_eq!(defect(text), Some(Defect::Format), "{text}");
        }
        for position in 0..17 {
            let mut number = NUMBER.as_bytes().to_vec();
            number[position] = b'X';
            assert_eq!(defect(core::str::from_utf8(&number).unwrap()), Some(Defect::Format), "{position}");
        }
        assert_eq!(defect("4401151985020301７X"), Some(Defect::Format));
    }
}

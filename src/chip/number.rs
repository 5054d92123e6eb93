//! The numbers of persons: 18 characters by GB 11643, or 15 on the oldest cards of foreigners (spec
//! 02 §5.3, §6).

use super::error::{ChipError, Defect, Field};
use super::sex::Sex;
use super::text::digits;

/// Hong Kong, Macao and Taiwan, as residence permits write them in a number.
const PERMIT_REGIONS: [u32; 3] = [810_000, 820_000, 830_000];

/// Requires that a citizen's number is right, and returns its region.
pub(super) fn resident(number: &str, birth: &str, sex: Sex) -> Result<u32, ChipError> {
    let is_region = |region| (100_000..=899_999).contains(&region) && !PERMIT_REGIONS.contains(&region);
    check(number, is_region, birth, sex)
}

/// Requires that the number of a residence permit is right, and returns the first two digits of its
/// region, which say all of it.
pub(super) fn permit(number: &str, birth: &str, sex: Sex) -> Result<u8, ChipError> {
    let region = check(number, |region| PERMIT_REGIONS.contains(&region), birth, sex)?;
    u8::try_from(region / 10_000).map_err(|_| Field::IdNumber.has(Defect::Region))
}

/// Requires that a foreigner's number of 18 characters is right: a 9 and not a region comes first.
pub(super) fn foreigner_2023(number: &str, birth: &str, sex: Sex) -> Result<(), ChipError> {
    check(number, |start| start >= 900_000, birth, sex).map(drop)
}

/// Requires that a foreigner's number of 15 characters is right: three letters, twelve digits, the
/// day of birth among them.
pub(super) fn foreigner_2017(number: &str, birth: &str) -> Result<(), ChipError> {
    let malformed = Field::IdNumber.has(Defect::Format);
    let (nationality, numerals) = number.split_at_checked(3).ok_or(malformed)?;
    let is_numeral = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !nationality.bytes().all(|byte| byte.is_ascii_uppercase()) || !is_numeral(numerals) {
        return Err(malformed);
    }
    // The year is written with two digits.
    if numerals.get(4..10) == birth.get(2..) { Ok(()) } else { Err(Field::IdNumber.has(Defect::BirthDisagrees)) }
}

/// The checks of spec 02 §5.3 in their order, for numbers that begin with six digits of which
/// `is_region` holds.
fn check(number: &str, is_region: impl Fn(u32) -> bool, birth: &str, sex: Sex) -> Result<u32, ChipError> {
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

    if !is_region(region) {
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

/// ISO 7064 MOD 11-2 without the check character: the first digit has weight 2^17 and the last 2,
/// modulo 11. The low four bits of an ASCII digit are its value.
fn weighted_sum(digits: &str) -> u8 {
    digits.bytes().fold(0, |sum, digit| (sum + (digit & 0x0F)) * 2 % 11)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "44011519850203017X";

    fn defect(number: &str) -> Option<Defect> {
        resident(number, "19850203", Sex::Male).err().map(|error| error.defect)
    }

    #[test]
    fn the_region_is_the_first_six_digits() {
        assert_eq!(resident(NUMBER, "19850203", Sex::Male).ok(), Some(440_115));
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

    #[test]
    fn each_kind_of_card_has_numbers_of_its_own() {
        // Check characters worked out with the weights 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5,
        // 8, 4, 2.
        let numbers = ["44011519850203017X", "810000199001010174", "911826198001010016"];
        let births = ["19850203", "19900101", "19800101"];
        for (card, number) in numbers.iter().enumerate() {
            let birth = births[card];
            let read = [
                resident(number, birth, Sex::Male).map(drop),
                permit(number, birth, Sex::Male).map(drop),
                foreigner_2023(number, birth, Sex::Male),
            ];
            for (kind, result) in read.into_iter().enumerate() {
                let expected = if kind == card { Ok(()) } else { Err(Field::IdNumber.has(Defect::Region)) };
                assert_eq!(result, expected, "{number}");
            }
            assert!(foreigner_2017(number, birth).is_err());
        }
    }

    #[test]
    fn regions_end_where_foreigners_begin() {
        let begins = |start: &str| {
            let numbers = "0123456789X".chars().map(|check| alloc::format!("{start}19850203017{check}"));
            let is_right = |number: &alloc::string::String| check(number, |_| true, "19850203", Sex::Male).is_ok();
            let number = numbers.into_iter().find(is_right).unwrap();
            [resident(&number, "19850203", Sex::Male).map(drop), foreigner_2023(&number, "19850203", Sex::Male)]
                .map(|read| read.map_err(|error| error.defect))
        };
        let no = Err(Defect::Region);
        assert_eq!(begins("099999"), [no, no]);
        assert_eq!(["100000", "899999"].map(begins), [[Ok(()), no]; 2]);
        assert_eq!(["900000", "999999"].map(begins), [[no, Ok(())]; 2]);
    }

    #[test]
    fn a_number_of_15_characters_has_a_nationality_and_a_birth() {
        assert!(foreigner_2017("UTO440085020317", "19850203").is_ok());
        let defect = |number, birth| foreigner_2017(number, birth).unwrap_err().defect;
        assert_eq!(defect("UTO440085020317", "19850204"), Defect::BirthDisagrees);
        for text in
            ["", "UTO", "UTO44008502031", "UTO4400850203177", "UT1440085020317", "uto440085020317", "UTO44008502031X"]
        {
            assert_eq!(defect(text, "19850203"), Defect::Format, "{text}");
        }
        assert_eq!(defect("长O440085020317", "19850203"), Defect::Format);
    }
}

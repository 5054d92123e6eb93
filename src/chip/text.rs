//! One fixed-width UTF-16LE field: decoding, and what may stand in it (spec 02 §4).

use alloc::string::String;

use zeroize::Zeroizing;

use super::error::{ChipError, Defect, Field};
use crate::text::{Flaw, flaw, is_name_character, is_white_space};

/// The text of a field, without its padding.
pub(super) fn decode(bytes: &[u8], field: Field) -> Result<Zeroizing<String>, ChipError> {
    let (units, _) = bytes.as_chunks::<2>();
    // One UTF-16 unit takes at most three bytes of UTF-8: with the room reserved the string never
    // moves and leaves no copy behind that is not wiped.
    let mut text = Zeroizing::new(String::with_capacity(units.len() * 3));
    for decoded in char::decode_utf16(units.iter().map(|unit| u16::from_le_bytes(*unit))) {
        let character = decoded.map_err(|_| field.has(Defect::UnpairedSurrogate))?;
        if let Some(flaw) = flaw(character) {
            return Err(field.has(defect_of(flaw)));
        }
        text.push(character);
    }
    let kept = text.trim_end_matches(' ').len();
    text.truncate(kept);
    if text.starts_with(is_white_space) || text.ends_with(is_white_space) {
        return Err(field.has(Defect::Padding));
    }
    Ok(text)
}

const fn defect_of(flaw: Flaw) -> Defect {
    match flaw {
        Flaw::Control => Defect::ControlCharacter,
        Flaw::Noncharacter => Defect::Noncharacter,
        Flaw::Ignorable => Defect::Ignorable,
        Flaw::Unassigned => Defect::Unassigned,
    }
}

/// A name, in which something must be there to see.
pub(super) fn name(bytes: &[u8], field: Field) -> Result<Zeroizing<String>, ChipError> {
    name_or_nothing(bytes, field)?.ok_or(field.has(Defect::Empty))
}

/// The same, where a card may have none.
pub(super) fn name_or_nothing(bytes: &[u8], field: Field) -> Result<Option<Zeroizing<String>>, ChipError> {
    let name = decode(bytes, field)?;
    match name.is_empty() {
        true => Ok(None),
        false if name.contains(is_name_character) => Ok(Some(name)),
        false => Err(field.has(Defect::NoLetter)),
    }
}

/// The number that one to nine ASCII digits write, or `None` for other text.
pub(super) fn digits(text: &str) -> Option<u32> {
    // `parse` alone would also take a leading plus sign.
    let all_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if all_digits && text.len() <= 9 { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    fn utf16le(units: &[u16]) -> Vec<u8> {
        units.iter().flat_map(|unit| unit.to_le_bytes()).collect()
    }

    fn defect(units: &[u16]) -> Option<Defect> {
        decode(&utf16le(units), Field::Name).err().map(|error| error.defect)
    }

    #[test]
    fn padding_is_taken_off_the_end_only() {
        let text = decode(&utf16le(&[0x61, 0x20, 0x62, 0x20, 0x20]), Field::Name).unwrap();
        assert_eq!(text.as_str(), "a b");
        assert_eq!(decode(&utf16le(&[0x20; 5]), Field::Name).unwrap().as_str(), "");
        assert_eq!(defect(&[0x20, 0x61]), Some(Defect::Padding));
        assert_eq!(defect(&[0x3000, 0x61]), Some(Defect::Padding));
        assert_eq!(defect(&[0x61, 0x3000, 0x20]), Some(Defect::Padding));
        assert_eq!(defect(&[0x3000, 0x20]), Some(Defect::Padding));
    }

    #[test]
    fn the_first_flaw_is_told() {
        assert_eq!(defect(&[0x61, 0x200B, 0x3164]), Some(Defect::ControlCharacter));
        assert_eq!(defect(&[0x3164, 0x200B]), Some(Defect::Ignorable));
        assert_eq!(defect(&[0x61, 0xFFFE]), Some(Defect::Noncharacter));
        assert_eq!(defect(&[0x378, 0xFFFE]), Some(Defect::Unassigned));
        assert_eq!(defect(&[0xE000, 0xF8FF, 0x2027, 0x00B7]), None);
    }

    #[test]
    fn every_noncharacter_outside_the_basic_plane_is_refused() {
        for plane in 1..=16_u16 {
            let high = 0xD800 + (plane << 6) - 1;
            assert_eq!(defect(&[high, 0xDFFE]), Some(Defect::Noncharacter), "plane {plane}");
            assert_eq!(defect(&[high, 0xDFFF]), Some(Defect::Noncharacter), "plane {plane}");
        }
    }

    #[test]
    fn an_ideograph_may_be_younger_than_the_tables() {
        // U+2A6E0 and U+3FFFD have no character in Unicode 18.0; U+40000 is not where ideographs
        // come to stand.
        assert_eq!(defect(&[0xD869, 0xDEE0]), None);
        assert_eq!(defect(&[0xD8BF, 0xDFFD]), None);
        assert_eq!(defect(&[0xD8C0, 0xDC00]), Some(Defect::Unassigned));
    }

    #[test]
    fn a_name_shows_something() {
        let defect = |units: &[u16]| name(&utf16le(units), Field::Name).err().map(|error| error.defect);
        assert_eq!(defect(&[0x20, 0x20]), Some(Defect::Empty));
        for nothing in [0x2800, 0x00B7, 0x0301, 0x0031] {
            assert_eq!(defect(&[nothing, 0x20]), Some(Defect::NoLetter), "{nothing:04X}");
        }
        for something in [0x6837, 0x0041, 0x3007, 0xE816] {
            assert_eq!(defect(&[something, 0x00B7, something]), None, "{something:04X}");
        }
    }

    #[test]
    fn surrogates_come_in_pairs() {
        let text = decode(&utf16le(&[0xD840, 0xDC00, 0x20]), Field::Name).unwrap();
        assert_eq!(text.as_str(), "\u{20000}");
        for units in [&[0xD840][..], &[0xDC00], &[0xD840, 0x20], &[0xDC00, 0xD840], &[0xD840, 0xD840, 0xDC00]] {
            assert_eq!(defect(units), Some(Defect::UnpairedSurrogate));
        }
    }

    #[test]
    fn digits_are_ascii_digits() {
        assert_eq!(digits("010"), Some(10));
        assert_eq!(digits("999999999"), Some(999_999_999));
        for text in ["", "+1", "-1", "1 ", "１", "1a", "0000000000"] {
            assert_eq!(digits(text), None, "{text}");
        }
    }
}

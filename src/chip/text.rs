//! One fixed-width UTF-16LE field: decoding, and what may stand in it (spec 02 §4).

use alloc::string::String;

use zeroize::Zeroizing;

use super::error::{ChipError, Defect, Field};

/// The text of a field, without its padding.
pub(super) fn decode(bytes: &[u8], field: Field) -> Result<Zeroizing<String>, ChipError> {
    let (units, _) = bytes.as_chunks::<2>();
    // One UTF-16 unit takes at most three bytes of UTF-8: with the room reserved the string never moves and leaves
    // no copy behind that is not wiped.
    let mut text = Zeroizing::new(String::with_capacity(units.len() * 3));
    for decoded in char::decode_utf16(units.iter().map(|unit| u16::from_le_bytes(*unit))) {
        let character = decoded.map_err(|_| field.has(Defect::UnpairedSurrogate))?;
        if is_control(character) {
            return Err(field.has(Defect::ControlCharacter));
        }
        if is_noncharacter(character) {
            return Err(field.has(Defect::Noncharacter));
        }
        text.push(character);
    }
    let kept = text.trim_end_matches(' ').len();
    text.truncate(kept);
    if text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace) {
        return Err(field.has(Defect::Padding));
    }
    Ok(text)
}

/// C0, DEL and C1, and the characters that only steer how text is laid out: with them two names could look the same or
/// one name be shown in another order. Private-use characters are not among them, because cards use those for rare
/// characters of names.
fn is_control(character: char) -> bool {
    let steers_layout = matches!(
        character,
        '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}'
    );
    character.is_control() || steers_layout
}

fn is_noncharacter(character: char) -> bool {
    matches!(character, '\u{FDD0}'..='\u{FDEF}') || u32::from(character) & 0xFFFE == 0xFFFE
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
    fn every_control_character_is_refused() {
        let refused = (0x0000..=0x001F).chain(0x007F..=0x009F).chain([0x061C, 0x200E, 0x200F, 0xFEFF]);
        for unit in refused.chain(0x2028..=0x202E).chain(0x2066..=0x2069) {
            assert_eq!(defect(&[0x61, unit, 0x61]), Some(Defect::ControlCharacter), "{unit:04X}");
        }
        for unit in [0x0021, 0x007E, 0x00A1, 0x061B, 0x200D, 0x2010, 0x2027, 0x2065, 0x206A, 0xE000, 0xF8FF, 0xFEFE] {
            assert_eq!(defect(&[0x61, unit, 0x61]), None, "{unit:04X}");
        }
    }

    #[test]
    fn every_noncharacter_is_refused() {
        for unit in (0xFDD0..=0xFDEF).chain([0xFFFE, 0xFFFF]) {
            assert_eq!(defect(&[0x61, unit]), Some(Defect::Noncharacter), "{unit:04X}");
        }
        for plane in 1..=16_u16 {
            let high = 0xD800 + (plane << 6) - 1;
            assert_eq!(defect(&[high, 0xDFFE]), Some(Defect::Noncharacter), "plane {plane}");
            assert_eq!(defect(&[high, 0xDFFF]), Some(Defect::Noncharacter), "plane {plane}");
            assert_eq!(defect(&[high, 0xDFFD]), None, "plane {plane}");
        }
        assert_eq!(defect(&[0xFDCF, 0xFDF0, 0xFFFD]), None);
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

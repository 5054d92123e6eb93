//! The check digit of ICAO 9303 (spec 02 §7.2).

use super::super::error::{ChipError, Defect, Field};

/// Requires that `shown` is the check digit of the parts, read one after the other as if joined.
pub(super) fn require(field: Field, parts: &[&str], shown: &str) -> Result<(), ChipError> {
    if matches!(shown.as_bytes(), [digit] if *digit == b'0' + value(parts)) {
        Ok(())
    } else {
        Err(field.has(Defect::CheckDigit))
    }
}

/// The weighted sum modulo 10, weights 7, 3, 1 repeating from the first character.
fn value(parts: &[&str]) -> u8 {
    let characters = parts.iter().flat_map(|part| part.bytes());
    characters
        .zip([7, 3, 1].into_iter().cycle())
        .fold(0, |sum, (character, weight)| (sum + weight * (worth(character) % 10)) % 10)
}

/// Digits count for themselves, letters from A = 10 to Z = 35, the filler for nothing.
fn worth(character: u8) -> u8 {
    match character {
        b'0'..=b'9' => character - b'0',
        b'A'..=b'Z' => character - b'A' + 10,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_worked_by_hand() {
        // 7·5 + 3·2 + 1·0 + 7·7 + 3·2 + 1·7 = 103
        assert_eq!(value(&["520727"]), 3);
        // 7·10 + 3·11 + 1·35 + 7·0 + 3·9 = 165
        assert_eq!(value(&["ABZ<9"]), 5);
        assert_eq!(value(&["AB", "", "Z<9"]), 5);
        assert_eq!(value(&[]), 0);
        assert_eq!(value(&["<<<"]), 0);
    }

    #[test]
    fn only_the_digit_itself_is_accepted() {
        assert!(require(Field::Birth, &["520727"], "3").is_ok());
        for shown in ["", "<", "4", "33", "D", "N"] {
            assert!(require(Field::Birth, &["520727"], shown).is_err(), "{shown}");
        }
    }
}

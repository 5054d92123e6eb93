//! Which texts may be shown to a person who decides by them (spec 01 §5.4), and which code points
//! cards may carry (spec 02 §4).
//!
//! Both say what a *text* is and nothing of where it is shown: `<`, `&` and `=` are characters like
//! others. Whoever puts a text into HTML, or into anything else with a syntax, escapes it for that.

mod unicode;

pub(crate) use unicode::{Flaw, flaw, is_name_character, is_white_space};

use unicode::holds;

/// The code points of displayable texts, in order: assigned characters that look like what they are
/// (spec 01 §5.4).
const DISPLAYABLE: [(u32, u32); 33] = [
    (0x20, 0x21), // ASCII without quotation marks
    (0x23, 0x26),
    (0x28, 0x5F),
    (0x61, 0x7E),
    (0xB7, 0xB7),   // middle dot
    (0xC0, 0x24F),  // Latin letters
    (0x386, 0x386), // Greek
    (0x388, 0x38A),
    (0x38C, 0x38C),
    (0x38E, 0x3A1),
    (0x3A3, 0x3FF),
    (0x400, 0x481), // Cyrillic
    (0x48A, 0x52F),
    (0x2013, 0x2014), // dashes
    (0x2026, 0x2026), // ellipsis
    (0x3001, 0x3002), // CJK punctuation without corner brackets
    (0x3005, 0x300B),
    (0x3041, 0x3096), // kana
    (0x30A1, 0x30FF),
    (0x3400, 0x4DBF), // Chinese
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3), // Hangul syllables
    (0xFF01, 0xFF01), // full-width forms without quotation marks
    (0xFF03, 0xFF06),
    (0xFF08, 0xFF3F),
    (0xFF41, 0xFF5E),
    (0x20000, 0x2A6DF), // rarer Chinese
    (0x2A700, 0x2B81E),
    (0x2B820, 0x2CEAD),
    (0x2CEB0, 0x2EBE0),
    (0x2EBF0, 0x2EE5D),
    (0x30000, 0x3134A),
    (0x31350, 0x33479),
];

/// Whether `text` is 1 to `max` bytes of characters that are what they look like, on one line, in
/// one direction.
///
/// Allowed are letters and digits of the Latin, Greek, Cyrillic, Chinese, Japanese and Korean
/// scripts, common punctuation, and single spaces within. Quotation marks are not: the consent
/// screen quotes the text, and a text that closed the quotation could go on in the wallet's voice.
/// What is unassigned, invisible, combines, or reorders its neighbours is not.
pub(crate) fn is_displayable(text: &str, max: usize) -> bool {
    let spaced = text.starts_with(' ') || text.ends_with(' ') || text.contains("  ");
    !text.is_empty() && text.len() <= max && !spaced && text.chars().all(|c| holds(&DISPLAYABLE, c))
}

#[cfg(test)]
mod tests;

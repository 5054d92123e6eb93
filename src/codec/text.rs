//! Which texts may be shown to a person who decides by them (spec 01 §5.4).

/// Whether `text` is 1 to `max` bytes of characters that are what they look like, on one line, in one direction.
///
/// Allowed are letters and digits of the Latin, Greek, Cyrillic, Chinese, Japanese and Korean scripts, common punctuation, and
/// single spaces within. Quotation marks are not: the consent screen quotes the text, and a text that closed the quotation could
/// go on in the wallet's voice. What is invisible, combines, or reorders its neighbours is not. The ranges are spelt out, so that
/// no version of Unicode's tables decides.
pub(crate) fn is_displayable(text: &str, max: usize) -> bool {
    let spaced = text.starts_with(' ') || text.ends_with(' ') || text.contains("  ");
    !text.is_empty() && text.len() <= max && !spaced && text.chars().all(is_plain)
}

const fn is_plain(c: char) -> bool {
    matches!(c,
        ' ' | '!' | '#'..='&' | '('..='_' | 'a'..='~'   // ASCII without quotation marks
        | '\u{B7}' | '\u{C0}'..='\u{24F}'                // middle dot, Latin letters
        | '\u{386}' | '\u{388}'..='\u{3FF}' | '\u{400}'..='\u{481}' | '\u{48A}'..='\u{52F}' // Greek, Cyrillic
        | '\u{2013}' | '\u{2014}' | '\u{2026}'           // dashes, ellipsis
        | '\u{3001}' | '\u{3002}' | '\u{3005}'..='\u{300B}' // CJK punctuation without corner brackets
        | '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FF}' // kana
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' // Chinese
        | '\u{AC00}'..='\u{D7A3}'                        // Hangul syllables
        | '\u{FF01}' | '\u{FF03}'..='\u{FF06}' | '\u{FF08}'..='\u{FF3F}' | '\u{FF41}'..='\u{FF5E}' // full-width forms without quotation marks
        | '\u{20000}'..='\u{323AF}'                      // rarer Chinese
    )
}

#[cfg(test)]
mod tests {
    use super::is_displayable;

    #[test]
    fn what_a_hotel_is_called_passes() {
        for good in
            ["Hotel Yuelai 悦来酒店", "public-security/status", "入住登记（当日）", "Café No. 5", "서울 호텔", "a"]
        {
            assert!(is_displayable(good, 64), "{good:?}");
        }
    }

    #[test]
    fn what_deceives_does_not() {
        let bad = [
            "",
            " ",
            "a ",
            " a",
            "a  b",
            "a\nb",
            "a\"b",
            "a'b",
            "a`b",
            "a“b",
            "a”b",
            "「a",
            "a»",
            "a＂b",
            "a\u{202E}b",
            "a\u{200B}b",
            "a\u{301}b",
            "\u{3164}",
            "\u{AD}",
            "\u{34F}",
            "\u{180E}",
            "\u{FFF9}",
            "\u{E0041}",
            "\u{FE0F}",
            "\u{3000}",
            "\u{2800}",
            "公安局”请求核验，用途：“配合调查。",
        ];
        for bad in bad {
            assert!(!is_displayable(bad, 64), "{bad:?}");
        }
        assert!(!is_displayable("too long", 7));
    }
}

//! Which texts may be shown to a person who decides by them.

/// Whether `text` is non-empty, at most `max` bytes, and free of what makes a screen show something else than the text:
/// control characters, line and paragraph separators, and characters that reorder or hide their neighbours.
pub(crate) fn is_displayable(text: &str, max: usize) -> bool {
    let deceives = |c: char| {
        c.is_control()
            || matches!(c, '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
    };
    !text.is_empty() && text.len() <= max && !text.chars().any(deceives)
}

#[cfg(test)]
mod tests {
    use super::is_displayable;

    #[test]
    fn only_what_is_seen_passes() {
        assert!(is_displayable("Hotel 悦来", 64));
        for bad in ["", "a\nb", "a\u{202E}b", "a\u{200B}b", "too long"] {
            assert!(!is_displayable(bad, 5), "{bad:?}");
        }
    }
}

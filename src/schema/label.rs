//! What a person is told that an attribute is (spec 04 §1.2).

use crate::text::is_displayable;

/// The most bytes of a label.
const MAX_LABEL_LEN: usize = 40;

/// Whether a text can be shown and names something, and says nothing: a screen puts it into
/// sentences of its own.
pub(super) fn is_label(text: &str) -> bool {
    is_displayable(text, MAX_LABEL_LEN) && !text.chars().any(is_of_sentences)
}

/// Whether it ends or divides sentences, or quotes. Quotation marks cannot be shown at all.
const fn is_of_sentences(c: char) -> bool {
    matches!(
        c,
        '!' | ',' | '.' | ':' | ';' | '?' | '\u{2013}' | '\u{2014}' | '\u{2026}' | '\u{3001}' | '\u{3002}' | '\u{3008}'
            ..='\u{300B}' | '\u{FF01}' | '\u{FF0C}' | '\u{FF0E}' | '\u{FF1A}' | '\u{FF1B}' | '\u{FF1F}'
    )
}

#[cfg(test)]
mod tests {
    use super::super::{AttributeKind, Schema, SchemaError};

    /// What becomes of a schema with these two labels of one language and others of the other
    /// language.
    fn built(labels: [&str; 2], chinese: bool) -> Result<Schema, SchemaError> {
        let [one, two] = labels;
        let labels = if chinese { [("a", one), ("b", two)] } else { [(one, "甲"), (two, "乙")] };
        let [(one, first), (two, second)] = labels;
        let schema = Schema::builder("club").attribute("a", AttributeKind::Text, one, first);
        schema.attribute("b", AttributeKind::Text, two, second).build()
    }

    /// Check 04-5.
    #[test]
    fn a_label_names_and_says_nothing() {
        let good = ["date of birth", "公民身份号码", "No 5/b (EU)", "a-b & c", "Ünïcode ・ 名"];
        let bad = [
            "age group. It will not see who you are|年龄段。对方不会看到您的姓名|a, b|a; b|a: b|a?|a!|a — b|a – b|a…",
            "甲、乙|《甲》|〈甲〉|甲！|甲，乙|甲．|甲：乙|甲；|甲？|a“b|a\"b|",
        ];
        for chinese in [false, true] {
            for good in good.into_iter().chain([&*"a".repeat(40), &"名".repeat(13)]) {
                assert!(built([good, "another"], chinese).is_ok(), "{good}");
            }
            for bad in bad.into_iter().flat_map(|bad| bad.split('|')).chain([&*"a".repeat(41), &"名".repeat(14)]) {
                assert_eq!(built([bad, "another"], chinese).unwrap_err(), SchemaError::Label, "{bad}");
            }
        }
    }

    /// Check 04-6.
    #[test]
    fn two_attributes_have_two_labels() {
        for chinese in [false, true] {
            assert_eq!(built(["note", "note"], chinese).unwrap_err(), SchemaError::Label);
            assert!(built(["note 1", "note 2"], chinese).is_ok());
        }
        // Both languages may say the same of one attribute.
        assert!(built(["甲", "b"], false).is_ok());
        assert!(Schema::resident_card().check().is_ok());
    }
}

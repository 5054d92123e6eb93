//! Code points by what Unicode 18.0 says of them (spec 02 §4).

use core::cmp::Ordering;

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// Default_Ignorable_Code_Point: what a screen shows as nothing where it knows no better.
pub(super) const DEFAULT_IGNORABLE: [(u32, u32); 17] = [
    (0xAD, 0xAD),
    (0x34F, 0x34F),
    (0x61C, 0x61C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
];

/// White_Space.
pub(super) const WHITE_SPACE: [(u32, u32); 10] = [
    (0x9, 0xD),
    (0x20, 0x20),
    (0x85, 0x85),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
];

/// Planes 2 and 3, where Unicode puts new ideographs.
const IDEOGRAPHIC_PLANES: (u32, u32) = (0x2_0000, 0x3_FFFF);

/// Why a code point may not stand in any text that a person is shown, not even in one from a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It steers how its neighbours are laid out, or is no character of the text at all: categories
    /// Cc, Cf, Zl and Zp.
    Control,
    /// It is never a character.
    Noncharacter,
    /// It is Default_Ignorable.
    Ignorable,
    /// No character has it yet, and no ideograph is going to.
    Unassigned,
}

/// The first flaw of a code point in the order of spec 02 §4.
///
/// Unassigned code points of planes 2 and 3 have none: a card is often younger than the tables, its
/// text comes from an authority, and the harm of refusing a person for the age of a table is
/// greater than that of a box on a screen.
pub(crate) fn flaw(character: char) -> Option<Flaw> {
    use GeneralCategory::{Control, Format, LineSeparator, ParagraphSeparator, Unassigned};
    match character.general_category() {
        Control | Format | LineSeparator | ParagraphSeparator => Some(Flaw::Control),
        _ if is_noncharacter(character) => Some(Flaw::Noncharacter),
        _ if holds(&DEFAULT_IGNORABLE, character) => Some(Flaw::Ignorable),
        Unassigned if !holds(&[IDEOGRAPHIC_PLANES], character) => Some(Flaw::Unassigned),
        _ => None,
    }
}

/// Whether a name can be told by this character: a letter, or what stands for a rare one.
pub(crate) fn is_name_character(character: char) -> bool {
    let stands_for_one = matches!(
        character.general_category(),
        GeneralCategory::LetterNumber | GeneralCategory::PrivateUse | GeneralCategory::Unassigned
    );
    character.general_category_group() == GeneralCategoryGroup::Letter || stands_for_one
}

pub(crate) fn is_white_space(character: char) -> bool {
    holds(&WHITE_SPACE, character)
}

fn is_noncharacter(character: char) -> bool {
    matches!(character, '\u{FDD0}'..='\u{FDEF}') || u32::from(character) & 0xFFFE == 0xFFFE
}

/// Whether one of the ranges, which are in order, has the code point.
pub(super) fn holds(ranges: &[(u32, u32)], character: char) -> bool {
    let code_point = u32::from(character);
    let side = |range: &(u32, u32)| match range {
        (first, _) if code_point < *first => Ordering::Greater,
        (_, last) if code_point > *last => Ordering::Less,
        _ => Ordering::Equal,
    };
    ranges.binary_search_by(side).is_ok()
}

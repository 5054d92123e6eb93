use unicode_properties::{GeneralCategoryGroup, UNICODE_VERSION, UnicodeGeneralCategory};

use super::unicode::{DEFAULT_IGNORABLE, WHITE_SPACE};
use super::*;

fn every_character() -> impl Iterator<Item = char> {
    (0..=0x10_FFFF).filter_map(char::from_u32)
}

#[test]
fn the_tables_are_of_the_version_that_the_spec_names() {
    assert_eq!(UNICODE_VERSION, (18, 0, 0));
}

#[test]
fn ranges_are_in_order_and_apart() {
    for ranges in [&DISPLAYABLE[..], &DEFAULT_IGNORABLE, &WHITE_SPACE] {
        assert!(ranges.iter().all(|(first, last)| first <= last));
        assert!(ranges.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }
}

#[test]
fn white_space_is_what_the_standard_library_says() {
    assert!(every_character().all(|c| is_white_space(c) == c.is_whitespace()));
}

/// Whatever the ranges of displayable texts say, the tables have the last word.
#[test]
fn displayable_characters_are_assigned_visible_and_stand_alone() {
    use GeneralCategoryGroup::{Letter, Number, Punctuation, Symbol};
    let mut shown = 0;
    for c in every_character().filter(|c| *c != ' ' && holds(&DISPLAYABLE, *c)) {
        assert_eq!(flaw(c), None, "{:X}", u32::from(c));
        let group = c.general_category_group();
        assert!(matches!(group, Letter | Number | Punctuation | Symbol), "{:X}", u32::from(c));
        shown += 1;
    }
    assert!(shown > 100_000, "{shown}");
}

#[test]
fn what_a_hotel_is_called_passes() {
    for good in [
        "Hotel Yuelai 悦来酒店", "public-security/status", "入住登记（当日）", "Café No. 5", "서울 호텔",
        "买买提·艾力", "\u{20BB7}野家", "a",
    ] {
        assert!(is_displayable(good, 64), "{good:?}");
    }
}

/// These are characters, and what a page makes of them is the page's affair: it has to escape
/// texts.
#[test]
fn a_text_is_not_markup() {
    assert!(is_displayable("<img src=x onerror=alert(1)>", 64));
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

/// What no character has, and what another character looks the same as, wherever the blocks have
/// holes.
#[test]
fn unassigned_code_points_and_doubles_do_not_pass() {
    for odd in
        ['\u{38B}', '\u{38D}', '\u{3A2}', '\u{2A6E0}', '\u{2B81F}', '\u{2F800}', '\u{2FFFE}', '\u{2FFFF}', '\u{3134B}']
    {
        let name: alloc::string::String = ['H', 'o', 't', 'e', 'l', odd].into_iter().collect();
        assert!(!is_displayable(&name, 64), "{name:?}");
    }
}

#[test]
fn a_card_may_carry_all_but_what_is_flawed() {
    let flaws = [
        (
            "\0\t\n\u{7F}\u{9F}\u{2028}\u{2029}\u{61C}\u{200B}\u{200D}\u{200E}\u{202E}\u{2066}\u{FEFF}\u{AD}\u{600}",
            Flaw::Control,
        ),
        ("\u{FFF9}\u{E0001}\u{E0041}\u{1D173}", Flaw::Control),
        ("\u{FDD0}\u{FDEF}\u{FFFE}\u{FFFF}\u{2FFFE}\u{10FFFF}", Flaw::Noncharacter),
        ("\u{34F}\u{115F}\u{1160}\u{3164}\u{FFA0}\u{FE0F}\u{E0100}\u{180B}\u{2065}\u{FFF0}\u{E0FFF}", Flaw::Ignorable),
        ("\u{378}\u{3A2}\u{9FF}\u{1FFFD}\u{40000}\u{EFFFD}", Flaw::Unassigned),
    ];
    for (characters, expected) in flaws {
        for c in characters.chars() {
            assert_eq!(flaw(c), Some(expected), "{:X}", u32::from(c));
        }
    }
    for c in "样例·•‧ ' -é\u{301}\u{3000}\u{2800}\u{E000}\u{F8FF}\u{FFFFD}\u{2A6E0}\u{3FFFD}\u{20000}".chars() {
        assert_eq!(flaw(c), None, "{:X}", u32::from(c));
    }
}

#[test]
fn a_name_is_told_by_letters() {
    assert!("样A〇\u{E816}\u{2A6E0}".chars().all(is_name_character));
    assert!(!" ·1-\u{301}\u{2800}\u{3000}".chars().any(is_name_character));
}

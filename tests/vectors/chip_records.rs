//! Chip records and machine-readable zones against `test-vectors/chip-records.json`, and more.

// A test fails by panicking.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fmt::Display;
use std::fs;
use std::hash::Hash;
use std::path::PathBuf;

use proptest::prelude::*;
use selfsame::chip::{CardKind, ChipError};
use serde_json::{Value as Json, json};
use static_assertions::{assert_impl_all, assert_not_impl_any};
use zeroize::ZeroizeOnDrop;

use crate::conformance::runner::receivers::documents::{Base, Changed, Printed, changed};
use testkit::prelude::*;

assert_impl_all!(ChipRecord: ZeroizeOnDrop, Send, Sync);
assert_impl_all!(LaterAddress: ZeroizeOnDrop, Send, Sync);
assert_impl_all!(MachineReadableZone: ZeroizeOnDrop, Send, Sync);
assert_impl_all!(ChipError: core::error::Error, Copy, Send, Sync);
assert_not_impl_any!(ChipRecord: Clone, Copy, PartialEq, Hash, Display);
assert_not_impl_any!(Details: Clone, Copy, PartialEq, Hash, Display);
assert_not_impl_any!(LaterAddress: Clone, Copy, PartialEq, Hash, Display);
assert_not_impl_any!(MachineReadableZone: Clone, Copy, PartialEq, Hash, Display);

/// A record with the changes of its vector.
struct RecordVector {
    id: String,
    bytes: Vec<u8>,
    trace: Json,
}

struct ZoneVector {
    id: String,
    lines: Vec<String>,
    today: Days,
    is_valid: bool,
    trace: Json,
}

impl ZoneVector {
    fn parse(&self) -> Result<MachineReadableZone, ChipError> {
        self.parse_lines(&self.lines)
    }

    fn parse_lines(&self, lines: &[String]) -> Result<MachineReadableZone, ChipError> {
        MachineReadableZone::parse(&lines.iter().map(String::as_str).collect::<Vec<_>>(), self.today)
    }

    fn with(&self, line: usize, column: usize, character: char) -> Vec<String> {
        let mut lines = self.lines.clone();
        lines[line].replace_range(column..=column, character.encode_utf8(&mut [0; 4]));
        lines
    }
}

fn vectors_dir() -> PathBuf {
    PathBuf::from(testkit::ROOT).join("test-vectors")
}

fn load() -> (Vec<RecordVector>, Vec<ZoneVector>) {
    let text = fs::read_to_string(vectors_dir().join("chip-records.json")).expect("the vector file is there");
    let file: Json = serde_json::from_str(&text).expect("the vector file is well formed");
    let (mut records, mut zones) = (Vec::new(), Vec::new());
    for group in file["groups"].as_array().expect("groups") {
        for vector in group["vectors"].as_array().expect("vectors") {
            let id = vector["id"].as_str().expect("an id").to_owned();
            let (trace, input) = (vector["trace"].clone(), &vector["input"]);
            match group["receiver"].as_str() {
                Some("ChipRecord") => {
                    let base: Base = serde_json::from_value(group["state"].clone()).expect("a record");
                    let change: Changed = serde_json::from_value(input.clone()).expect("a change");
                    records.push(RecordVector {
                        id,
                        bytes: changed(&base, &change).expect("within the record"),
                        trace,
                    });
                }
                Some("MachineReadableZone") => {
                    let printed: Printed = serde_json::from_value(input.clone()).expect("a zone");
                    let (today, is_valid) = (printed.today(), vector["result"] == "valid");
                    zones.push(ZoneVector { id, lines: printed.lines, today, is_valid, trace });
                }
                _ => {}
            }
        }
    }
    assert!(records.len() > 300 && zones.len() > 150);
    (records, zones)
}

fn sample(name: &str) -> Vec<u8> {
    fs::read(vectors_dir().join("chip-records").join(name)).expect("the sample is there")
}

/// Checks 02-1, 02-2, 02-3, 02-4, 02-5, 02-6, 02-7, 02-8, 02-9, 02-10, 02-11, 02-12, 02-13, 02-14,
/// 02-15, 02-16, 02-17, 02-18, 02-19, 02-20, 02-21, 02-22, 02-23, 02-24, 02-25, 02-26, 02-27,
/// 02-28, 02-29, 02-30, 02-31, 02-32, 02-33, 02-34, 02-35, 02-36, 02-37, 02-38, 02-39, 02-40,
/// 02-41, 02-42, 02-43, 02-44, 02-45: each has a vector, whoever judges them.
#[test]
fn what_is_refused_is_refused_with_its_field_and_defect() {
    testkit::vectors::found("chip-records");
    let refusal =
        |error: ChipError| json!({ "field": format!("{:?}", error.field), "defect": format!("{:?}", error.defect) });
    let (records, zones) = load();
    let records = records.iter().map(|vector| (&vector.id, &vector.trace, ChipRecord::parse(&vector.bytes).err()));
    let zones = zones.iter().map(|vector| (&vector.id, &vector.trace, vector.parse().err()));
    let mut refused = 0;
    for (id, trace, error) in records.chain(zones) {
        assert_eq!(error.map_or_else(|| json!({}), refusal), *trace, "{id}");
        refused += usize::from(error.is_some());
    }
    assert_eq!(refused, 414);
}

#[test]
fn what_a_card_says_fits_its_schema() {
    let read = load().0.into_iter().filter_map(|vector| Some((vector.id, ChipRecord::parse(&vector.bytes).ok()?)));
    let mut count = 0;
    for (id, record) in read {
        let schema = Schema::of_card(record.kind());
        schema.check_values(&Schema::card_values(&record)).unwrap_or_else(|error| panic!("{id}: {error}"));
        assert_eq!(Schema::from_bytes(&schema.to_bytes()).expect("a schema that everybody accepts"), schema, "{id}");
        count += 1;
    }
    assert_eq!(count, 90);
}

#[test]
fn the_vectors_of_rfc_9497_are_in_the_index() {
    let suite = if testkit::curve::SUITE == 1 { "ristretto255-sha512" } else { "p256-sha256" };
    testkit::vectors::found(&format!("rfc9497-{suite}"));
}

/// What a person could be recognised by must appear in no output meant for logs.
#[test]
fn nothing_of_a_document_is_printed() {
    let (records, zones) = load();
    for vector in &records {
        match ChipRecord::parse(&vector.bytes) {
            Ok(record) => {
                assert_eq!(format!("{record:?}|{record:#?}"), "ChipRecord(redacted)|ChipRecord(redacted)");
                assert_eq!(format!("{:?}", record.details()), "Details(redacted)");
            }
            Err(error) => assert_only_names(error),
        }
    }
    let address = LaterAddress::parse(&sample("adult-female.bin")[52..122]).expect("the printed address has its form");
    assert_eq!(format!("{address:?}"), "LaterAddress(redacted)");
    for vector in &zones {
        match vector.parse() {
            Ok(zone) => assert_eq!(format!("{zone:?}"), "MachineReadableZone(redacted)"),
            Err(error) => assert_only_names(error),
        }
    }
}

fn assert_only_names(error: ChipError) {
    let (field, defect) = (error.field, error.defect);
    assert_eq!(error.to_string(), format!("{}: {}", field.name(), defect.description()));
    assert_eq!(format!("{error:?}"), format!("ChipError {{ field: {field:?}, defect: {defect:?} }}"));
    assert!(error.to_string().is_ascii() && !field.name_zh().is_ascii());
    let digits = error.to_string().bytes().filter(u8::is_ascii_digit).count();
    // Only "UTF-16" names a number, which no document put there.
    assert!(matches!((digits, format!("{defect:?}").as_str()), (0, _) | (2, "UnpairedSurrogate")), "{error}");
}

#[test]
fn records_have_one_of_two_lengths() {
    let full = sample("adult-female.bin");
    for length in 0..=2_600 {
        let bytes: Vec<u8> = full.iter().copied().chain(std::iter::repeat(0x20)).take(length).collect();
        let accepted = ChipRecord::parse(&bytes).is_ok();
        assert_eq!(accepted, length == 256 || length == 1_280, "{length} bytes");
    }
}

const SAMPLES: [&str; 6] = [
    "adult-female.bin", "long-term.bin", "long-name.bin", "residence-permit.bin", "foreigner-2017.bin",
    "foreigner-2023.bin",
];

#[test]
fn every_bit_of_the_text_counts_and_none_panics() {
    for name in SAMPLES {
        let original = sample(name);
        let canonical =
            |bytes: &[u8]| ChipRecord::parse(bytes).ok().map(|record| record.canonical_bytes().expect("a photo"));
        let whole = canonical(&original).expect("the sample is valid");
        let mut refused = 0;
        for bit in 0..2_048 {
            let mut bytes = original.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            match canonical(&bytes) {
                Some(other) => assert_ne!(*other, *whole, "{name} bit {bit}"),
                None => refused += 1,
            }
        }
        // Sex, codes, dates, number and reserved bytes leave a flip little room, texts some.
        assert!(refused > 800, "{name}: {refused}");
    }
}

#[test]
fn every_bit_of_the_number_is_protected() {
    for name in ["adult-male.bin", "residence-permit.bin", "foreigner-2023.bin"] {
        let original = sample(name);
        for bit in 122 * 8..158 * 8 {
            let mut bytes = original.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(ChipRecord::parse(&bytes).is_err(), "{name} bit {bit}");
        }
    }
}

/// All letters there are, on cards of all layouts: read as the letter says, or not at all.
#[test]
fn a_card_is_read_as_what_its_letter_says_or_not_at_all() {
    let mut read = 0;
    for name in SAMPLES {
        let original = sample(name);
        for unit in 0..=u16::MAX {
            let mut bytes = original.clone();
            bytes[248..250].copy_from_slice(&unit.to_le_bytes());
            match ChipRecord::parse(&bytes) {
                Ok(record) => {
                    let letter = match record.kind() {
                        CardKind::Resident => ' ',
                        CardKind::Permit => 'J',
                        CardKind::Foreigner2017 => 'I',
                        CardKind::Foreigner2023 => 'Y',
                    };
                    assert_eq!(u32::from(unit), u32::from(letter));
                    assert_eq!(bytes, original, "{name}: no card is one of two kinds");
                    read += 1;
                }
                Err(error) if !matches!(unit, 0x20 | 0x49 | 0x4A | 0x59) => {
                    assert_eq!(error.to_string(), "card type: there is no such code");
                }
                Err(_) => {}
            }
        }
    }
    assert_eq!(read, SAMPLES.len());
}

/// What follows a record's layout is never address; nothing but the printed one is an attribute.
#[test]
fn the_address_is_the_printed_one() {
    for name in ["adult-female.bin", "residence-permit.bin"] {
        let mut bytes = sample(name);
        let record = ChipRecord::parse(&bytes).expect("the sample is valid");
        let (Details::Resident(_) | Details::Permit(_)) = record.details() else { panic!("a card without an address") };
        let schema = Schema::of_card(record.kind());
        let place = schema.index_of("address").expect("there is one").number();
        let printed: String =
            char::decode_utf16(bytes[52..122].chunks(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])))
                .map(Result::unwrap)
                .collect();
        let values = Schema::card_values(&record);
        assert!(values[usize::from(place)] == Value::Text(printed.trim_end().to_owned()), "{name}");
        for at in (220..256).step_by(2).filter(|at| name == "adult-female.bin" || *at >= 250) {
            let kept = bytes[at..at + 2].to_vec();
            bytes[at..at + 2].copy_from_slice(&0x6837_u16.to_le_bytes());
            assert!(ChipRecord::parse(&bytes).is_err(), "{name} byte {at}");
            bytes[at..at + 2].copy_from_slice(&kept);
        }
    }
}

#[test]
fn canonical_bytes_tell_cards_apart_and_not_readings() {
    let full = sample("adult-female.bin");
    let mut other_photo = full.clone();
    other_photo[1_279] ^= 1;
    let mut other_text = full.clone();
    other_text[120] = b'a';
    let canonical =
        |bytes: &[u8]| ChipRecord::parse(bytes).expect("valid").canonical_bytes().map(|bytes| bytes.to_vec());
    let samples = SAMPLES.map(sample);
    let inputs: Vec<&[u8]> = samples.iter().map(Vec::as_slice).chain([&*other_photo, &*other_text]).collect();
    let distinct: BTreeSet<_> = inputs.iter().map(|bytes| canonical(bytes).expect("with a photo")).collect();
    assert_eq!(distinct.len(), inputs.len());
    // Without the photo it is not a reading of another card but no reading of one.
    assert!(inputs.iter().all(|bytes| canonical(&bytes[..256]).is_none()));
}

#[test]
fn canonical_bytes_are_built_as_specified() {
    let kinds: [(&str, &[u8]); 4] = [
        ("adult-female.bin", b"resident-card"),
        ("residence-permit.bin", b"residence-permit"),
        ("foreigner-2017.bin", b"foreigner-card-2017"),
        ("foreigner-2023.bin", b"foreigner-card-2023"),
    ];
    for (name, kind) in kinds {
        let full = sample(name);
        let expected: Vec<u8> = [kind, &full[..256], &full[256..]]
            .into_iter()
            .flat_map(|part| [&(part.len() as u64).to_be_bytes(), part].concat())
            .collect();
        let canonical = ChipRecord::parse(&full).expect("valid").canonical_bytes().expect("with a photo");
        assert_eq!(*canonical, expected);
    }
}

/// The places of check digits, line and column: number, birth, expiry, optional, composite.
const PASSPORT_CHECK_DIGITS: [(usize, usize); 5] = [(1, 9), (1, 19), (1, 27), (1, 42), (1, 43)];
const CARD_CHECK_DIGITS: [(usize, usize); 4] = [(0, 14), (1, 6), (1, 14), (1, 29)];

#[test]
fn every_other_check_digit_is_refused() {
    let mut run = 0;
    for vector in load().1.iter().filter(|vector| vector.is_valid) {
        let places: &[_] = if vector.lines.len() == 2 { &PASSPORT_CHECK_DIGITS } else { &CARD_CHECK_DIGITS };
        for &(line, column) in places {
            let shown = vector.lines[line].as_bytes()[column];
            // With no optional data its check digit may be left out; a filler weighs as a zero.
            let equivalent = (line, column) == (1, 42) && vector.lines[1][28..42].bytes().all(|byte| byte == b'<');
            for other in (b'0'..=b'9').filter(|other| *other != shown && !(equivalent && *other == b'0')) {
                let other = char::from(other);
                let result = vector.parse_lines(&vector.with(line, column, other));
                assert!(result.is_err(), "{}: line {line} column {column} digit {other}", vector.id);
                run += 1;
            }
        }
    }
    assert!(run > 1_000, "{run}");
}

#[test]
fn no_change_of_one_character_panics_or_goes_unseen() {
    let characters: Vec<char> = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<az \0\n\u{7F}é长\u{20000}".chars().collect();
    for vector in load().1.iter().filter(|vector| vector.is_valid) {
        let canonical = vector.parse().expect("valid").canonical_bytes();
        for line in 0..vector.lines.len() {
            for column in 0..vector.lines[line].len() {
                for character in &characters {
                    let lines = vector.with(line, column, *character);
                    let is_changed = lines != vector.lines;
                    let _ = MachineReadableZone::parse_joined(&lines.concat(), vector.today);
                    if let Ok(zone) = vector.parse_lines(&lines) {
                        assert!(character.is_ascii_uppercase() || character.is_ascii_digit() || *character == '<');
                        assert_eq!(*zone.canonical_bytes() != *canonical, is_changed);
                    }
                }
            }
        }
    }
}

#[test]
fn joined_zones_have_one_of_two_lengths() {
    let today = Days::from_civil(2026, 1, 1).expect("a date");
    let (_, zones) = load();
    for vector in zones.iter().filter(|vector| vector.is_valid) {
        let whole = vector.lines.concat();
        for length in 0..=140 {
            let text: String = whole.chars().chain(std::iter::repeat('<')).take(length).collect();
            let accepted = MachineReadableZone::parse_joined(&text, vector.today).is_ok();
            assert_eq!(accepted, length == whole.len(), "{}: {length} characters", vector.id);
        }
    }
    // A character of several bytes across the place where the lines are cut.
    for cut in [30, 44] {
        for total in [88, 90] {
            let mut text = "<".repeat(cut - 1);
            text.push('长');
            text.push_str(&"<".repeat(total - text.len()));
            assert!(MachineReadableZone::parse_joined(&text, today).is_err());
        }
    }
}

/// Units likely to be refused: invisible, controls, no character, halves of pairs, between letters.
fn unit() -> impl Strategy<Value = u16> {
    prop_oneof![
        any::<u16>(),
        0x4E00..=0x9FFF_u16,
        0x2000..=0x206F_u16,
        0xD800..=0xDFFF_u16,
        0xFE00..=0xFFFF_u16,
        Just(0x20)
    ]
}

proptest! {
    #[test]
    fn a_name_that_is_read_can_be_seen_and_is_one_string(
        (sample_at, units) in (0..SAMPLES.len(), prop::collection::vec(unit(), 0..=15)),
    ) {
        let mut bytes = sample(SAMPLES[sample_at]);
        let padded = units.iter().copied().chain(std::iter::repeat(0x20)).take(15);
        let at = if SAMPLES[sample_at] == "foreigner-2017.bin" { 158 } else { 0 };
        bytes[at..at + 30].copy_from_slice(&padded.flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
        let Ok(record) = ChipRecord::parse(&bytes) else { return Ok(()) };
        let name = match record.details() {
            Details::Foreigner(card) => card.chinese_name(),
            _ => Some(record.name()),
        };
        let Some(name) = name else { return Ok(()) };
        let rare = |c: char| matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{20000}'..='\u{3FFFF}' | '\u{F0000}'..);
        prop_assert!(name.contains(|c: char| c.is_alphabetic() || rare(c)), "{name:?}");
        let hidden = |c: char| c.is_control() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}');
        prop_assert!(!name.contains(hidden), "{name:?}");
        let again: Vec<u16> = name.encode_utf16().chain(std::iter::repeat(0x20)).take(15).collect();
        prop_assert_eq!(again, bytes[at..at + 30].chunks(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect::<Vec<_>>());
    }

    #[test]
    fn records_and_addresses_of_any_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 256), letter in 0..4_usize) {
        let mut bytes = bytes;
        let _ = LaterAddress::parse(&bytes[..70]);
        bytes[248..250].copy_from_slice(&[b" IJY"[letter], 0]);
        prop_assert!(ChipRecord::parse(&bytes).is_err());
    }
}

//! Chip records and machine-readable zones against `test-vectors/chip-records.json`, and what holds for all input.

// A test fails by panicking.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fmt::Display;
use std::fs;
use std::hash::Hash;
use std::path::PathBuf;

use selfsame::calendar::Days;
use selfsame::chip::{ChipError, ChipRecord, MachineReadableZone, ZoneFormat};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use static_assertions::{assert_impl_all, assert_not_impl_any};
use zeroize::ZeroizeOnDrop;

assert_impl_all!(ChipRecord: ZeroizeOnDrop, Send, Sync);
assert_impl_all!(MachineReadableZone: ZeroizeOnDrop, Send, Sync);
assert_impl_all!(ChipError: core::error::Error, Copy, Send, Sync);
assert_not_impl_any!(ChipRecord: Clone, Copy, PartialEq, Hash, Display);
assert_not_impl_any!(MachineReadableZone: Clone, Copy, PartialEq, Hash, Display);

const VALID_RECORDS: usize = 37;
const INVALID_RECORDS: usize = 148;
const VALID_ZONES: usize = 41;
const INVALID_ZONES: usize = 103;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "comment")]
    _comment: String,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Vector {
    Record(RecordVector),
    Zone(ZoneVector),
}

#[derive(Deserialize)]
struct RecordVector {
    id: u32,
    comment: String,
    base: String,
    #[serde(default)]
    patch: Vec<Patch>,
    keep: Option<usize>,
    append: Option<String>,
    chip_serial: Option<String>,
    #[serde(flatten)]
    outcome: Outcome<RecordFields>,
}

#[derive(Deserialize)]
struct Patch {
    offset: usize,
    bytes: String,
}

#[derive(Deserialize)]
struct ZoneVector {
    id: u32,
    comment: String,
    lines: Vec<String>,
    today: String,
    #[serde(flatten)]
    outcome: Outcome<ZoneFields>,
}

#[derive(Deserialize)]
#[serde(tag = "result", rename_all = "lowercase")]
enum Outcome<F> {
    Valid { fields: F, canonical_sha256: String },
    Invalid { field: String, defect: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordFields {
    name: String,
    sex: u8,
    ethnicity: u8,
    birth: String,
    address: String,
    latest_address: String,
    effective_address: String,
    number: String,
    region: u32,
    authority: String,
    valid_from: String,
    valid_to: String,
    photo_sha256: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ZoneFields {
    document_type: String,
    state: String,
    nationality: String,
    document_number: String,
    optional_data: [Option<String>; 2],
    personal_number: Option<String>,
    primary_name: String,
    secondary_name: Option<String>,
    birth: String,
    expiry: String,
    sex: u8,
}

impl RecordVector {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = fs::read(vectors_dir().join(&self.base)).expect("the base record is there");
        for patch in &self.patch {
            let new = hex::decode(&patch.bytes).expect("a patch is hex");
            bytes[patch.offset..patch.offset + new.len()].copy_from_slice(&new);
        }
        if let Some(keep) = self.keep {
            assert!(keep < bytes.len());
            bytes.truncate(keep);
        }
        if let Some(append) = &self.append {
            bytes.extend(hex::decode(append).expect("what is appended is hex"));
        }
        bytes
    }

    fn chip_serial(&self) -> Option<Vec<u8>> {
        self.chip_serial.as_ref().map(|serial| hex::decode(serial).expect("a serial is hex"))
    }

    fn parse(&self) -> Result<ChipRecord, ChipError> {
        ChipRecord::parse(&self.bytes(), self.chip_serial().as_deref())
    }
}

impl ZoneVector {
    fn lines(&self) -> Vec<&str> {
        self.lines.iter().map(String::as_str).collect()
    }

    fn today(&self) -> Days {
        expected_day(&self.today)
    }

    fn parse(&self) -> Result<MachineReadableZone, ChipError> {
        MachineReadableZone::parse(&self.lines(), self.today())
    }
}

fn vectors_dir() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("test-vectors")
}

fn load() -> (Vec<RecordVector>, Vec<ZoneVector>) {
    let path = vectors_dir().join("chip-records.json");
    let text = fs::read_to_string(&path).expect("the vector file is there");
    let file: File = serde_json::from_str(&text).expect("the vector file is well formed");
    let (mut records, mut zones) = (Vec::new(), Vec::new());
    for vector in file.vectors {
        match vector {
            Vector::Record(vector) => records.push(vector),
            Vector::Zone(vector) => zones.push(vector),
        }
    }
    let ids: BTreeSet<u32> = records.iter().map(|v| v.id).chain(zones.iter().map(|v| v.id)).collect();
    assert_eq!(ids.len(), records.len() + zones.len(), "ids are unique");
    (records, zones)
}

fn sample(name: &str) -> Vec<u8> {
    fs::read(vectors_dir().join("chip-records").join(name)).expect("the sample is there")
}

fn expected_day(text: &str) -> Days {
    if text == "long-term" || text == "长期" {
        return Days::LONG_TERM;
    }
    let digits: String = text.chars().filter(|character| *character != '-').collect();
    Days::parse_yyyymmdd(&digits).expect("vectors give real dates")
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[test]
fn valid_records_are_read_field_by_field() {
    let mut run = 0;
    for vector in load().0 {
        let Outcome::Valid { fields, canonical_sha256 } = &vector.outcome else {
            continue;
        };
        let id = format!("{}: {}", vector.id, vector.comment);
        let record = vector.parse().unwrap_or_else(|error| panic!("{id}: {error}"));
        let bytes = vector.bytes();
        assert_eq!(record.name(), fields.name, "{id}");
        assert_eq!(record.sex().code(), fields.sex, "{id}");
        assert_eq!(record.ethnicity(), fields.ethnicity, "{id}");
        assert_eq!(record.birth(), expected_day(&fields.birth), "{id}");
        assert_eq!(record.printed_address(), fields.address, "{id}");
        assert_eq!(record.latest_address().unwrap_or_default(), fields.latest_address, "{id}");
        assert_eq!(record.latest_address().is_none(), fields.latest_address.is_empty(), "{id}");
        assert_eq!(record.address(), fields.effective_address, "{id}");
        assert_eq!(record.number(), fields.number, "{id}");
        assert_eq!(record.region(), fields.region, "{id}");
        assert_eq!(record.authority(), fields.authority, "{id}");
        assert_eq!(record.valid_from(), expected_day(&fields.valid_from), "{id}");
        assert_eq!(record.valid_to(), expected_day(&fields.valid_to), "{id}");
        assert_eq!(record.photo().map(sha256), fields.photo_sha256, "{id}");
        assert_eq!(record.photo().unwrap_or_default(), &bytes[256..], "{id}");
        assert_eq!(record.chip_serial(), vector.chip_serial().as_deref(), "{id}");
        assert_eq!(sha256(&record.canonical_bytes()), *canonical_sha256, "{id}");
        run += 1;
    }
    assert_eq!(run, VALID_RECORDS);
}

#[test]
fn invalid_records_are_refused_for_their_reason() {
    let mut run = 0;
    for vector in load().0 {
        let Outcome::Invalid { field, defect } = &vector.outcome else {
            continue;
        };
        let id = format!("{}: {}", vector.id, vector.comment);
        let error = vector.parse().err().unwrap_or_else(|| panic!("{id}: accepted"));
        assert_eq!(
            (format!("{:?}", error.field), format!("{:?}", error.defect)),
            (field.clone(), defect.clone()),
            "{id}"
        );
        run += 1;
    }
    assert_eq!(run, INVALID_RECORDS);
}

#[test]
fn valid_zones_are_read_field_by_field() {
    let mut run = 0;
    for vector in load().1 {
        let Outcome::Valid { fields, canonical_sha256 } = &vector.outcome else {
            continue;
        };
        let id = format!("{}: {}", vector.id, vector.comment);
        let by_lines = vector.parse().unwrap_or_else(|error| panic!("{id}: {error}"));
        let joined = MachineReadableZone::parse_joined(&vector.lines.concat(), vector.today());
        let joined = joined.unwrap_or_else(|error| panic!("{id}: {error}"));
        for zone in [by_lines, joined] {
            let format = if vector.lines.len() == 3 { ZoneFormat::Td1 } else { ZoneFormat::Td3 };
            assert_eq!(zone.format(), format, "{id}");
            assert_eq!(zone.document_type(), fields.document_type, "{id}");
            assert_eq!(zone.state(), fields.state, "{id}");
            assert_eq!(zone.nationality(), fields.nationality, "{id}");
            assert_eq!(zone.document_number(), fields.document_number, "{id}");
            assert_eq!(zone.optional_data(), fields.optional_data.each_ref().map(Option::as_deref), "{id}");
            assert_eq!(zone.personal_number(), fields.personal_number.as_deref(), "{id}");
            assert_eq!(zone.primary_name(), fields.primary_name, "{id}");
            assert_eq!(zone.secondary_name(), fields.secondary_name.as_deref(), "{id}");
            assert_eq!(zone.birth(), expected_day(&fields.birth), "{id}");
            assert_eq!(zone.expiry(), expected_day(&fields.expiry), "{id}");
            assert_eq!(zone.sex().code(), fields.sex, "{id}");
            assert_eq!(sha256(&zone.canonical_bytes()), *canonical_sha256, "{id}");
        }
        run += 1;
    }
    assert_eq!(run, VALID_ZONES);
}

#[test]
fn invalid_zones_are_refused_for_their_reason() {
    let mut run = 0;
    for vector in load().1 {
        let Outcome::Invalid { field, defect } = &vector.outcome else {
            continue;
        };
        let id = format!("{}: {}", vector.id, vector.comment);
        let error = vector.parse().err().unwrap_or_else(|| panic!("{id}: accepted"));
        assert_eq!(
            (format!("{:?}", error.field), format!("{:?}", error.defect)),
            (field.clone(), defect.clone()),
            "{id}"
        );
        run += 1;
    }
    assert_eq!(run, INVALID_ZONES);
}

/// What a person could be recognised by must appear in no output meant for logs.
#[test]
fn nothing_of_a_document_is_printed() {
    let (records, zones) = load();
    for vector in &records {
        match vector.parse() {
            Ok(record) => assert_eq!(format!("{record:?}|{record:#?}"), "ChipRecord(redacted)|ChipRecord(redacted)"),
            Err(error) => assert_only_names(error),
        }
    }
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
    // Only "UTF-16" and "region 000000" name a number, which no document put there.
    assert!(
        matches!((digits, format!("{defect:?}").as_str()), (0, _) | (2, "UnpairedSurrogate") | (6, "Region")),
        "{error}"
    );
}

#[test]
fn records_have_one_of_two_lengths() {
    let full = sample("adult-female.bin");
    for length in 0..=2_600 {
        let bytes: Vec<u8> = full.iter().copied().chain(std::iter::repeat(0x20)).take(length).collect();
        let accepted = ChipRecord::parse(&bytes, None).is_ok();
        assert_eq!(accepted, length == 256 || length == 1_280, "{length} bytes");
    }
}

#[test]
fn every_bit_of_the_text_counts_and_none_panics() {
    for name in ["adult-female.bin", "long-term.bin", "long-name.bin"] {
        let original = sample(name)[..256].to_vec();
        let canonical = ChipRecord::parse(&original, None).expect("the sample is valid").canonical_bytes();
        let mut refused = 0;
        for bit in 0..2_048 {
            let mut bytes = original.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            match ChipRecord::parse(&bytes, None) {
                Ok(record) => assert_ne!(*record.canonical_bytes(), *canonical, "{name} bit {bit}"),
                Err(_) => refused += 1,
            }
        }
        // Sex, ethnicity, dates and number leave a bit flip hardly any room; the text fields leave some.
        assert!(refused > 800, "{name}: {refused}");
    }
}

#[test]
fn every_bit_of_the_number_is_protected() {
    let original = sample("adult-male.bin");
    for bit in 122 * 8..158 * 8 {
        let mut bytes = original.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(ChipRecord::parse(&bytes, None).is_err(), "bit {bit}");
    }
}

#[test]
fn canonical_bytes_tell_everything_on_the_chip_apart() {
    let full = sample("adult-female.bin");
    let mut other_photo = full.clone();
    other_photo[1_279] ^= 1;
    let mut other_padding = full.clone();
    other_padding[220] = b'a';
    let inputs: [(&[u8], Option<&[u8]>); 8] = [
        (&full, None),
        (&full, Some(&[0])),
        (&full, Some(&[1])),
        (&full, Some(&[0, 0])),
        (&full[..256], None),
        (&full[..256], Some(&[0])),
        (&other_photo, None),
        (&other_padding, None),
    ];
    let distinct: BTreeSet<Vec<u8>> = inputs
        .iter()
        .map(|(bytes, serial)| ChipRecord::parse(bytes, *serial).expect("valid").canonical_bytes().to_vec())
        .collect();
    assert_eq!(distinct.len(), inputs.len());
}

#[test]
fn canonical_bytes_are_built_as_specified() {
    let full = sample("adult-female.bin");
    let with = ChipRecord::parse(&full, Some(&[0xAA, 0xBB])).expect("valid").canonical_bytes();
    let mut expected = Vec::new();
    expected.extend([0, 0, 0, 0, 0, 0, 0, 13]);
    expected.extend(b"resident-card");
    expected.extend([0, 0, 0, 0, 0, 0, 1, 0]);
    expected.extend(&full[..256]);
    expected.extend([1, 0, 0, 0, 0, 0, 0, 4, 0]);
    expected.extend(&full[256..]);
    expected.extend([1, 0, 0, 0, 0, 0, 0, 0, 2, 0xAA, 0xBB]);
    assert_eq!(*with, expected);

    let without = ChipRecord::parse(&full[..256], None).expect("valid").canonical_bytes();
    assert_eq!(without[..285], expected[..285]);
    assert_eq!(without[285..], [0, 0]);
}

/// The places of check digits, as line and column from 0: document number, birth, expiry, optional data, composite.
const PASSPORT_CHECK_DIGITS: [(usize, usize); 5] = [(1, 9), (1, 19), (1, 27), (1, 42), (1, 43)];
const CARD_CHECK_DIGITS: [(usize, usize); 4] = [(0, 14), (1, 6), (1, 14), (1, 29)];

#[test]
fn every_other_check_digit_is_refused() {
    let mut run = 0;
    for vector in load().1.iter().filter(|vector| matches!(vector.outcome, Outcome::Valid { .. })) {
        let places: &[_] = if vector.lines.len() == 2 { &PASSPORT_CHECK_DIGITS } else { &CARD_CHECK_DIGITS };
        for &(line, column) in places {
            let shown = vector.lines[line].as_bytes()[column];
            // With nothing in the optional data, its check digit may be left out, and a filler weighs as much as a zero.
            let equivalent = (line, column) == (1, 42) && vector.lines[1][28..42].bytes().all(|byte| byte == b'<');
            for other in (b'0'..=b'9').filter(|other| *other != shown && !(equivalent && *other == b'0')) {
                let mut lines = vector.lines.clone();
                lines[line].replace_range(column..=column, char::from(other).encode_utf8(&mut [0; 4]));
                let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                let result = MachineReadableZone::parse(&lines, vector.today());
                assert!(result.is_err(), "{}: line {line} column {column} digit {}", vector.id, char::from(other));
                run += 1;
            }
        }
    }
    assert!(run > 1_000, "{run}");
}

#[test]
fn no_change_of_one_character_panics_or_goes_unseen() {
    let characters: Vec<char> = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<az \0\n\u{7F}é长\u{20000}".chars().collect();
    for vector in load().1.iter().filter(|vector| matches!(vector.outcome, Outcome::Valid { .. })) {
        let canonical = vector.parse().expect("valid").canonical_bytes();
        for line in 0..vector.lines.len() {
            for column in 0..vector.lines[line].len() {
                for character in &characters {
                    let mut lines = vector.lines.clone();
                    lines[line].replace_range(column..=column, character.encode_utf8(&mut [0; 4]));
                    let is_changed = lines != vector.lines;
                    let _ = MachineReadableZone::parse_joined(&lines.concat(), vector.today());
                    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                    if let Ok(zone) = MachineReadableZone::parse(&lines, vector.today()) {
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
    for vector in zones.iter().filter(|vector| matches!(vector.outcome, Outcome::Valid { .. })) {
        let whole = vector.lines.concat();
        for length in 0..=140 {
            let text: String = whole.chars().chain(std::iter::repeat('<')).take(length).collect();
            let accepted = MachineReadableZone::parse_joined(&text, vector.today()).is_ok();
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

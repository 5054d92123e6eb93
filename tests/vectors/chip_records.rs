//! Chip records and machine-readable zones against `test-vectors/chip-records.json`, and more.

// A test fails by panicking.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fmt::Display;
use std::fs;
use std::hash::Hash;
use std::path::PathBuf;

use proptest::prelude::*;
use selfsame::chip::{CardKind, ChipError, ZoneFormat};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use static_assertions::{assert_impl_all, assert_not_impl_any};
use testkit::prelude::*;
use zeroize::ZeroizeOnDrop;

assert_impl_all!(ChipRecord: ZeroizeOnDrop, Send, Sync);
assert_impl_all!(LaterAddress: ZeroizeOnDrop, Send, Sync);
assert_impl_all!(MachineReadableZone: ZeroizeOnDrop, Send, Sync);
assert_impl_all!(ChipError: core::error::Error, Copy, Send, Sync);
assert_not_impl_any!(ChipRecord: Clone, Copy, PartialEq, Hash, Display);
assert_not_impl_any!(Details: Clone, Copy, PartialEq, Hash, Display);
assert_not_impl_any!(LaterAddress: Clone, Copy, PartialEq, Hash, Display);
assert_not_impl_any!(MachineReadableZone: Clone, Copy, PartialEq, Hash, Display);

const VALID_RECORDS: usize = 55;
const INVALID_RECORDS: usize = 258;
const VALID_ADDRESSES: usize = 2;
const INVALID_ADDRESSES: usize = 7;
const VALID_ZONES: usize = 49;
const INVALID_ZONES: usize = 112;

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
    Address(AddressVector),
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
    #[serde(flatten)]
    outcome: Outcome<RecordFields>,
}

#[derive(Deserialize)]
struct AddressVector {
    id: u32,
    comment: String,
    bytes: String,
    text: Option<String>,
    field: Option<String>,
    defect: Option<String>,
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
    Valid { fields: F, canonical_sha256: Option<String> },
    Invalid { field: String, defect: String },
}

impl<F> Outcome<F> {
    /// Field and defect of what is refused.
    fn refusal(&self) -> Option<[String; 2]> {
        match self {
            Self::Valid { .. } => None,
            Self::Invalid { field, defect } => Some([field.clone(), defect.clone()]),
        }
    }
}

fn refusal(error: ChipError) -> [String; 2] {
    [format!("{:?}", error.field), format!("{:?}", error.defect)]
}

#[derive(Deserialize)]
struct RecordFields {
    name: String,
    sex: u8,
    birth: String,
    number: String,
    valid_from: String,
    valid_to: String,
    photo_sha256: Option<String>,
    #[serde(flatten)]
    details: CardFields,
}

#[derive(Deserialize)]
#[serde(tag = "card", rename_all = "kebab-case")]
enum CardFields {
    Resident {
        ethnicity: u8,
        address: String,
        region: u32,
        authority: String,
    },
    Permit {
        address: String,
        home_region: u8,
        authority: String,
        travel_permit: String,
        issue_count: u8,
    },
    #[serde(rename = "foreigner-2017")]
    Foreigner2017(ForeignerFields),
    #[serde(rename = "foreigner-2023")]
    Foreigner2023(ForeignerFields),
}

#[derive(Deserialize)]
struct ForeignerFields {
    chinese_name: Option<String>,
    nationality: String,
    change_count: Option<u8>,
    former_number_digits: Option<String>,
}

impl CardFields {
    fn check(&self, record: &ChipRecord, id: &str) {
        let kind = match (self, record.details()) {
            (Self::Resident { ethnicity, address, region, authority }, Details::Resident(card)) => {
                assert_eq!((card.ethnicity(), card.region()), (*ethnicity, *region), "{id}");
                assert_eq!((card.address(), card.authority()), (address.as_str(), authority.as_str()), "{id}");
                CardKind::Resident
            }
            (Self::Permit { address, home_region, authority, travel_permit, issue_count }, Details::Permit(card)) => {
                assert_eq!((card.address(), card.authority()), (address.as_str(), authority.as_str()), "{id}");
                assert_eq!((card.home_region(), card.issue_count()), (*home_region, *issue_count), "{id}");
                assert_eq!(card.travel_permit(), travel_permit, "{id}");
                CardKind::Permit
            }
            (Self::Foreigner2017(fields) | Self::Foreigner2023(fields), Details::Foreigner(card)) => {
                assert_eq!(card.chinese_name(), fields.chinese_name.as_deref(), "{id}");
                assert_eq!(card.nationality(), fields.nationality, "{id}");
                assert_eq!(card.change_count(), fields.change_count, "{id}");
                assert_eq!(card.former_number_digits(), fields.former_number_digits.as_deref(), "{id}");
                let is_old = matches!(self, Self::Foreigner2017(_));
                if is_old { CardKind::Foreigner2017 } else { CardKind::Foreigner2023 }
            }
            _ => panic!("{id}: read as another kind of card"),
        };
        assert_eq!(record.kind(), kind, "{id}");
    }
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
    name_may_be_cut: bool,
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

    fn parse(&self) -> Result<ChipRecord, ChipError> {
        ChipRecord::parse(&self.bytes())
    }
}

impl ZoneVector {
    fn is_valid(&self) -> bool {
        matches!(self.outcome, Outcome::Valid { .. })
    }

    fn today(&self) -> Days {
        expected_day(&self.today)
    }

    fn parse(&self) -> Result<MachineReadableZone, ChipError> {
        self.parse_lines(&self.lines)
    }

    fn parse_lines(&self, lines: &[String]) -> Result<MachineReadableZone, ChipError> {
        MachineReadableZone::parse(&lines.iter().map(String::as_str).collect::<Vec<_>>(), self.today())
    }

    fn with(&self, line: usize, column: usize, character: char) -> Vec<String> {
        let mut lines = self.lines.clone();
        lines[line].replace_range(column..=column, character.encode_utf8(&mut [0; 4]));
        lines
    }
}

fn vectors_dir() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("test-vectors")
}

fn load() -> (Vec<RecordVector>, Vec<ZoneVector>, Vec<AddressVector>) {
    let path = vectors_dir().join("chip-records.json");
    let text = fs::read_to_string(&path).expect("the vector file is there");
    let file: File = serde_json::from_str(&text).expect("the vector file is well formed");
    let (mut records, mut zones, mut addresses) = (Vec::new(), Vec::new(), Vec::new());
    for vector in file.vectors {
        match vector {
            Vector::Record(vector) => records.push(vector),
            Vector::Zone(vector) => zones.push(vector),
            Vector::Address(vector) => addresses.push(vector),
        }
    }
    let ids = records.iter().map(|v| v.id).chain(zones.iter().map(|v| v.id)).chain(addresses.iter().map(|v| v.id));
    assert_eq!(ids.collect::<BTreeSet<_>>().len(), records.len() + zones.len() + addresses.len(), "ids are unique");
    (records, zones, addresses)
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
        let Outcome::Valid { fields, canonical_sha256 } = &vector.outcome else { continue };
        let id = format!("{}: {}", vector.id, vector.comment);
        let record = vector.parse().unwrap_or_else(|error| panic!("{id}: {error}"));
        let bytes = vector.bytes();
        assert_eq!(record.name(), fields.name, "{id}");
        assert_eq!(record.sex().code(), fields.sex, "{id}");
        assert_eq!(record.birth(), expected_day(&fields.birth), "{id}");
        assert_eq!(record.number(), fields.number, "{id}");
        assert_eq!(record.valid_from(), expected_day(&fields.valid_from), "{id}");
        assert_eq!(record.valid_to(), expected_day(&fields.valid_to), "{id}");
        assert_eq!(record.photo().map(sha256), fields.photo_sha256, "{id}");
        assert_eq!(record.photo().unwrap_or_default(), &bytes[256..], "{id}");
        assert_eq!(record.canonical_bytes().map(|bytes| sha256(&bytes)), *canonical_sha256, "{id}");
        fields.details.check(&record, &id);
        let values = Schema::card_values(&record);
        let schema = Schema::of_card(record.kind());
        schema.check_values(&values).expect("a card's values fit its schema");
        assert_eq!(Schema::from_bytes(&schema.to_bytes()).expect("a schema that everybody accepts"), schema, "{id}");
        run += 1;
    }
    assert_eq!(run, VALID_RECORDS);
}

#[test]
fn invalid_records_and_zones_are_refused_for_their_reason() {
    let (records, zones, _) = load();
    let records = records.iter().map(|vector| (vector.id, vector.outcome.refusal(), vector.parse().err()));
    let zones = zones.iter().map(|vector| (vector.id, vector.outcome.refusal(), vector.parse().err()));
    let mut run = 0;
    for (id, reason, error) in records.chain(zones) {
        assert_eq!(error.map(refusal), reason, "{id}");
        run += usize::from(reason.is_some());
    }
    assert_eq!(run, INVALID_RECORDS + INVALID_ZONES);
}

#[test]
fn valid_zones_are_read_field_by_field() {
    let mut run = 0;
    for vector in load().1 {
        let Outcome::Valid { fields, canonical_sha256 } = &vector.outcome else { continue };
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
            assert_eq!(zone.name_may_be_cut(), fields.name_may_be_cut, "{id}");
            assert_eq!(zone.birth(), expected_day(&fields.birth), "{id}");
            assert_eq!(zone.expiry(), expected_day(&fields.expiry), "{id}");
            assert_eq!(zone.sex().code(), fields.sex, "{id}");
            assert_eq!(Some(sha256(&zone.canonical_bytes())), *canonical_sha256, "{id}");
        }
        run += 1;
    }
    assert_eq!(run, VALID_ZONES);
}

#[test]
fn later_addresses_are_files_of_their_own() {
    let (mut valid, mut invalid) = (0, 0);
    for vector in load().2 {
        let id = format!("{}: {}", vector.id, vector.comment);
        let read = LaterAddress::parse(&hex::decode(&vector.bytes).expect("a file is hex"));
        match (read, &vector.text) {
            (Ok(address), Some(text)) => {
                assert_eq!(address.text(), text, "{id}");
                assert_eq!(format!("{address:?}"), "LaterAddress(redacted)");
                valid += 1;
            }
            (Err(error), None) => {
                assert_eq!(refusal(error).map(Some), [vector.field, vector.defect], "{id}");
                invalid += 1;
            }
            (read, _) => panic!("{id}: {read:?}"),
        }
    }
    assert_eq!((valid, invalid), (VALID_ADDRESSES, INVALID_ADDRESSES));
}

/// What a person could be recognised by must appear in no output meant for logs.
#[test]
fn nothing_of_a_document_is_printed() {
    let (records, zones, _) = load();
    for vector in &records {
        match vector.parse() {
            Ok(record) => {
                assert_eq!(format!("{record:?}|{record:#?}"), "ChipRecord(redacted)|ChipRecord(redacted)");
                assert_eq!(format!("{:?}", record.details()), "Details(redacted)");
            }
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
    for vector in load().1.iter().filter(|vector| vector.is_valid()) {
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
    for vector in load().1.iter().filter(|vector| vector.is_valid()) {
        let canonical = vector.parse().expect("valid").canonical_bytes();
        for line in 0..vector.lines.len() {
            for column in 0..vector.lines[line].len() {
                for character in &characters {
                    let lines = vector.with(line, column, *character);
                    let is_changed = lines != vector.lines;
                    let _ = MachineReadableZone::parse_joined(&lines.concat(), vector.today());
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
    let (_, zones, _) = load();
    for vector in zones.iter().filter(|vector| vector.is_valid()) {
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

//! Who reads a card or a machine-readable zone (spec 02).

use selfsame::calendar::Days;
use selfsame::chip::{
    CardKind, ChipError, ChipRecord, Details, ForeignerCard, LaterAddress, MachineReadableZone, ZoneFormat,
};
use selfsame::hazmat::check_of;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Receive;
use super::data::{Hex, Stop, receiver};

impl From<ChipError> for Stop {
    fn from(error: ChipError) -> Self {
        check_of(&error).into()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Base {
    record: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    offset: usize,
    bytes: Hex,
}

/// What is written over a record, how much of it is kept, and what is appended.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changed {
    patch: Vec<Patch>,
    keep: Option<usize>,
    append: Hex,
}

/// The record of a group with the changes of a vector.
pub fn changed(Base { record }: &Base, Changed { patch, keep, append }: &Changed) -> Option<Vec<u8>> {
    let mut bytes = record.0.clone();
    for Patch { offset, bytes: new } in patch {
        bytes.get_mut(*offset..)?.get_mut(..new.0.len())?.copy_from_slice(&new.0);
    }
    bytes.truncate(keep.unwrap_or(bytes.len()));
    Some([bytes, append.0.clone()].concat())
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn of_foreigner(card: &ForeignerCard) -> Value {
    json!({
        "chinese_name": card.chinese_name(),
        "nationality": card.nationality(),
        "change_count": card.change_count(),
        "former_number_digits": card.former_number_digits(),
    })
}

/// The fields of its kind of card.
fn details(record: &ChipRecord) -> (&'static str, Value) {
    let kind = match record.kind() {
        CardKind::Resident => "resident",
        CardKind::Permit => "permit",
        CardKind::Foreigner2017 => "foreigner-2017",
        CardKind::Foreigner2023 => "foreigner-2023",
    };
    let fields = match record.details() {
        Details::Resident(card) => json!({
            "ethnicity": card.ethnicity(),
            "address": card.address(),
            "region": card.region(),
            "authority": card.authority(),
        }),
        Details::Permit(card) => json!({
            "address": card.address(),
            "home_region": card.home_region(),
            "authority": card.authority(),
            "travel_permit": card.travel_permit(),
            "issue_count": card.issue_count(),
        }),
        Details::Foreigner(card) => of_foreigner(card),
    };
    (kind, fields)
}

fn read(record: &ChipRecord) -> Value {
    let (kind, fields) = details(record);
    let mut all = json!({
        "card": kind,
        "name": record.name(),
        "sex": record.sex().code(),
        "birth": record.birth().number(),
        "number": record.number(),
        "valid_from": record.valid_from().number(),
        "valid_to": record.valid_to().number(),
        "photo_sha256": record.photo().map(sha256),
        "canonical_sha256": record.canonical_bytes().map(|bytes| sha256(&bytes)),
    });
    if let (Value::Object(all), Value::Object(fields)) = (&mut all, fields) {
        all.extend(fields);
    }
    all
}

/// Who reads a record of a card.
pub fn record(base: Base) -> Receive {
    receiver(move |change: Changed| {
        let bytes =
            changed(&base, &change).ok_or_else(|| Stop::Malformed(String::from("a patch beyond the record")))?;
        Ok(read(&ChipRecord::parse(&bytes)?))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddressFile {
    bytes: Hex,
}

/// Who reads a later address.
pub fn later_address() -> Receive {
    receiver(|AddressFile { bytes }| Ok(json!({ "text": LaterAddress::parse(&bytes.0)?.text() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Printed {
    pub lines: Vec<String>,
    pub today: u16,
}

impl Printed {
    /// 65535 is no day, and yet a value that a caller may give.
    pub fn today(&self) -> Days {
        Days::from_number(self.today)
    }
}

fn zone_fields(zone: &MachineReadableZone) -> Value {
    json!({
        "format": if zone.format() == ZoneFormat::Td1 { "TD1" } else { "TD3" },
        "document_type": zone.document_type(),
        "state": zone.state(),
        "nationality": zone.nationality(),
        "document_number": zone.document_number(),
        "optional_data": zone.optional_data(),
        "personal_number": zone.personal_number(),
        "primary_name": zone.primary_name(),
        "secondary_name": zone.secondary_name(),
        "name_may_be_cut": zone.name_may_be_cut(),
        "birth": zone.birth().number(),
        "expiry": zone.expiry().number(),
        "sex": zone.sex().code(),
        "canonical_sha256": sha256(&zone.canonical_bytes()),
    })
}

/// Who reads a zone, as lines and, where it is accepted, as one string as well.
pub fn zone() -> Receive {
    receiver(|printed: Printed| {
        let lines: Vec<&str> = printed.lines.iter().map(String::as_str).collect();
        let fields = zone_fields(&MachineReadableZone::parse(&lines, printed.today())?);
        let joined = MachineReadableZone::parse_joined(&printed.lines.concat(), printed.today());
        if joined.is_ok_and(|zone| zone_fields(&zone) == fields) {
            Ok(fields)
        } else {
            Err(Stop::Malformed(String::from("as one string it is read otherwise")))
        }
    })
}

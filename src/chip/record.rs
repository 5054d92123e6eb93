//! The record on the chip of a second-generation resident identity card (spec 02 §3 to §6).

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::canonical::Canonical;
use super::error::{ChipError, Defect, Field};
use super::number;
use super::sex::Sex;
use super::text::{self, decode, digits};
use crate::calendar::Days;

/// The kind that opens [`ChipRecord::canonical_bytes`].
const KIND: &str = "resident-card";

/// What a card shows in place of a last day of validity when it has none.
const LONG_TERM: &str = "长期";

/// What a reader returns from the chip of a resident identity card, checked field by field.
///
/// Wiped when dropped, never printed, and not `Clone`: there is one copy of a person's data, where its owner put it.
///
/// ```compile_fail
/// fn two(record: selfsame::chip::ChipRecord) -> (selfsame::chip::ChipRecord, selfsame::chip::ChipRecord) {
///     (record.clone(), record)
/// }
/// ```
#[derive(ZeroizeOnDrop)]
pub struct ChipRecord {
    text: Zeroizing<Vec<u8>>,
    photo: Option<Zeroizing<Vec<u8>>>,
    chip_serial: Option<Zeroizing<Vec<u8>>>,
    name: Zeroizing<String>,
    sex_code: u8,
    ethnicity: u8,
    birth: Days,
    printed_address: Zeroizing<String>,
    number: Zeroizing<String>,
    region: u32,
    authority: Zeroizing<String>,
    valid_from: Days,
    valid_to: Days,
    latest_address: Option<Zeroizing<String>>,
}

impl ChipRecord {
    /// Bytes of the text block.
    pub const TEXT_LENGTH: usize = 256;

    /// Bytes of the photo, where there is one.
    pub const PHOTO_LENGTH: usize = 1_024;

    /// The longest chip serial that is accepted, in bytes.
    pub const MAX_CHIP_SERIAL_LENGTH: usize = 64;

    /// The state that issues these cards, as a machine-readable zone would write it.
    pub const STATE: &'static str = "CHN";

    /// Reads a record: 256 bytes of text, followed by nothing or by 1,024 bytes of photo, and the chip's serial number
    /// where the reader gives one (1..=64 bytes).
    ///
    /// This says that the record is well formed and agrees with itself. It does not say that the record is authentic:
    /// that is for the reader's security module and the issuer to establish (spec 02 §1).
    ///
    /// # Errors
    ///
    /// The first check of spec 02 §3 to §6 that fails, as the field and its defect.
    pub fn parse(text_and_photo: &[u8], chip_serial: Option<&[u8]>) -> Result<ChipRecord, ChipError> {
        let wrong_length = Field::Record.has(Defect::Length);
        let (text, photo) = text_and_photo.split_at_checked(Self::TEXT_LENGTH).ok_or(wrong_length)?;
        let photo = match photo.len() {
            0 => None,
            Self::PHOTO_LENGTH => Some(photo),
            _ => return Err(wrong_length),
        };
        if chip_serial.is_some_and(|serial| serial.is_empty() || serial.len() > Self::MAX_CHIP_SERIAL_LENGTH) {
            return Err(Field::ChipSerial.has(Defect::Length));
        }

        let mut rest = text;
        let name = text::name(take(&mut rest, 30)?, Field::Name)?;
        let sex = decode(take(&mut rest, 2)?, Field::Sex)?;
        let ethnicity = decode(take(&mut rest, 4)?, Field::Ethnicity)?;
        let birth_digits = decode(take(&mut rest, 16)?, Field::Birth)?;
        let printed_address = decode(take(&mut rest, 70)?, Field::Address)?;
        let number = decode(take(&mut rest, 36)?, Field::IdNumber)?;
        let authority = decode(take(&mut rest, 30)?, Field::Authority)?;
        let valid_from = decode(take(&mut rest, 16)?, Field::ValidFrom)?;
        let valid_to = decode(take(&mut rest, 16)?, Field::ValidTo)?;
        let latest_address = decode(take(&mut rest, 36)?, Field::LatestAddress)?;

        let sex = match sex.as_str() {
            "1" => Sex::Male,
            "2" => Sex::Female,
            _ => return Err(Field::Sex.has(Defect::Code)),
        };
        let ethnicity = ethnicity_code(&ethnicity)?;
        let birth = date(&birth_digits, Field::Birth)?;
        let region = number::check(&number, &birth_digits, sex)?;
        let valid_from = date(&valid_from, Field::ValidFrom)?;
        let valid_to = if valid_to.as_str() == LONG_TERM { Days::LONG_TERM } else { date(&valid_to, Field::ValidTo)? };
        if valid_from < birth {
            return Err(Field::ValidFrom.has(Defect::BeforeBirth));
        }
        if valid_to < valid_from {
            return Err(Field::ValidTo.has(Defect::BeforeStart));
        }

        Ok(ChipRecord {
            text: Zeroizing::new(text.to_vec()),
            photo: photo.map(|photo| Zeroizing::new(photo.to_vec())),
            chip_serial: chip_serial.map(|serial| Zeroizing::new(serial.to_vec())),
            name,
            sex_code: sex.code(),
            ethnicity,
            birth,
            printed_address,
            number,
            region,
            authority,
            valid_from,
            valid_to,
            latest_address: Some(latest_address).filter(|address| !address.is_empty()),
        })
    }

    /// The name, never empty.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The sex, male or female.
    pub fn sex(&self) -> Sex {
        Sex::from_code(self.sex_code)
    }

    /// The ethnicity code (GB/T 3304), 1..=99.
    pub fn ethnicity(&self) -> u8 {
        self.ethnicity
    }

    /// The birth date, never long-term.
    pub fn birth(&self) -> Days {
        self.birth
    }

    /// Where the holder lives: the latest address if the chip carries one, otherwise the printed one.
    pub fn address(&self) -> &str {
        self.latest_address().unwrap_or(&self.printed_address)
    }

    /// The address that is printed on the card; may be empty.
    pub fn printed_address(&self) -> &str {
        &self.printed_address
    }

    /// The address that was written to the chip after the card was issued, if any; never empty.
    pub fn latest_address(&self) -> Option<&str> {
        self.latest_address.as_ref().map(|address| address.as_str())
    }

    /// The citizen identity number: seventeen digits and a check character, 0-9 or capital X.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The region that the number was given out for: its first six digits, 1..=999999.
    pub fn region(&self) -> u32 {
        self.region
    }

    /// The issuing authority; may be empty.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The first day of validity, never long-term.
    pub fn valid_from(&self) -> Days {
        self.valid_from
    }

    /// The last day of validity, or [`Days::LONG_TERM`] (长期).
    pub fn valid_to(&self) -> Days {
        self.valid_to
    }

    /// The photo as the chip holds it, 1,024 bytes, if it was read.
    pub fn photo(&self) -> Option<&[u8]> {
        self.photo.as_ref().map(|photo| photo.as_slice())
    }

    /// The chip's serial number, 1..=64 bytes, if the reader gave it.
    pub fn chip_serial(&self) -> Option<&[u8]> {
        self.chip_serial.as_ref().map(|serial| serial.as_slice())
    }

    /// Everything that is on the chip as one byte string, different for different records (spec 02 §8).
    pub fn canonical_bytes(&self) -> Zeroizing<Vec<u8>> {
        let (photo, serial) = (self.photo(), self.chip_serial());
        let parts = [self.text.as_slice(), photo.unwrap_or_default(), serial.unwrap_or_default()];
        let mut canonical = Canonical::new(KIND, &parts);
        canonical.part(&self.text);
        canonical.optional(photo);
        canonical.optional(serial);
        canonical.finish()
    }
}

impl fmt::Debug for ChipRecord {
    /// Writes `ChipRecord(redacted)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChipRecord(redacted)")
    }
}

/// Cuts the next field off the text block.
fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], ChipError> {
    let (field, after) = rest.split_at_checked(length).ok_or(Field::Record.has(Defect::Length))?;
    *rest = after;
    Ok(field)
}

fn date(text: &str, field: Field) -> Result<Days, ChipError> {
    Days::parse_yyyymmdd(text).ok_or(field.has(Defect::Date))
}

fn ethnicity_code(text: &str) -> Result<u8, ChipError> {
    let unknown = Field::Ethnicity.has(Defect::Code);
    // A digit and a space is not a code: "1" and "01" must not mean the same.
    if text.len() != 2 {
        return Err(unknown);
    }
    let code = digits(text).filter(|code| *code != 0).ok_or(unknown)?;
    u8::try_from(code).map_err(|_| unknown)
}

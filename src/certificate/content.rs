//! What a certificate says (spec 15 §1).

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use super::permissions::ascending;
use super::{DeskPermissions, DraftError};
use crate::calendar::Timestamp;
use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, Refusal, refusal};
use crate::group::TaggedHash;
use crate::list::KeyValidity;
use crate::presentation::{GREATEST_AGE, MAX_PURPOSE_LEN, MAX_VERIFIER_LEN};
use crate::schema::SchemaDigest;
use crate::signature::VerifyingKey;
use crate::text::is_displayable;

const MAX_PURPOSES: usize = 16;
const MAX_PERMISSIONS: usize = 8;
/// Nobody can call a certificate back, so none counts longer: 400 days in seconds.
const MAX_VALIDITY: u64 = 400 * 86_400;

/// Who a desk is and what it may ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) name: String,
    pub(super) key: VerifyingKey,
    pub(super) validity: KeyValidity,
    /// In order.
    pub(super) purposes: Vec<String>,
    /// By schema.
    pub(super) permissions: Vec<DeskPermissions>,
    /// The longest time window; none where every request has a nonce.
    pub(super) window: Option<Duration>,
    /// Whether one request may be about two credentials.
    pub(super) linking: bool,
    /// Whether a request may ask for tickets.
    pub(super) tickets: bool,
    /// Whether the desk may ask registries about cards.
    pub(super) cards: bool,
    /// The greatest age of an epoch that requests may leave open; none where they name it.
    pub(super) max_age: Option<Duration>,
}

impl Content {
    /// An array of ten values.
    pub(super) const MAX_ENCODED: usize = 1
        + (2 + MAX_VERIFIER_LEN)
        + 34
        + 19
        + (1 + MAX_PURPOSES * (2 + MAX_PURPOSE_LEN))
        + (1 + MAX_PERMISSIONS * DeskPermissions::MAX_ENCODED)
        + 10
        + 1
        + 1
        + 1
        + 6;

    /// What is permitted of credentials under a schema.
    pub(super) fn of(&self, schema: SchemaDigest) -> Option<&DeskPermissions> {
        self.permissions.iter().find(|permissions| permissions.schema == schema)
    }

    /// Checks 15-1 to 15-6 and 15-21, but for what the types hold.
    pub(super) fn check(&self) -> Result<(), Refusal<DraftError>> {
        let texts = is_displayable(&self.name, MAX_VERIFIER_LEN)
            && self.purposes.iter().all(|purpose| is_displayable(purpose, MAX_PURPOSE_LEN));
        if !texts {
            return Err(refusal!(DraftError::Text, "15-2"));
        }
        let counted = (1..=MAX_PURPOSES).contains(&self.purposes.len())
            && (1..=MAX_PERMISSIONS).contains(&self.permissions.len());
        // Who asks registries alone asks no holder.
        let for_cards_alone = self.cards && self.purposes.is_empty() && self.permissions.is_empty();
        if !counted && !for_cards_alone {
            return Err(refusal!(DraftError::Count, "15-1"));
        }
        if !ascending(self.purposes.iter()) || !ascending(self.permissions.iter().map(DeskPermissions::schema)) {
            return Err(refusal!(DraftError::Repeated, "15-3"));
        }
        let seconds = self.validity.until.as_secs().checked_sub(self.validity.from.as_secs());
        if !seconds.is_some_and(|seconds| 0 < seconds && seconds <= MAX_VALIDITY) {
            return Err(refusal!(DraftError::Validity, "15-5"));
        }
        if self.window.is_some_and(|window| window.as_secs() > MAX_VALIDITY) {
            return Err(refusal!(DraftError::Window, "15-6"));
        }
        let in_range = |age: Duration| 0 < age.as_secs() && age <= GREATEST_AGE;
        if !self.max_age.is_none_or(in_range) {
            return Err(refusal!(DraftError::Age, "15-21"));
        }
        self.permissions.iter().try_for_each(DeskPermissions::check)
    }

    /// `H[desk-certificate, 64](content)`: what the authority signs, and what a desk's signature
    /// names.
    pub(super) fn statement(&self) -> TaggedHash {
        let mut writer = Writer::new(&[]);
        self.write(&mut writer);
        TaggedHash::new("desk-certificate").part(&writer.into_bytes())
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.array(10);
        writer.text(&self.name);
        writer.bytes(&self.key.to_bytes());
        writer.array(2);
        writer.uint(self.validity.from.as_secs());
        writer.uint(self.validity.until.as_secs());
        writer.array(self.purposes.len());
        self.purposes.iter().for_each(|purpose| writer.text(purpose));
        writer.array(self.permissions.len());
        self.permissions.iter().for_each(|permissions| permissions.write(writer));
        writer.array(self.window.iter().len());
        self.window.iter().for_each(|window| writer.uint(window.as_secs()));
        writer.uint(u64::from(self.linking));
        writer.uint(u64::from(self.tickets));
        writer.uint(u64::from(self.cards));
        writer.array(self.max_age.iter().len());
        self.max_age.iter().for_each(|age| writer.uint(age.as_secs()));
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(10)?;
        let name = reader.text(MAX_VERIFIER_LEN)?;
        let key = VerifyingKey::from_bytes(&reader.bytes_of()?);
        let key = key.map_err(|_| reader.refuse(refusal!(DecodeError::InvalidPoint, "15-1")))?;
        reader.array_of(2)?;
        let from = Timestamp::from_secs(reader.uint()?);
        let validity = KeyValidity { from, until: Timestamp::from_secs(reader.uint()?) };
        let purposes = reader.items(MAX_PURPOSES, |reader| reader.text(MAX_PURPOSE_LEN))?;
        let permissions = reader.items(MAX_PERMISSIONS, DeskPermissions::read)?;
        let window = read_seconds(reader)?;
        let (linking, tickets, cards) = (read_bit(reader)?, read_bit(reader)?, read_bit(reader)?);
        let max_age = read_seconds(reader)?;
        let content = Self { name, key, validity, purposes, permissions, window, linking, tickets, cards, max_age };
        let checked = content.check();
        checked.map_err(|of| reader.refuse(Refusal { error: DecodeError::OutOfRange, check: of.check }))?;
        Ok(content)
    }
}

fn read_seconds(reader: &mut Reader<'_>) -> Result<Option<Duration>, DecodeError> {
    Ok(reader.items(1, Reader::uint)?.pop().map(Duration::from_secs))
}

fn read_bit(reader: &mut Reader<'_>) -> Result<bool, DecodeError> {
    match reader.uint::<u64>()? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(DecodeError::OutOfRange),
    }
}

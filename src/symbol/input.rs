//! What the function is applied to (spec 03 §3).

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;
use core::num::NonZeroU16;

use zeroize::Zeroizing;

use super::{Card, Person, SymbolError, SymbolKind};
use crate::chip::{CardKind, ChipRecord, MachineReadableZone};

/// Characters of the longest number that [`SymbolInput::person`] takes.
const MAX_NUMBER_LENGTH: usize = 32;

/// What a state writes into the optional data of its machine-readable zones.
///
/// The zone does not say, so the caller must know it of the state and the document type. To take
/// for a personal number what is not one gives two persons one symbol, or one person a new symbol
/// with every passport (spec 03 §3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionalDataUse {
    /// A number that is the person's own: no other person has it, and the next document has it too.
    PersonalNumber,
    /// Anything else.
    Other,
}

/// Which of several persons who have one number: the authority's count, kept in its register (spec
/// 03 §3.4).
///
/// A number that is one person's has none. Of two persons who were given the same one, at most one
/// is left without, and a distinguisher that a person once had is no other person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Distinguisher(NonZeroU16);

impl Distinguisher {
    /// The distinguisher with this number, unless it is 0.
    #[must_use]
    pub const fn new(number: u16) -> Option<Self> {
        match NonZeroU16::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The number, 1..=65535.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0.get()
    }
}

/// The bytes behind a symbol: `enc(tag, parts)`, every part behind its length (spec 03 §3).
///
/// Secret: it holds an ID number or a whole chip. Wiped when dropped, never printed, and not
/// `Clone`.
pub struct SymbolInput<K: SymbolKind> {
    bytes: Zeroizing<Vec<u8>>,
    kind: PhantomData<K>,
}

impl SymbolInput<Person> {
    /// The person of an identity card: `enc("person", "CHN", ID number)` for a resident,
    /// `enc("card-holder", kind of card, number)` for everybody else, so that no number of one kind
    /// of card is taken for one of another.
    #[must_use]
    pub fn person_of(record: &ChipRecord) -> Self {
        Self::with_card(record.kind(), record.number())
    }

    /// The person of a passport or an identity card with a machine-readable zone:
    /// `enc("person", state, personal number)` where the optional data is a personal number and not
    /// empty, otherwise `enc("document", state, document type, document number)`.
    ///
    /// A symbol of the second form ends with the document. The registry links a person's documents
    /// to one slot.
    #[must_use]
    pub fn person_of_zone(zone: &MachineReadableZone, optional_data: OptionalDataUse) -> Self {
        match (optional_data, zone.personal_number()) {
            (OptionalDataUse::PersonalNumber, Some(number)) => Self::with_number(zone.state(), number),
            _ => Self::with_document(zone.state(), zone.document_type(), zone.document_number()),
        }
    }

    /// `enc("person", state, personal number)` for who has the number without the card: the
    /// authority with its register.
    ///
    /// Lower-case letters of the number count as upper-case ones. Check characters are not looked
    /// at.
    ///
    /// # Errors
    /// [`SymbolError::State`] unless the state is 1..=3 letters A-Z; [`SymbolError::Number`] unless
    /// the number is 1..=32 letters, digits and fillers `<`, the last of them no filler.
    pub fn person(state: &str, personal_number: &str) -> Result<Self, SymbolError> {
        check_letters(state, 3, SymbolError::State)?;
        check_number(personal_number)?;
        Ok(Self::with_number(state, personal_number))
    }

    /// `enc("document", state, document type, document number)`, likewise, for a document without a
    /// personal number.
    ///
    /// # Errors
    /// [`SymbolError::State`] and [`SymbolError::Number`] as for [`SymbolInput::person`];
    /// [`SymbolError::DocumentType`] unless the type is 1..=2 letters A-Z.
    pub fn person_of_document(state: &str, document_type: &str, document_number: &str) -> Result<Self, SymbolError> {
        check_letters(state, 3, SymbolError::State)?;
        check_letters(document_type, 2, SymbolError::DocumentType)?;
        check_number(document_number)?;
        Ok(Self::with_document(state, document_type, document_number))
    }

    /// What [`SymbolInput::person_of`] gives, for who has the number without the card: the
    /// authority with its register.
    ///
    /// Lower-case letters of the number count as upper-case ones. Check characters are not looked
    /// at.
    ///
    /// # Errors
    /// [`SymbolError::Number`] as for [`SymbolInput::person`].
    pub fn person_of_card(kind: CardKind, number: &str) -> Result<Self, SymbolError> {
        check_number(number)?;
        Ok(Self::with_card(kind, number))
    }

    /// The same with a distinguisher behind it, once: for a person whose number another one has too
    /// (spec 03 §3.4).
    ///
    /// Only the authority knows that, from its register: no card says it, so no terminal makes this
    /// input.
    #[must_use]
    pub fn told_apart(self, distinguisher: Distinguisher) -> Self {
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.bytes.len().saturating_add(8 + 2)));
        bytes.extend_from_slice(&self.bytes);
        append(&mut bytes, &distinguisher.number().to_be_bytes());
        Self { bytes, kind: PhantomData }
    }

    fn with_card(kind: CardKind, number: &str) -> Self {
        match kind {
            CardKind::Resident => Self::with_number(ChipRecord::STATE, number),
            CardKind::Permit | CardKind::Foreigner2017 | CardKind::Foreigner2023 => {
                Self::encode("card-holder", &[kind.tag().as_bytes(), &upper_case(number)])
            }
        }
    }

    fn with_number(state: &str, number: &str) -> Self {
        Self::encode("person", &[state.as_bytes(), &upper_case(number)])
    }

    fn with_document(state: &str, document_type: &str, number: &str) -> Self {
        Self::encode("document", &[state.as_bytes(), document_type.as_bytes(), &upper_case(number)])
    }
}

impl SymbolInput<Card> {
    /// `enc("card", kind, text and photo)`, of an identity card.
    ///
    /// Text and photo must have been read: a card that was reported lost must not pass for another
    /// one because somebody read less of it (spec 03 §3.3). Whatever else a reader gives, a serial
    /// number of the chip or later addresses, is no part of it.
    ///
    /// # Errors
    /// [`SymbolError::PhotoNotRead`] for a record without its photo.
    pub fn card_of(record: &ChipRecord) -> Result<Self, SymbolError> {
        let canonical = record.canonical_bytes().ok_or(SymbolError::PhotoNotRead)?;
        Ok(Self::encode("card", &[&canonical]))
    }

    /// `enc("card", everything in the zone)`, of a document with a machine-readable zone.
    #[must_use]
    pub fn card_of_zone(zone: &MachineReadableZone) -> Self {
        Self::encode("card", &[&zone.canonical_bytes()])
    }
}

impl<K: SymbolKind> SymbolInput<K> {
    fn encode(tag: &str, parts: &[&[u8]]) -> Self {
        let parts = || core::iter::once(tag.as_bytes()).chain(parts.iter().copied());
        // Sized once, so that it never moves and leaves no copy behind.
        let length = parts().map(|part| 8 + part.len()).sum();
        let mut bytes = Zeroizing::new(Vec::with_capacity(length));
        for part in parts() {
            append(&mut bytes, part);
        }
        Self { bytes, kind: PhantomData }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl<K: SymbolKind> fmt::Debug for SymbolInput<K> {
    /// Writes `SymbolInput(redacted)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SymbolInput(redacted)")
    }
}

/// A part behind its length.
fn append(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
    bytes.extend_from_slice(part);
}

fn upper_case(number: &str) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(number.as_bytes().to_ascii_uppercase())
}

fn check_letters(text: &str, most: usize, error: SymbolError) -> Result<(), SymbolError> {
    let letters = text.bytes().all(|byte| byte.is_ascii_uppercase());
    if letters && (1..=most).contains(&text.len()) { Ok(()) } else { Err(error) }
}

fn check_number(number: &str) -> Result<(), SymbolError> {
    let alphabet = number.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'<');
    let length = (1..=MAX_NUMBER_LENGTH).contains(&number.len());
    if alphabet && length && !number.ends_with('<') { Ok(()) } else { Err(SymbolError::Number) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_stands_behind_its_length() {
        let input = SymbolInput::person("CHN", "44011519850203017x").unwrap();
        let mut expected = Vec::new();
        for part in ["person", "CHN", "44011519850203017X"] {
            expected.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0]);
            expected.push(u8::try_from(part.len()).unwrap());
            expected.extend_from_slice(part.as_bytes());
        }
        assert_eq!(input.as_bytes(), expected);
        assert_eq!(input.bytes.capacity(), expected.len());
    }

    #[test]
    fn a_number_and_a_document_never_meet() {
        let number = SymbolInput::person("D", "PC01X00T4").unwrap();
        let document = SymbolInput::person_of_document("D", "P", "C01X00T4").unwrap();
        assert_ne!(number.as_bytes(), document.as_bytes());
    }

    #[test]
    fn a_distinguisher_is_a_part_of_its_own() {
        let second = Distinguisher::new(0x0102).unwrap();
        for alone in [
            || SymbolInput::person("CHN", "44011519850203017X"),
            || SymbolInput::person_of_card(CardKind::Permit, "810000199001010174"),
            || SymbolInput::person_of_document("D", "P", "C01X00T4"),
        ] {
            let input = alone().unwrap().told_apart(second);
            let expected = [alone().unwrap().as_bytes(), &[0, 0, 0, 0, 0, 0, 0, 2, 1, 2]].concat();
            assert_eq!(input.as_bytes(), expected);
            assert_eq!(input.bytes.capacity(), expected.len());
        }
        assert_eq!(Distinguisher::new(0), None);
    }
}

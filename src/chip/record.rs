//! What is on the chip of an identity card, of whatever kind (spec 02 §3).

use alloc::vec::Vec;
use core::fmt;

use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::block::Common;
use super::canonical::Canonical;
use super::error::{ChipError, Defect, Field};
use super::foreigner::ForeignerCard;
use super::permit::ResidencePermit;
use super::resident::ResidentCard;
use super::sex::Sex;
use crate::calendar::Days;

/// Where the letter stands that tells the kinds apart.
const KIND_AT: usize = 248;

/// The kinds of identity cards. They hold different fields in the same 256 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CardKind {
    /// The second-generation identity card of residents, without a letter.
    Resident,
    /// The residence permit for residents of Hong Kong, Macao and Taiwan, letter J.
    Permit,
    /// The identity card of foreign permanent residents as issued from 2017, letter I.
    Foreigner2017,
    /// The same as issued from December 2023, letter Y.
    Foreigner2023,
}

impl CardKind {
    fn of(text: &[u8]) -> Result<Self, ChipError> {
        match text.get(KIND_AT..KIND_AT + 2) {
            Some([b' ', 0]) => Ok(Self::Resident),
            Some([b'J', 0]) => Ok(Self::Permit),
            Some([b'I', 0]) => Ok(Self::Foreigner2017),
            Some([b'Y', 0]) => Ok(Self::Foreigner2023),
            _ => Err(Field::CardType.has(Defect::Code)),
        }
    }

    /// What opens [`ChipRecord::canonical_bytes`] and stands before the number in a person's symbol
    /// (spec 02 §8, spec 03 §3).
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::Resident => "resident-card",
            Self::Permit => "residence-permit",
            Self::Foreigner2017 => "foreigner-card-2017",
            Self::Foreigner2023 => "foreigner-card-2023",
        }
    }
}

/// What only cards of one kind say.
#[derive(ZeroizeOnDrop)]
pub enum Details {
    /// Of a resident identity card.
    Resident(ResidentCard),
    /// Of a residence permit for residents of Hong Kong, Macao and Taiwan.
    Permit(ResidencePermit),
    /// Of an identity card of foreign permanent residents, of either layout.
    Foreigner(ForeignerCard),
}

impl fmt::Debug for Details {
    /// Writes `Details(redacted)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Details(redacted)")
    }
}

/// What a reader returns from the chip of an identity card, checked field by field.
///
/// Wiped when dropped, never printed, and not `Clone`: there is one copy of a person's data, where
/// its owner put it.
///
/// ```compile_fail
/// fn two(record: selfsame::chip::ChipRecord) -> (selfsame::chip::ChipRecord, selfsame::chip::ChipRecord) {
///     (record.clone(), record)
/// }
/// ```
#[derive(ZeroizeOnDrop)]
pub struct ChipRecord {
    #[zeroize(skip)]
    kind: CardKind,
    text: Zeroizing<Vec<u8>>,
    photo: Option<Zeroizing<Vec<u8>>>,
    common: Common,
    details: Details,
}

impl ChipRecord {
    /// Bytes of the text block.
    pub const TEXT_LENGTH: usize = 256;

    /// Bytes of the photo, where there is one.
    pub const PHOTO_LENGTH: usize = 1_024;

    /// The state that issues these cards, as a machine-readable zone would write it.
    pub const STATE: &'static str = "CHN";

    /// Reads a record: 256 bytes of text, followed by nothing or by 1,024 bytes of photo.
    ///
    /// This says that the record is well formed and agrees with itself. It does not say that the
    /// record is authentic: that is for the reader's security module and the issuer to establish
    /// (spec 02 §1).
    ///
    /// # Errors
    ///
    /// The first check of spec 02 §3 to §6 that fails, as the field and its defect.
    pub fn parse(text_and_photo: &[u8]) -> Result<Self, ChipError> {
        let wrong_length = Field::Record.has(Defect::Length);
        let (text, photo) = text_and_photo.split_at_checked(Self::TEXT_LENGTH).ok_or(wrong_length)?;
        let photo = match photo.len() {
            0 => None,
            Self::PHOTO_LENGTH => Some(photo),
            _ => return Err(wrong_length),
        };
        let kind = CardKind::of(text)?;
        let (common, details) = match kind {
            CardKind::Resident => ResidentCard::read(text).map(|(common, card)| (common, Details::Resident(card)))?,
            CardKind::Permit => ResidencePermit::read(text).map(|(common, card)| (common, Details::Permit(card)))?,
            CardKind::Foreigner2017 => {
                ForeignerCard::read_2017(text).map(|(common, card)| (common, Details::Foreigner(card)))?
            }
            CardKind::Foreigner2023 => {
                ForeignerCard::read_2023(text).map(|(common, card)| (common, Details::Foreigner(card)))?
            }
        };
        let own = |bytes: &[u8]| Zeroizing::new(bytes.to_vec());
        Ok(Self { kind, text: own(text), photo: photo.map(own), common, details })
    }

    /// Which kind of card it is.
    #[must_use]
    pub fn kind(&self) -> CardKind {
        self.kind
    }

    /// What only cards of this kind say.
    #[must_use]
    pub fn details(&self) -> &Details {
        &self.details
    }

    /// The name, never empty; on a card of foreigners the one in Latin letters. A text and not
    /// markup (spec 01 §5.4).
    #[must_use]
    pub fn name(&self) -> &str {
        &self.common.name
    }

    /// The sex, male or female.
    #[must_use]
    pub fn sex(&self) -> Sex {
        Sex::from_code(self.common.sex_code)
    }

    /// The birth date, never long-term.
    #[must_use]
    pub fn birth(&self) -> Days {
        self.common.birth
    }

    /// The number of the person: seventeen digits and a check character, 0-9 or capital X, or for
    /// [`CardKind::Foreigner2017`] three capital letters and twelve digits.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.common.number
    }

    /// The first day of validity, never long-term.
    #[must_use]
    pub fn valid_from(&self) -> Days {
        self.common.valid_from
    }

    /// The last day of validity, or [`Days::LONG_TERM`] (长期), which only resident cards have.
    #[must_use]
    pub fn valid_to(&self) -> Days {
        self.common.valid_to
    }

    /// The photo as the chip holds it, 1,024 bytes, if it was read.
    #[must_use]
    pub fn photo(&self) -> Option<&[u8]> {
        self.photo.as_ref().map(|photo| photo.as_slice())
    }

    /// The kind, the text and the photo as one byte string, different for different cards and the
    /// same for each reading of one (spec 02 §8). `None` where the photo was not read.
    #[must_use]
    pub fn canonical_bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
        let photo = self.photo()?;
        let mut canonical = Canonical::new(self.kind.tag(), &[&self.text, photo]);
        canonical.part(&self.text);
        canonical.part(photo);
        Some(canonical.finish())
    }
}

impl fmt::Debug for ChipRecord {
    /// Writes `ChipRecord(redacted)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChipRecord(redacted)")
    }
}

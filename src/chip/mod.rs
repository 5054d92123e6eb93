//! What a card or a passport says about its holder.
//!
//! Two kinds of document are read. A [`ChipRecord`] is what a card reader returns from the chip of
//! an identity card: 256 bytes of text in fields of fixed width, then a photo. Residents, residents
//! of Hong Kong, Macao and Taiwan, and foreign permanent residents have cards of different layouts
//! in the same bytes; a letter tells them apart, and a record is read as what it is or not at all.
//! A [`MachineReadableZone`] is the two or three lines of a passport or an identity card that
//! follows ICAO 9303, as printed or as read from its chip.
//!
//! Both are read strictly. What a document says twice must agree, every check digit must fit, every
//! date must exist, and every byte is looked at. The reason is what comes after: a person's symbol
//! is a function of the number, and a card's symbol is a function of [text and
//! photo](ChipRecord::canonical_bytes). A reader that quietly mended a stray space would make two
//! symbols of one card, and a registry that keys its slots by symbols would then hold one person
//! twice.
//!
//! **Authenticity is not established here.** Anybody can write 256 bytes that parse. That a record
//! came from a genuine chip is for the card reader's security module to say, that a passport did is
//! for passive authentication, and an issuer must have that answer before it believes a single
//! field (spec 02 §1).
//!
//! These values are personal data. They are wiped when dropped, `Debug` prints none of their
//! content, they cannot be cloned, and a [`ChipError`] says which field failed which check and
//! nothing of what the field contained.
//!
//! ```
//! use selfsame::calendar::Days;
//! use selfsame::chip::{ChipRecord, Defect, Details, Field, Sex};
//!
//! let mut bytes = *include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/test-vectors/chip-records/adult-female.bin"));
//! let record = ChipRecord::parse(&bytes)?;
//! assert_eq!(record.name(), "样例甲");
//! assert_eq!(record.sex(), Sex::Female);
//! let Details::Resident(card) = record.details() else { panic!("another kind of card") };
//! assert_eq!(card.region(), 440_115);
//! assert_eq!(Some(record.valid_to()), Days::from_civil(2036, 3, 1));
//! assert_eq!(format!("{record:?}"), "ChipRecord(redacted)");
//!
//! // Another check character in the last place of the number, which ends at byte 158.
//! bytes[156] ^= 1;
//! let error = ChipRecord::parse(&bytes).unwrap_err();
//! assert_eq!((error.field, error.defect), (Field::IdNumber, Defect::CheckCharacter));
//! assert_eq!(error.to_string(), "ID number: the check character is wrong");
//! # Ok::<(), selfsame::chip::ChipError>(())
//! ```

mod block;
mod canonical;
mod error;
mod foreigner;
mod later;
mod mrz;
mod number;
mod permit;
mod record;
mod resident;
mod sex;
mod text;

pub use error::{ChipError, Defect, Field};
pub use foreigner::ForeignerCard;
pub use later::LaterAddress;
pub use mrz::{MachineReadableZone, ZoneFormat};
pub use permit::ResidencePermit;
pub use record::{CardKind, ChipRecord, Details};
pub use resident::ResidentCard;
pub use sex::Sex;

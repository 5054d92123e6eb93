//! Which field is wrong, and in what way, but never what it contained.

use core::fmt;

use crate::error::{Check, Numbered, check};

/// Why a chip record or a machine-readable zone was refused: the first failing check, in the order
/// of spec 02.
///
/// An error says where and how, never what: it can be logged, shown and counted without disclosing
/// anything of the document beyond which check failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChipError {
    /// The field that failed.
    pub field: Field,
    /// What is wrong with it.
    pub defect: Defect,
}

impl fmt::Display for ChipError {
    /// Writes, for example, `ID number: the check character is wrong`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field.name(), self.defect.description())
    }
}

impl core::error::Error for ChipError {}

impl Numbered for ChipError {
    /// Which of the rules of spec 02 §11; none of a pair that no parser says.
    fn check(&self) -> Option<Check> {
        of_text(self.defect).or_else(|| of_card(self.field, self.defect)).or_else(|| of_zone(self.field, self.defect))
    }
}

/// Of any field of text (spec 02 §4).
fn of_text(defect: Defect) -> Option<Check> {
    Some(match defect {
        Defect::UnpairedSurrogate => check!("02-4"),
        Defect::ControlCharacter => check!("02-5"),
        Defect::Noncharacter => check!("02-6"),
        Defect::Ignorable => check!("02-7"),
        Defect::Unassigned => check!("02-8"),
        Defect::Padding => check!("02-9"),
        Defect::NoLetter => check!("02-11"),
        _ => return None,
    })
}

/// Of cards, and of what a zone has as well.
fn of_card(field: Field, defect: Defect) -> Option<Check> {
    Some(match (field, defect) {
        (Field::Record, Defect::Length) => check!("02-1"),
        (Field::CardType, Defect::Code) => check!("02-2"),
        (Field::Reserved, Defect::NotBlank) => check!("02-3"),
        (Field::Name, Defect::Empty) => check!("02-10"),
        (Field::Sex, Defect::Code) => check!("02-12"),
        (Field::Ethnicity, Defect::Code) => check!("02-13"),
        (Field::Birth, Defect::Date) => check!("02-14"),
        (Field::IdNumber, Defect::Format) => check!("02-15"),
        (Field::IdNumber, Defect::Region) => check!("02-16"),
        (Field::IdNumber, Defect::CheckCharacter) => check!("02-17"),
        (Field::IdNumber, Defect::BirthDisagrees) => check!("02-18"),
        (Field::IdNumber, Defect::SexDisagrees) => check!("02-19"),
        (Field::ValidFrom, Defect::Date) => check!("02-20"),
        (Field::ValidTo, Defect::Date) => check!("02-21"),
        (Field::ValidFrom, Defect::BeforeBirth) => check!("02-22"),
        (Field::ValidTo, Defect::BeforeStart) => check!("02-23"),
        (Field::TravelPermit, Defect::Format) => check!("02-24"),
        (Field::IssueCount, Defect::Code) => check!("02-25"),
        (Field::Nationality, Defect::Code) => check!("02-26"),
        (Field::ChangeCount, Defect::Code) => check!("02-27"),
        (Field::FormerNumber, Defect::Format) => check!("02-28"),
        (Field::LaterAddress, Defect::Length) => check!("02-29"),
        (Field::LaterAddress, Defect::Empty) => check!("02-30"),
        _ => return None,
    })
}

/// Of zones alone (spec 02 §7).
fn of_zone(field: Field, defect: Defect) -> Option<Check> {
    Some(match (field, defect) {
        (Field::Zone, Defect::Length) => check!("02-31"),
        (Field::Zone, Defect::Alphabet) => check!("02-32"),
        (Field::DocumentNumber, Defect::Format) => check!("02-33"),
        (Field::DocumentNumber, Defect::CheckDigit) => check!("02-34"),
        (Field::Birth, Defect::CheckDigit) => check!("02-35"),
        (Field::ValidTo, Defect::CheckDigit) => check!("02-36"),
        (Field::OptionalData, Defect::CheckDigit) => check!("02-37"),
        (Field::Zone, Defect::CheckDigit) => check!("02-38"),
        (Field::Today, Defect::Date) => check!("02-39"),
        (Field::DocumentType, Defect::Code) => check!("02-40"),
        (Field::State, Defect::Code) => check!("02-41"),
        (Field::DocumentNumber, Defect::Empty) => check!("02-42"),
        (Field::ValidTo, Defect::BeforeBirth) => check!("02-43"),
        (Field::Name, Defect::Alphabet) => check!("02-44"),
        (Field::Name, Defect::Format) => check!("02-45"),
        _ => return None,
    })
}

/// A part of a chip record or of a machine-readable zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Field {
    /// The chip record as a whole.
    Record,
    /// The letter that tells which kind of card it is.
    CardType,
    /// Bytes in which nothing may stand.
    Reserved,
    /// The name, or in a machine-readable zone the name field.
    Name,
    /// The name in Chinese characters of a card that has one in Latin letters too.
    ChineseName,
    /// The sex.
    Sex,
    /// The ethnicity code.
    Ethnicity,
    /// The birth date.
    Birth,
    /// The address that is printed on the card.
    Address,
    /// The number of the person.
    IdNumber,
    /// The issuing authority.
    Authority,
    /// The first day of validity.
    ValidFrom,
    /// The last day of validity, or the date of expiry.
    ValidTo,
    /// An address that was written after the card was issued.
    LaterAddress,
    /// The number of the permit to travel to the mainland.
    TravelPermit,
    /// How often that permit was issued.
    IssueCount,
    /// The version of a card of foreigners.
    CardVersion,
    /// How often a card of foreigners was renewed.
    ChangeCount,
    /// What ties a card of foreigners to the number that its holder had before.
    FormerNumber,
    /// The machine-readable zone as a whole.
    Zone,
    /// The document code of a machine-readable zone.
    DocumentType,
    /// The issuing state or organisation.
    State,
    /// The nationality.
    Nationality,
    /// The document number.
    DocumentNumber,
    /// The optional data, where states put a personal number.
    OptionalData,
    /// The day that the caller gave as today.
    Today,
}

impl Field {
    /// The field's name in English, as errors print it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Record => "chip record",
            Self::CardType => "card type",
            Self::Reserved => "reserved bytes",
            Self::Name => "name",
            Self::ChineseName => "name in Chinese",
            Self::Sex => "sex",
            Self::Ethnicity => "ethnicity",
            Self::Birth => "birth date",
            Self::Address => "address",
            Self::IdNumber => "ID number",
            Self::Authority => "issuing authority",
            Self::ValidFrom => "start of validity",
            Self::ValidTo => "expiry date",
            Self::LaterAddress => "later address",
            Self::TravelPermit => "travel permit number",
            Self::IssueCount => "issue count",
            Self::CardVersion => "card version",
            Self::ChangeCount => "change count",
            Self::FormerNumber => "digits of the former number",
            Self::Zone => "machine-readable zone",
            Self::DocumentType => "document type",
            Self::State => "issuing state",
            Self::Nationality => "nationality",
            Self::DocumentNumber => "document number",
            Self::OptionalData => "optional data",
            Self::Today => "today's date",
        }
    }

    /// The field's name in Chinese, for messages to users.
    #[must_use]
    pub const fn name_zh(self) -> &'static str {
        match self {
            Self::Record => "芯片记录",
            Self::CardType => "证件类型标识",
            Self::Reserved => "预留区",
            Self::Name => "姓名",
            Self::ChineseName => "中文姓名",
            Self::Sex => "性别",
            Self::Ethnicity => "民族",
            Self::Birth => "出生日期",
            Self::Address => "住址",
            Self::IdNumber => "公民身份号码",
            Self::Authority => "签发机关",
            Self::ValidFrom => "有效期起始日",
            Self::ValidTo => "到期日",
            Self::LaterAddress => "追加住址",
            Self::TravelPermit => "通行证号码",
            Self::IssueCount => "通行证签发次数",
            Self::CardVersion => "证件版本号",
            Self::ChangeCount => "换证次数",
            Self::FormerNumber => "既往证件号码关联项",
            Self::Zone => "机读区",
            Self::DocumentType => "证件类型",
            Self::State => "签发国",
            Self::Nationality => "国籍",
            Self::DocumentNumber => "证件号码",
            Self::OptionalData => "可选数据",
            Self::Today => "当前日期",
        }
    }

    pub(super) const fn has(self, defect: Defect) -> ChipError {
        ChipError { field: self, defect }
    }
}

/// What can be wrong with a [`Field`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Defect {
    /// It has another number of bytes, characters or lines than it must have.
    Length,
    /// It is not UTF-16: a surrogate stands alone.
    UnpairedSurrogate,
    /// It contains a control character, or one that steers how others are laid out.
    ControlCharacter,
    /// It contains a code point that Unicode reserves as never being a character.
    Noncharacter,
    /// It contains a code point that is shown as nothing (Default_Ignorable).
    Ignorable,
    /// It contains a code point that no character has.
    Unassigned,
    /// It is padded other than with spaces (U+0020), or other than at its end.
    Padding,
    /// Something stands where nothing may.
    NotBlank,
    /// It is empty and must not be.
    Empty,
    /// It is a name without a letter.
    NoLetter,
    /// It is not one of the codes that exist for it.
    Code,
    /// It is not built as it must be.
    Format,
    /// It is not a real date, or not one in the range that dates here have.
    Date,
    /// Its first six digits are not those of a number on this kind of card.
    Region,
    /// Its check character is wrong (GB 11643, ISO 7064 MOD 11-2).
    CheckCharacter,
    /// Its birth date is not the one of the birth date field.
    BirthDisagrees,
    /// Its seventeenth digit does not agree with the sex field.
    SexDisagrees,
    /// It lies before the birth date.
    BeforeBirth,
    /// It lies before the first day of validity.
    BeforeStart,
    /// It contains a character that may not stand there in a machine-readable zone.
    Alphabet,
    /// Its check digit is wrong (ICAO 9303).
    CheckDigit,
}

impl Defect {
    /// What is wrong, in English, as errors print it after the field's name.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Length => "the length is wrong",
            Self::UnpairedSurrogate => "a UTF-16 surrogate is unpaired",
            Self::ControlCharacter => "a control character is not allowed",
            Self::Noncharacter => "a noncharacter is not allowed",
            Self::Ignorable => "an invisible character is not allowed",
            Self::Unassigned => "an unassigned code point is not allowed",
            Self::Padding => "the padding is not spaces at the end",
            Self::NotBlank => "it must be blank",
            Self::Empty => "it must not be empty",
            Self::NoLetter => "it has no letter",
            Self::Code => "there is no such code",
            Self::Format => "the format is wrong",
            Self::Date => "it is not a date, or out of range",
            Self::Region => "its first six digits are not those of this kind of card",
            Self::CheckCharacter => "the check character is wrong",
            Self::BirthDisagrees => "it does not match the birth date",
            Self::SexDisagrees => "it does not match the sex",
            Self::BeforeBirth => "it is before the birth date",
            Self::BeforeStart => "it is before the start of validity",
            Self::Alphabet => "a character is not allowed there",
            Self::CheckDigit => "the check digit is wrong",
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use super::*;

    const FIELDS: [Field; 26] = [
        Field::Record,
        Field::CardType,
        Field::Reserved,
        Field::Name,
        Field::ChineseName,
        Field::Sex,
        Field::Ethnicity,
        Field::Birth,
        Field::Address,
        Field::IdNumber,
        Field::Authority,
        Field::ValidFrom,
        Field::ValidTo,
        Field::LaterAddress,
        Field::TravelPermit,
        Field::IssueCount,
        Field::CardVersion,
        Field::ChangeCount,
        Field::FormerNumber,
        Field::Zone,
        Field::DocumentType,
        Field::State,
        Field::Nationality,
        Field::DocumentNumber,
        Field::OptionalData,
        Field::Today,
    ];

    #[test]
    fn every_field_has_a_name_of_its_own_in_both_languages() {
        let english: BTreeSet<_> = FIELDS.iter().map(|field| field.name()).collect();
        let chinese: BTreeSet<_> = FIELDS.iter().map(|field| field.name_zh()).collect();
        assert_eq!(english.len(), FIELDS.len());
        assert_eq!(chinese.len(), FIELDS.len());
        assert!(english.iter().all(|name| name.is_ascii()));
        assert!(chinese.iter().all(|name| !name.bytes().any(|byte| byte.is_ascii())));
    }
}

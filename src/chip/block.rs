//! The text block of a card, cut from left to right into fields of fixed width (spec 02 §3, §4).

use alloc::string::String;

use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::error::{ChipError, Defect, Field};
use super::sex::Sex;
use super::text::{self, decode, digits};
use crate::calendar::Days;

/// What a card shows in place of a last day of validity when it has none.
const LONG_TERM: &str = "长期";

/// What cards of all kinds say.
#[derive(ZeroizeOnDrop)]
pub(super) struct Common {
    pub(super) name: Zeroizing<String>,
    pub(super) sex_code: u8,
    pub(super) birth: Days,
    pub(super) number: Zeroizing<String>,
    pub(super) valid_from: Days,
    pub(super) valid_to: Days,
}

impl Common {
    /// Reads the days of validity, the last one by `last`, and checks their order.
    pub(super) fn new(
        name: Zeroizing<String>,
        sex: Sex,
        birth: Days,
        number: Zeroizing<String>,
        [from, to]: [&str; 2],
        last: fn(&str) -> Result<Days, ChipError>,
    ) -> Result<Self, ChipError> {
        let (valid_from, valid_to) = (date(from, Field::ValidFrom)?, last(to)?);
        if valid_from < birth {
            return Err(Field::ValidFrom.has(Defect::BeforeBirth));
        }
        if valid_to < valid_from {
            return Err(Field::ValidTo.has(Defect::BeforeStart));
        }
        Ok(Self { name, sex_code: sex.code(), birth, number, valid_from, valid_to })
    }
}

/// What is left of a text block.
pub(super) struct Block<'a>(&'a [u8]);

impl<'a> Block<'a> {
    pub(super) const fn new(text: &'a [u8]) -> Self {
        Self(text)
    }

    /// The next field's text.
    pub(super) fn text(&mut self, length: usize, field: Field) -> Result<Zeroizing<String>, ChipError> {
        decode(self.take(length)?, field)
    }

    /// The next field, which is a name.
    pub(super) fn name(&mut self, length: usize) -> Result<Zeroizing<String>, ChipError> {
        text::name(self.take(length)?, Field::Name)
    }

    /// The next field, which is a name in Chinese characters, or nothing where the card has none.
    pub(super) fn chinese_name(&mut self, length: usize) -> Result<Option<Zeroizing<String>>, ChipError> {
        text::name_or_nothing(self.take(length)?, Field::ChineseName)
    }

    /// The next field, in which nothing may stand.
    ///
    /// What stands there is of a layout that nobody has described, and nobody can say what else is
    /// different in it.
    pub(super) fn reserved(&mut self, length: usize) -> Result<(), ChipError> {
        let blank = self.take(length)?.chunks(2).all(|unit| unit == [b' ', 0]);
        if blank { Ok(()) } else { Err(Field::Reserved.has(Defect::NotBlank)) }
    }

    /// The next field's bytes, whatever they are.
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], ChipError> {
        let (field, after) = self.0.split_at_checked(length).ok_or(Field::Record.has(Defect::Length))?;
        self.0 = after;
        Ok(field)
    }
}

pub(super) fn sex(text: &str) -> Result<Sex, ChipError> {
    match text {
        "1" => Ok(Sex::Male),
        "2" => Ok(Sex::Female),
        _ => Err(Field::Sex.has(Defect::Code)),
    }
}

/// The number that exactly two digits write: "1" and "01" must not mean the same.
pub(super) fn two_digits(text: &str, field: Field) -> Result<u8, ChipError> {
    let unknown = field.has(Defect::Code);
    let number = Some(text).filter(|text| text.len() == 2).and_then(digits).ok_or(unknown)?;
    u8::try_from(number).map_err(|_| unknown)
}

pub(super) fn date(text: &str, field: Field) -> Result<Days, ChipError> {
    Days::parse_yyyymmdd(text).ok_or(field.has(Defect::Date))
}

/// The last day of validity of a card that may have none.
pub(super) fn date_or_long_term(text: &str) -> Result<Days, ChipError> {
    if text == LONG_TERM { Ok(Days::LONG_TERM) } else { last_day(text) }
}

/// The last day of validity of a card that has one.
pub(super) fn last_day(text: &str) -> Result<Days, ChipError> {
    date(text, Field::ValidTo)
}

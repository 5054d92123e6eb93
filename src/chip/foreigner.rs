//! The identity card of foreign permanent residents, in the layouts of 2017 and 2023 (spec 02 §6.2,
//! §6.3).

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::block::{self, Block, Common};
use super::error::{ChipError, Defect, Field};
use super::number;
use super::text;

/// What only an identity card of a foreign permanent resident says. The
/// [name](super::ChipRecord::name) is in Latin letters.
#[derive(ZeroizeOnDrop)]
pub struct ForeignerCard {
    chinese_name: Option<Zeroizing<String>>,
    nationality: Zeroizing<String>,
    change_count: Option<u8>,
    former_number: Option<Zeroizing<String>>,
}

impl ForeignerCard {
    /// Of a card with the letter I.
    pub(super) fn read_2017(text: &[u8]) -> Result<(Common, Self), ChipError> {
        let mut block = Block::new(text);
        let name = block.name(120)?;
        let sex = block.text(2, Field::Sex)?;
        let number = block.text(30, Field::IdNumber)?;
        let nationality = block.text(6, Field::Nationality)?;
        let chinese_name = block.chinese_name(30)?;
        let valid_from = block.text(16, Field::ValidFrom)?;
        let valid_to = block.text(16, Field::ValidTo)?;
        let birth_digits = block.text(16, Field::Birth)?;
        block.text(4, Field::CardVersion)?;
        block.text(8, Field::Authority)?;
        block.take(2)?;
        block.reserved(6)?;

        let sex = block::sex(&sex)?;
        let birth = block::date(&birth_digits, Field::Birth)?;
        number::foreigner_2017(&number, &birth_digits)?;
        require_nationality(&nationality)?;
        let validity = [valid_from.as_str(), &valid_to];
        let common = Common::new(name, sex, birth, number, validity, block::last_day)?;
        Ok((common, Self { chinese_name, nationality, change_count: None, former_number: None }))
    }

    /// Of a card with the letter Y.
    pub(super) fn read_2023(text: &[u8]) -> Result<(Common, Self), ChipError> {
        let mut block = Block::new(text);
        let chinese_name = block.chinese_name(30)?;
        let sex = block.text(2, Field::Sex)?;
        let change_count = block.text(4, Field::ChangeCount)?;
        let birth_digits = block.text(16, Field::Birth)?;
        let first = block.take(70)?;
        let number = block.text(36, Field::IdNumber)?;
        block.text(30, Field::Authority)?;
        let valid_from = block.text(16, Field::ValidFrom)?;
        let valid_to = block.text(16, Field::ValidTo)?;
        let name = name_of_two(first, block.take(22)?)?;
        let nationality = block.text(6, Field::Nationality)?;
        block.take(2)?;
        let former_number = block.text(6, Field::FormerNumber)?;

        let sex = block::sex(&sex)?;
        let change_count = block::two_digits(&change_count, Field::ChangeCount)?;
        let birth = block::date(&birth_digits, Field::Birth)?;
        number::foreigner_2023(&number, &birth_digits, sex)?;
        let validity = [valid_from.as_str(), &valid_to];
        let common = Common::new(name, sex, birth, number, validity, block::last_day)?;
        require_nationality(&nationality)?;
        if !matches!(former_number.as_bytes(), [] | [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9']) {
            return Err(Field::FormerNumber.has(Defect::Format));
        }
        let former_number = Some(former_number).filter(|digits| !digits.is_empty());
        Ok((common, Self { chinese_name, nationality, change_count: Some(change_count), former_number }))
    }

    /// The name in Chinese characters, where the card has one; never empty.
    #[must_use]
    pub fn chinese_name(&self) -> Option<&str> {
        self.chinese_name.as_ref().map(|name| name.as_str())
    }

    /// The nationality, three capital letters (GB/T 2659, ISO 3166-1 alpha-3).
    #[must_use]
    pub fn nationality(&self) -> &str {
        &self.nationality
    }

    /// How often the card was renewed, 0..=99; the layout of 2017 does not say.
    #[must_use]
    pub fn change_count(&self) -> Option<u8> {
        self.change_count
    }

    /// Three digits of the number of 15 characters that the holder had before, if the card has
    /// them: not a number, but enough for who has the old card to compare (spec 02 §6.3).
    #[must_use]
    pub fn former_number_digits(&self) -> Option<&str> {
        self.former_number.as_ref().map(|digits| digits.as_str())
    }
}

impl fmt::Debug for ForeignerCard {
    /// Writes `ForeignerCard(redacted)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ForeignerCard(redacted)")
    }
}

/// The name stands in two places and is one text: a space at the end of the first may be in the
/// middle of it.
fn name_of_two(first: &[u8], second: &[u8]) -> Result<Zeroizing<String>, ChipError> {
    let mut whole = Zeroizing::new(Vec::with_capacity(first.len() + second.len()));
    whole.extend_from_slice(first);
    whole.extend_from_slice(second);
    text::name(&whole, Field::Name)
}

fn require_nationality(text: &str) -> Result<(), ChipError> {
    let letters = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    if letters { Ok(()) } else { Err(Field::Nationality.has(Defect::Code)) }
}

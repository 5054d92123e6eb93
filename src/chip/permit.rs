//! The residence permit of residents of Hong Kong, Macao and Taiwan (spec 02 §6.1).

use alloc::string::String;
use core::fmt;

use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::block::{self, Block, Common};
use super::error::{ChipError, Defect, Field};
use super::number;

/// What only a residence permit for residents of Hong Kong, Macao and Taiwan says.
#[derive(ZeroizeOnDrop)]
pub struct ResidencePermit {
    address: Zeroizing<String>,
    home_region: u8,
    authority: Zeroizing<String>,
    travel_permit: Zeroizing<String>,
    issue_count: u8,
}

impl ResidencePermit {
    pub(super) fn read(text: &[u8]) -> Result<(Common, Self), ChipError> {
        let mut block = Block::new(text);
        let name = block.name(30)?;
        let sex = block.text(2, Field::Sex)?;
        block.reserved(4)?;
        let birth_digits = block.text(16, Field::Birth)?;
        let address = block.text(70, Field::Address)?;
        let number = block.text(36, Field::IdNumber)?;
        let authority = block.text(30, Field::Authority)?;
        let valid_from = block.text(16, Field::ValidFrom)?;
        let valid_to = block.text(16, Field::ValidTo)?;
        let travel_permit = block.text(18, Field::TravelPermit)?;
        let issue_count = block.text(4, Field::IssueCount)?;
        block.reserved(6)?;
        block.take(2)?;
        block.reserved(6)?;

        let sex = block::sex(&sex)?;
        let birth = block::date(&birth_digits, Field::Birth)?;
        let home_region = number::permit(&number, &birth_digits, sex)?;
        let validity = [valid_from.as_str(), &valid_to];
        let common = Common::new(name, sex, birth, number, validity, block::last_day)?;
        let letters_and_digits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        if travel_permit.is_empty() || !travel_permit.bytes().all(letters_and_digits) {
            return Err(Field::TravelPermit.has(Defect::Format));
        }
        let issue_count = block::two_digits(&issue_count, Field::IssueCount)?;
        Ok((common, Self { address, home_region, authority, travel_permit, issue_count }))
    }

    /// The address that is printed on the card; may be empty.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Where the holder comes from, the first two digits of the number: 81 Hong Kong, 82 Macao, 83
    /// Taiwan.
    #[must_use]
    pub fn home_region(&self) -> u8 {
        self.home_region
    }

    /// The issuing authority; may be empty.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The number of the holder's permit to travel to the mainland, 1..=9 capital letters and
    /// digits.
    #[must_use]
    pub fn travel_permit(&self) -> &str {
        &self.travel_permit
    }

    /// How often that permit was issued, 0..=99.
    #[must_use]
    pub fn issue_count(&self) -> u8 {
        self.issue_count
    }
}

impl fmt::Debug for ResidencePermit {
    /// Writes `ResidencePermit(redacted)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResidencePermit(redacted)")
    }
}

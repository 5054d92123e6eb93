//! The resident identity card (spec 02 §5).

use alloc::string::String;
use core::fmt;

use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::block::{self, Block, Common};
use super::error::{ChipError, Defect, Field};
use super::number;

/// What only a resident identity card says.
#[derive(ZeroizeOnDrop)]
pub struct ResidentCard {
    ethnicity: u8,
    address: Zeroizing<String>,
    region: u32,
    authority: Zeroizing<String>,
}

impl ResidentCard {
    pub(super) fn read(text: &[u8]) -> Result<(Common, Self), ChipError> {
        let mut block = Block::new(text);
        let name = block.name(30)?;
        let sex = block.text(2, Field::Sex)?;
        let ethnicity = block.text(4, Field::Ethnicity)?;
        let birth_digits = block.text(16, Field::Birth)?;
        let address = block.text(70, Field::Address)?;
        let number = block.text(36, Field::IdNumber)?;
        let authority = block.text(30, Field::Authority)?;
        let valid_from = block.text(16, Field::ValidFrom)?;
        let valid_to = block.text(16, Field::ValidTo)?;
        block.reserved(36)?;

        let sex = block::sex(&sex)?;
        let ethnicity = match block::two_digits(&ethnicity, Field::Ethnicity)? {
            0 => return Err(Field::Ethnicity.has(Defect::Code)),
            code => code,
        };
        let birth = block::date(&birth_digits, Field::Birth)?;
        let region = number::resident(&number, &birth_digits, sex)?;
        let validity = [valid_from.as_str(), &valid_to];
        let common = Common::new(name, sex, birth, number, validity, block::date_or_long_term)?;
        Ok((common, Self { ethnicity, address, region, authority }))
    }

    /// The ethnicity code (GB/T 3304), 1..=99.
    #[must_use]
    pub fn ethnicity(&self) -> u8 {
        self.ethnicity
    }

    /// The address that is printed on the card; may be empty. A
    /// [`LaterAddress`](super::LaterAddress) does not replace it.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The region that the number was given out for: its first six digits, 100000..=899999.
    #[must_use]
    pub fn region(&self) -> u32 {
        self.region
    }

    /// The issuing authority; may be empty.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

impl fmt::Debug for ResidentCard {
    /// Writes `ResidentCard(redacted)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResidentCard(redacted)")
    }
}

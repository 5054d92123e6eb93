//! Names of lists, shards and epochs (spec 07 §1).

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;

use super::ListError;
use crate::codec::{Reader, Writer};
use crate::error::DecodeError;

/// The most shards of a list.
pub(crate) const MAX_SHARDS: usize = 1024;
/// The most bytes of an owner's name.
const MAX_OWNER_LEN: usize = 64;

/// Why a list exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ListClass {
    /// Present means that the credential is live.
    Status = 1,
    /// Present means that the person is not flagged.
    Flag = 2,
}

impl ListClass {
    /// How many classes there are.
    pub(crate) const COUNT: usize = 2;
}

impl TryFrom<u64> for ListClass {
    type Error = DecodeError;

    fn try_from(value: u64) -> Result<Self, DecodeError> {
        match value {
            1 => Ok(Self::Status),
            2 => Ok(Self::Flag),
            _ => Err(DecodeError::OutOfRange),
        }
    }
}

/// Owner and class of a list: what a request names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListName {
    owner: String,
    class: ListClass,
}

impl ListName {
    /// `owner` is 1 to 64 lower-case ASCII letters, digits, `-` and `.`, the first and the last one
    /// a letter or a digit: it is the name of a folder (spec 07 §1).
    ///
    /// # Errors
    /// [`ListError::InvalidName`].
    pub fn new(owner: &str, class: ListClass) -> Result<Self, ListError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.';
        let ends = [owner.bytes().next(), owner.bytes().last()];
        let bounded = ends.iter().all(|end| end.is_some_and(|byte| byte.is_ascii_alphanumeric()));
        if owner.len() > MAX_OWNER_LEN || !bounded || !owner.bytes().all(allowed) {
            return Err(ListError::InvalidName);
        }
        Ok(Self { owner: String::from(owner), class })
    }

    /// Who owns the list.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Why the list exists.
    #[must_use]
    pub const fn class(&self) -> ListClass {
        self.class
    }

    /// The name as bytes: class (1 byte), then the owner's name (spec 07 §1).
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = alloc::vec![self.class as u8];
        bytes.extend_from_slice(self.owner.as_bytes());
        bytes
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.text(&self.owner);
        writer.uint(self.class as u64);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let owner = reader.text(MAX_OWNER_LEN)?;
        let class = ListClass::try_from(reader.uint::<u64>()?)?;
        Self::new(&owner, class).map_err(|_| DecodeError::OutOfRange)
    }
}

impl fmt::Display for ListName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = match self.class {
            ListClass::Status => "status",
            ListClass::Flag => "flag",
        };
        write!(f, "{}/{class}", self.owner)
    }
}

/// The number of a shard, 0 to 1,023.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard(u16);

impl Shard {
    /// The first shard; every list has it.
    pub const FIRST: Self = Self(0);

    /// The shard with this number.
    ///
    /// # Errors
    /// [`ListError::UnknownShard`] for a number that no list can have.
    pub const fn new(number: u16) -> Result<Self, ListError> {
        if (number as usize) < MAX_SHARDS { Ok(Self(number)) } else { Err(ListError::UnknownShard) }
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::new(reader.uint()?).map_err(|_| DecodeError::OutOfRange)
    }
}

/// How many shards a list has, 1 to 1,024; the same for all lists of a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShardCount(u16);

impl ShardCount {
    /// One shard: the whole list is one anonymity set.
    pub const ONE: Self = Self(1);

    /// A count from 1 to 1,024.
    ///
    /// # Errors
    /// [`ListError::InvalidShardCount`].
    pub const fn new(count: u16) -> Result<Self, ListError> {
        if count == 0 || count as usize > MAX_SHARDS { Err(ListError::InvalidShardCount) } else { Ok(Self(count)) }
    }

    pub(super) fn of(count: usize) -> Result<Self, ListError> {
        u16::try_from(count).map_err(|_| ListError::InvalidShardCount).and_then(Self::new)
    }

    /// The count.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// Whether a list of so many shards has this one.
    #[must_use]
    pub const fn contains(self, shard: Shard) -> bool {
        shard.0 < self.0
    }

    /// The shards, in order.
    pub fn shards(self) -> impl Iterator<Item = Shard> {
        (0..self.0).map(Shard)
    }

    /// A uniform shard. With 64 random bits and at most 1,024 shards the bias is below 2⁻⁵⁴.
    pub fn draw(self, rng: &mut impl CryptoRngCore) -> Shard {
        let drawn = (u128::from(rng.next_u64()) * u128::from(self.0)) >> 64;
        Shard(u16::try_from(drawn).unwrap_or_default())
    }
}

/// One accumulator: a list's shard.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListId {
    /// Owner and class.
    pub name: ListName,
    /// The shard.
    pub shard: Shard,
}

impl ListId {
    /// The id as bytes: shard (2 bytes, big-endian), then the name (spec 07 §1).
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.shard.number().to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.name.to_bytes());
        bytes
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        self.name.write(writer);
        writer.uint(u64::from(self.shard.number()));
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: ListName::read(reader)?, shard: Shard::read(reader)? })
    }
}

/// The number of an epoch; 0 is the empty log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(u64);

impl Epoch {
    /// The epoch with this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The epoch after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

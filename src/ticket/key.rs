//! Which key a relation is about (spec 14 §1).

use alloc::vec::Vec;
use core::fmt;

use super::MAX_KEYS;
use crate::codec::{ENCODED_POINT, Reader, Writer};
use crate::error::{DecodeError, check};
use crate::group::{Element, PointBytes};
use crate::set::{CodeSetKey, SetDigest, VerifiedCodeSet};

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum KeyRole {
    /// `x` of an issuer: the MAC on a credential.
    Issuer = 1,
    /// `α` of one shard of a list.
    List = 2,
    /// `α` of a set of codes.
    Set = 3,
}

/// The most bytes of an id: a shard, a class and an owner of 64 characters.
const MAX_ID: usize = 67;
/// The most bytes of a key in a message.
const MAX_ENCODED: usize = 1 + 1 + (2 + MAX_ID) + 9 + ENCODED_POINT;
/// The most bytes of all keys in a message.
pub(super) const MAX_ENCODED_KEYS: usize = 1 + MAX_KEYS * MAX_ENCODED;

/// One keyed relation, by its key: role, id, version and public key `X_j`. All of it is hashed into
/// every ticket.
///
/// The id is the digest of the schema for an issuer, shard and name for a list (spec 07 §1), the
/// digest of the table for a set; 4 to 67 bytes. The version is that of an issuer's key; for a list
/// it is the epoch, so a ticket is for one epoch also where the next one changes nothing; sets have
/// none, and 0.
#[derive(Clone, PartialEq, Eq)]
pub struct TicketKey {
    role: KeyRole,
    id: Vec<u8>,
    version: u64,
    public: Element,
}

impl TicketKey {
    pub(crate) const fn new(role: KeyRole, id: Vec<u8>, version: u64, public: Element) -> Self {
        Self { role, id, version, public }
    }

    /// `α·G` of a set of codes, by the digest of its table.
    #[must_use]
    pub fn of_set(set: &VerifiedCodeSet) -> Self {
        Self::of_table(set.digest(), *set.key())
    }

    /// The same, of the set of a secret key.
    pub(crate) fn of_set_key(key: &CodeSetKey) -> Self {
        Self::of_table(key.digest(), key.public_key().0)
    }

    fn of_table(digest: SetDigest, key: Element) -> Self {
        Self::new(KeyRole::Set, digest.0.to_vec(), 0, key)
    }

    /// What the key is for.
    #[must_use]
    pub const fn role(&self) -> KeyRole {
        self.role
    }

    /// Whose it is, 4 to 67 bytes.
    #[must_use]
    pub fn id(&self) -> &[u8] {
        &self.id
    }

    /// The version of an issuer's key, at most 2^32 − 1; the epoch of a list; 0 for a set.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// `X_j`, canonical bytes.
    #[must_use]
    pub const fn public_key(&self) -> PointBytes {
        *self.public.as_bytes()
    }

    pub(crate) const fn public(&self) -> &Element {
        &self.public
    }

    /// An array of four items.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.array(4);
        writer.uint(self.role as u64);
        writer.bytes(&self.id);
        writer.uint(self.version);
        writer.points([&self.public]);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(4)?;
        let (role, id, version) = reader.in_range(check!("14-1"), Self::read_name)?;
        Ok(Self::new(role, id, version, reader.point()?))
    }

    /// Role, id and version, as they belong together.
    fn read_name(reader: &mut Reader<'_>) -> Result<(KeyRole, Vec<u8>, u64), DecodeError> {
        let role = match reader.uint::<u64>()? {
            1 => KeyRole::Issuer,
            2 => KeyRole::List,
            3 => KeyRole::Set,
            _ => return Err(DecodeError::OutOfRange),
        };
        let id = reader.bytes(MAX_ID)?.to_vec();
        let version = reader.uint()?;
        let fits = match role {
            KeyRole::Issuer => id.len() == 32 && version <= u64::from(u32::MAX),
            KeyRole::List => id.len() > 3,
            KeyRole::Set => id.len() == 32 && version == 0,
        };
        if fits { Ok((role, id, version)) } else { Err(DecodeError::OutOfRange) }
    }

    pub(super) fn write_all(keys: &[Self], writer: &mut Writer) {
        writer.array(keys.len());
        keys.iter().for_each(|key| key.write(writer));
    }

    /// 1 to 8 keys.
    pub(super) fn read_all(reader: &mut Reader<'_>) -> Result<Vec<Self>, DecodeError> {
        let keys = reader.items(MAX_KEYS, Self::read)?;
        if keys.is_empty() { Err(DecodeError::OutOfRange) } else { Ok(keys) }
    }
}

impl fmt::Debug for TicketKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TicketKey({:?}, ", self.role)?;
        self.id.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        write!(f, ", {}, {:?})", self.version, self.public)
    }
}

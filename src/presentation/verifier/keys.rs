//! The key file of a platform (spec 10 §1.1).

use alloc::vec::Vec;
use core::fmt;

use crate::codec::{Body, Message, MessageType, Reader, Writer};
use crate::credential::SharedIssuerKey;
use crate::error::DecodeError;
use crate::list::SharedListKeys;
use crate::presentation::desk::VerdictKey;
use crate::set::{CodeSetKey, DigitSetKey};
use crate::signature::{RoleKey, SigningKey};

/// The most keys of each kind in one file.
const MAX_ISSUERS: usize = 64;
const MAX_LISTS: usize = 16;
const MAX_SETS: usize = 64;
const MAX_DIGITS: usize = 8;

/// Everything secret that a platform has, in one file: its verdict key, x of issuer keys and α of
/// lists, as their holders gave them, and the keys of its own sets. There is nothing else in it: no
/// key that signs heads or makes nonces, and nothing of any holder.
///
/// Its bytes ([`Message`]) are secret from the first to the last. With a version of the directory
/// it makes a [`Platform`](super::Platform::open).
///
/// With a [`KeyElsewhere`](crate::signature::KeyElsewhere) the verdict key is in an HSM or at a key
/// service. Then it is no file: each of the other keys is stored as a message of its own.
pub struct PlatformKeys<K: RoleKey = SigningKey> {
    /// Under which it signs verdicts.
    pub verdict_key: VerdictKey<K>,
    /// Given by issuers.
    pub issuers: Vec<SharedIssuerKey>,
    /// Given by owners of lists.
    pub lists: Vec<SharedListKeys>,
    /// Its own, of sets of codes.
    pub sets: Vec<CodeSetKey>,
    /// Its own, of digits.
    pub digits: Vec<DigitSetKey>,
}

impl<K: RoleKey> PlatformKeys<K> {
    /// A file that has a verdict key alone.
    #[must_use]
    pub fn new(verdict_key: VerdictKey<K>) -> Self {
        let (issuers, lists, sets, digits) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { verdict_key, issuers, lists, sets, digits }
    }
}

impl<K: RoleKey> fmt::Debug for PlatformKeys<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlatformKeys(redacted)")
    }
}

/// The messages of keys, each as one byte string.
fn write_all<M: Message>(keys: &[M], writer: &mut Writer) {
    writer.array(keys.len());
    keys.iter().for_each(|key| writer.bytes(&key.to_wiped_bytes()));
}

fn read_all<M: Message>(reader: &mut Reader<'_>, most: usize) -> Result<Vec<M>, DecodeError> {
    reader.items(most, |reader| reader.message::<M>())
}

impl Body for PlatformKeys {
    const TYPE: MessageType = MessageType::PlatformKeys;
    const MAX_LEN: usize = 64
        + VerdictKey::MAX_LEN
        + MAX_ISSUERS * (3 + SharedIssuerKey::MAX_LEN)
        + MAX_LISTS * (5 + SharedListKeys::MAX_LEN)
        + MAX_SETS * (3 + CodeSetKey::MAX_LEN)
        + MAX_DIGITS * (3 + DigitSetKey::MAX_LEN);
    const FIELDS: u64 = 5;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&self.verdict_key.to_wiped_bytes());
        write_all(&self.issuers, writer.key(2));
        write_all(&self.lists, writer.key(3));
        write_all(&self.sets, writer.key(4));
        write_all(&self.digits, writer.key(5));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let verdict_key = reader.key(1)?.message::<VerdictKey>()?;
        let issuers = read_all(reader.key(2)?, MAX_ISSUERS)?;
        let lists = read_all(reader.key(3)?, MAX_LISTS)?;
        let sets = read_all(reader.key(4)?, MAX_SETS)?;
        Ok(Self { verdict_key, issuers, lists, sets, digits: read_all(reader.key(5)?, MAX_DIGITS)? })
    }
}

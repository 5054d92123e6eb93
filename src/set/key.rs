//! The verifier's secret of a set (spec 12 §4.1).

use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;

use super::codes::{Codes, MAX_ENCODED};
use super::keyed::KeyedTable;
use super::table::Role;
use super::{CodeSet, CodeSetPublicKey, SetDigest, SetError};
use crate::codec::{Body, ENCODED_SCALAR, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::group::{Scalar, SecretKey};

/// `α` of one set, with the codes that it is for.
///
/// It belongs to these codes and to no others: under one `α` for two sets, a holder of a code of
/// the one would pass for a holder of a code of the other. So there is no way to give a key other
/// codes, and the stored form has both. Whoever has it can make presentations that verify under it.
///
/// As a [`Message`](crate::codec::Message) it is for storage where only the verifier finds it, and
/// secret from the first byte to the last. Wiped when dropped, never printed, and not `Clone`:
///
/// ```compile_fail
/// # fn copy(key: &selfsame::set::CodeSetKey) {
/// let second = key.clone();
/// # let _: selfsame::set::CodeSetKey = second;
/// # }
/// ```
pub struct CodeSetKey(KeyedTable);

impl CodeSetKey {
    /// A fresh key for these codes, and all witnesses: a multiplication for each code. Constant
    /// time in the key.
    ///
    /// # Errors
    /// [`SetError::CodeCount`] or [`SetError::CodeOrder`].
    pub fn random(codes: Vec<u32>, rng: &mut impl CryptoRngCore) -> Result<Self, SetError> {
        Ok(Self(KeyedTable::random(Role::Codes, Codes::new(codes)?, rng)))
    }

    /// The message for holders. The same key gives the same bytes. Constant time in the key.
    #[must_use]
    pub fn publish(&self) -> CodeSet {
        CodeSet(self.0.publish())
    }

    /// `α·G`.
    #[must_use]
    pub fn public_key(&self) -> CodeSetPublicKey {
        CodeSetPublicKey(self.0.table.key)
    }

    /// The digest of the table that holders prove with, equal to
    /// [`VerifiedCodeSet::digest`](super::VerifiedCodeSet::digest).
    #[must_use]
    pub fn digest(&self) -> SetDigest {
        self.0.table.digest
    }

    pub(crate) fn into_secret(self) -> SecretKey {
        self.0.key
    }

    /// `α`.
    pub(crate) const fn scalar(&self) -> &Scalar {
        self.0.key.scalar()
    }
}

impl fmt::Debug for CodeSetKey {
    /// Writes the digest of the table, which is public.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CodeSetKey({:?}, redacted)", self.0.table)
    }
}

impl Body for CodeSetKey {
    const TYPE: MessageType = MessageType::CodeSetKey;
    const MAX_LEN: usize = 4 + (1 + ENCODED_SCALAR) + (1 + MAX_ENCODED);
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        self.0.write(writer, |table, writer| table.codes.write(writer));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        KeyedTable::read(reader, Role::Codes, Codes::read).map(Self)
    }
}

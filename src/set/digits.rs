//! Digits: one set for all intervals and limits that a verifier with its key checks (spec 12 §11).
//!
//! A digit set is a set of codes 0 to b − 1 under an `α` of its own. Nothing in it depends on what
//! is asked, so a platform has one, and the directory names it: everybody has the same.

use alloc::sync::Arc;
use core::fmt;

use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::codes::Codes;
use super::keyed::{KeyedTable, PublishedTable};
use super::table::{Role, Table};
use super::{CodeSetPublicKey, SetDigest, SetError};
use crate::codec::{Body, ENCODED_POINT, ENCODED_POINTS, ENCODED_SCALAR, MessageType, POINT_LEN, Reader, Writer};
use crate::error::{DecodeError, Refusal, check};
use crate::group::{Element, Scalar};
use crate::range::DigitBase;

/// The base of a table, which has as many witnesses.
const fn base_of(table: &Table) -> DigitBase {
    if table.witnesses.len() == DigitBase::Of256.count() as usize { DigitBase::Of256 } else { DigitBase::Of4096 }
}

/// All digits in the base that is read.
fn codes(reader: &mut Reader<'_>) -> Result<Codes, DecodeError> {
    Ok(Codes::below(reader.under(check!("12-47"), DigitBase::read)?.count()))
}

/// `α` of a digit set: a platform's secret. Whoever has it can make presentations that verify under
/// it.
///
/// As a [`Message`](crate::codec::Message) it is for storage where only the platform finds it, and
/// secret from the first byte to the last. Wiped when dropped, never printed, and not `Clone`.
pub struct DigitSetKey(KeyedTable);

impl DigitSetKey {
    /// A fresh key, and the witnesses of all digits: a multiplication for each. Constant time in
    /// the key.
    pub fn random(base: DigitBase, rng: &mut impl CryptoRngCore) -> Self {
        Self(KeyedTable::random(Role::Digits, Codes::below(base.count()), rng))
    }

    /// The message for holders. The same key gives the same bytes. Constant time in the key.
    #[must_use]
    pub fn publish(&self) -> DigitSet {
        DigitSet(self.0.publish())
    }

    /// `α·G`.
    #[must_use]
    pub fn public_key(&self) -> CodeSetPublicKey {
        CodeSetPublicKey(self.0.table.key)
    }

    /// By which directories and requests name the set.
    #[must_use]
    pub fn digest(&self) -> SetDigest {
        self.0.table.digest
    }

    /// `α`.
    pub(crate) const fn scalar(&self) -> &Scalar {
        self.0.key.scalar()
    }
}

impl fmt::Debug for DigitSetKey {
    /// Writes the digest of the table, which is public.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DigitSetKey({:?}, redacted)", self.0.table)
    }
}

impl Body for DigitSetKey {
    const TYPE: MessageType = MessageType::DigitSetKey;
    const MAX_LEN: usize = 4 + (1 + ENCODED_SCALAR) + (1 + 1);
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        self.0.write(writer, |table, writer| base_of(table).write(writer));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        KeyedTable::read(reader, Role::Digits, codes).map(Self)
    }
}

/// A digit set as it is published: `α·G`, a witness for each digit, and one proof for all of them.
/// Nothing of it is secret.
///
/// Decoding does not look at the proof; [`DigitSet::verify`] does, once for all that a holder
/// proves with the set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigitSet(PublishedTable);

impl DigitSet {
    /// In what base its digits are.
    #[must_use]
    pub fn base(&self) -> DigitBase {
        base_of(&self.0.table)
    }

    /// The digest by which a directory names it, not checked.
    #[must_use]
    pub fn digest(&self) -> SetDigest {
        self.0.table.digest
    }

    /// Checks that every witness was made under the key (check 12-48). Variable time; everything
    /// here is public.
    ///
    /// # Errors
    /// [`SetError::BadProof`].
    pub fn verify(&self) -> Result<VerifiedDigitSet, SetError> {
        Ok(self.check()?)
    }

    pub(crate) fn check(&self) -> Result<VerifiedDigitSet, Refusal<SetError>> {
        self.0.verify().map(VerifiedDigitSet)
    }
}

impl Body for DigitSet {
    const TYPE: MessageType = MessageType::DigitSet;
    const MAX_LEN: usize = 4
        + (1 + ENCODED_POINT)
        + (1 + 1)
        + (1 + 5 + POINT_LEN * DigitBase::Of4096.count() as usize)
        + (1 + 1 + ENCODED_POINTS + ENCODED_SCALAR);
    const FIELDS: u64 = 4;

    fn write(&self, writer: &mut Writer) {
        self.0.write(writer, |table, writer| base_of(table).write(writer));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        PublishedTable::read(reader, Role::Digits, codes).map(Self)
    }
}

/// A digit set whose proof verified: what a holder proves with. Clones share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedDigitSet(Arc<Table>);

impl VerifiedDigitSet {
    /// By which directories and requests name the set.
    #[must_use]
    pub fn digest(&self) -> SetDigest {
        self.0.digest
    }

    /// In what base its digits are.
    #[must_use]
    pub fn base(&self) -> DigitBase {
        base_of(&self.0)
    }

    /// `α·G`.
    pub(crate) fn key(&self) -> &Element {
        &self.0.key
    }

    /// `W_digit`, constant time in the digit, which is below the base.
    pub(crate) fn witness(&self, digit: u32) -> Zeroizing<Element> {
        self.0.witness(digit).1
    }
}

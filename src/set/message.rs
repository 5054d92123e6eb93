//! What a verifier publishes of a set (spec 12 §4.2).

use super::codes::{Codes, MAX_CODES, MAX_ENCODED};
use super::keyed::PublishedTable;
use super::table::Role;
use super::{CodeSetPublicKey, SetDigest, SetError, VerifiedCodeSet};
use crate::codec::{Body, ENCODED_POINT, ENCODED_POINTS, ENCODED_SCALAR, MessageType, POINT_LEN, Reader, Writer};
use crate::error::{DecodeError, Refusal};

/// A set as it is published: `α·G`, the codes, a witness for each, and one proof for all of them.
/// Nothing of it is secret.
///
/// Decoding does not look at the proof; [`CodeSet::verify`] does, and a holder proves with nothing
/// else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSet(pub(super) PublishedTable);

impl CodeSet {
    /// `α·G`.
    #[must_use]
    pub fn key(&self) -> CodeSetPublicKey {
        CodeSetPublicKey(self.0.table.key)
    }

    /// 1 to 256 codes, in ascending order.
    #[must_use]
    pub fn codes(&self) -> &[u32] {
        self.0.table.codes.as_slice()
    }

    /// The digest by which requests name it, not checked.
    #[must_use]
    pub fn digest(&self) -> SetDigest {
        self.0.table.digest
    }

    /// Checks that every witness was made under the key (check 12-21). Variable time; everything
    /// here is public.
    ///
    /// A table with one wrong witness would work for all holders but those of that one code, so the
    /// verifier would learn who has it. This is why a wallet uses no table that it has not
    /// verified.
    ///
    /// # Errors
    /// [`SetError::BadProof`].
    pub fn verify(&self) -> Result<VerifiedCodeSet, SetError> {
        Ok(self.check()?)
    }

    pub(crate) fn check(&self) -> Result<VerifiedCodeSet, Refusal<SetError>> {
        self.0.verify().map(VerifiedCodeSet)
    }
}

impl Body for CodeSet {
    const TYPE: MessageType = MessageType::CodeSet;
    const MAX_LEN: usize = 4
        + (1 + ENCODED_POINT)
        + (1 + MAX_ENCODED)
        + (1 + 3 + POINT_LEN * MAX_CODES)
        + (1 + 1 + ENCODED_POINTS + ENCODED_SCALAR);
    const FIELDS: u64 = 4;

    fn write(&self, writer: &mut Writer) {
        self.0.write(writer, |table, writer| table.codes.write(writer));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        PublishedTable::read(reader, Role::Codes, Codes::read).map(Self)
    }
}

//! An auditor's share of the key (spec 13 §3).

use core::fmt;

use super::{AuditorGroup, AuditorIndex, EscrowError};
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::group::{Element, ScalarBytes, SecretKey, scalar_from_bytes};
use crate::secret::Secret;

/// The share `s_i = f(i)` of auditor `i`, never zero.
///
/// It serves this and nothing else: one that came out of the key generation of a signature scheme
/// signs nothing. As a [`Message`](crate::codec::Message) it is for storage where only the auditor
/// finds it, and secret from the first byte to the last.
///
/// It is not copied by accident:
///
/// ```compile_fail
/// # fn f(share: selfsame::escrow::AuditorShare) {
/// let copy = share.clone();
/// # }
/// ```
pub struct AuditorShare {
    index: AuditorIndex,
    key: SecretKey,
}

impl AuditorShare {
    pub(super) const fn new(index: AuditorIndex, key: SecretKey) -> Self {
        Self { index, key }
    }

    /// The share that a participant has from a distributed key generation: its number and its
    /// signing share, a canonical scalar. Those of FROST (RFC 9591) over the suite's group fit as
    /// they are serialized there. Constant time.
    ///
    /// # Errors
    /// [`EscrowError::InvalidKey`] for bytes that are no scalar, and for zero.
    pub fn from_key_generation(index: AuditorIndex, signing_share: &Secret<ScalarBytes>) -> Result<Self, EscrowError> {
        let scalar = Secret::new(scalar_from_bytes(signing_share.expose()).map_err(EscrowError::InvalidKey)?);
        SecretKey::from_scalar(scalar.expose()).map(|key| Self { index, key }).map_err(EscrowError::InvalidKey)
    }

    /// Whose share it is.
    #[must_use]
    pub const fn index(&self) -> AuditorIndex {
        self.index
    }

    /// That this is the share of its auditor in the group: `s_i·G = PK_i`. Constant time in `s_i`.
    ///
    /// With the group's own consistency this is all that there is to check of a dealing, and every
    /// auditor has to.
    ///
    /// # Errors
    /// [`EscrowError::ForeignShare`].
    pub fn check(&self, group: &AuditorGroup) -> Result<(), EscrowError> {
        let right = group.share_element(self.index).is_some_and(|key| *key == self.public());
        if right { Ok(()) } else { Err(EscrowError::ForeignShare) }
    }

    pub(super) fn public(&self) -> Element {
        self.key.public()
    }

    pub(super) const fn key(&self) -> &SecretKey {
        &self.key
    }
}

impl fmt::Debug for AuditorShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuditorShare({}, redacted)", self.index.number())
    }
}

impl Body for AuditorShare {
    const TYPE: MessageType = MessageType::AuditorShare;
    const MAX_LEN: usize = 64;
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).uint(u64::from(self.index.number()));
        writer.key(2).scalars([self.key.scalar()]);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let index = AuditorIndex::read(reader.key(1)?)?;
        let [scalar] = reader.key(2)?.scalars_of()?.map(Secret::new);
        Ok(Self { index, key: SecretKey::from_scalar(scalar.expose())? })
    }
}

//! A version that counts (spec 09 §3).

use core::ops::Deref;

use super::signed::cosigner_statement;
use super::{Directory, DirectoryDigest, DirectoryDraft, DirectoryError, SignedDirectory};
use crate::calendar::Timestamp;
use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, Refusal, refusal};
use crate::list::{CosignedHeadSet, CosignedHeads, ListError};

/// A version of the directory that counts: pinned, or followed from one that does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedDirectory(pub(super) SignedDirectory);

impl Deref for VerifiedDirectory {
    type Target = Directory;

    fn deref(&self) -> &Directory {
        &self.0.content
    }
}

impl VerifiedDirectory {
    /// Takes the next version, if the authority and a quorum of the cosigners that *this* version
    /// names signed it, and it changes nothing that must stay.
    ///
    /// The cosigners that the next version names need not sign it: whoever could sign a private
    /// version could name keys of its own in it. Signatures of others than this version's cosigners
    /// are left out of the result.
    ///
    /// # Errors
    /// [`DirectoryError::NotNext`], [`DirectoryError::WrongPrevious`], [`DirectoryError::OldTime`],
    /// [`DirectoryError::WrongAuthority`], [`DirectoryError::BadSignature`],
    /// [`DirectoryError::NotCosigned`], [`DirectoryError::IssuerChanged`],
    /// [`DirectoryError::ListChanged`], [`DirectoryError::ShardCountChanged`],
    /// [`DirectoryError::SymbolKeyChanged`], [`DirectoryError::Auditors`].
    pub fn follow(&self, next: &SignedDirectory) -> Result<Self, DirectoryError> {
        Ok(self.follow_by_check(next)?)
    }

    /// The same, with the check that refuses.
    pub(crate) fn follow_by_check(&self, next: &SignedDirectory) -> Result<Self, Refusal<DirectoryError>> {
        self.check_next(next)?;
        let statement = || cosigner_statement(next.version(), next.digest());
        self.cosigners().verify(statement, next.cosignatures()).map_err(|refusal| match refusal.error {
            ListError::NotCosigned => refusal!(DirectoryError::NotCosigned, "09-16"),
            _ => refusal!(DirectoryError::BadSignature, "09-15"),
        })?;
        let mut next = next.clone();
        next.signatures.cosignatures.retain(|cosignature| self.cosigners().contains(&cosignature.signer()));
        Ok(Self(next))
    }

    /// Everything but the quorum: what a cosigner checks before it signs.
    pub(super) fn check_next(&self, next: &SignedDirectory) -> Result<(), Refusal<DirectoryError>> {
        next.content.check_follows(self, self.digest())?;
        next.check_authority(&self.authority()).map_err(|error| refusal!(error, "09-14"))?;
        next.content.vartime_check_auditors(Some(self))
    }

    /// The digest of the content: what the next version names, and a host may pin.
    #[must_use]
    pub const fn digest(&self) -> DirectoryDigest {
        self.0.digest()
    }

    /// The version with its signatures, to be served or stored. A stored one is read again by its
    /// digest ([`SignedDirectory::pin`]).
    #[must_use]
    pub const fn signed(&self) -> &SignedDirectory {
        &self.0
    }

    /// Starts the next version as a copy of this one.
    #[must_use]
    pub fn amend(&self) -> DirectoryDraft {
        DirectoryDraft::of(self.0.content.clone())
    }

    /// Checks heads against the keys of their list, that a quorum of the cosigners signed them, and
    /// that their time has come.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownList`], [`DirectoryError::NotCosigned`], [`DirectoryError::List`].
    pub fn verify_heads(&self, heads: &CosignedHeadSet, now: Timestamp) -> Result<CosignedHeads, DirectoryError> {
        Ok(self.verify_heads_by_check(heads, now)?)
    }

    /// The same, with the check that refuses.
    pub(crate) fn verify_heads_by_check(
        &self,
        heads: &CosignedHeadSet,
        now: Timestamp,
    ) -> Result<CosignedHeads, Refusal<DirectoryError>> {
        let unknown = refusal!(DirectoryError::UnknownList, "11-38");
        let keys = heads.heads().name().and_then(|name| self.list(name)).ok_or(unknown)?;
        heads.verify_by_check(keys, self.cosigners(), now).map_err(Refusal::wider)
    }

    /// For storage that nobody else can write to: what is read again counts unchecked.
    pub(crate) fn write(&self, writer: &mut Writer) {
        self.0.write_item(writer);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        SignedDirectory::read_item(reader).map(Self)
    }
}

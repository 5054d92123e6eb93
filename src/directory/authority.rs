//! The authority: it drafts versions and signs them (spec 09 §2).

use alloc::vec::Vec;

use rand_core::CryptoRngCore;

use super::signed::authority_statement;
use super::{
    Directory, DirectoryDigest, DirectoryDraft, DirectoryError, DirectoryVersion, SignedDirectory, VerifiedDirectory,
};
use crate::calendar::Timestamp;
use crate::list::{Cosignature, Cosigners, ShardCount};
use crate::secret::Secret;
use crate::signature::SigningKey;
use crate::symbol::SymbolPublicKey;

/// Who signs versions of the directory.
///
/// It keeps no state: store a signed version before it leaves, and sign no second one with its
/// number, nor found a second directory with its key. Two are evidence against it, and no quorum of
/// honest cosigners signs both.
#[derive(Debug)]
pub struct Authority(SigningKey);

impl Authority {
    /// A fresh key.
    pub fn random(rng: &mut impl CryptoRngCore) -> Self {
        Self(SigningKey::random(rng))
    }

    /// The authority with this stored key.
    #[must_use]
    pub fn from_secret_bytes(key: Secret<[u8; 32]>) -> Self {
        Self(SigningKey::from_secret_bytes(key))
    }

    /// The key, for storage where only [`Authority::from_secret_bytes`] finds it again.
    #[must_use]
    pub fn to_secret_bytes(&self) -> Secret<[u8; 32]> {
        self.0.to_secret_bytes()
    }

    /// The Ed25519 verification key, 32 bytes.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// Starts a first version, whose successor this authority signs.
    #[must_use]
    pub fn draft(&self, cosigners: Cosigners, symbol_key: SymbolPublicKey, shard_count: ShardCount) -> DirectoryDraft {
        DirectoryDraft::new(self.0.verifying_key(), cosigners, symbol_key, shard_count)
    }

    /// Signs a first version. Hosts pin it; nobody cosigns it.
    ///
    /// # Errors
    /// [`DirectoryError::Invalid`]; [`DirectoryError::WrongAuthority`] if it names another
    /// authority than this one.
    pub fn found(&self, draft: DirectoryDraft, time: Timestamp) -> Result<SignedDirectory, DirectoryError> {
        let content = draft.finish(DirectoryVersion::FIRST, DirectoryDigest::NONE, time)?;
        if content.authority() != self.public_key() {
            return Err(DirectoryError::WrongAuthority);
        }
        Ok(self.seal(content))
    }

    /// Signs the version after `previous`, for cosigners to sign.
    ///
    /// # Errors
    /// [`DirectoryError::Invalid`]; [`DirectoryError::WrongAuthority`] if `previous` names another
    /// authority; those of [`VerifiedDirectory::follow`] for what must not change.
    pub fn sign(
        &self,
        previous: &VerifiedDirectory,
        draft: DirectoryDraft,
        time: Timestamp,
    ) -> Result<SignedDirectory, DirectoryError> {
        let version = previous.version().next().ok_or(DirectoryError::NotNext)?;
        let signed = self.seal(draft.finish(version, previous.digest(), time)?);
        previous.check_next(&signed)?;
        Ok(signed)
    }

    pub(crate) const fn key(&self) -> &SigningKey {
        &self.0
    }

    fn seal(&self, content: Directory) -> SignedDirectory {
        let statement = authority_statement(content.version, content.digest());
        SignedDirectory::new(content, Cosignature::make(&self.0, statement), Vec::new())
    }
}

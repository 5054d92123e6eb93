//! The authority: it drafts versions and signs them (spec 09 §2).

use alloc::vec::Vec;

use rand_core::CryptoRngCore;

use super::signed::authority_statement;
use super::{
    Directory, DirectoryDigest, DirectoryDraft, DirectoryError, DirectoryVersion, SignedDirectory, VerifiedDirectory,
};
use crate::calendar::Timestamp;
use crate::codec::key_message;
use crate::list::{Cosignature, Cosigners, ShardCount};
use crate::secret::Secret;
use crate::signature::{RoleKey, SigningKey, Unsigned, VerifyingKey};
use crate::symbol::SymbolPublicKey;

/// Who signs versions of the directory.
///
/// It keeps no state: store a signed version before it leaves, and sign no second one with its
/// number, nor found a second directory with its key. Two are evidence against it, and no quorum of
/// honest cosigners signs both.
///
/// With a [`KeyElsewhere`](crate::signature::KeyElsewhere) the key is in an HSM or at a key
/// service, and versions and certificates are prepared for its signature.
#[derive(Debug)]
pub struct Authority<K: RoleKey = SigningKey>(K);

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

    /// Signs a first version. Hosts pin it; nobody cosigns it.
    ///
    /// # Errors
    /// [`DirectoryError::Invalid`]; [`DirectoryError::WrongAuthority`] if it names another
    /// authority than this one.
    pub fn found(&self, draft: DirectoryDraft, time: Timestamp) -> Result<SignedDirectory, DirectoryError> {
        Ok(self.prepare_first(draft, time)?.sign_here(&self.0))
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
        Ok(self.prepare_next(previous, draft, time)?.sign_here(&self.0))
    }
}

key_message!(Authority, AuthorityKey);

impl<K: RoleKey> Authority<K> {
    /// An authority with a key that there is, here or elsewhere; it signs for nothing else.
    #[must_use]
    pub const fn with_key(key: K) -> Self {
        Self(key)
    }

    /// The Ed25519 verification key, 32 bytes.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.verifying_key().to_bytes()
    }

    /// Starts a first version, whose successor this authority signs.
    #[must_use]
    pub fn draft(&self, cosigners: Cosigners, symbol_key: SymbolPublicKey, shard_count: ShardCount) -> DirectoryDraft {
        DirectoryDraft::new(self.verifying_key(), cosigners, symbol_key, shard_count)
    }

    /// A first version, to be signed: [`Authority::found`].
    ///
    /// # Errors
    /// As there.
    pub fn prepare_first(
        &self,
        draft: DirectoryDraft,
        time: Timestamp,
    ) -> Result<Unsigned<SignedDirectory>, DirectoryError> {
        let content = draft.finish(DirectoryVersion::FIRST, DirectoryDigest::NONE, time)?;
        if content.authority() != self.public_key() {
            return Err(DirectoryError::WrongAuthority);
        }
        Ok(self.seal(content))
    }

    /// The version after `previous`, to be signed: [`Authority::sign`].
    ///
    /// # Errors
    /// As there.
    pub fn prepare_next(
        &self,
        previous: &VerifiedDirectory,
        draft: DirectoryDraft,
        time: Timestamp,
    ) -> Result<Unsigned<SignedDirectory>, DirectoryError> {
        let version = previous.version().next().ok_or(DirectoryError::NotNext)?;
        let content = draft.finish(version, previous.digest(), time)?;
        content.check_follows(previous, previous.digest())?;
        if previous.authority() != self.public_key() {
            return Err(DirectoryError::WrongAuthority);
        }
        content.vartime_check_auditors(Some(previous))?;
        Ok(self.seal(content))
    }

    pub(crate) const fn key(&self) -> &K {
        &self.0
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey::of(&self.0)
    }

    fn seal(&self, content: Directory) -> Unsigned<SignedDirectory> {
        let statement = authority_statement(content.version, content.digest());
        Cosignature::unsigned(self.verifying_key(), statement).within(
            |authority| SignedDirectory::new(content, authority, Vec::new()),
            |directory, _, signature| directory.signatures.authority.signature = signature,
        )
    }
}

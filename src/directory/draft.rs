//! Putting a version together (spec 09 §2).

use alloc::vec::Vec;

use super::{Auditor, Directory, DirectoryDigest, DirectoryError, DirectoryVersion, IssuerEntry, PlatformEntry};
use crate::calendar::Timestamp;
use crate::credential::{IssuerParameters, IssuerPublicKey};
use crate::list::{Cosigners, KeyValidity, ListKeys, ShardCount};
use crate::set::SetDigest;
use crate::signature::VerifyingKey;
use crate::symbol::SymbolPublicKey;

/// A version in the making, finished by [`Authority::found`](super::Authority::found) or
/// [`Authority::sign`](super::Authority::sign).
///
/// Whatever does not fit is refused there, not before.
#[derive(Clone, Debug)]
pub struct DirectoryDraft {
    content: Directory,
    /// Something was named that is not there, or is no key.
    defect: bool,
}

impl DirectoryDraft {
    pub(super) fn new(
        authority: VerifyingKey,
        cosigners: Cosigners,
        symbol_key: SymbolPublicKey,
        shard_count: ShardCount,
    ) -> Self {
        Self::of(Directory {
            version: DirectoryVersion::FIRST,
            time: Timestamp::from_secs(0),
            previous: DirectoryDigest::NONE,
            authority,
            cosigners,
            symbol_key,
            shard_count,
            schemas: Vec::new(),
            issuers: Vec::new(),
            lists: Vec::new(),
            platforms: Vec::new(),
            auditors: Vec::new(),
            digits: Vec::new(),
        })
    }

    /// A draft that begins as a copy.
    pub(super) const fn of(content: Directory) -> Self {
        Self { content, defect: false }
    }

    /// Adds an issuer key with its version, schema and validity.
    #[must_use]
    pub fn issuer(mut self, parameters: &IssuerParameters, validity: KeyValidity) -> Self {
        self.content.issuers.push(IssuerEntry::new(parameters, validity));
        self
    }

    /// Says when an issuer key retires, sooner or later than was said before. One that has retired
    /// stays so.
    #[must_use]
    pub fn retire(mut self, key: &IssuerPublicKey, until: Timestamp) -> Self {
        match self.content.issuers.iter_mut().find(|entry| entry.key == *key) {
            Some(entry) => entry.validity.until = until,
            None => self.defect = true,
        }
        self
    }

    /// Adds a list. Its keys never change.
    #[must_use]
    pub fn list(mut self, keys: ListKeys) -> Self {
        self.content.lists.push(keys);
        self
    }

    /// Adds a key under which a platform signs verdicts, 32 bytes, and when they count; or gives
    /// the one that is there another validity.
    #[must_use]
    pub fn platform(mut self, key: &[u8; 32], validity: KeyValidity) -> Self {
        match VerifyingKey::from_bytes(key) {
            Ok(key) => {
                self.content.platforms.retain(|one| one.key != key);
                self.content.platforms.push(PlatformEntry { key, validity });
            }
            Err(_) => self.defect = true,
        }
        self
    }

    /// Takes a platform's key out: verdicts under it count no more.
    #[must_use]
    pub fn without_platform(mut self, key: &[u8; 32]) -> Self {
        let before = self.content.platforms.len();
        self.content.platforms.retain(|one| one.key() != *key);
        self.defect |= self.content.platforms.len() == before;
        self
    }

    /// Adds an auditor, or gives the one of this name another key.
    #[must_use]
    pub fn auditor(mut self, auditor: Auditor) -> Self {
        self.content.auditors.retain(|one| one.name != auditor.name);
        self.content.auditors.push(auditor);
        self
    }

    /// Takes an auditor out.
    #[must_use]
    pub fn without_auditor(mut self, name: &str) -> Self {
        let before = self.content.auditors.len();
        self.content.auditors.retain(|one| one.name != name);
        self.defect |= self.content.auditors.len() == before;
        self
    }

    /// Adds the digits of a platform.
    #[must_use]
    pub fn digits(mut self, digest: SetDigest) -> Self {
        self.content.digits.push(digest);
        self
    }

    /// Takes digits out: holders prove with them no more.
    #[must_use]
    pub fn without_digits(mut self, digest: SetDigest) -> Self {
        let before = self.content.digits.len();
        self.content.digits.retain(|one| *one != digest);
        self.defect |= self.content.digits.len() == before;
        self
    }

    /// Names who cosigns epochs from this version on, and the version after it.
    #[must_use]
    pub fn cosigners(mut self, cosigners: Cosigners) -> Self {
        self.content.cosigners = cosigners;
        self
    }

    /// Names the key of who signs the version after this one, 32 bytes.
    #[must_use]
    pub fn authority(mut self, key: &[u8; 32]) -> Self {
        match VerifyingKey::from_bytes(key) {
            Ok(key) => self.content.authority = key,
            Err(_) => self.defect = true,
        }
        self
    }

    pub(super) fn finish(
        self,
        version: DirectoryVersion,
        previous: DirectoryDigest,
        time: Timestamp,
    ) -> Result<Directory, DirectoryError> {
        let mut content = Directory { version, previous, time, ..self.content };
        content.sort();
        content.check()?;
        if self.defect { Err(DirectoryError::Invalid) } else { Ok(content) }
    }
}

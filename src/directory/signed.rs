//! A version with its signatures, as it is served (spec 09 §2).

use alloc::vec::Vec;

use super::{Directory, DirectoryDigest, DirectoryError, DirectoryVersion, VerifiedDirectory};
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::{DecodeError, Refusal, refusal};
use crate::group::TaggedHash;
use crate::list::Cosignature;

/// What the authority signs about a version: that it made this one under its number, and no other.
pub(super) fn authority_statement(version: DirectoryVersion, digest: DirectoryDigest) -> TaggedHash {
    TaggedHash::new("directory-authority").uint(version.number()).part(&digest.0)
}

/// What a cosigner signs about a version: that it knows no other of this number.
pub(super) fn cosigner_statement(version: DirectoryVersion, digest: DirectoryDigest) -> TaggedHash {
    TaggedHash::new("cosign-directory").uint(version.number()).part(&digest.0)
}

/// Who signed a version: what evidence is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signatures {
    pub(super) digest: DirectoryDigest,
    pub(super) authority: Cosignature,
    pub(super) cosignatures: Vec<Cosignature>,
}

/// A version of the directory as it is served. Nothing of it counts before [`SignedDirectory::pin`]
/// or [`VerifiedDirectory::follow`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedDirectory {
    pub(super) content: Directory,
    pub(super) signatures: Signatures,
}

impl SignedDirectory {
    pub(super) fn new(content: Directory, authority: Cosignature, cosignatures: Vec<Cosignature>) -> Self {
        let digest = content.digest();
        Self { content, signatures: Signatures { digest, authority, cosignatures } }
    }

    /// What it says, not checked: for whoever decides whether to sign it.
    #[must_use]
    pub const fn content(&self) -> &Directory {
        &self.content
    }

    /// Its number, not checked.
    #[must_use]
    pub const fn version(&self) -> DirectoryVersion {
        self.content.version
    }

    /// The digest of its content: what a host pins, and the next version names.
    #[must_use]
    pub const fn digest(&self) -> DirectoryDigest {
        self.signatures.digest
    }

    /// The cosigners' signatures, not checked.
    #[must_use]
    pub fn cosignatures(&self) -> &[Cosignature] {
        &self.signatures.cosignatures
    }

    /// With these signatures beside those that are there; of two by one signer the first stays.
    #[must_use]
    pub fn with_cosignatures(mut self, cosignatures: Vec<Cosignature>) -> Self {
        self.signatures.cosignatures.extend(cosignatures);
        self.signatures.cosignatures = Cosignature::in_order(self.signatures.cosignatures);
        self
    }

    /// Takes the version that the host trusts without another one: the one with this digest, which
    /// is shipped with the host.
    ///
    /// The digest decides. A first version is also signed by its own authority; later ones may be
    /// pinned, too, and their signatures, which only somebody with the version before can check, do
    /// not count then.
    ///
    /// # Errors
    /// [`DirectoryError::NotPinned`], [`DirectoryError::WrongAuthority`],
    /// [`DirectoryError::BadSignature`] or [`DirectoryError::Auditors`].
    pub fn pin(&self, digest: &DirectoryDigest) -> Result<VerifiedDirectory, DirectoryError> {
        Ok(self.pin_by_check(digest)?)
    }

    /// The same, with the check that refuses.
    pub(crate) fn pin_by_check(&self, digest: &DirectoryDigest) -> Result<VerifiedDirectory, Refusal<DirectoryError>> {
        if self.digest() != *digest {
            return Err(refusal!(DirectoryError::NotPinned, "09-9"));
        }
        let mut pinned = self.clone();
        pinned.signatures.cosignatures.clear();
        if self.version() == DirectoryVersion::FIRST {
            self.check_authority(&self.content.authority()).map_err(|error| refusal!(error, "09-10"))?;
        }
        self.content.vartime_check_auditors(None)?;
        Ok(VerifiedDirectory(pinned))
    }

    /// Whether the authority with this key signed it.
    pub(super) fn check_authority(&self, key: &[u8; 32]) -> Result<(), DirectoryError> {
        if self.signatures.authority.signer() != *key {
            return Err(DirectoryError::WrongAuthority);
        }
        let statement = authority_statement(self.version(), self.digest());
        if self.signatures.authority.is_of(statement) { Ok(()) } else { Err(DirectoryError::BadSignature) }
    }

    /// As one item of another message: an array of three values.
    pub(super) fn write_item(&self, writer: &mut Writer) {
        writer.array(3);
        self.content.write(writer);
        self.signatures.authority.write(writer);
        Cosignature::write_all(&self.signatures.cosignatures, writer);
    }

    pub(super) fn read_item(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(3)?;
        let content = Directory::read(reader)?;
        let authority = Cosignature::read(reader)?;
        Ok(Self::new(content, authority, Cosignature::read_all(reader)?))
    }
}

impl Body for SignedDirectory {
    const TYPE: MessageType = MessageType::SignedDirectory;
    const MAX_LEN: usize = 1 << 20;
    const FIELDS: u64 = 3;

    fn write(&self, writer: &mut Writer) {
        self.content.write(writer.key(1));
        self.signatures.authority.write(writer.key(2));
        Cosignature::write_all(&self.signatures.cosignatures, writer.key(3));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let content = Directory::read(reader.key(1)?)?;
        let authority = Cosignature::read(reader.key(2)?)?;
        Ok(Self::new(content, authority, Cosignature::read_all(reader.key(3)?)?))
    }
}

//! What a wallet remembers of what it was shown, to notice a second version of it (spec 09 §4.2).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use super::signed::Signatures;
use super::{DirectoryDigest, DirectoryError, DirectoryVersion, Equivocation, SignedDirectory, VerifiedDirectory};
use crate::calendar::Timestamp;
use crate::codec::{Reader, Writer};
use crate::error::DecodeError;
use crate::list::{Cosignature, CosignedHeadSet, CosignedHeads, Epoch, EpochDigest, ListError, ListName};

/// How many epochs of each list are remembered: the newest ones.
const MAX_EPOCHS: usize = 8;
/// How many lists are remembered: those of a directory.
const MAX_LISTS: usize = 16;
/// How many versions are remembered: the newest ones.
const MAX_VERSIONS: usize = 256;

/// Why heads that were shown do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SeenError {
    /// They do not count by themselves.
    Refused(DirectoryError),
    /// They contradict what was seen before. The evidence is against every cosigner who signed
    /// both; there is none if the directory named other cosigners in between.
    Contradiction(Vec<Equivocation>),
}

impl fmt::Display for SeenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(_) => f.write_str("what was shown does not count"),
            Self::Contradiction(_) => f.write_str("another version of the epoch was seen before"),
        }
    }
}

impl core::error::Error for SeenError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Refused(error) => Some(error),
            _ => None,
        }
    }
}

impl From<DirectoryError> for SeenError {
    fn from(error: DirectoryError) -> Self {
        Self::Refused(error)
    }
}

impl From<ListError> for SeenError {
    fn from(error: ListError) -> Self {
        Self::Refused(error.into())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct SeenEpoch {
    time: Timestamp,
    digest: EpochDigest,
    cosignatures: Vec<Cosignature>,
}

/// The newest epochs of each list that a wallet has taken, with who signed them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EpochMemory(BTreeMap<ListName, BTreeMap<Epoch, SeenEpoch>>);

impl EpochMemory {
    /// Nothing seen.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Verifies heads as [`VerifiedDirectory::verify_heads`] does, compares them with what was seen
    /// before, and remembers them.
    ///
    /// # Errors
    /// [`SeenError::Refused`] with the errors of [`VerifiedDirectory::verify_heads`];
    /// [`SeenError::Contradiction`] for another version of an epoch that was seen, if a quorum
    /// signed it, or if somebody did who signed the version seen.
    pub fn see(
        &mut self,
        heads: &CosignedHeadSet,
        directory: &VerifiedDirectory,
        now: Timestamp,
    ) -> Result<CosignedHeads, SeenError> {
        let name = heads.heads().name().ok_or(DirectoryError::UnknownList)?;
        let keys = directory.list(name).ok_or(DirectoryError::UnknownList)?;
        let offered = heads.heads().verify(keys)?;
        let members: Vec<Cosignature> = heads
            .cosignatures()
            .iter()
            .filter(|cosignature| directory.cosigners().contains(&cosignature.signer()))
            .cloned()
            .collect();
        let seen = self.0.get(name).and_then(|epochs| epochs.get(&offered.epoch()));
        let contradicted = seen.filter(|seen| seen.digest != offered.digest());
        if let Some(seen) = contradicted {
            let statements = [
                (seen.time, seen.digest, seen.cosignatures.as_slice()),
                (offered.time(), offered.digest(), members.as_slice()),
            ];
            let evidence = Equivocation::of_epochs(name, offered.epoch(), statements);
            if !evidence.is_empty() {
                return Err(SeenError::Contradiction(evidence));
            }
        }
        let seen = SeenEpoch { time: offered.time(), digest: offered.digest(), cosignatures: members };
        let verified = heads.confirm(offered, directory.cosigners(), now).map_err(ListError::from)?;
        if contradicted.is_some() {
            return Err(SeenError::Contradiction(Vec::new()));
        }
        let epochs = self.0.entry(name.clone()).or_default();
        epochs.entry(verified.epoch()).or_insert(seen);
        if epochs.len() > MAX_EPOCHS {
            epochs.pop_first();
        }
        Ok(verified)
    }

    /// Whether exactly these heads were seen, and are remembered.
    #[must_use]
    pub fn remembers(&self, heads: &CosignedHeads) -> bool {
        let seen = self.0.get(heads.name()).and_then(|epochs| epochs.get(&heads.epoch()));
        seen.is_some_and(|seen| seen.digest == heads.digest())
    }

    /// The newest epoch of a list that was seen.
    #[must_use]
    pub fn newest(&self, name: &ListName) -> Option<Epoch> {
        self.0.get(name)?.last_key_value().map(|(epoch, _)| *epoch)
    }

    /// For storage that nobody else can write to.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.array(self.0.len());
        for (name, epochs) in &self.0 {
            writer.array(3);
            name.write(writer);
            writer.array(epochs.len());
            for (epoch, seen) in epochs {
                writer.array(4);
                writer.uint(epoch.number());
                writer.uint(seen.time.as_secs());
                writer.bytes(&seen.digest.0);
                Cosignature::write_all(&seen.cosignatures, writer);
            }
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let lists = reader.items(MAX_LISTS, |reader| {
            reader.array_of(3)?;
            let name = ListName::read(reader)?;
            let epochs = reader.items(MAX_EPOCHS, |reader| {
                reader.array_of(4)?;
                let epoch = Epoch::new(reader.uint()?);
                let time = Timestamp::from_secs(reader.uint()?);
                let digest = EpochDigest(reader.bytes_of()?);
                Ok((epoch, SeenEpoch { time, digest, cosignatures: Cosignature::read_all(reader)? }))
            })?;
            Ok((name, epochs.into_iter().collect()))
        })?;
        Ok(Self(lists.into_iter().collect()))
    }
}

/// Who signed the versions of the directory that a wallet has taken: so a second version is noticed
/// also when it comes late, after others were followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirectoryMemory(BTreeMap<DirectoryVersion, Signatures>);

impl DirectoryMemory {
    /// Nothing seen.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Remembers a version that counts. What was remembered under its number stays.
    pub fn remember(&mut self, directory: &VerifiedDirectory) {
        self.0.entry(directory.version()).or_insert_with(|| directory.signed().signatures.clone());
        if self.0.len() > MAX_VERSIONS {
            self.0.pop_first();
        }
    }

    /// Whether this version, whatever it is worth, is another one than the one remembered under its
    /// number.
    #[must_use]
    pub fn is_contradicted_by(&self, shown: &SignedDirectory) -> bool {
        self.0.get(&shown.version()).is_some_and(|seen| seen.digest != shown.digest())
    }

    /// The evidence against everybody who signed this version and the one remembered under its
    /// number.
    #[must_use]
    pub fn evidence(&self, shown: &SignedDirectory) -> Vec<Equivocation> {
        let seen = self.0.get(&shown.version());
        seen.map_or_else(Vec::new, |seen| Equivocation::of_versions(shown.version(), seen, &shown.signatures))
    }

    /// For storage that nobody else can write to.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.array(self.0.len());
        for (version, seen) in &self.0 {
            writer.array(4);
            writer.uint(version.number());
            writer.bytes(&seen.digest.0);
            seen.authority.write(writer);
            Cosignature::write_all(&seen.cosignatures, writer);
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let versions = reader.items(MAX_VERSIONS, |reader| {
            reader.array_of(4)?;
            let version = DirectoryVersion::read(reader)?;
            let digest = DirectoryDigest(reader.bytes_of()?);
            let authority = Cosignature::read(reader)?;
            Ok((version, Signatures { digest, authority, cosignatures: Cosignature::read_all(reader)? }))
        })?;
        Ok(Self(versions.into_iter().collect()))
    }
}

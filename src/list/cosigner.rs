//! A cosigner: it reads every log, and signs one version of each epoch (spec 07 §7.2).

use alloc::collections::BTreeMap;
use core::fmt;

use rand_core::CryptoRngCore;

use super::cosign::{Cosignature, statement};
use super::{Epoch, EpochDigest, EpochUpdate, HeadSet, ListError, ListKeys, ListName, LogAuditor};
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::secret::Secret;
use crate::signature::SigningKey;

/// The most lists that a cosigner remembers.
const MAX_LISTS: usize = 256;

/// The number and digest of a version of the directory.
type SignedVersion = (u64, [u8; 32]);

/// A cosigner with its key, the logs it has read, the newest epoch that it has signed of each, and the newest version of the
/// directory that it has signed ([`Cosigner::cosign_directory`]).
///
/// As a [`Message`](crate::codec::Message) it is its key and what it has signed, not what it has read: after a restart it reads
/// the logs again from the first entry, and refuses one that does not lead through what it signed. Store it after each
/// signature, before the signature leaves. The bytes are secret.
pub struct Cosigner {
    key: SigningKey,
    signed: BTreeMap<ListName, (Epoch, EpochDigest)>,
    logs: BTreeMap<ListName, LogAuditor>,
    version: Option<SignedVersion>,
}

impl fmt::Debug for Cosigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cosigner({:?}, {:?}, redacted)", self.signed, self.version.map(|(number, _)| number))
    }
}

impl Cosigner {
    /// A cosigner with a fresh key.
    pub fn random(rng: &mut impl CryptoRngCore) -> Self {
        Self { key: SigningKey::random(rng), signed: BTreeMap::new(), logs: BTreeMap::new(), version: None }
    }

    /// The Ed25519 verification key, 32 bytes.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    pub(crate) const fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The newest version of the directory that it has signed.
    pub(crate) const fn version(&self) -> Option<SignedVersion> {
        self.version
    }

    pub(crate) const fn set_version(&mut self, version: SignedVersion) {
        self.version = Some(version);
    }

    /// Reads the next epoch of a list, from the empty log on, and signs it. An epoch that was read last is signed again.
    ///
    /// # Errors
    /// Those of [`LogAuditor::follow`]; [`ListError::TooManyLists`] for the 257th list; [`ListError::Forked`] for another
    /// version of an epoch that it has read or signed, and [`ListError::Incomplete`], after which the epoch is read and not
    /// signed, before the epoch that it signed last.
    pub fn cosign(
        &mut self,
        keys: &ListKeys,
        heads: &HeadSet,
        updates: &[EpochUpdate],
    ) -> Result<Cosignature, ListError> {
        let offered = heads.verify(keys)?;
        if self.signed.len() >= MAX_LISTS && !self.signed.contains_key(keys.name()) {
            return Err(ListError::TooManyLists);
        }
        let log = self.logs.entry(keys.name().clone()).or_insert_with(|| LogAuditor::new(keys.clone()));
        let verified = match log.heads() {
            Some(last) if last.epoch() == offered.epoch() => {
                if last.digest() != offered.digest() {
                    return Err(ListError::Forked);
                }
                last
            }
            _ => log.follow(heads, updates)?,
        };
        match self.signed.get(keys.name()) {
            Some((epoch, _)) if *epoch > verified.epoch() => return Err(ListError::Incomplete),
            Some((epoch, digest)) if *epoch == verified.epoch() && *digest != verified.digest() => {
                // What was read is the other version: nothing that follows it may be signed.
                self.logs.remove(keys.name());
                return Err(ListError::Forked);
            }
            _ => {}
        }
        self.signed.insert(keys.name().clone(), (verified.epoch(), verified.digest()));
        Ok(Cosignature::make(&self.key, statement(verified)))
    }
}

impl Body for Cosigner {
    const TYPE: MessageType = MessageType::CosignerState;
    const MAX_LEN: usize = 128 + 128 * MAX_LISTS;
    const FIELDS: u64 = 3;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(self.key.to_bytes().expose());
        writer.key(2).array(self.signed.len());
        for (name, (epoch, digest)) in &self.signed {
            writer.array(4);
            name.write(writer);
            writer.uint(epoch.number());
            writer.bytes(&digest.0);
        }
        writer.key(3).array(if self.version.is_some() { 2 } else { 0 });
        if let Some((number, digest)) = &self.version {
            writer.uint(*number);
            writer.bytes(digest);
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let key = SigningKey::from_bytes(&Secret::new(reader.key(1)?.bytes_of()?));
        let signed = reader.key(2)?.items(MAX_LISTS, |reader| {
            reader.array_of(4)?;
            let name = ListName::read(reader)?;
            Ok((name, (Epoch::new(reader.uint()?), EpochDigest(reader.bytes_of()?))))
        })?;
        let version = match reader.key(3)?.array(2)? {
            0 => None,
            2 => Some((reader.uint()?, reader.bytes_of()?)),
            _ => return Err(DecodeError::Malformed),
        };
        Ok(Self { key, signed: signed.into_iter().collect(), logs: BTreeMap::new(), version })
    }
}

//! A cosigner: it reads every log, and signs one version of each epoch (spec 07 §7.2).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::cosign::{Cosignature, statement};
use super::{Epoch, EpochDigest, EpochUpdate, HeadSet, ListError, ListKeys, ListName, LogAuditor};
use crate::calendar::Timestamp;
use crate::codec::{Body, Message, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::secret::Secret;
use crate::signature::SigningKey;

/// The most lists that a cosigner remembers.
const MAX_LISTS: usize = 256;

/// The number and digest of a version of the directory.
type SignedVersion = (u64, [u8; 32]);

/// A cosigner with its key, the logs it has read, the newest epoch that it has signed of each, and
/// the newest version of the directory that it has signed ([`Cosigner::cosign_directory`]).
///
/// As a [`Message`](crate::codec::Message) it is its key and what it has signed, not what it has
/// read: after a restart it reads the logs again from the first entry, and refuses one that does
/// not lead through what it signed. A signature comes out of a [`StagedCosignature`] alone, whose
/// bytes are stored before. The bytes are secret.
pub struct Cosigner {
    key: SigningKey,
    signed: Signed,
    logs: BTreeMap<ListName, LogAuditor>,
}

/// What a cosigner remembers for ever.
#[derive(Clone, Default)]
struct Signed {
    epochs: BTreeMap<ListName, (Epoch, EpochDigest)>,
    version: Option<SignedVersion>,
}

impl fmt::Debug for Cosigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Signed { epochs, version } = &self.signed;
        write!(f, "Cosigner({epochs:?}, {:?}, redacted)", version.map(|(number, _)| number))
    }
}

/// A signature that waits until the host has stored that it was made.
///
/// A cosigner that gave its signature away and forgot it would sign a second version after a
/// restart, and be convicted of it. So the signature is to be had when the new state is stored. A
/// change that is dropped leaves the cosigner as it was.
///
/// ```
/// # use selfsame::calendar::Timestamp;
/// # use selfsame::list::{AccumulatorManager, Cosigner, ListClass, ListName, ShardCount};
/// # let mut rng = rand_core::OsRng;
/// # let now = Timestamp::from_secs(1_790_000_000);
/// # let name = ListName::new("public-security", ListClass::Status)?;
/// # let (manager, heads) = AccumulatorManager::new(name, ShardCount::ONE, now, &mut rng);
/// # let path = std::env::temp_dir().join(format!("cosigner-{}", std::process::id()));
/// let mut cosigner = Cosigner::random(&mut rng);
/// let staged = cosigner.cosign(&manager.list_keys(), &heads, &[], now)?;
/// let cosignature = staged.store(|state| std::fs::write(&path, state))?;
/// # std::fs::remove_file(&path)?;
/// assert_eq!(cosignature.signer(), cosigner.public_key());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a signature that is not stored is dropped"]
pub struct StagedCosignature<'a> {
    cosigner: &'a mut Cosigner,
    signed: Signed,
    state: Zeroizing<Vec<u8>>,
    cosignature: Cosignature,
}

impl fmt::Debug for StagedCosignature<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StagedCosignature(redacted)")
    }
}

impl StagedCosignature<'_> {
    /// The bytes of the cosigner after the signature, to store; secret from the first to the last.
    #[must_use]
    pub fn state(&self) -> &[u8] {
        &self.state
    }

    /// Stores the bytes by `store` and gives the signature when they are stored durably.
    ///
    /// # Errors
    /// That of `store`. The change is dropped then; the same call stages it again.
    pub fn store<E>(self, store: impl FnOnce(&[u8]) -> Result<(), E>) -> Result<Cosignature, E> {
        store(&self.state)?;
        Ok(self.confirm_stored())
    }

    /// The host says that the bytes are stored durably, which nobody checks: here is the signature.
    /// After a lie, and a restart, the cosigner signs a second version.
    pub fn confirm_stored(self) -> Cosignature {
        self.cosigner.signed = self.signed;
        self.cosignature
    }
}

impl Cosigner {
    /// A cosigner with a fresh key.
    pub fn random(rng: &mut impl CryptoRngCore) -> Self {
        Self { key: SigningKey::random(rng), signed: Signed::default(), logs: BTreeMap::new() }
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
        self.signed.version
    }

    /// Stages that it signs this version.
    pub(crate) fn stage_version(&mut self, version: SignedVersion, cosignature: Cosignature) -> StagedCosignature<'_> {
        self.stage(Signed { version: Some(version), ..self.signed.clone() }, cosignature)
    }

    fn stage(&mut self, mut signed: Signed, cosignature: Cosignature) -> StagedCosignature<'_> {
        core::mem::swap(&mut self.signed, &mut signed);
        let state = Zeroizing::new(self.to_bytes());
        core::mem::swap(&mut self.signed, &mut signed);
        StagedCosignature { cosigner: self, signed, state, cosignature }
    }

    /// Reads the next epoch of a list, from the empty log on, and stages its signature. An epoch
    /// that was read last is signed again.
    ///
    /// # Errors
    /// Those of [`LogAuditor::follow`]; [`ListError::Future`] for an epoch of a time that has not
    /// come at `now`, which is not read; [`ListError::TooManyLists`] for the 257th list;
    /// [`ListError::Forked`] for another version of an epoch that it has read or signed, and
    /// [`ListError::Incomplete`], after which the epoch is read and not signed, before the epoch
    /// that it signed last.
    pub fn cosign(
        &mut self,
        keys: &ListKeys,
        heads: &HeadSet,
        updates: &[EpochUpdate],
        now: Timestamp,
    ) -> Result<StagedCosignature<'_>, ListError> {
        let offered = heads.verify(keys)?;
        if !offered.time().has_come(now) {
            return Err(ListError::Future);
        }
        let signed = &self.signed.epochs;
        if signed.len() >= MAX_LISTS && !signed.contains_key(keys.name()) {
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
        match signed.get(keys.name()) {
            Some((epoch, _)) if *epoch > verified.epoch() => return Err(ListError::Incomplete),
            Some((epoch, digest)) if *epoch == verified.epoch() && *digest != verified.digest() => {
                // What was read is the other version: nothing that follows it may be signed.
                self.logs.remove(keys.name());
                return Err(ListError::Forked);
            }
            _ => {}
        }
        let cosignature = Cosignature::make(&self.key, statement(verified));
        let mut next = self.signed.clone();
        next.epochs.insert(keys.name().clone(), (verified.epoch(), verified.digest()));
        Ok(self.stage(next, cosignature))
    }
}

impl Body for Cosigner {
    const TYPE: MessageType = MessageType::CosignerState;
    const MAX_LEN: usize = 128 + 128 * MAX_LISTS;
    const FIELDS: u64 = 3;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(self.key.to_secret_bytes().expose());
        let Signed { epochs, version } = &self.signed;
        writer.key(2).array(epochs.len());
        for (name, (epoch, digest)) in epochs {
            writer.array(4);
            name.write(writer);
            writer.uint(epoch.number());
            writer.bytes(&digest.0);
        }
        writer.key(3).array(if version.is_some() { 2 } else { 0 });
        if let Some((number, digest)) = version {
            writer.uint(*number);
            writer.bytes(digest);
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let key = SigningKey::from_secret_bytes(Secret::new(reader.key(1)?.bytes_of()?));
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
        let signed = Signed { epochs: signed.into_iter().collect(), version };
        Ok(Self { key, signed, logs: BTreeMap::new() })
    }
}

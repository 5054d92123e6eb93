//! A cosigner: it reads every log, and signs one version of each epoch (spec 07 §7.2).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::cosign::{Cosignature, statement};
use super::{
    Epoch, EpochDigest, EpochUpdate, HeadSet, ListError, ListKeys, ListName, ListSnapshot, LogAuditor, SnapshotError,
    VerifiedHeads,
};
use crate::calendar::Timestamp;
use crate::codec::{Body, Message, MessageType, Reader, Writer};
use crate::error::{DecodeError, check};
use crate::group::TaggedHash;
use crate::secret::Secret;
use crate::signature::{RoleKey, SigningKey, Unsigned, VerifyingKey};

/// The most lists that a cosigner remembers, and so signs for (check 07-63).
const MAX_LISTS: usize = 256;

/// The number and digest of a version of the directory.
type SignedVersion = (u64, [u8; 32]);

/// A cosigner with its key, the logs it has read, the newest epoch that it has signed of each, and
/// the newest version of the directory that it has signed ([`Cosigner::cosign_directory`]).
///
/// As a [`Message`](crate::codec::Message) it is its key and what it has signed, not what it has
/// read: after a restart it goes on from its [`ListSnapshot`] of each log, or reads them again from
/// the first entry, and refuses one that does not lead through what it signed. A signature comes
/// out of a [`StagedCosignature`] alone, whose bytes are stored before. The bytes are secret.
///
/// With a [`KeyElsewhere`](crate::signature::KeyElsewhere) its signatures are made in an HSM or by
/// a key service, after its state was stored ([`StagedCosignature::store_unsigned`]).
pub struct Cosigner<K: RoleKey = SigningKey> {
    key: K,
    signed: Signed,
    logs: BTreeMap<ListName, LogAuditor>,
}

/// What a cosigner remembers for ever.
#[derive(Clone, Default)]
struct Signed {
    epochs: BTreeMap<ListName, (Epoch, EpochDigest)>,
    version: Option<SignedVersion>,
}

impl<K: RoleKey> fmt::Debug for Cosigner<K> {
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
pub struct StagedCosignature<'a, K: RoleKey = SigningKey> {
    cosigner: &'a mut Cosigner<K>,
    signed: Signed,
    state: Zeroizing<Vec<u8>>,
    cosignature: Unsigned<Cosignature>,
}

impl<K: RoleKey> fmt::Debug for StagedCosignature<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StagedCosignature(redacted)")
    }
}

impl StagedCosignature<'_> {
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
        let (cosigner, cosignature) = self.taken();
        cosignature.sign_here(&cosigner.key)
    }
}

impl<'a, K: RoleKey> StagedCosignature<'a, K> {
    /// The bytes of the cosigner after the signature, to store; secret from the first to the last.
    #[must_use]
    pub fn state(&self) -> &[u8] {
        &self.state
    }

    /// Stores the bytes by `store`, and gives what is to be signed when they are stored durably. A
    /// signature that fails after that is asked for again by the same call: it is of the same
    /// version.
    ///
    /// # Errors
    /// That of `store`.
    pub fn store_unsigned<E>(self, store: impl FnOnce(&[u8]) -> Result<(), E>) -> Result<Unsigned<Cosignature>, E> {
        store(&self.state)?;
        Ok(self.taken().1)
    }

    fn taken(self) -> (&'a Cosigner<K>, Unsigned<Cosignature>) {
        self.cosigner.signed = self.signed;
        (self.cosigner, self.cosignature)
    }
}

impl Cosigner {
    /// A cosigner with a fresh key.
    pub fn random(rng: &mut impl CryptoRngCore) -> Self {
        Self::with_key(SigningKey::random(rng))
    }

    /// [`Message::from_bytes`] of a cosigner that holds its key, so that this type alone need not
    /// be named.
    ///
    /// # Errors
    /// Any [`DecodeError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        Message::from_bytes(bytes)
    }
}

/// What it has read, so that it starts from there.
impl Cosigner {
    /// What it has read of a list, signed by its key; none before the first epoch. As
    /// [`LogAuditor::snapshot`].
    #[must_use]
    pub fn snapshot(&self, list: &ListName) -> Option<ListSnapshot> {
        self.logs.get(list)?.snapshot(&self.key)
    }
}

impl<K: RoleKey> Cosigner<K> {
    /// The same, to be signed where its key is.
    pub fn prepare_snapshot(&self, list: &ListName) -> Option<Unsigned<ListSnapshot>> {
        self.logs.get(list)?.prepare_snapshot(&self.key)
    }

    /// Goes on from its own snapshot of a list, of which it has read nothing yet, and which must
    /// reach the epoch `minimum`. What it signed, it remembers anyway.
    ///
    /// # Errors
    /// [`SnapshotError::Begun`]; [`SnapshotError::Forked`] for another version of the epoch that it
    /// signed last; those of [`LogAuditor::from_snapshot`].
    pub fn start_from(
        &mut self,
        keys: &ListKeys,
        snapshot: &ListSnapshot,
        minimum: Epoch,
    ) -> Result<(), SnapshotError> {
        if self.logs.contains_key(keys.name()) {
            return Err(SnapshotError::Begun);
        }
        let log = LogAuditor::from_snapshot(keys.clone(), snapshot, &self.public_key(), minimum, None)?;
        let signed = self.signed.epochs.get(keys.name());
        let read = log.heads().map(|heads| (heads.epoch(), heads.digest()));
        if signed.zip(read).is_some_and(|(signed, read)| signed.0 == read.0 && signed.1 != read.1) {
            return Err(SnapshotError::Forked);
        }
        self.logs.insert(keys.name().clone(), log);
        Ok(())
    }
}

impl<K: RoleKey> Cosigner<K> {
    /// A cosigner that has signed nothing, with a key that there is, here or elsewhere; it signs
    /// for nothing else.
    #[must_use]
    pub fn with_key(key: K) -> Self {
        Self { key, signed: Signed::default(), logs: BTreeMap::new() }
    }

    /// The Ed25519 verification key, 32 bytes.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        VerifyingKey::of(&self.key).to_bytes()
    }

    /// The heads of the epoch of a list that it has read last: the next one follows them
    /// ([`Wanted::epoch_after`](crate::published::Wanted::epoch_after)).
    #[must_use]
    pub fn newest_heads(&self, list: &ListName) -> Option<&VerifiedHeads> {
        self.logs.get(list)?.heads()
    }

    /// The newest version of the directory that it has signed.
    pub(crate) const fn version(&self) -> Option<SignedVersion> {
        self.signed.version
    }

    /// Stages that it signs this version.
    pub(crate) fn stage_version(&mut self, version: SignedVersion, statement: TaggedHash) -> StagedCosignature<'_, K> {
        self.stage(Signed { version: Some(version), ..self.signed.clone() }, statement)
    }

    fn stage(&mut self, mut signed: Signed, statement: TaggedHash) -> StagedCosignature<'_, K> {
        let cosignature = Cosignature::unsigned(VerifyingKey::of(&self.key), statement);
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
    ) -> Result<StagedCosignature<'_, K>, ListError> {
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
        let statement = statement(verified);
        let mut next = self.signed.clone();
        next.epochs.insert(keys.name().clone(), (verified.epoch(), verified.digest()));
        Ok(self.stage(next, statement))
    }
}

impl<K: RoleKey> Body for Cosigner<K> {
    const TYPE: MessageType = if K::IS_HELD { MessageType::CosignerState } else { MessageType::CosignerElsewhere };
    const MAX_LEN: usize = 128 + 128 * MAX_LISTS;
    const FIELDS: u64 = 3;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(self.key.stored().expose());
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
        let bytes = Secret::new(reader.key(1)?.bytes_of()?);
        let key = reader.under(check!("01-21"), |_| K::from_stored(bytes))?;
        let signed = reader.key(2)?.items(MAX_LISTS, |reader| {
            reader.array_of(4)?;
            let name = ListName::read(reader)?;
            Ok((name, (Epoch::new(reader.uint()?), EpochDigest(reader.bytes_of()?))))
        })?;
        let version = match reader.key(3)?.array_among(&[0, 2])? {
            0 => None,
            _ => Some((reader.uint()?, reader.bytes_of()?)),
        };
        let signed = Signed { epochs: signed.into_iter().collect(), version };
        Ok(Self { key, signed, logs: BTreeMap::new() })
    }
}

//! What a wallet seals (spec 11 §3).

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::WalletError;
use crate::calendar::Timestamp;
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::credential::{Credential, IssuerParameters, RecoverySecret, ShardChoice};
use crate::error::DecodeError;
use crate::list::{CosignedHeads, Epoch, EpochDigest, ListClass, ListError, ListName, Shard, SuspendedCatchUp};

/// The most credentials of a wallet.
pub(super) const MAX_CREDENTIALS: usize = 8;
/// The most lists whose epochs a wallet remembers: two for each credential, now and after keys have changed.
const MAX_LISTS: usize = 4 * MAX_CREDENTIALS;

/// What a wallet knows about its shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShardMemory {
    /// Nothing was asked for yet: the first request draws.
    ToDraw,
    /// The recovery secret came out of a backup: its slot may have a shard.
    Forgotten,
    /// Drawn, or taken from the slot, for good.
    Known(Shard),
}

impl ShardMemory {
    pub(super) const fn choice(self) -> ShardChoice {
        match self {
            Self::ToDraw => ShardChoice::Draw,
            Self::Forgotten => ShardChoice::FromSlot,
            Self::Known(shard) => ShardChoice::Keep(shard),
        }
    }

    fn write(self, writer: &mut Writer) {
        match self {
            Self::ToDraw => {
                writer.array(1);
                writer.uint(0);
            }
            Self::Forgotten => {
                writer.array(1);
                writer.uint(1);
            }
            Self::Known(shard) => {
                writer.array(2);
                writer.uint(2);
                writer.uint(u64::from(shard.number()));
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match (reader.array(2)?, reader.uint::<u8>()?) {
            (1, 0) => Ok(Self::ToDraw),
            (1, 1) => Ok(Self::Forgotten),
            (2, 2) => Shard::read(reader).map(Self::Known),
            _ => Err(DecodeError::OutOfRange),
        }
    }
}

/// A credential with the catch-ups that were interrupted: status, flag.
pub(super) struct Held {
    pub(super) credential: Credential,
    pub(super) catching_up: [Option<SuspendedCatchUp>; ListClass::COUNT],
}

impl Held {
    /// Whether a credential under these parameters is in this one's place.
    pub(super) fn is_under(&self, parameters: &IssuerParameters) -> bool {
        let own = self.credential.parameters();
        own.key() == parameters.key()
            && own.version() == parameters.version()
            && own.schema_digest() == parameters.schema_digest()
    }

    fn write(&self, writer: &mut Writer) {
        writer.array(1 + ListClass::COUNT);
        self.credential.write(writer);
        for catching_up in &self.catching_up {
            writer.array(usize::from(catching_up.is_some()));
            if let Some(catching_up) = catching_up {
                catching_up.write(writer);
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(1 + ListClass::COUNT)?;
        let credential = Credential::read(reader)?;
        let mut catching_up = [None, None];
        for (catching_up, witness) in catching_up.iter_mut().zip(credential.witnesses()) {
            *catching_up = reader.items(1, SuspendedCatchUp::read)?.pop();
            if catching_up.as_ref().is_some_and(|suspended| !suspended.continues(witness)) {
                return Err(DecodeError::OutOfRange);
            }
        }
        Ok(Self { credential, catching_up })
    }
}

/// The newest cosigned epoch of a list that the wallet has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenEpoch {
    pub(super) name: ListName,
    pub(super) epoch: Epoch,
    pub(super) time: Timestamp,
    pub(super) digest: EpochDigest,
}

impl SeenEpoch {
    pub(super) fn of(heads: &CosignedHeads) -> Self {
        Self { name: heads.name().clone(), epoch: heads.epoch(), time: heads.time(), digest: heads.digest() }
    }

    /// Owner and class.
    #[must_use]
    pub const fn name(&self) -> &ListName {
        &self.name
    }

    /// The epoch.
    #[must_use]
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// When it was closed.
    #[must_use]
    pub const fn time(&self) -> Timestamp {
        self.time
    }

    /// The digest of its heads.
    #[must_use]
    pub const fn digest(&self) -> EpochDigest {
        self.digest
    }

    fn write(&self, writer: &mut Writer) {
        writer.array(5);
        self.name.write(writer);
        writer.uint(self.epoch.number());
        writer.uint(self.time.as_secs());
        writer.bytes(&self.digest.to_bytes());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(5)?;
        let name = ListName::read(reader)?;
        let epoch = Epoch::new(reader.uint()?);
        let time = Timestamp::from_secs(reader.uint()?);
        Ok(Self { name, epoch, time, digest: EpochDigest(reader.bytes_of()?) })
    }
}

/// Everything that a wallet keeps. States that follow one another share what has not changed: no secret is copied.
pub(super) struct State {
    pub(super) recovery: Arc<RecoverySecret>,
    pub(super) shard: ShardMemory,
    pub(super) credentials: Vec<Arc<Held>>,
    /// In order of the names.
    pub(super) seen: Vec<SeenEpoch>,
}

impl State {
    pub(super) fn new(recovery: RecoverySecret, shard: ShardMemory) -> Self {
        Self { recovery: Arc::new(recovery), shard, credentials: Vec::new(), seen: Vec::new() }
    }

    /// The same state, to be changed before it is sealed.
    pub(super) fn share(&self) -> Self {
        let credentials = self.credentials.iter().map(Arc::clone).collect();
        Self { recovery: Arc::clone(&self.recovery), shard: self.shard, credentials, seen: self.seen.clone() }
    }

    /// Remembers an epoch that is newer than the one remembered.
    pub(super) fn see(&mut self, heads: &CosignedHeads) -> Result<(), WalletError> {
        let new = SeenEpoch::of(heads);
        match self.seen.binary_search_by(|seen| seen.name.cmp(&new.name)) {
            Ok(place) => {
                let Some(old) = self.seen.get_mut(place) else { return Ok(()) };
                if old.epoch == new.epoch && old != &new {
                    return Err(ListError::Forked.into());
                }
                if old.epoch < new.epoch {
                    *old = new;
                }
            }
            Err(place) if self.seen.len() < MAX_LISTS => self.seen.insert(place, new),
            Err(_) => return Err(WalletError::Full),
        }
        Ok(())
    }
}

impl Body for State {
    const TYPE: MessageType = MessageType::WalletState;
    const MAX_LEN: usize = 1 << 20;
    const FIELDS: u64 = 4;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(self.recovery.expose());
        self.shard.write(writer.key(2));
        writer.key(3).array(self.credentials.len());
        self.credentials.iter().for_each(|held| held.write(writer));
        writer.key(4).array(self.seen.len());
        self.seen.iter().for_each(|seen| seen.write(writer));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let recovery = RecoverySecret::from_bytes(reader.key(1)?.bytes_of()?);
        let shard = ShardMemory::read(reader.key(2)?)?;
        let credentials = reader.key(3)?.items(MAX_CREDENTIALS, |reader| Held::read(reader).map(Arc::new))?;
        let once = |(place, held): (usize, &Arc<Held>)| {
            !credentials.iter().take(place).any(|other| other.is_under(held.credential.parameters()))
        };
        let ours = credentials.iter().all(|held| shard == ShardMemory::Known(held.credential.shard()));
        if !ours || !credentials.iter().enumerate().all(once) {
            return Err(DecodeError::OutOfRange);
        }
        let seen = reader.key(4)?.items(MAX_LISTS, SeenEpoch::read)?;
        if !seen.iter().zip(seen.iter().skip(1)).all(|(one, next)| one.name < next.name) {
            return Err(DecodeError::OutOfRange);
        }
        Ok(Self { recovery: Arc::new(recovery), shard, credentials, seen })
    }
}

//! All steps of closing an epoch, in one call (spec 10 §6.2).

use alloc::vec::Vec;
use core::convert::Infallible;
use core::fmt;

use super::epoch::{ComputedEpoch, Cut, CutEpoch, Kept, PublishEpoch, PublishedUpdate, ReadEntries, StoreUpdate};
use super::{AsyncRegistryStore, Failure, RegistryStore, run, run_async};
use crate::calendar::Timestamp;
use crate::list::{ClosedEpoch, Epoch, HeadSet, ListError, Pause};
use crate::signature::{AsyncSigner, RoleKey, SignError, Signer, SigningKey};

/// Closes an epoch of all shards: cuts, computes, stores and publishes it. Where it was closed, it
/// comes back as it was, whatever the time; where another one began, this goes on.
///
/// It holds the updates of all shards at the end. Where they are large, a host takes the steps one
/// by one. Where the signing key is elsewhere, it is run with who has it
/// ([`CloseEpoch::run_with`]).
#[derive(Debug)]
#[must_use = "it closes when it is run"]
pub struct CloseEpoch<'a, K: RoleKey = SigningKey> {
    pub(super) list: Kept<'a>,
    pub(super) epoch: Epoch,
    pub(super) now: Timestamp,
    pub(super) pause: Pause,
    pub(super) key: &'a K,
}

/// Why an epoch was not closed with a signer. The same call goes on where it stopped.
#[derive(Debug, PartialEq, Eq)]
pub enum CloseError<G, E> {
    /// The registry or its store.
    Registry(Failure<ListError, E>),
    /// A head was not signed, or not by the list's key. What was to be signed comes again.
    Signer(SignError<G>),
}

impl<G, E> From<Failure<ListError, E>> for CloseError<G, E> {
    fn from(failure: Failure<ListError, E>) -> Self {
        Self::Registry(failure)
    }
}

impl<G, E> From<SignError<G>> for CloseError<G, E> {
    fn from(error: SignError<G>) -> Self {
        Self::Signer(error)
    }
}

impl<G, E> fmt::Display for CloseError<G, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Registry(_) => "the epoch is not closed",
            Self::Signer(_) => "the heads of the epoch are not signed",
        })
    }
}

impl<G, E> core::error::Error for CloseError<G, E>
where
    G: core::error::Error + 'static,
    E: core::error::Error + 'static,
{
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Registry(failure) => Some(failure),
            Self::Signer(error) => Some(error),
        }
    }
}

/// Without anybody else's signer there is the registry alone to fail.
fn of_registry<E>(error: CloseError<Infallible, E>) -> Failure<ListError, E> {
    match error {
        CloseError::Registry(failure) => failure,
        CloseError::Signer(SignError::Signer(never)) => match never {},
        CloseError::Signer(SignError::WrongSignature) => Failure::Refused(ListError::BadSignature),
    }
}

/// The key in this process, for the steps that do not wait.
struct Here<'a>(&'a SigningKey);

impl AsyncSigner for Here<'_> {
    type Error = Infallible;

    fn public_key(&self) -> [u8; 32] {
        Signer::public_key(self.0)
    }

    async fn sign(&self, digest: &[u8; 64]) -> Result<[u8; 64], Infallible> {
        Signer::sign(self.0, digest)
    }
}

impl CloseEpoch<'_> {
    /// Closes it in a store that waits.
    ///
    /// # Errors
    /// [`Failure`]; the same call goes on where it stopped.
    pub fn run<S: RegistryStore>(&self, store: &mut S) -> Result<ClosedEpoch, Failure<ListError, S::Error>> {
        self.run_with(store, self.key).map_err(of_registry)
    }

    /// Closes it in a store that does not wait.
    ///
    /// # Errors
    /// As [`CloseEpoch::run`].
    pub async fn run_async<S: AsyncRegistryStore>(
        &self,
        store: &mut S,
    ) -> Result<ClosedEpoch, Failure<ListError, S::Error>> {
        self.run_async_with(store, &Here(self.key)).await.map_err(of_registry)
    }
}

impl<K: RoleKey> CloseEpoch<'_, K> {
    /// The same after a pause that was longer than the owner's greatest step. Look at the clock
    /// first: an epoch of a time that is not now is the last one of the list until that time has
    /// come.
    pub const fn after_pause(self) -> Self {
        Self { pause: Pause::Long, ..self }
    }

    /// Closes it in a store that waits, its heads signed by who has the key. Their signatures are
    /// checked before anything of the shard is stored.
    ///
    /// # Errors
    /// [`CloseError`]; the same call goes on where it stopped.
    pub fn run_with<S: RegistryStore, G: Signer>(
        &self,
        store: &mut S,
        signer: &G,
    ) -> Result<ClosedEpoch, CloseError<G::Error, S::Error>> {
        let Self { list, epoch, now, pause, .. } = *self;
        if let Cut::Open(cut) = run(store, &CutEpoch { list, epoch, now, pause })? {
            for shard in list.owner.shard_count().shards() {
                let mut part = cut.shard(shard).map_err(Failure::Refused)?;
                while !part.is_whole() {
                    let read = run(store, &ReadEntries { list, part: &part })?;
                    part.take(read).map_err(Failure::Refused)?;
                }
                let computed = &ComputedEpoch::of(list.owner, part).map_err(Failure::Refused)?.sign(signer)?;
                run(store, &StoreUpdate { list, computed })?;
            }
            run(store, &PublishEpoch { list, cut: &cut })?;
        }
        let mut updates = Vec::new();
        for shard in list.owner.shard_count().shards() {
            updates.push(run(store, &PublishedUpdate { list, epoch, shard })?);
        }
        let heads = HeadSet::new(updates.iter().map(|update| update.head().clone()).collect());
        Ok(ClosedEpoch { updates, heads })
    }

    /// [`CloseEpoch::run_with`], in a store and with a signer that do not wait.
    ///
    /// # Errors
    /// As there.
    pub async fn run_async_with<S: AsyncRegistryStore, G: AsyncSigner>(
        &self,
        store: &mut S,
        signer: &G,
    ) -> Result<ClosedEpoch, CloseError<G::Error, S::Error>> {
        let Self { list, epoch, now, pause, .. } = *self;
        if let Cut::Open(cut) = run_async(store, &CutEpoch { list, epoch, now, pause }).await? {
            for shard in list.owner.shard_count().shards() {
                let mut part = cut.shard(shard).map_err(Failure::Refused)?;
                while !part.is_whole() {
                    let read = run_async(store, &ReadEntries { list, part: &part }).await?;
                    part.take(read).map_err(Failure::Refused)?;
                }
                let unsigned = ComputedEpoch::of(list.owner, part).map_err(Failure::Refused)?;
                let computed = &unsigned.sign_async(signer).await?;
                run_async(store, &StoreUpdate { list, computed }).await?;
            }
            run_async(store, &PublishEpoch { list, cut: &cut }).await?;
        }
        let mut updates = Vec::new();
        for shard in list.owner.shard_count().shards() {
            updates.push(run_async(store, &PublishedUpdate { list, epoch, shard }).await?);
        }
        let heads = HeadSet::new(updates.iter().map(|update| update.head().clone()).collect());
        Ok(ClosedEpoch { updates, heads })
    }
}

//! A list that a registry keeps: its epochs are closed, published as files, and cosigned.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use selfsame::calendar::Timestamp;
use selfsame::codec::Message;
use selfsame::host::Publisher;
use selfsame::list::{ClosedEpoch, Cosignature, CosignedHeadSet, Cosigners, Epoch, HeadSet, ListClass, ListKeys};
use selfsame::published::Item;
use selfsame::registry::{CloseEpoch, CreateStore, FlagRegistry, LastHeads, OpenStore, Registry};

use crate::config::Config;
use crate::directory::Followed;
use crate::error::{Context, Error, Result};
use crate::http::{Client, Health, Peer};
use crate::keyfile::Keys;
use crate::store::Store;
use crate::wire;
use selfsame::host::now;

/// Who keeps a list: both registries do.
pub trait KeepsList: fmt::Debug + Send + Sync + 'static {
    /// The public keys of the list.
    fn list_keys(&self) -> ListKeys;
    /// Begins the store.
    fn create(&self, now: Timestamp) -> CreateStore<'_>;
    /// Looks whose the store is.
    fn open(&self) -> OpenStore<'_>;
    /// Asks for the newest heads.
    fn last_heads(&self) -> LastHeads<'_>;
    /// Closes an epoch.
    fn close_epoch(&self, epoch: Epoch, now: Timestamp) -> CloseEpoch<'_>;
}

macro_rules! keeps_a_list {
    ($registry:ident, $list:ident) => {
        impl KeepsList for $registry {
            fn list_keys(&self) -> ListKeys {
                self.$list().list_keys()
            }
            fn create(&self, now: Timestamp) -> CreateStore<'_> {
                self.create(now)
            }
            fn open(&self) -> OpenStore<'_> {
                self.open()
            }
            fn last_heads(&self) -> LastHeads<'_> {
                self.last_heads()
            }
            fn close_epoch(&self, epoch: Epoch, now: Timestamp) -> CloseEpoch<'_> {
                self.close_epoch(epoch, now)
            }
        }
    };
}

keeps_a_list!(Registry, status_list);
keeps_a_list!(FlagRegistry, flag_list);

/// What a class of lists is called in configurations and numbers.
#[must_use]
pub const fn class_of(class: ListClass) -> &'static str {
    match class {
        ListClass::Status => "status",
        ListClass::Flag => "flag",
    }
}

/// The epoch of heads, not checked.
///
/// # Errors
/// If there are no heads.
pub fn epoch_of(heads: &HeadSet) -> Result<Epoch> {
    heads.epoch().context("heads of no shard")
}

/// A registry with its store and what it publishes of its list.
#[derive(Debug)]
pub struct List<K> {
    /// The registry.
    pub keeper: K,
    /// Its rows.
    pub store: Store,
    keys: ListKeys,
    publisher: Publisher,
    cosigners: Vec<Peer>,
    directory: Arc<Followed>,
    health: Arc<Health>,
    /// One epoch at a time.
    closing: tokio::sync::Mutex<()>,
}

impl<K: KeepsList> List<K> {
    /// Opens the store, which must be this registry's.
    ///
    /// # Errors
    /// If it is not, or the configuration is wanting.
    pub async fn open(
        keeper: K,
        config: &Config,
        (keys, directory): (&Keys, &Arc<Followed>),
        health: Arc<Health>,
    ) -> Result<Self> {
        let store = Store::of(config, false).await?;
        store.check(&keeper.open()).await?;
        let client = Client::new();
        let cosigner = |value: &String| Peer::named(&client, keys, value);
        let cosigners = config.all("cosigner").iter().map(cosigner).collect::<Result<Vec<_>>>()?;
        let list_keys = keeper.list_keys();
        let publisher = Publisher::open(config.path("public")?).context("what is published")?;
        let (closing, directory) = (tokio::sync::Mutex::new(()), Arc::clone(directory));
        Ok(Self { keeper, store, keys: list_keys, publisher, cosigners, directory, health, closing })
    }

    /// Begins the store, once in the life of a registry.
    ///
    /// # Errors
    /// If it is not empty.
    pub async fn create(keeper: &K, config: &Config) -> Result<()> {
        let store = Store::of(config, true).await?;
        let created = store.run(&keeper.create(now())).await;
        created.map(drop).context("the store")
    }

    /// Publishes what was closed and is not published, for instance because the process ended in
    /// between.
    ///
    /// # Errors
    /// Those of the store, the files and the cosigners.
    pub async fn catch_up(&self) -> Result<()> {
        let _one = self.closing.lock().await;
        let (last, name) = (self.last().await?, self.keys.name());
        let published = self.publisher.newest_heads(name).context("what is published")?;
        let next = published.as_ref().map_or(Ok(0), |heads| epoch_of(heads).map(|epoch| epoch.number() + 1))?;
        for number in next..=last.number() {
            let closed = self.closed(Epoch::new(number)).await?;
            self.publish(&closed)?;
        }
        let cosigned = self.publisher.newest_cosigned(name).context("what is published")?;
        let behind = cosigned.map_or(Ok(true), |cosigned| epoch_of(cosigned.heads()).map(|epoch| epoch < last))?;
        if behind {
            let heads =
                self.publisher.newest_heads(name).context("what is published")?.context("nothing is published")?;
            self.cosign(&heads).await?;
        }
        Ok(())
    }

    async fn last(&self) -> Result<Epoch> {
        let heads = self.store.run(&self.keeper.last_heads()).await;
        epoch_of(&heads.context("the store")?)
    }

    /// An epoch that was closed, or is closed now.
    async fn closed(&self, epoch: Epoch) -> Result<ClosedEpoch> {
        if epoch.number() == 0 {
            let heads = self.store.run(&self.keeper.open()).await.context("the store")?;
            return Ok(ClosedEpoch::first(heads));
        }
        let closed = self.store.close(&self.keeper.close_epoch(epoch, now())).await;
        closed.context("the store")
    }

    /// Closes the next epoch, publishes it, and has it cosigned.
    ///
    /// # Errors
    /// Those of the store, the files and the cosigners. What was closed stays closed: the next call
    /// goes on with it.
    pub async fn close(&self) -> Result<Epoch> {
        self.catch_up().await?;
        let _one = self.closing.lock().await;
        let epoch = self.last().await?.next();
        let closed = self.health.metrics.timed("close_seconds{step=\"close\"}", self.closed(epoch)).await?;
        self.publish(&closed)?;
        self.health.metrics.timed("close_seconds{step=\"cosign\"}", self.cosign(&closed.heads)).await?;
        Ok(epoch)
    }

    fn publish(&self, closed: &ClosedEpoch) -> Result<()> {
        let publishing = || self.publisher.epoch(closed);
        tokio::task::block_in_place(publishing).context("publishing")?;
        let entries: usize = closed.updates.iter().map(|update| update.entries().len()).sum();
        let (class, epoch) = (class_of(self.keys.name().class()), epoch_of(&closed.heads)?.number());
        tracing::info!(class, epoch, entries, "published");
        Ok(())
    }

    async fn cosign(&self, heads: &HeadSet) -> Result<()> {
        let epoch = epoch_of(heads)?;
        let cosigned = self.cosigned(epoch, heads).await?;
        tokio::task::block_in_place(|| self.publisher.cosigned(&cosigned)).context("publishing")?;
        let class = class_of(self.keys.name().class());
        self.health.metrics.set(&format!("epoch{{list=\"{class}\"}}"), epoch.number() as f64);
        tracing::info!(class, epoch = epoch.number(), "cosigned");
        Ok(())
    }

    /// Asks the cosigners in turn until a quorum has signed; they read what is published.
    async fn cosigned(&self, epoch: Epoch, heads: &HeadSet) -> Result<CosignedHeadSet> {
        let question = wire::fields(&[&self.keys.name().to_bytes(), &epoch.number().to_be_bytes()]).to_vec();
        for pause in [0, 200, 400, 800, 1_600, 3_200] {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            let directory = self.directory.newest();
            let mut signatures = Vec::new();
            for cosigner in &self.cosigners {
                match cosigner.post("/cosign", question.clone()).await {
                    Ok(answer) => match self.signature(&answer, heads, directory.cosigners()) {
                        Ok(signature) => signatures.push(signature),
                        Err(error) => {
                            tracing::warn!(cosigner = cosigner.base(), %error, "it signed nothing that counts")
                        }
                    },
                    Err(error) => tracing::warn!(cosigner = cosigner.base(), %error, "it did not sign"),
                }
                let cosigned = CosignedHeadSet::new(heads.clone(), signatures.clone());
                if directory.verify_heads(&cosigned, now()).is_ok() {
                    return Ok(cosigned);
                }
            }
        }
        Err(Error::new(format!("epoch {} is closed, and no quorum has signed it yet", epoch.number())))
    }

    /// The one signature in an answer, of these heads and of a cosigner of the directory: one that
    /// is not good would spoil the others.
    fn signature(&self, answer: &[u8], heads: &HeadSet, cosigners: &Cosigners) -> Result<Cosignature> {
        let signed = CosignedHeadSet::from_bytes(answer).context("the answer")?;
        let [signature] = signed.cosignatures() else { return Err(Error::new("another number of signatures")) };
        if signed.heads() != heads || !cosigners.keys().contains(&signature.signer()) {
            return Err(Error::new("other heads, or another signer"));
        }
        let alone = Cosigners::new(&[signature.signer()], 1).context("the signer")?;
        signed.verify(&self.keys, &alone, now()).context("the signature")?;
        Ok(signature.clone())
    }

    /// Closes an epoch every so often, for as long as the process lives.
    pub async fn keep_closing(self: Arc<Self>, every: Duration) {
        let mut ticks = tokio::time::interval(every);
        ticks.tick().await;
        loop {
            ticks.tick().await;
            if let Err(error) = self.close().await {
                tracing::error!(%error, "no epoch was closed");
            }
        }
    }
}

/// What is published of a list, as anybody reads it.
#[derive(Debug)]
pub struct Source {
    peer: Peer,
    keys: ListKeys,
}

impl Source {
    /// A list under the address of its keeper, or of a mirror.
    #[must_use]
    pub fn new(client: &Client, base: &str, keys: ListKeys) -> Self {
        Self { peer: Peer::new(client, base, None), keys }
    }

    /// The public keys of the list.
    #[must_use]
    pub const fn keys(&self) -> &ListKeys {
        &self.keys
    }

    async fn read<M: Message>(&self, item: Item) -> Result<M> {
        let path = format!("/public/{}", item.path());
        let bytes = self.peer.get(&path).await.context("what is published")?;
        M::from_bytes(&bytes).context(path)
    }

    /// The newest heads that a quorum signed; not checked.
    ///
    /// # Errors
    /// If they cannot be read.
    pub async fn newest(&self) -> Result<CosignedHeadSet> {
        self.read(Item::NewestCosigned(self.keys.name().clone())).await
    }

    /// The heads of an epoch that a quorum signed; not checked.
    ///
    /// # Errors
    /// If they cannot be read.
    pub async fn cosigned(&self, epoch: Epoch) -> Result<CosignedHeadSet> {
        self.read(Item::Cosigned(self.keys.name().clone(), epoch)).await
    }

    /// The updates of all shards that lead to an epoch, and its heads; not checked.
    ///
    /// # Errors
    /// If it cannot be read.
    pub async fn epoch(&self, epoch: Epoch) -> Result<ClosedEpoch> {
        self.read(Item::Epoch(self.keys.name().clone(), epoch)).await
    }
}

//! A list that a registry keeps: its epochs are closed, published as files, and cosigned.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use selfsame::calendar::Timestamp;
use selfsame::codec::{Body, Message};
use selfsame::directory::VerifiedDirectory;
use selfsame::host::Publisher;
use selfsame::list::{
    ClosedEpoch, Cosignature, CosignedHeadSet, CosignedHeads, Cosigners, Epoch, HeadSet, ListClass, ListKeys,
    VerifiedHeads,
};
use selfsame::published::{AsyncSource, Item, Wanted};
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

    async fn fetch<T>(&self, wanted: Wanted<'_, T>) -> Result<Option<T>> {
        let path = wanted.path();
        // Its errors say what they came of.
        wanted.fetch_async(&mut &self.peer).await.context(path)
    }

    /// What lies under a path, if it has no more bytes than this.
    async fn bytes(&self, item: &Item, most: usize) -> Result<Vec<u8>> {
        let path = item.path();
        (&self.peer).fetch(&path, most as u64).await.context(path.clone())?.context(path)
    }

    /// The newest heads that say that a quorum signed them for this list; not checked further.
    ///
    /// # Errors
    /// If they cannot be read, or are another list's.
    pub async fn newest_unchecked(&self) -> Result<CosignedHeadSet> {
        let item = Item::NewestCosigned(self.keys.name().clone());
        let heads = CosignedHeadSet::from_bytes(&self.bytes(&item, CosignedHeadSet::MAX_LEN).await?);
        let heads = heads.context(item.path())?;
        if heads.heads().name() == Some(self.keys.name()) { Ok(heads) } else { Err(Error::new("another list's heads")) }
    }

    /// The newest heads that a quorum signed, as a message and checked, if they are of a later
    /// epoch than this.
    ///
    /// # Errors
    /// If they cannot be read, or do not count.
    pub async fn newer(
        &self,
        directory: &VerifiedDirectory,
        known: Option<Epoch>,
    ) -> Result<Option<(CosignedHeadSet, CosignedHeads)>> {
        let message = self.newest_unchecked().await?;
        if known.is_some_and(|known| message.heads().epoch().is_some_and(|epoch| epoch <= known)) {
            return Ok(None);
        }
        let heads = directory.verify_heads(&message, now()).context("heads without a quorum")?;
        Ok(Some((message, heads)))
    }

    /// The heads of an epoch, if a quorum signed them.
    ///
    /// # Errors
    /// If they cannot be read, or are of another epoch.
    pub async fn cosigned(&self, directory: &VerifiedDirectory, epoch: Epoch) -> Result<Option<CosignedHeadSet>> {
        let heads = self.fetch(Wanted::cosigned(directory, self.keys.name(), epoch, now())).await?;
        Ok(heads.map(|(message, _)| message))
    }

    /// The newest heads that the list's keeper signed, checked under its keys.
    ///
    /// # Errors
    /// If they cannot be read, or are another list's.
    pub async fn newest_heads(&self) -> Result<VerifiedHeads> {
        self.fetch(Wanted::newest_heads(&self.keys)).await?.context("nothing is published")
    }

    /// The updates of all shards that lead to an epoch, and its heads; checked is only what it says
    /// that it is. It has so many entries at most (spec 07 §11.1).
    ///
    /// # Errors
    /// If it cannot be read, is longer, or is another one.
    pub async fn epoch(&self, epoch: Epoch, entries: u64) -> Result<ClosedEpoch> {
        let (name, shards) = (self.keys.name(), self.keys.shard_count());
        let item = Item::Epoch(name.clone(), epoch);
        let bytes = self.bytes(&item, ClosedEpoch::most_len(shards, entries)).await?;
        let closed = ClosedEpoch::read_up_to(&bytes, shards, entries).context(item.path())?;
        let of_it = closed.heads.name() == Some(name) && closed.heads.epoch() == Some(epoch);
        if of_it { Ok(closed) } else { Err(Error::new(format!("{} is another epoch", item.path()))) }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use axum::Router;
    use axum::extract::{Path, State};
    use axum::http::StatusCode;
    use axum::routing::get;
    use selfsame::host::OsRng;
    use selfsame::list::{AccumulatorManager, ListName, ShardCount};

    use super::*;
    use crate::http::Server;

    type Files = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

    async fn file(State(files): State<Files>, Path(path): Path<String>) -> Result<Vec<u8>, StatusCode> {
        let files = files.lock().unwrap();
        files.iter().find(|(name, _)| *name == path).map(|(_, bytes)| bytes.clone()).ok_or(StatusCode::NOT_FOUND)
    }

    /// A mirror that serves whatever is put into it.
    async fn mirror() -> (String, Files) {
        let files = Files::default();
        let server = Server::bind_to("127.0.0.1:0", "mirror").await.unwrap();
        let address = format!("http://{}", server.address().unwrap());
        let routes = Router::new().route("/public/{*path}", get(file)).with_state(Arc::clone(&files));
        tokio::spawn(server.serve_only(routes));
        (address, files)
    }

    fn list(owner: &str, class: ListClass) -> (AccumulatorManager, HeadSet) {
        let name = ListName::new(owner, class).unwrap();
        AccumulatorManager::new(name, ShardCount::new(2).unwrap(), now(), &mut OsRng)
    }

    // Checks 07-50, 07-54.
    #[tokio::test]
    async fn a_mirror_serves_what_its_path_says_and_no_more_of_it() {
        let (address, files) = mirror().await;
        let ((mut owner, heads), (_, flag)) = (list("interior", ListClass::Status), list("police", ListClass::Flag));
        let source = Source::new(&Client::new(), &address, owner.list_keys());
        let serve = |item: Item, bytes: Vec<u8>| *files.lock().unwrap() = vec![(item.path(), bytes)];
        let name = owner.list_keys().name().clone();

        let newest = Item::NewestCosigned(name.clone());
        serve(newest.clone(), CosignedHeadSet::new(flag, Vec::new()).to_bytes());
        assert!(source.newest_unchecked().await.is_err(), "the flag list passes for the status list");
        serve(newest.clone(), vec![0; CosignedHeadSet::MAX_LEN + 1]);
        assert!(source.newest_unchecked().await.is_err());
        serve(newest, CosignedHeadSet::new(heads, Vec::new()).to_bytes());
        assert_eq!(source.newest_unchecked().await.unwrap().heads().epoch(), Some(Epoch::new(0)));

        let (first, item) = (owner.close_epoch(now()).unwrap(), |epoch| Item::Epoch(name.clone(), Epoch::new(epoch)));
        serve(item(1), first.to_bytes());
        assert_eq!(source.epoch(Epoch::new(1), 0).await.unwrap(), first);
        serve(item(2), first.to_bytes());
        assert!(source.epoch(Epoch::new(2), 0).await.is_err(), "an epoch passes for the next one");
        let most = ClosedEpoch::most_len(ShardCount::new(2).unwrap(), 0);
        serve(item(1), [first.to_bytes(), vec![0; most]].concat());
        assert!(source.epoch(Epoch::new(1), 0).await.unwrap_err().to_string().contains("length limit"));
    }
}

//! A cosigner: it reads every epoch of every list from its beginning, and signs one version of
//! each.
//!
//! | route | caller | takes | gives |
//! |---|---|---|---|
//! | `POST /cosign` | registry, police | name of the list, epoch | CosignedHeadSet with its one signature |
//! | `POST /cosign-directory` | operator | SignedDirectory | SignedDirectory with its one signature |
//!
//! It is not told what to sign: of a list it reads what the keeper publishes, and is told that
//! there is something; of the directory it signs what somebody here has looked at, whose digest is
//! a line of the file `approved` (spec 09 §3.3). Keys: its own, in a state that it stores before a
//! signature leaves.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use selfsame::codec::Message;
use selfsame::directory::SignedDirectory;
use selfsame::list::{ClosedEpoch, CosignedHeadSet, Cosigner, Epoch, ListError, ListSnapshot};
use tokio::sync::Mutex;

use crate::config::Config;
use crate::directory::{Followed, hex};
use crate::error::{Context, Error, Result};
use crate::http::{Callers, Client, Health, Refusal, Reply, Server, cbor};
use crate::keyfile::{Keys, SealedFile};
use crate::list::{Source, class_of};
use crate::{files, wire};
use selfsame::host::now;

/// What the key file is sealed for.
pub const ROLE: &str = "cosigner";

struct Service {
    cosigner: Mutex<State_>,
    state: SealedFile,
    /// What it has read of each list, under its own key.
    snapshots: PathBuf,
    sources: Vec<Source>,
    directory: Arc<Followed>,
    /// The digests of versions that somebody has looked at, a line each.
    approved: PathBuf,
    callers: Callers,
    health: Arc<Health>,
}

struct State_ {
    cosigner: Cosigner,
    /// Of each source, what was signed last since the start.
    signed: Vec<Option<CosignedHeadSet>>,
}

type Shared = State<Arc<Service>>;

/// Serves until it is told to end.
///
/// # Errors
/// If the configuration or the keys are not what they should be.
pub async fn serve(config: &Config) -> Result<()> {
    let (keys, client) = (Keys::of(config, ROLE)?, Client::new());
    let server = Server::bind(config, ROLE).await?;
    let directory = Arc::new(Followed::open(config, &client)?);
    let mut sources = Vec::new();
    for list in directory.newest().lists() {
        let base = config.one(class_of(list.name().class()))?;
        sources.push(Source::new(&client, base, list.clone()));
    }
    let state = SealedFile::of(config, "state", ROLE)?;
    let stored = state.read()?.context("the state is missing: without it a cosigner would sign a second version")?;
    let cosigner = Cosigner::from_bytes(&stored).context("the state")?;
    let signed = sources.iter().map(|_| None).collect();
    let health = server.health();
    let service = Arc::new(Service {
        cosigner: Mutex::new(State_ { cosigner, signed }),
        state,
        snapshots: config.path("snapshots")?,
        sources,
        directory: Arc::clone(&directory),
        approved: config.path("approved")?,
        callers: Callers::of(&keys)?,
        health: Arc::clone(&health),
    });
    {
        let mut state = service.cosigner.lock().await;
        service.sources.iter().for_each(|source| service.start_from(&mut state.cosigner, source));
    }
    tokio::spawn(directory.keep_following(Duration::from_secs(config.number("follow", 60)?)));
    health.is_ready();
    let routes = Router::new().route("/cosign", post(cosign)).route("/cosign-directory", post(cosign_directory));
    server.serve(routes.with_state(service)).await
}

async fn cosign(State(service): Shared, headers: HeaderMap, body: Bytes) -> Reply {
    service.callers.check(&headers, &["registry", "police"])?;
    let [name, epoch] = wire::read(&body).map_err(Refusal::malformed)?;
    let epoch = Epoch::new(u64::from_be_bytes(wire::exact(epoch, "the epoch").map_err(Refusal::malformed)?));
    let named = |source: &Source| source.keys().name().to_bytes() == name;
    let place = service.sources.iter().position(named).ok_or_else(Refusal::absent)?;
    let signed = service.sign(place, epoch).await.map_err(Refusal::refused)?;
    cbor(signed.to_bytes())
}

async fn cosign_directory(State(service): Shared, headers: HeaderMap, body: Bytes) -> Reply {
    service.callers.check(&headers, &["operator"])?;
    let version = SignedDirectory::from_bytes(&body).map_err(Refusal::malformed)?;
    let approved = files::read(&service.approved).map_err(Refusal::broken)?.unwrap_or_default();
    let digest = hex(&version.digest().to_bytes());
    if !approved.split(|byte| *byte == b'\n').any(|line| line.trim_ascii() == digest.as_bytes()) {
        return Err(Refusal::refused("nobody has approved this version here"));
    }
    let mut state = service.cosigner.lock().await;
    let previous = service.directory.newest();
    let signature = tokio::task::block_in_place(|| {
        let staged = state.cosigner.cosign_directory(&previous, &version, now()).map_err(Refusal::refused)?;
        staged.store(|bytes| service.state.write(bytes)).map_err(Refusal::broken)
    })?;
    tracing::info!(version = version.version().number(), "signed a version of the directory");
    cbor(version.with_cosignatures(vec![signature]).to_bytes())
}

impl Service {
    /// Reads up to the epoch, and signs what is new. Nobody waits while another list's keeper takes
    /// its time to answer.
    async fn sign(&self, place: usize, epoch: Epoch) -> Result<CosignedHeadSet> {
        let source = self.sources.get(place).context("a list")?;
        let newest = source.newest_heads().await?;
        loop {
            let (read, length, signed) = self.read(place).await;
            let next = match read {
                None => Epoch::new(0),
                Some(read) if read < epoch => read.next(),
                // It was read last, before a restart: it is signed again.
                Some(read) if read == epoch => match signed {
                    Some(signed) => return Ok(signed),
                    None => epoch,
                },
                Some(_) => return Err(Error::new("it is behind what was signed last")),
            };
            let length = if read == Some(next) { 0 } else { length };
            let closed = source.epoch(next, newest.length().saturating_sub(length)).await?;
            let signed = self.take(place, next, closed).await?;
            if next == epoch {
                return signed.context("it is behind what was signed last");
            }
        }
    }

    /// The epoch that was read last, how long the log is until it, and what was signed of it.
    async fn read(&self, place: usize) -> (Option<Epoch>, u64, Option<CosignedHeadSet>) {
        let state = self.cosigner.lock().await;
        let read = self.sources.get(place).and_then(|source| state.cosigner.newest_heads(source.keys().name()));
        let signed = state.signed.get(place).cloned().flatten();
        let signed = signed.filter(|signed| signed.heads().epoch() == read.map(|heads| heads.epoch()));
        (read.map(|heads| heads.epoch()), read.map_or(0, |heads| heads.length()), signed)
    }

    /// Goes on from its own snapshot of a list, if there is one that counts.
    fn start_from(&self, cosigner: &mut Cosigner, source: &Source) {
        let mut started = || -> Result<()> {
            let Some(stored) = files::read(&self.snapshot_of(source))? else { return Ok(()) };
            let [epoch, snapshot] = wire::read(&stored)?;
            let epoch = Epoch::new(u64::from_be_bytes(wire::exact(epoch, "the epoch")?));
            let snapshot = ListSnapshot::from_bytes(snapshot).context("the snapshot")?;
            // One that was put back is behind what it signed, and reads on from there.
            cosigner.start_from(source.keys(), &snapshot, epoch).context("the snapshot")
        };
        if let Err(error) = started() {
            tracing::error!(%error, "the log is read from its beginning");
        }
    }

    fn snapshot_of(&self, source: &Source) -> PathBuf {
        self.snapshots.join(class_of(source.keys().name().class()))
    }

    fn store_snapshot(&self, cosigner: &Cosigner, source: &Source, epoch: Epoch) -> Result<()> {
        let Some(snapshot) = cosigner.snapshot(source.keys().name()) else { return Ok(()) };
        std::fs::create_dir_all(&self.snapshots).context("the snapshots")?;
        let stored = wire::fields(&[&epoch.number().to_be_bytes(), &snapshot.to_bytes()]);
        files::replace(&self.snapshot_of(source), &stored, false)
    }

    /// Takes an epoch that was fetched, if it still comes next or was read last; gives what it
    /// signed of it.
    async fn take(&self, place: usize, epoch: Epoch, closed: ClosedEpoch) -> Result<Option<CosignedHeadSet>> {
        let source = self.sources.get(place).context("a list")?;
        let ClosedEpoch { heads, updates } = closed;
        let mut state = self.cosigner.lock().await;
        let read = state.cosigner.newest_heads(source.keys().name()).map(|heads| heads.epoch());
        if read.is_some_and(|read| read > epoch) {
            // Another call was faster.
            return Ok(None);
        }
        let signed = tokio::task::block_in_place(|| {
            match state.cosigner.cosign(source.keys(), &heads, &updates, now()) {
                Ok(staged) => staged.store(|bytes| self.state.write(bytes)).map(Some),
                // Read again after a restart, up to what was signed.
                Err(ListError::Incomplete) => Ok(None),
                Err(error) => Err(error).context("the epoch"),
            }
        })?;
        let Some(signature) = signed else { return Ok(None) };
        // It signs where its snapshots cannot be written: they save time, and its state is written.
        if let Err(error) = self.store_snapshot(&state.cosigner, source, epoch) {
            tracing::error!(%error, "a snapshot is not written");
        }
        self.health.metrics.count("signed_total");
        tracing::info!(list = class_of(source.keys().name().class()), epoch = epoch.number(), "signed");
        let signed = CosignedHeadSet::new(heads, vec![signature]);
        if let Some(place) = state.signed.get_mut(place) {
            *place = Some(signed.clone());
        }
        Ok(Some(signed))
    }
}

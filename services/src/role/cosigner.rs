//! A cosigner: it reads every epoch of every list from its beginning, and signs one version of
//! each.
//!
//! | route | caller | takes | gives |
//! |---|---|---|---|
//! | `POST /cosign` | registry, police | name of the list, epoch | CosignedHeadSet with its one signature |
//!
//! It is not told what to sign: it reads what the list's keeper publishes, and is told that there
//! is something. Keys: its own, in a state that it stores before a signature leaves.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use selfsame::codec::Message;
use selfsame::list::{ClosedEpoch, CosignedHeadSet, Cosigner, Epoch, ListError, ListSnapshot};
use tokio::sync::Mutex;

use crate::config::Config;
use crate::directory::Followed;
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
    callers: Callers,
    health: Arc<Health>,
}

struct State_ {
    cosigner: Cosigner,
    /// Of each source, what was read last, and the signature if there is one.
    read: Vec<Option<(Epoch, Option<CosignedHeadSet>)>>,
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
    let read = sources.iter().map(|_| None).collect();
    let health = server.health();
    let service = Arc::new(Service {
        cosigner: Mutex::new(State_ { cosigner, read }),
        state,
        snapshots: config.path("snapshots")?,
        sources,
        callers: Callers::of(&keys)?,
        health: Arc::clone(&health),
    });
    {
        let mut state = service.cosigner.lock().await;
        let State_ { cosigner, read } = &mut *state;
        *read = service.sources.iter().map(|source| Some((service.start_from(cosigner, source)?, None))).collect();
    }
    tokio::spawn(directory.keep_following(Duration::from_secs(config.number("follow", 60)?)));
    health.is_ready();
    server.serve(Router::new().route("/cosign", post(cosign)).with_state(service)).await
}

async fn cosign(State(service): Shared, headers: HeaderMap, body: Bytes) -> Reply {
    service.callers.check(&headers, &["registry", "police"])?;
    let [name, epoch] = wire::read(&body).map_err(Refusal::malformed)?;
    let epoch = Epoch::new(u64::from_be_bytes(wire::exact(epoch, "the epoch").map_err(Refusal::malformed)?));
    let named = |source: &Source| source.keys().name().to_bytes() == name;
    let place = service.sources.iter().position(named).ok_or_else(Refusal::absent)?;
    let mut state = service.cosigner.lock().await;
    let signed = service.sign(&mut state, place, epoch).await.map_err(Refusal::refused)?;
    cbor(signed.to_bytes())
}

impl Service {
    /// Reads up to the epoch, and signs what is new.
    async fn sign(&self, state: &mut State_, place: usize, epoch: Epoch) -> Result<CosignedHeadSet> {
        let missing = || Error::new("it is behind what was signed last");
        loop {
            let read = state.read.get(place).and_then(Option::as_ref).map(|(read, _)| *read);
            let next = match read {
                Some(read) if read >= epoch => break,
                Some(read) => read.next(),
                None => Epoch::new(0),
            };
            let signature = self.read_next(state, place, next).await?;
            if let Some(place) = state.read.get_mut(place) {
                *place = Some((next, signature));
            }
        }
        if let Some(Some((read, None))) = state.read.get(place)
            && *read == epoch
        {
            // It was read last, before a restart: it is signed again.
            let signature = self.read_next(state, place, epoch).await?;
            if let Some(Some((_, read))) = state.read.get_mut(place) {
                *read = signature;
            }
        }
        match state.read.get(place) {
            Some(Some((read, Some(signed)))) if *read == epoch => Ok(signed.clone()),
            _ => Err(missing()),
        }
    }

    /// Goes on from its own snapshot of a list, if there is one that counts.
    fn start_from(&self, cosigner: &mut Cosigner, source: &Source) -> Option<Epoch> {
        let mut started = || -> Result<Option<Epoch>> {
            let Some(stored) = files::read(&self.snapshot_of(source))? else { return Ok(None) };
            let [epoch, snapshot] = wire::read(&stored)?;
            let epoch = Epoch::new(u64::from_be_bytes(wire::exact(epoch, "the epoch")?));
            let snapshot = ListSnapshot::from_bytes(snapshot).context("the snapshot")?;
            // One that was put back is behind what it signed, and reads on from there.
            cosigner.start_from(source.keys(), &snapshot, epoch).context("the snapshot")?;
            Ok(Some(epoch))
        };
        started().unwrap_or_else(|error| {
            tracing::error!(%error, "the log is read from its beginning");
            None
        })
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

    async fn read_next(&self, state: &mut State_, place: usize, epoch: Epoch) -> Result<Option<CosignedHeadSet>> {
        let source = self.sources.get(place).context("a list")?;
        let ClosedEpoch { heads, updates } = source.epoch(epoch).await?;
        let signed = tokio::task::block_in_place(|| {
            match state.cosigner.cosign(source.keys(), &heads, &updates, now()) {
                Ok(staged) => staged.store(|bytes| self.state.write(bytes)).map(Some),
                // Read again after a restart, up to what was signed.
                Err(ListError::Incomplete) => Ok(None),
                Err(error) => Err(error).context("the epoch"),
            }
        })?;
        if signed.is_some() {
            self.store_snapshot(&state.cosigner, source, epoch)?;
            self.health.metrics.count("signed_total");
            tracing::info!(list = class_of(source.keys().name().class()), epoch = epoch.number(), "signed");
        }
        Ok(signed.map(|signature| CosignedHeadSet::new(heads, vec![signature])))
    }
}

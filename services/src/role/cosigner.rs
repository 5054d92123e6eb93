//! A cosigner: it reads every epoch of every list from its beginning, and signs one version of
//! each.
//!
//! | route | caller | takes | gives |
//! |---|---|---|---|
//! | `POST /cosign` | registry, police | name of the list, epoch | CosignedHeadSet with its one signature |
//!
//! It is not told what to sign: it reads what the list's keeper publishes, and is told that there
//! is something. Keys: its own, in a state that it stores before a signature leaves.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use selfsame::codec::Message;
use selfsame::list::{ClosedEpoch, CosignedHeadSet, Cosigner, Epoch, ListError};
use tokio::sync::Mutex;

use crate::config::Config;
use crate::directory::Followed;
use crate::error::{Context, Error, Result};
use crate::http::{Callers, Client, Health, Refusal, Reply, Server, cbor};
use crate::keyfile::{Keys, SealedFile};
use crate::list::{Source, class_of};
use crate::wire;
use selfsame::host::now;

/// What the key file is sealed for.
pub const ROLE: &str = "cosigner";

struct Service {
    cosigner: Mutex<State_>,
    state: SealedFile,
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
        sources,
        callers: Callers::of(&keys)?,
        health: Arc::clone(&health),
    });
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
        match state.read.get(place) {
            Some(Some((read, Some(signed)))) if *read == epoch => Ok(signed.clone()),
            _ => Err(missing()),
        }
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
            self.health.metrics.count("signed_total");
            tracing::info!(list = class_of(source.keys().name().class()), epoch = epoch.number(), "signed");
        }
        Ok(signed.map(|signature| CosignedHeadSet::new(heads, vec![signature])))
    }
}

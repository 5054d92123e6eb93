//! A platform: it verifies presentations under the keys of issuer and lists. Any number of replicas
//! answer alike.
//!
//! | route | caller | takes | gives |
//! |---|---|---|---|
//! | `POST /calls` | desk | VerificationCall | Verdict |
//!
//! It follows both lists from what is published. Keys: x, the α, its verdict key, nothing else;
//! what must not count twice is in a register that all replicas share.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use selfsame::codec::Message;
use selfsame::list::{ClosedEpoch, CosignedHeadSet, Epoch, Freshness, ListName, ListSnapshot};
use selfsame::presentation::{Platform, PlatformKeys, Verdict};

use crate::config::Config;
use crate::directory::Followed;
use crate::error::{Context, Error, Result};
use crate::http::{Callers, Client, Health, Refusal, Reply, Server, cbor};
use crate::keyfile::Keys;
use crate::list::{Source, class_of};
use crate::register::{Register, keep_forgetting, over};
use crate::{files, wire};
use selfsame::host::now;

/// What the key file is sealed for.
pub const ROLE: &str = "platform";

struct Service {
    platform: Platform<Register>,
    directory: Arc<Followed>,
    sources: Vec<Source>,
    callers: Callers,
    health: Arc<Health>,
    /// A file for each list: what it has accepted, under its own key, and the cosigned heads that
    /// it leads to.
    snapshots: PathBuf,
    /// How far it went with each list, until that is stored.
    reached: Mutex<BTreeMap<ListName, (Epoch, CosignedHeadSet)>>,
    /// Whether it has gone as far as it had before it was started: until then it answers nothing.
    answers: AtomicBool,
}

type Shared = State<Arc<Service>>;

/// Seconds since 1970, for the log.
fn seconds() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}

/// The policy on age that a configuration states, the same for all verifiers who share a register.
///
/// # Errors
/// If a value is no number.
pub fn freshness(config: &Config) -> Result<Freshness> {
    let seconds = |name, default| config.number(name, default).map(Duration::from_secs);
    Ok(Freshness {
        max_age: seconds("max_age", 86_400)?,
        grace: seconds("grace", 600)?,
        max_window: seconds("max_window", 86_400)?,
    })
}

/// The lists of the directory, each under the address that the configuration has for its class.
///
/// # Errors
/// If it has none.
pub fn sources(config: &Config, directory: &Followed, client: &Client) -> Result<Vec<Source>> {
    let lists = directory.newest();
    let source = |list: &selfsame::list::ListKeys| {
        Ok(Source::new(client, config.one(class_of(list.name().class()))?, list.clone()))
    };
    lists.lists().iter().map(source).collect()
}

/// Makes the tables of the register, where that is in a database.
///
/// # Errors
/// If it is not reached.
pub async fn create(config: &Config) -> Result<()> {
    Register::of(config, true).await.map(drop)
}

/// Serves until it is told to end.
///
/// # Errors
/// If the configuration or the keys are not what they should be.
pub async fn serve(config: &Config) -> Result<()> {
    let (keys, client) = (Keys::of(config, ROLE)?, Client::new());
    let server = Server::bind(config, ROLE).await?;
    let directory = Arc::new(Followed::open(config, &client)?);
    let register = Register::of(config, false).await?;
    let own: PlatformKeys = keys.message("platform keys")?;
    let platform = Platform::open(own, &directory.newest(), freshness(config)?, register).context("the keys")?;
    let service = Arc::new(Service {
        platform,
        sources: sources(config, &directory, &client)?,
        directory: Arc::clone(&directory),
        callers: Callers::of(&keys)?,
        health: server.health(),
        snapshots: config.path("snapshots")?,
        reached: Mutex::default(),
        answers: AtomicBool::new(false),
    });
    // Before the first call is answered: until then callers wait.
    service.sources.iter().for_each(|source| service.start_from(source));
    service.answers_from_here();
    tokio::spawn(Arc::clone(&service).keep_following(Duration::from_millis(config.number("follow_millis", 500)?)));
    tokio::spawn(Arc::clone(&service).keep_forgetting());
    tokio::spawn(Arc::clone(&service).adopt(Duration::from_secs(config.number("follow", 60)?)));
    server.serve(Router::new().route("/calls", post(answer)).with_state(service)).await
}

/// Every call is answered, whatever it is, unless the register fails, or the platform has not gone
/// as far as it had: then the desk asks again, or another one.
async fn answer(State(service): Shared, headers: HeaderMap, body: Bytes) -> Reply {
    service.callers.check(&headers, &["desk"])?;
    if !service.answers.load(Ordering::Relaxed) {
        return Err(Refusal::not_now("the lists are not here yet; ask again"));
    }
    let begun = Instant::now();
    let verdict = service.platform.answer_async(&body, now()).await.map_err(|error| {
        tracing::warn!(%error, "no answer");
        Refusal::not_now("there is no answer now; ask again")
    })?;
    let said = if verdict.unverified_verdict() == Verdict::Verified { "verified" } else { "refused" };
    service.health.metrics.count(&format!("answers_total{{verdict=\"{said}\"}}"));
    service.health.metrics.took("answer_seconds", begun.elapsed());
    cbor(verdict.to_bytes())
}

impl Service {
    /// Goes by each version of the directory that comes.
    async fn adopt(self: Arc<Self>, every: Duration) {
        let mut ticks = tokio::time::interval(every);
        loop {
            ticks.tick().await;
            self.directory.look().await;
            if let Err(error) = self.platform.adopt(&self.directory.newest()) {
                tracing::error!(%error, "the directory is not gone by");
            }
        }
    }

    async fn keep_forgetting(self: Arc<Self>) {
        let over = || {
            let heads = self.sources.iter().map(|source| self.platform.newest_heads(source.keys().name()));
            over(heads.map(|heads| Some(heads?.time())), now())
        };
        keep_forgetting(over, |over| self.platform.register().forget_before(over)).await;
    }

    /// Takes the epochs of all lists that a quorum has signed since; ready when it is up to date.
    async fn keep_following(self: Arc<Self>, every: Duration) {
        let mut ticks = tokio::time::interval(every);
        loop {
            ticks.tick().await;
            let mut current = true;
            for source in &self.sources {
                if let Err(error) = self.follow(source).await {
                    current = false;
                    tracing::warn!(list = class_of(source.keys().name().class()), %error, "not followed");
                }
            }
            match current.then(|| self.answers_from_here()) {
                Some(true) => self.health.is_ready(),
                Some(false) => tracing::warn!("a list does not reach the epoch that it had"),
                None => {}
            }
        }
    }

    /// Whether it has each list as far as it had it before it was started. Heads that were set
    /// back, with the snapshots or by who publishes them, would have somebody pass whose removal it
    /// knew.
    fn answers_from_here(&self) -> bool {
        let minimum = self.directory.minimum();
        let reaches = |source: &Source| {
            let name = source.keys().name();
            self.platform.newest_heads(name).is_some_and(|newest| newest.epoch() >= minimum.epoch(name))
        };
        let all = self.sources.iter().all(reaches);
        if all {
            self.answers.store(true, Ordering::Relaxed);
        }
        all
    }

    /// Goes on from its own snapshot of a list, if there is one that counts: in a time that does
    /// not depend on the log. What was published since is read. One that is older than it wrote
    /// last was put back, and does not count.
    fn start_from(&self, source: &Source) {
        let path = self.snapshots.join(class_of(source.keys().name().class()));
        let started = || -> Result<()> {
            let Some(stored) = files::read(&path)? else { return Ok(()) };
            let [snapshot, cosigned] = wire::read(&stored)?;
            let snapshot = ListSnapshot::from_bytes(snapshot).context("the snapshot")?;
            let cosigned = CosignedHeadSet::from_bytes(cosigned).context("its heads")?;
            let heads = self.directory.newest().verify_heads(&cosigned, now()).context("its heads")?;
            let minimum = self.directory.minimum().epoch(source.keys().name());
            self.platform.start_from(&snapshot, minimum, Some(&heads), now()).context("the snapshot")?;
            // Whoever wrote it may have ended before the minimum was raised.
            self.reaches(source.keys().name(), cosigned);
            Ok(())
        };
        if let Err(error) = started() {
            tracing::error!(%error, "the log is read from its beginning");
        }
    }

    fn store_snapshot(&self, name: &ListName, cosigned: &CosignedHeadSet) -> Result<()> {
        let snapshot = self.platform.snapshot(name, now()).context("a snapshot")?;
        let Some(snapshot) = snapshot else { return Ok(()) };
        std::fs::create_dir_all(&self.snapshots).context("the snapshots")?;
        let stored = wire::fields(&[&snapshot.to_bytes(), &cosigned.to_bytes()]);
        files::replace(&self.snapshots.join(class_of(name.class())), &stored, false)
    }

    /// It has come to its newest epoch of a list, with heads that a quorum signed.
    fn reaches(&self, name: &ListName, cosigned: CosignedHeadSet) {
        let Some(newest) = self.platform.newest_heads(name) else { return };
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        reached.insert(name.clone(), (newest.epoch(), cosigned));
    }

    /// Stores how far it went, until it is stored, and goes on meanwhile: the snapshot first, as
    /// one below the minimum does not count; but a minimum above it costs a long start, and one
    /// below it is a gap.
    fn store(&self, source: &Source) {
        let stored = tokio::task::block_in_place(|| self.try_to_store(source.keys().name()));
        if let Err(error) = stored {
            tracing::warn!(list = class_of(source.keys().name().class()), %error, "not stored yet");
        }
    }

    fn try_to_store(&self, name: &ListName) -> Result<()> {
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((epoch, cosigned)) = reached.get(name) else { return Ok(()) };
        let stored = self.store_snapshot(name, cosigned);
        self.directory.minimum().raise_epoch(name, *epoch)?;
        stored?;
        reached.remove(name);
        Ok(())
    }

    async fn follow(&self, source: &Source) -> Result<()> {
        self.store(source);
        let name = source.keys().name();
        let known = self.platform.newest_heads(name).map(|last| last.epoch());
        let Some((message, newest)) = source.newer(&self.directory.newest(), known).await? else { return Ok(()) };
        loop {
            let last = self.platform.newest_heads(name);
            let next = last.as_ref().map_or(Epoch::new(0), |last| last.epoch().next());
            if next > newest.epoch() {
                self.reaches(name, message);
                self.store(source);
                return Ok(());
            }
            let entries = newest.length().saturating_sub(last.map_or(0, |last| last.length()));
            let ClosedEpoch { heads, updates } = source.epoch(next, entries).await?;
            if next == newest.epoch() && heads != *message.heads() {
                return Err(Error::new("the heads are not those that the cosigners signed"));
            }
            let (begun, began) = (Instant::now(), seconds());
            // Answers go on meanwhile, on other threads.
            let accepting = || self.platform.accept_epoch(&heads, &updates, now()).map(drop);
            tokio::task::block_in_place(accepting).context(format!("epoch {}", next.number()))?;
            let entries: usize = updates.iter().map(|update| update.entries().len()).sum();
            tracing::info!(epoch = next.number(), entries, began, ended = seconds(), "accepted");
            let class = class_of(name.class());
            self.health.metrics.took(&format!("accept_seconds{{list=\"{class}\"}}"), begun.elapsed());
            self.health.metrics.set(&format!("epoch{{list=\"{class}\"}}"), next.number() as f64);
        }
    }
}

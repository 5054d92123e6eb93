//! The flag registry of the police: open cases, the flag list. It knows handles, and neither names
//! nor symbols.
//!
//! | route | caller | takes | gives |
//! |---|---|---|---|
//! | `POST /registrations` | registry | key, FlagRegistration | FlagAnswer |
//! | `POST /joinings` | registry | key, Joining | JoinAnswer |
//! | `POST /cases` | officer | key, Handle, case, 1 to open and 0 to lift | entries, as text |
//! | `POST /epochs` | operator | | the epoch, as text |
//! | `GET /public/lists/…` | anybody | | ClosedEpoch, CosignedHeadSet, LogSegment |
//!
//! Keys: those of the flag list, the record key; its token for the cosigners.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use selfsame::accumulator::Handle;
use selfsame::codec::Message;
use selfsame::list::ListOwner;
use selfsame::registry::{CaseId, FlagRegistration, FlagRegistry, IdempotencyKey, Joining, RecordKey};

use crate::config::Config;
use crate::directory::Followed;
use crate::error::{Context, Result};
use crate::http::{Callers, Client, Health, Refusal, Reply, Server, cbor, made, text};
use crate::keyfile::Keys;
use crate::list::List;
use crate::store::refuse;
use crate::wire;

/// What the key file is sealed for.
pub const ROLE: &str = "police";

struct Police {
    list: Arc<List<FlagRegistry>>,
    callers: Callers,
    health: Arc<Health>,
}

type Shared = State<Arc<Police>>;

fn registry(keys: &Keys) -> Result<FlagRegistry> {
    let record_key = keys.message::<RecordKey>("record key")?;
    FlagRegistry::new(keys.message::<ListOwner>("flag list")?, record_key).context("the keys of the police")
}

/// Begins the store, once in the life of a registry.
///
/// # Errors
/// If it is not empty.
pub async fn create(config: &Config) -> Result<()> {
    List::create(&registry(&Keys::of(config, ROLE)?)?, config).await
}

/// Serves until it is told to end.
///
/// # Errors
/// If the configuration, the keys or the store are not what they should be.
pub async fn serve(config: &Config) -> Result<()> {
    let keys = Keys::of(config, ROLE)?;
    let server = Server::bind(config, ROLE).await?;
    let health = server.health();
    let directory = Arc::new(Followed::open(config, &Client::new())?);
    let known = (&keys, &directory);
    let list = Arc::new(List::open(registry(&keys)?, config, known, Arc::clone(&health)).await?);
    tokio::spawn(directory.keep_following(Duration::from_secs(config.number("follow", 60)?)));
    let police =
        Arc::new(Police { list: Arc::clone(&list), callers: Callers::of(&keys)?, health: Arc::clone(&health) });
    super::publish(list, config, health)?;
    server.serve(routes(police)).await
}

fn routes(police: Arc<Police>) -> Router {
    Router::new()
        .route("/registrations", post(register))
        .route("/joinings", post(join))
        .route("/cases", post(case))
        .route("/epochs", post(close))
        .with_state(police)
}

fn key_of(field: &[u8]) -> Result<IdempotencyKey, Refusal> {
    wire::exact(field, "the key").map(IdempotencyKey).map_err(Refusal::malformed)
}

async fn register(State(police): Shared, headers: HeaderMap, body: Bytes) -> Reply {
    police.callers.check(&headers, &["registry"])?;
    let [key, registration] = wire::read(&body).map_err(Refusal::malformed)?;
    let registration = FlagRegistration::from_bytes(registration).map_err(Refusal::malformed)?;
    let registering = police.list.keeper.register(key_of(key)?, registration);
    let registered =
        police.health.metrics.timed("step_seconds{step=\"register\"}", police.list.store.run(&registering)).await;
    let registered = registered.map_err(refuse)?;
    made(registered.is_replay(), cbor(registered.now_or_before().answer.to_bytes()))
}

async fn join(State(police): Shared, headers: HeaderMap, body: Bytes) -> Reply {
    police.callers.check(&headers, &["registry"])?;
    let [key, joining] = wire::read(&body).map_err(Refusal::malformed)?;
    let joining = Joining::from_bytes(joining).map_err(Refusal::malformed)?;
    let joined = police.list.store.run(&police.list.keeper.join(key_of(key)?, joining)).await.map_err(refuse)?;
    made(joined.is_replay(), cbor(joined.now_or_before().answer.to_bytes()))
}

async fn case(State(police): Shared, headers: HeaderMap, body: Bytes) -> Reply {
    police.callers.check(&headers, &["officer"])?;
    let [key, handle, case, open] = wire::read(&body).map_err(Refusal::malformed)?;
    let (key, handle) = (key_of(key)?, Handle::from_bytes(handle).map_err(Refusal::malformed)?);
    let case = CaseId(wire::exact(case, "the case").map_err(Refusal::malformed)?);
    let change = match open {
        [1] => police.list.keeper.flag(key, &handle, case),
        [0] => police.list.keeper.lift(key, &handle, case),
        _ => return Err(Refusal::malformed("a case is opened or lifted")),
    };
    let changed = police.list.store.run(&change).await.map_err(refuse)?;
    made(changed.is_replay(), text(format!("{} entries\n", changed.now_or_before().entries.len())))
}

async fn close(State(police): Shared, headers: HeaderMap) -> Reply {
    police.callers.check(&headers, &["operator"])?;
    super::close(&police.list).await
}

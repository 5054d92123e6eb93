//! A helper: it makes tickets blindly, with which anybody verifies without keys.
//!
//! | route | caller | takes | gives |
//! |---|---|---|---|
//! | `POST /orders` | a phone | TicketRequest | TicketCommitments |
//! | `POST /challenges` | a phone | TicketChallenges | TicketAnswers |
//!
//! Keys: x and the α. A session waits between the two calls in memory, and ends with the process,
//! as it should: the phone orders again.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use selfsame::codec::Message;
use selfsame::credential::SharedIssuerKey;
use selfsame::helper::{Helper, HelperError, ParkedError};
use selfsame::host::OsRng;
use selfsame::list::SharedListKeys;
use selfsame::ticket::{MemorySessionStore, TicketChallenges, TicketRequest};

use crate::config::Config;
use crate::directory::Followed;
use crate::error::{Context, Result};
use crate::http::{Client, Health, Refusal, Reply, Server, cbor};
use crate::keyfile::Keys;

/// What the key file is sealed for.
pub const ROLE: &str = "helper";

struct Service {
    helper: Helper,
    sessions: Mutex<MemorySessionStore>,
    health: Arc<Health>,
}

type Shared = State<Arc<Service>>;

/// Serves until it is told to end.
///
/// # Errors
/// If the configuration or the keys are not what they should be.
pub async fn serve(config: &Config) -> Result<()> {
    let keys = Keys::of(config, ROLE)?;
    let server = Server::bind(config, ROLE).await?;
    let directory = Followed::open(config, &Client::new())?.newest();
    let mut helper = Helper::new();
    let key = keys.message::<SharedIssuerKey>("x")?;
    let issuer = directory.issuer(&key.public_key(), key.version()).context("the directory has no such issuer key")?;
    helper.add_issuer(&issuer.parameters(), key).context("x")?;
    for name in ["status list", "flag list"] {
        let shared = keys.message::<SharedListKeys>(name)?;
        let list = directory.list(shared.name()).context("the directory has no such list")?;
        helper.add_list(list, shared).context(name)?;
    }
    let capacity = usize::try_from(config.number("sessions", 1_000)?).context("sessions")?;
    let sessions = Mutex::new(MemorySessionStore::new(capacity));
    let service = Arc::new(Service { helper, sessions, health: server.health() });
    service.health.is_ready();
    let routes = Router::new().route("/orders", post(order)).route("/challenges", post(challenge)).with_state(service);
    server.serve(routes).await
}

fn refuse<E: std::error::Error + Send + Sync + 'static>(error: ParkedError<E>) -> Refusal {
    match error {
        ParkedError::Helper(HelperError::UnknownSession) => Refusal::absent(),
        ParkedError::Helper(error) => Refusal::refused(error),
        other => Refusal::broken(other),
    }
}

async fn order(State(service): Shared, body: Bytes) -> Reply {
    let request = TicketRequest::from_bytes(&body).map_err(Refusal::malformed)?;
    let committed = tokio::task::block_in_place(|| {
        let mut sessions = service.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        service.helper.commit_parked(&mut *sessions, &request, &mut OsRng)
    });
    service.health.metrics.count("orders_total");
    cbor(committed.map_err(refuse)?.to_bytes())
}

async fn challenge(State(service): Shared, body: Bytes) -> Reply {
    let challenges = TicketChallenges::from_bytes(&body).map_err(Refusal::malformed)?;
    let answers = tokio::task::block_in_place(|| {
        let mut sessions = service.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        service.helper.answer_parked(&mut *sessions, &challenges)
    });
    cbor(answers.map_err(refuse)?.to_bytes())
}

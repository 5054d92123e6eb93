//! A helper: it makes tickets blindly, with which anybody verifies without keys.
//!
//! | route | caller | takes | gives |
//! |---|---|---|---|
//! | `POST /orders` | a phone | TicketRequest | TicketCommitments |
//! | `POST /challenges` | a phone | TicketChallenges | TicketAnswers |
//!
//! Keys: x and the α; for replicas, which share a database, the session key. A session waits
//! between the two calls in a store ([`crate::sessions`]) that gives it once. One that is lost is
//! ordered again.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use selfsame::codec::{Body, Message};
use selfsame::credential::SharedIssuerKey;
use selfsame::helper::{Helper, HelperError, ParkedError};
use selfsame::host::OsRng;
use selfsame::list::SharedListKeys;
use selfsame::ticket::{TicketChallenges, TicketRequest};

use crate::config::Config;
use crate::directory::Followed;
use crate::error::{Context, Result, with_causes};
use crate::http::{Client, Health, Refusal, Reply, Server, cbor};
use crate::keyfile::Keys;
use crate::sessions::Sessions;

/// What the key file is sealed for.
pub const ROLE: &str = "helper";

struct Service {
    helper: Helper,
    sessions: Arc<Sessions>,
    health: Arc<Health>,
}

type Shared = State<Arc<Service>>;

/// Makes the tables of the sessions, where they are in a database.
///
/// # Errors
/// If it is not reached.
pub async fn create(config: &Config) -> Result<()> {
    Sessions::of(config, &Keys::of(config, ROLE)?, true).await.map(drop)
}

/// Serves until it is told to end.
///
/// # Errors
/// If the configuration or the keys are not what they should be.
pub async fn serve(config: &Config) -> Result<()> {
    let keys = Keys::of(config, ROLE)?;
    // Anybody orders.
    let server = Server::bind(config, ROLE).await?.at_most(TicketRequest::MAX_LEN.max(TicketChallenges::MAX_LEN));
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
    let sessions = Arc::new(Sessions::of(config, &keys, false).await?);
    let forgetful = Arc::clone(&sessions);
    tokio::spawn(async move { forgetful.keep_forgetting(Duration::from_secs(60)).await });
    let service = Arc::new(Service { helper, sessions, health: server.health() });
    service.health.is_ready();
    let routes = Router::new().route("/orders", post(order)).route("/challenges", post(challenge)).with_state(service);
    server.serve(routes).await
}

fn refuse<E: std::error::Error + Send + Sync + 'static>(error: ParkedError<E>) -> Refusal {
    match error {
        ParkedError::Helper(HelperError::UnknownSession) => Refusal::absent(),
        ParkedError::Helper(error) => Refusal::refused(error),
        ParkedError::Store(error) => {
            tracing::warn!(error = with_causes(&error), "the store of sessions failed");
            Refusal::not_now("there is no answer now; order again")
        }
        other => Refusal::broken(other),
    }
}

async fn order(State(service): Shared, body: Bytes) -> Reply {
    let request = TicketRequest::from_bytes(&body).map_err(Refusal::malformed)?;
    let committing =
        tokio::task::block_in_place(|| service.helper.commit_parked_async(&*service.sessions, &request, &mut OsRng));
    let committed = committing.await.map_err(refuse)?;
    service.health.metrics.count("orders_total");
    cbor(committed.to_bytes())
}

async fn challenge(State(service): Shared, body: Bytes) -> Reply {
    let challenges = TicketChallenges::from_bytes(&body).map_err(Refusal::malformed)?;
    let answers = service.helper.answer_parked_async(&*service.sessions, &challenges).await.map_err(refuse)?;
    cbor(answers.to_bytes())
}

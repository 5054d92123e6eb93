//! The authority of symbols: it makes persons and cards into symbols, blindly for whoever has read
//! a card, and persons into handles for the police. It serves the directory.
//!
//! | route | caller | takes | gives |
//! |---|---|---|---|
//! | `POST /symbols` | counter, desk | SymbolRequest | SymbolResponse |
//! | `POST /handles` | officer | kind of card, number | Handle, by way of the registry |
//! | `GET /public/directory/…` | anybody | | SignedDirectory |
//!
//! Keys: the symbol key; its token for the registry. It has no key of the directory's: that signs
//! where no network is.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use selfsame::chip::CardKind;
use selfsame::codec::Message;
use selfsame::host::OsRng;
use selfsame::symbol::{SymbolInput, SymbolKey, SymbolRequest};

use crate::config::Config;
use crate::error::Result;
use crate::http::{Callers, Client, Health, Peer, Refusal, Reply, Server, cbor};
use crate::keyfile::Keys;
use crate::wire;

/// What the key file is sealed for.
pub const ROLE: &str = "authority";

struct Authority {
    key: SymbolKey,
    registry: Peer,
    callers: Callers,
    health: Arc<Health>,
}

type Shared = State<Arc<Authority>>;

/// Serves until it is told to end.
///
/// # Errors
/// If the configuration or the keys are not what they should be.
pub async fn serve(config: &Config) -> Result<()> {
    let keys = Keys::of(config, ROLE)?;
    let server = Server::bind(config, ROLE).await?;
    let authority = Arc::new(Authority {
        key: keys.message::<SymbolKey>("symbol key")?,
        registry: Peer::named(&Client::new(), &keys, config.one("registry")?)?,
        callers: Callers::of(&keys)?,
        health: server.health(),
    });
    authority.health.is_ready();
    let routes = Router::new().route("/symbols", post(evaluate)).route("/handles", post(handle)).with_state(authority);
    server.serve(routes).await
}

/// How often who may ask is the business of the host in front (spec 03 §6.2): each answer tries one
/// card.
async fn evaluate(State(authority): Shared, headers: HeaderMap, body: Bytes) -> Reply {
    authority.callers.check(&headers, &["counter", "desk"])?;
    let request = SymbolRequest::from_bytes(&body).map_err(Refusal::malformed)?;
    authority.health.metrics.count("evaluations_total");
    cbor(authority.key.blind_evaluate(&request, &mut OsRng).to_bytes())
}

async fn handle(State(authority): Shared, headers: HeaderMap, body: Bytes) -> Reply {
    authority.callers.check(&headers, &["officer"])?;
    let [kind, number] = wire::read(&body).map_err(Refusal::malformed)?;
    let kind = match kind {
        [1] => CardKind::Resident,
        [2] => CardKind::Permit,
        [3] => CardKind::Foreigner2017,
        [4] => CardKind::Foreigner2023,
        _ => return Err(Refusal::malformed("there is no such card")),
    };
    let number = std::str::from_utf8(number).map_err(Refusal::malformed)?;
    let person = authority.key.evaluate(&SymbolInput::person_of_card(kind, number).map_err(Refusal::malformed)?);
    let question = wire::fields(&[person.as_bytes()]).to_vec();
    cbor(authority.registry.post_again("/handles", question).await.map_err(Refusal::not_now)?)
}

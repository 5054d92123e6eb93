//! The issuer's registry: slots, credentials, the status list.
//!
//! | route | caller | takes | gives |
//! |---|---|---|---|
//! | `POST /offers` | counter | key, kind, person symbol, card symbol | CredentialOffer |
//! | `POST /issuances` | counter | key, slot, CredentialRequest, record of the card, factors | CredentialResponse |
//! | `POST /reports` | counter | key, kind, symbol, generation | entries, as text |
//! | `POST /unions` | counter | key, kind, person symbol, person symbol | entries, as text |
//! | `POST /handles` | authority | person symbol | Handle |
//! | `POST /card-questions` | a desk with a certificate | CardQuestion | CardAnswer |
//! | `POST /epochs` | operator | | the epoch, as text |
//! | `GET /public/lists/…` | anybody | | ClosedEpoch, CosignedHeadSet, LogSegment |
//!
//! Keys: the issuer's, those of the status list, the handle key, the record key; its tokens for the
//! police and the cosigners.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use selfsame::chip::ChipRecord;
use selfsame::codec::Message;
use selfsame::credential::{AssuranceFactors, CredentialRequest, Issuer, SlotId};
use selfsame::host::OsRng;
use selfsame::list::{ListClass, ListName, ListOwner};
use selfsame::registry::{
    Answer, CardQuestion, Completion, FlagAnswer, IdempotencyKey, Issuance, IssuanceKind, JoinAnswer, RecordKey,
    Registry, RegistryKeys, Report, Union,
};
use selfsame::schema::Schema;
use selfsame::secret::Secret;
use selfsame::symbol::{CardSymbol, Generation, HandleKey, PersonSymbol, Symbol, SymbolKind};

use crate::config::Config;
use crate::directory::Followed;
use crate::error::{Context, Result};
use crate::http::{Callers, Client, Health, Peer, Refusal, Reply, Server, cbor, made, text};
use crate::keyfile::Keys;
use crate::list::List;
use crate::store::refuse;
use crate::wire;
use selfsame::host::now;

/// What the key file is sealed for.
pub const ROLE: &str = "registry";

struct State_ {
    list: Arc<List<Registry>>,
    police: Peer,
    callers: Callers,
    directory: Arc<Followed>,
    health: Arc<Health>,
}

type Shared = State<Arc<State_>>;

fn registry(config: &Config, keys: &Keys) -> Result<Registry> {
    let keys = RegistryKeys {
        issuer: keys.message::<Issuer>("issuer")?,
        status: keys.message::<ListOwner>("status list")?,
        handle_key: keys.message::<HandleKey>("handle key")?,
        record_key: keys.message::<RecordKey>("record key")?,
        flag_list: ListName::new(config.one("flag_list")?, ListClass::Flag).context("flag_list")?,
        offer_lifetime: Duration::from_secs(config.number("offer_lifetime", 3_600)?),
    };
    Registry::new(keys).context("the keys of the registry")
}

/// Begins the store, once in the life of a registry.
///
/// # Errors
/// If it is not empty.
pub async fn create(config: &Config) -> Result<()> {
    List::create(&registry(config, &Keys::of(config, ROLE)?)?, config).await
}

/// Serves until it is told to end.
///
/// # Errors
/// If the configuration, the keys or the store are not what they should be.
pub async fn serve(config: &Config) -> Result<()> {
    let (keys, client) = (Keys::of(config, ROLE)?, Client::new());
    let server = Server::bind(config, ROLE).await?;
    let health = server.health();
    let directory = Arc::new(Followed::open(config, &client)?);
    let known = (&keys, &directory);
    let list = Arc::new(List::open(registry(config, &keys)?, config, known, Arc::clone(&health)).await?);
    let state = Arc::new(State_ {
        list: Arc::clone(&list),
        police: Peer::named(&client, &keys, config.one("police")?)?,
        callers: Callers::of(&keys)?,
        directory,
        health: Arc::clone(&health),
    });
    super::publish(list, config, health)?;
    tokio::spawn(Arc::clone(&state.directory).keep_following(Duration::from_secs(config.number("follow", 60)?)));
    server.serve(routes(state)).await
}

fn routes(state: Arc<State_>) -> Router {
    Router::new()
        .route("/offers", post(offer))
        .route("/issuances", post(issue))
        .route("/reports", post(report))
        .route("/unions", post(unite))
        .route("/handles", post(handle))
        .route("/card-questions", post(check_card))
        .route("/epochs", post(close))
        .with_state(state)
}

fn key_of(field: &[u8]) -> Result<IdempotencyKey, Refusal> {
    wire::exact(field, "the key").map(IdempotencyKey).map_err(Refusal::malformed)
}

fn symbol<K: SymbolKind>(field: &[u8]) -> Result<Symbol<K>, Refusal> {
    let bytes = wire::exact(field, "a symbol").map_err(Refusal::malformed)?;
    Ok(Symbol::from_stored(Secret::new(bytes)))
}

async fn offer(State(state): Shared, headers: HeaderMap, body: Bytes) -> Reply {
    state.callers.check(&headers, &["counter"])?;
    let [key, kind, person, card] = wire::read(&body).map_err(Refusal::malformed)?;
    let kind = match kind {
        [1] => IssuanceKind::Enrol,
        [2] => IssuanceKind::Move,
        [3] => IssuanceKind::Reissue,
        [4] => IssuanceKind::NewCard,
        [5] => IssuanceKind::OtherDocument,
        _ => return Err(Refusal::malformed("there is no such kind")),
    };
    let issuance = Issuance { kind, person: symbol(person)?, card: symbol(card)? };
    let offer = state.list.keeper.offer(key_of(key)?, issuance, now(), &mut OsRng);
    let offered = state.health.metrics.timed("step_seconds{step=\"offer\"}", state.list.store.run(&offer)).await;
    let offered = offered.map_err(refuse)?;
    made(offered.is_replay(), cbor(offered.now_or_before().message.to_bytes()))
}

/// Settles the shard, asks the police whether the person is wanted, and issues. Who lost the answer
/// asks again with the same key: every step of it answers as before.
async fn issue(State(state): Shared, headers: HeaderMap, body: Bytes) -> Reply {
    state.callers.check(&headers, &["counter"])?;
    let [key, slot, request, record, factors] = wire::read(&body).map_err(Refusal::malformed)?;
    let (key, metrics) = (key_of(key)?, &state.health.metrics);
    let slot = SlotId(wire::exact(slot, "the slot").map_err(Refusal::malformed)?);
    let request = CredentialRequest::from_bytes(request).map_err(Refusal::malformed)?;
    let record = ChipRecord::parse(record).map_err(Refusal::malformed)?;
    let factors = wire::exact(factors, "the factors").map_err(Refusal::malformed)?;
    let factors = AssuranceFactors::from_bits(u16::from_be_bytes(factors)).map_err(Refusal::malformed)?;

    let settling = state.list.keeper.flag_registration(slot, request.clone(), now());
    let whom = metrics.timed("step_seconds{step=\"settle\"}", state.list.store.run(&settling)).await.map_err(refuse)?;
    let question = wire::fields(&[&key.0, &whom.to_bytes()]).to_vec();
    let answer =
        metrics.timed("step_seconds{step=\"police\"}", state.police.post_again("/registrations", question)).await;
    let flag = FlagAnswer::from_bytes(&answer.map_err(Refusal::not_now)?).map_err(Refusal::broken)?;

    let completion = Completion { slot, request, values: Schema::card_values(&record), factors, flag };
    let completing = state.list.keeper.complete(key, completion, now());
    let issued = metrics.timed("step_seconds{step=\"complete\"}", state.list.store.run(&completing)).await;
    let issued = issued.map_err(refuse)?;
    if let Answer::Done(issued) = &issued {
        metrics.count("issued_total");
        tracing::info!(removals = issued.entries.len(), "a credential was issued");
    }
    made(issued.is_replay(), cbor(issued.now_or_before().response.to_bytes()))
}

async fn report(State(state): Shared, headers: HeaderMap, body: Bytes) -> Reply {
    state.callers.check(&headers, &["counter"])?;
    let [key, kind, of, generation] = wire::read(&body).map_err(Refusal::malformed)?;
    let generation = || {
        let number = wire::exact(generation, "the generation").map(u32::from_be_bytes).map_err(Refusal::malformed)?;
        Generation::new(number).ok_or_else(|| Refusal::malformed("no generation"))
    };
    let report = match kind {
        [1] => Report::CardLost(symbol(of)?),
        [2] => Report::CardFound(symbol(of)?),
        [3] => Report::CardExpired(symbol(of)?),
        [4] => Report::PhoneLost(symbol(of)?, generation()?),
        [5] => Report::PhoneFound(symbol(of)?, generation()?),
        _ => return Err(Refusal::malformed("there is no such report")),
    };
    let reported = state.list.store.run(&state.list.keeper.report(key_of(key)?, report)).await.map_err(refuse)?;
    made(reported.is_replay(), text(format!("{} entries\n", reported.now_or_before().entries.len())))
}

/// Has the police join the two handles, and makes the two symbols one person's: the second one is
/// linked to the first, takes its place, or ends in it. Who lost the answer asks again with the
/// same key. That it is one person, the counter has found out (spec 10 §2.4).
async fn unite(State(state): Shared, headers: HeaderMap, body: Bytes) -> Reply {
    state.callers.check(&headers, &["counter"])?;
    let [key, kind, one, other] = wire::read(&body).map_err(Refusal::malformed)?;
    let key = key_of(key)?;
    let union = match kind {
        [1] => Union::LinkDocument { person: symbol(one)?, document: symbol(other)? },
        [2] => Union::Correction { from: symbol(one)?, to: symbol(other)? },
        [3] => Union::Merger { keeps: symbol(one)?, ends: symbol(other)? },
        _ => return Err(Refusal::malformed("there is no such union")),
    };
    let joining = state.list.store.run(&state.list.keeper.joining(&union)).await.map_err(refuse)?;
    let question = wire::fields(&[&key.0, &joining.to_bytes()]).to_vec();
    let joined = state.police.post_again("/joinings", question).await.map_err(Refusal::not_now)?;
    let joined = JoinAnswer::from_bytes(&joined).map_err(Refusal::broken)?;
    let united = state.list.store.run(&state.list.keeper.unite(key, union, joined)).await.map_err(refuse)?;
    made(united.is_replay(), text(format!("{} entries\n", united.now_or_before().entries.len())))
}

async fn handle(State(state): Shared, headers: HeaderMap, body: Bytes) -> Reply {
    state.callers.check(&headers, &["authority"])?;
    let [person] = wire::read(&body).map_err(Refusal::malformed)?;
    let handle = state.list.store.run(&state.list.keeper.handle_to_flag(symbol(person)?)).await.map_err(refuse)?;
    cbor(handle.to_bytes())
}

/// It needs no token: the question is signed under a certificate that permits it.
async fn check_card(State(state): Shared, body: Bytes) -> Reply {
    let question = CardQuestion::from_bytes(&body).map_err(Refusal::malformed)?;
    let directory = state.directory.newest();
    let admitted = state.list.keeper.admit(question, &directory, now()).map_err(Refusal::refused)?;
    let answer = state.list.store.run(&state.list.keeper.check_card(admitted)).await.map_err(refuse)?;
    cbor(answer.to_bytes())
}

async fn close(State(state): Shared, headers: HeaderMap) -> Reply {
    state.callers.check(&headers, &["operator"])?;
    super::close(&state.list).await
}

/// The symbols of a card and of its holder, as a counter sends them.
pub type Symbols = (PersonSymbol, CardSymbol);

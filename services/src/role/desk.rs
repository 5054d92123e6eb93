//! A desk: it asks, shows the request as codes on a web page, takes the phone's answer, relays it,
//! and shows the verdict as it comes.
//!
//! | route | caller | takes | gives |
//! |---|---|---|---|
//! | `GET /`, `/desk.css`, `/desk.js`, `/desk.svg` | the browser at the reception | | the page |
//! | `POST /visits` | the page | `platform` or `tickets` | name of the visit, number of codes |
//! | `GET /visits/ID/codes` | the page | | the texts of the codes, a line each |
//! | `GET /visits/ID/codes/N` | the page | | a code, as SVG |
//! | `GET /visits/ID/events` | the page | | what becomes of it, as server-sent events |
//! | `POST /answers/ID` | a phone | Presentation | |
//!
//! The page listens at `listen`, for the reception alone: whoever reaches it asks in the desk's
//! name. Phones reach `phones`, where there is nothing but the last route.
//!
//! Keys: the desk's own; its token for the platforms. Where no platform is reached, it asks for
//! tickets and verifies by itself, with public keys alone.

mod page;
mod settle;
mod visit;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use selfsame::certificate::{DeskCertificate, DeskKey};
use selfsame::codec::{Body, Message};
use selfsame::directory::VerifiedDirectory;
use selfsame::host::OsRng;
use selfsame::list::{CosignedHeads, Epoch, ListName};
use selfsame::presentation::{
    AwaitingVerdict, KeylessVerifier, Mode, PendingRequest, PlatformError, Presentation, PresentationRequest,
    TicketNumber, Verdict, VerdictMessage,
};
use selfsame::rand_core::RngCore;
use tokio::time::{Instant, timeout_at};

use crate::config::Config;
use crate::directory::{Followed, hex};
use crate::error::{Context, Error, Result};
use crate::http::{Client, Health, Peer, Refusal, Reply, Server, text};
use crate::keyfile::Keys;
use crate::list::{Source, class_of};
use crate::register::{keep_forgetting, over};
use crate::register_file::FileRegister;
use selfsame::host::now;
use settle::Pauses;
use visit::{Begun, Shelf, State as Stage, Visit};

/// What the key file is sealed for.
pub const ROLE: &str = "desk";

/// How often it looks for visits whose time is over, and tries again what could not be written.
const SWEEP: Duration = Duration::from_secs(1);

struct Desk {
    key: DeskKey,
    certificate: DeskCertificate,
    purpose: String,
    schema: String,
    platforms: Vec<Peer>,
    directory: Arc<Followed>,
    sources: Vec<Source>,
    heads: RwLock<BTreeMap<ListName, CosignedHeads>>,
    verifier: KeylessVerifier<FileRegister>,
    visits: Mutex<BTreeMap<String, Arc<Visit>>>,
    shelf: Shelf,
    /// By what names the browser at the reception calls it.
    hosts: Vec<String>,
    health: Arc<Health>,
}

type Shared = State<Arc<Desk>>;

/// Serves until it is told to end.
///
/// # Errors
/// If the configuration or the keys are not what they should be.
pub async fn serve(config: &Config) -> Result<()> {
    let (keys, client) = (Keys::of(config, ROLE)?, Client::new());
    let server = Server::bind(config, ROLE).await?;
    let directory = Arc::new(Followed::open(config, &client)?);
    let certificate = std::fs::read(config.path("certificate")?).context("the certificate")?;
    let certificate = DeskCertificate::from_bytes(&certificate).context("the certificate")?;
    let platform = |value: &String| Peer::named(&client, &keys, value);
    let sources = super::platform::sources(config, &directory, &client)?;
    let verifier = verifier(config, &directory, &sources)?;
    let desk = Arc::new(Desk {
        key: keys.message("desk key")?,
        purpose: certificate.purposes().first().context("a certificate without a purpose")?.clone(),
        certificate,
        schema: config.one("schema")?.to_owned(),
        platforms: config.all("platform").iter().map(platform).collect::<Result<_>>()?,
        directory: Arc::clone(&directory),
        sources,
        heads: RwLock::new(BTreeMap::new()),
        verifier,
        visits: Mutex::new(BTreeMap::new()),
        shelf: Shelf::of(config)?,
        hosts: if config.all("host").is_empty() {
            vec![config.one("listen")?.to_owned()]
        } else {
            config.all("host").to_vec()
        },
        health: server.health(),
    });
    // Before it goes on with a visit or begins one: what was taken out meanwhile counts no more.
    desk.directory.first_look().await;
    desk.adopt();
    desk.resume()?;
    tokio::spawn(Arc::clone(&desk).keep_following(Duration::from_millis(config.number("follow_millis", 500)?)));
    tokio::spawn(Arc::clone(&desk).keep_adopting(Duration::from_secs(config.number("follow", 60)?)));
    tokio::spawn(Arc::clone(&desk).keep_sweeping());
    tokio::spawn(Arc::clone(&desk).keep_forgetting());
    let phones = Server::bind_to(config.one("phones")?, ROLE).await?.at_most(Presentation::MAX_LEN);
    let answers = Router::new().route("/answers/{id}", post(answer)).with_state(Arc::clone(&desk));
    tokio::try_join!(server.serve(routes(desk)), phones.serve_only(answers)).map(drop)
}

/// What verifies tickets, with the public keys of the directory.
fn verifier(config: &Config, directory: &Followed, sources: &[Source]) -> Result<KeylessVerifier<FileRegister>> {
    let newest = directory.newest();
    let register = FileRegister::open(&config.path("tickets")?).context("the register of tickets")?;
    let verifier = KeylessVerifier::new(&newest, super::platform::freshness(config)?, register);
    add_issuers(&verifier, &newest)?;
    for source in sources {
        verifier.add_list(source.keys().clone()).context("a list")?;
    }
    Ok(verifier)
}

/// The issuer keys of a version of the directory, of which some are there already.
fn add_issuers(verifier: &KeylessVerifier<FileRegister>, directory: &VerifiedDirectory) -> Result<()> {
    for issuer in directory.issuers() {
        match verifier.add_issuer(issuer.parameters()) {
            Ok(()) | Err(PlatformError::Issuer) => {}
            Err(error) => return Err(error).context("an issuer"),
        }
    }
    Ok(())
}

fn routes(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/", get(page::html))
        .route("/desk.css", get(page::css))
        .route("/desk.js", get(page::js))
        .route("/desk.svg", get(page::icon))
        .route("/visits", post(begin))
        .route("/visits/{id}/codes", get(codes))
        .route("/visits/{id}/codes/{number}", get(code))
        .route("/visits/{id}/events", get(events))
        .with_state(desk)
}

/// Only the page of this desk begins a visit: a page of somebody else in the same browser may not,
/// nor one that calls this machine by a name of its own.
async fn begin(State(desk): Shared, headers: HeaderMap, body: Bytes) -> Reply {
    is_own_page(&desk.hosts, &headers)?;
    let by_tickets = match &*body {
        b"platform" => false,
        b"tickets" => true,
        _ => return Err(Refusal::malformed("platform or tickets")),
    };
    let visit = desk.ask(by_tickets).map_err(Refusal::not_now)?;
    text(format!("{} {}\n", visit.id, visit.codes.len()))
}

async fn codes(State(desk): Shared, Path(id): Path<String>) -> Reply {
    text(desk.visit(&id)?.codes.join("\n") + "\n")
}

async fn code(State(desk): Shared, Path((id, number)): Path<(String, usize)>) -> Reply {
    let visit = desk.visit(&id)?;
    page::svg(visit.codes.get(number).ok_or_else(Refusal::absent)?)
}

async fn events(State(desk): Shared, Path(id): Path<String>) -> Reply {
    let visit = desk.visit(&id)?;
    Ok(page::events(&visit))
}

/// A visit takes one answer, whatever it is; what is longer than any has not come here. It is told
/// to the end, also where what waits cannot be written down.
async fn answer(State(desk): Shared, Path(id): Path<String>, body: Bytes) -> Reply {
    let visit = desk.visit(&id)?;
    let pending = visit.take().ok_or_else(|| Refusal::refused("it was answered"))?;
    let verdict = if visit.by_tickets {
        match visit.verifies(&pending, &body) {
            Ok(()) => desk.verify(&visit, pending, &body).await,
            Err(error) => Err(error),
        }
    } else {
        let checked = settle::check(&desk.verifier, pending.message(), now());
        let relayed = pending.relay(&body);
        match checked.and_then(|()| visit.calls(&relayed.state)) {
            Ok(()) => desk.relay(&visit, relayed.state).await,
            Err(error) => Err(error),
        }
    };
    desk.conclude(&visit, verdict).await.map_err(Refusal::broken)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Whether it is this desk's own page that asks, under one of its names, and not one of somebody
/// else in the same browser. Browsers say it in one header or the other.
fn is_own_page(hosts: &[String], headers: &HeaderMap) -> Result<(), Refusal> {
    let said = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let is_own = |host: &str| hosts.iter().any(|own| own == host);
    let site = said(&HeaderName::from_static("sec-fetch-site")).is_none_or(|site| site == "same-origin");
    let origin = said(&ORIGIN).is_none_or(|from| from.split_once("://").is_some_and(|(_, host)| is_own(host)));
    let own = site && origin && said(&HOST).is_some_and(is_own);
    if own { Ok(()) } else { Err(Refusal::unauthorized()) }
}

impl Desk {
    fn visit(&self, id: &str) -> Result<Arc<Visit>, Refusal> {
        let visits = self.visits.lock().unwrap_or_else(PoisonError::into_inner);
        visits.get(id).map(Arc::clone).ok_or_else(Refusal::absent)
    }

    /// Both lists, nothing disclosed, one answer.
    fn ask(&self, by_tickets: bool) -> Result<Arc<Visit>> {
        let (directory, heads) = (self.directory.newest(), self.heads.read().unwrap_or_else(PoisonError::into_inner));
        let issuer = directory.current_issuer(&self.schema, now()).context("no issuer key counts now")?;
        let builder = PresentationRequest::builder(&issuer.parameters(), self.certificate.name(), &self.purpose);
        let mut builder = heads.values().fold(builder, |builder, heads| builder.present_on(heads));
        if heads.len() != self.sources.len() {
            return Err(Error::new("the lists are not here yet"));
        }
        drop(heads);
        if by_tickets {
            builder = builder.verified_by(|_| Mode::Ticket(TicketNumber::FIRST));
        }
        let asked = builder.once(&mut OsRng).context("the request")?;
        if !settle::all_count(&self.verifier, &asked.message, now()) {
            return Err(Error::new("a list is too old: nobody could be verified under it"));
        }
        let signed = self.key.sign(&self.certificate, &asked.message).context("the request")?;
        let mut id = [0; 16];
        OsRng.fill_bytes(&mut id);
        let id = hex(&id);
        let visit = Arc::new(self.shelf.begin(&id, signed.to_bytes(), asked.state, by_tickets)?);
        let mut visits = self.visits.lock().unwrap_or_else(PoisonError::into_inner);
        visits.insert(visit.id.clone(), Arc::clone(&visit));
        Ok(visit)
    }

    /// Goes on with the visits of a process that ended: with those that wait for an answer, with
    /// the calls whose verdicts did not come, and with the answers that it verifies itself.
    fn resume(self: &Arc<Self>) -> Result<()> {
        for (visit, begun) in self.shelf.waiting()? {
            let (desk, visit) = (Arc::clone(self), Arc::new(visit));
            self.visits.lock().unwrap_or_else(PoisonError::into_inner).insert(visit.id.clone(), Arc::clone(&visit));
            tokio::spawn(async move {
                let verdict = match begun {
                    Begun::Nothing => return,
                    Begun::Call(awaiting) => desk.relay(&visit, awaiting).await,
                    Begun::Answer(pending, presentation) => desk.verify(&visit, pending, &presentation).await,
                };
                if let Err(error) = desk.conclude(&visit, verdict).await {
                    tracing::error!(%error, "a visit did not end");
                }
            });
        }
        Ok(())
    }

    /// Ends the visits that nobody answered, and forgets those whose time is over.
    async fn keep_sweeping(self: Arc<Self>) {
        let mut ticks = tokio::time::interval(SWEEP);
        loop {
            ticks.tick().await;
            let now = Instant::now();
            let all: Vec<_> =
                self.visits.lock().unwrap_or_else(PoisonError::into_inner).values().map(Arc::clone).collect();
            for visit in all {
                if visit.waits_until <= now {
                    visit.expire();
                }
                if visit.lasts_until <= now && visit.has_ended() {
                    self.visits.lock().unwrap_or_else(PoisonError::into_inner).remove(&visit.id);
                    visit.forget();
                }
            }
        }
    }

    /// Forgets tickets that no verifier takes any more.
    async fn keep_forgetting(self: Arc<Self>) {
        let over = || {
            let heads = self.sources.iter().map(|source| self.verifier.newest_heads(source.keys().name()));
            over(heads.map(|heads| Some(heads?.time())), now())
        };
        let forget = |over| {
            let forgotten = tokio::task::block_in_place(|| self.verifier.register().forget_before(over));
            std::future::ready(forgotten.context("the register"))
        };
        keep_forgetting(over, forget).await;
    }

    /// Ends a visit. An outcome that cannot be written down is written again, until the visit's
    /// time is over; then nobody has said anything.
    async fn conclude(&self, visit: &Visit, verdict: Result<Verdict>) -> Result<()> {
        let stage = match verdict {
            Ok(Verdict::Verified) => Stage::Verified,
            Ok(Verdict::Refused) => Stage::Refused,
            Err(error) => {
                tracing::warn!(%error, "no verdict");
                Stage::Failed
            }
        };
        let mut ended = visit.ends(stage);
        while let Err(error) = &ended
            && !visit.has_ended()
        {
            tracing::error!(%error, "an outcome is not written down");
            tokio::time::sleep(SWEEP).await;
            ended = visit.ends(if Instant::now() < visit.lasts_until { stage } else { Stage::Failed });
        }
        self.health.metrics.count(&format!("visits_total{{ended=\"{}\"}}", visit.shown().name()));
        ended
    }

    /// Asks the platforms in turn, for as long as a guest waits, and twice in any case: the same
    /// call has the same answer with each.
    async fn relay(&self, visit: &Visit, awaiting: AwaitingVerdict) -> Result<Verdict> {
        let call = Bytes::from(awaiting.call().to_bytes());
        let asked = async {
            let mut last = Error::new("no platform is configured");
            let mut pauses = Pauses::new();
            for round in 1.. {
                for platform in &self.platforms {
                    let answer = platform.post("/calls", call.clone()).await.context("a platform");
                    match answer.and_then(|answer| VerdictMessage::from_bytes(&answer).context("the verdict")) {
                        Ok(verdict) => return Ok(verdict),
                        Err(error) => {
                            tracing::warn!(platform = platform.base(), %error, "the next one is asked");
                            last = error;
                        }
                    }
                }
                if self.platforms.is_empty() || round > 1 && visit.waits_until <= Instant::now() {
                    break;
                }
                pauses.next().await;
            }
            Err(last)
        };
        let verdict = timeout_at(visit.lasts_until, asked).await.context("the platforms")??;
        Ok(awaiting.conclude_by(&verdict, &self.directory.newest(), now()).verdict)
    }

    /// Verifies an answer by itself, for as long as the visit lasts.
    async fn verify(&self, visit: &Visit, pending: PendingRequest, presentation: &[u8]) -> Result<Verdict> {
        let settled = async {
            while !self.has_lists() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            settle::settle(pending, |pending| {
                tokio::task::block_in_place(|| settle::attempt(&self.verifier, pending, presentation, now()))
            })
            .await
        };
        timeout_at(visit.lasts_until, settled).await.context("verifying")?
    }

    /// Takes what a quorum of cosigners signed since; ready when both lists are here.
    async fn keep_following(self: Arc<Self>, every: Duration) {
        let mut ticks = tokio::time::interval(every);
        loop {
            ticks.tick().await;
            for source in &self.sources {
                if let Err(error) = self.follow(source).await {
                    tracing::warn!(%error, "a list is not followed");
                }
            }
            if self.has_lists() {
                self.health.is_ready();
            }
        }
    }

    fn has_lists(&self) -> bool {
        self.heads.read().unwrap_or_else(PoisonError::into_inner).len() == self.sources.len()
    }

    /// Goes by the newest version of the directory: whose verdicts count, which issuer keys.
    fn adopt(&self) {
        let newest = self.directory.newest();
        let adopted = self.verifier.adopt(&newest).context("the directory");
        if let Err(error) = adopted.and_then(|()| add_issuers(&self.verifier, &newest)) {
            tracing::error!(%error, "the directory is not gone by");
        }
    }

    async fn keep_adopting(self: Arc<Self>, every: Duration) {
        let mut ticks = tokio::time::interval(every);
        loop {
            ticks.tick().await;
            self.directory.look().await;
            self.adopt();
        }
    }

    async fn follow(&self, source: &Source) -> Result<()> {
        let known =
            self.heads.read().unwrap_or_else(PoisonError::into_inner).get(source.keys().name()).map(|one| one.epoch());
        let (name, minimum) = (source.keys().name(), self.directory.minimum());
        let raise = |epoch| {
            if let Err(error) = tokio::task::block_in_place(|| minimum.raise_epoch(name, epoch)) {
                tracing::warn!(%error, "how far it went is not stored yet");
            }
        };
        known.into_iter().for_each(raise);
        let Some((_, heads)) = source.newer(&self.directory.newest(), known).await? else { return Ok(()) };
        let epoch = heads.epoch();
        if epoch < minimum.epoch(name) {
            // Who publishes has set it back, or withholds what this desk had before it was started.
            let [epoch, known] = [epoch, minimum.epoch(name)].map(Epoch::number);
            return Err(Error::new(format!("epoch {epoch} is older than epoch {known}, which this desk has gone by")));
        }
        self.verifier.accept_heads(&heads, now()).context("heads")?;
        self.heads.write().unwrap_or_else(PoisonError::into_inner).insert(name.clone(), heads);
        let class = class_of(name.class());
        self.health.metrics.set(&format!("epoch{{list=\"{class}\"}}"), epoch.number() as f64);
        raise(epoch);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_the_desk_s_own_page_begins_a_visit() {
        let hosts = ["127.0.0.1:8080".to_owned(), "desk.hotel.example".to_owned()];
        let [own, named, other] = ["127.0.0.1:8080", "desk.hotel.example", "elsewhere.example"];
        for (headers, is_own) in [
            (&[("host", own)][..], true),
            (&[("host", named)], true),
            (&[("host", own), ("origin", "http://127.0.0.1:8080")], true),
            (&[("host", named), ("origin", "https://desk.hotel.example"), ("sec-fetch-site", "same-origin")], true),
            // A page of somebody else, by either header.
            (&[("host", own), ("origin", "http://elsewhere.example")], false),
            (&[("host", own), ("origin", "null")], false),
            (&[("host", own), ("origin", "")], false),
            (&[("host", own), ("origin", "http://127.0.0.1:8080.elsewhere.example")], false),
            (&[("host", own), ("origin", "http://elsewhere.example@127.0.0.1:8080")], false),
            (&[("host", own), ("origin", "http://127.0.0.1:8081")], false),
            (&[("host", own), ("sec-fetch-site", "cross-site")], false),
            (&[("host", own), ("sec-fetch-site", "same-site")], false),
            (&[("host", own), ("sec-fetch-site", "none")], false),
            (&[("host", own), ("origin", "http://127.0.0.1:8080"), ("sec-fetch-site", "cross-site")], false),
            // A name of somebody else's that leads to this machine.
            (&[("host", other)], false),
            (&[("host", other), ("origin", "http://elsewhere.example"), ("sec-fetch-site", "same-origin")], false),
            (&[("origin", "http://127.0.0.1:8080")], false),
        ] {
            let named = |(name, value): &(&'static str, &str)| {
                (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
            };
            let all: HeaderMap = headers.iter().map(named).collect();
            assert_eq!(is_own_page(&hosts, &all).is_ok(), is_own, "{headers:?}");
        }
    }
}

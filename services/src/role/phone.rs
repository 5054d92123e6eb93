//! A phone: a wallet in a file, a device, and who holds it.
//!
//! What its user does is asked for over HTTP, under a token of the user's alone: a program in the
//! place of an app.
//!
//! | route | takes | does |
//! |---|---|---|
//! | `POST /wallet` | nothing, or passcode and SealedBackup | begins a wallet |
//! | `POST /backup` | passcode | gives a SealedBackup |
//! | `POST /offer` | CredentialOffer | gives the CredentialRequest |
//! | `POST /response` | CredentialResponse | keeps the credential |
//! | `POST /follow` | | reads what the lists published |
//! | `POST /scan` | the texts of codes, a line each | says what is asked, or why there is no answer |
//! | `POST /agree` | | answers what was scanned |
//! | `POST /decline` | | answers with a decoy |
//! | `POST /tickets` | a number | orders tickets for what was scanned |
//!
//! Keys: the wallet's and the device's, which a real phone has in hardware. The wallet is the
//! library's [`WalletFile`]: one process has it open, and what it answers with is on the disk
//! first.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::post;
use selfsame::certificate::SignedRequest;
use selfsame::codec::Message;
use selfsame::credential::{CredentialOffer, CredentialResponse};
use selfsame::device::{HardwareKey, HardwareKeyError, SealedDevice, SoftwareDevice};
use selfsame::error::DecodeError;
use selfsame::host::{ChangeError, OsRng, TrustedFile, WalletFile, WalletFileError, now};
use selfsame::list::{CosignedHeadSet, Epoch, EpochProofs, ListClass};
use selfsame::presentation::{Language, PresentError, TicketNumber};
use selfsame::qr::{Assembler, Progress};
use selfsame::secret::Secret;
use selfsame::ticket::{TicketAnswers, TicketCommitments, TicketCount, TicketRequest};
use selfsame::wallet::{
    BackupPasscode, Passcode, PasscodeCost, SealedBackup, SeenHeads, Staged, WaitingOrder, Wallet, WalletConsent,
    WalletError, WalletKey,
};
use tokio::sync::Mutex;

use crate::config::Config;
use crate::directory::Followed;
use crate::error::{Context, Error, Result};
use crate::http::{CallError, Callers, Client, Peer, Refusal, Reply, Server, cbor, text};
use crate::keyfile::Keys;
use crate::list::Source;
use crate::wire;

/// What the key file is sealed for.
pub const ROLE: &str = "phone";

struct Service {
    app: Mutex<App>,
    callers: Callers,
}

/// The wallet and its file. Its trusted numbers are in a second one, in the place of what a real
/// phone has for them.
type Kept = WalletFile<TrustedFile>;

struct App {
    wallet: Option<Kept>,
    device: SoftwareDevice,
    key: WalletKey,
    /// Of the wallet, and of the trusted numbers.
    paths: [PathBuf; 2],
    sources: Vec<Source>,
    directory: Arc<Followed>,
    client: Client,
    helper: Peer,
    scanned: Option<Scanned>,
}

/// A request off a screen, and where its answer goes.
struct Scanned {
    request: SignedRequest,
    reply: String,
    consent: Option<WalletConsent>,
    /// Those that the wallet saw when it was scanned.
    heads: Vec<SeenHeads>,
}

type Shared = State<Arc<Service>>;

/// Stands for a keystore: it wraps under a key that the seal key opens.
struct Keystore<'a>(&'a SealedKeystore);

struct SealedKeystore(crate::keyfile::SealKey);

impl HardwareKey for Keystore<'_> {
    fn wrap(&mut self, secret: &Secret<[u8; 32]>) -> Result<Vec<u8>, HardwareKeyError> {
        self.0.0.seal("phone device", secret.expose()).map_err(|_| HardwareKeyError::NotWrappedHere)
    }

    fn unwrap(&mut self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, HardwareKeyError> {
        let opened = self.0.0.open("phone device", wrapped).map_err(|_| HardwareKeyError::NotWrappedHere)?;
        let bytes = opened.as_slice().try_into().map_err(|_| HardwareKeyError::NotWrappedHere)?;
        Ok(Secret::new(bytes))
    }
}

fn device(config: &Config) -> Result<SoftwareDevice> {
    let (path, store) = (config.path("device")?, SealedKeystore(crate::keyfile::SealKey::read(&config.path("seal")?)?));
    if let Some(bytes) = crate::files::read(&path)? {
        let sealed = SealedDevice::from_bytes(&bytes).context("the device")?;
        return sealed.open(&mut Keystore(&store), &mut OsRng).context("the device");
    }
    let device = SoftwareDevice::random(&mut OsRng);
    let sealed = device.seal(&mut Keystore(&store), &mut OsRng).context("the device")?;
    crate::files::replace(&path, &sealed.to_bytes(), true)?;
    Ok(device)
}

/// Serves until it is told to end.
///
/// # Errors
/// If the configuration, the keys or the wallet are not what they should be.
pub async fn serve(config: &Config) -> Result<()> {
    let (keys, client) = (Keys::of(config, ROLE)?, Client::new());
    let server = Server::bind(config, ROLE).await?;
    let directory = Arc::new(Followed::open(config, &client)?);
    let key = WalletKey::from_secret_bytes(keys.secret("wallet key")?);
    let paths = [config.path("wallet")?, config.path("trusted")?];
    let [wallet, trusted] = &paths;
    let wallet = match WalletFile::open(wallet, TrustedFile::new(trusted), &key, None) {
        Ok(wallet) => Some(wallet),
        Err(WalletFileError::Missing) => None,
        Err(error) => return Err(error).context("the wallet"),
    };
    let app = App {
        wallet,
        device: device(config)?,
        key,
        paths,
        sources: super::platform::sources(config, &directory, &client)?,
        directory: Arc::clone(&directory),
        helper: Peer::new(&client, config.one("helper")?, None),
        client,
        scanned: None,
    };
    server.health().is_ready();
    tokio::spawn(directory.keep_following(Duration::from_secs(config.number("follow", 60)?)));
    let service = Arc::new(Service { app: Mutex::new(app), callers: Callers::of(&keys)? });
    server.serve(routes(service)).await
}

fn routes(service: Arc<Service>) -> Router {
    Router::new()
        .route("/wallet", post(begin))
        .route("/backup", post(back_up))
        .route("/offer", post(offer))
        .route("/response", post(response))
        .route("/follow", post(follow))
        .route("/scan", post(scan))
        .route("/agree", post(agree))
        .route("/decline", post(decline))
        .route("/tickets", post(tickets))
        .with_state(service)
}

/// What the phone's user is told.
fn told(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Refusal {
    Refusal::refused(error)
}

/// A change that the wallet refused, or that was not stored.
fn unchanged(error: ChangeError<WalletError>) -> Refusal {
    match error {
        ChangeError::Refused(error) => told(reason(&error)),
        ChangeError::NotStored(error) => Refusal::broken(error),
    }
}

/// Makes a change, whose result is to be had once it is on the disk.
fn change<T>(
    wallet: &mut Kept,
    change: impl for<'a> FnOnce(&'a mut Wallet) -> Result<Staged<'a, T>, WalletError>,
) -> Result<T, ChangeError<WalletError>> {
    tokio::task::block_in_place(|| wallet.change(change))
}

/// Why a wallet does not answer, in both languages: for its user alone.
fn reason(error: &WalletError) -> String {
    match error {
        WalletError::Present(error) => {
            format!("{} {}", error.holder_reason(Language::Chinese), error.holder_reason(Language::English))
        }
        other => other.to_string(),
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, Refusal> {
    std::str::from_utf8(bytes).map_err(Refusal::malformed)
}

async fn begin(State(service): Shared, headers: HeaderMap, body: Bytes) -> Reply {
    service.callers.check(&headers, &["user"])?;
    let mut app = service.app.lock().await;
    if app.wallet.is_some() {
        return Err(told("there is a wallet"));
    }
    let [path, trusted] = &app.paths;
    let trusted = TrustedFile::new(trusted);
    let made = if body.is_empty() {
        WalletFile::create(path, trusted, &app.key, None, &mut OsRng)
    } else {
        let [passcode, backup] = wire::read(&body).map_err(Refusal::malformed)?;
        let backup = SealedBackup::from_bytes(backup).map_err(Refusal::malformed)?;
        let passcode = Passcode::new(utf8(passcode)?).map_err(told)?;
        let recovery = backup.open(&passcode).map_err(told)?;
        WalletFile::restore(path, trusted, &app.key, None, recovery, &mut OsRng)
    };
    let mut wallet = made.map_err(Refusal::broken)?;
    let directory = app.directory.newest();
    change(&mut wallet, |wallet| wallet.pin(directory.signed(), &directory.digest(), &mut OsRng)).map_err(unchanged)?;
    app.wallet = Some(wallet);
    text("a wallet\n")
}

async fn back_up(State(service): Shared, headers: HeaderMap, body: Bytes) -> Reply {
    service.callers.check(&headers, &["user"])?;
    let app = service.app.lock().await;
    let wallet = app.wallet.as_ref().ok_or_else(|| told("there is no wallet"))?;
    let passcode = BackupPasscode::new(utf8(&body)?).map_err(told)?;
    cbor(wallet.wallet().backup(&passcode, PasscodeCost::DEFAULT, &mut OsRng).map_err(told)?.to_bytes())
}

async fn offer(State(service): Shared, headers: HeaderMap, body: Bytes) -> Reply {
    service.callers.check(&headers, &["user"])?;
    let offer = CredentialOffer::from_bytes(&body).map_err(Refusal::malformed)?;
    let mut app = service.app.lock().await;
    let App { wallet, device, directory, .. } = &mut *app;
    let wallet = wallet.as_mut().ok_or_else(|| told("there is no wallet"))?;
    let directory = directory.newest();
    // Offers name their key by its digest alone: the one of all that the directory has.
    let mut asked = Err(told("the directory has no such issuer key"));
    for issuer in directory.issuers() {
        asked = change(wallet, |wallet| wallet.request(&issuer.parameters(), &offer, now(), device, &mut OsRng))
            .map_err(unchanged);
        if asked.is_ok() {
            break;
        }
    }
    cbor(asked?.to_bytes())
}

async fn response(State(service): Shared, headers: HeaderMap, body: Bytes) -> Reply {
    service.callers.check(&headers, &["user"])?;
    let response = CredentialResponse::from_bytes(&body).map_err(Refusal::malformed)?;
    let mut app = service.app.lock().await;
    let seen = app.see().await.map_err(told)?;
    let wallet = app.wallet.as_mut().ok_or_else(|| told("there is no wallet"))?;
    // What was asked for is in the wallet's file, so that it is there after a restart as well.
    let parameters = wallet.wallet().awaited().next().map(|requested| requested.parameters().clone());
    let parameters = parameters.ok_or_else(|| told("nothing was asked for"))?;
    change(wallet, |wallet| wallet.receive(&parameters, &response, [&seen[0], &seen[1]], &mut OsRng))
        .map_err(unchanged)?;
    text("a credential\n")
}

async fn follow(State(service): Shared, headers: HeaderMap) -> Reply {
    service.callers.check(&headers, &["user"])?;
    let mut app = service.app.lock().await;
    app.catch_up().await.map_err(told)?;
    let credential = app.wallet.as_ref().and_then(|wallet| wallet.wallet().credentials().next());
    let credential = credential.ok_or_else(|| told("there is no credential"))?;
    let mut said = String::new();
    for class in [ListClass::Status, ListClass::Flag] {
        let witness = credential.witness(class);
        let state = if witness.removed_since().is_some() { "removed" } else { "present" };
        said += &format!("{}: epoch {}, {state}\n", crate::list::class_of(class), witness.epoch().number());
    }
    text(said)
}

async fn scan(State(service): Shared, headers: HeaderMap, body: Bytes) -> Reply {
    service.callers.check(&headers, &["user"])?;
    let (request, reply) = read_codes(utf8(&body)?).map_err(told)?;
    let mut app = service.app.lock().await;
    let seen = app.see().await.map_err(told)?;
    let wallet = app.wallet.as_ref().ok_or_else(|| told("there is no wallet"))?.wallet();
    let reviewed = wallet.review(&request, &seen.iter().collect::<Vec<_>>(), &[], now());
    let (consent, said) = match reviewed {
        Ok(consent) => {
            let said: Vec<String> =
                [Language::Chinese, Language::English].iter().flat_map(|l| consent.sentences(*l)).cloned().collect();
            (Some(consent), Ok(said.join("\n") + "\n"))
        }
        Err(error) => (None, Err(reason(&error))),
    };
    app.scanned = Some(Scanned { request, reply, consent, heads: seen });
    said.map_or_else(|why| Err(told(why)), text)
}

/// The signed request and the address for its answer, out of what a camera saw. The address is
/// nobody's word: whoever changes it gets an answer that it cannot use, and refuses the guest. An
/// app takes addresses of TLS; here, where there is none, those of this machine.
fn read_codes(codes: &str) -> Result<(SignedRequest, String)> {
    let (mut assembler, mut reply, mut request) = (Assembler::new(), None, None);
    for code in codes.lines() {
        if code.starts_with("HTTP://") || code.starts_with("HTTPS://") {
            reply = Some(code.to_lowercase()).filter(|address| is_of_this_machine(address));
        } else if let Ok(Progress::Complete(bytes)) = assembler.add(code) {
            request = Some(SignedRequest::from_bytes(&bytes).context("the code")?);
        }
    }
    Ok((request.context("there is no request in the codes")?, reply.context("there is no address in the codes")?))
}

/// Whether a call to this address stays here, and goes to nobody else by what stands before an `@`.
fn is_of_this_machine(address: &str) -> bool {
    let authority = address.parse::<Uri>().ok().and_then(|address| address.into_parts().authority);
    authority.is_some_and(|to| to.host() == "127.0.0.1" && !to.as_str().contains('@'))
}

async fn agree(State(service): Shared, headers: HeaderMap) -> Reply {
    answer(&service, &headers, false).await
}

async fn decline(State(service): Shared, headers: HeaderMap) -> Reply {
    answer(&service, &headers, true).await
}

/// Answers what was scanned, truly or by a decoy: step by step alike, with nothing fetched now and
/// the file written anew, so that neither who serves the lists nor who sees the file tells one from
/// the other (spec 06 §3.1).
async fn answer(service: &Service, headers: &HeaderMap, by_decoy: bool) -> Reply {
    service.callers.check(headers, &["user"])?;
    let mut app = service.app.lock().await;
    let App { wallet, device, scanned, client, .. } = &mut *app;
    let Scanned { request, reply, consent, heads } = scanned.take().ok_or_else(|| told("nothing was scanned"))?;
    let wallet = wallet.as_mut().ok_or_else(|| told("there is no wallet"))?;
    let consent = if by_decoy {
        let consent = wallet.wallet().review_for_decoy(&request, &heads.iter().collect::<Vec<_>>(), &[], now());
        consent.map_err(|error| told(reason(&error)))?
    } else {
        consent.ok_or_else(|| told("there is nothing to agree to"))?
    };
    // What is used up is stored before the presentation leaves.
    let presentation =
        change(wallet, |wallet| wallet.present_staged(consent, now(), device, &mut OsRng)).map_err(unchanged)?;
    client.post(&reply, None, presentation.to_bytes()).await.map_err(Refusal::not_now)?;
    text("answered\n")
}

async fn tickets(State(service): Shared, headers: HeaderMap, body: Bytes) -> Reply {
    service.callers.check(&headers, &["user"])?;
    let count = utf8(&body)?.trim().parse().map_err(Refusal::malformed)?;
    let mut app = service.app.lock().await;
    let got = app.order(TicketCount::new(count).map_err(Refusal::malformed)?).await.map_err(told)?;
    text(format!("{got} tickets\n"))
}

impl App {
    /// The newest heads of both lists, status first, once the wallet has stored that it saw them;
    /// then those of the epochs before, for a desk that is not as far.
    async fn see(&mut self) -> Result<Vec<SeenHeads>> {
        let (mut newest, mut former) = (Vec::new(), Vec::new());
        for class in [ListClass::Status, ListClass::Flag] {
            let source = self.sources.iter().find(|source| source.keys().name().class() == class);
            let source = source.context("a list")?;
            let directory = self.directory.newest();
            // The wallet checks them, by its own directory.
            let message = source.newest_unchecked().await?;
            // There need not be any, and the wallet need not remember them.
            if let Some(before) =
                message.heads().epoch().and_then(|epoch| epoch.number().checked_sub(1)).map(Epoch::new)
                && let Ok(Some(heads)) = source.cosigned(&directory, before).await
            {
                former.push(heads);
            }
            newest.push(message);
        }
        let mut seen = newest.iter().map(|heads| self.see_one(heads)).collect::<Result<Vec<_>>>()?;
        seen.extend(former.iter().filter_map(|heads| self.see_one(heads).ok()));
        Ok(seen)
    }

    fn see_one(&mut self, heads: &CosignedHeadSet) -> Result<SeenHeads> {
        let wallet = self.wallet.as_mut().context("there is no wallet")?;
        if let Ok(seen) = wallet.wallet().seen(heads) {
            return Ok(seen);
        }
        let seen = change(wallet, |wallet| wallet.see(heads, now(), &mut OsRng)).context("the heads of a list")?;
        seen.counts().context("the cosigners signed two versions of one epoch")
    }

    /// Reads every epoch since the wallet's, of all shards, so that nobody learns which is its own.
    async fn catch_up(&mut self) -> Result<()> {
        let seen = self.see().await?;
        let wallet = self.wallet.as_mut().context("there is no wallet")?;
        let shard = wallet.wallet().shard().context("there is no credential")?;
        for target in seen.iter().take(2) {
            let source = self.sources.iter().find(|source| source.keys().name() == target.name()).context("a list")?;
            let mut catch_up = wallet.wallet().catch_up(0, target, EpochProofs::Verify).context("catching up")?;
            while !catch_up.is_complete() {
                let mut updates = source.epoch(catch_up.next_epoch(), target.length()).await?.updates;
                let own = usize::from(shard.number());
                if own >= updates.len() {
                    return Err(Error::new("an epoch without the shard"));
                }
                catch_up.follow(updates.swap_remove(own), &mut OsRng).context("an epoch")?;
            }
            let witness = catch_up.finish(&mut OsRng).context("catching up")?;
            change(wallet, |wallet| wallet.adopt(0, witness, target, &mut OsRng)).context("catching up")?;
        }
        Ok(())
    }

    /// Orders tickets for what was scanned, after what an earlier process left waiting. Tickets for
    /// epochs that were followed by others are forgotten, and orders of such: for the time of grace
    /// at most a desk would have taken them.
    async fn order(&mut self, count: TicketCount) -> Result<usize> {
        let seen = self.see().await?;
        let request = self.scanned.as_ref().context("nothing was scanned")?.request.clone();
        let request = request.verify(&self.directory.newest(), now()).context("the request")?;
        let wallet = self.wallet.as_mut().context("there is no wallet")?;
        let newest: Vec<_> = seen.iter().take(2).collect();
        match change(wallet, |wallet| wallet.forget_stale_tickets(&newest, &mut OsRng)) {
            // Who publishes is behind: what the wallet has is newer.
            Ok(_) | Err(ChangeError::Refused(WalletError::NotNewest)) => {}
            Err(error) => return Err(error).context("old tickets"),
        }
        while let before @ 1.. = self.waiting() {
            if let Err(error) = self.fetch_tickets().await {
                // One that goes on waiting may be answered later; what was given up holds up
                // nothing.
                if self.waiting() == before {
                    return Err(error);
                }
                tracing::warn!(%error, "an order was given up");
            }
        }
        let (wallet, heads) = (self.wallet.as_mut().context("there is no wallet")?, seen.iter().collect::<Vec<_>>());
        change(wallet, |wallet| {
            wallet.order_tickets(request.request(), TicketNumber::FIRST, (&heads, &[]), count, now(), &mut OsRng)
        })
        .context("the order")?;
        self.fetch_tickets().await
    }

    /// How many orders wait.
    fn waiting(&self) -> usize {
        self.wallet.as_ref().map_or(0, |wallet| wallet.wallet().orders().len())
    }

    /// Goes on with the oldest order until its tickets are there; how many they are. It is given up
    /// where it would wait for good.
    async fn fetch_tickets(&mut self) -> Result<usize> {
        loop {
            let wallet = self.wallet.as_ref().context("there is no wallet")?;
            let oldest = wallet.wallet().orders().next().context("no order waits")?.request().clone();
            let error = match self.go_on(&oldest).await {
                Ok(None) => continue,
                Ok(Some(count)) => return Ok(count),
                Err(Stuck::ForNow(error)) => error,
                Err(Stuck::ForGood(error)) => {
                    let wallet = self.wallet.as_mut().context("there is no wallet")?;
                    change(wallet, |wallet| wallet.give_up_order(&oldest, &mut OsRng)).context("the order")?;
                    error
                }
            };
            return Err(error).context("the helper");
        }
    }

    /// A step of an order; the last one gives the number of its tickets.
    async fn go_on(&mut self, order: &TicketRequest) -> Result<Option<usize>, Stuck> {
        let (wallet, rng) = (self.wallet.as_mut().context("there is no wallet")?, &mut OsRng);
        let waiting = wallet.wallet().orders().find(|waiting| waiting.request() == order);
        let (is_placed, sent) = match waiting.context("no such order waits")? {
            WaitingOrder::Commitments(order) => (true, order.to_bytes()),
            WaitingOrder::Answers(_, challenges) => (false, challenges.to_bytes()),
        };
        if is_placed {
            let commitments = TicketCommitments::from_bytes(&self.helper.post("/orders", sent).await?)?;
            change(wallet, |wallet| wallet.challenge_tickets(order, &commitments, rng))?;
            return Ok(None);
        }
        let answers = TicketAnswers::from_bytes(&self.helper.post("/challenges", sent).await?)?;
        Ok(Some(change(wallet, |wallet| wallet.finish_tickets(order, &answers, rng))?))
    }
}

/// Why an order does not go on: for now, or for good, as the helper refused it, or answered what no
/// helper does that has the keys.
#[derive(Debug)]
enum Stuck {
    ForNow(Error),
    ForGood(Error),
}

impl From<Error> for Stuck {
    fn from(error: Error) -> Self {
        Self::ForNow(error)
    }
}

impl From<DecodeError> for Stuck {
    fn from(error: DecodeError) -> Self {
        Self::ForGood(Error::from_cause("its answer", error))
    }
}

impl From<ChangeError<WalletError>> for Stuck {
    fn from(error: ChangeError<WalletError>) -> Self {
        let is_final = matches!(&error, ChangeError::Refused(WalletError::Present(PresentError::Order(_))));
        let error = Error::from_cause("the order", error);
        if is_final { Self::ForGood(error) } else { Self::ForNow(error) }
    }
}

impl From<CallError> for Stuck {
    fn from(error: CallError) -> Self {
        // A session that is gone never comes back; what is refused is refused again. What stands in
        // between says other things.
        let is_final = matches!(
            error,
            CallError::Refused(StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND | StatusCode::CONFLICT, _)
        );
        let error = Error::from_cause("its answer", error);
        if is_final { Self::ForGood(error) } else { Self::ForNow(error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_stays_on_this_machine() {
        for (address, stays) in [
            ("http://127.0.0.1:8080/answers/ab", true),
            ("http://127.0.0.1/answers/ab", true),
            ("http://127.0.0.1:80@elsewhere.example/answers/ab", false),
            ("http://127.0.0.1:80@127.0.0.1/answers/ab", false),
            ("http://127.0.0.1.elsewhere.example/answers/ab", false),
            ("http://elsewhere.example/127.0.0.1:", false),
            ("/answers/ab", false),
        ] {
            assert_eq!(is_of_this_machine(address), stays, "{address}");
        }
    }
}

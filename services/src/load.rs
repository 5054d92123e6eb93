//! Load on the platforms: answers per second, how long each took, and that no verdict is wrong and
//! no replay is taken, while epochs of a thousand entries are closed and accepted.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use selfsame::codec::Message;
use selfsame::credential::Credential;
use selfsame::device::SoftwareDevice;
use selfsame::host::OsRng;
use selfsame::list::CosignedHeads;
use selfsame::presentation::{PresentationRequest, StandingRequest, Verdict, VerdictMessage};
use selfsame::rand_core::RngCore;
use selfsame::registry::FlagRegistration;
use selfsame::secret::Secret;
use selfsame::symbol::{HandleKey, PersonSymbol};

use crate::actors::request_key;
use crate::enrol::{Office, Person};
use crate::error::{Context, Error, Result};
use crate::http::{Client, Peer, Token};
use crate::keyfile::{Keys, SealKey};
use crate::town::{Town, plan};
use crate::wire;
use selfsame::host::now;

/// How often each presentation is handed in: once it counts.
const HANDED_IN: usize = 4;
/// One in so many is forged.
const FORGED: usize = 16;
/// Connections at once.
const DESKS: usize = 8;
/// Presentations that are made beforehand, for each second.
const A_SECOND: u64 = 600;
/// Entries of an epoch.
const ENTRIES: usize = 1_000;

/// What is run.
#[derive(Debug)]
pub struct Options {
    /// The binary whose subcommands the processes are.
    pub binary: PathBuf,
    /// For how long.
    pub seconds: u64,
    /// The address of the PostgreSQL server that has the register of both replicas.
    pub postgres: Option<String>,
}

/// One answer.
struct Answer {
    /// Which presentation; none for a forged one.
    of: Option<usize>,
    verdict: Verdict,
    at: f64,
    took: Duration,
}

struct Desks {
    request: StandingRequest,
    presentations: Vec<Vec<u8>>,
    platforms: [Peer; 2],
    directory: Arc<selfsame::directory::VerifiedDirectory>,
    next: AtomicUsize,
    over: AtomicBool,
}

/// Runs the load and prints the figures.
///
/// # Errors
/// If a verdict is wrong, a replay is taken, or a process fails.
pub async fn run(options: Options) -> Result<()> {
    let mut town = Town::found(plan(4, options.postgres.clone())?, options.binary, false)?;
    for name in
        ["authority", "registry", "police", "cosigner-1", "cosigner-2", "cosigner-3", "platform-1", "platform-2"]
    {
        town.start(name)?;
    }
    for name in ["registry", "police", "platform-1", "platform-2"] {
        town.ready(name).await?;
    }
    let office = Office::of(&town).await?;
    let register = if options.postgres.is_some() { "PostgreSQL" } else { "one file each" };
    println!("two platforms, register: {register}; {DESKS} desks, {} s", options.seconds);
    let feed = Feed::of(&town, &office).await?;
    let desks = Arc::new(Desks::of(&town, &office, options.seconds).await?);
    println!("{} presentations of one credential, each handed in {HANDED_IN} times", desks.presentations.len());

    let begun = Instant::now();
    let feeding = tokio::spawn(feed.keep_closing(Arc::clone(&desks)));
    let asking: Vec<_> = (0..DESKS).map(|_| tokio::spawn(Arc::clone(&desks).ask(begun))).collect();
    tokio::time::sleep(Duration::from_secs(options.seconds)).await;
    desks.over.store(true, Ordering::Relaxed);
    let mut answers = Vec::new();
    for desk in asking {
        answers.extend(desk.await.context("a desk")??);
    }
    let seconds = begun.elapsed().as_secs_f64();
    let epochs = feeding.await.context("the police")??;
    judge(&answers, desks.presentations.len())?;
    report(&answers, seconds, epochs, &accepts(&town)?);
    Ok(())
}

impl Desks {
    async fn of(town: &Town, office: &Office, seconds: u64) -> Result<Self> {
        let person = Person::numbered(0);
        let (credential, mut device, heads) = office.credential_of(&person).await?;
        let issuer = credential.parameters();
        let builder = PresentationRequest::builder(issuer, crate::setup::HOTEL, crate::setup::CHECK_IN);
        let builder = heads.iter().fold(builder, |builder, heads| builder.present_on(heads));
        let until = now().checked_add(600).context("the end of time")?;
        let request = builder.standing(now(), until).context("the request")?;
        let count = usize::try_from(seconds * A_SECOND).context("too many")?;
        let presentations = tokio::task::block_in_place(|| present(&credential, &mut device, &heads, &request, count))?;
        let (client, keys) = (Client::new(), crate::setup::client_keys(&town.plan.root, "desk")?);
        let platform = |name: &str| Ok(Peer::new(&client, &town.url(name)?, Some(Token::of(&keys, name)?)));
        let platforms = [platform("platform-1")?, platform("platform-2")?];
        let (next, over) = (AtomicUsize::new(0), AtomicBool::new(false));
        Ok(Self { request, presentations, platforms, directory: office.directory(), next, over })
    }

    /// One desk after the other hands the same presentation in, at either platform.
    async fn ask(self: Arc<Self>, begun: Instant) -> Result<Vec<Answer>> {
        let mut answers = Vec::new();
        while !self.over.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(presentation) = self.presentations.get(number / HANDED_IN) else { break };
            let forged = number % FORGED == FORGED - 1;
            let mut presentation = presentation.clone();
            if forged {
                let place = presentation.len() / 2 + number % 64;
                presentation[place] ^= 1;
            }
            let relayed = self.request.relay(&presentation, &mut OsRng);
            let call = relayed.message.to_bytes();
            let asked = Instant::now();
            let answer = self.platforms[number % 2].post("/calls", call).await.context("a platform")?;
            let (took, at) = (asked.elapsed(), begun.elapsed().as_secs_f64());
            let verdict = VerdictMessage::from_bytes(&answer).context("a verdict")?;
            let verdict = relayed.state.conclude_by(&verdict, &self.directory, now()).verdict;
            answers.push(Answer {
                of: (!forged).then_some(number / HANDED_IN),
                verdict,
                at: at - took.as_secs_f64(),
                took,
            });
        }
        Ok(answers)
    }
}

fn present(
    credential: &Credential,
    device: &mut SoftwareDevice,
    heads: &[CosignedHeads; 2],
    request: &StandingRequest,
    count: usize,
) -> Result<Vec<Vec<u8>>> {
    let heads = heads.each_ref();
    let one = |_| {
        let consent = credential.review(request.message(), &heads).context("the request")?;
        Ok(credential.present(consent, device, &mut OsRng).context("the presentation")?.to_bytes())
    };
    (0..count).map(one).collect()
}

/// Who opens and lifts cases, and closes an epoch of every thousand.
struct Feed {
    police: Peer,
    officer: Peer,
    operator: Peer,
    handles: Vec<Vec<u8>>,
}

impl Feed {
    /// Registers a thousand persons with the police, as the registry does at an issuance.
    async fn of(town: &Town, office: &Office) -> Result<Self> {
        let folder = town.plan.root.join("registry");
        let registry = Keys::read(&folder.join("keys"), "registry", &SealKey::read(&folder.join("seal"))?)?;
        let key = registry.message::<HandleKey>("handle key")?;
        let directory = office.directory();
        let list = directory.lists().iter().map(|list| list.name()).max_by_key(|name| name.class() as u8);
        let list = list.context("no list")?;
        let (client, url) = (Client::new(), town.url("police")?);
        let named = |caller: &str| {
            let keys = crate::setup::client_keys(&town.plan.root, caller)?;
            Ok::<_, Error>(Peer::new(&client, &url, Some(Token::of(&keys, "police")?)))
        };
        let feed = Self {
            police: Peer::new(&client, &url, Some(Token::of(&registry, "police")?)),
            officer: named("officer")?,
            operator: named("operator")?,
            handles: Vec::new(),
        };
        let shards = directory.shard_count();
        let mut handles = Vec::new();
        for _ in 0..ENTRIES {
            let mut symbol = [0; 64];
            OsRng.fill_bytes(&mut symbol);
            let handle = key.flag(list, &PersonSymbol::from_stored(Secret::new(symbol)));
            handles.push(handle.to_bytes());
            let registration = FlagRegistration { handle, shard: shards.draw(&mut OsRng) };
            let question = wire::fields(&[&request_key(), &registration.to_bytes()]).to_vec();
            feed.police.post("/registrations", question).await.context("a registration")?;
        }
        Ok(Self { handles, ..feed })
    }

    async fn keep_closing(self, desks: Arc<Desks>) -> Result<usize> {
        let (mut epochs, mut open, case) = (0, true, request_key());
        while !desks.over.load(Ordering::Relaxed) {
            for handle in &self.handles {
                let question = wire::fields(&[&request_key(), handle, &case, &[u8::from(open)]]).to_vec();
                self.officer.post("/cases", question).await.context("a case")?;
            }
            self.operator.post("/epochs", Vec::new()).await.context("an epoch")?;
            (epochs, open) = (epochs + 1, !open);
        }
        Ok(epochs)
    }
}

/// Of each presentation exactly one answer is "verified", once all were given; of forged ones none.
fn judge(answers: &[Answer], presentations: usize) -> Result<()> {
    let (mut given, mut verified) = (vec![0; presentations], vec![0; presentations]);
    for answer in answers {
        let good = answer.verdict == Verdict::Verified;
        match answer.of {
            None if good => return Err(Error::new("a forged presentation was verified")),
            None => {}
            Some(of) => {
                given[of] += 1;
                verified[of] += usize::from(good);
            }
        }
    }
    for (given, verified) in given.into_iter().zip(verified) {
        if verified > 1 {
            return Err(Error::new("a replay was taken"));
        }
        if verified == 0 && given > 1 {
            return Err(Error::new("a presentation was refused that nobody had handed in before"));
        }
    }
    Ok(())
}

/// When the platforms were accepting an epoch with entries, by their own logs; seconds since 1970.
fn accepts(town: &Town) -> Result<Vec<(f64, f64)>> {
    let mut windows = Vec::new();
    for name in ["platform-1", "platform-2"] {
        let text = std::fs::read_to_string(town.plan.root.join(name).join("log")).context(name)?;
        for line in text.lines().filter(|line| line.contains("accepted")) {
            let field = |name: &str| {
                let value = line.split(' ').find_map(|field| field.strip_prefix(name)?.strip_prefix('='));
                value.and_then(|value| value.parse::<f64>().ok())
            };
            if let (Some(entries), Some(began), Some(ended)) = (field("entries"), field("began"), field("ended"))
                && entries > 0.0
            {
                windows.push((began, ended));
            }
        }
    }
    Ok(windows)
}

fn report(answers: &[Answer], seconds: f64, epochs: usize, accepts: &[(f64, f64)]) {
    let offset = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64()) - seconds;
    // An answer that was being given while an accept went on, in either process: cores are shared.
    let meets = |answer: &&Answer| {
        let (from, until) = (offset + answer.at, offset + answer.at + answer.took.as_secs_f64());
        accepts.iter().any(|(began, ended)| *began <= until && from <= *ended)
    };
    let (during, without): (Vec<&Answer>, Vec<&Answer>) = answers.iter().partition(meets);
    let verified = answers.iter().filter(|answer| answer.verdict == Verdict::Verified).count();
    let forged = answers.iter().filter(|answer| answer.of.is_none()).count();
    println!(
        "{} answers in {seconds:.1} s, {:.0} a second: {verified} verified, {} replays, {forged} forged ones refused",
        answers.len(),
        answers.len() as f64 / seconds,
        answers.len() - verified - forged
    );
    let longest = accepts.iter().map(|(began, ended)| ended - began).fold(0.0, f64::max);
    let longest = longest * 1_000.0;
    println!("{epochs} epochs of {ENTRIES} entries closed, {} accepts, the longest {longest:.1} ms", accepts.len());
    for (what, some) in [("without an accept", without), ("during an accept", during)] {
        let mut took: Vec<Duration> = some.iter().map(|answer| answer.took).collect();
        took.sort_unstable();
        let at = |part: f64| took.get(((took.len() as f64 * part) as usize).min(took.len().saturating_sub(1)));
        let millis = |time: Option<&Duration>| {
            time.map_or("none".to_owned(), |time| format!("{:.2} ms", time.as_secs_f64() * 1_000.0))
        };
        println!("{what}: {} answers, p50 {}, p99 {}", took.len(), millis(at(0.5)), millis(at(0.99)));
    }
}

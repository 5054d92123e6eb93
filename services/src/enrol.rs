//! Enrolling many synthetic persons through the services: how many a second, and where the time
//! goes.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use selfsame::chip::ChipRecord;
use selfsame::codec::Message;
use selfsame::credential::{Credential, CredentialResponse, IssuerParameters, RecoverySecret, ShardChoice, request};
use selfsame::device::SoftwareDevice;
use selfsame::directory::{DirectoryVersion, SignedDirectory, VerifiedDirectory};
use selfsame::host::OsRng;
use selfsame::list::{CosignedHeadSet, CosignedHeads, EpochProofs, ListName};

use selfsame::published::Item;

use crate::actors::{Counter, Kind, request_key};
use crate::error::{Context, Error, Result};
use crate::http::Client;
use crate::list::Source;
use crate::town::{Town, plan};
use selfsame::host::now;

/// Text and photo of a card that there is not, in which number, birthday and name are replaced.
const RECORD: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../test-vectors/chip-records/adult-female.bin"));
/// Counters at once.
const COUNTERS: usize = 16;

/// A person that there is not.
#[derive(Debug)]
pub struct Person {
    /// What its card's chip says.
    pub record: Vec<u8>,
}

impl Person {
    /// The card of the person with this number, up to nine hundred thousand: a number with its
    /// check character (GB 11643), a birthday.
    #[must_use]
    pub fn numbered(number: usize) -> Self {
        let (day, order) = (number / 999 % 28 + 1, number % 999 + 1);
        let (month, year) = (number / 999 / 28 % 12 + 1, 1970 + number / 999 / 28 / 12 % 35);
        let birth = format!("{year:04}{month:02}{day:02}");
        let number = format!("440115{birth}{order:03}");
        let weighed = number.bytes().rev().zip(1..).map(|(digit, place)| usize::from(digit - b'0') * (1 << place));
        let check = char::from(b"10X98765432"[weighed.sum::<usize>() % 11]);
        // Sex stands in the number as well: odd is male.
        let sex = if order % 2 == 1 { "1" } else { "2" };
        let mut record = RECORD.to_vec();
        for (place, text) in [(30, sex.to_owned()), (36, birth), (122, format!("{number}{check}"))] {
            let text: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            record[place..place + text.len()].copy_from_slice(&text);
        }
        Self { record }
    }
}

/// A counter with what it needs to know, and phones in memory.
#[derive(Debug)]
pub struct Office {
    counter: Counter,
    directory: Arc<VerifiedDirectory>,
    parameters: IssuerParameters,
    sources: Vec<Source>,
    /// The newest heads of each list that were read, as read and as checked.
    newest: Mutex<BTreeMap<ListName, (CosignedHeadSet, CosignedHeads)>>,
    /// What each step took in all.
    steps: Mutex<BTreeMap<&'static str, Duration>>,
}

impl Office {
    /// The counter of a town that runs.
    ///
    /// # Errors
    /// If the town does not answer.
    pub async fn of(town: &Town) -> Result<Self> {
        let client = Client::new();
        let bytes = client.get(&directory_url(town)?).await.context("the directory")?;
        let directory = SignedDirectory::from_bytes(&bytes).context("the directory")?;
        let directory = directory.pin(&directory.digest()).context("the directory")?;
        let counter = Counter::new(&town.plan, &client, directory.symbol_key())?;
        let parameters = directory.issuers().first().context("no issuer")?.parameters();
        let mut sources = Vec::new();
        for (registry, list) in ["registry", "police"].into_iter().zip(by_class(&directory)) {
            sources.push(Source::new(&client, &town.url(registry)?, list));
        }
        Ok(Self {
            counter,
            directory: Arc::new(directory),
            parameters,
            sources,
            newest: Mutex::default(),
            steps: Mutex::default(),
        })
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> Arc<VerifiedDirectory> {
        Arc::clone(&self.directory)
    }

    async fn timed<T>(&self, step: &'static str, work: impl Future<Output = T>) -> T {
        let begun = Instant::now();
        let done = work.await;
        *self.steps.lock().unwrap_or_else(PoisonError::into_inner).entry(step).or_default() += begun.elapsed();
        done
    }

    async fn heads(&self) -> Result<[CosignedHeads; 2]> {
        let mut heads = Vec::new();
        for source in &self.sources {
            heads.push(self.checked(source.keys().name(), source.newest_unchecked().await?)?);
        }
        heads.try_into().map_err(|_| Error::new("two lists"))
    }

    /// Heads are checked when they have changed; a counter does it for the phones before it.
    fn checked(&self, list: &ListName, newest: CosignedHeadSet) -> Result<CosignedHeads> {
        let known = self.newest.lock().unwrap_or_else(PoisonError::into_inner).get(list).cloned();
        if let Some((read, heads)) = known
            && read == newest
        {
            return Ok(heads);
        }
        let heads = self.directory.verify_heads(&newest, now()).context("heads")?;
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).insert(list.clone(), (newest, heads.clone()));
        Ok(heads)
    }

    /// Enrols a person; the phone is in memory, and its work is a step of its own.
    ///
    /// # Errors
    /// Those of the services.
    pub async fn enrol(&self, person: &Person) -> Result<(Credential, SoftwareDevice)> {
        let record = ChipRecord::parse(&person.record).context("the record")?;
        let symbols = self.timed("symbols, at the authority", self.counter.symbols(&record)).await?;
        let offering = self.counter.offer(request_key(), Kind::Enrol, &symbols);
        let offer = self.timed("offer, at the registry", offering).await?;
        let (mut device, recovery) = (SoftwareDevice::random(&mut OsRng), RecoverySecret::random(&mut OsRng));
        let asked = self.timed("request, on the phone", async {
            request(&self.parameters, &offer, ShardChoice::Draw, &recovery, &mut device, &mut OsRng)
                .context("the request")
        });
        let asked = asked.await?;
        let request = asked.message.to_bytes();
        let issuing = self.counter.issue(request_key(), &offer, &request, &person.record);
        let response = self.timed("issuance, at registry and police", issuing).await?;
        let response = CredentialResponse::from_bytes(&response).context("the response")?;
        let heads = self.timed("heads, from a file", self.heads()).await?;
        let received = self.timed("receipt, on the phone", async {
            asked.state.receive(&response, &heads[0], &heads[1]).map_err(|failed| Error::new(failed.to_string()))
        });
        Ok((received.await?, device))
    }

    /// Enrols a person and gives the credential with the heads that it is proven under.
    ///
    /// # Errors
    /// Those of the services.
    pub async fn credential_of(&self, person: &Person) -> Result<(Credential, SoftwareDevice, [CosignedHeads; 2])> {
        let (mut credential, device) = self.enrol(person).await?;
        let heads = self.heads().await?;
        for (source, heads) in self.sources.iter().zip(&heads) {
            let mut updates = Vec::new();
            let (mut known, shard) =
                (credential.witness(heads.name().class()).epoch(), usize::from(credential.shard().number()));
            while known < heads.epoch() {
                known = known.next();
                updates.push(Ok::<_, selfsame::list::ListError>(
                    source.epoch(known, heads.length()).await?.updates.swap_remove(shard),
                ));
            }
            let caught = credential.catch_up(source.keys(), heads, EpochProofs::Verify, updates, |_| (), &mut OsRng);
            caught.context("catching up")?;
        }
        Ok((credential, device, heads))
    }
}

/// Where version 1 of the directory is.
///
/// # Errors
/// If the authority has no address.
pub fn directory_url(town: &Town) -> Result<String> {
    let path = Item::Directory(DirectoryVersion::FIRST).path();
    Ok(format!("{}/public/{path}", town.url("authority")?))
}

fn by_class(directory: &VerifiedDirectory) -> Vec<selfsame::list::ListKeys> {
    let mut lists = directory.lists().to_vec();
    lists.sort_by_key(|list| list.name().class() as u8);
    lists
}

/// What is run.
#[derive(Debug)]
pub struct Options {
    /// The binary whose subcommands the processes are.
    pub binary: PathBuf,
    /// How many persons.
    pub persons: usize,
    /// The address of a PostgreSQL server, if rows go there.
    pub postgres: Option<String>,
}

/// Enrols them and prints the figures.
///
/// # Errors
/// If a person is not enrolled, or a process fails.
pub async fn run(options: Options) -> Result<()> {
    let mut town = Town::found(plan(64, options.postgres.clone())?, options.binary, false)?;
    for name in ["authority", "registry", "police", "cosigner-1", "cosigner-2", "cosigner-3"] {
        town.start(name)?;
    }
    for name in ["authority", "registry", "police"] {
        town.ready(name).await?;
    }
    let office = Arc::new(Office::of(&town).await?);
    let done = Arc::new(AtomicUsize::new(0));
    let next = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let counter = |_| {
        let numbers = (Arc::clone(&next), Arc::clone(&done), options.persons);
        tokio::spawn(keep_enrolling(Arc::clone(&office), numbers))
    };
    let counters: Vec<_> = (0..COUNTERS).map(counter).collect();
    while counters.iter().any(|counter| !counter.is_finished()) {
        progress(done.load(Ordering::Relaxed), options.persons, begun);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    for counter in counters {
        counter.await.context("a counter")??;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let store = if options.postgres.is_some() { "PostgreSQL" } else { "redb" };
    println!(
        "{} persons enrolled on {store} in {seconds:.1} s: {:.1} a second, {COUNTERS} counters",
        options.persons,
        options.persons as f64 / seconds
    );
    report(&office, options.persons, &town).await
}

type Numbers = (Arc<AtomicUsize>, Arc<AtomicUsize>, usize);

async fn keep_enrolling(office: Arc<Office>, (next, done, persons): Numbers) -> Result<()> {
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= persons {
            return Ok(());
        }
        office.enrol(&Person::numbered(number)).await?;
        done.fetch_add(1, Ordering::Relaxed);
    }
}

fn progress(done: usize, of: usize, begun: Instant) {
    if !std::io::stderr().is_terminal() {
        return;
    }
    let full = 40 * done / of.max(1);
    let rate = done as f64 / begun.elapsed().as_secs_f64().max(0.001);
    eprint!("\r[{}{}] {done}/{of} {rate:.0}/s ", "#".repeat(full), ".".repeat(40 - full));
    if done == of {
        eprintln!();
    }
    let _ = std::io::stderr().flush();
}

/// Where the time goes: as callers waited, and inside the two registries.
async fn report(office: &Office, persons: usize, town: &Town) -> Result<()> {
    let steps = office.steps.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let all: Duration = steps.values().sum();
    println!("\nof one enrolment, as a counter waits for it:");
    for (step, time) in &steps {
        let (millis, part) = (time.as_secs_f64() * 1_000.0 / persons as f64, time.as_secs_f64() / all.as_secs_f64());
        println!("  {step}: {millis:.2} ms, {:.0} %", part * 100.0);
    }
    println!("within, of one call:");
    for name in ["registry", "police"] {
        for line in town.metrics(name).await?.lines().filter(|line| line.starts_with("step_seconds_sum")) {
            let (label, value) = line.rsplit_once(' ').context("a number")?;
            let step = label.split('"').nth(1).unwrap_or(label);
            let millis = value.parse::<f64>().context("a number")? * 1_000.0 / persons as f64;
            println!("  {name}, {step}: {millis:.2} ms");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn persons_have_cards_of_their_own() {
        let numbers = [0, 1, 2, 998, 999, 1_000, 29_999, 300_000];
        let found: BTreeSet<String> = numbers
            .into_iter()
            .map(|number| {
                let person = Person::numbered(number);
                ChipRecord::parse(&person.record).unwrap().number().to_owned()
            })
            .collect();
        assert_eq!(found.len(), numbers.len());
    }
}

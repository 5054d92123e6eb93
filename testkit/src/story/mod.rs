//! The parties of most stories: two registries with their stores, cosigners, a platform, phones.

pub mod desk;
mod keys;
mod phone;
mod store;
mod tickets;
pub mod visit;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use crate::digits::usual_key;
use crate::prelude::*;
use rand_core::{OsRng, RngCore};
use selfsame::directory::KeyValidity;
use selfsame::registry::{Answer, Transition, run};

pub use keys::Keys;
pub use phone::Phone;
pub use store::AnyStore;

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// When a story begins, if nothing is there yet.
pub const START: Timestamp = Timestamp::from_secs(1_790_000_000);
/// Seconds from one epoch to the next.
pub const DAY: u64 = 86_400;
pub const FRESHNESS: Freshness = Freshness {
    max_age: Duration::from_secs(2 * DAY),
    grace: Duration::from_secs(600),
    max_window: Duration::from_secs(DAY),
};

pub const STATUS: usize = 0;
pub const FLAG: usize = 1;

/// Everybody but the phones. The two registries have a store each: the issuer's, and the police's.
pub struct Country {
    pub registry: Registry,
    pub police: FlagRegistry,
    pub stores: [AnyStore; 2],
    pub now: Timestamp,
    pub heads: Vec<CosignedHeads>,
    /// The heads as they are served.
    pub served: Vec<CosignedHeadSet>,
    /// What every phone ships the digest of.
    pub directory: SignedDirectory,
    pub authority: Authority,
    /// Holds copies of the issuer's and the lists' keys, and gives out tickets.
    pub helper: Helper,
    symbol_key: SymbolKey,
    cosigners: [Cosigner; 3],
    pub platform: Platform<MemoryReplayRegister>,
    /// What a file server would have: every epoch of both lists.
    log: [Vec<ClosedEpoch>; 2],
}

/// A name for one request: who retries gives it again.
pub fn request_key() -> IdempotencyKey {
    let mut key = [0; 16];
    OsRng.fill_bytes(&mut key);
    IdempotencyKey(key)
}

impl Country {
    /// A new country, whose stores are in memory.
    pub fn new() -> Result<Self> {
        Self::with_auditors(None)
    }

    /// The same, with auditors in the directory.
    pub fn with_auditors(auditors: Option<Auditor>) -> Result<Self> {
        Self::open_with(Keys::random()?, [(); 2].map(|()| AnyStore::new(MemoryStore::new())), auditors)
    }

    /// Opens both registries on their stores, or creates these for fresh keys. What they published
    /// before is read again: by the cosigners, by the platform.
    pub fn open(keys: Keys, stores: [AnyStore; 2]) -> Result<Self> {
        Self::open_with(keys, stores, None)
    }

    fn open_with(keys: Keys, stores: [AnyStore; 2], auditors: Option<Auditor>) -> Result<Self> {
        let Keys { issuer, status, flag, handle_key, record_keys: [first, second], symbol_key, fresh } = keys;
        let key = VerdictKey::random(&mut OsRng);
        let platform = Platform::without_directory(FRESHNESS, key, MemoryReplayRegister::new());
        platform.add_issuer(issuer.parameters().clone(), issuer.share_key())?;
        platform.add_list(status.list_keys(), status.share_keys())?;
        platform.add_list(flag.list_keys(), flag.share_keys())?;
        let mut helper = Helper::new();
        helper.add_issuer(issuer.parameters(), issuer.share_key())?;
        helper.add_list(&status.list_keys(), status.share_keys())?;
        helper.add_list(&flag.list_keys(), flag.share_keys())?;
        let flag_list = flag.name().clone();
        let offer_lifetime = Duration::from_secs(3600);
        let keys = RegistryKeys { issuer, status, handle_key, record_key: first, flag_list, offer_lifetime };
        let cosigners = [(); 3].map(|()| Cosigner::random(&mut OsRng));
        let mut public: Vec<_> = cosigners.iter().map(Cosigner::public_key).collect();
        public.sort_unstable();
        let authority = Authority::random(&mut OsRng);
        let status_keys = keys.status.list_keys();
        let mut draft = authority
            .draft(Cosigners::new(&public, 2)?, symbol_key.public_key(), status_keys.shard_count())
            .issuer(keys.issuer.parameters(), KeyValidity { from: START, until: Timestamp::from_secs(u64::MAX) })
            .list(status_keys)
            .list(flag.list_keys());
        if let Some(auditors) = auditors {
            draft = draft.auditor(auditors);
        }
        if let Some(key) = usual_key() {
            draft = draft.digits(platform.add_digits(key)?.digest());
        }
        let directory = authority.found(draft, START)?;
        let mut country = Self {
            registry: Registry::new(keys)?,
            police: FlagRegistry::new(flag, second)?,
            stores,
            now: START,
            heads: Vec::new(),
            served: Vec::new(),
            directory,
            authority,
            helper,
            symbol_key,
            cosigners,
            platform,
            log: [Vec::new(), Vec::new()],
        };
        for list in [STATUS, FLAG] {
            let first = match (list, fresh) {
                (STATUS, true) => country.at_registry(|registry| registry.create(START))?,
                (STATUS, false) => country.at_registry(|registry| registry.open())?,
                (_, true) => country.at_police(|police| police.create(START))?,
                (_, false) => country.at_police(|police| police.open())?,
            };
            let last = match list {
                STATUS => country.at_registry(|registry| registry.last_heads())?,
                _ => country.at_police(|police| police.last_heads())?,
            };
            let last = last.iter().next().ok_or("a list without shards")?.head().clone();
            country.now = country.now.max(last.time());
            let first = country.take(list, &first, &[])?;
            country.heads.push(first.1);
            country.served.push(first.0);
            for number in 1..=last.epoch().number() {
                country.close(list, Epoch::new(number), false)?;
            }
        }
        Ok(country)
    }

    /// Runs a transition of the registry on its store.
    pub fn at_registry<'a, T: Transition<Refusal: 'static>>(
        &'a mut self,
        transition: impl FnOnce(&'a Registry) -> T,
    ) -> Result<T::Output> {
        let [store, _] = &mut self.stores;
        Ok(run(store, &transition(&self.registry))?)
    }

    /// Runs a transition of the police's registry on its store.
    pub fn at_police<'a, T: Transition<Refusal: 'static>>(
        &'a mut self,
        transition: impl FnOnce(&'a FlagRegistry) -> T,
    ) -> Result<T::Output> {
        let [_, store] = &mut self.stores;
        Ok(run(store, &transition(&self.police))?)
    }

    pub fn list_keys(&self, list: usize) -> ListKeys {
        if list == STATUS { self.registry.status_list().list_keys() } else { self.police.flag_list().list_keys() }
    }

    /// A day passes, and both owners close an epoch, a day after the last one.
    pub fn publish_day(&mut self) -> Result<()> {
        self.publish_after(1)
    }

    /// Days pass without an epoch, but for the last: a pause if it is more than one.
    pub fn publish_after(&mut self, days: u64) -> Result<()> {
        self.now = self.heads[STATUS].time().checked_add(days * DAY).ok_or("the end of time")?;
        for list in [STATUS, FLAG] {
            self.close(list, self.heads[list].epoch().next(), days > 1)?;
        }
        Ok(())
    }

    /// Closes an epoch, or reads one that was closed: the store tells.
    fn close(&mut self, list: usize, epoch: Epoch, paused: bool) -> Result<()> {
        let closing = match list {
            STATUS => self.registry.close_epoch(epoch, self.now),
            _ => self.police.close_epoch(epoch, self.now),
        };
        let closing = if paused { closing.after_pause() } else { closing };
        let closed = closing.run(&mut self.stores[list])?;
        (self.served[list], self.heads[list]) = self.take(list, &closed.heads, &closed.updates)?;
        self.log[list].push(closed);
        Ok(())
    }

    /// Two of three cosigners check and sign; the platform checks for itself.
    fn take(
        &mut self,
        list: usize,
        heads: &HeadSet,
        updates: &[EpochUpdate],
    ) -> Result<(CosignedHeadSet, CosignedHeads)> {
        let keys = self.list_keys(list);
        let mut public: Vec<_> = self.cosigners.iter().map(Cosigner::public_key).collect();
        public.sort_unstable();
        let now = self.now;
        // Before the signature leaves, a cosigner's host stores its state, here nowhere.
        let sign = |cosigner: &mut Cosigner| {
            Ok::<_, selfsame::list::ListError>(cosigner.cosign(&keys, heads, updates, now)?.confirm_stored())
        };
        let signatures = self.cosigners.iter_mut().take(2).map(sign);
        let signatures = signatures.collect::<std::result::Result<Vec<_>, _>>()?;
        self.platform.accept_epoch(heads, updates, self.now)?;
        let cosigned = CosignedHeadSet::from_bytes(&CosignedHeadSet::new(heads.clone(), signatures).to_bytes())?;
        let verified = cosigned.verify(&keys, &Cosigners::new(&public, 2)?, now)?;
        Ok((cosigned, verified))
    }

    /// The epochs of a shard after one that a phone knows, as a file server sends them.
    pub fn epochs_after(&self, list: usize, known: Epoch, shard: usize) -> Vec<Vec<u8>> {
        let epochs = self.log[list].iter().map(|closed| &closed.updates[shard]);
        epochs.filter(|update| update.head().head().epoch() > known).map(Message::to_bytes).collect()
    }

    /// The day in China.
    pub fn today(&self) -> Result<LocalDay> {
        Ok(LocalDay::in_china(self.now).ok_or("after the last day")?)
    }

    pub fn symbols(&self, record: &ChipRecord) -> Result<(PersonSymbol, CardSymbol)> {
        let card = self.symbol_key.evaluate(&SymbolInput::card_of(record)?);
        Ok((self.person_symbol(record), card))
    }

    fn person_symbol(&self, record: &ChipRecord) -> PersonSymbol {
        self.symbol_key.evaluate(&SymbolInput::person_of(record))
    }

    /// The authority's answer to a terminal that has read a chip.
    pub fn evaluate(&self, request: &SymbolRequest) -> SymbolResponse {
        self.symbol_key.blind_evaluate(request, &mut OsRng)
    }

    /// What the police know a person by.
    pub fn flag_handle(&mut self, record: &ChipRecord) -> Result<Handle> {
        let person = self.person_symbol(record);
        self.at_registry(|registry| registry.handle_to_flag(person))
    }
}

/// What a request led to, that was made for the first time.
pub fn done<T>(answer: Answer<T>) -> Result<T> {
    match answer {
        Answer::Done(led_to) => Ok(led_to),
        Answer::Replayed(_) => Err("it was made before: nothing was done now".into()),
    }
}

/// How the process of a story ends: with 2 and a line where it went otherwise than was promised.
pub fn exit(told: Result<()>) -> ExitCode {
    told.map_or_else(failed, |()| ExitCode::SUCCESS)
}

/// The same for a story that ends with a desk's verdict, and with 1 where that refused.
pub fn exit_with(told: Result<Verdict>) -> ExitCode {
    told.map_or_else(failed, |verdict| ExitCode::from(u8::from(verdict == Verdict::Refused)))
}

fn failed(error: Box<dyn Error>) -> ExitCode {
    eprintln!("{error}");
    ExitCode::from(2)
}

/// A step of the story.
pub fn step(chinese: &str, english: &str) {
    println!("\n{chinese}\n{english}");
}

/// What the desk sees, after the words for who stands before it.
pub fn show(who: &str, verdict: Verdict) {
    println!("  {who}: {} {}", verdict.text(Language::Chinese), verdict.text(Language::English));
}

/// The same, where the story promised what they see.
pub fn expect(who: &str, found: Verdict, promised: Verdict) -> Result<()> {
    show(who, found);
    if found == promised { Ok(()) } else { Err(format!("{who}: not what the story promised").into()) }
}

/// Why a wallet does not answer, in the words for its holder: what others may read says less.
pub fn reason(refusal: &WalletError) -> String {
    match refusal {
        WalletError::Present(error) => {
            format!("{} {}", error.holder_reason(Language::Chinese), error.holder_reason(Language::English))
        }
        other => other.to_string(),
    }
}

/// A record that comes with the library.
pub fn record() -> Result<ChipRecord> {
    record_of("adult-female")
}

/// A record that comes with the library, by the name of its file.
pub fn record_of(name: &str) -> Result<ChipRecord> {
    Ok(ChipRecord::parse(&bytes_of(name)?)?)
}

/// The first record as of somebody born on another day, with number and check digit.
pub fn record_of_birth(yyyymmdd: &str) -> Result<ChipRecord> {
    let number = format!("440115{yyyymmdd}022");
    let weighed = number.bytes().rev().zip(1..).map(|(digit, place)| usize::from(digit - b'0') * (1 << place));
    let check = "10X98765432".as_bytes()[weighed.sum::<usize>() % 11];
    let mut bytes = bytes_of("adult-female")?;
    for (at, text) in [(36, yyyymmdd.to_owned()), (122, format!("{number}{}", char::from(check)))] {
        let text: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes[at..at + text.len()].copy_from_slice(&text);
    }
    Ok(ChipRecord::parse(&bytes)?)
}

/// The bytes of a record that comes with the library.
pub fn bytes_of(name: &str) -> Result<Vec<u8>> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../test-vectors/chip-records");
    Ok(std::fs::read(format!("{directory}/{name}.bin"))?)
}

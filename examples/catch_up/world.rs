//! The owner of a list with its log on files, two cosigners, an issuer, a platform and a phone.

use std::collections::VecDeque;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rand_core::OsRng;
use selfsame::accumulator::{Handle, Operation};
use selfsame::calendar::{Days, Timestamp};
use selfsame::codec::Message;
use selfsame::credential::{
    AssuranceFactors, Credential, Grant, Issuer, KeyVersion, RecoverySecret, ResetCounter, ShardChoice, SlotId, request,
};
use selfsame::device::SoftwareDevice;
use selfsame::hazmat::present_anyway;
use selfsame::list::{
    Cosignature, CosignedHeadSet, CosignedHeads, Cosigner, Cosigners, Epoch, EpochUpdate, Freshness, GivenWitness,
    Head, HeadSet, ListClass, ListId, ListKeys, ListName, ListOwner, LogSegment, SegmentNumber, Shard, ShardCount,
};
use selfsame::presentation::{MemoryReplayRegister, Platform, PresentationRequest, Verdict, VerdictKey, WalletContext};
use selfsame::published::Item;
use selfsame::schema::{AttributeKind, Schema, Value};
use selfsame::symbol::{CardSymbol, Generation, HandleKey, SymbolInput, SymbolKey};
use testkit::curve::{Point, Scalar};

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Entries of an epoch.
pub const EPOCH: usize = 1_000;
const START: Timestamp = Timestamp::from_secs(1_790_000_000);
const FRESHNESS: Freshness = Freshness {
    max_age: Duration::from_secs(86_400),
    grace: Duration::from_secs(600),
    max_window: Duration::from_secs(86_400),
};

/// Seconds of one scalar multiplication, constant time, variable base: the median of some.
pub fn unit() -> f64 {
    let (scalar, mut point) = (Scalar::random(&mut OsRng), Point::random(&mut OsRng));
    let mut times: Vec<f64> = (0..500)
        .map(|_| {
            let start = Instant::now();
            point = std::hint::black_box(scalar) * std::hint::black_box(point);
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The log of the status list as a file server has it.
pub struct Log {
    directory: PathBuf,
    epochs: u64,
}

impl Log {
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    pub fn segments(&self) -> u64 {
        self.epochs.div_ceil(SegmentNumber::EPOCHS)
    }

    fn write(&mut self, segment: &LogSegment) -> Result<()> {
        let path = self.directory.join(Item::Segment(segment.list().clone(), segment.number()).path());
        std::fs::create_dir_all(path.parent().ok_or("no directory")?)?;
        std::fs::write(path, segment.to_bytes())?;
        self.epochs += segment.epochs().len() as u64;
        Ok(())
    }

    /// A file, as the server has it.
    pub fn file(&self, number: SegmentNumber) -> Result<Vec<u8>> {
        let list = ListId { name: name(ListClass::Status)?, shard: Shard::FIRST };
        Ok(std::fs::read(self.directory.join(Item::Segment(list, number).path()))?)
    }

    /// All epochs in order, one file in memory at a time.
    pub fn epochs(&self) -> impl Iterator<Item = Result<EpochUpdate>> {
        (0..self.segments()).flat_map(move |number| {
            let read = || -> Result<LogSegment> {
                let number = SegmentNumber::new(number).ok_or("no such segment")?;
                Ok(LogSegment::from_bytes(&self.file(number)?)?)
            };
            match read() {
                Ok(segment) => segment.into_epochs_from(Epoch::new(0)).map(Ok).collect::<Vec<_>>(),
                Err(error) => vec![Err(error)],
            }
        })
    }
}

fn name(class: ListClass) -> Result<ListName> {
    Ok(ListName::new("net-id-registry", class)?)
}

pub struct Phone {
    pub credential: Credential,
    device: SoftwareDevice,
}

pub struct World {
    pub log: Log,
    issuer: Issuer,
    status: ListOwner,
    flag: ListOwner,
    flag_heads: CosignedHeads,
    cosigners: [Cosigner; 3],
    platform: Platform<MemoryReplayRegister>,
    handle_key: HandleKey,
    card: CardSymbol,
    head: Head,
    now: Timestamp,
}

impl World {
    pub fn new(directory: PathBuf) -> Result<Self> {
        let rng = &mut OsRng;
        let schema = Schema::builder("resident").attribute("region", AttributeKind::Code, "region", "地区").build()?;
        let issuer = Issuer::random(schema, KeyVersion(1), rng);
        let status = ListOwner::random(name(ListClass::Status)?, ShardCount::ONE, rng);
        let flag = ListOwner::random(name(ListClass::Flag)?, ShardCount::ONE, rng);
        let mut cosigners = [(); 3].map(|()| Cosigner::random(rng));
        let key = VerdictKey::random(rng);
        let platform = Platform::without_directory(FRESHNESS, key, MemoryReplayRegister::new());
        platform.add_issuer(issuer.parameters().clone(), issuer.share_key())?;
        for list in [&status, &flag] {
            platform.add_list(list.list_keys(), list.share_keys())?;
            platform.accept_epoch(&list.first_heads(START), &[], START)?;
        }
        let flag_heads = cosign(&mut cosigners, &flag.list_keys(), &flag.first_heads(START), &[])?;
        let head = status.first_heads(START).iter().next().ok_or("no shard")?.head().clone();
        let card = SymbolKey::random(rng).evaluate(&SymbolInput::person("CHN", "OTHERS")?);
        let card = CardSymbol::from_stored(selfsame::secret::Secret::new(*card.as_bytes()));
        Ok(Self {
            log: Log { directory, epochs: 0 },
            handle_key: HandleKey::random(rng),
            now: START,
            issuer,
            status,
            flag,
            flag_heads,
            cosigners,
            platform,
            card,
            head,
        })
    }

    pub fn status_keys(&self) -> ListKeys {
        self.status.list_keys()
    }

    /// The handle of the `index`-th credential of the country; the phone's is the first.
    fn handle(&self, index: usize) -> Result<Handle> {
        let generation = u32::try_from(index + 1).ok().and_then(Generation::new).ok_or("too many")?;
        Ok(self.handle_key.status(&self.card, generation))
    }

    pub fn enrol(&mut self) -> Result<Phone> {
        let rng = &mut OsRng;
        let mut device = SoftwareDevice::random(rng);
        let recovery = RecoverySecret::random(rng);
        let offered = self.issuer.offer(SlotId([1; 16]), Generation::FIRST, ShardCount::ONE, None, rng)?;
        let parameters = self.issuer.parameters();
        let requested = request(parameters, &offered.message, ShardChoice::Draw, &recovery, &mut device, rng)?;
        let accepted = offered.state.accept(&requested.message)?;
        let (status, flag) = (self.handle(0)?, self.handle_key.status(&self.card, Generation::FIRST));
        let grant = Grant {
            values: vec![Value::Code(110_101)],
            status_witness: self.status.witness_without_rules(&self.head, &status)?,
            flag_witness: GivenWitness::Given(
                self.flag.witness_without_rules(self.flag_heads.head(Shard::FIRST)?, &flag)?,
            ),
            status,
            flag,
            factors: AssuranceFactors::CHIP_READ,
            since: START.day().unwrap_or(Days::MIN),
            reset: ResetCounter(0),
        };
        let response = self.issuer.issue(&accepted, grant)?;
        let first = self.status.first_heads(START);
        let heads = cosign(&mut self.cosigners, &self.status.list_keys(), &first, &[])?;
        let credential = requested.state.receive(&response, &heads, &self.flag_heads)?;
        Ok(Phone { credential, device })
    }

    /// Three removals, then a restoration of one of those removed before, and so on. Gives the
    /// number of epochs.
    pub fn publish(&mut self, entries: usize) -> Result<usize> {
        let mut removed = VecDeque::new();
        let (mut next, mut segment) = (1, Vec::new());
        for epoch in 0..entries / EPOCH {
            let mut changes = Vec::with_capacity(EPOCH);
            for entry in 0..EPOCH {
                if entry % 4 == 3 {
                    changes.push((Operation::Restore, removed.pop_front().ok_or("nothing to restore")?));
                } else {
                    changes.push((Operation::Remove, self.handle(next)?));
                    removed.push_back(self.handle(next)?);
                    removed.truncate(EPOCH);
                    next += 1;
                }
            }
            self.now = self.now.checked_add(60).ok_or("the end of time")?;
            let update = self.status.next_epoch_without_rules(&self.head, changes, self.now)?;
            self.head = update.head().head().clone();
            segment.push(update);
            let number = SegmentNumber::of(self.head.epoch()).ok_or("too many epochs")?;
            if segment.len() as u64 == SegmentNumber::EPOCHS || epoch + 1 == entries / EPOCH {
                let full = LogSegment::new(self.head.list().clone(), number, std::mem::take(&mut segment))?;
                self.log.write(&full)?;
            }
        }
        Ok(entries / EPOCH)
    }

    /// Two cosigners read the files, the third is away; so does the platform. Gives the last heads,
    /// cosigned.
    pub fn cosign(&mut self) -> Result<CosignedHeads> {
        let keys = self.status.list_keys();
        let mut cosigned = None;
        for update in self.log.epochs() {
            let update = [update?];
            let heads = HeadSet::new(vec![update[0].head().clone()]);
            let [first, second, _] = &mut self.cosigners;
            let signatures =
                [sign(first, &keys, &heads, &update, self.now)?, sign(second, &keys, &heads, &update, self.now)?];
            cosigned = Some(CosignedHeadSet::new(heads, signatures.to_vec()));
        }
        let cosigned = cosigned.ok_or("an empty log")?;
        Ok(cosigned.verify(&keys, &cosigners(&self.cosigners)?, self.now)?)
    }

    /// The platform reads the log, too; a hotel asks; the phone proves.
    pub fn check_in(&mut self, phone: &mut Phone, status: &CosignedHeads) -> Result<Verdict> {
        for update in self.log.epochs() {
            let update = [update?];
            self.platform.accept_epoch(&HeadSet::new(vec![update[0].head().clone()]), &update, self.now)?;
        }
        let builder =
            PresentationRequest::builder(self.issuer.parameters(), "悦来酒店 Hotel Yuelai", "入住登记 check-in");
        let asked = builder.present_on(status).once(&mut OsRng)?;
        // This hotel asks one list of two. Wallets answer that where a certificate says that it
        // always does; here is no wallet to read one.
        let (heads, credential) = ([status], [&phone.credential]);
        let (known, device) = (WalletContext::at(&heads), &mut phone.device);
        let presentation = present_anyway(&credential, &asked.message, &known, device, &mut OsRng)?;
        let relayed = asked.state.relay(&presentation.to_bytes());
        let call = relayed.message.to_bytes();
        let answer = self.platform.answer(&call, self.now)?;
        Ok(relayed.state.conclude(&answer, &self.platform.public_key()).verdict)
    }
}

fn cosigners(all: &[Cosigner; 3]) -> Result<Cosigners> {
    let mut keys = all.each_ref().map(Cosigner::public_key);
    keys.sort_unstable();
    Ok(Cosigners::new(&keys, 2)?)
}

/// One cosigner's signature. Its host stores the new state before the signature leaves, here
/// nowhere.
fn sign(
    cosigner: &mut Cosigner,
    keys: &ListKeys,
    heads: &HeadSet,
    updates: &[EpochUpdate],
    now: Timestamp,
) -> Result<Cosignature> {
    Ok(cosigner.cosign(keys, heads, updates, now)?.confirm_stored())
}

fn cosign(all: &mut [Cosigner; 3], keys: &ListKeys, heads: &HeadSet, updates: &[EpochUpdate]) -> Result<CosignedHeads> {
    let signatures = all.iter_mut().take(2).map(|cosigner| sign(cosigner, keys, heads, updates, START));
    let signatures = signatures.collect::<Result<Vec<_>>>()?;
    Ok(CosignedHeadSet::new(heads.clone(), signatures).verify(keys, &cosigners(all)?, START)?)
}

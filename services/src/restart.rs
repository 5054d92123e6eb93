//! A platform that starts again beside a long log: how long until its first answer, from its
//! snapshot and without reading the log.

use std::time::{Duration, Instant};

use selfsame::calendar::Days;
use selfsame::chip::ChipRecord;
use selfsame::codec::Message;
use selfsame::credential::{
    AssuranceFactors, Credential, Grant, Issuer, KeyVersion, RecoverySecret, ResetCounter, ShardChoice, SlotId, request,
};
use selfsame::device::SoftwareDevice;
use selfsame::host::{OsRng, now};
use selfsame::list::{
    AccumulatorManager, ClosedEpoch, CosignedHeadSet, CosignedHeads, Cosigner, Cosigners, Epoch, Freshness,
    GivenWitness, ListClass, ListName, ListSnapshot, Shard, ShardCount,
};
use selfsame::presentation::{MemoryReplayRegister, Platform, PresentationRequest, Verdict, VerdictKey};
use selfsame::rand_core::RngCore;
use selfsame::schema::Schema;
use selfsame::secret::Secret;
use selfsame::symbol::{CardSymbol, Generation, HandleKey, PersonSymbol};

use crate::enrol::Person;
use crate::error::{Context, Error, Result};

/// Shards of both lists, and the entries of one epoch.
const SHARDS: u16 = 16;
const EPOCH: usize = 65_536;

const FRESHNESS: Freshness = Freshness {
    max_age: Duration::from_secs(86_400),
    grace: Duration::from_secs(600),
    max_window: Duration::from_secs(86_400),
};

struct World {
    issuer: Issuer,
    lists: [AccumulatorManager; 2],
    /// Every epoch of both.
    logs: [Vec<ClosedEpoch>; 2],
    handle_key: HandleKey,
    verdict_key: Vec<u8>,
}

fn symbol() -> Secret<[u8; 64]> {
    let mut symbol = [0; 64];
    OsRng.fill_bytes(&mut symbol);
    Secret::new(symbol)
}

/// Makes a log of so many entries, restarts a platform beside it, and prints the figures.
///
/// # Errors
/// If the platform does not answer as it should.
pub fn run(entries: usize) -> Result<()> {
    let begun = Instant::now();
    let mut world = World::new(entries)?;
    println!("a log of {entries} entries in {} epochs, made in {:.1} s", world.logs[1].len() - 1, seconds(begun));
    let heads = world.cosigned()?;
    let (credential, mut device) = world.enrol(&heads)?;
    let heads = heads.each_ref();

    let snapshots = world.snapshots()?;
    let builder = PresentationRequest::builder(credential.parameters(), crate::setup::HOTEL, crate::setup::CHECK_IN);
    let asked = builder.present_on(heads[0]).present_on(heads[1]).once(&mut OsRng).context("the request")?;
    let consent = credential.review(&asked.message, &heads).context("the request")?;
    let presentation = credential.present(consent, &mut device, &mut OsRng).context("the presentation")?;
    let relayed = asked.state.relay(&presentation.to_bytes());
    let call = relayed.message.to_bytes();

    let begun = Instant::now();
    let platform = world.platform()?;
    for bytes in &snapshots {
        let snapshot = ListSnapshot::from_bytes(bytes).context("a snapshot")?;
        platform.start_from(&snapshot, Epoch::new(0), None, now()).context("a snapshot")?;
    }
    let verdict = platform.answer(&call, now()).context("the answer")?;
    let took = seconds(begun);
    let sizes = snapshots.map(|snapshot| snapshot.len());
    println!("from its snapshots ({} and {} bytes) to the first answer: {:.1} ms", sizes[0], sizes[1], took * 1_000.0);
    match relayed.state.conclude(&verdict, &platform.public_key()).verdict {
        Verdict::Verified => Ok(()),
        Verdict::Refused => Err(Error::new("the first answer is a refusal")),
    }
}

fn seconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64()
}

impl World {
    fn new(entries: usize) -> Result<Self> {
        let shards = ShardCount::new(SHARDS).context("shards")?;
        let list = |owner, class| {
            let name = ListName::new(owner, class).context("a list")?;
            let (manager, heads) = AccumulatorManager::new(name, shards, now(), &mut OsRng);
            Ok::<_, Error>((manager, vec![ClosedEpoch::first(heads)]))
        };
        let (status, status_log) = list("registry", ListClass::Status)?;
        let (mut flag, mut log) = list("police", ListClass::Flag)?;
        let handle_key = HandleKey::random(&mut OsRng);
        let name = flag.list_keys().name().clone();
        for part in 0..entries.div_ceil(EPOCH) {
            for _ in 0..EPOCH.min(entries - part * EPOCH) {
                let handle = handle_key.flag(&name, &PersonSymbol::from_stored(symbol()));
                flag.register(shards.draw(&mut OsRng), &handle).context("a handle")?;
                flag.remove(&handle).context("a handle")?;
            }
            log.push(flag.close_epoch(now()).context("an epoch")?);
        }
        let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut OsRng);
        let verdict_key = VerdictKey::random(&mut OsRng).to_bytes();
        Ok(Self { issuer, lists: [status, flag], logs: [status_log, log], handle_key, verdict_key })
    }

    /// What a platform keeps that has read everything.
    fn snapshots(&self) -> Result<[Vec<u8>; 2]> {
        let begun = Instant::now();
        let first = self.platform()?;
        for epoch in self.logs.iter().flatten() {
            first.accept_epoch(&epoch.heads, &epoch.updates, now()).context("an epoch")?;
        }
        println!("reading it from its beginning takes {:.1} s", seconds(begun));
        let snapshot = |list: &AccumulatorManager| -> Result<Vec<u8>> {
            let made = first.snapshot(list.list_keys().name(), now()).context("a snapshot")?;
            Ok(made.context("a list without epochs")?.to_bytes())
        };
        Ok([snapshot(&self.lists[0])?, snapshot(&self.lists[1])?])
    }

    /// A process's platform, before it knows anything of the lists.
    fn platform(&self) -> Result<Platform<MemoryReplayRegister>> {
        let key = VerdictKey::from_bytes(&self.verdict_key).context("the verdict key")?;
        let platform = Platform::without_directory(FRESHNESS, key, MemoryReplayRegister::new());
        platform.add_issuer(self.issuer.parameters().clone(), self.issuer.share_key()).context("x")?;
        for list in &self.lists {
            platform.add_list(list.list_keys(), list.share_keys()).context("a list")?;
        }
        Ok(platform)
    }

    /// The newest heads, signed by one cosigner who has read everything.
    fn cosigned(&self) -> Result<[CosignedHeads; 2]> {
        let mut cosigner = Cosigner::random(&mut OsRng);
        let cosigners = Cosigners::new(&[cosigner.public_key()], 1).context("a cosigner")?;
        let mut newest = Vec::new();
        for (list, log) in self.lists.iter().zip(&self.logs) {
            let (keys, mut signed) = (list.list_keys(), None);
            for epoch in log {
                let staged = cosigner.cosign(&keys, &epoch.heads, &epoch.updates, now()).context("an epoch")?;
                signed = Some(CosignedHeadSet::new(epoch.heads.clone(), vec![staged.confirm_stored()]));
            }
            newest.push(signed.context("a log")?.verify(&keys, &cosigners, now()).context("heads")?);
        }
        newest.try_into().map_err(|_| Error::new("two lists"))
    }

    /// A holder of a credential, enrolled after all of it.
    fn enrol(&mut self, heads: &[CosignedHeads; 2]) -> Result<(Credential, SoftwareDevice)> {
        let (shards, shard) = (ShardCount::new(SHARDS).context("shards")?, Shard::new(0).context("a shard")?);
        let (slot, generation) = (SlotId([7; 16]), Generation::FIRST);
        let offered = self.issuer.offer(slot, generation, shards, Some(shard), &mut OsRng).context("the offer")?;
        let (mut device, recovery) = (SoftwareDevice::random(&mut OsRng), RecoverySecret::random(&mut OsRng));
        let parameters = self.issuer.parameters();
        let choice = ShardChoice::FromSlot;
        let asked = request(parameters, &offered.message, choice, &recovery, &mut device, &mut OsRng);
        let asked = asked.context("the request")?;
        let accepted = offered.state.accept(&asked.message).context("the request")?;
        let [status_list, flag_list] = &mut self.lists;
        let status = self.handle_key.status(&CardSymbol::from_stored(symbol()), generation);
        let flag = self.handle_key.flag(flag_list.list_keys().name(), &PersonSymbol::from_stored(symbol()));
        status_list.register(shard, &status).context("a handle")?;
        flag_list.register(shard, &flag).context("a handle")?;
        let record = ChipRecord::parse(&Person::numbered(0).record).context("the record")?;
        let grant = Grant {
            values: Schema::card_values(&record),
            status_witness: status_list.witness(shard, &status).context("a witness")?,
            flag_witness: GivenWitness::Given(flag_list.witness(shard, &flag).context("a witness")?),
            status,
            flag,
            factors: AssuranceFactors::CHIP_READ,
            since: Days::from_civil(2026, 9, 21).context("a day")?,
            reset: ResetCounter(0),
        };
        let response = self.issuer.issue(&accepted, grant).context("the response")?;
        let received = asked.state.receive(&response, &heads[0], &heads[1]);
        Ok((received.map_err(|failed| Error::new(failed.to_string()))?, device))
    }
}

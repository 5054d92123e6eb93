//! A platform's process that starts again beside a long log: how long from its start until its
//! first answer, from its snapshots and without reading the log.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::Router;
use selfsame::calendar::Days;
use selfsame::chip::ChipRecord;
use selfsame::codec::Message;
use selfsame::credential::{
    AssuranceFactors, Credential, Grant, Issuer, KeyVersion, RecoverySecret, ResetCounter, ShardChoice, SlotId, request,
};
use selfsame::device::SoftwareDevice;
use selfsame::directory::{Authority, KeyValidity, VerifiedDirectory};
use selfsame::host::{OsRng, Publisher, now};
use selfsame::list::{
    AccumulatorManager, ClosedEpoch, CosignedHeadSet, CosignedHeads, Cosigner, Cosigners, GivenWitness, ListClass,
    ListName, Shard, ShardCount,
};
use selfsame::presentation::{PlatformKeys, PresentationRequest, Relayed, Verdict, VerdictKey, VerdictMessage};
use selfsame::rand_core::RngCore;
use selfsame::schema::Schema;
use selfsame::secret::Secret;
use selfsame::symbol::{CardSymbol, Generation, HandleKey, PersonSymbol, SymbolKey};

use crate::config::Config;
use crate::directory::hex;
use crate::enrol::Person;
use crate::error::{Context, Error, Result};
use crate::files;
use crate::http::{Client, Peer, Server, Token};
use crate::keyfile::{Keys, SealKey};
use crate::role::platform::ROLE;
use crate::town::free_port;

/// Shards of both lists, and the entries of one epoch.
const SHARDS: u16 = 16;
const EPOCH: usize = 65_536;
/// How long a process may take until it is ready.
const PATIENCE: Duration = Duration::from_secs(600);

/// What a platform verifies for: an issuer, two lists and their logs.
pub(crate) struct World {
    pub(crate) issuer: Issuer,
    pub(crate) lists: [AccumulatorManager; 2],
    /// Every epoch of both.
    logs: [Vec<ClosedEpoch>; 2],
    handle_key: HandleKey,
}

fn symbol() -> Secret<[u8; 64]> {
    let mut symbol = [0; 64];
    OsRng.fill_bytes(&mut symbol);
    Secret::new(symbol)
}

fn seconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64()
}

/// A folder that ends with this value.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A platform's process.
struct Process {
    child: Child,
    began: Instant,
}

impl Drop for Process {
    fn drop(&mut self) {
        // As kill -9 does.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    fn start(binary: &Path, config: &Path) -> Result<Self> {
        let mut command = Command::new(binary);
        command.arg("platform").arg("--config").arg(config).env("LOG", "warn").stdin(Stdio::null());
        let began = Instant::now();
        Ok(Self { child: command.spawn().context("the platform")?, began })
    }

    async fn is_ready(&self, client: &Client, address: &str) -> Result<()> {
        while self.began.elapsed() < PATIENCE {
            if client.get(&format!("http://{address}/health")).await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(Error::new("the platform does not become ready"))
    }

    /// The first answer to a call, from the process that has just been started.
    async fn answer(&self, peer: &Peer, call: &[u8]) -> Result<VerdictMessage> {
        loop {
            match peer.post("/calls", call.to_vec()).await {
                Ok(answer) => return VerdictMessage::from_bytes(&answer).context("the answer"),
                Err(error) if !error.is_passing() || self.began.elapsed() > PATIENCE => {
                    return Err(error).context("the platform");
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(1)).await,
            }
        }
    }
}

/// Publishes a log of so many entries, has a platform read it, kills that, starts it again, and
/// prints the figures.
///
/// # Errors
/// If the platform does not answer as it should.
pub async fn run(binary: PathBuf, entries: usize) -> Result<()> {
    let scratch = Scratch(std::env::temp_dir().join(format!("selfsame-restart-{}", std::process::id())));
    let root = &scratch.0;
    std::fs::create_dir_all(root.join("platform")).context(root.display().to_string())?;
    let begun = Instant::now();
    let mut world = tokio::task::block_in_place(|| World::new(entries))?;
    println!("a log of {entries} entries in {} epochs, made in {:.1} s", world.logs[1].len() - 1, seconds(begun));
    let verdict_key = VerdictKey::random(&mut OsRng);
    let (public_key, ports) = (verdict_key.public_key(), [free_port()?, free_port()?]);
    let (directory, heads) = tokio::task::block_in_place(|| world.publish(&root.join("public"), &verdict_key))?;
    let [published, listens] = ports.map(|port| format!("127.0.0.1:{port}"));
    serve_files(root, &published).await?;
    let token = Token::random();
    let config = world.platform(root, &directory, verdict_key, [&published, &listens], &token)?;
    let (credential, mut device) = world.enrol(&heads)?;
    let client = Client::new();
    let peer = Peer::new(&client, &format!("http://{listens}"), Some(token));

    let first = Process::start(&binary, &config)?;
    first.is_ready(&client, &listens).await?;
    println!("a process that reads it from its beginning is ready after {:.1} s", seconds(first.began));
    let Relayed { state, message } = call(&credential, &mut device, heads.each_ref())?;
    drop(first);
    let second = Process::start(&binary, &config)?;
    let verdict = second.answer(&peer, &message.to_bytes()).await?;
    let took = seconds(second.began);
    println!("killed and started again, from its start to its first answer: {:.1} ms", took * 1_000.0);
    match state.conclude(&verdict, &public_key).verdict {
        Verdict::Verified => Ok(()),
        Verdict::Refused => Err(Error::new("the first answer is a refusal")),
    }
}

/// Serves what is published, from this process.
async fn serve_files(root: &Path, address: &str) -> Result<()> {
    let config = Config::parse(&format!("listen = {address}\npublic = public\n"), root.to_path_buf())?;
    let server = Server::bind(&config, "files").await?;
    tokio::spawn(async move { server.serve(Router::new()).await });
    Ok(())
}

/// A call about both lists.
fn call(credential: &Credential, device: &mut SoftwareDevice, heads: [&CosignedHeads; 2]) -> Result<Relayed> {
    let builder = PresentationRequest::builder(credential.parameters(), crate::setup::HOTEL, crate::setup::CHECK_IN);
    let asked = builder.present_on(heads[0]).present_on(heads[1]).once(&mut OsRng).context("the request")?;
    let consent = credential.review(&asked.message, &heads).context("the request")?;
    let presentation = credential.present(consent, device, &mut OsRng).context("the presentation")?;
    Ok(asked.state.relay(&presentation.to_bytes()))
}

impl World {
    /// So many entries of the flag list.
    pub(crate) fn new(entries: usize) -> Result<Self> {
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
        Ok(Self { issuer, lists: [status, flag], logs: [status_log, log], handle_key })
    }

    /// Founds a directory, publishes it and both logs, signed by one cosigner who has read
    /// everything. Gives the newest heads.
    pub(crate) fn publish(
        &self,
        folder: &Path,
        verdict_key: &VerdictKey,
    ) -> Result<(VerifiedDirectory, [CosignedHeads; 2])> {
        let mut cosigner = Cosigner::random(&mut OsRng);
        let cosigners = Cosigners::new(&[cosigner.public_key()], 1).context("a cosigner")?;
        let (authority, shards) = (Authority::random(&mut OsRng), ShardCount::new(SHARDS).context("shards")?);
        let until = now().checked_add(86_400).context("the end of time")?;
        let day = KeyValidity { from: now(), until };
        let draft = authority.draft(cosigners, SymbolKey::random(&mut OsRng).public_key(), shards);
        let draft = draft.issuer(self.issuer.parameters(), day).platform(&verdict_key.public_key().to_bytes(), day);
        let draft = self.lists.iter().fold(draft, |draft, list| draft.list(list.list_keys()));
        let founded = authority.found(draft, now()).context("the directory")?;
        let directory = founded.pin(&founded.digest()).context("the directory")?;
        let publisher = Publisher::open(folder).context("the published folder")?;
        publisher.directory(&directory).context("the directory")?;
        let mut newest = Vec::new();
        for (list, log) in self.lists.iter().zip(&self.logs) {
            let (keys, mut signed) = (list.list_keys(), None);
            for epoch in log {
                publisher.epoch(epoch).context("an epoch")?;
                let staged = cosigner.cosign(&keys, &epoch.heads, &epoch.updates, now()).context("an epoch")?;
                signed = Some(CosignedHeadSet::new(epoch.heads.clone(), vec![staged.confirm_stored()]));
            }
            let signed = signed.context("a log")?;
            publisher.cosigned(&signed).context("the heads")?;
            newest.push(directory.verify_heads(&signed, now()).context("the heads")?);
        }
        Ok((directory, newest.try_into().map_err(|_| Error::new("two lists"))?))
    }

    /// A platform's folder, as the ceremony makes it. Gives its configuration.
    fn platform(
        &self,
        root: &Path,
        directory: &VerifiedDirectory,
        verdict_key: VerdictKey,
        [published, listens]: [&str; 2],
        token: &Token,
    ) -> Result<PathBuf> {
        let folder = root.join("platform");
        for folder in [folder.join("directory"), root.join("minimum")] {
            std::fs::create_dir_all(folder).context("a folder")?;
        }
        files::replace(&folder.join("directory/1"), &directory.signed().to_bytes(), false)?;
        let mut own = PlatformKeys::new(verdict_key);
        own.issuers.push(self.issuer.share_key());
        own.lists.extend(self.lists.iter().map(AccumulatorManager::share_keys));
        let keys = Keys::new().with("platform keys", &own).with_secret("caller desk", &Secret::new(token.digest()));
        let seal = SealKey::random();
        seal.write(&folder.join("seal"))?;
        keys.write(&folder.join("keys"), ROLE, &seal)?;
        let text = format!(
            "listen = {listens}\nseal = seal\nkeys = keys\ndirectory = directory\nminimum = ../minimum/platform\n\
             pinned = {}\nauthority = http://{published}\nstatus = http://{published}\nflag = http://{published}\n\
             register = register.redb\nsnapshots = snapshots\nfollow_millis = 20\n",
            hex(&directory.digest().to_bytes())
        );
        files::replace(&folder.join("config"), text.as_bytes(), false)?;
        Ok(folder.join("config"))
    }

    /// A holder of a credential, enrolled after all of it.
    pub(crate) fn enrol(&mut self, heads: &[CosignedHeads; 2]) -> Result<(Credential, SoftwareDevice)> {
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

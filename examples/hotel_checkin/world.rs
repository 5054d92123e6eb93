//! The parties of the story with their keys, and the enrolment of one phone.

use std::error::Error;
use std::time::Duration;

use selfsame::calendar::{CHINA_OFFSET_MINUTES, Days, Timestamp};
use selfsame::certificate::{CertifiedRequest, DeskCertificate, DeskKey, DeskPermissions, SignedRequest};
use selfsame::chip::ChipRecord;
use selfsame::codec::Message;
use selfsame::credential::{
    AssuranceFactors, Credential, Grant, Issuer, KeyVersion, RecoverySecret, ResetCounter, ShardChoice, SlotId, request,
};
use selfsame::device::SoftwareDevice;
use selfsame::directory::{Authority, KeyValidity, VerifiedDirectory};
use selfsame::list::{
    AccumulatorManager, ClosedEpoch, CosignedHeadSet, CosignedHeads, Cosigner, Cosigners, EpochProofs, EpochUpdate,
    Freshness, GivenWitness, HeadSet, ListClass, ListError, ListKeys, ListName, Shard, ShardCount,
};
use selfsame::presentation::{MemoryReplayRegister, Platform, PresentationRequest, RequestBuilder, VerdictKey};
use selfsame::qr;
use selfsame::schema::Schema;
use selfsame::symbol::{CardSymbol, Generation, HandleKey, PersonSymbol, SymbolInput, SymbolKey};

/// The desk of the story.
pub const HOTEL: &str = "悦来酒店 Hotel Yuelai";
/// What it asks for.
pub const CHECK_IN: &str = "入住登记 check-in";
/// Where the registry keeps the guest.
pub const SLOT: SlotId = SlotId(*b"slot of a guest ");
const SHARDS: u16 = 4;
const DAY: u64 = 86_400;
/// An epoch a day; the one before counts for ten minutes after.
pub const FRESHNESS: Freshness = Freshness {
    max_age: Duration::from_secs(2 * DAY),
    grace: Duration::from_secs(600),
    max_window: Duration::from_secs(DAY),
};

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Every message that one party sent to another, in order.
#[derive(Default)]
pub struct Messages(Vec<(&'static str, &'static str, &'static str, Vec<u8>)>);

impl Messages {
    /// Sends a message: notes its bytes, and gives what its receiver reads from them.
    pub fn send<M: Message>(
        &mut self,
        from: &'static str,
        to: &'static str,
        name: &'static str,
        message: &M,
    ) -> Result<M> {
        let bytes = message.to_bytes();
        let received = M::from_bytes(&bytes)?;
        self.0.push((from, to, name, bytes));
        Ok(received)
    }

    pub fn print(&self) {
        for (number, (from, to, name, bytes)) in self.0.iter().enumerate() {
            println!("{:>2}  {:<22}{:>6} bytes   {from} → {to}", number + 1, name, bytes.len());
        }
    }

    /// In the order in which they were sent.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        self.0.iter().map(|(_, _, name, bytes)| (*name, bytes.as_slice()))
    }
}

/// Everybody but the guest.
pub struct World {
    pub rng: rand_core::OsRng,
    pub now: Timestamp,
    pub messages: Messages,
    pub platform: Platform<MemoryReplayRegister>,
    /// What the phone has of the lists: status, flag.
    pub heads: [CosignedHeads; 2],
    /// When the lists began.
    pub start: Timestamp,
    /// Who watches the list owners, and whom every phone knows.
    pub cosigners: [Cosigner; 3],
    pub issuer: Issuer,
    pub status: AccumulatorManager,
    pub flag: AccumulatorManager,
    pub symbol_key: SymbolKey,
    handle_key: HandleKey,
    /// What every phone pins: who the issuer, the owners, the cosigners and the authority are.
    pub directory: VerifiedDirectory,
    desk: DeskKey,
    certificate: DeskCertificate,
    /// What the registry keeps of the guest.
    pub guest: Option<(Shard, PersonSymbol, CardSymbol)>,
}

/// The guest's phone.
pub struct Phone {
    pub credential: Credential,
    pub device: SoftwareDevice,
    /// For life, on paper or in a backup: the next phone needs it to keep the pseudonym.
    pub recovery: RecoverySecret,
}

/// The card must be valid on the day of enrolment, in China.
pub fn check_validity(record: &ChipRecord, now: Timestamp) -> Result<()> {
    let today = now.day_at_offset(CHINA_OFFSET_MINUTES).ok_or("--now: out of range")?;
    if today < record.valid_from() {
        return Err("valid from: the card is not valid yet".into());
    }
    if today > record.valid_to() {
        return Err("valid to: the card has expired".into());
    }
    Ok(())
}

impl World {
    pub fn new(now: Timestamp) -> Result<Self> {
        let mut rng = rand_core::OsRng;
        let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut rng);
        let shards = ShardCount::new(SHARDS)?;
        let status = ListName::new("net-id-registry", ListClass::Status)?;
        let (status, status_heads) = AccumulatorManager::new(status, shards, now, &mut rng);
        let flag = ListName::new("police", ListClass::Flag)?;
        let (flag, flag_heads) = AccumulatorManager::new(flag, shards, now, &mut rng);
        let key = VerdictKey::random(&mut rng);
        let platform = Platform::without_directory(FRESHNESS, key, MemoryReplayRegister::new());
        platform.add_issuer(issuer.parameters().clone(), issuer.share_key())?;
        platform.add_list(status.list_keys(), status.share_keys())?;
        platform.add_list(flag.list_keys(), flag.share_keys())?;
        platform.accept_epoch(&status_heads, &[], now)?;
        platform.accept_epoch(&flag_heads, &[], now)?;
        // Everybody begins with the empty logs.
        let mut cosigners = [(); 3].map(|()| Cosigner::random(&mut rng));
        let known = quorum(&cosigners)?;
        let symbol_key = SymbolKey::random(&mut rng);
        let mut messages = Messages::default();
        let everyone = "everyone 公开";
        messages.send("issuer 签发方", everyone, "schema", issuer.parameters().schema())?;
        let authority = Authority::random(&mut rng);
        let week = KeyValidity { from: now, until: now.checked_add(7 * DAY).ok_or("--now: out of range")? };
        let draft = authority.draft(known.clone(), symbol_key.public_key(), shards).issuer(issuer.parameters(), week);
        let directory = authority.found(draft.list(status.list_keys()).list(flag.list_keys()), now)?;
        let directory = messages.send("authority 机关", everyone, "directory", &directory)?;
        // The digest comes with the phone's software.
        let directory = directory.pin(&directory.digest())?;

        let mut begun = |owner: &AccumulatorManager, heads: &HeadSet, [plain, cosigned]: [&'static str; 2]| {
            let heads = messages.send("list owner 名单方", everyone, plain, heads)?;
            let signed = cosign(&mut cosigners, &owner.list_keys(), &heads, &[], now)?;
            let signed = messages.send("cosigners 共签方", "phone 手机", cosigned, &signed)?;
            Ok::<_, Box<dyn Error>>(signed.verify(&owner.list_keys(), &known, now)?)
        };
        let heads = [
            begun(&status, &status_heads, ["status-heads", "status-cosigned-heads"])?,
            begun(&flag, &flag_heads, ["flag-heads", "flag-cosigned-heads"])?,
        ];

        let desk = DeskKey::random(&mut rng);
        let permissions = DeskPermissions::of(issuer.parameters().schema());
        let permissions = permissions.present_on(heads[0].name()).present_on(heads[1].name());
        let draft = DeskCertificate::draft(HOTEL, &desk.public_key(), week).purpose(CHECK_IN);
        let certificate = authority.certify(draft.permit(permissions).standing(Duration::from_secs(DAY)))?;
        Ok(Self {
            symbol_key,
            handle_key: HandleKey::random(&mut rng),
            messages,
            guest: None,
            rng,
            now,
            start: now,
            directory,
            desk,
            certificate,
            platform,
            heads,
            cosigners,
            issuer,
            status,
            flag,
        })
    }

    /// From the card record to a credential on the phone.
    pub fn enrol(&mut self, record: &ChipRecord) -> Result<Phone> {
        let rng = &mut self.rng;

        // The terminal learns the card's symbol without showing the card to the authority; the
        // register has the same.
        let blinded = SymbolInput::card_of(record)?.blind(rng);
        let asked = self.messages.send("terminal 读卡机", "authority 机关", "symbol-request", &blinded.message)?;
        let evaluated = self.symbol_key.blind_evaluate(&asked, rng);
        let evaluated = self.messages.send("authority 机关", "terminal 读卡机", "symbol-response", &evaluated)?;
        let card = blinded.state.finalize(&evaluated, &self.symbol_key.public_key())?;
        if card != self.symbol_key.evaluate(&SymbolInput::card_of(record)?) {
            return Err("the register does not know this card".into());
        }
        let person = self.symbol_key.evaluate(&SymbolInput::person_of(record));

        let offered = self.issuer.offer(SLOT, Generation::FIRST, self.heads[0].shard_count(), None, rng)?;
        let offer = self.messages.send("issuer 签发方", "phone 手机", "credential-offer", &offered.message)?;
        let mut device = SoftwareDevice::random(rng);
        let recovery = RecoverySecret::random(rng);
        let requested = request(self.issuer.parameters(), &offer, ShardChoice::Draw, &recovery, &mut device, rng)?;
        let message = self.messages.send("phone 手机", "issuer 签发方", "credential-request", &requested.message)?;

        let accepted = offered.state.accept(&message)?;
        let shard = accepted.shard();
        let status = self.handle_key.status(&card, Generation::FIRST);
        let flag = self.handle_key.flag(self.flag.list_keys().name(), &person);
        self.status.register(shard, &status)?;
        self.flag.register(shard, &flag)?;
        let grant = Grant {
            values: Schema::card_values(record),
            status_witness: self.status.witness(shard, &status)?,
            flag_witness: GivenWitness::Given(self.flag.witness(shard, &flag)?),
            status,
            flag,
            factors: AssuranceFactors::CHIP_READ.with(AssuranceFactors::LIVE_FACE),
            since: self.now.day_at_offset(CHINA_OFFSET_MINUTES).unwrap_or(Days::MIN),
            reset: ResetCounter(0),
        };
        let response = self.issuer.issue(&accepted, grant)?;
        let response = self.messages.send("issuer 签发方", "phone 手机", "credential-response", &response)?;
        let [status, flag] = &self.heads;
        let credential = requested.state.receive(&response, status, flag)?;
        self.guest = Some((shard, person, card));
        Ok(Phone { credential, device, recovery })
    }

    pub fn heads(&self) -> [&CosignedHeads; 2] {
        let [status, flag] = &self.heads;
        [status, flag]
    }

    /// The hotel's policy: the credential is live, the person is not wanted; nothing is disclosed.
    pub fn hotel(&self, desk: &str) -> RequestBuilder {
        let [status, flag] = &self.heads;
        PresentationRequest::builder(self.issuer.parameters(), desk, CHECK_IN).present_on(status).present_on(flag)
    }

    /// The desk signs a request under its certificate and shows it as a code; the phone reads that,
    /// and checks who asks and whether they may.
    pub fn show(&mut self, request: &PresentationRequest) -> Result<(String, CertifiedRequest)> {
        let signed = self.desk.sign(&self.certificate, request)?;
        let signed = self.messages.send("desk 前台", "phone 手机", "signed-request", &signed)?;
        let code = qr::encode(&signed.to_bytes());
        let scanned = SignedRequest::from_bytes(&qr::decode(&code)?)?;
        Ok((code, scanned.verify(&self.directory, self.now)?))
    }

    /// Takes the guest off a list: the credential is revoked, or the person is wanted.
    pub fn remove_guest(&mut self, class: ListClass) -> Result<()> {
        let (_, person, card) = self.guest.as_ref().ok_or("nobody is enrolled")?;
        match class {
            ListClass::Status => self.status.remove(&self.handle_key.status(card, Generation::FIRST))?,
            ListClass::Flag => self.flag.remove(&self.handle_key.flag(self.flag.list_keys().name(), person))?,
        }
        Ok(())
    }

    /// Another person of the guest's shard is enrolled and removed again, from both lists.
    pub fn someone_else_is_removed(&mut self) -> Result<()> {
        let (shard, ..) = self.guest.as_ref().ok_or("nobody is enrolled")?;
        let number = self.heads[0].epoch().number();
        let other = SymbolInput::person("CHN", &format!("OTHER{number}"))?;
        let handle = self.handle_key.flag(self.flag.list_keys().name(), &self.symbol_key.evaluate(&other));
        for manager in [&mut self.status, &mut self.flag] {
            manager.register(*shard, &handle)?;
            manager.remove(&handle)?;
        }
        Ok(())
    }

    /// A day later, both owners close an epoch. The platform takes it; the cosigners follow it, and
    /// what two of them signed goes to the phones.
    pub fn publish_epoch(&mut self) -> Result<[ClosedEpoch; 2]> {
        self.now = self.now.checked_add(DAY).ok_or("--now: out of range")?;
        let known = quorum(&self.cosigners)?;
        let mut epochs = [self.status.close_epoch(self.now)?, self.flag.close_epoch(self.now)?];
        let keys = [self.status.list_keys(), self.flag.list_keys()];
        let names = [
            ["status-heads", "status-epoch", "status-cosigned-heads"],
            ["flag-heads", "flag-epoch", "flag-cosigned-heads"],
        ];
        for (((epoch, keys), [heads, entries, cosigned]), known_heads) in
            epochs.iter_mut().zip(&keys).zip(names).zip(&mut self.heads)
        {
            epoch.heads = self.messages.send("list owner 名单方", "everyone 公开", heads, &epoch.heads)?;
            for update in &mut epoch.updates {
                *update = self.messages.send("list owner 名单方", "everyone 公开", entries, update)?;
            }
            self.platform.accept_epoch(&epoch.heads, &epoch.updates, self.now)?;
            let signed = cosign(&mut self.cosigners, keys, &epoch.heads, &epoch.updates, self.now)?;
            let signed = self.messages.send("cosigners 共签方", "phone 手机", cosigned, &signed)?;
            *known_heads = signed.verify(keys, &known, self.now)?;
        }
        Ok(epochs)
    }
}

/// Two of the three decide.
pub fn quorum(cosigners: &[Cosigner]) -> Result<Cosigners> {
    let mut keys: Vec<[u8; 32]> = cosigners.iter().map(Cosigner::public_key).collect();
    keys.sort_unstable();
    Ok(Cosigners::new(&keys, 2)?)
}

/// Each cosigner reads the epoch of all shards and signs it; one of the three is out of order
/// today. What a cosigner's host stores before the signature leaves is not part of the story.
fn cosign(
    cosigners: &mut [Cosigner],
    keys: &ListKeys,
    heads: &HeadSet,
    updates: &[EpochUpdate],
    now: Timestamp,
) -> Result<CosignedHeadSet> {
    let sign =
        |cosigner: &mut Cosigner| Ok::<_, ListError>(cosigner.cosign(keys, heads, updates, now)?.confirm_stored());
    let signatures: std::result::Result<Vec<_>, _> = cosigners.iter_mut().skip(1).map(sign).collect();
    Ok(CosignedHeadSet::new(heads.clone(), signatures?))
}

impl Phone {
    /// Reads the epoch's entries of its own shard, to the heads that were cosigned; nobody learns
    /// which shard that is, if the phone fetches all of them.
    pub fn follow(&mut self, epochs: [ClosedEpoch; 2], world: &mut World) -> Result<()> {
        let keys = [world.status.list_keys(), world.flag.list_keys()];
        let shard = usize::from(self.credential.shard().number());
        for ((epoch, keys), heads) in epochs.into_iter().zip(&keys).zip(&world.heads) {
            let update = epoch.updates.into_iter().nth(shard).map(Ok::<_, ListError>);
            self.credential.catch_up(keys, heads, EpochProofs::Verify, update, |_| (), &mut world.rng)?;
        }
        Ok(())
    }
}

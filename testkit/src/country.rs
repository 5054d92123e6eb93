//! One small country: an issuer, two list owners, a platform, a phone. Everything through the public interface.

use std::time::Duration;

use selfsame::calendar::{Days, Timestamp};
use selfsame::chip::ChipRecord;
use selfsame::codec::{Message, Sent};
use selfsame::credential::{
    AcceptedRequest, AssuranceFactors, Credential, CredentialOffer, CredentialResponse, Grant, Issuer, KeyVersion,
    OfferState, RecoverySecret, ResetCounter, ShardChoice, SlotId, request,
};
use selfsame::device::SoftwareDevice;
use selfsame::hazmat::SeededRng;
use selfsame::helper::Helper;
use selfsame::list::{
    AccumulatorManager, ClosedEpoch, CosignedHeadSet, CosignedHeads, Cosigner, Cosigners, EpochProofs, EpochUpdate,
    Freshness, GivenWitness, HeadSet, ListClass, ListError, ListKeys, ListName, Shard, ShardCount,
};
use selfsame::presentation::{
    KeylessVerifier, Platform, PresentationRequest, RequestBuilder, Verdict, VerdictMessage, WalletContext,
};
use selfsame::schema::Schema;
use selfsame::symbol::{CardSymbol, Generation, HandleKey, PersonSymbol, SymbolInput, SymbolKey};

use crate::Register;

pub const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);
pub const SHARDS: u16 = 4;
pub const FRESHNESS: Freshness = Freshness {
    max_age: Duration::from_secs(86_400),
    grace: Duration::from_secs(600),
    max_window: Duration::from_secs(2_592_000),
};
pub const HOTEL: &str = "Hotel Yuelai 悦来酒店";

pub fn record(name: &str) -> ChipRecord {
    let path = format!("{}/../test-vectors/chip-records/{name}.bin", env!("CARGO_MANIFEST_DIR"));
    ChipRecord::parse(&std::fs::read(path).unwrap()).unwrap()
}

/// A platform with this issuer's key and no list yet.
pub fn platform_of(issuer: &Issuer, rng: &mut SeededRng) -> Platform<Register> {
    let mut platform = Platform::without_directory(FRESHNESS, Register::default(), rng);
    platform.add_issuer(issuer.parameters().clone(), issuer.share_key()).unwrap();
    platform
}

pub struct Country {
    pub rng: SeededRng,
    pub issuer: Issuer,
    pub status: AccumulatorManager,
    pub flag: AccumulatorManager,
    pub platform: Platform<Register>,
    pub quorum: Quorum,
    pub heads: [CosignedHeads; 2],
    /// The same as they are served.
    pub sets: [CosignedHeadSet; 2],
    pub now: Timestamp,
    pub person: PersonSymbol,
    pub card: CardSymbol,
    pub handle_key: HandleKey,
}

/// When everything has come that honest clocks ever said.
pub const LATE: Timestamp = Timestamp::from_secs(1 << 40);

/// When heads were closed, by themselves.
pub fn time_of(heads: &HeadSet) -> Timestamp {
    heads.iter().next().unwrap().head().time()
}

/// Three cosigners, two of whom decide.
pub struct Quorum(pub [Cosigner; 3]);

impl Quorum {
    pub fn new(rng: &mut SeededRng) -> Self {
        Self([(); 3].map(|()| Cosigner::random(rng)))
    }

    pub fn cosigners(&self) -> Cosigners {
        let mut keys = self.0.each_ref().map(Cosigner::public_key);
        keys.sort_unstable();
        Cosigners::new(&keys, 2).unwrap()
    }

    /// All three read the epoch; two signatures go with it.
    pub fn sign(&mut self, keys: &ListKeys, heads: &HeadSet, updates: &[EpochUpdate]) -> CosignedHeadSet {
        let now = time_of(heads);
        let all = self.0.each_mut().map(|one| one.cosign(keys, heads, updates, now).unwrap().confirm_stored());
        CosignedHeadSet::new(heads.clone(), all[1..].to_vec())
    }

    pub fn verify(&self, lists: [&AccumulatorManager; 2], sets: &[CosignedHeadSet; 2]) -> [CosignedHeads; 2] {
        [0, 1].map(|i| sets[i].verify(&lists[i].list_keys(), &self.cosigners(), LATE).unwrap())
    }

    pub fn cosign(&mut self, keys: &ListKeys, heads: &HeadSet, updates: &[EpochUpdate]) -> CosignedHeads {
        self.sign(keys, heads, updates).verify(keys, &self.cosigners(), time_of(heads)).unwrap()
    }
}

pub struct Phone {
    pub credential: Credential,
    pub device: SoftwareDevice,
    pub recovery: RecoverySecret,
}

impl Country {
    pub fn new(seed: u8) -> Self {
        let mut rng = SeededRng::new([seed; 32]);
        let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut rng);
        let shards = ShardCount::new(SHARDS).unwrap();
        let name = |class| ListName::new("public-security", class).unwrap();
        let (status, status_heads) = AccumulatorManager::new(name(ListClass::Status), shards, NOW, &mut rng);
        let (flag, flag_heads) = AccumulatorManager::new(name(ListClass::Flag), shards, NOW, &mut rng);
        let mut platform = platform_of(&issuer, &mut rng);
        for list in [&status, &flag] {
            platform.add_list(list.list_keys(), list.share_keys()).unwrap();
        }
        for heads in [&status_heads, &flag_heads] {
            platform.accept_epoch(heads, &[], NOW).unwrap();
        }
        let symbol_key = SymbolKey::random(&mut rng);
        let record = record("adult-female");
        let person = symbol_key.evaluate(&SymbolInput::person_of(&record));
        let card = symbol_key.evaluate(&SymbolInput::card_of(&record).unwrap());
        let handle_key = HandleKey::random(&mut rng);
        let mut quorum = Quorum::new(&mut rng);
        let sets = [(&status, &status_heads), (&flag, &flag_heads)]
            .map(|(list, heads)| quorum.sign(&list.list_keys(), heads, &[]));
        let heads = quorum.verify([&status, &flag], &sets);
        Self { rng, issuer, status, flag, platform, quorum, heads, sets, now: NOW, person, card, handle_key }
    }

    /// An offer to a slot that has the shard 2.
    pub fn offer(&mut self, generation: Generation) -> Sent<OfferState, CredentialOffer> {
        self.offer_in(generation, Some(2))
    }

    pub fn offer_in(&mut self, generation: Generation, shard: Option<u16>) -> Sent<OfferState, CredentialOffer> {
        let (shards, shard) = (ShardCount::new(SHARDS).unwrap(), shard.map(|number| Shard::new(number).unwrap()));
        self.issuer.offer(SlotId([7; 16]), generation, shards, shard, &mut self.rng).unwrap()
    }

    /// What the issuer grants to the holder of `generation`, after registering its handles.
    pub fn grant(&mut self, accepted: &AcceptedRequest, generation: Generation) -> Grant {
        let status = self.handle_key.status(&self.card, generation);
        let flag = self.handle_key.flag(self.flag.list_keys().name(), &self.person);
        let shard = accepted.shard();
        // The flag handle is the person's and outlives a credential; a status handle is there already at a second try.
        for (list, handle) in [(&mut self.status, &status), (&mut self.flag, &flag)] {
            match list.register(shard, handle) {
                Ok(()) | Err(ListError::AlreadyRegistered) => {}
                Err(error) => panic!("{error}"),
            }
        }
        Grant {
            values: Schema::card_values(&record("adult-female")),
            status_witness: self.status.witness(shard, &status).unwrap(),
            flag_witness: GivenWitness::Given(self.flag.witness(shard, &flag).unwrap()),
            status,
            flag,
            factors: AssuranceFactors::CHIP_READ.with(AssuranceFactors::LIVE_FACE),
            since: Days::from_civil(2026, 9, 21).unwrap(),
            reset: ResetCounter(0),
        }
    }

    pub fn enrol(&mut self) -> Phone {
        let mut device = SoftwareDevice::random(&mut self.rng);
        let recovery = RecoverySecret::random(&mut self.rng);
        let credential = self.issue_to(&mut device, &recovery, Generation::FIRST);
        Phone { credential, device, recovery }
    }

    pub fn issue_to(
        &mut self,
        device: &mut SoftwareDevice,
        recovery: &RecoverySecret,
        generation: Generation,
    ) -> Credential {
        let offered = self.offer(generation);
        let requested =
            request(self.issuer.parameters(), &offered.message, ShardChoice::FromSlot, recovery, device, &mut self.rng)
                .unwrap();
        let accepted = offered.state.accept(&requested.message).unwrap();
        let grant = self.grant(&accepted, generation);
        let response = self.issuer.issue(&accepted, grant).unwrap();
        let response = CredentialResponse::from_bytes(&response.to_bytes()).unwrap();
        requested.state.receive(&response, &self.heads[0], &self.heads[1]).unwrap()
    }

    /// The hotel's question: nothing disclosed, both lists.
    pub fn hotel(&self) -> RequestBuilder {
        self.ask(HOTEL, "check-in 入住登记")
    }

    pub fn ask(&self, verifier: &str, purpose: &str) -> RequestBuilder {
        self.listed(PresentationRequest::builder(self.issuer.parameters(), verifier, purpose))
    }

    /// Asks for both lists of the credential that is being asked for.
    pub fn listed(&self, builder: RequestBuilder) -> RequestBuilder {
        builder.present_on(&self.heads[0]).present_on(&self.heads[1])
    }

    /// With the keys of issuer and lists.
    pub fn helper(&self) -> Helper {
        let mut helper = Helper::new();
        helper.add_issuer(self.issuer.parameters(), self.issuer.share_key()).unwrap();
        for list in [&self.status, &self.flag] {
            helper.add_list(&list.list_keys(), list.share_keys()).unwrap();
        }
        helper
    }

    /// With public keys alone, and the heads that it has now.
    pub fn verifier(&self) -> KeylessVerifier<Register> {
        let mut verifier = KeylessVerifier::without_directory(FRESHNESS, Register::default());
        verifier.add_issuer(self.issuer.parameters().clone()).unwrap();
        for (list, heads) in [&self.status, &self.flag].into_iter().zip(&self.heads) {
            verifier.add_list(list.list_keys()).unwrap();
            verifier.accept_heads(heads, self.now).unwrap();
        }
        verifier
    }

    pub fn heads(&self) -> [&CosignedHeads; 2] {
        [&self.heads[0], &self.heads[1]]
    }

    /// Removes the phone's handle from a list.
    pub fn remove(&mut self, class: ListClass) {
        match class {
            ListClass::Status => {
                let handle = self.handle_key.status(&self.card, Generation::FIRST);
                self.status.remove(&handle).unwrap();
            }
            ListClass::Flag => {
                let handle = self.handle_key.flag(self.flag.list_keys().name(), &self.person);
                self.flag.remove(&handle).unwrap();
            }
        }
    }

    /// Closes an epoch of both lists and publishes it.
    pub fn close_epoch(&mut self) -> [ClosedEpoch; 2] {
        self.now = self.now.checked_add(3600).unwrap();
        // Days go by in some stories.
        let closed = [&mut self.status, &mut self.flag].map(|list| list.close_epoch_after_pause(self.now).unwrap());
        self.sets = [(&self.status, &closed[0]), (&self.flag, &closed[1])].map(|(list, epoch)| {
            self.platform.accept_epoch(&epoch.heads, &epoch.updates, self.now).unwrap();
            self.quorum.sign(&list.list_keys(), &epoch.heads, &epoch.updates)
        });
        self.heads = self.quorum.verify([&self.status, &self.flag], &self.sets);
        closed
    }

    pub fn answer(&mut self, call: &[u8]) -> VerdictMessage {
        self.platform.answer(call, self.now)
    }

    /// Relays bytes under a pending request and gives the desk's verdict.
    pub fn settle(&mut self, pending: selfsame::presentation::PendingRequest, presentation: &[u8]) -> Verdict {
        let relayed = pending.relay(presentation);
        let verdict = self.answer(&relayed.message.to_bytes());
        let verdict = VerdictMessage::from_bytes(&verdict.to_bytes()).unwrap();
        relayed.state.conclude(&verdict, &self.platform.public_key()).verdict
    }
}

impl Phone {
    /// The honest wallet: reviews, agrees, presents.
    pub fn present(&mut self, country: &mut Country, request: &PresentationRequest) -> Vec<u8> {
        let heads = country.heads();
        // As under a certificate for whatever lists and windows a test asks.
        let consent =
            selfsame::hazmat::review_any_lists(request, &[&self.credential], &WalletContext::at(&heads)).unwrap();
        self.credential.present(consent, &mut self.device, &mut country.rng).unwrap().to_bytes()
    }

    /// Follows the last epoch of both lists.
    pub fn follow(&mut self, country: &mut Country, epochs: &[ClosedEpoch; 2]) {
        self.follow_all(country, std::slice::from_ref(epochs));
    }

    /// Follows all these epochs of both lists, to the newest heads.
    pub fn follow_all(&mut self, country: &mut Country, epochs: &[[ClosedEpoch; 2]]) {
        let shard = usize::from(self.credential.shard().number());
        let keys = [country.status.list_keys(), country.flag.list_keys()];
        for i in 0..2 {
            let updates = epochs.iter().map(|epoch| {
                let update = EpochUpdate::from_bytes(&epoch[i].updates[shard].to_bytes());
                Ok::<_, ListError>(update.unwrap())
            });
            let (heads, rng) = (&country.heads[i], &mut country.rng);
            self.credential.catch_up(&keys[i], heads, EpochProofs::Verify, updates, |_| {}, rng).unwrap();
        }
    }
}

//! One small country: an issuer, two list owners, a platform, a phone.

use std::time::Duration;

use crate::card::stolen_list;
use crate::directory::stolen_key;
use crate::prelude::*;
use selfsame::credential::{ResetCounter, request};
use selfsame::signature::SigningKey;

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
    platform_and_key(FRESHNESS, issuer, rng).0
}

/// The same, and the key that it signs verdicts with.
pub fn platform_and_key(freshness: Freshness, issuer: &Issuer, rng: &mut SeededRng) -> (Platform<Register>, [u8; 32]) {
    let verdict = VerdictKey::random(rng);
    let stolen = Tree::parse(&verdict.to_bytes()).body.at(1).run()[0];
    let platform = Platform::without_directory(freshness, verdict, Register::default());
    platform.add_issuer(issuer.parameters().clone(), issuer.share_key()).unwrap();
    (platform, stolen)
}

/// The owners of a status list and of a flag list.
pub fn owners_of(names: [&str; 2], rng: &mut SeededRng) -> [ListOwner; 2] {
    let mut owner = |name, class| {
        let name = ListName::new(name, class).unwrap();
        ListOwner::random(name, ShardCount::new(SHARDS).unwrap(), rng)
    };
    [owner(names[0], ListClass::Status), owner(names[1], ListClass::Flag)]
}

/// Lists that begin now.
pub fn lists_of(names: [&str; 2], rng: &mut SeededRng) -> [AccumulatorManager; 2] {
    owners_of(names, rng).map(begun)
}

/// A list that begins now.
pub fn begun(owner: ListOwner) -> AccumulatorManager {
    begun_at(owner, NOW)
}

pub fn begun_at(owner: ListOwner, now: Timestamp) -> AccumulatorManager {
    let key = SigningKey::from_secret_bytes(Secret::new(stolen_list(&owner).to_bytes()));
    let heads = owner.prepare_first_heads(now).sign(&key).unwrap();
    AccumulatorManager::with_owner(owner, heads).unwrap()
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
    pub symbol_key: SymbolKey,
    pub handle_key: HandleKey,
    /// The Ed25519 keys of the status list, of the flag list, and of the platform.
    pub signing: [[u8; 32]; 3],
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

    /// As a thief of all three has them.
    pub fn signing_keys(&self) -> [[u8; 32]; 3] {
        self.0.each_ref().map(|cosigner| stolen_key(cosigner).to_bytes())
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

/// What another issuer than the country's says of a holder, and where it keeps it.
pub struct Terms {
    pub slot: SlotId,
    pub generation: Generation,
    pub shard: u16,
    /// On the country's lists: any will do.
    pub handles: [Handle; 2],
    pub values: Vec<Value>,
    pub factors: AssuranceFactors,
}

/// Seconds after the first heads.
pub fn later(seconds: u64) -> Timestamp {
    NOW.checked_add(seconds).unwrap()
}

/// Seconds before them.
pub fn earlier(seconds: u64) -> Timestamp {
    Timestamp::from_secs(NOW.as_secs() - seconds)
}

impl Country {
    pub fn new(seed: u8) -> Self {
        let mut rng = SeededRng::new([seed; 32]);
        let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut rng);
        let owners = owners_of(["public-security"; 2], &mut rng);
        let platform = platform_and_key(FRESHNESS, &issuer, &mut rng);
        let (symbol_key, handle_key) = (SymbolKey::random(&mut rng), HandleKey::random(&mut rng));
        Self::assemble(rng, issuer, owners, platform, symbol_key, handle_key)
    }

    /// A country of these, whose platform takes the first heads and whose cosigners sign them.
    pub fn assemble(
        mut rng: SeededRng,
        issuer: Issuer,
        owners: [ListOwner; 2],
        (platform, verdict): (Platform<Register>, [u8; 32]),
        symbol_key: SymbolKey,
        handle_key: HandleKey,
    ) -> Self {
        let [of_status, of_flag] = owners.each_ref().map(|owner| stolen_list(owner).to_bytes());
        let [status, flag] = owners.map(begun);
        let lists = [&status, &flag];
        for list in lists {
            platform.add_list(list.list_keys(), list.share_keys()).unwrap();
        }
        let record = record("adult-female");
        let person = symbol_key.evaluate(&SymbolInput::person_of(&record));
        let card = symbol_key.evaluate(&SymbolInput::card_of(&record).unwrap());
        let mut quorum = Quorum::new(&mut rng);
        let sets = lists.map(|list| {
            platform.accept_epoch(list.heads(), &[], NOW).unwrap();
            quorum.sign(&list.list_keys(), list.heads(), &[])
        });
        let heads = quorum.verify(lists, &sets);
        let signing = [of_status, of_flag, verdict];
        Self {
            rng,
            issuer,
            status,
            flag,
            platform,
            quorum,
            heads,
            sets,
            now: NOW,
            person,
            card,
            symbol_key,
            handle_key,
            signing,
        }
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
        let values = Schema::card_values(&record("adult-female"));
        let factors = AssuranceFactors::CHIP_READ.with(AssuranceFactors::LIVE_FACE);
        self.grant_of(accepted.shard(), [status, flag], values, factors)
    }

    /// The same of any issuer that uses the lists: handles are registered where they are not yet.
    pub fn grant_of(
        &mut self,
        shard: Shard,
        [status, flag]: [Handle; 2],
        values: Vec<Value>,
        factors: AssuranceFactors,
    ) -> Grant {
        // The flag handle is the person's and outlives a credential; a retry finds the other, too.
        for (list, handle) in [(&mut self.status, &status), (&mut self.flag, &flag)] {
            match list.register(shard, handle) {
                Ok(()) | Err(ListError::AlreadyRegistered) => {}
                Err(error) => panic!("{error}"),
            }
        }
        Grant {
            values,
            status_witness: self.status.witness(shard, &status).unwrap(),
            flag_witness: GivenWitness::Given(self.flag.witness(shard, &flag).unwrap()),
            status,
            flag,
            factors,
            since: Days::from_civil(2026, 9, 21).unwrap(),
            reset: ResetCounter(0),
        }
    }

    /// The response to the holder of `generation`.
    pub fn issue(&mut self, accepted: &AcceptedRequest, generation: Generation) -> CredentialResponse {
        let grant = self.grant(accepted, generation);
        self.issuer.issue(accepted, grant).unwrap()
    }

    /// What a phone answers to an offer of a slot with a shard.
    pub fn apply(
        &mut self,
        offer: &CredentialOffer,
        recovery: &RecoverySecret,
        device: &mut impl selfsame::device::Device,
    ) -> Sent<RequestState, CredentialRequest> {
        let parameters = self.issuer.parameters();
        request(parameters, offer, ShardChoice::FromSlot, recovery, device, &mut self.rng).unwrap()
    }

    /// The same of a phone that nobody has seen before.
    pub fn apply_afresh(&mut self, offer: &CredentialOffer) -> Sent<RequestState, CredentialRequest> {
        let mut device = SoftwareDevice::random(&mut self.rng);
        let recovery = RecoverySecret::random(&mut self.rng);
        self.apply(offer, &recovery, &mut device)
    }

    /// A whole issuance by another issuer, on the same lists.
    pub fn issue_by(
        &mut self,
        issuer: &Issuer,
        terms: Terms,
        recovery: &RecoverySecret,
        device: &mut SoftwareDevice,
    ) -> Credential {
        let Terms { slot, generation, shard, handles, values, factors } = terms;
        let (shards, shard) = (ShardCount::new(SHARDS).unwrap(), Shard::new(shard).unwrap());
        let offered = issuer.offer(slot, generation, shards, Some(shard), &mut self.rng).unwrap();
        let (parameters, offer) = (issuer.parameters(), &offered.message);
        let asked = request(parameters, offer, ShardChoice::FromSlot, recovery, device, &mut self.rng).unwrap();
        let accepted = offered.state.accept(&asked.message).unwrap();
        let response = issuer.issue(&accepted, self.grant_of(shard, handles, values, factors)).unwrap();
        let response = CredentialResponse::from_bytes(&response.to_bytes()).unwrap();
        asked.state.receive(&response, &self.heads[0], &self.heads[1]).unwrap()
    }

    pub fn enrol(&mut self) -> Phone {
        let mut device = SoftwareDevice::random(&mut self.rng);
        let recovery = RecoverySecret::random(&mut self.rng);
        let credential = self.issue_to(&mut device, &recovery, Generation::FIRST);
        Phone { credential, device, recovery }
    }

    pub fn issue_to(
        &mut self,
        device: &mut impl selfsame::device::Device,
        recovery: &RecoverySecret,
        generation: Generation,
    ) -> Credential {
        let offered = self.offer(generation);
        let requested = self.apply(&offered.message, recovery, device);
        let accepted = offered.state.accept(&requested.message).unwrap();
        let response = self.issue(&accepted, generation);
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
        let verifier = KeylessVerifier::without_directory(FRESHNESS, Register::default());
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
        self.platform.answer(call, self.now).unwrap()
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

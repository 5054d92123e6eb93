//! Everybody in the flow, with fixed randomness.

use std::time::Duration;

use selfsame::calendar::{Days, Timestamp};
use selfsame::codec::{Message, Sent};
use selfsame::credential::{
    AcceptedRequest, AssuranceFactors, Credential, CredentialOffer, CredentialRequest, CredentialResponse, Grant,
    Issuer, KeyVersion, OfferState, RecoverySecret, RequestState, ResetCounter, ShardChoice, SlotId, request,
};
use selfsame::device::SoftwareDevice;
use selfsame::hazmat::{self, SeededRng};
use selfsame::list::{
    AccumulatorManager, ClosedEpoch, CosignedHeadSet, CosignedHeads, Freshness, GivenWitness, ListClass, ListName,
    Shard, ShardCount,
};
use selfsame::presentation::{
    Platform, Presentation, PresentationRequest, RequestBuilder, VerdictMessage, WalletContext,
};
use selfsame::schema::Schema;
use selfsame::secret::Secret;
use selfsame::symbol::{
    BlindState, Card, CardSymbol, Generation, HandleKey, PersonSymbol, SymbolInput, SymbolKey, SymbolRequest,
    SymbolResponse,
};

use crate::hotel::flow::call;
use testkit::{Afresh, LATE, Quorum, Register, record};

pub const SEED: u8 = 0x5e;
pub const START: u64 = 1_790_000_000;
pub const CLOSED: u64 = START + 3_600;
pub const NOW: u64 = CLOSED + 60;
pub const MAX_AGE: u64 = 86_400;
pub const GRACE: u64 = 600;
pub const MAX_WINDOW: u64 = 86_400;
pub const SHARDS: u16 = 4;
pub const SHARD: u16 = 2;
pub const SLOT: SlotId = SlotId(*b"slot of a guest ");
pub const RECORD: &str = "adult-female";
pub const DESK: &str = "Hotel Yuelai 悦来酒店";
pub const PURPOSE: &str = "check-in 入住登记";

pub fn at(seconds: u64) -> Timestamp {
    Timestamp::from_secs(seconds)
}

/// Everybody, in the middle of the flow. Each step draws from the one generator, so the order of steps is part of the vectors.
pub struct Parties {
    pub rng: SeededRng,
    pub symbol_key: SymbolKey,
    pub handle_key: HandleKey,
    pub issuer: Issuer,
    pub status: AccumulatorManager,
    pub flag: AccumulatorManager,
    pub platform: Platform<Register>,
    pub quorum: Quorum,
    /// As they are served to phones: status, flag.
    pub served: [CosignedHeadSet; 2],
    pub heads: [CosignedHeads; 2],
    pub device: SoftwareDevice,
}

impl Parties {
    pub fn new() -> Self {
        let mut rng = SeededRng::new([SEED; 32]);
        let symbol_key = SymbolKey::random(&mut rng);
        let handle_key = HandleKey::random(&mut rng);
        let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut rng);
        let mut list = |owner, class| {
            let name = ListName::new(owner, class).unwrap();
            AccumulatorManager::new(name, ShardCount::new(SHARDS).unwrap(), at(START), &mut rng).0
        };
        let status = list("net-id-registry", ListClass::Status);
        let flag = list("police", ListClass::Flag);
        let [max_age, grace, max_window] = [MAX_AGE, GRACE, MAX_WINDOW].map(Duration::from_secs);
        let freshness = Freshness { max_age, grace, max_window };
        let mut platform = Platform::without_directory(freshness, Register::default(), &mut rng);
        platform.add_issuer(issuer.parameters().clone(), issuer.share_key()).unwrap();
        for manager in [&status, &flag] {
            platform.add_list(manager.list_keys(), manager.share_keys()).unwrap();
        }
        for manager in [&status, &flag] {
            platform.accept_epoch(manager.heads(), &[], at(START)).unwrap();
        }
        let device = SoftwareDevice::random(&mut rng);
        let mut quorum = Quorum::new(&mut rng);
        let served = [&status, &flag].map(|manager| quorum.sign(&manager.list_keys(), manager.heads(), &[]));
        let heads = [(&status, &served[0]), (&flag, &served[1])]
            .map(|(manager, served)| served.verify(&manager.list_keys(), &quorum.cosigners(), LATE).unwrap());
        Self { rng, symbol_key, handle_key, issuer, status, flag, platform, quorum, served, heads, device }
    }

    pub fn blind(&mut self) -> Sent<BlindState<Card>, SymbolRequest> {
        SymbolInput::card_of(&record(RECORD)).unwrap().blind(&mut self.rng)
    }

    pub fn card(&mut self) -> (SymbolRequest, SymbolResponse, CardSymbol) {
        let Sent { state, message } = self.blind();
        let response = self.symbol_key.blind_evaluate(&message, &mut self.rng);
        let card = state.finalize(&response, &self.symbol_key.public_key()).unwrap();
        (message, response, card)
    }

    pub fn offer(&mut self) -> Sent<OfferState, CredentialOffer> {
        let (shards, shard) = (ShardCount::new(SHARDS).unwrap(), Some(Shard::new(SHARD).unwrap()));
        self.issuer.offer(SLOT, Generation::FIRST, shards, shard, &mut self.rng).unwrap()
    }

    pub fn ask(&mut self, offer: &CredentialOffer) -> Sent<RequestState, CredentialRequest> {
        let recovery = RecoverySecret::random(&mut self.rng);
        request(self.issuer.parameters(), offer, ShardChoice::FromSlot, &recovery, &mut self.device, &mut self.rng)
            .unwrap()
    }

    pub fn issue(&mut self, accepted: &AcceptedRequest, card: &CardSymbol) -> CredentialResponse {
        let person = self.symbol_key.evaluate(&SymbolInput::person_of(&record(RECORD)));
        let status = self.handle_key.status(card, Generation::FIRST);
        let flag = self.handle_key.flag(self.flag.list_keys().name(), &person);
        let shard = accepted.shard();
        self.status.register(shard, &status).unwrap();
        self.flag.register(shard, &flag).unwrap();
        let grant = Grant {
            values: Schema::card_values(&record(RECORD)),
            status_witness: self.status.witness(shard, &status).unwrap(),
            flag_witness: GivenWitness::Given(self.flag.witness(shard, &flag).unwrap()),
            status,
            flag,
            factors: AssuranceFactors::CHIP_READ.with(AssuranceFactors::LIVE_FACE),
            since: Days::from_civil(2026, 9, 21).unwrap(),
            reset: ResetCounter(0),
        };
        self.issuer.issue(accepted, grant).unwrap()
    }

    /// The phone's answer at the epoch before the next one, as a call.
    pub fn early_call(&mut self, credential: &Credential) -> Vec<u8> {
        let asked = self.desk(DESK).once(&mut self.rng).unwrap();
        let presentation = self.present_anyway(credential, &asked.message);
        call(&asked.message.to_bytes(), &presentation.to_bytes())
    }

    /// Three others of the shard are removed from each list, and one of them is restored.
    pub fn close_epoch(&mut self) -> [ClosedEpoch; 2] {
        for seed in 1..=3 {
            let stranger = PersonSymbol::from_stored(Secret::new([seed; 64]));
            for manager in [&mut self.status, &mut self.flag] {
                let handle = self.handle_key.flag(manager.list_keys().name(), &stranger);
                manager.register(Shard::new(SHARD).unwrap(), &handle).unwrap();
                manager.remove(&handle).unwrap();
                if seed == 2 {
                    manager.restore(&handle).unwrap();
                }
            }
        }
        let epochs = [&mut self.status, &mut self.flag].map(|manager| manager.close_epoch(at(CLOSED)).unwrap());
        let keys = [self.status.list_keys(), self.flag.list_keys()];
        self.served = [0, 1].map(|i| {
            self.platform.accept_epoch(&epochs[i].heads, &epochs[i].updates, at(CLOSED)).unwrap();
            self.quorum.sign(&keys[i], &epochs[i].heads, &epochs[i].updates)
        });
        self.heads = [0, 1].map(|i| self.served[i].verify(&keys[i], &self.quorum.cosigners(), LATE).unwrap());
        epochs
    }

    pub fn desk(&self, verifier: &str) -> RequestBuilder {
        let builder = PresentationRequest::builder(self.issuer.parameters(), verifier, PURPOSE);
        builder.disclose("sex").disclose("valid-until").present_on(&self.heads[0]).present_on(&self.heads[1])
    }

    /// A wallet that reviews nothing, so that its presentations can be wrong.
    pub fn present_anyway(&mut self, credential: &Credential, request: &PresentationRequest) -> Presentation {
        let [status, flag] = &self.heads;
        let heads = [status, flag];
        let known = WalletContext::at(&heads);
        hazmat::present_anyway(&[credential], request, &known, &mut self.device, &mut self.rng).unwrap()
    }

    pub fn answer(&self, call: &[u8], now: u64) -> VerdictMessage {
        self.platform.afresh().answer(call, at(now))
    }
}

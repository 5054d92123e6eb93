//! Everybody in the flow, with fixed randomness.

use std::time::Duration;

use selfsame::hazmat;

use testkit::prelude::*;
use testkit::rogue::call;
use testkit::{owners_of, platform_and_key};

pub const SEED: u8 = 0x5e;
pub const START: u64 = 1_790_000_000;
pub const CLOSED: u64 = START + 3_600;
pub const NOW: u64 = CLOSED + 60;
pub const MAX_AGE: u64 = 86_400;
pub const GRACE: u64 = 600;
pub const MAX_WINDOW: u64 = 86_400;
pub const LATELY: u64 = 7_200;
pub const SHARDS: u16 = 4;
pub const SHARD: u16 = 2;
pub const SLOT: SlotId = SlotId(*b"slot of a guest ");
pub const RECORD: &str = "adult-female";
pub const DESK: &str = "Hotel Yuelai 悦来酒店";
pub const PURPOSE: &str = "check-in 入住登记";

pub fn at(seconds: u64) -> Timestamp {
    Timestamp::from_secs(seconds)
}

/// Everybody, in the middle of the flow. The order of draws from the one generator is part of it.
pub struct Parties {
    pub country: Country,
    pub device: SoftwareDevice,
    /// Of the holder, who has asked.
    pub recovery: Option<RecoverySecret>,
}

impl Parties {
    pub fn new() -> Self {
        let mut rng = SeededRng::new([SEED; 32]);
        let symbol_key = SymbolKey::random(&mut rng);
        let handle_key = HandleKey::random(&mut rng);
        let issuer = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut rng);
        let owners = owners_of(["net-id-registry", "police"], &mut rng);
        let [max_age, grace, max_window] = [MAX_AGE, GRACE, MAX_WINDOW].map(Duration::from_secs);
        let freshness = Freshness { max_age, grace, max_window };
        let platform = platform_and_key(freshness, &issuer, &mut rng);
        let device = SoftwareDevice::random(&mut rng);
        Self {
            country: Country::assemble(rng, issuer, owners, platform, symbol_key, handle_key),
            device,
            recovery: None,
        }
    }

    pub fn blind(&mut self) -> Sent<BlindState<Card>, SymbolRequest> {
        SymbolInput::card_of(&record(RECORD)).unwrap().blind(&mut self.country.rng)
    }

    pub fn card(&mut self) -> (SymbolRequest, SymbolResponse, CardSymbol) {
        let Sent { state, message } = self.blind();
        let response = self.country.symbol_key.blind_evaluate(&message, &mut self.country.rng);
        let card = state.finalize(&response, &self.country.symbol_key.public_key()).unwrap();
        (message, response, card)
    }

    pub fn offer(&mut self) -> Sent<OfferState, CredentialOffer> {
        let (shards, shard) = (ShardCount::new(SHARDS).unwrap(), Some(Shard::new(SHARD).unwrap()));
        self.country.issuer.offer(SLOT, Generation::FIRST, shards, shard, &mut self.country.rng).unwrap()
    }

    pub fn ask(&mut self, offer: &CredentialOffer) -> Sent<RequestState, CredentialRequest> {
        let recovery = self.recovery.insert(RecoverySecret::random(&mut self.country.rng));
        self.country.apply(offer, recovery, &mut self.device)
    }

    /// The phone's answer at the epoch before the next one, as a call.
    pub fn early_call(&mut self, credential: &Credential) -> Vec<u8> {
        let asked = self.desk(DESK).once(&mut self.country.rng).unwrap();
        let presentation = self.present_anyway(credential, &asked.message);
        call(&asked.message.to_bytes(), &presentation.to_bytes())
    }

    /// Three others of the shard are removed from each list, and one of them is restored.
    pub fn close_epoch(&mut self) -> [ClosedEpoch; 2] {
        for seed in 1..=3 {
            let stranger = PersonSymbol::from_stored(Secret::new([seed; 64]));
            let Country { status, flag, handle_key, .. } = &mut self.country;
            for manager in [status, flag] {
                let handle = handle_key.flag(manager.list_keys().name(), &stranger);
                manager.register(Shard::new(SHARD).unwrap(), &handle).unwrap();
                manager.remove(&handle).unwrap();
                if seed == 2 {
                    manager.restore(&handle).unwrap();
                }
            }
        }
        self.country.close_epoch()
    }

    pub fn desk(&self, verifier: &str) -> RequestBuilder {
        let builder = PresentationRequest::builder(self.country.issuer.parameters(), verifier, PURPOSE);
        self.country.listed(builder.disclose("sex").disclose("valid-until"))
    }

    /// The same of whichever epoch the phone is at, if that is at most two hours old.
    pub fn desk_lately(&self) -> RequestBuilder {
        let builder = PresentationRequest::builder(self.country.issuer.parameters(), DESK, PURPOSE);
        let [status, flag] = self.country.heads.each_ref().map(|heads| heads.name());
        let age = Duration::from_secs(LATELY);
        builder.disclose("sex").present_lately_on(status, age).present_lately_on(flag, age)
    }

    /// A wallet that reviews nothing, so that its presentations can be wrong.
    pub fn present_anyway(&mut self, credential: &Credential, request: &PresentationRequest) -> Presentation {
        let Country { heads, rng, .. } = &mut self.country;
        let heads = heads.each_ref();
        let known = WalletContext::at(&heads);
        hazmat::present_anyway(&[credential], request, &known, &mut self.device, rng).unwrap()
    }

    pub fn answer(&self, call: &[u8], now: u64) -> VerdictMessage {
        self.country.platform.afresh().answer(call, at(now)).unwrap()
    }
}

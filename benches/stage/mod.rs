//! The operations that both benches measure, each in two halves: what comes before the clock starts, and what it sees.
//!
//! Every message is timed as its receiver meets it: an operation starts from the bytes that arrived and ends with the bytes
//! that leave. What is decided before they arrive is prepared: the issuer's grant with its witnesses, the holder's state, the
//! consent that a user gave. One-time states are consumed by what they are for, so the preparation makes a fresh one for
//! each run.
#![allow(dead_code, reason = "each bench uses its part")]

#[path = "../../tests/common/mod.rs"]
mod common;

use common::{Country, HOTEL, NOW, Phone};
use selfsame::accumulator::Handle;
use selfsame::codec::Message;
use selfsame::credential::{
    AcceptedRequest, Credential, CredentialRequest, CredentialResponse, Grant, OfferState, RecoverySecret,
    RequestState, ShardChoice, request,
};
use selfsame::device::SoftwareDevice;
use selfsame::list::{
    AccumulatorManager, ClosedEpoch, CosignedHeads, Epoch, EpochProofs, EpochUpdate, Head, IssuedWitness, ListClass,
    ListKeys, ListName, MembershipWitness, Shard, ShardCount,
};
use selfsame::presentation::{Consent, PresentationRequest, Verdict};
use selfsame::symbol::{CardSymbol, Generation, HandleKey};

/// Lists of the hotel's question: status and flag.
pub const LISTS: usize = 2;
/// Presentations of a batch.
pub const BATCH: usize = 1024;
/// Entries of an epoch.
pub const ENTRIES: usize = 1000;
/// Epochs that a holder has missed.
pub const EPOCHS: usize = 10;

/// A country, a phone of it, and what the operations need ready.
pub struct Stage {
    country: Country,
    phone: Phone,
    accepted: AcceptedRequest,
    follower: Follower,
    calls: Vec<Vec<u8>>,
}

/// The log of the status list, for holders who are some epochs behind: the country's twin is ahead.
struct Follower {
    before: Head,
    keys: ListKeys,
    epochs: Vec<Vec<u8>>,
    target: CosignedHeads,
}

/// What the issuer has when a request arrives.
pub struct ToIssue {
    state: OfferState,
    request: Vec<u8>,
    grant: Grant,
}

/// What the holder has when a response arrives.
pub struct ToReceive {
    state: RequestState,
    response: Vec<u8>,
}

impl ToReceive {
    /// The message that arrived.
    pub fn response(&self) -> &[u8] {
        &self.response
    }
}

fn shard() -> Shard {
    Shard::new(2).unwrap()
}

/// Registers handles that nobody else has, and removes them.
fn remove_many(list: &mut AccumulatorManager, shard: Shard, handles: &HandleKey, card: &CardSymbol) {
    let mut generation = Generation::FIRST;
    for _ in 0..ENTRIES {
        let handle = handles.status(card, generation);
        generation = generation.next().unwrap();
        list.register(shard, &handle).unwrap();
        list.remove(&handle).unwrap();
    }
}

impl Follower {
    /// [`EPOCHS`] epochs of removals and, one entry in four, restorations.
    fn new(seed: u8) -> Self {
        let mut ahead = Country::new(seed);
        let handles = HandleKey::random(&mut ahead.rng);
        let before = ahead.heads[0].head(shard()).unwrap().clone();
        let mut generation = Generation::FIRST;
        let mut epochs = Vec::with_capacity(EPOCHS);
        for _ in 0..EPOCHS {
            let mut last = None;
            for entry in 0..ENTRIES {
                if entry % 4 == 3 {
                    ahead.status.restore(&last.take().unwrap()).unwrap();
                } else {
                    let handle = handles.status(&ahead.card, generation);
                    generation = generation.next().unwrap();
                    ahead.status.register(shard(), &handle).unwrap();
                    ahead.status.remove(&handle).unwrap();
                    last = Some(handle);
                }
            }
            let [closed, _] = ahead.close_epoch();
            epochs.push(closed.updates[usize::from(shard().number())].to_bytes());
        }
        Self { before, keys: ahead.status.list_keys(), epochs, target: ahead.heads[0].clone() }
    }
}

impl Stage {
    pub fn new() -> Self {
        const SEED: u8 = 1;
        let mut country = Country::new(SEED);
        let mut device = SoftwareDevice::random(&mut country.rng);
        let recovery = RecoverySecret::random(&mut country.rng);
        let (offered, requested, message) = ask_for_credential(&mut country, &mut device, &recovery);
        let accepted = offered.accept(&message).unwrap();
        let grant = country.grant(&accepted, Generation::FIRST);
        let response = country.issuer.issue(&accepted, grant).unwrap();
        let credential = requested.receive(&response, &country.heads[0], &country.heads[1]).unwrap();
        let phone = Phone { credential, device, recovery };
        let mut stage = Self { country, phone, accepted, follower: Follower::new(SEED), calls: Vec::new() };
        stage.calls = (0..BATCH).map(|_| stage.prepare_verify(LISTS)).collect();
        stage
    }

    // Issuance

    /// An offer, the request under it, and the grant with both witnesses.
    pub fn prepare_issue(&mut self) -> ToIssue {
        let (state, _, message) = ask_for_credential(&mut self.country, &mut self.phone.device, &self.phone.recovery);
        let grant = self.country.grant(&self.accepted, Generation::FIRST);
        ToIssue { state, request: message.to_bytes(), grant }
    }

    /// The issuer's side once the request is there.
    pub fn issue(&mut self, ToIssue { state, request, grant }: ToIssue) -> Vec<u8> {
        let accepted = state.accept(&CredentialRequest::from_bytes(&request).unwrap()).unwrap();
        self.country.issuer.issue(&accepted, grant).unwrap().to_bytes()
    }

    /// A request's state and the response to it.
    pub fn prepare_receive(&mut self) -> ToReceive {
        let (offered, state, message) =
            ask_for_credential(&mut self.country, &mut self.phone.device, &self.phone.recovery);
        let accepted = offered.accept(&message).unwrap();
        let grant = self.country.grant(&accepted, Generation::FIRST);
        ToReceive { state, response: self.country.issuer.issue(&accepted, grant).unwrap().to_bytes() }
    }

    /// The holder's side once the response is there.
    pub fn receive(&mut self, ToReceive { state, response }: ToReceive) -> Credential {
        let response = CredentialResponse::from_bytes(&response).unwrap();
        state.receive(&response, &self.country.heads[0], &self.country.heads[1]).unwrap()
    }

    /// The handle of a registered credential.
    pub fn prepare_witness(&mut self) -> Handle {
        self.country.handle_key.status(&self.country.card, Generation::FIRST)
    }

    /// One witness of the status list, as it goes into a grant.
    pub fn issue_witness(&mut self, handle: Handle) -> IssuedWitness {
        self.country.status.witness(shard(), &handle).unwrap()
    }

    // Presentation

    /// A question that discloses nothing and asks for the first `lists` lists; two of them make the hotel's question.
    fn question(&mut self, lists: usize) -> selfsame::presentation::Asked {
        let builder = PresentationRequest::builder(self.country.issuer.parameters(), HOTEL, "check-in 入住登记");
        let builder = self.country.heads.iter().take(lists).fold(builder, |builder, heads| builder.present_on(heads));
        builder.once(&mut self.country.rng).unwrap()
    }

    /// What the user of the phone agreed to.
    pub fn prepare_present(&mut self, lists: usize) -> Consent {
        let asked = self.question(lists);
        self.phone.credential.review(&asked.message, &self.country.heads()).unwrap()
    }

    /// The phone's answer, software device included.
    pub fn present(&mut self, consent: Consent) -> Vec<u8> {
        let Phone { credential, device, .. } = &mut self.phone;
        credential.present(consent, device, &mut self.country.rng).unwrap().to_bytes()
    }

    /// The bytes of a call that carries a fresh presentation.
    pub fn prepare_verify(&mut self, lists: usize) -> Vec<u8> {
        let asked = self.question(lists);
        let consent = self.phone.credential.review(&asked.message, &self.country.heads()).unwrap();
        asked.state.relay(&self.present(consent)).message.to_bytes()
    }

    /// The platform's answer to a call.
    pub fn verify(&mut self, call: Vec<u8>) -> Vec<u8> {
        let answer = self.country.answer(&call);
        assert_eq!(answer.verdict(), Verdict::Verified);
        answer.to_bytes()
    }

    /// The platform's answers to all calls of a batch.
    pub fn verify_batch(&mut self) -> usize {
        let Country { platform, register, now, .. } = &mut self.country;
        let answers = platform.answer_batch(&self.calls, *now, register);
        assert!(answers.iter().all(|answer| answer.verdict() == Verdict::Verified));
        answers.len()
    }

    // Epochs

    /// The owner of a list of one shard, where removals wait for the epoch to close.
    pub fn prepare_close(&mut self) -> AccumulatorManager {
        let name = ListName::new("bench", ListClass::Status).unwrap();
        let (mut owner, _) = AccumulatorManager::new(name, ShardCount::ONE, NOW, &mut self.country.rng);
        remove_many(&mut owner, Shard::FIRST, &self.country.handle_key, &self.country.card);
        owner
    }

    /// The owner's side of an epoch.
    pub fn close(&mut self, mut owner: AccumulatorManager) -> (AccumulatorManager, ClosedEpoch) {
        let closed = owner.close_epoch(NOW).unwrap();
        assert_eq!(closed.updates[0].entries().len(), ENTRIES);
        (owner, closed)
    }

    /// Anybody's check of an epoch.
    pub fn verify_epoch(&mut self) -> Epoch {
        let Follower { before, keys, epochs, .. } = &self.follower;
        EpochUpdate::from_bytes(&epochs[0]).unwrap().verify(before, keys).unwrap().epoch()
    }

    /// A holder that is [`EPOCHS`] epochs behind reads them all.
    pub fn catch_up(&mut self, proofs: EpochProofs) -> MembershipWitness {
        let Follower { keys, epochs, target, .. } = &self.follower;
        let mut catch_up = self.phone.credential.witness(ListClass::Status).catch_up(keys, target, proofs).unwrap();
        for epoch in epochs {
            catch_up.follow(EpochUpdate::from_bytes(epoch).unwrap(), &mut self.country.rng).unwrap();
        }
        catch_up.finish(&mut self.country.rng).unwrap()
    }

    // Sizes

    /// Attributes of the credential's schema.
    pub fn attributes(&self) -> usize {
        self.phone.credential.values().len()
    }

    /// Bytes of the epoch's message.
    pub fn epoch_bytes(&self) -> usize {
        self.follower.epochs[0].len()
    }
}

fn ask_for_credential(
    country: &mut Country,
    device: &mut SoftwareDevice,
    recovery: &RecoverySecret,
) -> (OfferState, RequestState, CredentialRequest) {
    let offered = country.offer(Generation::FIRST);
    let parameters = country.issuer.parameters();
    let requested =
        request(parameters, &offered.message, ShardChoice::FromSlot, recovery, device, &mut country.rng).unwrap();
    (offered.state, requested.state, requested.message)
}

//! One whole flow under fixed randomness, replayed byte for byte, and messages with one defect each.
//!
//! `SELFSAME_WRITE_VECTORS=1 cargo test --test flow_vectors` writes the files anew. A change in them is a change of the wire
//! format or of how randomness is drawn: look at every line of the difference.

mod common;

#[path = "common/cbor.rs"]
mod cbor;
#[path = "common/reference.rs"]
mod reference;
#[path = "common/vectors.rs"]
mod vectors;

use cbor::{Item, Tree, bytes};
use curve25519_dalek::ristretto::RistrettoPoint;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::IsIdentity;
use ed25519_dalek::{Signature, VerifyingKey};
use reference::{
    Transcript, attribute_base, base, device_challenge, encode, hash, hash_to_scalar, point, scalar, uint,
};
use selfsame::calendar::{Days, Timestamp};
use selfsame::codec::Message;
use selfsame::credential::{
    AcceptedRequest, AssuranceFactors, Credential, CredentialOffer, CredentialResponse, Grant, Issuer, KeyVersion,
    Offered, RecoverySecret, Requested, ResetCounter, ShardChoice, SlotId, request,
};
use selfsame::device::SoftwareDevice;
use selfsame::error::DecodeError;
use selfsame::hazmat::{self, SeededRng};
use selfsame::list::{
    AccumulatorManager, ClosedEpoch, EpochUpdate, Freshness, GivenWitness, HeadSet, ListClass, ListName, Shard,
    ShardCount, SignedHead, VerifiedHeads,
};
use selfsame::presentation::{
    Asked, MemoryReplayRegister, Platform, Presentation, PresentationRequest, RequestBuilder, Verdict, VerdictMessage,
    VerificationCall,
};
use selfsame::schema::Schema;
use selfsame::secret::Secret;
use selfsame::symbol::{
    BlindState, Blinded, Card, CardSymbol, Generation, HandleKey, PersonSymbol, SymbolInput, SymbolKey, SymbolRequest,
    SymbolResponse,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

const SEED: u8 = 0x5e;
const START: u64 = 1_790_000_000;
const CLOSED: u64 = START + 3_600;
const NOW: u64 = CLOSED + 60;
const MAX_AGE: u64 = 86_400;
const GRACE: u64 = 600;
const MAX_WINDOW: u64 = 86_400;
const SHARDS: u16 = 4;
const SHARD: u16 = 2;
const SLOT: SlotId = SlotId(*b"slot of a guest ");
const RECORD: &str = "adult-female";
const DESK: &str = "Hotel Yuelai 悦来酒店";
const PURPOSE: &str = "check-in 入住登记";

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FlowFile {
    comment: String,
    seed: String,
    record: String,
    /// When the lists begin, when their first epoch is closed, when the platform answers: seconds since 1970.
    start: u64,
    closed: u64,
    now: u64,
    max_age: u64,
    grace: u64,
    max_window: u64,
    shard: u16,
    slot: String,
    generation: u32,
    symbol_key: KeyPair,
    issuer: IssuerEntry,
    lists: Vec<ListEntry>,
    platform_key: String,
    verifier: String,
    purpose: String,
    disclosed: Vec<String>,
    verdict: String,
    vectors: Vec<MessageVector>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyPair {
    public: String,
    secret: String,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuerEntry {
    public: String,
    secret: String,
    version: u32,
    schema_digest: String,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListEntry {
    owner: String,
    class: u8,
    owner_key: String,
    accumulators: Vec<KeyPair>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MessageVector {
    id: u32,
    comment: String,
    flags: Vec<String>,
    result: String,
    kind: String,
    bytes: String,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NegativeFile {
    comment: String,
    vectors: Vec<NegativeVector>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NegativeVector {
    id: u32,
    comment: String,
    flags: Vec<String>,
    result: String,
    kind: String,
    now: u64,
    error: String,
    bytes: String,
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_secs(seconds)
}

/// Everybody, in the middle of the flow. Each step draws from the one generator, so the order of steps is part of the vectors.
struct Parties {
    rng: SeededRng,
    symbol_key: SymbolKey,
    handle_key: HandleKey,
    issuer: Issuer,
    status: AccumulatorManager,
    flag: AccumulatorManager,
    platform: Platform,
    heads: [VerifiedHeads; 2],
    device: SoftwareDevice,
}

impl Parties {
    fn new() -> Self {
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
        let parameters = issuer.parameters().clone();
        let mut platform = Platform::new(parameters, issuer.share_key(), freshness, &mut rng).unwrap();
        for manager in [&status, &flag] {
            platform.add_list(manager.list_keys(), manager.share_keys()).unwrap();
        }
        let heads = [&status, &flag].map(|manager| platform.publish(manager.heads(), &[], at(START)).unwrap());
        let device = SoftwareDevice::random(&mut rng);
        Self { rng, symbol_key, handle_key, issuer, status, flag, platform, heads, device }
    }

    fn blind(&mut self) -> Blinded<Card> {
        SymbolInput::card_of(&common::record(RECORD)).blind(&mut self.rng)
    }

    fn card(&mut self) -> (SymbolRequest, SymbolResponse, CardSymbol) {
        let Blinded { state, message } = self.blind();
        let response = self.symbol_key.blind_evaluate(&message, &mut self.rng);
        let card = state.finalize(&response, &self.symbol_key.public_key()).unwrap();
        (message, response, card)
    }

    fn offer(&mut self) -> Offered {
        let (shards, shard) = (ShardCount::new(SHARDS).unwrap(), Some(Shard::new(SHARD).unwrap()));
        self.issuer.offer(SLOT, Generation::FIRST, shards, shard, &mut self.rng).unwrap()
    }

    fn ask(&mut self, offer: &CredentialOffer) -> Requested {
        let recovery = RecoverySecret::random(&mut self.rng);
        request(self.issuer.parameters(), offer, ShardChoice::FromSlot, &recovery, &mut self.device, &mut self.rng)
            .unwrap()
    }

    fn issue(&mut self, accepted: &AcceptedRequest, card: &CardSymbol) -> CredentialResponse {
        let person = self.symbol_key.evaluate(&SymbolInput::person_of(&common::record(RECORD)));
        let status = self.handle_key.status(card, Generation::FIRST);
        let flag = self.handle_key.flag(self.flag.list_keys().name(), &person);
        let shard = accepted.shard();
        self.status.register(shard, &status).unwrap();
        self.flag.register(shard, &flag).unwrap();
        let grant = Grant {
            values: Schema::resident_card_values(&common::record(RECORD)),
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

    /// Three others of the shard are removed from each list, and one of them is restored.
    fn close_epoch(&mut self) -> [ClosedEpoch; 2] {
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
        self.heads = [&epochs[0], &epochs[1]]
            .map(|epoch| self.platform.publish(&epoch.heads, &epoch.updates, at(CLOSED)).unwrap());
        epochs
    }

    fn desk(&self, verifier: &str) -> RequestBuilder {
        let builder = PresentationRequest::builder(self.issuer.parameters(), verifier, PURPOSE);
        builder.disclose("sex").disclose("valid-until").present_on(&self.heads[0]).present_on(&self.heads[1])
    }

    /// A wallet that reviews nothing, so that its presentations can be wrong.
    fn present_anyway(&mut self, credential: &Credential, request: &PresentationRequest) -> Presentation {
        let [status, flag] = &self.heads;
        hazmat::present_anyway(credential, request, &[status, flag], &mut self.device, &mut self.rng).unwrap()
    }

    fn answer(&self, call: &[u8], now: u64) -> VerdictMessage {
        self.platform.answer(call, at(now), &mut MemoryReplayRegister::new())
    }
}

/// The whole flow.
struct Flow {
    parties: Parties,
    credential: Credential,
    old_heads: [VerifiedHeads; 2],
    asked: Asked,
    messages: Vec<(&'static str, &'static str, Vec<u8>)>,
}

impl Flow {
    fn new() -> Self {
        let mut parties = Parties::new();
        let mut messages = Vec::new();
        let mut sent = |kind, comment, bytes| messages.push((kind, comment, bytes));
        sent("Schema", "the schema of the resident card", Schema::resident_card().to_bytes());
        sent("HeadSet", "status list, epoch 0", parties.status.heads().to_bytes());
        sent("HeadSet", "flag list, epoch 0", parties.flag.heads().to_bytes());
        let (blinded, evaluated, card) = parties.card();
        sent("SymbolRequest", "terminal to authority: the card, blinded", blinded.to_bytes());
        sent("SymbolResponse", "authority to terminal", evaluated.to_bytes());
        let Offered { state, message } = parties.offer();
        sent("CredentialOffer", "issuer to phone", message.to_bytes());
        let requested = parties.ask(&message);
        sent("CredentialRequest", "phone to issuer", requested.message.to_bytes());
        let accepted = state.accept(&requested.message).unwrap();
        let response = parties.issue(&accepted, &card);
        sent("CredentialResponse", "issuer to phone", response.to_bytes());
        let [status, flag] = &parties.heads;
        let mut credential = requested.state.receive(&response, status, flag).unwrap();

        let old_heads = parties.heads.clone();
        let epochs = parties.close_epoch();
        let keys = [parties.status.list_keys(), parties.flag.list_keys()];
        for (epoch, [name, heads, head]) in epochs.iter().zip([
            [
                "status list, epoch 1, the phone's shard",
                "status list, epoch 1",
                "status list, epoch 1, the phone's shard",
            ],
            ["flag list, epoch 1, the phone's shard", "flag list, epoch 1", "flag list, epoch 1, the phone's shard"],
        ]) {
            let update = &epoch.updates[usize::from(SHARD)];
            sent("EpochUpdate", name, update.to_bytes());
            sent("HeadSet", heads, epoch.heads.to_bytes());
            sent("SignedHead", head, update.head().to_bytes());
        }
        for (epoch, keys) in epochs.iter().zip(&keys) {
            credential.update(&epoch.updates[usize::from(SHARD)], keys).unwrap();
        }

        let asked = parties.desk(DESK).once(&mut parties.rng).unwrap();
        sent("PresentationRequest", "desk to phone", asked.message.to_bytes());
        let [status, flag] = &parties.heads;
        let consent = credential.review(&asked.message, &[status, flag]).unwrap();
        let presentation = credential.present(consent, &mut parties.device, &mut parties.rng).unwrap().to_bytes();
        sent("Presentation", "phone to desk", presentation.clone());
        let call = call(&asked.message.to_bytes(), &presentation);
        sent("VerificationCall", "desk to platform", call.clone());
        let verdict = parties.answer(&call, NOW);
        assert_eq!(verdict.verdict(), Verdict::Verified);
        sent("VerdictMessage", "platform to desk", verdict.to_bytes());
        Self { parties, credential, old_heads, asked, messages }
    }

    fn message(&self, kind: &str) -> Vec<u8> {
        self.messages.iter().find(|(found, ..)| *found == kind).unwrap().2.clone()
    }

    fn tree(&self, kind: &str) -> Tree {
        Tree::parse(&self.message(kind))
    }
}

fn call(request: &[u8], presentation: &[u8]) -> Vec<u8> {
    Tree { envelope: [1, 1, 8], body: Item::Map(vec![bytes(request), bytes(presentation), bytes([])]) }.to_bytes()
}

fn flow_file() -> FlowFile {
    let Flow { parties, messages, .. } = Flow::new();
    let list = |manager: &AccumulatorManager| {
        let keys = manager.list_keys();
        let pair = |(shard, secret)| KeyPair {
            public: hex::encode(keys.accumulator(Shard::new(shard).unwrap()).unwrap().to_bytes()),
            secret: hex::encode(hazmat::accumulator_secret(secret)),
        };
        ListEntry {
            owner: keys.name().owner().to_owned(),
            class: keys.name().class() as u8,
            owner_key: hex::encode(keys.owner_key()),
            accumulators: (0..).zip(&manager.share_keys()).map(pair).collect(),
        }
    };
    let parameters = parties.issuer.parameters();
    FlowFile {
        comment: String::from(
            "One flow from card to verdict. All randomness is the ChaCha20 stream of `seed` (rand_chacha 0.3, ChaCha20Rng), \
             drawn in the order of tests/flow_vectors.rs; an implementation that draws otherwise checks the messages instead of \
             making them. All people are invented and all secrets are published here.",
        ),
        seed: hex::encode([SEED; 32]),
        record: format!("chip-records/{RECORD}.bin"),
        start: START,
        closed: CLOSED,
        now: NOW,
        max_age: MAX_AGE,
        grace: GRACE,
        max_window: MAX_WINDOW,
        shard: SHARD,
        slot: hex::encode(SLOT.0),
        generation: Generation::FIRST.number(),
        symbol_key: KeyPair {
            public: hex::encode(parties.symbol_key.public_key().to_bytes()),
            secret: hex::encode(parties.symbol_key.seed().expose()),
        },
        issuer: IssuerEntry {
            public: hex::encode(parameters.key().to_bytes()),
            secret: hex::encode(hazmat::issuer_secret(&parties.issuer.share_key())),
            version: parameters.version().0,
            schema_digest: hex::encode(parameters.schema_digest().to_bytes()),
        },
        lists: [&parties.status, &parties.flag].map(list).into(),
        platform_key: hex::encode(parties.platform.public_key().to_bytes()),
        verifier: DESK.into(),
        purpose: PURPOSE.into(),
        disclosed: ["sex", "valid-until"].map(String::from).into(),
        verdict: String::from("verified"),
        vectors: (1..)
            .zip(messages)
            .map(|(id, (kind, comment, message))| MessageVector {
                id,
                comment: comment.into(),
                flags: Vec::new(),
                result: String::from("valid"),
                kind: kind.into(),
                bytes: hex::encode(message),
            })
            .collect(),
    }
}

fn read_flow() -> FlowFile {
    vectors::read("hotel-flow.json", &flow_file())
}

#[test]
fn the_flow_gives_the_bytes_of_the_file() {
    let (file, made) = (read_flow(), flow_file());
    assert_eq!(file.vectors.len(), 18);
    for (read, made) in file.vectors.iter().zip(&made.vectors) {
        assert_eq!(read, made, "{}: {}", read.kind, read.comment);
    }
    assert_eq!(file, made);
}

// An independent reader of the file, with nothing of the library but what `reference` has.

struct Reader(FlowFile);

impl Reader {
    fn all(&self, kind: &str) -> Vec<Vec<u8>> {
        let found = self.0.vectors.iter().filter(|vector| vector.kind == kind);
        found.map(|vector| hex::decode(&vector.bytes).unwrap()).collect()
    }

    fn body(&self, kind: &str) -> Item {
        Tree::parse(&self.all(kind)[0]).body
    }

    fn key(hex: &str) -> [u8; 32] {
        hex::decode(hex).unwrap().try_into().unwrap()
    }

    fn head_digest(head: &Item) -> [u8; 64] {
        let name = [&[u8::try_from(head.at(1).uint()).unwrap()], head.at(0).text().as_bytes()].concat();
        let id = [&u16::try_from(head.at(2).uint()).unwrap().to_be_bytes()[..], &name].concat();
        let [epoch, time, length] = [4, 5, 6].map(|place| uint(head.at(place).uint()));
        hash("head", &[&id, head.at(3).bytes(), &epoch, &time, &length, head.at(7).bytes(), head.at(8).bytes()])
    }
}

fn signed_by(key: &str, digest: &[u8; 64], signature: &[u8]) -> bool {
    let key = VerifyingKey::from_bytes(&Reader::key(key)).unwrap();
    key.verify_strict(digest, &Signature::from_slice(signature).unwrap()).is_ok()
}

fn value_scalar(value: &Item) -> Scalar {
    match value.at(1) {
        Item::Uint(number) => Scalar::from(*number),
        Item::Text(text) => hash_to_scalar("attribute-text", &[text.as_bytes()]),
        Item::Bytes(digest) => hash_to_scalar("attribute-digest", &[digest]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_file_is_enough_to_verify_its_presentation() {
    let reader = Reader(read_flow());
    let file = &reader.0;
    let request_bytes = reader.all("PresentationRequest").remove(0);
    let (request, presentation) = (reader.body("PresentationRequest"), reader.body("Presentation"));
    let shard = presentation.at(1).uint();

    // Keys and heads: those of epoch 1, of the presentation's shard.
    let x = scalar(&Reader::key(&file.issuer.secret));
    assert_eq!(hex::encode(encode(&RistrettoPoint::mul_base(&x))), file.issuer.public);
    let mut heads = Vec::new();
    for (list, set) in file.lists.iter().zip(reader.all("HeadSet").split_off(2)) {
        let set = Tree::parse(&set).body.at(1).clone();
        let digests: Vec<[u8; 64]> = set.items().iter().map(Reader::head_digest).collect();
        for (head, digest) in set.items().iter().zip(&digests) {
            assert!(signed_by(&list.owner_key, digest, head.at(9).bytes()));
        }
        let parts: Vec<&[u8]> = digests.iter().map(|digest| &digest[..]).collect();
        let epoch: [u8; 32] = hash("epoch-digest", &parts);
        let question = request.at(8).at(heads.len());
        assert_eq!(question.at(2).bytes(), epoch);
        assert_eq!((question.at(0).text(), question.at(1).uint()), (list.owner.as_str(), list.class.into()));
        let alpha = scalar(&Reader::key(&list.accumulators[shard as usize].secret));
        heads.push((alpha, set.items()[shard as usize].clone()));
    }

    let schema_digest = Reader::key(&file.issuer.schema_digest);
    assert_eq!(schema_digest, hash::<32>("schema", &[&reader.all("Schema")[0]]));
    let arity = reader.body("Schema").at(2).items().len() as u64;
    let issuer_key = Reader::key(&file.issuer.public);
    let version = uint(file.issuer.version.into());
    let domain = hash_to_scalar("domain", &[&issuer_key, &version, &schema_digest, &uint(arity)]);

    let [points, commitments] = [3, 4].map(|key| presentation.at(key).run().iter().map(point).collect::<Vec<_>>());
    let responses: Vec<Scalar> = presentation.at(5).run().iter().map(scalar).collect();
    let asked: Vec<u64> = request.at(7).items().iter().map(Item::uint).collect();
    let values = presentation.at(2).items();

    let mut transcript = Transcript::new("presentation");
    transcript.bytes("issuer-key", &issuer_key);
    transcript.bytes("issuer-key-version", &version);
    transcript.bytes("schema", &schema_digest);
    transcript.uint("arity", arity);
    transcript.uint("issuer-mode", request.at(6).uint());
    transcript.bytes("request", &request_bytes);
    transcript.uint("shard", shard);
    for ((_, head), question) in heads.iter().zip(request.at(8).items()) {
        transcript.uint("list-mode", question.at(3).uint());
        transcript.bytes("list-key", head.at(3).bytes());
        transcript.bytes("head", &Reader::head_digest(head));
    }
    for (index, value) in asked.iter().zip(values) {
        transcript.uint("attribute", *index);
        transcript.bytes("value", &value.encode());
    }
    points.iter().for_each(|point| transcript.point("point", point));
    for (k, commitment) in commitments.iter().enumerate().filter(|(k, _)| *k != 1) {
        transcript.uint("equation", k as u64);
        transcript.point("commitment", commitment);
    }
    let message = transcript.challenge_bytes("message");
    let c = device_challenge(reference::PRESENTATION, &request_bytes, &message, &commitments[1]);

    let s = &responses;
    let (a_bar, d_prime) = (points[0], points[1]);
    assert_eq!(commitments[0] + c * (x * a_bar), s[1] * d_prime - s[0] * a_bar);

    let disclosed: RistrettoPoint =
        asked.iter().zip(values).map(|(index, value)| value_scalar(value) * attribute_base(*index)).sum();
    let opened = base("Constant") + domain * base("Domain") + disclosed;
    let system = ["Pseudonym", "Device", "Status", "Flag", "Factors", "Since"];
    let system: RistrettoPoint = system.iter().zip(&s[3..9]).map(|(name, s)| s * base(name)).sum();
    let hidden: Vec<u64> = (0..arity).filter(|index| !asked.contains(index)).collect();
    let hidden_sum: RistrettoPoint = hidden.iter().zip(&s[9..]).map(|(index, s)| s * attribute_base(*index)).sum();
    assert_eq!(commitments[1] + c * opened, s[2] * d_prime - system - hidden_sum);

    for (j, (alpha, head)) in heads.iter().enumerate() {
        let (w_bar, value) = (points[2 + j], point(&head.at(8).run()[0]));
        let t = s[9 + hidden.len() + j];
        let y = s[4 + usize::try_from(head.at(1).uint()).unwrap()];
        assert_eq!(commitments[2 + j] + c * (alpha * w_bar), t * value - y * w_bar);
    }
    assert_eq!(s.len(), 9 + hidden.len() + heads.len());
    assert!(points.iter().chain(&commitments).all(|point| !point.is_identity()));

    // The verdict speaks of this call and is signed.
    let verdict = reader.body("VerdictMessage");
    let call: [u8; 32] = hash("call", &[&reader.all("VerificationCall")[0]]);
    assert_eq!((verdict.at(1).bytes(), verdict.at(2).uint(), verdict.at(3).uint()), (&call[..], 1, file.now));
    let digest: [u8; 64] = hash("verdict", &[&call, &uint(1), &uint(file.now)]);
    assert!(signed_by(&file.platform_key, &digest, verdict.at(4).bytes()));
    assert_eq!(file.verdict, "verified");
}

#[test]
fn the_file_is_enough_to_check_its_issuance() {
    let reader = Reader(read_flow());
    let offer = reader.all("CredentialOffer").remove(0);
    let request = reader.body("CredentialRequest");
    let [points, commitments] = [2, 3].map(|key| request.at(key).run().iter().map(point).collect::<Vec<_>>());
    let s: Vec<Scalar> = request.at(4).run().iter().map(scalar).collect();
    let mut transcript = Transcript::new("issuance");
    transcript.bytes("offer", &offer);
    transcript.uint("shard", request.at(1).uint());
    points.iter().for_each(|point| transcript.point("point", point));
    commitments[..2].iter().for_each(|commitment| transcript.point("commitment", commitment));
    let message = transcript.challenge_bytes("message");
    let c = device_challenge(reference::ISSUANCE, &offer, &message, &commitments[2]);
    let (d, k, n_h) = (points[0], points[1], points[2]);
    assert_eq!(commitments[0] + c * (k - d), s[0] * base("Pseudonym"));
    assert_eq!(commitments[1] + c * n_h, s[0] * base("PseudonymPart"));
    assert_eq!(commitments[2] - c * d, -(s[1] * base("Device")));

    // x·A = B − e·A, with B from K and the response.
    let response = reader.body("CredentialResponse");
    let file = &reader.0;
    let x = scalar(&Reader::key(&file.issuer.secret));
    let one = |key: usize| response.at(key).run()[0];
    let (a, e, n_i) = (point(&one(1)), scalar(&one(2)), scalar(&response.at(2).run()[1]));
    let arity = response.at(7).items().len() as u64;
    let (issuer, schema) = (Reader::key(&file.issuer.public), Reader::key(&file.issuer.schema_digest));
    let domain = hash_to_scalar("domain", &[&issuer, &uint(file.issuer.version.into()), &schema, &uint(arity)]);
    let attributes: RistrettoPoint =
        (0..).zip(response.at(7).items()).map(|(i, value)| value_scalar(value) * attribute_base(i)).sum();
    let b = base("Constant")
        + domain * base("Domain")
        + k
        + n_i * base("Pseudonym")
        + scalar(&one(3)) * base("Status")
        + scalar(&one(4)) * base("Flag")
        + Scalar::from(response.at(5).uint()) * base("Factors")
        + Scalar::from(response.at(6).uint()) * base("Since")
        + attributes;
    assert_eq!((x + e) * a, b);

    // (α + y)·W = V at epoch 0.
    for (i, set) in reader.all("HeadSet")[..2].iter().enumerate() {
        let head = Tree::parse(set).body.at(1).at(usize::from(file.shard)).clone();
        let alpha = scalar(&Reader::key(&file.lists[i].accumulators[usize::from(file.shard)].secret));
        let y = scalar(&one(3 + i));
        let witness = point(&response.at(9 + i).at(1).run()[0]);
        assert_eq!((alpha + y) * witness, point(&head.at(8).run()[0]));
    }
}

// Messages with one defect.

/// What a receiver in the middle of the flow says to these bytes.
fn judge(flow: &Flow, kind: &str, message: &[u8], now: u64) -> Result<(), String> {
    fn decoded<M: Message>(bytes: &[u8]) -> Result<M, String> {
        M::from_bytes(bytes).map_err(|error: DecodeError| format!("{error:?}"))
    }
    let refused = |good: bool| if good { Ok(()) } else { Err(String::from("Refused")) };
    let parties = &flow.parties;
    match kind {
        "SymbolRequest" => decoded::<SymbolRequest>(message).map(|_| ()),
        "SymbolResponse" => {
            let response = decoded(message)?;
            let state: BlindState<Card> = Parties::new().blind().state;
            refused(state.finalize(&response, &parties.symbol_key.public_key()).is_ok())
        }
        "CredentialOffer" => {
            let offer = decoded(message)?;
            let mut parties = Parties::new();
            let recovery = RecoverySecret::from_bytes([1; 32]);
            let parameters = parties.issuer.parameters().clone();
            refused(
                request(&parameters, &offer, ShardChoice::FromSlot, &recovery, &mut parties.device, &mut parties.rng)
                    .is_ok(),
            )
        }
        "CredentialRequest" => {
            let mut parties = Parties::new();
            parties.card();
            refused(parties.offer().state.accept(&decoded(message)?).is_ok())
        }
        "CredentialResponse" => {
            let mut parties = Parties::new();
            parties.card();
            let offered = parties.offer();
            let requested = parties.ask(&offered.message);
            let [status, flag] = &parties.heads;
            refused(requested.state.receive(&decoded(message)?, status, flag).is_ok())
        }
        "PresentationRequest" => {
            let [status, flag] = &parties.heads;
            refused(flow.credential.review(&decoded(message)?, &[status, flag]).is_ok())
        }
        "Presentation" => {
            decoded::<Presentation>(message)?;
            let call = call(&flow.asked.message.to_bytes(), message);
            refused(parties.answer(&call, now).verdict() == Verdict::Verified)
        }
        "VerificationCall" => {
            decoded::<VerificationCall>(message)?;
            refused(parties.answer(message, now).verdict() == Verdict::Verified)
        }
        "VerdictMessage" => {
            let verdict: VerdictMessage = decoded(message)?;
            // The same flow once more, for a desk that still waits.
            let presentation = flow.message("Presentation");
            let state = Flow::new().asked.state.relay(&presentation).state;
            refused(state.conclude(&verdict, &parties.platform.public_key()).verdict == Verdict::Verified)
        }
        "SignedHead" => refused(decoded::<SignedHead>(message)?.verify(&parties.status.list_keys()).is_ok()),
        "HeadSet" => refused(decoded::<HeadSet>(message)?.verify(&parties.status.list_keys()).is_ok()),
        "EpochUpdate" => {
            let update: EpochUpdate = decoded(message)?;
            let before = flow.old_heads[0].head(Shard::new(SHARD).unwrap()).unwrap();
            refused(update.verify(before, &parties.status.list_keys()).is_ok())
        }
        "Schema" => decoded::<Schema>(message).map(|_| ()),
        other => panic!("no message {other}"),
    }
}

#[test]
fn each_message_of_the_flow_is_taken_by_its_receiver() {
    let flow = Flow::new();
    let mut taken = 0;
    for (kind, comment, message) in &flow.messages {
        // The receiver of lists here is one of the status list.
        if !comment.starts_with("flag") {
            assert_eq!(judge(&flow, kind, message, NOW), Ok(()), "{kind}: {comment}");
            taken += 1;
        }
    }
    assert_eq!(taken, 14);
}

/// ℓ, little-endian: the least number that is no canonical scalar.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

const NEGATIVES: usize = 140;

type Negatives = Vec<(&'static str, &'static str, &'static str, u64, &'static str, Vec<u8>)>;

/// Class, comment, kind, instant, error and bytes. The classes of decoding first, then those of proofs and protocol.
fn negatives(flow: &mut Flow) -> Negatives {
    let mut list: Negatives = Vec::new();
    let trees = |kind| flow.tree(kind);
    let presentation = trees("Presentation");
    let request = trees("PresentationRequest");
    let offer = trees("CredentialOffer");
    let response = trees("CredentialResponse");
    let update = trees("EpochUpdate");
    let heads = trees("HeadSet");
    let head = trees("SignedHead");
    let credential_request = trees("CredentialRequest");
    let verdict = trees("VerdictMessage");
    let schema = trees("Schema");
    let raw = |kind| flow.message(kind);
    let set_run = |item: &mut Item, place: usize, piece: [u8; 32]| {
        item.bytes_mut()[32 * place..32 * place + 32].copy_from_slice(&piece);
    };
    let swap_run = |item: &mut Item, one: usize, other: usize| {
        let run = item.run();
        let bytes = item.bytes_mut();
        bytes[32 * one..32 * one + 32].copy_from_slice(&run[other]);
        bytes[32 * other..32 * other + 32].copy_from_slice(&run[one]);
    };
    let mut add = |class, comment, kind, error, bytes| list.push((class, comment, kind, NOW, error, bytes));

    add("TooLong", "one byte more than any", "SymbolRequest", "TooLong", [raw("SymbolRequest"), vec![0]].concat());
    add("TooLong", "one byte more than any", "SymbolResponse", "TooLong", [raw("SymbolResponse"), vec![0]].concat());
    for (place, class) in ["WrongSuite", "WrongVersion", "WrongType"].into_iter().enumerate() {
        for kind in ["Presentation", "CredentialRequest", "HeadSet", "VerdictMessage"] {
            let mut bytes = raw(kind);
            bytes[place] += 1;
            add(class, "the envelope's byte is one higher", kind, class, bytes);
        }
    }
    add("Malformed", "nothing at all", "Presentation", "Malformed", Vec::new());
    add("Malformed", "an envelope and no body", "Presentation", "Malformed", vec![1, 1, 7]);
    for kind in ["SymbolRequest", "CredentialOffer", "CredentialRequest", "Presentation", "EpochUpdate"] {
        let mut bytes = raw(kind);
        bytes.pop();
        add("Malformed", "the last byte is missing", kind, "Malformed", bytes);
    }
    let fields = |tree: &Tree, change: &dyn Fn(&mut Vec<Item>)| tree.with(|body| change(body.items_mut()));
    let missing = fields(&presentation, &|items| drop(items.pop()));
    add("Malformed", "a field is missing", "Presentation", "Malformed", missing);
    let more = fields(&presentation, &|items| items.push(Item::Uint(0)));
    add("Malformed", "a field too many", "Presentation", "Malformed", more);
    let mut keys = raw("CredentialRequest");
    let second_key = keys.iter().skip(6).position(|byte| *byte == 2).unwrap() + 6;
    keys[second_key] = 1;
    add("Malformed", "a key twice", "CredentialRequest", "Malformed", keys);
    let odd = presentation.with(|body| assert!(body.at_mut(5).bytes_mut().pop().is_some()));
    add("Malformed", "a run of scalars that is no multiple of 32 bytes", "Presentation", "Malformed", odd);
    let text = offer.with(|body| *body.at_mut(1) = Item::Text("a".repeat(32)));
    add("Malformed", "a text where bytes belong", "CredentialOffer", "Malformed", text);
    let mut utf8 = raw("PresentationRequest");
    let hotel = utf8.windows(5).position(|window| window == b"Hotel").unwrap();
    utf8[hotel] = 0xff;
    add("Malformed", "a text that is not UTF-8", "PresentationRequest", "Malformed", utf8);
    for kind in ["CredentialOffer", "CredentialRequest", "Presentation", "EpochUpdate", "HeadSet", "Schema"] {
        add("TrailingBytes", "a zero byte follows", kind, "TrailingBytes", [raw(kind), vec![0]].concat());
    }
    let mut long_key = raw("Presentation");
    long_key.splice(4..5, [0x18, 1]);
    add("NonCanonical", "the key 1 in two bytes", "Presentation", "NonCanonical", long_key);
    let mut long_map = raw("VerdictMessage");
    long_map.splice(3..4, [0xB8, 4]);
    add("NonCanonical", "the number of fields in two bytes", "VerdictMessage", "NonCanonical", long_map);
    let mut long_length = raw("SymbolRequest");
    long_length.splice(5..7, [0x59, 0, 32]);
    long_length.truncate(40);
    add("TooLong", "a length in two bytes makes it longer than any", "SymbolRequest", "TooLong", long_length);
    let mut long_length = raw("CredentialOffer");
    long_length.splice(5..7, [0x59, 0, 32]);
    add("NonCanonical", "the length of the nonce in two bytes", "CredentialOffer", "NonCanonical", long_length);

    let all_ones = [0xff; 32];
    let mut odd_point = [0; 32];
    odd_point[0] = 1;
    for (comment, class, piece) in [
        ("the identity", "IdentityPoint", [0; 32]),
        ("above the field's order", "InvalidPoint", all_ones),
        ("a negative field element", "InvalidPoint", odd_point),
    ] {
        add(class, comment, "Presentation", class, presentation.with(|body| set_run(body.at_mut(3), 0, piece)));
        add(class, comment, "Presentation", class, presentation.with(|body| set_run(body.at_mut(3), 2, piece)));
        add(class, comment, "Presentation", class, presentation.with(|body| set_run(body.at_mut(4), 1, piece)));
        let bytes = credential_request.with(|body| set_run(body.at_mut(2), 0, piece));
        add(class, comment, "CredentialRequest", class, bytes);
        add(class, comment, "CredentialResponse", class, response.with(|body| set_run(body.at_mut(1), 0, piece)));
        let bytes = update.with(|body| set_run(body.at_mut(1).at_mut(0).at_mut(2), 0, piece));
        add(class, comment, "EpochUpdate", class, bytes);
        let bytes = trees("SymbolRequest").with(|body| set_run(body.at_mut(1), 0, piece));
        add(class, comment, "SymbolRequest", class, bytes);
    }
    let class = "NonCanonicalScalar";
    for piece in [ORDER, all_ones] {
        add(class, "not below ℓ", "Presentation", class, presentation.with(|body| set_run(body.at_mut(5), 4, piece)));
        let bytes = credential_request.with(|body| set_run(body.at_mut(4), 1, piece));
        add(class, "not below ℓ", "CredentialRequest", class, bytes);
        add(class, "not below ℓ", "CredentialResponse", class, response.with(|body| set_run(body.at_mut(3), 0, piece)));
    }

    let out = "OutOfRange";
    add(out, "shard 1024", "Presentation", out, presentation.with(|body| *body.at_mut(1) = Item::Uint(1_024)));
    add(
        out,
        "shard 1024",
        "CredentialRequest",
        out,
        credential_request.with(|body| *body.at_mut(1) = Item::Uint(1_024)),
    );
    add(out, "no shards", "CredentialOffer", out, offer.with(|body| *body.at_mut(7) = Item::Uint(0)));
    add(out, "1025 shards", "CredentialOffer", out, offer.with(|body| *body.at_mut(7) = Item::Uint(1_025)));
    add(out, "generation 0", "CredentialOffer", out, offer.with(|body| *body.at_mut(6) = Item::Uint(0)));
    let beyond = offer.with(|body| *body.at_mut(8) = Item::Array(vec![Item::Uint(SHARDS.into())]));
    add(out, "a shard that the lists do not have", "CredentialOffer", out, beyond);
    add(out, "unknown factors", "CredentialResponse", out, response.with(|body| *body.at_mut(5) = Item::Uint(32)));
    add(out, "handle 0", "CredentialResponse", out, response.with(|body| set_run(body.at_mut(3), 0, [0; 32])));
    add(out, "day 65536", "CredentialResponse", out, response.with(|body| *body.at_mut(6) = Item::Uint(65_536)));
    add(out, "mode 2", "PresentationRequest", out, request.with(|body| *body.at_mut(6) = Item::Uint(2)));
    let order = request.with(|body| body.at_mut(7).items_mut().reverse());
    add(out, "attributes out of order", "PresentationRequest", out, order);
    let twice = request.with(|body| *body.at_mut(7) = Item::Array(vec![Item::Uint(1); 2]));
    add(out, "an attribute twice", "PresentationRequest", out, twice);
    let lists = request.with(|body| body.at_mut(8).items_mut().reverse());
    add(out, "flag before status", "PresentationRequest", out, lists);
    let window = Item::Array(vec![Item::Uint(6), Item::Uint(5)]);
    let window = request.with(|body| *body.at_mut(9) = window);
    add(out, "a window that ends before it begins", "PresentationRequest", out, window);
    let bidi = request.with(|body| *body.at_mut(1) = Item::Text("Hotel \u{202E}ialeuY".into()));
    add(out, "a name with a change of direction", "PresentationRequest", out, bidi);
    let quote = request.with(|body| *body.at_mut(1) = Item::Text("Hotel” asks".into()));
    add(out, "a name with a quotation mark", "PresentationRequest", out, quote);
    let owner = head.with(|body| *body.at_mut(1).at_mut(0) = Item::Text("Police".into()));
    add(out, "a capital letter in an owner's name", "SignedHead", out, owner);
    let operation = update.with(|body| *body.at_mut(1).at_mut(0).at_mut(0) = Item::Uint(3));
    add(out, "operation 3", "EpochUpdate", out, operation);
    let zero = update.with(|body| set_run(body.at_mut(1).at_mut(0).at_mut(1), 0, [0; 32]));
    add(out, "handle 0", "EpochUpdate", out, zero);
    add(out, "verdict 2", "VerdictMessage", out, verdict.with(|body| *body.at_mut(2) = Item::Uint(2)));
    add(out, "no attributes", "Schema", out, schema.with(|body| body.at_mut(2).items_mut().clear()));
    let same = schema.with(|body| {
        let first = body.at(2).at(0).at(0).clone();
        *body.at_mut(2).at_mut(1).at_mut(0) = first;
    });
    add(out, "two attributes of one name", "Schema", out, same);
    add(out, "kind 6", "Schema", out, schema.with(|body| *body.at_mut(2).at_mut(0).at_mut(1) = Item::Uint(6)));

    // Well formed, and refused.
    let no = "Refused";
    for (comment, key) in [
        ("Ā and D' exchanged", 3),
        ("the first two commitments exchanged", 4),
        ("the first two responses exchanged", 5),
    ] {
        let bytes = presentation.with(|body| swap_run(body.at_mut(key), 0, 1));
        add("SwappedField", comment, "Presentation", no, bytes);
    }
    let bytes = presentation.with(|body| swap_run(body.at_mut(3), 2, 3));
    add("SwappedField", "the witnesses of the two lists exchanged", "Presentation", no, bytes);
    let bytes = credential_request.with(|body| swap_run(body.at_mut(4), 0, 1));
    add("SwappedField", "the two responses exchanged", "CredentialRequest", no, bytes);
    let bytes = response.with(|body| swap_run(body.at_mut(2), 0, 1));
    add("SwappedField", "e and the issuer's part of the pseudonym exchanged", "CredentialResponse", no, bytes);
    let bytes = heads.with(|body| body.at_mut(1).items_mut().swap(0, 1));
    add("SwappedField", "two heads exchanged", "HeadSet", no, bytes);
    let bytes = update.with(|body| body.at_mut(1).items_mut().swap(0, 1));
    add("SwappedField", "two entries exchanged", "EpochUpdate", no, bytes);

    let cut = |lists: usize| {
        presentation.with(|body| {
            body.at_mut(3).bytes_mut().truncate(64 + 32 * lists);
            body.at_mut(4).bytes_mut().truncate(64 + 32 * lists);
            let length = body.at(5).bytes().len();
            body.at_mut(5).bytes_mut().truncate(length - 32 * (2 - lists));
        })
    };
    add("ArityConfusion", "the proofs for both lists left out", "Presentation", no, cut(0));
    add("ArityConfusion", "the proof for the flag list left out", "Presentation", no, cut(1));
    let bytes = presentation.with(|body| body.at_mut(5).bytes_mut().extend([0; 32]));
    add("ArityConfusion", "a response too many", "Presentation", no, bytes);
    let bytes =
        presentation.with(|body| body.at_mut(2).items_mut().push(Item::Array(vec![Item::Uint(3), Item::Uint(1)])));
    add("ArityConfusion", "a value that was not asked for", "Presentation", no, bytes);
    let bytes = presentation.with(|body| drop(body.at_mut(2).items_mut().pop()));
    add("ArityConfusion", "a value that was asked for left out", "Presentation", no, bytes);
    let more = Item::Array(vec![Item::Uint(3), Item::Uint(1)]);
    let bytes = response.with(|body| body.at_mut(7).items_mut().push(more));
    add("ArityConfusion", "a value beyond the schema", "CredentialResponse", no, bytes);
    let bytes = presentation.with(|body| *body.at_mut(2).at_mut(0).at_mut(0) = Item::Uint(2));
    add("WrongKind", "a code as a number: the same scalar", "Presentation", no, bytes);
    let bytes = response.with(|body| *body.at_mut(7).at_mut(1).at_mut(0) = Item::Uint(2));
    add("WrongKind", "a code as a number: the same scalar, so the MAC fits", "CredentialResponse", no, bytes);
    let bytes = presentation.with(|body| *body.at_mut(2).at_mut(0).at_mut(1) = Item::Uint(1));
    add("FalseValue", "another sex than the one certified", "Presentation", no, bytes);
    let bytes = presentation.with(|body| *body.at_mut(1) = Item::Uint(1));
    add("WrongShard", "the presentation of another shard", "Presentation", no, bytes);
    let bytes = presentation.with(|body| *body.at_mut(1) = Item::Uint(SHARDS.into()));
    add("WrongShard", "a shard that the lists do not have", "Presentation", no, bytes);

    let good = raw("Presentation");
    let paired = |bytes: Vec<u8>| call(&bytes, &good);
    let bytes = request.with(|body| *body.at_mut(1) = Item::Text("Tongfu Inn".into()));
    add("WrongVerifier", "made for one desk, relayed by another", "VerificationCall", no, paired(bytes));
    let bytes = request.with(|body| *body.at_mut(2) = Item::Text("survey".into()));
    add("WrongPurpose", "made for one purpose, relayed for another", "VerificationCall", no, paired(bytes));
    let bytes = request.with(|body| body.at_mut(9).at_mut(0).bytes_mut()[0] ^= 1);
    add("ReplayedNonce", "an earlier presentation under a later nonce", "VerificationCall", no, paired(bytes));
    let bytes = request.with(|body| *body.at_mut(7) = Item::Array([0, 1, 8].map(Item::Uint).into()));
    add("WidenedRequest", "the request asks for more than the phone agreed to", "VerificationCall", no, paired(bytes));
    let bytes = request.with(|body| body.at_mut(8).items_mut().truncate(1));
    add(
        "NarrowedRequest",
        "the request asks for one list, the proof is for two",
        "VerificationCall",
        no,
        paired(bytes),
    );
    let old = flow.old_heads.each_ref().map(|heads| heads.digest().to_bytes());
    let bytes = request.with(|body| {
        for (i, digest) in old.iter().enumerate() {
            *body.at_mut(8).at_mut(i).at_mut(2) = cbor::bytes(digest);
        }
    });
    add("WrongEpoch", "the request names epoch 0, the proof is for epoch 1", "VerificationCall", no, paired(bytes));
    let bytes = request.with(|body| body.at_mut(8).at_mut(0).at_mut(2).bytes_mut()[0] ^= 1);
    add("WrongEpoch", "an epoch that nobody knows", "VerificationCall", no, paired(bytes));
    let bytes = request.with(|body| *body.at_mut(4) = Item::Uint(2));
    add("WrongKeyVersion", "another version of the issuer key", "VerificationCall", no, paired(bytes.clone()));
    add("WrongKeyVersion", "another version of the issuer key", "PresentationRequest", no, bytes);
    let bytes = request.with(|body| body.at_mut(5).bytes_mut()[0] ^= 1);
    add("WrongSchema", "another schema", "VerificationCall", no, paired(bytes.clone()));
    add("WrongSchema", "another schema", "PresentationRequest", no, bytes);
    let bytes = request.with(|body| *body.at_mut(7) = Item::Array(vec![Item::Uint(10)]));
    add("UnknownAttribute", "an attribute that the schema does not have", "PresentationRequest", no, bytes);
    let bytes = offer.with(|body| *body.at_mut(3) = Item::Uint(2));
    add("WrongKeyVersion", "another version of the issuer key", "CredentialOffer", no, bytes);
    add("WrongMessage", "a request for a request and a presentation", "VerificationCall", no, call(&good, &good));

    let bytes = heads.with(|body| *body.at_mut(1).at_mut(0).at_mut(5) = Item::Uint(START + 1));
    add("ForgedHead", "a later time under the old signature", "HeadSet", no, bytes);
    let bytes = heads.with(|body| drop(body.at_mut(1).items_mut().pop()));
    add("MissingShard", "three heads of four", "HeadSet", no, bytes);
    let bytes = head.with(|body| body.at_mut(1).at_mut(9).bytes_mut()[63] ^= 0x10);
    add("ForgedHead", "a signature whose scalar is not canonical", "SignedHead", no, bytes);
    let other = Tree { envelope: [1, 1, 10], body: Item::Map(vec![update.body.at(3).clone()]) };
    let flag_head = other.with(|body| *body.at_mut(1).at_mut(1) = Item::Uint(2));
    add("WrongList", "the head of the status list as one of the flag list", "SignedHead", no, flag_head);
    let bytes = update.with(|body| *body.at_mut(2) = Item::Array(Vec::new()));
    add("MissingProof", "entries without a proof", "EpochUpdate", no, bytes);
    let bytes = update.with(|body| drop(body.at_mut(1).items_mut().pop()));
    add("BrokenChain", "the last entry left out", "EpochUpdate", no, bytes);
    let bytes = update.with(|body| body.at_mut(2).at_mut(1).bytes_mut()[0] ^= 1);
    add("BadProof", "another response", "EpochUpdate", no, bytes);
    let bytes = verdict.with(|body| *body.at_mut(2) = Item::Uint(0));
    add("FlippedVerdict", "a refusal under the signature of its opposite", "VerdictMessage", no, bytes);
    let bytes = verdict.with(|body| body.at_mut(1).bytes_mut()[0] ^= 1);
    add("WrongCall", "the verdict on another call", "VerdictMessage", no, bytes);
    let bytes = credential_request.with(|body| *body.at_mut(1) = Item::Uint(1));
    add("WrongShard", "another shard than the slot's", "CredentialRequest", no, bytes);
    let bytes = response.with(|body| {
        let flag = body.at(10).clone();
        *body.at_mut(9) = flag;
    });
    add("WrongWitness", "the witness of the flag list for the status list", "CredentialResponse", no, bytes);
    let bytes = response.with(|body| *body.at_mut(9).at_mut(0) = Item::Uint(1));
    add("WrongEpoch", "a witness that says it is of another epoch", "CredentialResponse", no, bytes);
    let bytes = trees("SymbolResponse").with(|body| swap_run(body.at_mut(2), 0, 1));
    add("SwappedField", "challenge and response exchanged", "SymbolResponse", no, bytes);

    // The flow's own call at other times.
    let own = raw("VerificationCall");
    list.push((
        "HeadTooOld",
        "a second after the heads are too old",
        "VerificationCall",
        CLOSED + MAX_AGE + 1,
        no,
        own.clone(),
    ));
    list.push(("HeadFromFuture", "a second before the heads were made", "VerificationCall", CLOSED - 1, no, own));

    // Presentations made in earnest, with one thing missing.
    let request = flow.asked.message.clone();
    let relayed = |presentation: Presentation| call(&request.to_bytes(), &presentation.to_bytes());
    let stale = {
        let mut parties = Parties::new();
        let (_, _, card) = parties.card();
        let Offered { state, message } = parties.offer();
        let requested = parties.ask(&message);
        let accepted = state.accept(&requested.message).unwrap();
        let response = parties.issue(&accepted, &card);
        let [status, flag] = &parties.heads;
        requested.state.receive(&response, status, flag).unwrap()
    };
    let presentation = flow.parties.present_anyway(&stale, &request);
    list.push(("StaleWitness", "the witnesses of epoch 0", "VerificationCall", NOW, no, relayed(presentation)));
    let mac = hazmat::mac_point(&flow.credential);
    hazmat::forget_mac(&mut flow.credential, &mut flow.parties.rng);
    let presentation = flow.parties.present_anyway(&flow.credential, &request);
    hazmat::restore_mac(&mut flow.credential, &mac);
    list.push(("ForgedMac", "everything but the issuer's tag", "VerificationCall", NOW, no, relayed(presentation)));
    let mut device = SoftwareDevice::random(&mut flow.parties.rng);
    std::mem::swap(&mut device, &mut flow.parties.device);
    let presentation = flow.parties.present_anyway(&flow.credential, &request);
    std::mem::swap(&mut device, &mut flow.parties.device);
    list.push((
        "WrongDevice",
        "a copied credential on another phone",
        "VerificationCall",
        NOW,
        no,
        relayed(presentation),
    ));
    let standing = flow.parties.desk(DESK).standing(at(NOW - 20), at(NOW - 10)).unwrap();
    let presentation = flow.parties.present_anyway(&flow.credential, standing.message());
    let bytes = standing.relay(&presentation.to_bytes(), &mut flow.parties.rng).message.to_bytes();
    list.push(("WindowOver", "ten seconds after the window", "VerificationCall", NOW, no, bytes.clone()));
    list.push(("WindowNotYet", "a second before the window", "VerificationCall", NOW - 21, no, bytes));
    list
}

fn negative_file() -> NegativeFile {
    let vectors = (1..).zip(negatives(&mut Flow::new())).map(|(id, (class, comment, kind, now, error, bytes))| {
        let (comment, kind, error) = (comment.into(), kind.into(), error.into());
        let (flags, result, bytes) = (vec![String::from(class)], String::from("invalid"), hex::encode(bytes));
        NegativeVector { id, comment, flags, result, kind, now, error, bytes }
    });
    NegativeFile {
        comment: String::from(
            "Messages with one defect each, received in the middle of the flow of hotel-flow.json by the party that would receive \
             the right one. `error` is the class of spec 01 §5.3, or Refused where the bytes are a message and a proof, a \
             signature or a rule of the protocol fails. Lists are the status list; an EpochUpdate follows epoch 0.",
        ),
        vectors: vectors.collect(),
    }
}

#[test]
fn each_defect_is_refused_for_what_it_is() {
    let made = negative_file();
    let file: NegativeFile = vectors::read("negative.json", &made);
    assert_eq!(file.vectors.len(), NEGATIVES);
    let flow = Flow::new();
    for vector in &file.vectors {
        let message = hex::decode(&vector.bytes).unwrap();
        let judged = judge(&flow, &vector.kind, &message, vector.now);
        assert_eq!(judged, Err(vector.error.clone()), "{}: {} {:?}", vector.id, vector.comment, vector.flags);
        assert_eq!((vector.result.as_str(), vector.flags.len()), ("invalid", 1));
    }
    for (read, made) in file.vectors.iter().zip(&made.vectors) {
        assert_eq!(read, made);
    }
    assert_eq!(file, made);
    let classes: std::collections::BTreeSet<&String> = file.vectors.iter().flat_map(|vector| &vector.flags).collect();
    let decode_errors = [
        "TooLong",
        "WrongSuite",
        "WrongVersion",
        "WrongType",
        "Malformed",
        "TrailingBytes",
        "NonCanonical",
        "InvalidPoint",
        "IdentityPoint",
        "NonCanonicalScalar",
        "OutOfRange",
    ];
    assert!(decode_errors.iter().all(|class| classes.contains(&String::from(*class))));
    let protocol = [
        "WrongEpoch",
        "WrongVerifier",
        "ReplayedNonce",
        "ArityConfusion",
        "SwappedField",
        "StaleWitness",
        "WidenedRequest",
    ];
    assert!(protocol.iter().all(|class| classes.contains(&String::from(*class))));
}

// The files as such.

/// As much of JSON Schema as `schema.json` uses.
fn fits(schema: &Value, definitions: &Value, value: &Value, path: &str) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("{path}: {what}"));
    for (keyword, rule) in schema.as_object().unwrap() {
        match keyword.as_str() {
            "$ref" => {
                let name = rule.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                fits(&definitions[name], definitions, value, path)?;
            }
            "type" => {
                let found = match value {
                    Value::Null => "null",
                    Value::Bool(_) => "boolean",
                    Value::Number(_) => "integer",
                    Value::String(_) => "string",
                    Value::Array(_) => "array",
                    Value::Object(_) => "object",
                };
                if rule != found {
                    return wrong(&format!("{found} instead of {rule}"));
                }
            }
            "minimum" => {
                if value.as_u64() < rule.as_u64() {
                    return wrong("negative or no integer");
                }
            }
            "enum" => {
                if !rule.as_array().unwrap().contains(value) {
                    return wrong(&format!("{value} is none of {rule}"));
                }
            }
            "pattern" => {
                let text = value.as_str().unwrap_or_default();
                let length = match rule.as_str().unwrap() {
                    "^([0-9a-f]{2})*$" => text.len() / 2 * 2,
                    fixed => {
                        let digits = fixed.strip_prefix("^[0-9a-f]{").and_then(|rest| rest.strip_suffix("}$"));
                        digits.and_then(|digits| digits.parse().ok()).unwrap()
                    }
                };
                let digits = text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
                if text.len() != length || !digits {
                    return wrong("not the hexadecimal digits that it should be");
                }
            }
            "required" => {
                for field in rule.as_array().unwrap() {
                    if value.get(field.as_str().unwrap()).is_none() {
                        return wrong(&format!("{field} is missing"));
                    }
                }
            }
            "properties" => {
                for (field, content) in value.as_object().into_iter().flatten() {
                    match rule.get(field) {
                        Some(rule) => fits(rule, definitions, content, &format!("{path}.{field}"))?,
                        None => return wrong(&format!("{field} is unknown")),
                    }
                }
            }
            "additionalProperties" => assert_eq!(*rule, Value::Bool(false)),
            "items" => {
                for (i, item) in value.as_array().into_iter().flatten().enumerate() {
                    fits(rule, definitions, item, &format!("{path}[{i}]"))?;
                }
            }
            "oneOf" => {
                let results: Vec<_> =
                    rule.as_array().unwrap().iter().map(|rule| fits(rule, definitions, value, path)).collect();
                if results.iter().filter(|result| result.is_ok()).count() != 1 {
                    return wrong(&format!("not one of the alternatives: {results:?}"));
                }
            }
            other => panic!("{other} is not understood"),
        }
    }
    Ok(())
}

fn json(name: &str) -> Value {
    let text = std::fs::read_to_string(vectors::path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Name and number of vectors.
const FILES: [(&str, usize); 5] = [
    ("chip-records", 329),
    ("generators", 42),
    ("hotel-flow", 18),
    ("negative", NEGATIVES),
    ("rfc9497-ristretto255-sha512", 3),
];

#[test]
fn every_file_has_the_fields_of_the_schema() {
    let schema = json("schema.json");
    let definitions = &schema["$defs"];
    for (name, count) in FILES {
        let file = json(&format!("{name}.json"));
        assert_eq!(fits(&definitions[name], definitions, &file, name), Ok(()));
        let vectors = file["vectors"].as_array().unwrap();
        assert_eq!(vectors.len(), count, "{name}");
        let ids: std::collections::BTreeSet<String> = vectors.iter().map(|vector| vector["id"].to_string()).collect();
        assert_eq!(ids.len(), count, "{name}: an id twice");

        // The schema is no empty talk: each file fails without any one of its fields, and with another one.
        for vector in [0, count / 2, count - 1] {
            let fields: Vec<String> = vectors[vector].as_object().unwrap().keys().cloned().collect();
            let optional = ["patch", "keep", "append", "chip_serial"];
            for field in fields.iter().filter(|field| !optional.contains(&field.as_str())) {
                let mut bad = file.clone();
                bad["vectors"][vector].as_object_mut().unwrap().remove(field);
                assert!(fits(&definitions[name], definitions, &bad, name).is_err(), "{name} without {field}");
            }
            let mut bad = file.clone();
            bad["vectors"][vector]["unknown"] = Value::Null;
            assert!(fits(&definitions[name], definitions, &bad, name).is_err(), "{name} with an unknown field");
        }
        for field in file.as_object().unwrap().keys() {
            let mut bad = file.clone();
            bad.as_object_mut().unwrap().remove(field);
            assert!(fits(&definitions[name], definitions, &bad, name).is_err(), "{name} without {field}");
        }
    }
    // No file is forgotten.
    let directory = std::fs::read_dir(vectors::path("")).unwrap();
    let mut found: Vec<String> = directory
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
        .filter(|name| name != "schema")
        .collect();
    found.sort_unstable();
    assert_eq!(found, FILES.map(|(name, _)| name));
}

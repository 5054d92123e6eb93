//! Every message of the flow, damaged in every way of the matrix: an error or a refused proof, never a panic, and nothing
//! comes of it.
//!
//! The matrix: every bit flipped, every truncation, a byte appended, a byte put in front, fields of equal length exchanged,
//! and the same message of another session, suite, version and type.

mod common;

#[path = "common/cbor.rs"]
mod cbor;

use cbor::Tree;
use common::{Country, NOW, Phone};
use selfsame::codec::{Body, Message};
use selfsame::credential::{
    CredentialOffer, CredentialRequest, CredentialResponse, OfferState, Offered, RecoverySecret, Requested,
    ShardChoice, request,
};
use selfsame::device::SoftwareDevice;
use selfsame::error::DecodeError;
use selfsame::hazmat::SeededRng;
use selfsame::list::{EpochUpdate, HeadSet, ListClass, SignedHead};
use selfsame::presentation::{Presentation, PresentationRequest, Relayed, Verdict, VerdictMessage, VerificationCall};
use selfsame::schema::Schema;
use selfsame::symbol::{Generation, Person, PersonSymbol, SymbolInput, SymbolKey, SymbolRequest, SymbolResponse};

/// What became of a damaged message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Undecodable,
    /// It is a message, and its receiver, or the receiver of what came of it, refuses.
    Refused,
    Accepted,
}

/// How many damaged messages there were, and how many of them were messages.
#[derive(Debug, PartialEq, Eq)]
struct Tried {
    cases: usize,
    decoded: usize,
}

/// The swaps of this message and the number of cases in its matrix, without those of other sessions.
fn damaged(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut cases = Vec::new();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        cases.push(flipped);
    }
    cases.extend((0..bytes.len()).map(|end| bytes[..end].to_vec()));
    for byte in [0x00, 0x01, 0x80, 0xf6, 0xff] {
        cases.push([bytes, &[byte]].concat());
        cases.push([&[byte], bytes].concat());
    }
    // Twice, and without its first byte.
    cases.push(bytes.repeat(2));
    cases.push(bytes[1..].to_vec());
    for (place, right) in (0..3).zip([1, 1, bytes[2]]) {
        for value in (0..=u8::MAX).filter(|value| *value != right) {
            let mut other = bytes.to_vec();
            other[place] = value;
            cases.push(other);
        }
    }
    cases
}

/// Tries the matrix on a message. `receive` must not panic, and must not accept anything but the message itself.
fn matrix(bytes: &[u8], mut receive: impl FnMut(&[u8]) -> Outcome) -> Tried {
    let swaps = Tree::parse(bytes).swaps();
    let cases = [damaged(bytes), swaps].concat();
    let mut decoded = 0;
    for case in &cases {
        assert_ne!(case, bytes);
        match receive(case) {
            Outcome::Undecodable => {}
            Outcome::Refused => decoded += 1,
            Outcome::Accepted => panic!("accepted: {}", hex::encode(case)),
        }
    }
    assert_eq!(receive(bytes), Outcome::Accepted, "the message itself, after all the others");
    Tried { cases: cases.len(), decoded }
}

/// Decodes, checks that the encoding is the canonical one, and goes on.
fn decoded<M: Message>(bytes: &[u8], go_on: impl FnOnce(M) -> bool) -> Outcome {
    match M::from_bytes(bytes) {
        Err(_) => Outcome::Undecodable,
        Ok(message) => {
            assert_eq!(message.to_bytes(), bytes);
            if go_on(message) { Outcome::Accepted } else { Outcome::Refused }
        }
    }
}

/// Cases without swaps for a message of this length.
const fn plain_cases(length: usize) -> usize {
    length * 8 + length + 10 + 2 + 3 * 255
}

fn symbol_key() -> SymbolKey {
    SymbolKey::random(&mut SeededRng::new([1; 32]))
}

fn blinded(session: u8) -> selfsame::symbol::Blinded<Person> {
    SymbolInput::person("CHN", "44011519850203017X").unwrap().blind(&mut SeededRng::new([session; 32]))
}

fn symbol(session: u8, request: &SymbolRequest) -> Option<PersonSymbol> {
    let key = symbol_key();
    let response = key.blind_evaluate(request, &mut SeededRng::new([9; 32]));
    blinded(session).state.finalize(&response, &key.public_key()).ok()
}

#[test]
fn a_damaged_symbol_request_gives_no_symbol() {
    let message = blinded(1).message.to_bytes();
    let tried = matrix(&message, |bytes| decoded(bytes, |request: SymbolRequest| symbol(1, &request).is_some()));
    assert_eq!(tried.cases, plain_cases(SymbolRequest::LENGTH));
    assert!(tried.decoded > 40, "{tried:?}");
    assert!(symbol(1, &blinded(2).message).is_none());
}

#[test]
fn a_damaged_symbol_response_gives_no_symbol() {
    let key = symbol_key();
    let answer = |session| key.blind_evaluate(&blinded(session).message, &mut SeededRng::new([9; 32]));
    let finalize = |response: SymbolResponse| blinded(1).state.finalize(&response, &key.public_key()).is_ok();
    let tried = matrix(&answer(1).to_bytes(), |bytes| decoded(bytes, finalize));
    // The two scalars of the proof exchanged.
    assert_eq!(tried.cases, plain_cases(SymbolResponse::LENGTH) + 1);
    assert!(tried.decoded > 400, "{tried:?}");
    assert!(!finalize(answer(2)));
}

/// One issuance that always gives the same messages.
struct Issuance {
    country: Country,
    offered: Offered,
    requested: Requested,
}

impl Issuance {
    fn new(session: u8) -> Self {
        let mut country = Country::new(20);
        country.rng = SeededRng::new([session; 32]);
        let offered = country.offer(Generation::FIRST);
        let requested = ask(&country, &offered.message).unwrap();
        Self { country, offered, requested }
    }
}

fn ask(country: &Country, offer: &CredentialOffer) -> Option<Requested> {
    let mut rng = SeededRng::new([21; 32]);
    let mut device = SoftwareDevice::random(&mut rng);
    let recovery = RecoverySecret::random(&mut rng);
    request(country.issuer.parameters(), offer, ShardChoice::FromSlot, &recovery, &mut device, &mut rng).ok()
}

/// Whether a request is accepted; the state stays with its offer either way.
fn accepts(state: &mut Option<OfferState>, request: &CredentialRequest) -> bool {
    match state.take().unwrap().accept(request) {
        Ok(_) => true,
        Err(refused) => {
            *state = Some(refused.state);
            false
        }
    }
}

#[test]
fn a_damaged_offer_gives_no_accepted_request() {
    let Issuance { country, offered, .. } = Issuance::new(1);
    let mut state = Some(offered.state);
    let bytes = offered.message.to_bytes();
    let receive = |bytes: &[u8]| {
        decoded(bytes, |offer: CredentialOffer| {
            ask(&country, &offer).is_some_and(|requested| accepts(&mut state, &requested.message))
        })
    };
    let tried = matrix(&bytes, receive);
    // Three fields of 32 bytes; version, generation (both 1), shard count and shard.
    assert_eq!(tried.cases, plain_cases(bytes.len()) + 3 + 5);
    assert!(tried.decoded > 500, "{tried:?}");

    let other = Issuance::new(2);
    assert_ne!(other.offered.message.to_bytes(), bytes);
    let requested = ask(&country, &other.offered.message).unwrap();
    let mut state = Some(Issuance::new(1).offered.state);
    assert!(!accepts(&mut state, &requested.message));
}

#[test]
fn a_damaged_credential_request_is_not_accepted() {
    let Issuance { offered, requested, .. } = Issuance::new(1);
    let mut state = Some(offered.state);
    let bytes = requested.message.to_bytes();
    let tried = matrix(&bytes, |bytes| decoded(bytes, |request: CredentialRequest| accepts(&mut state, &request)));
    // Points among each other, commitments among each other, points for commitments, responses.
    assert_eq!(tried.cases, plain_cases(bytes.len()) + 3 + 3 + 1 + 1);
    assert!(tried.decoded > 500, "{tried:?}");

    let mut state = Some(Issuance::new(1).offered.state);
    let other = Issuance::new(2);
    assert!(!accepts(&mut state, &other.requested.message));
    assert!(accepts(&mut Some(other.offered.state), &other.requested.message));
}

#[test]
fn a_damaged_credential_response_gives_no_credential() {
    let respond = |session| {
        let Issuance { mut country, offered, requested } = Issuance::new(session);
        let accepted = offered.state.accept(&requested.message).unwrap();
        let grant = country.grant(&accepted, Generation::FIRST);
        let response = country.issuer.issue(&accepted, grant).unwrap();
        (country, requested.state, response)
    };
    let (country, state, response) = respond(1);
    let mut state = Some(state);
    let mut credential = None;
    let mut receive = |bytes: &[u8]| {
        decoded(bytes, |response: CredentialResponse| {
            let [status, flag] = &country.heads;
            match state.take().unwrap().receive(&response, status, flag) {
                Ok(received) => {
                    credential = Some(received);
                    true
                }
                Err(failed) => {
                    state = Some(failed.state);
                    false
                }
            }
        })
    };
    let bytes = response.to_bytes();
    let (_, _, other) = respond(2);
    assert_eq!(receive(&other.to_bytes()), Outcome::Refused);
    let tried = matrix(&bytes, receive);
    let swaps = Tree::parse(&bytes).swaps().len();
    assert!(swaps > 100, "{swaps}");
    assert_eq!(tried.cases, plain_cases(bytes.len()) + swaps);
    assert!(tried.decoded > 3_000, "{tried:?}");
    assert_eq!(credential.unwrap().values().len(), 10);
}

/// Two lists after an epoch with an entry in the shard of the one phone, which has not followed it yet.
struct Log {
    country: Country,
    phone: Phone,
    update: EpochUpdate,
}

impl Log {
    fn new(seed: u8) -> Self {
        let mut country = Country::new(seed);
        let phone = country.enrol();
        let shard = phone.credential.shard();
        for generation in 2..5 {
            let other = country.handle_key.status(&country.card, Generation::new(generation).unwrap());
            country.status.register(shard, &other).unwrap();
            country.status.remove(&other).unwrap();
            if generation == 3 {
                country.status.restore(&other).unwrap();
            }
        }
        let [closed, _] = country.close_epoch();
        let update = closed.updates.into_iter().nth(2).unwrap();
        Self { country, phone, update }
    }
}

#[test]
fn a_damaged_head_does_not_verify() {
    let log = Log::new(22);
    let keys = log.country.status.list_keys();
    let bytes = log.update.head().to_bytes();
    let receive = |bytes: &[u8]| decoded(bytes, |head: SignedHead| head.verify(&keys).is_ok());
    let tried = matrix(&bytes, receive);
    let swaps = Tree::parse(&bytes).swaps().len();
    // Class, shard, epoch, time and length, of which class and epoch are equal; key, chain and value; the signature's halves.
    assert_eq!(swaps, 10 - 1 + 3 + 1);
    assert_eq!(tried.cases, plain_cases(bytes.len()) + swaps);
    assert!(tried.decoded > 800, "{tried:?}");

    let other = Log::new(23);
    assert_eq!(receive(&other.update.head().to_bytes()), Outcome::Refused);
    let flag = Tree::parse(&log.country.flag.heads().to_bytes()).body.at(1).at(2).clone();
    let flag = Tree { envelope: [1, 1, 10], body: cbor::Item::Map(vec![flag]) };
    assert_eq!(receive(&flag.to_bytes()), Outcome::Refused);
}

#[test]
fn a_damaged_set_of_heads_does_not_verify() {
    let log = Log::new(22);
    let keys = log.country.status.list_keys();
    let bytes = log.country.status.heads().to_bytes();
    let receive = |bytes: &[u8]| decoded(bytes, |heads: HeadSet| heads.verify(&keys).is_ok());
    let tried = matrix(&bytes, receive);
    let swaps = Tree::parse(&bytes).swaps().len();
    assert!(swaps > 100, "{swaps}");
    assert_eq!(tried.cases, plain_cases(bytes.len()) + swaps);
    assert!(tried.decoded > 3_000, "{tried:?}");

    for other in [Log::new(23).country.status.heads(), log.country.flag.heads()] {
        assert_eq!(receive(&other.to_bytes()), Outcome::Refused);
    }
}

#[test]
fn a_damaged_epoch_is_not_followed_and_the_honest_one_is() {
    let Log { mut country, mut phone, update } = Log::new(22);
    let keys = country.status.list_keys();
    let before = phone.credential.witnesses()[0].epoch();
    let bytes = update.to_bytes();
    let receive = |bytes: &[u8]| {
        decoded(bytes, |update: EpochUpdate| {
            let followed = phone.credential.update(&update, &keys).is_ok();
            let [status, flag] = phone.credential.witnesses();
            assert_eq!((status.epoch() != before, flag.epoch()), (followed, before));
            followed
        })
    };
    let tried = matrix(&bytes, receive);
    let swaps = Tree::parse(&bytes).swaps().len();
    assert!(swaps > 50, "{swaps}");
    assert_eq!(tried.cases, plain_cases(bytes.len()) + swaps);
    assert!(tried.decoded > 1_500, "{tried:?}");

    // Once more, of another session, list and shard.
    let other = Log::new(23);
    let other_shard = country.status.close_epoch(country.now).unwrap();
    let flag = country.flag.close_epoch(country.now).unwrap();
    for other in [&update, &other.update, &other_shard.updates[1], &flag.updates[2]] {
        assert!(phone.credential.update(other, &keys).is_err());
    }
    // The witness still serves: flag list first, then a presentation over both.
    let flag_keys = country.flag.list_keys();
    let epochs = Log::new(22).country.flag.heads().clone();
    assert_eq!(epochs.name(), Some(flag_keys.name()));
    phone.credential.update(&other_shard.updates[2], &keys).unwrap();
    country.heads[0] = country.platform.publish(&other_shard.heads, &other_shard.updates, country.now).unwrap();
    let builder = PresentationRequest::builder(country.issuer.parameters(), common::HOTEL, "check-in");
    let asked = builder.present_on(&country.heads[0]).once(&mut country.rng).unwrap();
    let presentation = phone.present(&mut country, &asked.message);
    assert_eq!(country.settle(asked.state, &presentation), Verdict::Verified);
}

/// A country, a phone and one request that discloses something.
struct Visit {
    country: Country,
    phone: Phone,
    request: PresentationRequest,
}

impl Visit {
    fn new(disclose: &[&str]) -> Self {
        let mut country = Country::new(24);
        let phone = country.enrol();
        let builder = disclose.iter().fold(country.hotel(), |builder, name| builder.disclose(name));
        let request = builder.once(&mut country.rng).unwrap().message;
        Self { country, phone, request }
    }

    /// The platform's verdict on these bytes under the desk's own request.
    fn verdict(&mut self, presentation: &[u8]) -> Verdict {
        let call = VerificationCallBytes::of(&self.request, presentation);
        self.country.answer(&call.0).verdict()
    }
}

/// The bytes of a call as a desk makes them, also where the desk's state is gone.
struct VerificationCallBytes(Vec<u8>);

impl VerificationCallBytes {
    fn of(request: &PresentationRequest, presentation: &[u8]) -> Self {
        let body = cbor::Item::Map(vec![cbor::bytes(request.to_bytes()), cbor::bytes(presentation), cbor::bytes([])]);
        Self(Tree { envelope: [1, 1, 8], body }.to_bytes())
    }
}

#[test]
fn an_answer_to_a_damaged_request_is_not_one_to_the_request_of_the_desk() {
    let mut visit = Visit::new(&["sex", "valid-until"]);
    let bytes = visit.request.to_bytes();
    let mut answered = 0;
    let receive = |bytes: &[u8]| {
        decoded(bytes, |request: PresentationRequest| {
            let Visit { country, phone, .. } = &mut visit;
            let Ok(consent) = phone.credential.review(&request, &[&country.heads[0], &country.heads[1]]) else {
                return false;
            };
            let presentation = phone.credential.present(consent, &mut phone.device, &mut country.rng).unwrap();
            answered += 1;
            visit.verdict(&presentation.to_bytes()) == Verdict::Verified
        })
    };
    let tried = matrix(&bytes, receive);
    let swaps = Tree::parse(&bytes).swaps().len();
    assert!(swaps > 20, "{swaps}");
    assert_eq!(tried.cases, plain_cases(bytes.len()) + swaps);
    assert!(tried.decoded > 1_000, "{tried:?}");
    // Another nonce or another text is a request that the phone may well answer.
    assert!(answered > 256, "{answered}");

    let other = visit.country.hotel().once(&mut visit.country.rng).unwrap().message;
    let presentation = visit.phone.present(&mut visit.country, &other);
    assert_eq!(visit.verdict(&presentation), Verdict::Refused);
}

#[test]
fn a_damaged_presentation_is_refused() {
    for (disclose, length) in [(&[][..], 946), (&["sex", "birth-date"][..], 890)] {
        let mut visit = Visit::new(disclose);
        let bytes = visit.phone.present(&mut visit.country, &visit.request.clone());
        let other = visit.country.hotel().once(&mut rng()).unwrap().message;
        let other = visit.phone.present(&mut visit.country, &other);
        assert_eq!(visit.verdict(&other), Verdict::Refused);
        let receive = |bytes: &[u8]| {
            let verified = visit.verdict(bytes) == Verdict::Verified;
            decoded(bytes, |_: Presentation| verified)
        };
        let tried = matrix(&bytes, receive);
        assert_eq!(bytes.len(), length);
        let swaps = Tree::parse(&bytes).swaps().len();
        assert!(swaps > 130, "{swaps}");
        assert_eq!(tried.cases, plain_cases(bytes.len()) + swaps);
        assert!(tried.decoded > 4_000, "{tried:?}");
    }
}

fn rng() -> SeededRng {
    SeededRng::new([25; 32])
}

#[test]
fn a_damaged_call_is_refused() {
    let mut country = Country::new(26);
    let mut phone = country.enrol();
    let builder = PresentationRequest::builder(country.issuer.parameters(), "Hotel", "check-in");
    let asked = builder.present_on(&country.heads[0]).once(&mut country.rng).unwrap();
    let presentation = phone.present(&mut country, &asked.message);
    let Relayed { state, message } = asked.state.relay(&presentation);
    let bytes = message.to_bytes();
    let tried = matrix(&bytes, |bytes| {
        let verified = country.answer(bytes).verdict() == Verdict::Verified;
        decoded(bytes, |_: VerificationCall| verified)
    });
    assert_eq!(tried.cases, plain_cases(bytes.len()), "a call has no two fields of one length");
    assert!(tried.decoded > 8_000, "{tried:?}");

    // What is said of another call is a refusal to this desk.
    let mut damaged = bytes.clone();
    *damaged.last_mut().unwrap() ^= 1;
    let answer = country.answer(&damaged);
    assert_eq!(state.conclude(&answer, &country.platform.public_key()).verdict, Verdict::Refused);
}

#[test]
fn a_damaged_verdict_verifies_nothing() {
    let mut country = Country::new(27);
    let mut phone = country.enrol();
    let request = country.hotel().standing(NOW, NOW.checked_add(600).unwrap()).unwrap();
    let presentation = phone.present(&mut country, request.message());
    let relay = |presentation: &[u8]| request.relay(presentation, &mut rng());
    let good = country.answer(&relay(&presentation).message.to_bytes());
    let again = country.answer(&relay(&presentation).message.to_bytes());
    assert_eq!((good.verdict(), again.verdict()), (Verdict::Verified, Verdict::Refused));
    let key = country.platform.public_key();
    let conclude =
        |verdict: VerdictMessage| relay(&presentation).state.conclude(&verdict, &key).verdict == Verdict::Verified;

    let bytes = good.to_bytes();
    let tried = matrix(&bytes, |bytes| decoded(bytes, conclude));
    let swaps = Tree::parse(&bytes).swaps().len();
    // The bit and the time; the halves of the signature.
    assert_eq!(swaps, 2);
    assert_eq!(tried.cases, plain_cases(bytes.len()) + swaps);
    assert!(tried.decoded > 750, "{tried:?}");

    // Nor does a damaged refusal.
    let refusal = again.to_bytes();
    let cases = [vec![refusal.clone()], damaged(&refusal), Tree::parse(&refusal).swaps()].concat();
    assert_eq!(cases.len(), 1 + tried.cases);
    assert!(cases.iter().all(|bytes| decoded(bytes, conclude) != Outcome::Accepted));

    let other = phone.present(&mut country, request.message());
    let other = country.answer(&relay(&other).message.to_bytes());
    assert_eq!(other.verdict(), Verdict::Verified);
    assert!(!conclude(other));
}

#[test]
fn a_damaged_schema_is_another_schema() {
    let schema = Schema::resident_card();
    let bytes = schema.to_bytes();
    let tried = matrix(&bytes, |bytes| decoded(bytes, |other: Schema| other.digest() == schema.digest()));
    let swaps = Tree::parse(&bytes).swaps().len();
    assert!(swaps > 30, "{swaps}");
    assert_eq!(tried.cases, plain_cases(bytes.len()) + swaps);
    assert!(tried.decoded > 500, "{tried:?}");
}

/// One honest message of every type, in the order of the types.
fn one_of_each() -> Vec<Vec<u8>> {
    let key = symbol_key();
    let symbol_request = blinded(1).message;
    let symbol_response = key.blind_evaluate(&symbol_request, &mut rng());
    let Issuance { mut country, offered, requested } = Issuance::new(1);
    let offer = offered.message.to_bytes();
    let accepted = offered.state.accept(&requested.message).unwrap();
    let grant = country.grant(&accepted, Generation::FIRST);
    let response = country.issuer.issue(&accepted, grant).unwrap();
    let log = Log::new(22);
    let mut visit = Visit::new(&[]);
    let presentation = visit.phone.present(&mut visit.country, &visit.request.clone());
    let call = VerificationCallBytes::of(&visit.request, &presentation).0;
    let verdict = visit.country.answer(&call);
    vec![
        symbol_request.to_bytes(),
        symbol_response.to_bytes(),
        offer,
        requested.message.to_bytes(),
        response.to_bytes(),
        visit.request.to_bytes(),
        presentation,
        call,
        verdict.to_bytes(),
        log.update.head().to_bytes(),
        log.country.flag.heads().to_bytes(),
        log.update.to_bytes(),
        Schema::resident_card().to_bytes(),
    ]
}

#[test]
fn no_message_passes_for_one_of_another_type_even_under_its_name() {
    fn try_all<M: Message>(messages: &[Vec<u8>], own: usize) -> usize {
        let mut tried = 0;
        for (i, bytes) in messages.iter().enumerate() {
            assert_eq!(bytes[..3], [1, 1, i as u8 + 1]);
            let too_long = bytes.len() > <M as Body>::MAX_LEN;
            let result = M::from_bytes(bytes).map(|message| message.to_bytes());
            if i == own {
                assert_eq!(result.as_ref(), Ok(bytes));
                continue;
            }
            let expected = if too_long { DecodeError::TooLong } else { DecodeError::WrongType };
            assert_eq!(result, Err(expected), "{i} as {own}");
            let mut renamed = bytes.clone();
            renamed[2] = own as u8 + 1;
            assert!(M::from_bytes(&renamed).is_err(), "{i} as {own}");
            tried += 2;
        }
        tried
    }
    let messages = one_of_each();
    let tried = [
        try_all::<SymbolRequest>(&messages, 0),
        try_all::<SymbolResponse>(&messages, 1),
        try_all::<CredentialOffer>(&messages, 2),
        try_all::<CredentialRequest>(&messages, 3),
        try_all::<CredentialResponse>(&messages, 4),
        try_all::<PresentationRequest>(&messages, 5),
        try_all::<Presentation>(&messages, 6),
        try_all::<VerificationCall>(&messages, 7),
        try_all::<VerdictMessage>(&messages, 8),
        try_all::<SignedHead>(&messages, 9),
        try_all::<HeadSet>(&messages, 10),
        try_all::<EpochUpdate>(&messages, 11),
        try_all::<Schema>(&messages, 12),
    ];
    assert_eq!(tried.iter().sum::<usize>(), 13 * 12 * 2);
    assert_eq!(messages.len(), 13);
}

#[test]
fn a_flagged_phone_is_refused_with_whatever_it_damages() {
    // A presentation that is wrong to begin with does not become right by damage.
    let mut country = Country::new(28);
    let mut phone = country.enrol();
    country.remove(ListClass::Flag);
    country.close_epoch();
    let request = country.hotel().once(&mut country.rng).unwrap().message;
    let heads = country.heads.clone();
    let bytes = selfsame::hazmat::present_anyway(
        &phone.credential,
        &request,
        &[&heads[0], &heads[1]],
        &mut phone.device,
        &mut country.rng,
    )
    .unwrap()
    .to_bytes();
    let cases = [vec![bytes.clone()], Tree::parse(&bytes).swaps()].concat();
    assert!(cases.len() > 130);
    for case in cases {
        let call = VerificationCallBytes::of(&request, &case);
        assert_eq!(country.answer(&call.0).verdict(), Verdict::Refused);
    }
}

//! A registry in a directory, a desk that may ask it about cards, and somebody who has stolen both
//! their keys.

use std::time::Duration;

use crate::prelude::*;
use ed25519_dalek::{Signer, SigningKey};
use selfsame::registry::run;

use crate::cbor::bytes;
use crate::directory::{DAY, stolen_key};
use crate::reference::{hash, uint};

/// A card that a registry has never seen, unless it has.
pub fn card(number: u8) -> CardSymbol {
    CardSymbol::from_stored(Secret::new([0x80 | number; 64]))
}

/// A registry without a store yet, and the keys of its status list.
pub fn registry(rng: &mut SeededRng) -> (Registry, ListOwner) {
    let name = |owner, class| ListName::new(owner, class).unwrap();
    let status = ListOwner::random(name("interior", ListClass::Status), ShardCount::ONE, rng);
    let keys = RegistryKeys {
        issuer: Issuer::random(Schema::resident_card(), KeyVersion(1), rng),
        status: ListOwner::from_bytes(&status.to_bytes()).unwrap(),
        handle_key: HandleKey::random(rng),
        record_key: RecordKey::random(rng),
        flag_list: name("police", ListClass::Flag),
        offer_lifetime: Duration::from_secs(60),
    };
    (Registry::new(keys).unwrap(), status)
}

pub struct CardDesk {
    pub authority: Authority,
    pub directory: VerifiedDirectory,
    pub key: DeskKey,
    pub certificate: DeskCertificate,
    /// The Ed25519 key of the one cosigner.
    pub cosigner: [u8; 32],
    from: Timestamp,
}

impl CardDesk {
    /// Directory and certificate count for three hundred days.
    pub fn new(registry: &Registry, from: Timestamp, rng: &mut SeededRng) -> Self {
        let (authority, symbols) = (Authority::random(rng), SymbolKey::random(rng).public_key());
        let cosigner = Cosigner::random(rng);
        let cosigners = Cosigners::new(&[cosigner.public_key()], 1).unwrap();
        let (issuer, status) = (registry.issuer().parameters(), registry.status_list());
        let draft = authority.draft(cosigners, symbols, status.shard_count());
        let draft = draft.issuer(issuer, validity(from)).list(status.list_keys());
        let first = authority.found(draft, from).unwrap();
        let directory = first.pin(&first.digest()).unwrap();
        let key = DeskKey::random(rng);
        let certificate = authority.certify(draft_for(&key, validity(from)).card_checks()).unwrap();
        let cosigner = stolen_key(&cosigner).to_bytes();
        Self { authority, directory, key, certificate, cosigner, from }
    }

    /// A certificate of the same desk that permits nothing yet.
    pub fn draft(&self) -> CertificateDraft {
        draft_for(&self.key, validity(self.from))
    }

    pub fn ask(
        &self,
        registry: &Registry,
        card: CardSymbol,
        now: Timestamp,
        rng: &mut SeededRng,
    ) -> Sent<CardQuestionState, CardQuestion> {
        let list = registry.status_list().name();
        self.key.ask_about_card(&self.certificate, &self.directory, list, card, now, rng).unwrap()
    }

    /// The whole way, in messages.
    pub fn check(
        &self,
        (registry, store): (&Registry, &mut impl RegistryStore<Error: core::fmt::Debug>),
        card: CardSymbol,
        now: Timestamp,
        rng: &mut SeededRng,
    ) -> CardStanding {
        let asked = self.ask(registry, card, now, rng);
        let question = CardQuestion::from_bytes(&asked.message.to_bytes()).unwrap();
        let admitted = registry.admit(question, &self.directory, now).unwrap();
        assert_eq!(admitted.certificate().key(), self.key.public_key());
        let answer = run(store, &registry.check_card(admitted)).unwrap().to_bytes();
        asked.state.receive(&CardAnswer::from_bytes(&answer).unwrap(), now).unwrap()
    }
}

fn validity(from: Timestamp) -> KeyValidity {
    KeyValidity { from, until: from.checked_add(300 * DAY).unwrap() }
}

fn draft_for(key: &DeskKey, validity: KeyValidity) -> CertificateDraft {
    let draft = DeskCertificate::draft("Car hire 行远租车", &key.public_key(), validity);
    draft.purpose("handing over a car 交车").permit(DeskPermissions::of(&Schema::resident_card()))
}

/// The Ed25519 key in a stored desk key.
pub fn stolen_desk(desk: &DeskKey) -> SigningKey {
    SigningKey::from_bytes(Tree::parse(&desk.to_bytes()).body.at(1).bytes().try_into().unwrap())
}

/// The Ed25519 key among the stored keys of a list.
pub fn stolen_list(owner: &ListOwner) -> SigningKey {
    SigningKey::from_bytes(Tree::parse(&owner.to_bytes()).body.at(3).bytes().try_into().unwrap())
}

/// The question digest, as the specification says it.
pub fn question_digest(question: &[u8]) -> [u8; 64] {
    question_under("card-question", question)
}

fn question_under(role: &str, question: &[u8]) -> [u8; 64] {
    let body = Tree::parse(question).body;
    let content = Tree::parse(body.at(5).bytes()).body.at(1).encode();
    let certificate: [u8; 64] = hash("desk-certificate", &[&content]);
    let list = [&[u8::try_from(body.at(1).at(1).uint()).unwrap()], body.at(1).at(0).text().as_bytes()].concat();
    let (card, nonce) = (body.at(2).bytes(), body.at(3).bytes());
    hash(role, &[&certificate, &list, card, nonce, &uint(body.at(4).uint())])
}

/// A question with something changed, and signed with this key.
pub fn signed_anew(question: &[u8], key: &SigningKey, change: impl FnOnce(&mut Item)) -> Vec<u8> {
    let changed = Tree::parse(question).with(change);
    let signature = key.sign(&question_digest(&changed)).to_bytes();
    Tree::parse(&changed).with(|body| *body.at_mut(6) = bytes(signature))
}

/// The same question, with what this key signed under another role.
pub fn signed_as(role: &str, question: &[u8], key: &SigningKey) -> Vec<u8> {
    let signature = key.sign(&question_under(role, question)).to_bytes();
    Tree::parse(question).with(|body| *body.at_mut(6) = bytes(signature))
}

/// An answer to a question, signed with this key under a role.
pub fn forged_answer(question: &[u8], [confirmed, answered]: [u64; 2], role: &str, key: &SigningKey) -> Vec<u8> {
    let signed: [u8; 64] = hash(role, &[&question_digest(question), &uint(confirmed), &uint(answered)]);
    let signature = bytes(key.sign(&signed).to_bytes());
    let body = Item::Map(vec![Item::Uint(confirmed), Item::Uint(answered), signature]);
    Tree { envelope: [SUITE, 1, 47], body }.to_bytes()
}

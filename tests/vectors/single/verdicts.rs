//! Verdicts of a platform that signs anything (spec 06 §6).

use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use testkit::cbor::{bytes, run};
use testkit::prelude::*;
use testkit::reference::{base, encode, hash, uint};
use testkit::vectors::{File, Group, Vector};

use super::refused;
use crate::conformance::output;
use crate::phones;

/// The seed of who asks.
pub const COUNTRY: u8 = 0x3d;
/// The Ed25519 keys of the platform, of another one, and of whoever signs the directory of both.
pub const PLATFORM: [u8; 32] = [0x3e; 32];
pub const OTHER: [u8; 32] = [0x3f; 32];
pub const AUTHORITY: [u8; 32] = [0x40; 32];
/// When the platform's key counts.
const FROM: u64 = NOW.as_secs() + 1_000;
const UNTIL: u64 = FROM + 1_000;

/// A verdict, every field at will.
#[derive(Clone)]
struct Draft {
    call: [u8; 32],
    bit: u64,
    relations: Vec<u8>,
    key: [u8; 32],
}

impl Draft {
    fn sign(&self, signing: &SigningKey) -> Vec<u8> {
        let Self { call, bit, relations, key } = self;
        let time = NOW.as_secs();
        let signed: [u8; 64] = hash("verdict", &[call, &uint(*bit), &uint(time), relations, key]);
        let signature = signing.sign(&signed).to_bytes();
        let body =
            vec![bytes(call), Item::Uint(*bit), Item::Uint(time), bytes(signature), bytes(relations), bytes(key)];
        Tree { envelope: [SUITE, 1, 9], body: Item::Map(body) }.to_bytes()
    }
}

fn disclosed() -> Value {
    json!({ "values": [{ "credential": 0, "attribute": 1, "kind": 3, "content": 2 }], "pseudonyms": [] })
}

pub fn groups(file: File) -> File {
    let mut country = Country::new(COUNTRY);
    let mut phone = country.enrol();
    let mut asked = || country.hotel().disclose("sex").once(&mut country.rng).unwrap();
    let (first, second) = (asked(), asked());
    let presentation = phone.present(&mut country, &first.message);
    let relayed = first.state.relay(&presentation);
    let garbled = second.state.relay(&presentation[..presentation.len() - 1]);
    let signing = SigningKey::from_bytes(&PLATFORM);
    let key = signing.verifying_key().to_bytes();
    let draft = |call: &[u8]| Draft { call: hash("call", &[call]), bit: 1, relations: Vec::new(), key };
    let state = |waiting: &[u8]| json!({ "awaiting": hex::encode(waiting), "platform_key": hex::encode(key) });
    let [call, no_call] = [relayed.message.to_bytes(), garbled.message.to_bytes()];
    let directory = hex::encode(directory(&country).to_bytes());
    let waiting = hex::encode(relayed.state.to_bytes());
    let by_directory = |named: Value| json!({ "awaiting": &waiting, "directory": &directory, "named": named });
    let [all, one] = [by_directory(Value::Null), by_directory(json!([hex::encode(key)]))];
    let usual = Group::new(
        "verdict",
        "Verdict",
        "a desk that waits for the verdict on a call",
        state(&relayed.state.to_bytes()),
    );
    let garbled =
        Group::new("verdict-garbled", "Verdict", "a desk whose call has bytes for a presentation that are none", {
            state(&garbled.state.to_bytes())
        });
    let file = phones::phone(file, " of verdicts", &phone.device, &phone.recovery);
    phones::credential(file, " of verdicts", &phone.credential)
        .group(usual.with_all(verdicts(&draft(&call), &signing)))
        .group(garbled.with(refused(
            "verified",
            "WrongVerdict",
            "06-35",
            "verified all the same",
            draft(&no_call).sign(&signing),
        )))
        .group(of_any(all, &draft(&call)))
        .group(of_one(one, &draft(&call)))
}

/// A directory of both platforms.
fn directory(country: &Country) -> SignedDirectory {
    let authority = Authority::from_secret_bytes(Secret::new(AUTHORITY));
    let shards = ShardCount::new(SHARDS).unwrap();
    let draft = authority.draft(country.quorum.cosigners(), country.symbol_key.public_key(), shards);
    let validity = |from, until| KeyValidity { from: Timestamp::from_secs(from), until: Timestamp::from_secs(until) };
    let draft =
        draft.platform(&public(PLATFORM), validity(FROM, UNTIL)).platform(&public(OTHER), validity(0, u64::MAX));
    authority.found(draft, NOW).unwrap()
}

fn public(secret: [u8; 32]) -> [u8; 32] {
    SigningKey::from_bytes(&secret).verifying_key().to_bytes()
}

/// A verdict that this key names and signs, when it arrives.
fn at(draft: &Draft, secret: [u8; 32], now: u64) -> Value {
    let named = Draft { key: public(secret), ..draft.clone() };
    json!({ "bytes": hex::encode(named.sign(&SigningKey::from_bytes(&secret))), "now": now })
}

/// Check 09-37, of a desk that takes the word of each platform that the directory names.
fn of_any(state: Value, draft: &Draft) -> Group {
    let tolerance = CLOCK_TOLERANCE.as_secs();
    let takes = |slug: &str, comment: &str, input: Value| {
        let output = output("VerdictByDirectory", &state, &input);
        Vector::valid(slug, comment, input, output)
    };
    let refuses = |slug: &str, check: &str, comment: &str, input: Value| {
        Vector::invalid(slug, "WrongVerdict", check, comment, input)
    };
    let forged = {
        let bytes = draft.sign(&SigningKey::from_bytes(&OTHER));
        json!({ "bytes": hex::encode(bytes), "now": FROM })
    };
    let comment = "a desk that goes by its directory";
    Group::new("verdict-by-directory", "VerdictByDirectory", comment, state.clone()).with_all([
        takes("first", "at the tolerance before its key counts", at(draft, PLATFORM, FROM - tolerance)),
        takes("last", "a second before its key ends", at(draft, PLATFORM, UNTIL - 1)),
        takes("other", "of the other platform", at(draft, OTHER, UNTIL)),
        refuses("not-yet", "09-37", "a second earlier", at(draft, PLATFORM, FROM - tolerance - 1)),
        refuses("ended", "09-37", "when its key ends", at(draft, PLATFORM, UNTIL)),
        refuses("stranger", "09-37", "of a platform that the directory does not name", at(draft, [0x41; 32], FROM)),
        refuses("forged", "06-32", "signed by the other platform, under the first one's name", forged),
    ])
}

/// Check 09-37, of a desk that names one platform.
fn of_one(state: Value, draft: &Draft) -> Group {
    let named = at(draft, PLATFORM, FROM);
    let named = Vector::valid("named", "of this platform", named.clone(), output("VerdictByDirectory", &state, &named));
    let refuses =
        |slug: &str, comment: &str, input: Value| Vector::invalid(slug, "WrongVerdict", "09-37", comment, input);
    let comment = "a desk that goes by its directory, and names one of its platforms";
    Group::new("verdict-by-one", "VerdictByDirectory", comment, state).with_all([
        named,
        refuses("other", "of the other platform, which the directory names", at(draft, OTHER, FROM)),
        refuses("ended", "when its key ends", at(draft, PLATFORM, UNTIL)),
    ])
}

fn verdicts(draft: &Draft, signing: &SigningKey) -> Vec<Vector> {
    let with = |change: &dyn Fn(&mut Draft)| {
        let mut draft = draft.clone();
        change(&mut draft);
        draft.sign(signing)
    };
    let shows = |points: [[u8; POINT_LEN]; 2], scalar: [u8; 32]| {
        with(&|draft| draft.relations = [points.as_flattened(), &scalar].concat())
    };
    let one = encode(&base("Basepoint"));
    let honest = json!({ "bytes": hex::encode(with(&|_| {})) });
    let flag = "WrongVerdict";
    // The verdict names another key than the one that it is signed with.
    let other_key = with(&|draft| draft.key[0] ^= 1);
    let stranger = SigningKey::from_bytes(&[0x3f; 32]);
    let named = Draft { key: stranger.verifying_key().to_bytes(), ..draft.clone() };
    vec![
        Vector::valid("verified", "verified", honest, disclosed()),
        refused("refused", "SignedRefusal", "06-34", "refused, and signed", with(&|draft| draft.bit = 0)),
        refused("other-key", flag, "06-32", "another key in the message than signs it", other_key),
        refused("stranger", flag, "06-32", "of another platform, which signs it", named.sign(&stranger)),
        refused(
            "forged",
            flag,
            "06-32",
            "of another platform, which names the key that is known",
            draft.sign(&stranger),
        ),
        refused("other-call", flag, "06-33", "of another call, and signed", with(&|draft| draft.call[0] ^= 1)),
        refused("half-relation", "Arity", "01-5", "a relation without its last byte, and signed", {
            with(&|draft| draft.relations = run([one, one]).bytes()[..].iter().copied().chain([0; 31]).collect())
        }),
        refused(
            "identity",
            "Element",
            "01-9",
            "a relation with the identity, and signed",
            shows([one, [0; POINT_LEN]], [0; 32]),
        ),
        refused(
            "scalar",
            "Canonical",
            "01-10",
            "a relation with a scalar of ℓ, and signed",
            shows([one; 2], testkit::curve::order()),
        ),
    ]
}

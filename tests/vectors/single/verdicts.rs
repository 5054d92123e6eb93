//! Verdicts of a platform that signs anything (spec 06 §6).

use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use testkit::cbor::{bytes, run};
use testkit::prelude::*;
use testkit::reference::{base, encode, hash, uint};
use testkit::vectors::{File, Group, Vector};

use super::refused;
use crate::phones;

/// The seed of who asks.
pub const COUNTRY: u8 = 0x3d;
/// The Ed25519 key of the platform.
pub const PLATFORM: [u8; 32] = [0x3e; 32];

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

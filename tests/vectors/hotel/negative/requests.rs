//! Requests that a presentation was not made for.

use super::Negatives;
use crate::hotel::flow::Flow;
use crate::hotel::parties::NOW;
use testkit::cbor::{self, Item, place};
use testkit::rogue::call;

pub fn add_all(flow: &Flow, list: &mut Negatives) {
    let no = "Refused";
    let request = flow.tree("PresentationRequest");
    let offer = flow.tree("CredentialOffer");
    let mut add = |class, comment, kind, error, bytes| list.push((class, comment, kind, NOW, error, bytes));

    let good = flow.message("Presentation");
    let paired = |bytes: Vec<u8>| call(&bytes, &good);
    let bytes = request.with(|body| *body.at_mut(1) = Item::Text("Tongfu Inn".into()));
    add("WrongVerifier", "made for one desk, relayed by another", "VerificationCall", no, paired(bytes));
    let bytes = request.with(|body| *body.at_mut(2) = Item::Text("survey".into()));
    add("WrongPurpose", "made for one purpose, relayed for another", "VerificationCall", no, paired(bytes));
    let bytes = request.with(|body| body.at_mut(5).at_mut(0).bytes_mut()[0] ^= 1);
    add("ReplayedNonce", "an earlier presentation under a later nonce", "VerificationCall", no, paired(bytes));
    let bytes = request
        .with(|body| *body.question_mut().at_mut(place::DISCLOSE) = Item::Array([0, 1, 8].map(Item::Uint).into()));
    add("WidenedRequest", "the request asks for more than the phone agreed to", "VerificationCall", no, paired(bytes));
    let bytes = request.with(|body| body.question_mut().at_mut(place::LISTS).items_mut().truncate(1));
    add(
        "NarrowedRequest",
        "the request asks for one list, the proof is for two",
        "VerificationCall",
        no,
        paired(bytes),
    );
    let bytes = request.with(|body| {
        let statement = Item::Array([1, 3, 0, 40_000].map(Item::Uint).into());
        body.question_mut().at_mut(place::STATEMENTS).items_mut().push(statement);
    });
    add("WidenedRequest", "the request states what the phone did not prove", "VerificationCall", no, paired(bytes));
    let old = flow.old_heads.each_ref().map(|heads| heads.digest().to_bytes());
    let bytes = request.with(|body| {
        for (i, digest) in old.iter().enumerate() {
            *body.question_mut().at_mut(place::LISTS).at_mut(i).at_mut(2) = cbor::bytes(digest);
        }
    });
    add("WrongEpoch", "the request names epoch 0, the proof is for epoch 1", "VerificationCall", no, paired(bytes));
    let bytes = request.with(|body| body.question_mut().at_mut(place::LISTS).at_mut(0).at_mut(2).bytes_mut()[0] ^= 1);
    add("WrongEpoch", "an epoch that nobody knows", "VerificationCall", no, paired(bytes));
    let bytes = request.with(|body| *body.question_mut().at_mut(place::VERSION) = Item::Uint(2));
    add("WrongKeyVersion", "another version of the issuer key", "VerificationCall", no, paired(bytes.clone()));
    add("WrongKeyVersion", "another version of the issuer key", "PresentationRequest", no, bytes);
    let bytes = request.with(|body| body.question_mut().at_mut(place::SCHEMA).bytes_mut()[0] ^= 1);
    add("WrongSchema", "another schema", "VerificationCall", no, paired(bytes.clone()));
    add("WrongSchema", "another schema", "PresentationRequest", no, bytes);
    let bytes = request.with(|body| *body.question_mut().at_mut(place::DISCLOSE) = Item::Array(vec![Item::Uint(10)]));
    add("UnknownAttribute", "an attribute that the schema does not have", "PresentationRequest", no, bytes);
    let bytes = offer.with(|body| *body.at_mut(3) = Item::Uint(2));
    add("WrongKeyVersion", "another version of the issuer key", "CredentialOffer", no, bytes);
    add("WrongMessage", "a request for a request and a presentation", "VerificationCall", no, call(&good, &good));
}

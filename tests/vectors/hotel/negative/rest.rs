//! Lists, verdicts, offers and issuance, tampered with.

use super::{Negatives, swap_run};
use crate::hotel::flow::Flow;
use crate::hotel::parties::{NOW, START};
use testkit::prelude::*;

pub fn add_all(flow: &Flow, list: &mut Negatives) {
    let no = "Refused";
    let response = flow.tree("CredentialResponse");
    let update = flow.tree("EpochUpdate");
    let heads = flow.tree("HeadSet");
    let head = flow.tree("SignedHead");
    let credential_request = flow.tree("CredentialRequest");
    let verdict = flow.tree("VerdictMessage");
    let mut add = |class, comment, kind, error, bytes| list.push((class, comment, kind, NOW, error, bytes));

    let bytes = heads.with(|body| *body.at_mut(1).at_mut(0).at_mut(5) = Item::Uint(START + 1));
    add("ForgedHead", "a later time under the old signature", "HeadSet", no, bytes);
    let bytes = heads.with(|body| {
        let proof = [10, 11].map(|place| body.at(1).at(1).at(place).clone());
        for (place, part) in [10, 11].into_iter().zip(proof) {
            *body.at_mut(1).at_mut(0).at_mut(place) = part;
        }
    });
    add("UnprovenHead", "the proof of another shard under a good signature", "HeadSet", no, bytes);
    let bytes = heads.with(|body| drop(body.at_mut(1).items_mut().pop()));
    add("MissingShard", "three heads of four", "HeadSet", no, bytes);
    let bytes = head.with(|body| body.at_mut(1).at_mut(12).bytes_mut()[63] ^= 0x10);
    add("ForgedHead", "a signature whose scalar is not canonical", "SignedHead", no, bytes);
    let other = Tree { envelope: [SUITE, 1, 10], body: Item::Map(vec![update.body.at(2).clone()]) };
    let flag_head = other.with(|body| *body.at_mut(1).at_mut(1) = Item::Uint(2));
    add("WrongList", "the head of the status list as one of the flag list", "SignedHead", no, flag_head);
    let bytes = update.with(|body| body.at_mut(2).at_mut(10).bytes_mut().truncate(POINT_LEN));
    add("MissingProof", "entries without the commitment for them", "EpochUpdate", no, bytes);
    let bytes = update.with(|body| drop(body.at_mut(1).items_mut().pop()));
    add("BrokenChain", "the last entry left out", "EpochUpdate", no, bytes);
    let bytes = update.with(|body| body.at_mut(2).at_mut(11).bytes_mut()[0] ^= 1);
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
    let bytes = flow.tree("SymbolResponse").with(|body| swap_run(body.at_mut(2), SCALAR_LEN, 0, 1));
    add("SwappedField", "challenge and response exchanged", "SymbolResponse", no, bytes);
}

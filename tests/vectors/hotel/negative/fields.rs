//! Messages with fields exchanged, left out, added or of another kind.

use super::{Negatives, swap_run};
use crate::hotel::flow::Flow;
use crate::hotel::parties::{NOW, SHARDS};
use testkit::cbor::{Item, piece_len};
use testkit::curve::{POINT_LEN, SCALAR_LEN, SUITE};

pub fn add_all(flow: &Flow, list: &mut Negatives) {
    let no = "Refused";
    let presentation = flow.tree("Presentation");
    let response = flow.tree("CredentialResponse");
    let update = flow.tree("EpochUpdate");
    let heads = flow.tree("HeadSet");
    let credential_request = flow.tree("CredentialRequest");
    let mut add = |class, comment, kind, error, bytes| list.push((class, comment, kind, NOW, error, bytes));

    // Well formed, and refused.
    for (comment, key) in [
        ("Ā and D' exchanged", 3),
        ("the first two commitments exchanged", 4),
        ("the first two responses exchanged", 5),
    ] {
        let bytes = presentation.with(|body| swap_run(body.at_mut(key), piece_len(key), 0, 1));
        add("SwappedField", comment, "Presentation", no, bytes);
    }
    let bytes = presentation.with(|body| swap_run(body.at_mut(3), POINT_LEN, 2, 3));
    add("SwappedField", "the witnesses of the two lists exchanged", "Presentation", no, bytes);
    let bytes = credential_request.with(|body| swap_run(body.at_mut(if SUITE == 1 { 4 } else { 5 }), SCALAR_LEN, 0, 1));
    add("SwappedField", "the two responses exchanged", "CredentialRequest", no, bytes);
    let bytes = response.with(|body| swap_run(body.at_mut(2), SCALAR_LEN, 0, 1));
    add("SwappedField", "e and the issuer's part of the pseudonym exchanged", "CredentialResponse", no, bytes);
    let bytes = heads.with(|body| body.at_mut(1).items_mut().swap(0, 1));
    add("SwappedField", "two heads exchanged", "HeadSet", no, bytes);
    let bytes = update.with(|body| body.at_mut(1).items_mut().swap(0, 1));
    add("SwappedField", "two entries exchanged", "EpochUpdate", no, bytes);

    let cut = |lists: usize| {
        presentation.with(|body| {
            body.at_mut(3).bytes_mut().truncate(POINT_LEN * (2 + lists));
            body.at_mut(4).bytes_mut().truncate(POINT_LEN * (2 + lists));
            let length = body.at(5).bytes().len();
            body.at_mut(5).bytes_mut().truncate(length - SCALAR_LEN * (2 - lists));
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
    let bytes = response.with(|body| {
        body.at_mut(7).items_mut().push(more);
        body.pad_response();
    });
    add("ArityConfusion", "a value beyond the schema", "CredentialResponse", no, bytes);
    let bytes = presentation.with(|body| *body.at_mut(2).at_mut(0).at_mut(0) = Item::Uint(2));
    add("WrongKind", "a code as a number: the same scalar", "Presentation", no, bytes);
    let bytes = response.with(|body| {
        *body.at_mut(7).at_mut(1).at_mut(0) = Item::Uint(2);
        body.pad_response();
    });
    add("WrongKind", "a code as a number: the same scalar, so the MAC fits", "CredentialResponse", no, bytes);
    let bytes = presentation.with(|body| *body.at_mut(2).at_mut(0).at_mut(1) = Item::Uint(1));
    add("FalseValue", "another sex than the one certified", "Presentation", no, bytes);
    let bytes = presentation.with(|body| *body.at_mut(1).at_mut(0) = Item::Uint(1));
    add("WrongShard", "the presentation of another shard", "Presentation", no, bytes);
    let bytes = presentation.with(|body| *body.at_mut(1).at_mut(0) = Item::Uint(SHARDS.into()));
    add("WrongShard", "a shard that the lists do not have", "Presentation", no, bytes);
    let bytes = presentation.with(|body| body.at_mut(1).items_mut().clear());
    add("ArityConfusion", "no shard", "Presentation", no, bytes);
    let bytes = presentation.with(|body| {
        let shard = body.at(1).at(0).clone();
        body.at_mut(1).items_mut().push(shard);
    });
    add("ArityConfusion", "the shards of two credentials", "Presentation", no, bytes);
    let bytes = presentation.with(|body| body.at_mut(6).items_mut().push(Item::Bytes(vec![7; 32 * 17])));
    add("ArityConfusion", "a range proof that nothing asks for", "Presentation", no, bytes);
}

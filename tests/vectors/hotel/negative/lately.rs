//! Requests that name no epoch, and the answers that state one (spec 06 §11).

use super::Negatives;
use crate::hotel::flow::Flow;
use crate::hotel::parties::{CLOSED, LATELY, NOW};
use testkit::cbor::place;
use testkit::prelude::*;
use testkit::rogue::call;

/// The key under which epochs are stated.
const STATED: usize = if SUITE == 1 { 8 } else { 9 };

pub fn add_all(flow: &Flow, list: &mut Negatives) {
    let no = "Refused";
    let good = flow.flagged("Lately");
    let sent = Tree::parse(&good);
    let [request, presentation] = [1, 2].map(|key| Tree::parse(sent.body.at(key).bytes()));
    let paired = |presentation: &[u8]| call(&request.to_bytes(), presentation);
    let mut add = |class, comment, kind, now, error, bytes| list.push((class, comment, kind, now, error, bytes));

    let comment = "a second after the stated epoch is older than the request allows";
    add("OlderThanAsked", comment, "VerificationCall", CLOSED + LATELY + 1, no, good.clone());
    let before = flow.old_heads.each_ref().map(|heads| Item::Bytes(heads.digest().to_bytes().to_vec()));
    let bytes = paired(&presentation.with(|body| *body.at_mut(STATED) = Item::Array(before.to_vec())));
    add("OtherEpoch", "the epoch before is stated, which counts too", "VerificationCall", NOW, no, bytes);
    let bytes = paired(&presentation.with(|body| drop(body.items_mut().pop())));
    add("NothingStated", "no epoch is stated", "VerificationCall", NOW, no, bytes);
    let bytes = paired(&presentation.with(|body| drop(body.at_mut(STATED).items_mut().pop())));
    add("NothingStated", "the epoch of one list of two", "VerificationCall", NOW, no, bytes);
    let bytes = presentation.with(|body| body.at_mut(STATED).items_mut().clear());
    add("OutOfRange", "a list of no stated epochs", "Presentation", NOW, "OutOfRange", bytes);
    let bytes = request.with(|body| *body.question_mut().at_mut(place::LISTS).at_mut(0).at_mut(2) = Item::Uint(0));
    add("OutOfRange", "a greatest age of 0", "PresentationRequest", NOW, "OutOfRange", bytes);
}

//! Messages made in earnest, with one thing missing or at the wrong time.

use selfsame::hazmat;

use super::Negatives;
use crate::hotel::flow::Flow;
use crate::hotel::parties::{CLOSED, DESK, GRACE, MAX_AGE, NOW, Parties, at};
use testkit::prelude::*;
use testkit::rogue::call;

pub fn add_all(flow: &mut Flow, list: &mut Negatives) {
    let no = "Refused";
    // The flow's own call at other times.
    let own = flow.message("VerificationCall");
    list.push((
        "HeadTooOld",
        "a second after the heads are too old",
        "VerificationCall",
        CLOSED + MAX_AGE + 1,
        no,
        own.clone(),
    ));
    let ahead = CLOCK_TOLERANCE.as_secs() + 1;
    let comment = "a second more than the tolerance before the heads were made";
    list.push(("HeadFromFuture", comment, "VerificationCall", CLOSED - ahead, no, own));

    // Presentations made in earnest, with one thing missing.
    let request = flow.asked.message.clone();
    let relayed = |presentation: Presentation| call(&request.to_bytes(), &presentation.to_bytes());
    let stale = {
        let mut parties = Parties::new();
        parties.card();
        let Sent { state, message } = parties.offer();
        let requested = parties.ask(&message);
        let accepted = state.accept(&requested.message).unwrap();
        let response = parties.country.issue(&accepted, Generation::FIRST);
        let [status, flag] = &parties.country.heads;
        requested.state.receive(&response, status, flag).unwrap()
    };
    let presentation = flow.parties.present_anyway(&stale, &request);
    list.push(("StaleWitness", "the witnesses of epoch 0", "VerificationCall", NOW, no, relayed(presentation)));
    let mac = hazmat::mac_point(&flow.credential);
    hazmat::forget_mac(&mut flow.credential, &mut flow.parties.country.rng);
    let presentation = flow.parties.present_anyway(&flow.credential, &request);
    hazmat::restore_mac(&mut flow.credential, &mac);
    list.push(("ForgedMac", "everything but the issuer's tag", "VerificationCall", NOW, no, relayed(presentation)));
    let mut device = SoftwareDevice::random(&mut flow.parties.country.rng);
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
    let bytes = standing.relay(&presentation.to_bytes(), &mut flow.parties.country.rng).message.to_bytes();
    list.push(("WindowOver", "ten seconds after the window", "VerificationCall", NOW, no, bytes.clone()));
    let comment = "a second more than the tolerance before the window";
    list.push(("WindowNotYet", comment, "VerificationCall", NOW - 20 - ahead, no, bytes));

    // The answer to another guest, signed; and the call of epoch 0 when the grace is over.
    let other = flow.parties.desk(DESK).once(&mut flow.parties.country.rng).unwrap().message;
    let presentation = flow.parties.present_anyway(&flow.credential, &other);
    let answer = flow.parties.answer(&call(&other.to_bytes(), &presentation.to_bytes()), NOW);
    assert_eq!(answer.unverified_verdict(), Verdict::Verified);
    list.push(("OtherCall", "the verdict on another call, signed", "VerdictMessage", NOW, no, answer.to_bytes()));
    let (over, early) = (CLOSED + GRACE + 1, flow.flagged("Grace"));
    list.push(("GraceOver", "a second after the grace of an old epoch", "VerificationCall", over, no, early.clone()));
    let comment = "of epoch 0, a second more than the tolerance before the heads after it were made";
    list.push(("HeadFromFuture", comment, "VerificationCall", CLOSED - 1 - ahead, no, early));
}

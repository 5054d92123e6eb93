//! States that outlive their process: of a desk, and of an order of tickets.

use selfsame::presentation::{AwaitedTickets, AwaitingVerdict, TicketOrder, order_tickets, present, review};
use testkit::prelude::*;

/// The desk's process ends between the code on its screen and the answer, and again between the
/// call and its verdict. Checks 06-66, 06-67.
#[test]
fn desk_restarted_between_qr_and_answer() {
    let mut country = Country::new(61);
    let mut phone = country.enrol();
    let asked = country.hotel().disclose("sex").once(&mut country.rng).unwrap();
    let stored = asked.state.to_bytes();
    drop(asked.state);

    let presentation = phone.present(&mut country, &asked.message);
    let pending = PendingRequest::from_bytes(&stored).unwrap();
    let relayed = pending.relay(&presentation);
    let (stored, call) = (relayed.state.to_bytes(), relayed.message.to_bytes());
    let verdict = country.answer(&call).to_bytes();
    drop(relayed.state);

    // The verdict was lost with the process: the same call is answered alike.
    let waiting = AwaitingVerdict::from_bytes(&stored).unwrap();
    assert_eq!(waiting.call().to_bytes(), call);
    let again = country.answer(&waiting.call().to_bytes());
    assert_eq!(again.to_bytes(), verdict);
    let outcome = waiting.conclude(&again, &country.platform.public_key());
    assert_eq!((outcome.verdict, outcome.disclosed.len()), (Verdict::Verified, 1));
    assert_eq!(outcome.disclosed[0].value, phone.credential.values()[1]);
}

/// What spec 06 §10 says of a second copy: why the first one is removed before a call leaves.
#[test]
fn a_second_copy_of_a_pending_request_takes_an_answer_again() {
    let mut country = Country::new(62);
    let mut phone = country.enrol();
    let asked = country.hotel().once(&mut country.rng).unwrap();
    let stored = asked.state.to_bytes();
    let presentation = phone.present(&mut country, &asked.message);
    assert_eq!(country.settle(asked.state, &presentation), Verdict::Verified);
    let copy = PendingRequest::from_bytes(&stored).unwrap();
    assert_eq!(country.settle(copy, &presentation), Verdict::Verified);
}

/// A copy of a standing request does what the request does.
#[test]
fn a_standing_request_outlives_its_desk() {
    let mut country = Country::new(63);
    let mut phone = country.enrol();
    let printed = country.hotel().standing(NOW, later(3_600)).unwrap();
    let stored = printed.to_bytes();
    let presentation = phone.present(&mut country, printed.message());
    let [first, copy] = [printed, StandingRequest::from_bytes(&stored).unwrap()];
    for (desk, verdict) in [(first, Verdict::Verified), (copy, Verdict::Refused)] {
        let relayed = desk.relay(&presentation, &mut country.rng);
        let waiting = AwaitingVerdict::from_bytes(&relayed.state.to_bytes()).unwrap();
        let answer = country.answer(&relayed.message.to_bytes());
        assert_eq!(waiting.conclude(&answer, &country.platform.public_key()).verdict, verdict);
    }
}

/// Check 06-65.
#[test]
fn what_waits_is_for_a_request_of_its_kind() {
    let mut country = Country::new(64);
    let once = country.hotel().once(&mut country.rng).unwrap();
    let window = country.hotel().standing(NOW, later(3_600)).unwrap();
    let [pending, standing] = [once.state.to_bytes(), window.to_bytes()];
    let content = |of: &[u8]| Tree::parse(of).body.at(1).clone();
    let with = |of: &[u8], other: Item| Tree::parse(of).with(|body| *body.at_mut(1) = other);
    let swapped = PendingRequest::from_bytes(&with(&pending, content(&standing))).unwrap_err();
    assert_eq!(swapped, DecodeError::OutOfRange);
    let swapped = StandingRequest::from_bytes(&with(&standing, content(&pending))).unwrap_err();
    assert_eq!(swapped, DecodeError::OutOfRange);

    let calls = [once.state.relay(b"answer").state, window.relay(b"answer", &mut country.rng).state];
    for (state, nonce) in calls.into_iter().zip([16, 0]) {
        let stored = state.to_bytes();
        let call = Tree::parse(content(&stored).bytes());
        let other = call.with(|body| *body.at_mut(3) = Item::Bytes(vec![7; nonce]));
        let refused = AwaitingVerdict::from_bytes(&with(&stored, Item::Bytes(other))).unwrap_err();
        assert_eq!(refused, DecodeError::OutOfRange);
        let other = call.with(|body| *body.at_mut(1) = Item::Bytes(vec![7; 9]));
        let refused = AwaitingVerdict::from_bytes(&with(&stored, Item::Bytes(other))).unwrap_err();
        assert_eq!(refused, DecodeError::WrongSuite, "what is wrong with the request");
    }
}

/// An order that its holder's process leaves twice. A copy gives the same tickets: of two
/// presentations with one a register takes one. Check 14-24.
#[test]
fn an_order_goes_on_in_another_process() {
    let mut country = Country::new(65);
    let mut phone = country.enrol();
    let (helper, desk) = (country.helper(), country.verifier());
    let (number, rng) = (TicketNumber::FIRST, &mut SeededRng::new([65; 32]));
    let asked = || country.hotel().verified_by(|_| Mode::Ticket(number));
    let (one, heads) = (asked().once(rng).unwrap(), country.heads());
    let known = WalletContext::at(&heads);
    let ordered = order_tickets(&one.message, number, &[&phone.credential], &known, TicketCount::ONE, rng).unwrap();
    let committed = helper.commit(&ordered.message, rng).unwrap();
    let resumed = TicketOrder::from_bytes(&ordered.state.to_bytes()).unwrap();
    let challenged = resumed.challenge(&committed.message, rng).unwrap();
    let resumed = AwaitedTickets::from_bytes(&challenged.state.to_bytes()).unwrap();
    let answers = helper.answer(committed.state, &challenged.message).unwrap();
    for (state, verdict) in [(resumed, Verdict::Verified), (challenged.state, Verdict::Refused)] {
        let (tickets, asked) = (state.finish(&answers).unwrap(), asked().once(rng).unwrap());
        let consent = review(&asked.message, &[&phone.credential], &known).unwrap();
        let shown = present(&[&phone.credential], consent, tickets, &mut phone.device, rng).unwrap();
        assert_eq!(desk.conclude(asked.state, &shown.to_bytes(), country.now).unwrap().verdict, verdict);
    }
}

/// Check 14-23.
#[test]
fn the_parts_of_an_order_belong_together() {
    let messages = testkit::honest::messages();
    let of = |name| messages.iter().find(|(found, _)| *found == name).unwrap().1.clone();
    let (order, awaited) = (of("TicketOrder"), of("AwaitedTickets"));
    let shorter = |of: &[u8], key: usize, length: usize| {
        Tree::parse(of).with(|body| {
            let mut bytes = body.at(key).bytes().to_vec();
            bytes.truncate(bytes.len() - length);
            *body.at_mut(key) = Item::Bytes(bytes);
        })
    };
    let pair = 2 * selfsame::codec::POINT_LEN;
    for (key, length) in [(3, 32), (4, pair), (5, 32)] {
        assert_eq!(TicketOrder::from_bytes(&shorter(&order, key, length)).unwrap_err(), DecodeError::OutOfRange);
    }
    for (key, length) in [(3, 32), (4, pair), (7, 32), (8, selfsame::codec::POINT_LEN)] {
        assert_eq!(AwaitedTickets::from_bytes(&shorter(&awaited, key, length)).unwrap_err(), DecodeError::OutOfRange);
    }
    let zero = |of: &[u8], key| {
        Tree::parse(of).with(|body| {
            let mut bytes = body.at(key).bytes().to_vec();
            bytes[..32].fill(0);
            *body.at_mut(key) = Item::Bytes(bytes);
        })
    };
    for key in [3, 5] {
        assert_eq!(TicketOrder::from_bytes(&zero(&order, key)).unwrap_err(), DecodeError::OutOfRange, "{key}");
    }
    // A key more than the order is for, and keys in another order.
    for change in [|keys: &mut Vec<Item>| keys.push(keys[0].clone()), |keys: &mut Vec<Item>| keys.reverse()] {
        let other = Tree::parse(&order).with(|body| change(body.at_mut(1).items_mut()));
        assert_eq!(TicketOrder::from_bytes(&other).unwrap_err(), DecodeError::OutOfRange);
    }
    // The digest of a head where the key is an issuer's, and none where it is a list's.
    let head = Tree::parse(&order).body.at(1).at(1).at(1).clone();
    for (place, head) in [(0, head), (1, Item::Bytes(Vec::new()))] {
        let with_head = |of: &[u8]| Tree::parse(of).with(|body| *body.at_mut(1).at_mut(place).at_mut(1) = head.clone());
        assert_eq!(TicketOrder::from_bytes(&with_head(&order)).unwrap_err(), DecodeError::OutOfRange);
        assert_eq!(AwaitedTickets::from_bytes(&with_head(&awaited)).unwrap_err(), DecodeError::OutOfRange);
    }
    // Challenges of another session.
    let other = Tree::parse(&awaited).with(|body| {
        let challenges = Tree::parse(body.at(6).bytes()).with(|body| *body.at_mut(1) = Item::Bytes(vec![7; 16]));
        *body.at_mut(6) = Item::Bytes(challenges);
    });
    assert_eq!(AwaitedTickets::from_bytes(&other).unwrap_err(), DecodeError::OutOfRange);
}

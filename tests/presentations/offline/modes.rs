//! Which modes a request can have.

use crate::offline::morning::Morning;
use testkit::cbor::place;
use testkit::prelude::*;
use testkit::town::{Town, ticket};

fn mistake(builder: RequestBuilder) -> RequestError {
    builder.once(&mut rand_core::OsRng).unwrap_err()
}

/// The request with these numbers of modes: of the issuer and of both lists.
fn numbered(request: &PresentationRequest, modes: [u64; 3]) -> Result<PresentationRequest, DecodeError> {
    let bytes = Tree::parse(&request.to_bytes()).with(|body| {
        let question = body.question_mut();
        *question.at_mut(place::MODE) = testkit::cbor::Item::Uint(modes[0]);
        for (list, mode) in [0, 1].into_iter().zip(&modes[1..]) {
            *question.at_mut(place::LISTS).at_mut(list).at_mut(3) = testkit::cbor::Item::Uint(*mode);
        }
    });
    PresentationRequest::from_bytes(&bytes)
}

#[test]
fn tickets_are_numbered_from_0_on() {
    let mut morning = Morning::new(7);
    let request = morning.hotel().once(&mut morning.country.rng).unwrap().message;
    for issuer in 0..8 {
        for status in 0..8 {
            for flag in 0..8 {
                let modes = [issuer, status, flag];
                let known = modes.iter().all(|mode| (1..=5).contains(mode));
                let no_gap = modes.iter().all(|mode| *mode <= 2 || modes.contains(&(mode - 1)));
                let read = numbered(&request, modes);
                if known && no_gap {
                    assert_eq!(Tree::parse(&read.unwrap().to_bytes()).body.question().at(place::MODE).uint(), issuer);
                } else {
                    assert_eq!(read.unwrap_err(), DecodeError::OutOfRange, "{modes:?}");
                }
            }
        }
    }
    assert_eq!(numbered(&request, [256, 2, 2]).unwrap_err(), DecodeError::OutOfRange);
}

#[test]
fn a_builder_says_what_is_wrong() {
    let morning = Morning::new(8);
    assert_eq!(mistake(morning.country.hotel().verified_by(|_| ticket(1))), RequestError::Ticket);
    let gap = |key: RequestKey<'_>| if matches!(key, RequestKey::Issuer(_)) { ticket(0) } else { ticket(2) };
    assert_eq!(mistake(morning.country.hotel().verified_by(gap)), RequestError::Ticket);
    assert_eq!(TicketNumber::new(4).unwrap_err(), DecodeError::OutOfRange);
}

#[test]
fn a_ticket_covers_eight_keys_and_no_ninth() {
    let mut town = Town::new(9);
    let sets = [&[1, 440_115][..], &[2, 440_115], &[3, 440_115]].map(|codes| town.add_set(codes));
    let builder = |town: &Town, count: usize| {
        let heads = &town.world.country.heads;
        let first = town.world.ask().present_on(&heads[0]).present_on(&heads[1]).one_of("region", &sets[0]);
        let second = first.and(town.world.transport.parameters()).present_on(&heads[0]).present_on(&heads[1]);
        let second = second.one_of("class", &sets[1]);
        if count == 9 { second.enrolled_with(&sets[2]) } else { second }
    };
    let eight = builder(&town, 8).verified_by(|_| ticket(0));
    let request = town.once(eight).message;
    let nine = builder(&town, 9);
    assert_eq!(mistake(nine.clone().verified_by(|_| ticket(0))), RequestError::Ticket);
    // Under two tickets nine keys are well; bytes that put them under one are not.
    let two = |key: RequestKey<'_>| if key == RequestKey::Issuer(0) { ticket(0) } else { ticket(1) };
    let request_of_nine = town.once(nine.verified_by(two)).message;
    let tree = Tree::parse(&request_of_nine.to_bytes());
    let crowded = tree.with(|body| *body.question_mut().at_mut(place::MODE) = testkit::cbor::Item::Uint(3));
    assert_eq!(PresentationRequest::from_bytes(&crowded).unwrap_err(), DecodeError::OutOfRange);
    assert!(PresentationRequest::from_bytes(&request.to_bytes()).is_ok());
    assert_eq!(request.credentials()[0].mode(), Mode::Ticket(TicketNumber::FIRST));
}

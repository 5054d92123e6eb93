//! Orders that go well, and what their tickets are not good for.

use selfsame::ticket::{OrderError, order};

use crate::tickets::world::{World, challenge, ordered, pair, pairs};
use testkit::prelude::*;

#[test]
fn anybody_verifies_what_a_holder_ordered() {
    let world = World::new();
    for count in 1..=4 {
        let keys = &world.keys[..count];
        let ordered_pairs: Vec<Vec<Pair>> = (0..5).map(|_| pairs(keys)).collect();
        let tickets = world.tickets(&ordered_pairs, keys);
        assert_eq!(tickets.len(), 5);
        for (i, ticket) in tickets.iter().enumerate() {
            for (j, pairs) in ordered_pairs.iter().enumerate() {
                assert_eq!(ticket.vartime_verify(keys, pairs).is_ok(), i == j);
            }
        }
    }
}

#[test]
fn every_message_goes_over_the_wire() {
    let world = World::new();
    let keys = &world.keys[..3];
    let pairs = vec![pairs(keys), pairs(keys)];
    let ordered = ordered(keys, &pairs);
    let request = TicketRequest::from_bytes(&ordered.message.to_bytes()).unwrap();
    assert_eq!((request.keys(), request.tickets()), (keys, 2));
    let committed = world.helper.commit(&request, &mut rand_core::OsRng).unwrap();
    let commitments = TicketCommitments::from_bytes(&committed.message.to_bytes()).unwrap();
    assert_eq!(commitments.session(), committed.state.id());
    let (state, challenges) = challenge(ordered.state, &commitments).unwrap();
    let challenges = TicketChallenges::from_bytes(&challenges.to_bytes()).unwrap();
    let answers = world.helper.answer(committed.state, &challenges).unwrap();
    let answers = TicketAnswers::from_bytes(&answers.to_bytes()).unwrap();
    for (ticket, pairs) in state.finish(&answers).unwrap().iter().zip(&pairs) {
        assert_eq!(ticket.vartime_verify(keys, pairs), Ok(()));
    }
}

#[test]
fn a_ticket_is_for_its_keys_in_their_order() {
    let world = World::new();
    let [issuer, one, three, set] = &world.keys;
    let keys = [issuer.clone(), one.clone()];
    let ordered = pairs(&keys);
    let ticket = world.tickets(std::slice::from_ref(&ordered), &keys).remove(0);
    assert_eq!(ticket.vartime_verify(&keys, &ordered), Ok(()));
    let swapped = [ordered[1], ordered[0]];
    let others = [
        [one.clone(), issuer.clone()],
        [issuer.clone(), three.clone()],
        [issuer.clone(), set.clone()],
        [three.clone(), one.clone()],
        [issuer.clone(), issuer.clone()],
    ];
    for keys in others {
        assert!(ticket.vartime_verify(&keys, &ordered).is_err());
        assert!(ticket.vartime_verify(&keys, &swapped).is_err());
    }
    assert!(ticket.vartime_verify(&keys, &swapped).is_err());
    for place in 0..2 {
        let mut other = [ordered[0], ordered[1]];
        other[place] = pair(&keys[place]);
        assert!(ticket.vartime_verify(&keys, &other).is_err(), "true as well, and not what was ordered");
    }
    assert!(ticket.vartime_verify(&keys[..1], &ordered[..1]).is_err());
}

/// Check 14-14.
#[test]
fn a_false_pair_is_refused_without_a_word() {
    let world = World::new();
    let keys = &world.keys[..3];
    for place in 0..6 {
        let mut wrong = vec![pairs(keys), pairs(keys)];
        // A pair of another key: true there.
        wrong[place / 3][place % 3] = pair(&world.keys[3]);
        let refused = world.helper.commit(&ordered(keys, &wrong).message, &mut rand_core::OsRng);
        assert_eq!(refused.unwrap_err(), HelperError::Refused);
    }
}

/// Check 14-3.
#[test]
fn the_identity_is_no_point_of_a_pair() {
    let world = World::new();
    let (identity, key) = ([0; POINT_LEN], world.keys[0].public_key());
    assert_eq!(Pair::from_bytes(&identity, &key), Err(DecodeError::IdentityPoint));
    assert_eq!(Pair::from_bytes(&key, &identity), Err(DecodeError::IdentityPoint));
    assert_eq!(Pair::from_bytes(&[0xff; POINT_LEN], &key), Err(DecodeError::InvalidPoint));
}

#[test]
fn a_number_of_tickets_is_in_range_before_anything_is_made() {
    assert_eq!(TicketCount::new(1), Ok(TicketCount::ONE));
    assert_eq!(TicketCount::new(128).map(TicketCount::number), Ok(128));
    assert_eq!(TicketCount::new(128), Ok(TicketCount::MAX));
    for number in [0, 129, 20_000, usize::MAX] {
        assert_eq!(TicketCount::new(number), Err(OrderError::TicketCount), "{number}");
    }
    let world = World::new();
    let keys = &world.keys[..1];
    for number in [0, 129] {
        let tickets = vec![Vec::new(); number];
        let refused = order(keys, &tickets, &Secret::new([1; 32]), &mut rand_core::OsRng);
        assert_eq!(refused.unwrap_err(), OrderError::TicketCount, "before their pairs are looked at");
    }
}

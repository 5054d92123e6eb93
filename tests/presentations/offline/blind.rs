//! Nothing that a helper saw comes back in a presentation.

use std::collections::BTreeSet;

use selfsame::presentation::order_tickets;
use selfsame::ticket::{MemorySessionStore, SessionStore};

use crate::offline::morning::Morning;
use testkit::prelude::*;

/// The pieces of all runs of points and scalars; of a point its last 32 bytes, so that one that
/// comes back with another sign is found as well.
fn pieces(item: &Item) -> Vec<[u8; 32]> {
    match item {
        Item::Array(items) | Item::Map(items) => items.iter().flat_map(pieces).collect(),
        Item::Bytes(bytes) => {
            let lengths = BTreeSet::from([POINT_LEN, SCALAR_LEN]);
            let fitting = lengths.into_iter().filter(|length| bytes.len() % length == 0);
            let pieces = fitting.flat_map(|length| bytes.chunks(length).map(move |piece| &piece[length - 32..]));
            pieces.map(|piece| piece.try_into().unwrap()).collect()
        }
        _ => Vec::new(),
    }
}

/// Check 14-8.
#[test]
fn no_point_and_no_scalar_of_an_order_is_in_a_presentation() {
    let mut morning = Morning::new(60);
    let printed = morning.hotel().standing(NOW, NOW.checked_add(60).unwrap()).unwrap();
    let heads = morning.country.heads.clone();
    let heads: Vec<_> = heads.iter().collect();
    let known = WalletContext::at(&heads);
    let rng = &mut morning.country.rng;
    let card = [&morning.phone.credential];
    let ordered =
        order_tickets(printed.message(), TicketNumber::FIRST, &card, &known, TicketCount::new(3).unwrap(), rng)
            .unwrap();
    let mut store = MemorySessionStore::new(1);
    let commitments = morning.helper.commit_parked(&mut store, &ordered.message, rng).unwrap();
    // What the helper keeps in between, and puts back.
    let session = store.take_durably(commitments.session()).unwrap().unwrap();
    let kept = session.expose().clone();
    let mut again = MemorySessionStore::new(1);
    again.put(commitments.session(), session).unwrap();
    let challenged = ordered.state.challenge(&commitments, rng).unwrap();
    let answers = morning.helper.answer_parked(&mut again, &challenged.message).unwrap();
    let messages =
        [ordered.message.to_bytes(), commitments.to_bytes(), kept, challenged.message.to_bytes(), answers.to_bytes()];
    let seen: Vec<[u8; 32]> = messages.iter().flat_map(|bytes| pieces(&Tree::parse(bytes).body)).collect();
    // Three tickets for three keys: 18 points; 21; 15 scalars; 3; 15; and keys and names.
    assert!(seen.len() >= 18 + 21 + 15 + 3 + 15, "{}", seen.len());
    let tickets = challenged.state.finish(&answers).unwrap();
    let mut shown: Vec<Vec<u8>> = Vec::new();
    for ticket in tickets {
        shown.push(morning.present(printed.message(), vec![ticket]).unwrap());
    }
    for presentation in &shown {
        for piece in &seen {
            assert!(!presentation.windows(32).any(|window| window == piece));
        }
    }
    // Nor has one presentation anything of another.
    for (place, one) in shown.iter().enumerate() {
        let own = pieces(&Tree::parse(one).body);
        for other in &shown[..place] {
            assert!(pieces(&Tree::parse(other).body).iter().all(|piece| !own.contains(piece)));
        }
    }
    assert_eq!(printed.message().credentials()[0].mode(), Mode::Ticket(TicketNumber::FIRST));
}

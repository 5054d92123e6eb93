//! Tickets: the helper that makes them, and the holder that orders and shows them.

use std::rc::Rc;

use selfsame::hazmat;
use selfsame::presentation::{order_tickets, present, review};
use selfsame::ticket::MemorySessionStore;
use testkit::prelude::*;

use super::holder::{Own, own};
use super::{Secrets, hide_scalar, make_secret, public, watched};

const NUMBER: TicketNumber = TicketNumber::FIRST;

fn ask(country: &mut Country) -> Asked {
    country.hotel().verified_by(|_| Mode::Ticket(NUMBER)).once(&mut country.rng).expect("a request")
}

/// The keys of issuer and lists are secret, and the session.
pub fn helper() {
    let Own { mut world, .. } = own();
    let card = Rc::clone(&world.card);
    let country = &mut world.country;
    let asked = ask(country);
    let heads = country.heads();
    let (known, two) = (WalletContext::at(&heads), TicketCount::new(2).expect("two"));
    let ordered = order_tickets(&asked.message, NUMBER, &[&card], &known, two, &mut OsRng).expect("it holds");
    let (helper, mut sessions) = (Box::new(country.helper()), MemorySessionStore::new(4));
    hide_scalar("x", &hazmat::issuer_secret(&country.issuer.share_key()));
    for list in [&country.status, &country.flag] {
        for alpha in hazmat::accumulator_secrets(&list.share_keys()) {
            hide_scalar("α", &alpha);
        }
    }
    let order = &ordered.message;
    let committed = watched(|| helper.commit_parked(&mut sessions, order, &mut Secrets::new())).expect("it is honest");
    let bytes = public("commitments of a helper", committed.to_bytes());
    let committed = TicketCommitments::from_bytes(&bytes).expect("a message");
    let challenged = ordered.state.challenge(&committed, &mut OsRng).expect("they fit");
    let answers =
        watched(|| helper.answer_parked(&mut sessions, &challenged.message)).expect("they are this session's");
    let answers = TicketAnswers::from_bytes(&public("answers of a helper", answers.to_bytes())).expect("a message");
    assert!(challenged.state.finish(&answers).is_ok());
}

/// The credential is secret, `d`, and what is drawn.
pub fn holder() {
    let Own { mut world, hidden, d } = own();
    let card = Rc::clone(&world.card);
    let asked = ask(&mut world.country);
    let heads = world.country.heads.clone();
    let heads = heads.each_ref();
    let known = WalletContext::at(&heads);
    let consent = review(&asked.message, &[&card], &known).expect("it holds");
    let helper = world.country.helper();
    hidden.hide(&card);
    make_secret("d", &d);
    let two = TicketCount::new(2).expect("two");
    let ordered = watched(|| order_tickets(&asked.message, NUMBER, &[&card], &known, two, &mut Secrets::new()));
    let ordered = ordered.expect("it holds");
    let order = TicketRequest::from_bytes(&public("an order of tickets", ordered.message.to_bytes()));
    let committed = helper.commit(&order.expect("a message"), &mut OsRng).expect("it is honest");
    let challenged = watched(|| ordered.state.challenge(&committed.message, &mut Secrets::new())).expect("they fit");
    let challenges = public("challenges of a holder", challenged.message.to_bytes());
    let challenges = TicketChallenges::from_bytes(&challenges).expect("a message");
    let answers = helper.answer(committed.state, &challenges).expect("they are this session's");
    let tickets = watched(|| challenged.state.finish(&answers)).expect("they are right");
    let ticket = tickets.into_iter().take(1).collect();
    let (device, rng) = (&mut world.device, &mut Secrets::new());
    let shown = watched(|| present(&[&card], consent, ticket, device, rng)).expect("it holds");
    let bytes = public("a presentation", shown.to_bytes());
    assert_eq!(world.verdict(&asked.message.to_bytes(), &bytes), Verdict::Verified);
}

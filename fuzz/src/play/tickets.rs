//! A helper with its store, holders that order tickets from it, and a desk that takes them.

use std::cell::RefCell;
use std::collections::BTreeSet;

use selfsame::hazmat::change_ticket;
use selfsame::presentation::{AwaitedTickets, TicketOrder, order_tickets, present, review};
use selfsame::ticket::{MemorySessionStore, SessionId};
use testkit::prelude::*;
use testkit::town::ticket;

use super::Choices;

struct Parties {
    country: Country,
    phone: Phone,
    desk: KeylessVerifier<Register>,
    /// By one ticket for all keys, and by one for the lists alone beside another for the issuer.
    requests: [StandingRequest; 2],
}

impl Parties {
    /// The same at each call.
    fn new() -> Self {
        let mut country = Country::new(79);
        let phone = country.enrol();
        let desk = country.verifier();
        let requests = [false, true].map(|apart| {
            let mode = |key: RequestKey<'_>| ticket(u8::from(apart && matches!(key, RequestKey::List(_))));
            country.hotel().verified_by(mode).standing(later(0), later(3600)).expect("it may be asked")
        });
        Self { country, phone, desk, requests }
    }
}

/// What a holder ordered: which request, by which number, and its state, to be read again.
struct Ordered {
    of: Need,
    state: Vec<u8>,
    message: Vec<u8>,
}

/// Which tickets: of which request, with which number.
type Need = (usize, u8);

struct Committed {
    order: usize,
    id: SessionId,
    message: Vec<u8>,
}

struct Challenged {
    order: usize,
    /// That of the commitments, where they were not damaged.
    session: Option<usize>,
    state: Vec<u8>,
    message: Vec<u8>,
}

struct Answered {
    challenges: usize,
    message: Vec<u8>,
}

/// An answer to a request, by these tickets.
struct Shown {
    request: usize,
    bytes: Vec<u8>,
    tickets: Vec<usize>,
}

struct Game {
    /// A new one each time, as it counts its sessions.
    helper: Helper,
    orders: Vec<Ordered>,
    sessions: Vec<Committed>,
    taken: BTreeSet<usize>,
    challenges: Vec<Challenged>,
    answers: Vec<Answered>,
    tickets: Vec<(Need, StoredTicket)>,
    shown: Vec<Shown>,
    /// Of each ticket that was used: by which answer.
    used: Vec<(usize, usize)>,
    store: MemorySessionStore,
}

thread_local! {
    static PARTIES: RefCell<Parties> = RefCell::new(Parties::new());
}

/// One bit another, or none.
fn damage(message: &[u8], choices: &mut Choices<'_>) -> Option<Vec<u8>> {
    if choices.below(4) < 3 {
        return None;
    }
    let mut bytes = message.to_vec();
    let place = choices.below(bytes.len());
    bytes[place] ^= 1 << choices.below(8);
    Some(bytes)
}

impl Game {
    fn new(helper: Helper) -> Self {
        let (orders, sessions, taken, challenges) = (Vec::new(), Vec::new(), BTreeSet::new(), Vec::new());
        let (answers, tickets, shown, used) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let store = MemorySessionStore::new(64);
        Self { helper, orders, sessions, taken, challenges, answers, tickets, shown, used, store }
    }

    fn order(&mut self, parties: &mut Parties, choices: &mut Choices<'_>) {
        let of = (choices.below(2), choices.byte(2));
        let count = TicketCount::new(1 + choices.below(2)).expect("it is in range");
        let Parties { country, phone, requests, .. } = parties;
        let heads = country.heads.clone();
        let heads = [&heads[0], &heads[1]];
        let known = WalletContext::at(&heads);
        let number = TicketNumber::new(of.1).expect("it is in range");
        let request = requests[of.0].message();
        let ordered = order_tickets(request, number, &[&phone.credential], &known, count, &mut country.rng);
        // The first request has one ticket.
        assert_eq!(ordered.is_ok(), of != (0, 1));
        let Ok(Sent { state, message }) = ordered else { return };
        self.orders.push(Ordered { of, state: state.to_bytes(), message: message.to_bytes() });
    }

    fn commit(&mut self, parties: &mut Parties, choices: &mut Choices<'_>) {
        let order = choices.below(self.orders.len());
        let Some(Ordered { message, .. }) = self.orders.get(order) else { return };
        let rng = &mut parties.country.rng;
        if let Some(damaged) = damage(message, choices) {
            // A relation that does not hold, or a key that there is not.
            let read = TicketRequest::from_bytes(&damaged);
            assert!(read.is_err() || self.helper.commit(&read.expect("it was read"), rng).is_err());
            return;
        }
        let read = TicketRequest::from_bytes(message).expect("it is honest");
        let commitments = self.helper.commit_parked(&mut self.store, &read, rng).expect("it is honest");
        self.sessions.push(Committed { order, id: commitments.session(), message: commitments.to_bytes() });
    }

    /// The right commitments, another order's, or damaged ones.
    fn challenge(&mut self, parties: &mut Parties, choices: &mut Choices<'_>) {
        let [order, session] = [self.orders.len(), self.sessions.len()].map(|count| choices.below(count));
        let (Some(ordered), Some(committed)) = (self.orders.get(order), self.sessions.get(session)) else { return };
        let state = TicketOrder::from_bytes(&ordered.state).expect("it is its own");
        let damaged = damage(&committed.message, choices);
        let message = damaged.as_ref().unwrap_or(&committed.message);
        let Ok(commitments) = TicketCommitments::from_bytes(message) else { return };
        let challenged = state.challenge(&commitments, &mut parties.country.rng);
        assert!(challenged.is_ok() || committed.order != order, "honest commitments are answered");
        let Ok(Sent { state, message }) = challenged else { return };
        let session = Some(session).filter(|_| damaged.is_none());
        self.challenges.push(Challenged { order, session, state: state.to_bytes(), message: message.to_bytes() });
    }

    /// A session is answered once, whatever it is that was asked.
    fn answer(&mut self, choices: &mut Choices<'_>) {
        let challenges = choices.below(self.challenges.len());
        let Some(challenged) = self.challenges.get(challenges) else { return };
        let damaged = damage(&challenged.message, choices);
        let Ok(read) = TicketChallenges::from_bytes(damaged.as_ref().unwrap_or(&challenged.message)) else { return };
        let answered = self.helper.answer_parked(&mut self.store, &read);
        // Damage may have changed which session it names, or how many challenges there are.
        let session = self.sessions.iter().position(|committed| committed.id == read.session());
        let size = |order: usize| self.orders[order].size();
        let fits = |session: usize| size(self.sessions[session].order) == size(challenged.order);
        let expected = session.is_some_and(|session| fits(session) && !self.taken.contains(&session));
        assert!(answered.is_ok() == expected || damaged.is_some() && expected);
        self.taken.extend(session);
        if let (Ok(answers), None) = (answered, damaged) {
            self.answers.push(Answered { challenges, message: answers.to_bytes() });
        }
    }

    /// Tickets come of the answers to one's own challenges to one's own order, as they were sent.
    fn finish(&mut self, choices: &mut Choices<'_>) {
        let [challenges, answer] = [self.challenges.len(), self.answers.len()].map(|count| choices.below(count));
        let (Some(challenged), Some(answered)) = (self.challenges.get(challenges), self.answers.get(answer)) else {
            return;
        };
        let damaged = damage(&answered.message, choices);
        let own = challenged.session.is_some_and(|session| self.sessions[session].order == challenged.order);
        let honest = damaged.is_none() && answered.challenges == challenges && own;
        let message = damaged.as_ref().unwrap_or(&answered.message);
        let Ok(answers) = TicketAnswers::from_bytes(message) else { return };
        let state = AwaitedTickets::from_bytes(&challenged.state).expect("it is its own");
        let finished = state.finish(&answers);
        assert_eq!(finished.is_ok(), honest);
        let of = self.orders[challenged.order].of;
        self.tickets.extend(finished.into_iter().flatten().map(|ticket| (of, ticket)));
    }

    /// The honest answer to a request by tickets, which may have been used before.
    fn present(&mut self, parties: &mut Parties, choices: &mut Choices<'_>) {
        let Parties { country, phone, requests, .. } = parties;
        let request = choices.below(2);
        let needs: Vec<Need> = (0..=request as u8).map(|number| (request, number)).collect();
        let mut tickets = Vec::new();
        for need in needs {
            let fitting: Vec<usize> = (0..self.tickets.len()).filter(|place| self.tickets[*place].0 == need).collect();
            tickets.extend(choices.of(&fitting).copied());
        }
        let heads = country.heads.clone();
        let heads = [&heads[0], &heads[1]];
        let known = WalletContext::at(&heads);
        let consent = review(requests[request].message(), &[&phone.credential], &known).expect("it may be answered");
        let copy = |place: &usize| change_ticket(&self.tickets[*place].1, |bytes| bytes).expect("it is one");
        let stored = tickets.iter().map(copy).collect();
        let made = present(&[&phone.credential], consent, stored, &mut phone.device, &mut country.rng);
        assert_eq!(made.is_ok(), tickets.len() == 1 + request, "with as many tickets as it takes");
        if let Ok(made) = made {
            self.shown.push(Shown { request, bytes: made.to_bytes(), tickets });
        }
    }

    /// Under its own request or the other, as it is or damaged, for the first time or again.
    fn conclude(&mut self, parties: &mut Parties, choices: &mut Choices<'_>) {
        let place = choices.below(self.shown.len());
        let Some(Shown { request, bytes, tickets }) = self.shown.get(place) else { return };
        let damaged = damage(bytes, choices);
        let under = if choices.below(4) == 3 { 1 - request } else { *request };
        let asked = &parties.requests[under];
        let answer = asked.answered(damaged.as_ref().unwrap_or(bytes), &mut parties.country.rng);
        let verdict = parties.desk.conclude_standing(answer, NOW).expect("the register is in memory").verdict;
        // Another answer under the same ticket is refused, and the same one is another call.
        let fresh = !self.used.iter().any(|(ticket, _)| tickets.contains(ticket));
        let good = damaged.is_none() && under == *request && fresh;
        assert_eq!(verdict, if good { Verdict::Verified } else { Verdict::Refused });
        if good {
            self.used.extend(tickets.iter().map(|ticket| (*ticket, place)));
        }
    }
}

impl Ordered {
    /// How many it is for, and of how many keys each.
    fn size(&self) -> (usize, usize) {
        let request = TicketRequest::from_bytes(&self.message).expect("it is its own");
        (request.tickets(), request.keys().len())
    }
}

/// Tickets come of honest sessions alone, each session is answered once, and each ticket counts
/// once, whatever the order of the messages, whichever are repeated, exchanged or damaged.
pub fn play(bytes: &[u8]) {
    let mut choices = Choices::new(bytes);
    PARTIES.with_borrow_mut(|parties| {
        parties.country.rng = SeededRng::new([80; 32]);
        parties.desk.register().forget();
        let mut game = Game::new(parties.country.helper());
        for _ in 0..24 {
            if choices.is_empty() {
                break;
            }
            match choices.below(7) {
                0 if game.orders.len() < 4 => game.order(parties, &mut choices),
                1 if game.sessions.len() < 6 => game.commit(parties, &mut choices),
                2 if game.challenges.len() < 6 => game.challenge(parties, &mut choices),
                3 => game.answer(&mut choices),
                4 => game.finish(&mut choices),
                5 if game.shown.len() < 4 => game.present(parties, &mut choices),
                _ => game.conclude(parties, &mut choices),
            }
        }
    });
}

/// Both requests from the order to the desk; a session that is answered twice; two orders whose
/// commitments are exchanged; then any.
pub fn honest() -> Vec<Vec<u8>> {
    let one = |count: u8| [0, 0, 0, count, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 0, 6, 0, 0].to_vec();
    let two = [
        &[0, 1, 0, 0, 0, 1, 1, 0][..], // two orders, of the two tickets
        &[1, 0, 0, 1, 1, 0],           // committed
        &[2, 0, 0, 0, 2, 1, 1, 0],     // challenged
        &[3, 0, 0, 3, 1, 0],           // answered
        &[4, 0, 0, 0, 4, 1, 1, 0],     // finished
        &[5, 1, 6, 0, 0, 5, 1, 6, 1, 0, 0],
    ];
    let twice = [0, 0, 0, 0, 1, 0, 2, 0, 2, 0, 3, 0, 0, 3, 1, 0, 4, 0, 0, 4, 1, 0];
    let exchanged = [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 2, 0, 1, 0, 2, 1, 0, 0, 3, 0, 0, 3, 1, 0, 4, 0, 0, 0];
    let games = [one(0), one(1), two.concat(), twice.to_vec(), exchanged.to_vec()];
    games.into_iter().chain(super::any(8, 60)).collect()
}

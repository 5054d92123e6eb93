//! Tickets: ordered, made, kept, and what a desk without keys does with them.

use selfsame::presentation::{AwaitedTickets, order_tickets, present, review};

use super::{LISTS, Stage};
use testkit::prelude::*;

/// Tickets of an order.
pub const ORDER: usize = 100;

/// A helper with the keys of all, a desk without any, and the tickets that the phone has left.
pub struct Offline {
    helper: Helper,
    desk: KeylessVerifier<Register>,
    stock: Vec<StoredTicket>,
}

/// What a helper gets of an order. No two sessions are the same, so the one that the holder
/// challenged was drawn before, and another is drawn under the clock and thrown away.
pub struct ToMake {
    order: Vec<u8>,
    session: SessionState,
    challenges: Vec<u8>,
}

/// What a holder has when the helper's answers arrive.
pub struct ToFinish {
    state: AwaitedTickets,
    answers: Vec<u8>,
}

/// What a desk has when a presentation arrives.
pub struct ToConclude {
    state: PendingRequest,
    presentation: Vec<u8>,
}

impl ToConclude {
    /// The message that arrived.
    pub fn presentation(&self) -> &[u8] {
        &self.presentation
    }
}

impl Offline {
    pub fn new(country: &Country) -> Self {
        Self { helper: country.helper(), desk: country.verifier(), stock: Vec::new() }
    }
}

impl Stage {
    /// The hotel's question to a phone that has tickets.
    fn ask_for_ticket(&mut self) -> Asked {
        let builder = self.builder(LISTS).verified_by(|_| Mode::Ticket(TicketNumber::FIRST));
        builder.once(&mut self.country.rng).unwrap()
    }

    /// An order that the holder has challenged, as both sides have it.
    fn prepare_order(&mut self) -> (ToMake, AwaitedTickets) {
        let request = self.ask_for_ticket().message;
        let Self { country, phone, offline, .. } = self;
        let heads = country.heads.clone();
        let heads = heads.each_ref();
        let known = WalletContext::at(&heads);
        let rng = &mut country.rng;
        let count = TicketCount::new(ORDER).unwrap();
        let ordered = order_tickets(&request, TicketNumber::FIRST, &[&phone.credential], &known, count, rng).unwrap();
        let order = ordered.message.to_bytes();
        let Sent { state: session, message } = offline.helper.commit(&ordered.message, rng).unwrap();
        let challenged = ordered.state.challenge(&message, rng).unwrap();
        (ToMake { order, session, challenges: challenged.message.to_bytes() }, challenged.state)
    }

    pub fn prepare_tickets(&mut self) -> ToMake {
        self.prepare_order().0
    }

    /// The helper's side of an order, both messages.
    pub fn make_tickets(&mut self, ToMake { order, session, challenges }: ToMake) -> Vec<u8> {
        let Self { country, offline, .. } = self;
        let order = TicketRequest::from_bytes(&order).unwrap();
        let _: Vec<u8> = offline.helper.commit(&order, &mut country.rng).unwrap().message.to_bytes();
        let challenges = TicketChallenges::from_bytes(&challenges).unwrap();
        offline.helper.answer(session, &challenges).unwrap().to_bytes()
    }

    pub fn prepare_finish(&mut self) -> ToFinish {
        let (to_make, state) = self.prepare_order();
        ToFinish { state, answers: self.make_tickets(to_make) }
    }

    /// The holder's side once the answers are there.
    pub fn finish_tickets(&mut self, ToFinish { state, answers }: ToFinish) -> Vec<StoredTicket> {
        state.finish(&TicketAnswers::from_bytes(&answers).unwrap()).unwrap()
    }

    /// A desk's question and a fresh answer to it with a ticket.
    pub fn prepare_conclude(&mut self) -> ToConclude {
        if self.offline.stock.is_empty() {
            let ready = self.prepare_finish();
            self.offline.stock = self.finish_tickets(ready);
        }
        let asked = self.ask_for_ticket();
        let ticket = self.offline.stock.pop().unwrap();
        let Phone { credential, device, .. } = &mut self.phone;
        let heads = self.country.heads.clone();
        let heads = heads.each_ref();
        let known = WalletContext::at(&heads);
        let consent = review(&asked.message, &[credential], &known).unwrap();
        let presented = present(&[credential], consent, vec![ticket], device, &mut self.country.rng).unwrap();
        ToConclude { state: asked.state, presentation: presented.to_bytes() }
    }

    /// The desk's verdict, by itself.
    pub fn conclude(&mut self, ToConclude { state, presentation }: ToConclude) -> Verdict {
        let (desk, now) = (&self.offline.desk, self.country.now);
        let outcome = desk.afresh().conclude(state, &presentation, now).unwrap();
        assert_eq!(outcome.verdict, Verdict::Verified);
        outcome.verdict
    }
}

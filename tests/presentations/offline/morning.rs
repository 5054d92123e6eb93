//! What happens before the desk asks: a helper, a phone that orders, a desk with today's heads.

use selfsame::presentation::{order_tickets, present, review};
use testkit::prelude::*;

pub struct Morning {
    pub country: Country,
    pub phone: Phone,
    pub helper: Helper,
    pub desk: KeylessVerifier<Register>,
}

impl Morning {
    pub fn new(seed: u8) -> Self {
        let mut country = Country::new(seed);
        let phone = country.enrol();
        let (helper, desk) = (country.helper(), country.verifier());
        Self { country, phone, helper, desk }
    }

    /// The hotel's policy, every key verified by the one ticket.
    pub fn hotel(&self) -> RequestBuilder {
        self.country.hotel().verified_by(|_| Mode::Ticket(TicketNumber::FIRST))
    }

    /// Tickets for requests like this one; every message goes as bytes.
    pub fn tickets(&mut self, request: &PresentationRequest, number: u8, count: usize) -> Vec<StoredTicket> {
        let heads = [&self.country.heads[0], &self.country.heads[1]];
        let known = WalletContext::at(&heads);
        let (number, count) = (TicketNumber::new(number).unwrap(), TicketCount::new(count).unwrap());
        let rng = &mut self.country.rng;
        let ordered = order_tickets(request, number, &[&self.phone.credential], &known, count, rng).unwrap();
        let order = TicketRequest::from_bytes(&ordered.message.to_bytes()).unwrap();
        let committed = self.helper.commit(&order, rng).unwrap();
        let commitments = TicketCommitments::from_bytes(&committed.message.to_bytes()).unwrap();
        let challenged = ordered.state.challenge(&commitments, rng).unwrap();
        let challenges = TicketChallenges::from_bytes(&challenged.message.to_bytes()).unwrap();
        let answers = self.helper.answer(committed.state, &challenges).unwrap();
        challenged.state.finish(&TicketAnswers::from_bytes(&answers.to_bytes()).unwrap()).unwrap()
    }

    pub fn present(
        &mut self,
        request: &PresentationRequest,
        tickets: Vec<StoredTicket>,
    ) -> Result<Vec<u8>, PresentError> {
        let heads = [&self.country.heads[0], &self.country.heads[1]];
        let known = WalletContext::at(&heads);
        let credentials = [&self.phone.credential];
        let consent = review(request, &credentials, &known)?;
        Ok(present(&credentials, consent, tickets, &mut self.phone.device, &mut self.country.rng)?.to_bytes())
    }
}

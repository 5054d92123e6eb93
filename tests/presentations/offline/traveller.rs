//! A wallet that stocks tickets, a helper, and a desk.

use testkit::host::{Host, confirm};
use testkit::prelude::*;

pub struct Traveller {
    pub country: Country,
    pub host: Host,
    pub helper: Helper,
    pub desk: KeylessVerifier<Register>,
}

impl Traveller {
    pub fn new(seed: u8) -> Self {
        let mut country = Country::new(seed);
        let host = Host::enrolled(&mut country, None);
        let (helper, desk) = (country.helper(), country.verifier());
        Self { country, host, helper, desk }
    }

    pub fn hotel(&self) -> RequestBuilder {
        self.country.hotel().verified_by(|_| Mode::Ticket(TicketNumber::FIRST))
    }

    pub fn once(&mut self, builder: RequestBuilder) -> selfsame::presentation::Asked {
        builder.once(&mut self.country.rng).unwrap()
    }

    /// Orders tickets for requests like this one: the order waits in the wallet.
    pub fn order(&mut self, request: &PresentationRequest, count: usize) -> Result<TicketRequest, WalletError> {
        let heads = self.host.heads(&mut self.country);
        let (now, rng) = (self.country.now, &mut self.country.rng);
        let count = TicketCount::new(count).unwrap();
        let known: (&[&SeenHeads], &[_]) = (&heads.each_ref(), &[]);
        let staged = self.host.wallet.order_tickets(request, TicketNumber::FIRST, known, count, now, rng)?;
        let (file, order) = confirm(staged);
        self.host.settle(file);
        Ok(order)
    }

    /// The order that has waited longest is given up.
    pub fn give_up(&mut self) {
        let oldest = self.host.wallet.orders().next().unwrap().request().clone();
        let (file, ()) = confirm(self.host.wallet.give_up_order(&oldest, &mut self.country.rng).unwrap());
        self.host.settle(file);
    }

    /// The helper commits to an order and answers its challenges, which the wallet stores.
    pub fn fetch(&mut self, order: &TicketRequest) -> TicketAnswers {
        let rng = &mut self.country.rng;
        let committed = self.helper.commit(order, rng).unwrap();
        let (file, challenges) = confirm(self.host.wallet.challenge_tickets(order, &committed.message, rng).unwrap());
        self.host.settle(file);
        self.helper.answer(committed.state, &challenges).unwrap()
    }

    /// Orders tickets for requests like this one, and keeps them.
    pub fn stock(&mut self, request: &PresentationRequest, count: usize) {
        let order = self.order(request, count).unwrap();
        let answers = self.fetch(&order);
        let (file, kept) = confirm(self.host.wallet.finish_tickets(&order, &answers, &mut self.country.rng).unwrap());
        assert_eq!(kept, count);
        self.host.settle(file);
    }

    pub fn left(&mut self, request: &PresentationRequest) -> usize {
        let heads = self.host.heads(&mut self.country);
        let consent = self.host.wallet.review_uncertified(request, &heads.each_ref(), &[], self.country.now).unwrap();
        self.host.wallet.tickets_left(&consent).unwrap()
    }

    /// Answers, stores and confirms.
    pub fn show(&mut self, request: &PresentationRequest) -> Result<Vec<u8>, WalletError> {
        let heads = self.host.heads(&mut self.country);
        let (now, wallet) = (self.country.now, &mut self.host.wallet);
        let consent = wallet.review_uncertified(request, &heads.each_ref(), &[], now)?;
        let staged = wallet.present_staged(consent, now, &mut self.host.device, &mut self.country.rng)?;
        let (file, presentation) = confirm(staged);
        self.host.settle(file);
        Ok(presentation.to_bytes())
    }

    /// The wallet goes on with the file that it had.
    pub fn open(&mut self, file: &[u8], trusted: selfsame::wallet::Trusted) {
        self.host.wallet = Wallet::open(file, &self.host.key, None, trusted).unwrap();
        self.host.settle(file.to_vec());
    }
}

//! A country with several issuers and sets, a helper, and a desk that knows all that is public.

use selfsame::presentation::{decoy, order_tickets, present, review};

use crate::prelude::*;
use crate::rogue::call;
use crate::world::World;

pub fn ticket(number: u8) -> Mode {
    Mode::Ticket(TicketNumber::new(number).unwrap())
}

pub struct Town {
    pub world: World,
    /// Of the issuers and sets.
    pub helper: Helper,
    /// Of the lists.
    pub owners: Helper,
    pub desk: KeylessVerifier<Register>,
}

impl Town {
    pub fn new(seed: u8) -> Self {
        let world = World::new(seed);
        let (mut helper, mut owners, desk) = (world.country.helper(), Helper::new(), world.country.verifier());
        for issuer in [&world.transport, &world.samples] {
            helper.add_issuer(issuer.parameters(), issuer.share_key()).unwrap();
            desk.add_issuer(issuer.parameters().clone()).unwrap();
        }
        for list in [&world.country.status, &world.country.flag] {
            owners.add_list(&list.list_keys(), list.share_keys()).unwrap();
        }
        Self { world, helper, owners, desk }
    }

    /// A set that everybody has, the helper with its key.
    pub fn add_set(&mut self, codes: &[u32]) -> VerifiedCodeSet {
        let seed = u8::try_from(self.world.sets.len()).unwrap();
        let [own, helpers] = [(); 2].map(|()| CodeSetKey::random(codes.to_vec(), &mut SeededRng::new([seed; 32])));
        self.helper.add_set(helpers.unwrap()).unwrap();
        let set = self.world.country.platform.add_set(own.unwrap()).unwrap();
        self.desk.add_set(set.clone()).unwrap();
        self.world.sets.push(set.clone());
        set
    }

    pub fn once(&mut self, builder: RequestBuilder) -> Asked {
        builder.once(&mut self.world.country.rng).unwrap()
    }

    fn knowing<T>(&mut self, use_it: impl FnOnce(&WalletContext<'_>, &mut Self) -> T) -> T {
        let (heads, sets) = (self.world.country.heads.clone(), self.world.sets.clone());
        let (heads, sets): (Vec<_>, Vec<_>) = (heads.iter().collect(), sets.iter().collect());
        let (auditors, digits) = (self.world.auditors.clone(), self.world.known_digits());
        let digits: Vec<_> = digits.iter().collect();
        let known = WalletContext::at(&heads).with_sets(&sets).with_digits_unchecked(&digits);
        use_it(&known.with_auditors_unchecked(&auditors).with_uses_unchecked(0), self)
    }

    /// Tickets with this number, made by the helper or by the lists' owners.
    pub fn tickets(
        &mut self,
        credentials: &[&Credential],
        request: &PresentationRequest,
        number: u8,
        by_owners: bool,
    ) -> Vec<StoredTicket> {
        let number = TicketNumber::new(number).unwrap();
        self.knowing(|known, town| {
            let rng = &mut town.world.country.rng;
            let ordered = order_tickets(request, number, credentials, known, TicketCount::ONE, rng).unwrap();
            let order = TicketRequest::from_bytes(&ordered.message.to_bytes()).unwrap();
            let helper = if by_owners { &town.owners } else { &town.helper };
            let committed = helper.commit(&order, rng).unwrap();
            let commitments = TicketCommitments::from_bytes(&committed.message.to_bytes()).unwrap();
            let challenged = ordered.state.challenge(&commitments, rng).unwrap();
            let challenges = TicketChallenges::from_bytes(&challenged.message.to_bytes()).unwrap();
            let answers = helper.answer(committed.state, &challenges).unwrap();
            challenged.state.finish(&TicketAnswers::from_bytes(&answers.to_bytes()).unwrap()).unwrap()
        })
    }

    pub fn present(
        &mut self,
        credentials: &[&Credential],
        request: &PresentationRequest,
        tickets: Vec<StoredTicket>,
    ) -> Result<Vec<u8>, PresentError> {
        self.knowing(|known, town| {
            let consent = review(request, credentials, known)?;
            let (passes, rng) = (town.world.passes, &mut town.world.country.rng);
            let mut device = town.world.device.unlocked_by(|_| passes);
            Ok(present(credentials, consent, tickets, &mut device, rng)?.to_bytes())
        })
    }

    /// The honest answer, with tickets from the one helper.
    #[track_caller]
    pub fn answer(&mut self, credentials: &[&Credential], request: &PresentationRequest) -> Vec<u8> {
        let numbers = (0..4).filter(|number| has_ticket(request, *number)).collect::<Vec<_>>();
        let tickets = numbers.into_iter().flat_map(|number| self.tickets(credentials, request, number, false));
        let tickets = tickets.collect();
        self.present(credentials, request, tickets).unwrap()
    }

    pub fn decoy(&mut self, credentials: &[&Credential], request: &PresentationRequest) -> Vec<u8> {
        self.knowing(|known, town| {
            let (passes, rng) = (town.world.passes, &mut town.world.country.rng);
            decoy(credentials, request, known, &mut town.world.device.unlocked_by(|_| passes), rng).unwrap().to_bytes()
        })
    }

    /// What the desk says by itself.
    pub fn at_desk(&self, asked: Asked, presentation: &[u8]) -> Verdict {
        let now = self.world.country.now;
        self.desk.afresh().conclude(asked.state, presentation, now).unwrap().verdict
    }

    /// What the platform says, which has seen nothing before.
    pub fn at_platform(&self, request: &PresentationRequest, presentation: &[u8]) -> Verdict {
        let (call, country) = (call(&request.to_bytes(), presentation), &self.world.country);
        country.platform.afresh().answer(&call, country.now).unwrap().unverified_verdict()
    }
}

fn has_ticket(request: &PresentationRequest, number: u8) -> bool {
    let of = ticket(number);
    request.credentials().iter().any(|question| {
        let set = |statement: &Statement| matches!(statement, Statement::OneOf(set) if set.mode() == of);
        question.mode() == of
            || question.lists().iter().any(|list| list.mode() == of)
            || question.statements().iter().any(set)
    })
}

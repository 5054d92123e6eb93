//! What a holder has under each key of a request, and what a ticket is needed for.

use alloc::vec::Vec;

use super::consent::Consent;
use crate::credential::Credential;
use crate::presentation::bounds::MAX_COVERED;
use crate::presentation::claim::TicketTarget;
use crate::presentation::error::PresentError;
use crate::presentation::holder::disclosed;
use crate::presentation::mode::{Mode, TicketNumber};
use crate::presentation::relation::KeyedPair;
use crate::presentation::statement::{FaceCount, ProverInput};

/// What a request takes a ticket for: keys and heads, and over which points of the holder's.
pub(crate) struct TicketNeed {
    pub(crate) covered: Vec<TicketTarget>,
    pub(crate) keyed: Vec<KeyedPair>,
}

impl Consent {
    /// What the ticket with this number is about.
    pub(super) fn wanted(&self, credentials: &[&Credential], ticket: TicketNumber) -> Result<TicketNeed, PresentError> {
        // What is disclosed does not matter to a ticket, but to an instance.
        let disclosed = disclosed(credentials, &self.request)?;
        let covered = self.instance(credentials, &disclosed)?.covered(ticket);
        let keyed = self.keyed(credentials, Mode::Ticket(ticket))?;
        Ok(TicketNeed { covered, keyed })
    }

    /// What each ticket is about that the request takes.
    pub(crate) fn tickets(&self, credentials: &[&Credential]) -> Result<Vec<TicketNeed>, PresentError> {
        let numbers = (0..).map_while(|number| TicketNumber::new(number).ok()).take(self.request.ticket_count());
        numbers.map(|number| self.wanted(credentials, number)).collect()
    }

    /// What is blinded for each key of the request with this mode, in order: `A`; `W` of each list;
    /// `W` of each set.
    fn keyed(&self, credentials: &[&Credential], wanted: Mode) -> Result<Vec<KeyedPair>, PresentError> {
        let mut modes = self.request.modes();
        // Reserved in full: a vector that grows leaves unwiped copies behind.
        let mut keyed = Vec::with_capacity(MAX_COVERED);
        let mut next = |pair: KeyedPair| {
            if modes.next() == Some(wanted) {
                keyed.push(pair);
            }
        };
        for (index, (credential, selection)) in credentials.iter().zip(&self.selections).enumerate() {
            let query = self.request.credentials.get(index).ok_or(PresentError::CredentialCount)?;
            let mac = &credential.mac;
            next(KeyedPair::new(mac.a.expose(), *credential.b.expose(), mac.e.expose()));
            for head in &selection.heads {
                let own = credential.witness_for(head);
                let witness = own.point().ok_or(PresentError::Unprovable)?;
                next(KeyedPair::new(witness.expose(), head.value.point(), own.handle().scalar()));
            }
            let verifier = &self.request.verifier;
            let input = ProverInput {
                index,
                credential,
                verifier,
                sets: &selection.sets,
                uses: None,
                faces: FaceCount::Unknown,
            };
            for statement in &query.statements {
                if let Some(pair) = statement.keyed_pair(&input)? {
                    next(pair);
                }
            }
        }
        Ok(keyed)
    }
}

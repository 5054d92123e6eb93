//! Where a presentation carries what its verifier or an auditor takes from it (spec 12 §1.2).

use alloc::vec::Vec;

use super::presentation::Presentation;
use crate::escrow::Ciphertext;
use crate::group::Element;
use crate::presentation::mode::Mode;
use crate::presentation::request::PresentationRequest;
use crate::presentation::statement::{Pseudonym, Statement, points};

impl PresentationRequest {
    /// Each statement with the index of its first point among the points of a presentation.
    fn statement_points(&self) -> Vec<(usize, &Statement)> {
        let mut found = Vec::new();
        let mut next = 0;
        for query in &self.credentials {
            // Ā, D', W̄ of each list; each image that a ticket vouches for
            next += query.mode.points() + 1;
            next += query.lists.iter().map(|list| list.mode.points()).sum::<usize>();
            for (statement, points) in query.statements.iter().zip(points(&query.statements, self.digit_base())) {
                found.push((next, statement));
                next += points;
            }
        }
        found
    }

    /// How many keyed relations a verdict vouches for: with an escrow those of all keys without a
    /// ticket, without one none.
    pub(crate) fn vouched_relations(&self) -> usize {
        let keyed = self.modes().filter(|mode| *mode == Mode::Keyed).count();
        if self.escrow().is_none() { 0 } else { keyed + usize::from(self.digits.is_some()) }
    }
}

impl Presentation {
    /// The pseudonyms that it shows, in the order of the request; not checked.
    pub(crate) fn pseudonyms(&self, request: &PresentationRequest) -> Vec<Pseudonym> {
        let statements = request.statement_points().into_iter();
        let pseudonyms = statements.filter(|(_, statement)| matches!(statement, Statement::Pseudonymous(_)));
        pseudonyms.filter_map(|(index, _)| self.proof.points.get(index).map(Pseudonym::of)).collect()
    }

    /// The nullifier of the request's limit.
    pub(crate) fn nullifier(&self, request: &PresentationRequest) -> Option<&Element> {
        let mut statements = request.statement_points().into_iter();
        let (index, _) = statements.find(|(_, statement)| matches!(statement, Statement::RateLimited(_)))?;
        self.proof.points.get(index)
    }

    /// What it puts in escrow.
    pub(crate) fn ciphertext(&self, request: &PresentationRequest) -> Option<Ciphertext> {
        let mut statements = request.statement_points().into_iter();
        let (index, _) = statements.find(|(_, statement)| matches!(statement, Statement::Escrowed(_)))?;
        Some(Ciphertext { ephemeral: *self.proof.points.get(index)?, masked: *self.proof.points.get(index + 1)? })
    }
}

//! Where a presentation carries what its verifier or an auditor takes from it (spec 12 §1.2).

use alloc::vec::Vec;

use super::presentation::Presentation;
use crate::escrow::Ciphertext;
use crate::group::Element;
use crate::presentation::mode::Mode;
use crate::presentation::request::PresentationRequest;
use crate::presentation::statement::{Pseudonym, Statement};
use crate::presentation::subject::Subject;

impl PresentationRequest {
    /// Each statement with the place of its first point among the points of a presentation.
    fn statement_points(&self) -> Vec<(usize, &Statement)> {
        let mut found = Vec::new();
        let mut next = 0;
        for query in &self.credentials {
            // Ā, D', W̄ of each list; each image that a ticket vouches for
            let images = |mode: Mode| usize::from(mode != Mode::Keyed);
            next += 2 + images(query.mode);
            next += query.lists.iter().map(|list| 1 + images(list.mode)).sum::<usize>();
            let mut committed: Vec<Subject> = Vec::new();
            for statement in &query.statements {
                found.push((next, statement));
                next += match (statement, statement.committed_subject()) {
                    (_, Some(subject)) if committed.contains(&subject) => 0,
                    (_, Some(subject)) => {
                        committed.push(subject);
                        1
                    }
                    (Statement::RateLimited(_) | Statement::Escrowed(_), None) => 2,
                    (Statement::OneOf(one_of), None) => 1 + images(one_of.mode()),
                    (_, None) => 1,
                };
            }
        }
        found
    }

    /// How many keyed relations a verdict vouches for: with an escrow those of all keys without a ticket, without one none.
    pub(in crate::presentation) fn vouched_relations(&self) -> usize {
        if self.escrow().is_none() { 0 } else { self.modes().filter(|mode| *mode == Mode::Keyed).count() }
    }
}

impl Statement {
    /// What it takes a commitment of, which it shares with the other statements about it.
    pub(in crate::presentation) const fn committed_subject(&self) -> Option<Subject> {
        match self {
            Self::Between(between) => Some(between.subject()),
            Self::Differs(differs) => Some(Subject::Attribute(differs.attribute())),
            Self::OneOf(_) | Self::Pseudonymous(_) | Self::RateLimited(_) | Self::Escrowed(_) => None,
        }
    }
}

impl Presentation {
    /// The pseudonyms that it shows, in the order of the request; not checked.
    pub(in crate::presentation) fn pseudonyms(&self, request: &PresentationRequest) -> Vec<Pseudonym> {
        let pseudonyms = request.statement_points().into_iter().filter_map(|(place, statement)| match statement {
            Statement::Pseudonymous(_) => self.points.get(place).map(Pseudonym::of),
            _ => None,
        });
        pseudonyms.collect()
    }

    /// The tag of the request's limit.
    pub(in crate::presentation) fn tag(&self, request: &PresentationRequest) -> Option<&Element> {
        let mut statements = request.statement_points().into_iter();
        let (place, _) = statements.find(|(_, statement)| matches!(statement, Statement::RateLimited(_)))?;
        self.points.get(place)
    }

    /// What it puts in escrow.
    pub(in crate::presentation) fn ciphertext(&self, request: &PresentationRequest) -> Option<Ciphertext> {
        let mut statements = request.statement_points().into_iter();
        let (place, _) = statements.find(|(_, statement)| matches!(statement, Statement::Escrowed(_)))?;
        Some(Ciphertext { ephemeral: *self.points.get(place)?, masked: *self.points.get(place + 1)? })
    }
}

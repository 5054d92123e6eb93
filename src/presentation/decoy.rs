//! What a wallet sends that cannot prove (spec 06 §3.1): a presentation in form, of the length of a real one, that verifies nowhere.
//!
//! A holder whose credential was revoked, or who is flagged, would stand out at a desk by a phone that does not answer. A decoy is refused as
//! a stale or a forged presentation is, and looks like one to whoever has no key: points and scalars of presentations are uniform, so
//! uniform ones are no different.

use alloc::vec::Vec;

use rand_core::CryptoRngCore;

use super::statement::Statement;
use super::{Mode, PresentError, Presentation, PresentationRequest};
use crate::credential::Credential;
use crate::error::Refused;
use crate::group::{Element, Point, Scalar, random_scalar};
use crate::list::Shard;
use crate::range::{self, BitLength};
use crate::schema::Schema;
use crate::ticket::Ticket;

/// How many there are of everything in a presentation (spec 06 §3).
#[derive(Default)]
struct Form {
    points: usize,
    equations: usize,
    scalars: usize,
    /// For each length, the numbers that are proven to have it.
    numbers: [usize; BitLength::ALL.len()],
}

impl Form {
    fn of(request: &PresentationRequest, schemas: &[&Schema]) -> Result<Self, Refused> {
        let mut form = Self { points: request.point_count(), ..Self::default() };
        for (place, (question, schema)) in request.credentials.iter().zip(schemas).enumerate() {
            question.fits(schema)?;
            let hidden = schema.arity().checked_sub(question.disclose.len()).ok_or(Refused)?;
            let (linked, device) = if place == 0 { (0, 1) } else { (request.links.len(), 0) };
            form.scalars += 8 + device + hidden.checked_sub(linked).ok_or(Refused)? + question.lists.len();
            form.equations += 2 + question.lists.len();
            let mut committed = Vec::new();
            for statement in &question.statements {
                if let Some(subject) = statement.committed_subject().filter(|subject| !committed.contains(subject)) {
                    committed.push(subject);
                    form.scalars += 1;
                    form.equations += 1;
                }
                form.add(statement, schema)?;
            }
        }
        Ok(form)
    }

    /// What a statement has beyond the commitment to its subject.
    fn add(&mut self, statement: &Statement, schema: &Schema) -> Result<(), Refused> {
        let (scalars, equations) = match statement {
            Statement::Between(_) => (0, 0),
            Statement::OneOf(_) => (1, 1),
            Statement::Escrowed(_) => (1, 2),
            Statement::Differs(_) => (2, 1),
            Statement::Pseudonymous(_) => (0, 1),
            Statement::Limited(_) => (2, 2),
        };
        self.scalars += scalars;
        self.equations += equations;
        let interval = match statement {
            Statement::Between(between) => Some(between.interval(schema)?),
            Statement::Limited(limited) => Some(limited.interval()?),
            _ => None,
        };
        if let Some(interval) = interval {
            let place = BitLength::ALL.iter().position(|length| *length == interval.bit_length()).ok_or(Refused)?;
            *self.numbers.get_mut(place).ok_or(Refused)? += interval.count();
        }
        Ok(())
    }
}

/// A presentation that answers a request in form alone, for credentials that cannot answer it; they are in the order of the request. Nothing
/// but their schemas and shards goes into it.
///
/// # Errors
/// [`PresentError::CredentialCount`]; [`PresentError::UnknownAttribute`]; [`PresentError::Discloses`] for a request that asks to see something: a
/// decoy would have to show it, or to lie visibly.
pub fn decoy(
    credentials: &[&Credential],
    request: &PresentationRequest,
    rng: &mut impl CryptoRngCore,
) -> Result<Presentation, PresentError> {
    if credentials.len() != request.credentials.len() {
        return Err(PresentError::CredentialCount);
    }
    if request.credentials.iter().any(|question| !question.disclose.is_empty()) {
        return Err(PresentError::Discloses);
    }
    let schemas: Vec<&Schema> = credentials.iter().map(|credential| credential.parameters.schema()).collect();
    let form = Form::of(request, &schemas).map_err(|Refused| PresentError::UnknownAttribute)?;
    let shards = credentials.iter().zip(&request.credentials);
    let shards = shards.map(|(held, question)| if question.lists.is_empty() { Shard::FIRST } else { held.shard });
    let points = |count, rng: &mut _| (0..count).map(|_| Element::new(Point::mul_base(&random_scalar(rng)))).collect();
    let mut range_proofs = Vec::new();
    for (length, count) in BitLength::ALL.into_iter().zip(form.numbers).filter(|(_, count)| *count > 0) {
        range_proofs.push(range::decoy(length, count, rng));
    }
    let covered =
        |number| request.modes().filter(|mode| matches!(mode, Mode::Ticket(of) if of.number() == number)).count();
    let tickets = (0u8..).take(request.ticket_count()).map(|number| Ticket::decoy(covered(number), rng)).collect();
    Ok(Presentation {
        shards: shards.collect(),
        disclosed: Vec::new(),
        points: points(form.points, rng),
        commitments: points(form.equations, rng),
        responses: (0..form.scalars).map(|_| Scalar::random(rng)).collect(),
        range_proofs,
        tickets,
    })
}

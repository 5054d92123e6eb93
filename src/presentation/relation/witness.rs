//! A presentation in the making: the holder's points and secrets, in the order in which the
//! relation takes them.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::blinded::Blinded;
use crate::error::Refused;
use crate::group::{Base, BaseTable, Curve, Element, Group, Point, Scalar, random_scalar};
use crate::presentation::bounds::{MAX_CREDENTIALS, MAX_STATEMENTS};
use crate::presentation::mode::Mode;
use crate::presentation::subject::Target;
use crate::range::{ByLength, Opening};
use crate::secret::Secret;
use crate::transcript::TranscriptRng;

/// Enough for any request: a vector that grows leaves unwiped copies behind.
const CAPACITY: usize = 256;

/// Points to be sent, secret scalars, and what range proofs are about.
pub(crate) struct WitnessBuilder<'a> {
    rng: TranscriptRng,
    table: &'a BaseTable,
    pub(crate) points: Vec<Element>,
    pub(crate) secrets: Zeroizing<Vec<Scalar>>,
    /// `τ` of each commitment to a single value.
    committed: Vec<(Target, Secret<Scalar>)>,
    pub(crate) openings: ByLength<Opening>,
    /// Of each ticket, and how many of them are used.
    tickets: Vec<(Vec<Blinded>, usize)>,
}

impl<'a> WitnessBuilder<'a> {
    pub(crate) fn new(rng: TranscriptRng, table: &'a BaseTable, tickets: Vec<Vec<Blinded>>) -> Self {
        let (points, secrets) = (Vec::new(), Zeroizing::new(Vec::with_capacity(CAPACITY)));
        let committed = Vec::with_capacity(MAX_CREDENTIALS * MAX_STATEMENTS);
        let tickets = tickets.into_iter().map(|blinded| (blinded, 0)).collect();
        Self { rng, table, points, secrets, committed, openings: ByLength::new(), tickets }
    }

    /// A fresh scalar, never zero.
    pub(crate) fn random(&mut self) -> Secret<Scalar> {
        Secret::new(random_scalar(&mut self.rng))
    }

    /// The next secret scalar.
    pub(crate) fn secret(&mut self, scalar: &Scalar) {
        self.secrets.push(*scalar);
    }

    /// The next point, `scalar·point`.
    pub(crate) fn point(&mut self, scalar: &Scalar, point: &Point) {
        self.points.push(Element::new(scalar * point));
    }

    /// The next point, `blind·point`, and, where a ticket vouches for it, its image after it: with
    /// a fresh blind, or the one that was drawn when the ticket was ordered.
    pub(crate) fn blinded(&mut self, mode: Mode, point: &Point) -> Result<Secret<Scalar>, Refused> {
        let Mode::Ticket(ticket) = mode else {
            let blind = self.random();
            self.point(blind.expose(), point);
            return Ok(blind);
        };
        let (blinded, used) = self.tickets.get_mut(usize::from(ticket.number())).ok_or(Refused)?;
        let Blinded { blind, base, image } = blinded.get(*used).ok_or(Refused)?;
        *used += 1;
        self.points.extend([*base.expose(), *image.expose()]);
        Ok(Secret::new(*blind.expose()))
    }

    /// The next point, `Σ scalar·base`.
    pub(crate) fn sum<const N: usize>(&mut self, terms: [(&Scalar, Point); N]) {
        let scalars = Zeroizing::new(terms.map(|(scalar, _)| *scalar));
        self.points.push(Element::new(Curve::sum(scalars.as_slice(), &terms.map(|(_, point)| point))));
    }

    pub(crate) fn base(&self, base: Base) -> Point {
        self.table.point(base)
    }

    /// The next point, a commitment `V = m·G + τ·H_b` with a fresh `τ`, which is the next secret.
    pub(crate) fn commit(&mut self, m: &Scalar) -> Secret<Scalar> {
        let blind = self.random();
        self.sum([(m, self.base(Base::Basepoint)), (blind.expose(), self.base(Base::Blinding))]);
        self.secret(blind.expose());
        blind
    }

    /// The `τ` of the commitment to a value, which is made when it is first needed (spec 12 §1.3).
    pub(crate) fn committed(&mut self, target: Target, m: &Scalar) -> Secret<Scalar> {
        if let Some((_, blind)) = self.committed.iter().find(|(other, _)| *other == target) {
            return Secret::new(*blind.expose());
        }
        let blind = self.commit(m);
        self.committed.push((target, Secret::new(*blind.expose())));
        blind
    }
}

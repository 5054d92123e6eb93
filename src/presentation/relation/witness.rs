//! A presentation in the making: the holder's points and secrets, in the order in which the
//! relation takes them.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::blinded::Blinded;
use crate::error::Refused;
use crate::group::{Base, BaseTable, Curve, Element, Group, MAX_DIGITS, Point, Scalar, random_scalar};
use crate::presentation::bounds::{MAX_CREDENTIALS, MAX_STATEMENTS};
use crate::presentation::mode::Mode;
use crate::presentation::subject::Target;
use crate::range::{ByLength, Interval, Opening};
use crate::secret::Secret;
use crate::set::VerifiedDigitSet;
use crate::template::MAX_DIMENSION;
use crate::transcript::TranscriptRng;

/// Enough for any request: a vector that grows leaves unwiped copies behind.
const CAPACITY: usize = 256;

/// Points to be sent, secret scalars, and what range proofs are about.
pub(crate) struct WitnessBuilder<'a> {
    rng: TranscriptRng,
    table: &'a BaseTable,
    pub(crate) points: Vec<Element>,
    secrets: Zeroizing<Vec<Scalar>>,
    /// Those whose responses are not sent.
    unsent: Zeroizing<Vec<Scalar>>,
    /// `τ` of each commitment to a single value.
    committed: Vec<(Target, Secret<Scalar>)>,
    pub(crate) openings: ByLength<Opening>,
    /// Of each ticket, and how many of them are used.
    tickets: Vec<(Vec<Blinded>, usize)>,
    digit_set: Option<VerifiedDigitSet>,
    digits: Vec<Digit>,
    /// `τ_C`.
    digits_blind: Option<Secret<Scalar>>,
}

/// A digit, and the blind of its `W̄`.
struct Digit {
    value: Secret<Scalar>,
    blind: Secret<Scalar>,
}

impl<'a> WitnessBuilder<'a> {
    pub(crate) fn new(
        rng: TranscriptRng,
        table: &'a BaseTable,
        tickets: Vec<Vec<Blinded>>,
        digit_set: Option<VerifiedDigitSet>,
    ) -> Self {
        let (points, secrets) = (Vec::new(), Zeroizing::new(Vec::with_capacity(CAPACITY)));
        let committed = Vec::with_capacity(MAX_CREDENTIALS * MAX_STATEMENTS);
        let tickets = tickets.into_iter().map(|blinded| (blinded, 0)).collect();
        let (openings, digits) = (ByLength::new(), Vec::with_capacity(MAX_DIGITS));
        let (digits_blind, unsent) = (None, Zeroizing::new(Vec::with_capacity(MAX_DIMENSION)));
        Self { rng, table, points, secrets, unsent, committed, openings, tickets, digit_set, digits, digits_blind }
    }

    /// The next points and secrets: the digits of each bound of an interval, of which the lowest
    /// one is no secret of its own. Constant time in the value.
    pub(crate) fn digits(&mut self, interval: &Interval, value: u64) -> Result<(), Refused> {
        let base = self.digit_set.as_ref().ok_or(Refused::DEFECT)?.base();
        for bound in interval.bounds(base) {
            let number = Secret::new(bound.number(value));
            for place in 0..base.digits(interval.span()) {
                let digit = Secret::new(base.digit(*number.expose(), place));
                let value = self.digit(*digit.expose())?;
                if place > 0 {
                    self.secret(value.expose());
                }
            }
        }
        Ok(())
    }

    /// The next point, `W̄ = t·W` of a digit with a fresh `t`; gives the digit as a scalar.
    pub(crate) fn digit(&mut self, digit: u32) -> Result<Secret<Scalar>, Refused> {
        let witness = self.digit_set.as_ref().ok_or(Refused::DEFECT)?.witness(digit);
        let (value, blind) = (Scalar::from(digit), self.random());
        self.point(blind.expose(), witness.as_point());
        self.digits.push(Digit { value: Secret::new(value), blind });
        Ok(Secret::new(value))
    }

    /// The last point, `C = Σ a_g·K_g + τ_C·V`, where there are digits.
    pub(crate) fn bind_digits(&mut self) {
        if self.digits.is_empty() {
            return;
        }
        let blind = self.random();
        let mut scalars = Zeroizing::new(Vec::with_capacity(self.digits.len() + 1));
        scalars.extend(self.digits.iter().map(|digit| *digit.value.expose()).chain([*blind.expose()]));
        let bases = self.table.digits().iter().copied().take(self.digits.len());
        let points: Vec<Point> = bases.chain([self.base(Base::Set)]).collect();
        self.points.push(Element::new(Curve::sum(&scalars, &points)));
        self.digits_blind = Some(blind);
    }

    /// The last secret, `t' = τ_C + Σ γ_g·t_g`, where there are digits.
    pub(crate) fn merge_digits(&mut self, weights: &[Scalar]) {
        let Some(blind) = self.digits_blind.take() else { return };
        let merged = self.digits.iter().zip(weights);
        let sum = merged.fold(*blind.expose(), |sum, (digit, weight)| sum + weight * digit.blind.expose());
        self.secret(Secret::new(sum).expose());
    }

    /// A fresh scalar, never zero.
    pub(crate) fn random(&mut self) -> Secret<Scalar> {
        Secret::new(random_scalar(&mut self.rng))
    }

    /// The next secret scalar.
    pub(crate) fn secret(&mut self, scalar: &Scalar) {
        self.secrets.push(*scalar);
    }

    /// The next scalars whose responses are not sent.
    pub(crate) fn unsent(&mut self, scalars: &[Scalar]) {
        self.unsent.extend_from_slice(scalars);
    }

    /// All secrets: those with responses, then the others.
    pub(crate) fn witness(&self) -> Zeroizing<Vec<Scalar>> {
        let mut all = Zeroizing::new(Vec::with_capacity(self.secrets.len() + self.unsent.len()));
        all.extend_from_slice(&self.secrets);
        all.extend_from_slice(&self.unsent);
        all
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
        let (blinded, used) = self.tickets.get_mut(usize::from(ticket.number())).ok_or(Refused::DEFECT)?;
        let Blinded { blind, base, image } = blinded.get(*used).ok_or(Refused::DEFECT)?;
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

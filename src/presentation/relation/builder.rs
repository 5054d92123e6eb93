//! The relation of a presentation in the making: statements take points, introduce scalars and add
//! equations in order.

use alloc::vec::Vec;

use super::face::FaceClaim;
use crate::error::{Refused, refused};
use crate::group::{Base, BaseTable, Curve, Element, Scalar, TemplateBases};
use crate::presentation::mode::{Mode, TicketNumber};
use crate::presentation::subject::{Subject, Target};
use crate::range::{ByLength, Interval};
use crate::schema::{AttributeIndex, Schema};
use crate::set::DigitBase;
use crate::sigma::{Image, List, PointVar, Relation, ScalarVar, Term, Unmerged};
use crate::ticket::Pair;

/// The scalars of one credential that statements speak of.
#[derive(Clone)]
pub(crate) struct CredentialVars<'a> {
    /// Which of the credentials.
    pub(crate) credential: usize,
    pub(crate) schema: &'a Schema,
    pub(crate) pseudonym: ScalarVar,
    pub(crate) status: ScalarVar,
    pub(crate) flag: ScalarVar,
    pub(crate) factors: ScalarVar,
    pub(crate) since: ScalarVar,
    /// The attributes that stay hidden.
    pub(crate) hidden: Vec<(AttributeIndex, ScalarVar)>,
    /// The right side of its opening, but for the device's part.
    pub(crate) opening: Vec<Term>,
    /// Of a credential with a template.
    pub(crate) template: Option<TemplateVars>,
}

/// The packed entries of a template, whose responses are not sent.
#[derive(Clone)]
pub(crate) struct TemplateVars {
    /// `T_j`
    pub(crate) entries: Vec<ScalarVar>,
    /// `F_j`
    pub(crate) bases: Vec<PointVar>,
    /// `U`
    pub(crate) fold: PointVar,
    /// The equation that they are opened in.
    pub(crate) equation: usize,
}

impl CredentialVars<'_> {
    /// The scalar of a subject, unless it is disclosed.
    pub(crate) fn scalar(&self, subject: Subject) -> Result<ScalarVar, Refused> {
        match subject {
            Subject::Factors => Ok(self.factors),
            Subject::Since => Ok(self.since),
            Subject::Attribute(index) => {
                self.hidden.iter().find(|(other, _)| *other == index).map(|(_, scalar)| *scalar).ok_or(refused!("12-4"))
            }
        }
    }
}

/// A point and its image, and the ticket that vouches for them.
pub(crate) struct Ticketed {
    pub(crate) ticket: TicketNumber,
    pub(crate) pair: Pair,
    /// The same two in the relation.
    pub(crate) vars: [PointVar; 2],
}

/// A relation, and the points of the presentation that no statement has taken yet.
pub(crate) struct RelationBuilder<'a, 'p> {
    pub(crate) relation: Relation<'a, Curve>,
    points: core::slice::Iter<'p, Element>,
    /// Commitments to single values.
    pub(crate) committed: Vec<(Target, Element)>,
    /// Base points that the table lacks.
    beside: Vec<(AttributeIndex, PointVar)>,
    /// Commitments that range proofs speak of.
    pub(crate) ranges: ByLength<Element>,
    ticketed: Vec<Ticketed>,
    digits: Option<Digits>,
    /// What is to be concluded by a fold.
    pub(crate) face: Option<FaceClaim>,
}

/// The digits of a presentation so far.
struct Digits {
    base: DigitBase,
    /// Where the verifier finds the key.
    key: usize,
    unmerged: Unmerged,
}

/// A relation that is complete.
pub(crate) struct BuiltRelation<'a> {
    pub(crate) relation: Relation<'a, Curve>,
    /// `γ_g` of each digit.
    pub(crate) weights: Vec<Scalar>,
    pub(crate) ranges: ByLength<Element>,
    pub(crate) ticketed: Vec<Ticketed>,
    pub(crate) face: Option<FaceClaim>,
}

/// The place of a shared point that is the same for everybody, `U`: no verifier has so many others.
const FOLD: usize = usize::MAX;

pub(crate) const fn fixed(base: Base) -> PointVar {
    PointVar::Fixed(base.index())
}

impl<'a, 'p> RelationBuilder<'a, 'p> {
    pub(crate) fn new(relation: Relation<'a, Curve>, points: &'p [Element]) -> Self {
        Self {
            relation,
            points: points.iter(),
            committed: Vec::new(),
            beside: Vec::new(),
            ranges: ByLength::new(),
            ticketed: Vec::new(),
            digits: None,
            face: None,
        }
    }

    /// Takes digits in this base, under the key at this place, from now on.
    pub(crate) fn with_digits(&mut self, base: DigitBase, key: usize, table: &'a BaseTable) {
        self.relation.with_list(List::Binding, table.digits());
        self.digits = Some(Digits { base, key, unmerged: Unmerged::new() });
    }

    /// That each bound of an interval holds of a scalar: with the number `v = κ + ε·scalar` of the
    /// bound, `v = Σ b^l·a_l` (spec 12 §11.2). Takes `W̄` of each digit, and adds the scalars of
    /// all but the lowest, which is derived: it is the one that only this sum needs.
    pub(crate) fn digits(&mut self, scalar: ScalarVar, interval: &Interval) -> Result<(), Refused> {
        let base = self.digits.as_ref().ok_or(refused!("12-45"))?.base;
        for bound in interval.bounds(base) {
            let points = (0..base.digits(interval.span())).map(|_| self.take_point());
            let points = points.collect::<Result<Vec<_>, _>>()?;
            let (constant, sign) = bound.affine();
            let mut terms = alloc::vec![(sign, scalar)];
            let mut digits = Vec::with_capacity(points.len());
            for place in 1..points.len() {
                let digit = self.relation.scalar();
                terms.push((-base.power(place), digit));
                digits.push(digit);
            }
            digits.insert(0, self.relation.derived_scalar(constant, terms));
            digits.into_iter().zip(points).try_for_each(|(digit, point)| self.digit(digit, point))?;
        }
        Ok(())
    }

    /// That a scalar is a digit: that its `W̄` is of the digits' table. The next `K_g` binds it.
    pub(crate) fn digit(&mut self, digit: ScalarVar, point: PointVar) -> Result<(), Refused> {
        self.digits.as_mut().ok_or(refused!("12-45"))?.unmerged.add(digit, point);
        Ok(())
    }

    /// The packed entries of a template, in the equation that is added next.
    pub(crate) fn template(&mut self, bases: &'a TemplateBases) -> TemplateVars {
        let relation = &mut self.relation;
        relation.with_list(List::Vector, &bases.entries);
        let entries = bases.entries.iter().map(|_| relation.unsent_scalar()).collect();
        let points = (0..bases.entries.len()).map(|j| PointVar::Listed(List::Vector, j)).collect();
        let fold = relation.shared_point(FOLD, bases.fold);
        TemplateVars { entries, bases: points, fold, equation: relation.equation_count() }
    }

    /// How many of the points that were sent are not taken yet.
    pub(crate) fn points_left(&self) -> usize {
        self.points.len()
    }

    /// The next point that was sent.
    pub(crate) fn take(&mut self) -> Result<&'p Element, Refused> {
        self.points.next().ok_or(refused!("06-52"))
    }

    /// `H_i`, in the table of the first credential's issuer or, where its schema has fewer
    /// attributes, beside it.
    pub(crate) fn attribute(&mut self, index: AttributeIndex) -> PointVar {
        let base = Base::Attribute(index.index());
        if self.relation.has_fixed(base.index()) {
            return fixed(base);
        }
        if let Some((_, point)) = self.beside.iter().find(|(other, _)| *other == index) {
            return *point;
        }
        let point = self.relation.point(base.point());
        self.beside.push((index, point));
        point
    }

    /// The next point that was sent, as a point of the relation.
    pub(crate) fn take_point(&mut self) -> Result<PointVar, Refused> {
        let point = self.take()?.point();
        Ok(self.relation.point(point))
    }

    /// The next point that was sent, and its image under a key: the verifier's own product, or the
    /// next point, which a ticket vouches for.
    pub(crate) fn take_keyed(&mut self, mode: Mode, key: usize) -> Result<(PointVar, Image<Curve>), Refused> {
        let base = *self.take()?;
        let point = self.relation.point(base.point());
        let Mode::Ticket(ticket) = mode else { return Ok((point, Image::Keyed(key, point))) };
        let image = *self.take()?;
        let vars = [point, self.relation.point(image.point())];
        self.ticketed.push(Ticketed { ticket, pair: Pair::new(base, image), vars });
        Ok((point, Image::Public(alloc::vec![(Scalar::ONE, vars[1])])))
    }

    /// Merges the digits, whose `C` is the last point; nothing may be left over. `weight` squeezes
    /// from a transcript that has absorbed all points.
    pub(crate) fn finish(mut self, weight: impl FnMut() -> Scalar) -> Result<BuiltRelation<'a>, Refused> {
        let mut weights = Vec::new();
        if let Some(Digits { key, unmerged, .. }) = self.digits.take() {
            let bound = unmerged.bound_by(self.take_point()?)?;
            weights = bound.merge(&mut self.relation, key, fixed(Base::Set), weight);
        }
        if self.points.next().is_some() {
            return Err(refused!("06-52"));
        }
        let Self { relation, ranges, ticketed, face, .. } = self;
        Ok(BuiltRelation { relation, weights, ranges, ticketed, face })
    }
}

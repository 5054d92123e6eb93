//! What is claimed: equations over typed variables.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::ops::{Mul, Neg};

use crate::error::{Refused, refused};
use crate::group::Group;

/// A secret scalar of a relation, with its place among those of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ScalarVar {
    /// Its response is sent.
    Sent(usize),
    /// It is affine in scalars whose responses are sent, and so is its response, which both sides
    /// compute.
    Derived(usize),
    /// What its response is, is shown after the others are sent.
    Unsent(usize),
}

/// Base points without precomputed multiples. A list is the same for all proofs of a batch, but
/// that one may know more of it than another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum List {
    /// `K_g`, which bind scalars of merged equations.
    Binding,
    /// `F_j`, which a vector is committed to with.
    Vector,
}

impl List {
    pub(super) const COUNT: usize = 2;

    pub(super) const fn index(self) -> usize {
        self as usize
    }
}

/// A point of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PointVar {
    /// A base point, by its place in the table of base points.
    Fixed(usize),
    /// A base point, by its place in a list.
    Listed(List, usize),
    /// A public point that many proofs of a batch share, by its place at the verifier.
    Shared(usize),
    /// A point of this proof alone.
    Own(usize),
}

/// `± scalar·point`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Term {
    pub(super) negative: bool,
    pub(super) scalar: ScalarVar,
    pub(super) point: PointVar,
}

impl Mul<PointVar> for ScalarVar {
    type Output = Term;

    fn mul(self, point: PointVar) -> Term {
        Term { negative: false, scalar: self, point }
    }
}

impl Neg for Term {
    type Output = Self;

    fn neg(self) -> Self {
        Self { negative: !self.negative, ..self }
    }
}

/// The left side of an equation.
pub(crate) enum Image<G: Group> {
    /// `Σ coefficient·point`, all public.
    Public(Vec<Weighted<G>>),
    /// `key·point` for the verifier's key at this place of its key ring.
    Keyed(usize, PointVar),
    /// `Σ coefficient·point + key·Σ coefficient·point`.
    Mixed { public: Vec<Weighted<G>>, key: usize, keyed: Vec<Weighted<G>> },
}

/// `coefficient·point`, both public.
pub(crate) type Weighted<G> = (<G as Group>::Scalar, PointVar);

/// `coefficient·scalar·point`.
pub(crate) type WeightedTerm<G> = (<G as Group>::Scalar, ScalarVar, PointVar);

/// `Σ coefficient·scalar`.
pub(crate) type Linear<G> = Vec<(<G as Group>::Scalar, ScalarVar)>;

pub(super) struct Equation<G: Group> {
    pub(super) image: Image<G>,
    pub(super) terms: Vec<WeightedTerm<G>>,
}

impl<G: Group> Equation<G> {
    fn has_a_term_twice(&self) -> bool {
        let mut terms: Vec<_> = self.terms.iter().map(|(_, scalar, point)| (*scalar, *point)).collect();
        terms.sort_unstable();
        terms.iter().zip(terms.iter().skip(1)).any(|(one, next)| one == next)
    }

    pub(super) fn has_unsent(&self) -> bool {
        self.terms.iter().any(|(_, scalar, _)| matches!(scalar, ScalarVar::Unsent(_)))
    }
}

/// What a derived scalar is: `constant + Σ coefficient·scalar`.
struct Derivation<G: Group> {
    constant: G::Scalar,
    terms: Linear<G>,
}

/// The last part of an equation, which its prover shows after the responses: `factor` times the
/// equation as it stands, and `sum`, are the identity together.
pub(super) struct Conclusion<G: Group> {
    pub(super) equation: usize,
    pub(super) factor: G::Scalar,
    pub(super) sum: Vec<Weighted<G>>,
}

/// `Σ coefficient·point = value`, without a secret.
pub(super) struct PlainEquation<G: Group> {
    pub(super) value: G::Point,
    pub(super) sum: Vec<(G::Scalar, PointVar)>,
}

/// The place of a key, a point, and what a proof claims that key times point is.
pub(crate) type Claimed<G> = (usize, <G as Group>::Point, <G as Group>::Point);

/// A conjunction of equations over shared scalars.
pub(crate) struct Relation<'a, G: Group> {
    pub(super) fixed: &'a [G::Point],
    pub(super) listed: [&'a [G::Point]; List::COUNT],
    pub(super) shared: BTreeMap<usize, G::Point>,
    pub(super) own: Vec<G::Point>,
    pub(super) scalars: usize,
    derived: Vec<Derivation<G>>,
    unsent: usize,
    /// Of each linear equation between scalars the one whose nonce follows from the others'.
    pub(super) tied: Vec<(ScalarVar, Linear<G>)>,
    outside: Option<ScalarVar>,
    #[cfg(suite = "p256")]
    pending: Option<usize>,
    pub(super) equations: Vec<Equation<G>>,
    pub(super) plain: Vec<PlainEquation<G>>,
    pub(super) conclusions: Vec<Conclusion<G>>,
}

impl<'a, G: Group> Relation<'a, G> {
    /// An empty relation over a table of base points.
    pub(crate) const fn new(fixed: &'a [G::Point]) -> Self {
        Self {
            fixed,
            listed: [&[]; List::COUNT],
            shared: BTreeMap::new(),
            own: Vec::new(),
            scalars: 0,
            derived: Vec::new(),
            unsent: 0,
            tied: Vec::new(),
            outside: None,
            #[cfg(suite = "p256")]
            pending: None,
            equations: Vec::new(),
            plain: Vec::new(),
            conclusions: Vec::new(),
        }
    }

    /// Takes base points of a list, from its first on.
    pub(crate) fn with_list(&mut self, list: List, points: &'a [G::Point]) {
        if let Some(listed) = self.listed.get_mut(list.index()) {
            *listed = points;
        }
    }

    /// A new secret scalar.
    pub(crate) const fn scalar(&mut self) -> ScalarVar {
        self.scalars += 1;
        ScalarVar::Sent(self.scalars - 1)
    }

    /// A new secret scalar that is `constant + Σ coefficient·scalar` of scalars that are sent. Its
    /// response follows from theirs, so this linear equation is proven by its own form.
    ///
    /// The scalar is new, so no other equation can define it: of two that did, the first would not
    /// be proven.
    pub(crate) fn derived_scalar(&mut self, constant: G::Scalar, terms: Linear<G>) -> ScalarVar {
        self.derived.push(Derivation { constant, terms });
        ScalarVar::Derived(self.derived.len() - 1)
    }

    /// A new secret scalar whose response is not sent: the equation that it is in, which is one, is
    /// completed by [`Relation::conclude`].
    pub(crate) const fn unsent_scalar(&mut self) -> ScalarVar {
        self.unsent += 1;
        ScalarVar::Unsent(self.unsent - 1)
    }

    /// Has the nonce of `scalar`, which is sent, be `Σ coefficient·nonce`: the commitment of the
    /// linear equation `scalar = constant + Σ coefficient·scalar` is 0 then, and needs no sending.
    /// What proves the equation is said by whoever concludes.
    pub(crate) fn tie(&mut self, scalar: ScalarVar, terms: Linear<G>) {
        self.tied.push((scalar, terms));
    }

    /// Completes the equation at this place, after the responses and a challenge from them are
    /// there: what is left of it without its unsent scalars, `Σ ± s·point − c·image − T`, gives the
    /// identity when it is taken `factor` times and `sum` is added. An equation with unsent scalars
    /// takes this once, another not at all: the relation is refused otherwise.
    pub(crate) fn conclude(&mut self, equation: usize, factor: G::Scalar, sum: Vec<Weighted<G>>) {
        self.conclusions.push(Conclusion { equation, factor, sum });
    }

    /// How many nonces a prover draws: for the scalars that are sent, then for the unsent ones.
    pub(crate) const fn nonces(&self) -> usize {
        self.scalars + self.unsent
    }

    /// A new secret scalar that takes an outside party, who holds it or answers for it; there is at
    /// most one.
    pub(crate) fn external_scalar(&mut self) -> ScalarVar {
        let scalar = self.scalar();
        debug_assert!(self.outside.is_none());
        self.outside = Some(scalar);
        scalar
    }

    /// The place of the outside party's scalar among the responses.
    pub(crate) const fn outside(&self) -> Option<usize> {
        match self.outside {
            Some(ScalarVar::Sent(place)) => Some(place),
            Some(ScalarVar::Derived(_) | ScalarVar::Unsent(_)) | None => None,
        }
    }

    /// Whether the table of base points goes that far.
    pub(crate) const fn has_fixed(&self, place: usize) -> bool {
        place < self.fixed.len()
    }

    /// A point of this proof.
    pub(crate) fn point(&mut self, point: G::Point) -> PointVar {
        self.own.push(point);
        PointVar::Own(self.own.len() - 1)
    }

    /// A point of this proof that is not known yet, at most one: it is the identity, which a
    /// relation is refused for, until [`Relation::complete`] gives it.
    #[cfg(suite = "p256")]
    pub(crate) fn pending_point(&mut self) -> PointVar
    where
        G::Point: Default,
    {
        debug_assert!(self.pending.is_none());
        self.pending = Some(self.own.len());
        self.point(G::Point::default())
    }

    /// Gives the pending point, and adds a public part to the image of the equation at this place.
    #[cfg(suite = "p256")]
    pub(crate) fn complete(&mut self, point: G::Point, equation: usize, part: Weighted<G>) -> Result<(), Refused> {
        let place = self.pending.take().and_then(|place| self.own.get_mut(place)).ok_or(Refused::DEFECT)?;
        *place = point;
        match self.equations.get_mut(equation).map(|equation| &mut equation.image) {
            Some(Image::Public(sum)) => sum.push(part),
            _ => return Err(Refused::DEFECT),
        }
        Ok(())
    }

    /// The points in the image and in the terms of an equation, for tests of what stands where.
    #[cfg(all(test, suite = "p256"))]
    pub(crate) fn points_of(&self, equation: usize) -> Option<[Vec<G::Point>; 2]> {
        let equation = self.equations.get(equation)?;
        let image = match &equation.image {
            Image::Public(sum) => sum.iter().filter_map(|(_, at)| self.resolve(*at)).collect(),
            Image::Keyed(_, at) => self.resolve(*at).into_iter().collect(),
            Image::Mixed { .. } => return None,
        };
        Some([image, equation.terms.iter().filter_map(|(.., at)| self.resolve(*at)).collect()])
    }

    /// A point that other proofs of the batch have too; `place` is the same for the same point.
    pub(crate) fn shared_point(&mut self, place: usize, point: G::Point) -> PointVar {
        self.shared.insert(place, point);
        PointVar::Shared(place)
    }

    /// The place of the equation that is added next.
    pub(crate) const fn equation_count(&self) -> usize {
        self.equations.len()
    }

    /// The place of the equation that a fold concludes, if one does.
    #[cfg(feature = "hazmat")]
    pub(crate) fn concluded(&self) -> Option<usize> {
        self.conclusions.first().map(|conclusion| conclusion.equation)
    }

    /// How many scalars have responses that are sent.
    pub(crate) const fn response_count(&self) -> usize {
        self.scalars
    }

    /// Adds `image = Σ terms`.
    pub(crate) fn equation(&mut self, image: Image<G>, terms: Vec<Term>) {
        let minus = -G::ONE;
        let sign = |negative| if negative { minus } else { G::ONE };
        let terms = terms.into_iter().map(|term| (sign(term.negative), term.scalar, term.point));
        self.weighted_equation(image, terms.collect());
    }

    /// Adds `image = Σ coefficient·scalar·point`.
    pub(crate) fn weighted_equation(&mut self, image: Image<G>, terms: Vec<WeightedTerm<G>>) {
        self.equations.push(Equation { image, terms });
    }

    /// The value of a scalar, a nonce or a response, from those of the scalars that are sent and
    /// then of those that are not. A constant counts `factor` times: 0 of a nonce, 1 of the scalar
    /// itself, the challenge of a response. Constant time.
    pub(super) fn value(&self, scalar: ScalarVar, values: &[G::Scalar], factor: G::Scalar) -> Option<G::Scalar> {
        match scalar {
            ScalarVar::Sent(place) => values.get(..self.scalars)?.get(place).copied(),
            ScalarVar::Unsent(place) => values.get(self.scalars..)?.get(place).copied(),
            ScalarVar::Derived(place) => {
                let Derivation { constant, terms } = self.derived.get(place)?;
                self.linear(terms, values).map(|sum| sum + factor * *constant)
            }
        }
    }

    /// `Σ coefficient·value`, of scalars that are not derived. Constant time.
    pub(super) fn linear(&self, terms: &Linear<G>, values: &[G::Scalar]) -> Option<G::Scalar> {
        terms.iter().try_fold(G::ZERO, |sum, (coefficient, scalar)| match scalar {
            ScalarVar::Sent(_) | ScalarVar::Unsent(_) => {
                Some(sum + *coefficient * self.value(*scalar, values, G::ZERO)?)
            }
            ScalarVar::Derived(_) => None,
        })
    }

    /// Adds `Σ coefficient·point = value` without a secret, for a verifier's sum.
    pub(crate) fn public_equation(&mut self, value: G::Point, sum: Vec<(G::Scalar, PointVar)>) {
        self.plain.push(PlainEquation { value, sum });
    }

    /// What a proof claims each product with a key to be, in order: the key's place, the point, and
    /// `c⁻¹·(Σ ± s·point − T)` without the public part of the image, of which the keyed equation
    /// says that it is `key·point` (spec 06 §7.2). Variable time; everything here is public.
    pub(crate) fn vartime_claimed(
        &self,
        commitments: &[G::Point],
        [challenge, inverse_challenge]: [G::Scalar; 2],
        responses: &[G::Scalar],
    ) -> Result<Vec<Claimed<G>>, Refused> {
        let mut claimed = Vec::new();
        for (equation, commitment) in self.equations.iter().zip(commitments) {
            let (public, key, base) = match &equation.image {
                Image::Public(_) => continue,
                Image::Keyed(key, point) => (&[][..], *key, self.resolve(*point).ok_or(Refused::DEFECT)?),
                Image::Mixed { public, key, keyed } => (&**public, *key, self.vartime_weighted(keyed)?),
            };
            let (mut scalars, mut points) = (alloc::vec![-inverse_challenge], alloc::vec![*commitment]);
            for (coefficient, scalar, point) in &equation.terms {
                let response = self.value(*scalar, responses, challenge).ok_or(Refused::DEFECT)?;
                scalars.push(inverse_challenge * *coefficient * response);
                points.push(self.resolve(*point).ok_or(Refused::DEFECT)?);
            }
            for (coefficient, point) in public {
                scalars.push(-*coefficient);
                points.push(self.resolve(*point).ok_or(Refused::DEFECT)?);
            }
            claimed.push((key, base, G::vartime_sum(&scalars, &points)));
        }
        Ok(claimed)
    }

    /// `Σ coefficient·point`.
    pub(super) fn vartime_weighted(&self, sum: &[Weighted<G>]) -> Result<G::Point, Refused> {
        let points: Option<Vec<_>> = sum.iter().map(|(_, point)| self.resolve(*point)).collect();
        let scalars: Vec<_> = sum.iter().map(|(coefficient, _)| *coefficient).collect();
        Ok(G::vartime_sum(&scalars, &points.ok_or(Refused::DEFECT)?))
    }

    pub(super) fn resolve(&self, point: PointVar) -> Option<G::Point> {
        self.find(point).copied()
    }

    fn find(&self, point: PointVar) -> Option<&G::Point> {
        match point {
            PointVar::Fixed(i) => self.fixed.get(i),
            PointVar::Listed(list, i) => self.listed.get(list.index())?.get(i),
            PointVar::Own(i) => self.own.get(i),
            PointVar::Shared(place) => self.shared.get(&place),
        }
    }

    /// The rules that make a relation meaningful (spec 01 §7.1): every variable refers to
    /// something; every equation has a term, and none twice; every scalar occurs, an unsent one in
    /// one equation; what derives is sent; no point is the identity; the outside scalar occurs in
    /// one equation and derives nothing; what is concluded has unsent scalars, and is concluded
    /// once.
    ///
    /// Both sides check them before anything else, so that a hostile point cannot turn an equation
    /// into an empty claim. Base points are no identities. A plain equation is computed, its points
    /// looked up in a sum.
    pub(super) fn check(&self) -> Result<(), Refused> {
        let mut occurs = Occurrences::of(self);
        for equation in &self.equations {
            if equation.terms.is_empty() {
                return Err(refused!("01-12"));
            }
            for (_, scalar, point) in &equation.terms {
                *occurs.count(*scalar).ok_or(Refused::DEFECT)? += 1;
                self.find(*point).ok_or(Refused::DEFECT)?;
            }
            if equation.has_a_term_twice() {
                return Err(refused!("01-12"));
            }
            self.check_image(&equation.image)?;
        }
        let identity = self.own.iter().chain(self.shared.values()).any(|p| G::is_identity(p));
        let is_sent = |(_, scalar): &(G::Scalar, ScalarVar)| {
            matches!(scalar, ScalarVar::Sent(place) if *place < self.scalars) && Some(*scalar) != self.outside
        };
        let derived = self.derived.iter().all(|derived| derived.terms.iter().all(is_sent));
        let outside_once = self.outside().is_none_or(|place| occurs.sent.get(place) == Some(&1));
        if !occurs.are_right() || !self.conclusions_are_right() {
            return Err(refused!("01-13"));
        }
        if identity {
            return Err(refused!("01-14"));
        }
        if derived && outside_once { Ok(()) } else { Err(refused!("01-15")) }
    }

    /// Each conclusion is of an equation with unsent scalars, of another one, and has it count.
    fn conclusions_are_right(&self) -> bool {
        let is_right = |(place, conclusion): (usize, &Conclusion<G>)| {
            let equation = self.equations.get(conclusion.equation);
            let mut earlier = self.conclusions.iter().take(place);
            equation.is_some_and(Equation::has_unsent)
                && conclusion.factor != G::ZERO
                && earlier.all(|other| other.equation != conclusion.equation)
        };
        self.conclusions.iter().enumerate().all(is_right)
    }

    fn check_image(&self, image: &Image<G>) -> Result<(), Refused> {
        let resolve = |sum: &[Weighted<G>]| sum.iter().all(|(_, point)| self.find(*point).is_some());
        let resolves = match image {
            Image::Public(sum) => resolve(sum),
            Image::Keyed(_, point) => self.find(*point).is_some(),
            Image::Mixed { public, keyed, .. } => resolve(public) && resolve(keyed) && !keyed.is_empty(),
        };
        if resolves { Ok(()) } else { Err(Refused::DEFECT) }
    }
}

/// In how many terms each scalar occurs.
struct Occurrences {
    sent: Vec<usize>,
    derived: Vec<usize>,
    unsent: Vec<usize>,
}

impl Occurrences {
    fn of<G: Group>(relation: &Relation<'_, G>) -> Self {
        let [sent, derived, unsent] =
            [relation.scalars, relation.derived.len(), relation.unsent].map(|count| alloc::vec![0; count]);
        Self { sent, derived, unsent }
    }

    fn count(&mut self, scalar: ScalarVar) -> Option<&mut usize> {
        match scalar {
            ScalarVar::Sent(place) => self.sent.get_mut(place),
            ScalarVar::Derived(place) => self.derived.get_mut(place),
            ScalarVar::Unsent(place) => self.unsent.get_mut(place),
        }
    }

    fn are_right(&self) -> bool {
        let occur = self.sent.iter().chain(&self.derived).all(|count| *count > 0);
        occur && self.unsent.iter().all(|count| *count == 1)
    }
}

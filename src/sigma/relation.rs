//! What is claimed: equations over typed variables.

use alloc::vec::Vec;
use core::ops::{Mul, Neg};

use crate::error::Refused;
use crate::group::Group;

/// A secret scalar of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ScalarVar(pub(super) usize);

/// A point of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PointVar {
    /// A base point, by its place in the table of base points.
    Fixed(usize),
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

impl ScalarVar {
    /// Its place among the responses.
    pub(crate) const fn index(self) -> usize {
        self.0
    }
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
    Public(Vec<(G::Scalar, PointVar)>),
    /// `key·point` for the verifier's key at this place of its key ring.
    Keyed(usize, PointVar),
}

pub(super) struct Equation<G: Group> {
    pub(super) image: Image<G>,
    pub(super) terms: Vec<Term>,
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
    pub(super) shared: Vec<(usize, G::Point)>,
    pub(super) own: Vec<G::Point>,
    pub(super) scalars: usize,
    pub(super) outside: Option<ScalarVar>,
    pub(super) equations: Vec<Equation<G>>,
    pub(super) plain: Vec<PlainEquation<G>>,
}

impl<'a, G: Group> Relation<'a, G> {
    /// An empty relation over a table of base points.
    pub(crate) const fn new(fixed: &'a [G::Point]) -> Self {
        Self {
            fixed,
            shared: Vec::new(),
            own: Vec::new(),
            scalars: 0,
            outside: None,
            equations: Vec::new(),
            plain: Vec::new(),
        }
    }

    /// A new secret scalar.
    pub(crate) const fn scalar(&mut self) -> ScalarVar {
        self.scalars += 1;
        ScalarVar(self.scalars - 1)
    }

    /// A new secret scalar whose holder is an outside party; there is at most one.
    pub(crate) fn external_scalar(&mut self) -> ScalarVar {
        let scalar = self.scalar();
        debug_assert!(self.outside.is_none());
        self.outside = Some(scalar);
        scalar
    }

    /// The scalar of the outside party.
    pub(crate) const fn outside(&self) -> Option<ScalarVar> {
        self.outside
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

    /// A point that other proofs of the batch have too; `place` is the same for the same point.
    pub(crate) fn shared_point(&mut self, place: usize, point: G::Point) -> PointVar {
        self.shared.push((place, point));
        PointVar::Shared(place)
    }

    /// Adds `image = Σ terms`.
    pub(crate) fn equation(&mut self, image: Image<G>, terms: Vec<Term>) {
        self.equations.push(Equation { image, terms });
    }

    /// Adds `Σ coefficient·point = value`without a secret, for a verifier's sum.
    pub(crate) fn public_equation(&mut self, value: G::Point, sum: Vec<(G::Scalar, PointVar)>) {
        self.plain.push(PlainEquation { value, sum });
    }

    /// What a proof claims each product with a key to be, in order: the key's place, the point, and
    /// `c⁻¹·(Σ ± s·point − T)`, of which the keyed equation says that it is `key·point` (spec 06
    /// §7.2). Variable time; everything here is public.
    pub(crate) fn vartime_claimed(
        &self,
        commitments: &[G::Point],
        inverse_challenge: G::Scalar,
        responses: &[G::Scalar],
    ) -> Result<Vec<Claimed<G>>, Refused> {
        let mut claimed = Vec::new();
        for (equation, commitment) in self.equations.iter().zip(commitments) {
            let Image::Keyed(key, point) = equation.image else { continue };
            let (mut scalars, mut points) = (alloc::vec![-inverse_challenge], alloc::vec![*commitment]);
            for term in &equation.terms {
                let response = *responses.get(term.scalar.0).ok_or(Refused)?;
                scalars.push(inverse_challenge * if term.negative { -response } else { response });
                points.push(self.resolve(term.point).ok_or(Refused)?);
            }
            claimed.push((key, self.resolve(point).ok_or(Refused)?, G::vartime_sum(&scalars, &points)));
        }
        Ok(claimed)
    }

    pub(super) fn resolve(&self, point: PointVar) -> Option<G::Point> {
        match point {
            PointVar::Fixed(i) => self.fixed.get(i).copied(),
            PointVar::Own(i) => self.own.get(i).copied(),
            PointVar::Shared(place) => self.shared.iter().find(|(p, _)| *p == place).map(|(_, point)| *point),
        }
    }

    /// The rules that make a relation meaningful (spec 01 §7.1): every variable refers to
    /// something; every equation has a term, and none twice; every scalar occurs; no point is the
    /// identity; the outside scalar occurs in one equation.
    ///
    /// Both sides check them before anything else, so that a hostile point cannot turn an equation
    /// into an empty claim. A plain equation claims nothing that is not computed; its points are
    /// looked up when it is added to a sum.
    pub(super) fn check(&self) -> Result<(), Refused> {
        let mut occurs = alloc::vec![0usize; self.scalars];
        for equation in &self.equations {
            if equation.terms.is_empty() {
                return Err(Refused);
            }
            for (i, term) in equation.terms.iter().enumerate() {
                *occurs.get_mut(term.scalar.0).ok_or(Refused)? += 1;
                self.resolve(term.point).ok_or(Refused)?;
                let mut later = equation.terms.iter().skip(i + 1);
                if later.any(|other| other.scalar == term.scalar && other.point == term.point) {
                    return Err(Refused);
                }
            }
            match &equation.image {
                Image::Keyed(_, point) => self.resolve(*point).map(|_| ()).ok_or(Refused)?,
                Image::Public(sum) => {
                    for (_, point) in sum {
                        self.resolve(*point).ok_or(Refused)?;
                    }
                }
            }
        }
        let identity = self.own.iter().chain(self.shared.iter().map(|(_, point)| point)).any(|p| G::is_identity(p));
        let outside_once = self.outside.is_none_or(|scalar| occurs.get(scalar.0) == Some(&1));
        if identity || occurs.contains(&0) || !outside_once { Err(Refused) } else { Ok(()) }
    }
}

//! `N`, the base point of the branch that nobody can answer honestly, and the commitments over it
//! and `G` (spec 14 §1).

use alloc::boxed::Box;

use once_cell::race::OnceBox;

use crate::group::{Base, Curve, Element, FixedBase, Group, Point, Scalar, vartime_double_sum};

/// `N`, and `1/2`.
pub(super) struct TicketBase {
    pub(super) element: Element,
    multiples: FixedBase,
    /// Points are computed at half their size, for [`Element::doubles`].
    pub(super) half: Scalar,
}

impl TicketBase {
    /// Made at the first use, and kept: everyone's is the same.
    pub(super) fn shared() -> &'static Self {
        static BASE: OnceBox<TicketBase> = OnceBox::new();
        BASE.get_or_init(|| Box::new(Self::new(Base::Ticket.point())))
    }

    /// The tests of soundness have a point of their own, whose logarithm they know.
    pub(super) fn new(point: Point) -> Self {
        Self { element: Element::new(point), multiples: FixedBase::new(&point), half: Scalar::from(2_u8).invert() }
    }

    /// `s0·G − c0·N`, constant time.
    pub(super) fn commit(&self, s0: &Scalar, c0: &Scalar) -> Point {
        Point::mul_base(s0) - self.multiples.mul(c0)
    }
}

/// `s·G − c·X`, constant time.
///
/// One sum of two costs 1.0 multiplications, where two multiplications cost 1.3. With the multiples
/// of `X` it would be less, but not by the 33 that these cost for an order of a hundred tickets.
pub(super) fn commit(s: &Scalar, c: &Scalar, public: &Element) -> Point {
    let scalars = zeroize::Zeroizing::new([*s, -c]);
    Curve::sum(&*scalars, &[Base::Basepoint.point(), public.point()])
}

/// `s·G − c·X`, variable time. With tables of multiples of `X` it was not measurably faster: these
/// are not computed with in vector registers.
pub(super) fn vartime_commit(s: &Scalar, c: &Scalar, public: &Element) -> Point {
    vartime_double_sum(&-c, public.as_point(), s)
}

//! A ticket, and what anybody checks of it (spec 14 §1).

use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroize;

use super::base::{TicketBase, vartime_commit};
use super::challenge::{Commitments, challenge, powers, weight};
use super::{MAX_KEYS, Pair, TicketKey};
use crate::error::{Refused, refused};
use crate::group::{Base, Curve, Element, Group, Scalar};

/// `(R0, R2, c1, s0, s1_1, …, s1_J)`: that `P'_j = x_j·P_j` for each of J keys, for anybody to
/// check.
///
/// It is of use with its pairs only, and is as public as they are: confidential until it is shown,
/// evidence afterwards. It does not expire and does not count how often it is shown. A holder shows
/// it once, as two presentations with the same pairs are seen to be one holder's.
#[derive(Clone, PartialEq, Eq)]
pub struct Ticket {
    pub(super) r0: Element,
    pub(super) r2: Element,
    pub(super) c1: Scalar,
    pub(super) s0: Scalar,
    pub(super) s1: Vec<Scalar>,
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ticket({} keys, redacted)", self.s1.len())
    }
}

impl Zeroize for Ticket {
    fn zeroize(&mut self) {
        self.r0.zeroize();
        self.r2.zeroize();
        self.c1.zeroize();
        self.s0.zeroize();
        self.s1.zeroize();
    }
}

/// The two equations that are left of a ticket when its hash is computed (spec 14 §1.3). A
/// presentation adds them to its own sum, which has the pairs in it already.
pub(crate) struct Remaining {
    /// `R0 = s0·G − c0·N`: the coefficients of `G` and `N`.
    pub(crate) other: [Scalar; 2],
    /// `R2 = Σ_j v^(j−1)·(s1_j·P_j − c1·P'_j)`: those of `P_j` and `P'_j`, for each j.
    pub(crate) pairs: Vec<[Scalar; 2]>,
}

impl Ticket {
    /// Whether it is a ticket for these keys and pairs, in this order (checks 14-2 to 14-5).
    /// Variable time; everything here is public.
    ///
    /// # Errors
    /// [`Refused`], also for another number of keys or pairs than 1 to 8 or than the ticket has,
    /// and for the identity.
    pub fn vartime_verify(&self, keys: &[TicketKey], pairs: &[Pair]) -> Result<(), Refused> {
        self.vartime_verify_over(TicketBase::shared(), keys, pairs)
    }

    pub(super) fn vartime_verify_over(
        &self,
        base: &TicketBase,
        keys: &[TicketKey],
        pairs: &[Pair],
    ) -> Result<(), Refused> {
        let left = self.vartime_remaining_over(base, keys, pairs)?;
        let r0 = Curve::vartime_sum(&left.other, [&Base::Basepoint.point(), base.element.as_point()]);
        let points = pairs.iter().flat_map(|pair| [pair.point.as_point(), pair.image.as_point()]);
        let r2 = Curve::vartime_sum(left.pairs.as_flattened(), points);
        if r0 == self.r0.point() && r2 == self.r2.point() { Ok(()) } else { Err(refused!("14-5")) }
    }

    /// Checks all but two equations, which it leaves to the caller (14-2 to 14-4). Variable time.
    pub(crate) fn vartime_remaining(&self, keys: &[TicketKey], pairs: &[Pair]) -> Result<Remaining, Refused> {
        self.vartime_remaining_over(TicketBase::shared(), keys, pairs)
    }

    fn vartime_remaining_over(
        &self,
        base: &TicketBase,
        keys: &[TicketKey],
        pairs: &[Pair],
    ) -> Result<Remaining, Refused> {
        let count = keys.len();
        if count == 0 || count > MAX_KEYS || pairs.len() != count || self.s1.len() != count {
            return Err(refused!("14-2"));
        }
        pairs.iter().try_for_each(Pair::check)?;
        if self.commitments().into_iter().any(|point| Curve::is_identity(point.as_point())) {
            return Err(refused!("14-4"));
        }
        let c1 = base.half * self.c1;
        let commit = |(key, s1): (&TicketKey, &Scalar)| vartime_commit(&(base.half * s1), &c1, key.public());
        let halves: Vec<_> = keys.iter().zip(&self.s1).map(commit).collect();
        let r1 = Element::doubles(&halves).map_err(|_| refused!("14-4"))?;
        let weight = weight(keys, pairs);
        let c0 = challenge(base, &weight, &Commitments { r1: &r1, r2: &self.r2, r0: &self.r0 }) - self.c1;
        let pairs = powers(weight).zip(&self.s1).map(|(power, s1)| [power * s1, -(power * self.c1)]).collect();
        Ok(Remaining { other: [self.s0, -c0], pairs })
    }

    /// `R0` and `R2`.
    pub(crate) const fn commitments(&self) -> [&Element; 2] {
        [&self.r0, &self.r2]
    }
}

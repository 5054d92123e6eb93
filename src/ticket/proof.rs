//! A ticket, and what anybody checks of it (spec 14 §1).

use alloc::vec::Vec;

use zeroize::Zeroize;

use super::base::{TicketBase, commit_fixed, vartime_commit};
use super::challenge::{Commitments, challenge};
use super::{MAX_KEYS, Pair, PreparedKeys, TicketKey};
use crate::error::Refused;
use crate::group::{Element, Group, Ristretto, Scalar};

/// `(c0, c1, s0, s1_1, …, s1_J)`: that `P'_j = x_j·P_j` for each of J keys, for anybody to check. 32·(3 + J) bytes.
///
/// It is of use with its pairs only, and is as public as they are: confidential until it is shown, evidence afterwards.
/// It does not expire and does not count how often it is shown. A holder shows it once, as two presentations with the
/// same pairs are seen to be one holder's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub(super) c0: Scalar,
    pub(super) c1: Scalar,
    pub(super) s0: Scalar,
    pub(super) s1: Vec<Scalar>,
}

impl Zeroize for Ticket {
    fn zeroize(&mut self) {
        for scalar in [&mut self.c0, &mut self.c1, &mut self.s0] {
            scalar.zeroize();
        }
        self.s1.zeroize();
    }
}

impl Ticket {
    /// Whether it is a ticket for these keys and pairs, in this order (checks 14-2 to 14-5). Variable time; everything
    /// here is public.
    ///
    /// # Errors
    /// [`Refused`], also for another number of keys or pairs than 1 to 8 or than the ticket has, and for the identity.
    pub fn vartime_verify(&self, keys: &[TicketKey], pairs: &[Pair]) -> Result<(), Refused> {
        self.vartime_verify_prepared(keys, pairs, &PreparedKeys::new())
    }

    /// The same, with tables of keys.
    pub(crate) fn vartime_verify_prepared(
        &self,
        keys: &[TicketKey],
        pairs: &[Pair],
        prepared: &PreparedKeys,
    ) -> Result<(), Refused> {
        self.vartime_verify_over(TicketBase::shared(), keys, pairs, prepared)
    }

    pub(super) fn vartime_verify_over(
        &self,
        base: &TicketBase,
        keys: &[TicketKey],
        pairs: &[Pair],
        prepared: &PreparedKeys,
    ) -> Result<(), Refused> {
        let count = keys.len();
        if count == 0 || count > MAX_KEYS || pairs.len() != count || self.s1.len() != count {
            return Err(Refused);
        }
        pairs.iter().try_for_each(Pair::check)?;
        let (c0, c1, s0) = (base.half * self.c0, base.half * self.c1, base.half * self.s0);
        let mut halves = Vec::with_capacity(2 * count + 1);
        halves.push(base.commit(&s0, &c0));
        for ((key, pair), s1) in keys.iter().zip(pairs).zip(&self.s1) {
            let s1 = base.half * s1;
            halves.push(match prepared.get(key.public()) {
                Some(multiples) => commit_fixed(&s1, &c1, multiples),
                None => vartime_commit(&s1, &c1, key.public()),
            });
            halves.push(Ristretto::vartime_sum(&[s1, -c1], [pair.point.as_point(), pair.image.as_point()]));
        }
        let commitments = Element::doubles(&halves)?;
        let (other, keyed) = commitments.split_first().ok_or(Refused)?;
        let (keyed, _) = keyed.as_chunks();
        let expected = challenge(base, keys, pairs, &Commitments { other, keyed });
        if self.c0 + self.c1 == expected { Ok(()) } else { Err(Refused) }
    }
}

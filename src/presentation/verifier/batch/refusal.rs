//! Which check refuses an item of which not everything holds, for `hazmat` alone: it takes sums of
//! its own, which nobody pays for who is told nothing.

use alloc::vec::Vec;

use super::Item;
use crate::error::{Refused, refused};
use crate::group::{Curve, Scalar, TaggedHash};
use crate::sigma::{Sum, Weights};

/// Some of the equations of an item.
#[derive(Clone, Copy)]
enum Part {
    Tickets,
    AllBut(Option<usize>),
}

impl Item<'_> {
    /// The first check that fails, in the order of spec 06 §7.1: tickets, range proofs, equations.
    pub(crate) fn vartime_refused_by(&self, keys: &[&Scalar]) -> Refused {
        if !self.vartime_holds(Part::Tickets, keys) {
            return refused!("06-54");
        }
        if let Some(refused) = self.ranges.iter().find_map(|range| range.vartime_refused_by()) {
            return refused;
        }
        let face = self.relation.concluded();
        if face.is_some() && self.vartime_holds(Part::AllBut(face), keys) {
            return refused!("12-64");
        }
        refused!("06-55")
    }

    fn vartime_holds(&self, part: Part, keys: &[&Scalar]) -> bool {
        let mut weights = Weights::new(self.absorb(TaggedHash::new("weights-presentation")));
        let mut place = 0;
        let count = self.relation.equation_count();
        // Plain equations come last: those of tickets.
        let next = || {
            let (own, weight) = (place, weights.next());
            place += 1;
            let counts = match part {
                Part::Tickets => own >= count,
                Part::AllBut(other) => Some(own) != other,
            };
            if counts { weight } else { Scalar::ZERO }
        };
        let (commitments, responses): (Vec<_>, _) = (self.commitments(), &self.presentation.proof.responses);
        let mut sum: Sum<Curve> = Sum::new();
        sum.add(&self.relation, &commitments, self.challenge, responses, next)
            .and_then(|()| sum.vartime_is_identity(self.table.table(), keys))
            .is_ok()
    }
}

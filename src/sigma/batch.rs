//! Which of many proofs are good, for little more than one sum over all (spec 06 §7.3).
//!
//! Each proof's equations have weights of their own, so a sum over any of the proofs is the
//! identity if and only if these are all good, but with probability 2⁻¹²⁸; and so it is under
//! further factors. If the sum over all is not the identity, it is taken group by group. A group
//! with one bad proof is the usual one, and takes one sum more: with `Eⱼ` the value of proof `j`,
//!
//! ```text
//! Σ j·Eⱼ = i·Σ Eⱼ        if and only if Eⱼ is the identity for all j but i
//! ```
//!
//! What is left of the sum over all after a group's is that over the groups after it: good if zero.
//!
//! Of a large batch an eighth is summed first. If bad proofs are many there, a sum over all others
//! would most likely tell nothing, and they are taken group by group at once.

use alloc::vec::Vec;

use super::Sum;
use crate::error::Refused;
use crate::group::Group;

#[cfg(test)]
mod tests;

/// Proofs of a group. Larger ones are cheaper for each proof, and more of them have a bad one.
const GROUP: usize = 16;
/// Groups with more than one bad proof cost more than their proofs one by one. From so many on, and
/// more than one group in so many, the rest are checked one by one.
const CROWDED: usize = 2;
const ONE_IN: usize = 4;
/// From so many proofs on, one part in so many is summed before the others, …
const LARGE: usize = 256;
const SAMPLE: usize = 8;
/// … which get no sum of their own if more than one group in so many of it had a bad proof.
const BAD_IN: usize = 8;

/// Sums of one proof each, over one table of base points and under one ring of keys.
pub(crate) struct Batch<'a, G: Group> {
    pub(crate) proofs: Vec<Sum<G>>,
    pub(crate) table: &'a G::Table,
    pub(crate) keys: &'a [&'a G::Scalar],
}

/// What was found so far: good proofs; groups, those with bad ones, with more than one.
struct Search {
    good: Vec<bool>,
    tried: usize,
    bad: usize,
    crowded: usize,
}

impl<G: Group> Batch<'_, G> {
    /// Which are good. Variable time in what is public; keys are used as in [`Sum::vartime_value`].
    pub(crate) fn vartime_good(&self) -> Result<Vec<bool>, Refused> {
        let first = if self.proofs.len() < LARGE { 0 } else { self.proofs.len() / SAMPLE };
        let (first, others) = self.proofs.split_at(first.next_multiple_of(GROUP));
        let mut search = Search { good: Vec::with_capacity(self.proofs.len()), tried: 0, bad: 0, crowded: 0 };
        if !first.is_empty() {
            let value = self.vartime_value(first)?;
            self.vartime_search(first, Some(value), &mut search)?;
        }
        let value = if search.bad > search.tried / BAD_IN { None } else { Some(self.vartime_value(others)?) };
        self.vartime_search(others, value, &mut search)?;
        Ok(search.good)
    }

    /// Goes through proofs group by group; `rest` is their value, if it is known.
    fn vartime_search(
        &self,
        proofs: &[Sum<G>],
        mut rest: Option<G::Point>,
        search: &mut Search,
    ) -> Result<(), Refused> {
        let mut groups = proofs.chunks(GROUP).peekable();
        while let Some(group) = groups.next() {
            let is_last = groups.peek().is_none();
            if search.crowded > CROWDED + search.tried / ONE_IN {
                search.good.extend(self.vartime_one_by_one(group, &mut rest, is_last)?);
                continue;
            }
            let known = rest.filter(|rest| is_last || G::is_identity(rest));
            let value = known.map_or_else(|| self.vartime_value(group), Ok)?;
            rest = rest.map(|rest| rest - value);
            let found = self.vartime_group(group, value)?;
            search.tried += 1;
            search.bad += usize::from(!G::is_identity(&value));
            search.crowded += usize::from(found.is_none());
            search.good.extend(match found {
                Some(found) => found,
                None => self.vartime_one_by_one(group, &mut Some(value), true)?,
            });
        }
        Ok(())
    }

    /// Which of a group are good, if at most one is bad.
    fn vartime_group(&self, group: &[Sum<G>], value: G::Point) -> Result<Option<Vec<bool>>, Refused> {
        if G::is_identity(&value) {
            return Ok(Some(alloc::vec![true; group.len()]));
        }
        let mut difference = self.vartime_value_by_place(group)?;
        for bad in 0..group.len() {
            if G::is_identity(&difference) {
                return Ok(Some((0..group.len()).map(|place| place != bad).collect()));
            }
            difference = difference - value;
        }
        Ok(None)
    }

    /// Which are good, each by itself; `rest` is the known value of these and of any after them.
    fn vartime_one_by_one(
        &self,
        proofs: &[Sum<G>],
        rest: &mut Option<G::Point>,
        are_last: bool,
    ) -> Result<Vec<bool>, Refused> {
        let mut good = Vec::with_capacity(proofs.len());
        for (place, proof) in proofs.iter().enumerate() {
            let is_last = are_last && place + 1 == proofs.len();
            let known = rest.filter(|rest| is_last || G::is_identity(rest));
            let value = known.map_or_else(|| self.vartime_value(core::slice::from_ref(proof)), Ok)?;
            *rest = rest.map(|rest| rest - value);
            good.push(G::is_identity(&value));
        }
        Ok(good)
    }

    fn vartime_value(&self, proofs: &[Sum<G>]) -> Result<G::Point, Refused> {
        let mut sum = Sum::with_room_for(proofs);
        proofs.iter().for_each(|proof| sum.add_sum(proof, None));
        sum.vartime_value(self.table, self.keys)
    }

    /// `Σ j·Eⱼ`, `j` counted from 0.
    fn vartime_value_by_place(&self, proofs: &[Sum<G>]) -> Result<G::Point, Refused> {
        let (mut sum, mut place) = (Sum::new(), G::ZERO);
        for proof in proofs.iter().skip(1) {
            place = place + G::ONE;
            sum.add_sum(proof, Some(place));
        }
        sum.vartime_value(self.table, self.keys)
    }
}

//! Which check refuses a range proof, for `hazmat` alone: who is told nothing takes both equations
//! as one sum.

use core::iter::successors;

use super::{Generators, Unchecked, generators, replay};
use crate::error::{Refused, refused};
use crate::group::{Curve, Element, Group, POINT_LEN, Point, PointBytes, Scalar, scalar_from_bytes};

/// Which of the items of 32 bytes are scalars, beside the last two: `A, S, T_1, T_2, t, t', e`,
/// points of rounds, `a, b`.
const SCALARS: [usize; 3] = [4, 5, 6];

impl Unchecked<'_> {
    /// The first check that fails, of 12-10 to 12-13.
    pub(crate) fn vartime_refused_by(&self) -> Option<Refused> {
        let items = self.proof.as_chunks::<POINT_LEN>().0;
        for (place, item) in items.iter().enumerate() {
            let is_scalar = SCALARS.contains(&place) || place + 2 >= items.len();
            if is_scalar && scalar_from_bytes(item).is_err() {
                return Some(refused!("12-11"));
            }
            if !is_scalar && Element::from_bytes(item).is_err() {
                return Some(refused!("12-10"));
            }
        }
        if self.vartime_verify().is_ok() {
            return None;
        }
        let first = self.vartime_first_holds(items).unwrap_or_default();
        Some(if first { refused!("12-13") } else { refused!("12-12") })
    }

    /// `t·G + t'·H_b = δ(y, z)·G + x·T_1 + x²·T_2 + Σ z^(j+2)·V_j` (R1).
    fn vartime_first_holds(&self, items: &[PointBytes]) -> Option<bool> {
        let [y, z, x] = replay(&mut self.transcript.clone(), self.length, &self.commitments, self.proof);
        let powers = |base: Scalar| successors(Some(Scalar::ONE), move |power| Some(power * base));
        let (bits, count) = (self.length.bits(), self.commitments.len());
        let [of_y, of_z] = [(y, bits * count), (z, count)].map(|(base, n)| powers(base).take(n).sum::<Scalar>());
        let largest = Scalar::from(u64::MAX >> (64 - bits));
        let delta = (z - z * z) * of_y - z * z * z * largest * of_z;
        let scalar = |place: usize| scalar_from_bytes(items.get(place)?).ok();
        let point = |place: usize| Some(Element::from_bytes(items.get(place)?).ok()?.point());
        let Generators { pedersen, .. } = generators();
        let mut scalars = alloc::vec![scalar(4)? - delta, scalar(5)?, -x, -(x * x)];
        let mut points = alloc::vec![pedersen.B, pedersen.B_blinding, point(2)?, point(3)?];
        for (power, commitment) in powers(z).skip(2).zip(&self.commitments) {
            // What pads them adds nothing.
            if let Ok(commitment) = Element::from_bytes(commitment.as_bytes()) {
                scalars.push(-power);
                points.push(commitment.point());
            }
        }
        let points: alloc::vec::Vec<&Point> = points.iter().collect();
        Some(Curve::is_identity(&Curve::vartime_sum(&scalars, points)))
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::super::{absorb, prove};
    use super::*;
    use crate::error::Numbered;
    use crate::hazmat::SeededRng;
    use crate::range::{BitLength, ByLength, Opening};
    use crate::secret::Secret;
    use crate::transcript::Transcript;

    /// Of one number and of several, what is spoilt behind the first equation is told from what is
    /// spoilt in it.
    #[test]
    fn the_first_equation_is_told_from_the_second() {
        for values in [&[7_u64][..], &[7, 65_535], &[1, 2, 3]] {
            let (mut openings, mut commitments) = (ByLength::new(), ByLength::new());
            let Generators { pedersen, .. } = generators();
            for value in values {
                let blind = Scalar::from(value + 1);
                commitments.extend(BitLength::Sixteen, [Element::new(pedersen.commit(Scalar::from(*value), blind))]);
                openings
                    .extend(BitLength::Sixteen, [Opening { value: Secret::new(*value), blind: Secret::new(blind) }]);
            }
            let proofs = prove(&mut Transcript::new("test"), &openings, &mut SeededRng::new([1; 32])).unwrap();
            let refused_by = |proofs: &[Vec<u8>]| {
                let refused =
                    absorb(&mut Transcript::new("test"), &commitments, proofs).unwrap()[0].vartime_refused_by();
                refused.map(|refused| alloc::format!("{:?}", refused.check().unwrap()))
            };
            assert_eq!(refused_by(&proofs), None);
            let last = proofs[0].len() - POINT_LEN;
            for (place, check) in [(4 * POINT_LEN, "12-12"), (last, "12-13")] {
                let mut spoilt = proofs.clone();
                spoilt[0][place] ^= 1;
                assert_eq!(refused_by(&spoilt).as_deref(), Some(check), "{values:?}");
            }
        }
    }
}

//! Several entries in one scalar, so that fewer base points carry them (spec 04 §8.2).
//!
//! ```text
//! T_j = Σᵢ t_{jP+i}·Xⁱ      P_j = Σᵢ p_{jP+i}·X^{P−1−i}      Σ_j T_j·P_j = Σᵢ cᵢ·Xⁱ,  c_{P−1} = ⟨p, t⟩
//! ```

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::{Probe, Template, TemplateParameters};
use crate::group::Scalar;

/// The scalar of an integer. Constant time.
pub(super) fn scalar(integer: i64) -> Scalar {
    let magnitude = Scalar::from(integer.unsigned_abs());
    // A difference takes an eighth of what a negation does.
    let both = [magnitude, Scalar::ZERO - magnitude];
    let [positive, negative] = &both;
    <Scalar as subtle::ConditionallySelectable>::conditional_select(
        positive,
        negative,
        subtle::Choice::from(u8::from(integer.is_negative())),
    )
}

impl TemplateParameters {
    /// `T_0, T_1, …`: constant time.
    pub(crate) fn packed(&self, template: &Template) -> Zeroizing<Vec<Scalar>> {
        let mut packed = Zeroizing::new(Vec::with_capacity(self.bases()));
        for entries in template.entries().chunks_exact(self.packing()) {
            packed.push(scalar(entries.iter().rev().fold(0, |sum, entry| self.shifted(sum, *entry))));
        }
        packed
    }

    /// `P_0, P_1, …`.
    pub(crate) fn packed_probe(&self, probe: &Probe) -> Vec<Scalar> {
        let pack = |entries: &[i8]| scalar(entries.iter().fold(0, |sum, entry| self.shifted(sum, *entry)));
        probe.entries().chunks_exact(self.packing()).map(pack).collect()
    }

    /// `Xⁱ·bˡ` of each digit, coefficient by coefficient.
    pub(crate) fn digit_weights(&self) -> Vec<Scalar> {
        let (x, b) = (Scalar::from(1_u64 << self.base_bits()), Scalar::from(self.digit_base()));
        let mut weights = Vec::with_capacity(self.digit_count());
        let mut of_coefficient = Scalar::ONE;
        while weights.len() < self.digit_count() {
            let mut weight = of_coefficient;
            for _ in 0..self.digits() {
                weights.push(weight);
                weight *= b;
            }
            of_coefficient *= x;
        }
        weights
    }

    /// What the packed sum is beside its digits: `τ·X^{P−1} − h·Σ_{i≠P−1} Xⁱ`.
    pub(crate) fn constant(&self) -> Scalar {
        let x = Scalar::from(1_u64 << self.base_bits());
        let places = (0..2 * self.packing() - 1).rev();
        places.fold(Scalar::ZERO, |sum, place| sum * x + scalar(self.offset(place)))
    }

    /// What a coefficient is less than its digits say: `τ` of the score, `−h` of the others.
    fn offset(&self, place: usize) -> i64 {
        if place + 1 == self.packing() { i64::from(self.threshold()) } else { -self.half() }
    }

    /// The lowest digits of all coefficients, and whether these are all of them: whether the score
    /// is as large as it must be. Constant time in the template.
    pub(crate) fn digits_of(&self, template: &Template, probe: &Probe) -> (Zeroizing<Vec<u32>>, bool) {
        let coefficients = self.coefficients(template, probe);
        let mut digits = Zeroizing::new(Vec::with_capacity(self.digit_count()));
        let bits = self.digit_base().trailing_zeros();
        let mut outside = 0;
        for (place, coefficient) in coefficients.iter().enumerate() {
            let mut left = coefficient - self.offset(place);
            // Its sign, and what does not fit into its digits.
            outside |= left >> (bits * self.digits());
            for _ in 0..self.digits() {
                let digit = left & (i64::from(self.digit_base()) - 1);
                digits.push(u32::try_from(digit).unwrap_or(0));
                left >>= bits;
            }
        }
        (digits, outside == 0)
    }

    /// `sum·X + entry`: below 2⁶³, as the parameters are sound.
    fn shifted(&self, sum: i64, entry: i8) -> i64 {
        (sum << self.base_bits()).wrapping_add(i64::from(entry))
    }

    /// `c_0, …, c_{2P−2}`: constant time in the template.
    pub(crate) fn coefficients(&self, template: &Template, probe: &Probe) -> Zeroizing<Vec<i64>> {
        let packing = self.packing();
        let mut coefficients = Zeroizing::new(alloc::vec![0_i64; 2 * packing - 1]);
        let pairs = template.entries().chunks_exact(packing).zip(probe.entries().chunks_exact(packing));
        for (of_template, of_probe) in pairs {
            for (i, t) in of_template.iter().enumerate() {
                for (p, coefficient) in of_probe.iter().rev().zip(coefficients.iter_mut().skip(i)) {
                    *coefficient += i64::from(*t) * i64::from(*p);
                }
            }
        }
        coefficients
    }
}

#[cfg(test)]
mod tests {
    use rand_core::{OsRng, RngCore};

    use super::*;

    fn random(len: usize, of: u32) -> Vec<i8> {
        let entry = |_| i8::try_from(i64::from(OsRng.next_u32() % (2 * of + 1)) - i64::from(of)).unwrap();
        (0..len).map(entry).collect()
    }

    #[test]
    fn the_middle_coefficient_is_the_score_and_all_sum_up_to_the_product() {
        let parameters = [TemplateParameters::of_512([0; 32], 1, 1), TemplateParameters::of_128([0; 32], 1, 1)];
        for parameters in parameters.map(Result::unwrap) {
            for of in [1, 3, 127] {
                let (t, p) = (random(parameters.dimension(), of), random(parameters.dimension(), of));
                let score: i64 = t.iter().zip(&p).map(|(t, p)| i64::from(*t) * i64::from(*p)).sum();
                let (template, probe) = (Template::new(t), Probe::new(p));
                let coefficients = parameters.coefficients(&template, &probe);
                assert_eq!(coefficients[parameters.packing() - 1], score);
                let x = Scalar::from(1_u64 << parameters.base_bits());
                let sum = coefficients.iter().rev().fold(Scalar::ZERO, |sum, c| sum * x + scalar(*c));
                let packed = parameters.packed(&template);
                let product = packed.iter().zip(parameters.packed_probe(&probe)).map(|(t, p)| t * p);
                assert_eq!(product.sum::<Scalar>(), sum);
                assert_eq!(packed.len(), parameters.bases());
            }
        }
    }

    /// By all templates and probes of eight small entries: digits are there exactly if the score is
    /// at least τ, and with the constant they are the packed sum.
    #[test]
    fn digits_are_there_exactly_from_the_threshold_on() {
        let parameters = TemplateParameters::of_128([0; 32], 1, 900).unwrap();
        let x = |low: i8, others: i8| {
            let mut entries = alloc::vec![others; 128];
            entries[0] = low;
            entries
        };
        let (mut yes, mut no) = (0, 0);
        for (a, b) in (-20..=20_i8).flat_map(|a| (-20..=20_i8).map(move |b| (a, b))) {
            let (t, p) = (x(a, 3), x(b, 2));
            let score: i64 = t.iter().zip(&p).map(|(t, p)| i64::from(*t) * i64::from(*p)).sum();
            let (template, probe) = (Template::new(t), Probe::new(p));
            let (digits, are_all) = parameters.digits_of(&template, &probe);
            assert_eq!(are_all, score >= 900);
            if !are_all {
                no += 1;
                continue;
            }
            yes += 1;
            let packed = parameters.packed(&template);
            let sum: Scalar = packed.iter().zip(parameters.packed_probe(&probe)).map(|(t, p)| t * p).sum();
            let shown =
                digits.iter().zip(parameters.digit_weights()).map(|(digit, weight)| Scalar::from(*digit) * weight);
            assert_eq!(sum, parameters.constant() + shown.sum::<Scalar>());
            assert!(digits.iter().all(|digit| *digit < 4096) && digits.len() == parameters.digit_count());
        }
        assert!(yes > 100 && no > 100, "{yes} {no}");
    }

    /// Entries as those of a face: a sum of coins, of the length that the parameters allow. Of
    /// `same` in 256 entries the value is that of the other picture.
    fn face(parameters: &TemplateParameters, like: Option<&[i8]>, same: u32) -> Vec<i8> {
        let coins = if parameters.dimension() == 512 { 0xffff } else { u64::MAX };
        let entry = |i: usize| match like {
            Some(other) if OsRng.next_u32() % 256 < same => other[i],
            _ => {
                i8::try_from((OsRng.next_u64() & coins).count_ones()).unwrap()
                    - i8::try_from(coins.count_ones() / 2).unwrap()
            }
        };
        let mut entries: Vec<i8> = (0..parameters.dimension()).map(entry).collect();
        for place in 0.. {
            let norm: i64 = entries.iter().map(|entry| i64::from(*entry).pow(2)).sum();
            if norm <= 2047 {
                break;
            }
            entries[place % parameters.dimension()] -= entries[place % parameters.dimension()].signum();
        }
        entries
    }

    /// Over ten thousand pairs, of strangers and of one person, of both sets of parameters: what
    /// the digits say is what exact integers say, so there are as many false accepts and rejects.
    #[test]
    fn false_accepts_and_rejects_are_those_of_exact_integers() {
        let sets = [TemplateParameters::of_512([0; 32], 1, 577), TemplateParameters::of_128([0; 32], 1, 876)];
        for parameters in sets.map(Result::unwrap) {
            let mut counts = [[0; 2]; 2];
            for pair in 0..5_000_u32 {
                let stranger = pair % 2 == 0;
                let t = face(&parameters, None, 0);
                // The cosine of strangers is spread around zero, that of guests around 0.6.
                let same = if stranger { pair / 2 % 80 } else { 60 + pair / 2 % 190 };
                let p = face(&parameters, Some(&t), same);
                let score: i64 = t.iter().zip(&p).map(|(t, p)| i64::from(*t) * i64::from(*p)).sum();
                let (_, alike) = parameters.digits_of(&Template::new(t), &Probe::new(p));
                assert_eq!(alike, score >= i64::from(parameters.threshold()));
                counts[usize::from(stranger)][usize::from(alike)] += 1;
            }
            assert!(counts.iter().flatten().all(|count| *count > 0), "{counts:?}");
        }
    }

    /// Without ranges on the others a carry raises the score.
    #[test]
    fn cross_coefficients_need_ranges() {
        let x = 1_i64 << 16;
        let sum = |c: [i64; 3]| c.iter().rev().fold(Scalar::ZERO, |sum, c| sum * scalar(x) + scalar(*c));
        assert_eq!(sum([3, 14, -5]), sum([3 - x * 1000, 1014, -5]));
    }

    /// What is claimed differs from what is true by multiples of X that cancel: none is in range
    /// where `X > τ + 2h − 1 + B`, and one is where it is not. All small cases.
    #[test]
    fn packed_claims_are_true_from_this_x_on() {
        for packing in 2..=4_usize {
            for half in [4_i64, 8, 16] {
                for threshold in 1..half {
                    let bound = threshold + 2 * half - 1 + (half - 1);
                    let broken = |x: i64| has_false_claim(packing, half, threshold, x);
                    assert!(broken(bound), "{packing} {half} {threshold}");
                    assert!((bound + 1..=6 * half).all(|x| !broken(x)), "{packing} {half} {threshold}");
                    assert!(bound < 4 * half);
                }
            }
        }
    }

    /// Whether true coefficients of magnitude at most `h − 1` with a score below the threshold and
    /// claimed ones in range have one sum: carry by carry.
    fn has_false_claim(packing: usize, half: i64, threshold: i64, x: i64) -> bool {
        let norm = half - 1;
        let mut carries = alloc::collections::BTreeSet::from([0]);
        for place in 0..2 * packing - 1 {
            let (low, high) = if place == packing - 1 {
                (1, threshold + 2 * half - 1 + norm)
            } else {
                (-half - norm, half - 1 + norm)
            };
            let of = |carry: &i64| {
                let carry = *carry;
                (low..=high).filter(move |d| (d + carry) % x == 0).map(move |d| (d + carry) / x)
            };
            carries = carries.iter().flat_map(of).collect();
        }
        carries.contains(&0)
    }
}

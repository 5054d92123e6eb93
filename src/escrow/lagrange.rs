//! Interpolation: from the values of a polynomial at some auditors' numbers to its value elsewhere
//! (spec 13 §1).
//!
//! Who takes part in an opening is public, so all of this is in variable time.

use alloc::vec::Vec;

use super::AuditorIndex;
use crate::group::Scalar;

/// `Π_{j≠i} (i − j)` over `auditors`; not zero, as they differ and the group order is above 64.
fn vartime_denominator(auditors: &[AuditorIndex], i: AuditorIndex) -> Scalar {
    auditors.iter().filter(|j| **j != i).map(|j| i.scalar() - j.scalar()).product()
}

/// `λ_i(x) = Π_{j≠i} (x − j)·(i − j)⁻¹` for each of `auditors`, which must differ: then
/// `f(x) = Σ λ_i(x)·f(i)` for every `f` of lower degree than there are auditors.
pub(super) fn vartime_coefficients(auditors: &[AuditorIndex], x: &Scalar) -> Vec<Scalar> {
    let coefficient = |i: &AuditorIndex| {
        let numerator: Scalar = auditors.iter().filter(|j| *j != i).map(|j| x - j.scalar()).product();
        numerator * vartime_denominator(auditors, *i).invert()
    };
    auditors.iter().map(coefficient).collect()
}

/// `Π_{j≠i} (i − j)⁻¹` for each of `auditors`, which must differ: with these the values give the
/// coefficient of `x^(t−1)`, `t` auditors.
pub(super) fn vartime_leading(auditors: &[AuditorIndex]) -> Vec<Scalar> {
    auditors.iter().map(|i| vartime_denominator(auditors, *i).invert()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::random_scalar;
    use rand_core::OsRng;

    #[test]
    fn a_polynomial_is_found_again_from_any_of_its_values() {
        let coefficients: Vec<Scalar> = (0..4).map(|_| random_scalar(&mut OsRng)).collect();
        let value = |x: Scalar| coefficients.iter().rev().fold(Scalar::ZERO, |sum, c| sum * x + c);
        for numbers in [[1, 2, 3, 4], [64, 1, 33, 9]] {
            let auditors = numbers.map(|number| AuditorIndex::new(number).unwrap());
            let sum = |weights: Vec<Scalar>| -> Scalar {
                weights.iter().zip(auditors).map(|(weight, i)| weight * value(i.scalar())).sum()
            };
            for x in [Scalar::ZERO, Scalar::from(5u8), random_scalar(&mut OsRng)] {
                assert_eq!(sum(vartime_coefficients(&auditors, &x)), value(x));
            }
            assert_eq!(sum(vartime_leading(&auditors)), coefficients[3]);
        }
    }
}

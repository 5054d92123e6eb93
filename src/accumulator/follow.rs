//! Following a log of many operations at once (spec 07 §5.3).
//!
//! Each operation maps a witness by an affine step, `W' = d⁻¹·(W − V')` or `W' = V + d·W` with
//! `d = y' − y`. Steps compose, so any number of them is one sum over the values of the log. With
//! `L` the product of the `d` of all removals up to an operation, `R` that of all restorations
//! after it, and `D` that of all removals,
//!
//! ```text
//! D·Wₙ = R₀·W − Σ over removals of R·L₋·V'  +  Σ over restorations of R·L·V        (L₋: without its own d)
//! ```
//!
//! so one inversion serves all. The coefficients depend on the secret `y`: they are multiplied by a
//! random `r` before they enter the fast sum, and `(r·D)⁻¹` takes it off again.

use alloc::vec::Vec;

use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::{Handle, Operation};
use crate::error::Refused;
use crate::group::{Curve, Element, Group, Point, Prf, PrfKey, Scalar};
use crate::secret::Secret;

/// An operation on another element, with the values before and after it.
pub(crate) struct Step<'a> {
    pub(crate) operation: Operation,
    pub(crate) handle: &'a Handle,
    pub(crate) before: &'a Element,
    pub(crate) after: &'a Element,
}

/// The witness of `y` after `steps`, from the witness before them. Refused if a step is about `y`
/// itself.
///
/// The witness is handled in constant time, the coefficients of the log's values in variable time
/// under a random common factor: single coefficients are hidden, their ratios are not (spec 08
/// §11).
pub(crate) fn follow(
    witness: &Point,
    y: &Handle,
    steps: &[Step<'_>],
    rng: &mut impl CryptoRngCore,
) -> Result<Secret<Point>, Refused> {
    let mut differences = Zeroizing::new(Vec::with_capacity(steps.len()));
    differences.extend(steps.iter().map(|step| step.handle.scalar() - y.scalar()));

    let blind = blind(y, rng);
    let (suffixes, suffix) = suffixes(steps, &differences, &blind);
    let (sum, prefix) = terms(steps, &differences, &suffixes);
    let factor = Secret::new(blind.expose() * *prefix);
    if *factor.expose() == Scalar::ZERO || *suffix == Scalar::ZERO {
        return Err(Refused::DEFECT);
    }
    // The witness stays out of the fast sum, which leaves copies of its points behind.
    let public = Curve::vartime_sum(&sum.scalars, sum.points);
    let sum = Secret::new(*suffix * witness - public);
    let inverse = Secret::new(factor.expose().invert());
    Ok(Secret::new(inverse.expose() * sum.expose()))
}

/// `r·R` after each step and before the first one, from the last step back: a removal leaves it
/// as it is.
fn suffixes(
    steps: &[Step<'_>],
    differences: &[Scalar],
    blind: &Secret<Scalar>,
) -> (Zeroizing<Vec<Scalar>>, Zeroizing<Scalar>) {
    let mut suffix = Zeroizing::new(*blind.expose());
    let mut suffixes = Zeroizing::new(alloc::vec![Scalar::ZERO; steps.len()]);
    for ((step, difference), after) in steps.iter().zip(differences).zip(suffixes.iter_mut()).rev() {
        *after = *suffix;
        if step.operation == Operation::Restore {
            *suffix *= difference;
        }
    }
    (suffixes, suffix)
}

/// The sum over the values of the log, and `D`. A removal speaks of the value after it, a
/// restoration of the value before it, which is often the one that the step before spoke of.
fn terms<'a>(steps: &[Step<'a>], differences: &[Scalar], suffixes: &[Scalar]) -> (Terms<'a>, Zeroizing<Scalar>) {
    let mut prefix = Zeroizing::new(Scalar::ONE);
    let mut sum =
        Terms { scalars: Zeroizing::new(Vec::with_capacity(steps.len())), points: Vec::with_capacity(steps.len()) };
    let mut joined = false;
    for ((step, difference), suffix) in steps.iter().zip(differences).zip(suffixes) {
        let coefficient = *prefix * suffix;
        match step.operation {
            Operation::Remove => {
                *prefix *= difference;
                sum.add(false, coefficient, step.after);
            }
            Operation::Restore => sum.add(joined, -coefficient, step.before),
        }
        joined = step.operation == Operation::Remove;
    }
    (sum, prefix)
}

/// Coefficients, which are secret up to a factor, and the public values that they belong to.
struct Terms<'a> {
    scalars: Zeroizing<Vec<Scalar>>,
    points: Vec<&'a Point>,
}

impl<'a> Terms<'a> {
    /// Adds `coefficient·value`; `joined` if the term before is about this value, too.
    fn add(&mut self, joined: bool, coefficient: Scalar, value: &'a Element) {
        match self.scalars.last_mut() {
            Some(last) if joined => *last += coefficient,
            _ => {
                self.scalars.push(coefficient);
                self.points.push(value.as_point());
            }
        }
    }
}

/// `r`, hedged with `y`: a generator that repeats itself does not give one factor to two holders.
fn blind(y: &Handle, rng: &mut impl CryptoRngCore) -> Secret<Scalar> {
    loop {
        let blind = Prf::new("blind-follow", &PrfKey::random(rng)).part(y.scalar().as_bytes().as_slice()).scalar();
        if blind != Scalar::ZERO {
            return Secret::new(blind);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{AccumulatorKey, start};
    use super::*;
    use crate::group::random_scalar;
    use rand_core::{OsRng, RngCore};

    /// The textbook step.
    fn step(witness: &Point, y: &Handle, step: &Step<'_>) -> Point {
        let difference = step.handle.scalar() - y.scalar();
        match step.operation {
            Operation::Remove => difference.invert() * (witness - step.after.point()),
            Operation::Restore => step.before.point() + difference * witness,
        }
    }

    /// Over random histories, following them at once, following them step by step and asking the
    /// key holder give one witness.
    #[test]
    fn three_ways_to_one_witness() {
        let key = AccumulatorKey::random(&mut OsRng);
        let y = Handle::from_scalar(random_scalar(&mut OsRng)).unwrap();
        for length in [0, 1, 2, 3, 8, 40, 250] {
            let mut values = alloc::vec![start(b"test")];
            let mut operations = Vec::new();
            let mut removed = Vec::new();
            for _ in 0..length {
                let value = *values.last().unwrap();
                let (operation, handle) = if OsRng.next_u32().is_multiple_of(3) && !removed.is_empty() {
                    (Operation::Restore, removed.swap_remove(OsRng.next_u32() as usize % removed.len()))
                } else {
                    (Operation::Remove, random_scalar(&mut OsRng))
                };
                let handle = Handle::from_scalar(handle).unwrap();
                values.push(match operation {
                    Operation::Remove => key.divide(&value, &handle).unwrap(),
                    Operation::Restore => key.multiply(&value, &handle),
                });
                if operation == Operation::Remove {
                    removed.push(*handle.scalar());
                }
                operations.push((operation, handle));
            }
            let steps: Vec<Step<'_>> = operations
                .iter()
                .zip(values.iter().zip(&values[1..]))
                .map(|((operation, handle), (before, after))| Step { operation: *operation, handle, before, after })
                .collect();
            let first = key.divide(&values[0], &y).unwrap().point();
            let fresh = key.divide(values.last().unwrap(), &y).unwrap().point();
            assert_eq!(*follow(&first, &y, &steps, &mut OsRng).unwrap().expose(), fresh, "{length}");
            assert_eq!(steps.iter().fold(first, |witness, s| step(&witness, &y, s)), fresh, "{length}");
        }
    }

    #[test]
    fn a_step_about_oneself_is_refused() {
        let key = AccumulatorKey::random(&mut OsRng);
        let y = Handle::from_scalar(random_scalar(&mut OsRng)).unwrap();
        let (value, other) = (start(b"test"), start(b"other"));
        for operation in [Operation::Remove, Operation::Restore] {
            let steps = [Step { operation, handle: &y, before: &value, after: &other }];
            assert!(follow(&key.divide(&value, &y).unwrap().point(), &y, &steps, &mut OsRng).is_err());
        }
    }
}

//! The verifier's side: every equation of every proof becomes part of one sum that must be the identity.

use alloc::vec::Vec;

use super::relation::{Image, PointVar, Relation};
use crate::error::Refused;
use crate::group::{Group, Scalar, TaggedHash};

/// `Σ w·(Σ ± s·point − c·image − T)` over weights `w` that the prover could not foresee.
///
/// If any equation of any proof fails, the sum is the identity with probability at most 2⁻¹²⁸ over the weights.
pub(crate) struct Sum<G: Group> {
    fixed: Vec<G::Scalar>,
    shared: Vec<Option<(G::Scalar, G::Point)>>,
    own: Vec<(G::Scalar, G::Point)>,
    keyed: Vec<Vec<(G::Scalar, G::Point)>>,
}

/// The value at `place`, after filling up to it with `empty`.
fn at<T>(list: &mut Vec<T>, place: usize, empty: impl FnMut() -> T) -> Result<&mut T, Refused> {
    if list.len() <= place {
        list.resize_with(place.saturating_add(1), empty);
    }
    list.get_mut(place).ok_or(Refused)
}

impl<G: Group> Sum<G> {
    pub(crate) const fn new() -> Self {
        Self { fixed: Vec::new(), shared: Vec::new(), own: Vec::new(), keyed: Vec::new() }
    }

    /// Adds all equations of one proof, each under a weight of its own.
    pub(crate) fn add(
        &mut self,
        relation: &Relation<'_, G>,
        commitments: &[G::Point],
        challenge: G::Scalar,
        responses: &[G::Scalar],
        mut weight: impl FnMut() -> G::Scalar,
    ) -> Result<(), Refused> {
        relation.check()?;
        if commitments.len() != relation.equations.len() || responses.len() != relation.scalars {
            return Err(Refused);
        }
        // Coefficients of this proof's points are gathered first, so that a point that occurs in several equations
        // costs one multiplication.
        let mut own = alloc::vec![G::ZERO; relation.own.len()];
        for (equation, commitment) in relation.equations.iter().zip(commitments) {
            let weight = weight();
            self.own.push((-weight, *commitment));
            for term in &equation.terms {
                let response = *responses.get(term.scalar.0).ok_or(Refused)?;
                let coefficient = weight * if term.negative { -response } else { response };
                self.add_term(relation, &mut own, term.point, coefficient)?;
            }
            let scale = -(weight * challenge);
            match &equation.image {
                Image::Public(image) => {
                    for (coefficient, point) in image {
                        self.add_term(relation, &mut own, *point, scale * *coefficient)?;
                    }
                }
                Image::Keyed(key, point) => {
                    let point = relation.resolve(*point).ok_or(Refused)?;
                    at(&mut self.keyed, *key, Vec::new)?.push((scale, point));
                }
            }
        }
        self.own.extend(own.into_iter().zip(relation.own.iter().copied()));
        Ok(())
    }

    fn add_term(
        &mut self,
        relation: &Relation<'_, G>,
        own: &mut [G::Scalar],
        point: PointVar,
        coefficient: G::Scalar,
    ) -> Result<(), Refused> {
        let place = match point {
            PointVar::Fixed(i) => at(&mut self.fixed, i, || G::ZERO)?,
            PointVar::Own(i) => own.get_mut(i).ok_or(Refused)?,
            PointVar::Shared(i) => {
                let value = relation.resolve(point).ok_or(Refused)?;
                &mut at(&mut self.shared, i, || None)?.get_or_insert((G::ZERO, value)).0
            }
        };
        *place = *place + coefficient;
        Ok(())
    }

    /// Whether the sum is the identity. Variable time in what is public; the keys enter one constant-time sum.
    ///
    /// `keys` has a key at every place that an image named.
    pub(crate) fn vartime_is_identity(self, table: &G::Table, keys: &[&G::Scalar]) -> Result<(), Refused> {
        let own = self.own.into_iter().chain(self.shared.into_iter().flatten());
        let (scalars, points): (Vec<_>, Vec<_>) = own.unzip();
        let public = G::vartime_sum_fixed(table, &self.fixed, &scalars, &points).ok_or(Refused)?;

        let mut key_scalars = zeroize::Zeroizing::new(Vec::new());
        let mut key_points = Vec::new();
        for (place, terms) in self.keyed.iter().enumerate() {
            let (scalar, point) = match terms.as_slice() {
                [] => continue,
                [one] => *one,
                many => {
                    let (scalars, points): (Vec<_>, Vec<_>) = many.iter().copied().unzip();
                    (G::ONE, G::vartime_sum(&scalars, &points))
                }
            };
            key_scalars.push(**keys.get(place).ok_or(Refused)? * scalar);
            key_points.push(point);
        }
        let total = if key_points.is_empty() { public } else { public + G::sum(&key_scalars, &key_points) };
        if G::is_identity(&total) { Ok(()) } else { Err(Refused) }
    }
}

/// Weights of 128 bits, hashed from everything that the prover chose and everything the equations use (spec 01 §7.3).
pub(crate) struct Weights {
    seed: [u8; 64],
    next: u64,
}

impl Weights {
    /// `everything` is a hash state into which every byte of every proof, statement and public key went.
    pub(crate) fn new(everything: TaggedHash) -> Self {
        Self { seed: everything.bytes(), next: 0 }
    }

    pub(crate) fn next(&mut self) -> Scalar {
        let low: [u8; 16] = TaggedHash::new("weight").part(&self.seed).uint(self.next).bytes();
        self.next += 1;
        Scalar::from(u128::from_le_bytes(low))
    }
}

//! The verifier's side: all equations of all proofs become one sum that must be the identity.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::relation::{Image, List, PointVar, Relation, ScalarVar};
use crate::error::{Refused, refused};
use crate::group::{Group, Scalar, TaggedHash};

/// `scalar·point`, not yet computed.
type Product<G> = (<G as Group>::Scalar, <G as Group>::Point);

/// `Σ w·(Σ ± s·point − c·image − T)` over weights `w` that the prover could not foresee; of a plain
/// equation `w·(Σ coefficient·point − value)`.
///
/// If any equation of any proof fails, the sum is the identity with probability at most 2⁻¹²⁸ over
/// the weights.
pub(crate) struct Sum<G: Group> {
    fixed: Vec<G::Scalar>,
    listed: [Vec<Product<G>>; List::COUNT],
    shared: BTreeMap<usize, Product<G>>,
    own: Vec<Product<G>>,
    keyed: BTreeMap<usize, Vec<Product<G>>>,
}

impl<G: Group> Sum<G> {
    pub(crate) const fn new() -> Self {
        let listed = [const { Vec::new() }; List::COUNT];
        Self { fixed: Vec::new(), listed, shared: BTreeMap::new(), own: Vec::new(), keyed: BTreeMap::new() }
    }

    /// Room for all of these together, so that nothing is moved while they are added.
    pub(super) fn with_room_for(sums: &[Self]) -> Self {
        let mut room = Self::new();
        room.own.reserve_exact(sums.iter().map(|sum| sum.own.len()).sum());
        for place in sums.first().into_iter().flat_map(|sum| sum.keyed.keys()) {
            room.keyed.insert(*place, Vec::with_capacity(sums.len()));
        }
        room
    }

    /// Adds all equations of one proof, each under a weight of its own.
    pub(crate) fn add(
        &mut self,
        relation: &Relation<'_, G>,
        commitments: &[G::Point],
        challenge: G::Scalar,
        responses: &[G::Scalar],
        weight: impl FnMut() -> G::Scalar,
    ) -> Result<(), Refused> {
        self.add_if(|_| true, relation, commitments, challenge, responses, weight)
    }

    /// Adds the equations that can be checked without any key, plain ones among them.
    pub(crate) fn add_public(
        &mut self,
        relation: &Relation<'_, G>,
        commitments: &[G::Point],
        challenge: G::Scalar,
        responses: &[G::Scalar],
        weight: impl FnMut() -> G::Scalar,
    ) -> Result<(), Refused> {
        let is_public = |image: &Image<G>| match image {
            Image::Public(_) => true,
            Image::Keyed(..) | Image::Mixed { .. } => false,
        };
        self.add_if(is_public, relation, commitments, challenge, responses, weight)
    }

    fn add_if(
        &mut self,
        included: impl Fn(&Image<G>) -> bool,
        relation: &Relation<'_, G>,
        commitments: &[G::Point],
        challenge: G::Scalar,
        responses: &[G::Scalar],
        mut weight: impl FnMut() -> G::Scalar,
    ) -> Result<(), Refused> {
        relation.check()?;
        if commitments.len() != relation.equations.len() || responses.len() != relation.scalars {
            return Err(refused!("01-16"));
        }
        self.fixed.resize(self.fixed.len().max(relation.fixed.len()), G::ZERO);
        // Coefficients are gathered first: a point in several equations is one multiplication.
        let mut own = alloc::vec![G::ZERO; relation.own.len()];
        let equations = relation.equations.iter().zip(commitments).enumerate();
        for (place, (equation, commitment)) in equations.filter(|(_, (equation, _))| included(&equation.image)) {
            let weight = weight();
            let conclusion = relation.conclusions.iter().find(|conclusion| conclusion.equation == place);
            for (coefficient, point) in conclusion.into_iter().flat_map(|conclusion| &conclusion.sum) {
                self.add_term(relation, &mut own, *point, weight * *coefficient)?;
            }
            let weight = conclusion.map_or(weight, |conclusion| weight * conclusion.factor);
            self.own.push((-weight, *commitment));
            for (coefficient, scalar, point) in &equation.terms {
                // What an unsent scalar adds is in the conclusion.
                let response = match scalar {
                    ScalarVar::Unsent(_) if conclusion.is_some() => continue,
                    _ => relation.value(*scalar, responses, challenge).ok_or(Refused::DEFECT)?,
                };
                self.add_term(relation, &mut own, *point, weight * *coefficient * response)?;
            }
            let scale = -(weight * challenge);
            self.add_image(relation, &mut own, &equation.image, scale)?;
        }
        self.add_plain(relation, &mut own, weight)?;
        self.own.extend(own.into_iter().zip(relation.own.iter().copied()));
        Ok(())
    }

    fn add_plain(
        &mut self,
        relation: &Relation<'_, G>,
        own: &mut [G::Scalar],
        mut weight: impl FnMut() -> G::Scalar,
    ) -> Result<(), Refused> {
        for equation in &relation.plain {
            let weight = weight();
            self.own.push((-weight, equation.value));
            for (coefficient, point) in &equation.sum {
                self.add_term(relation, own, *point, weight * *coefficient)?;
            }
        }
        Ok(())
    }

    /// Adds `scale·image`; where it takes a key, the key comes in when the sum is computed.
    fn add_image(
        &mut self,
        relation: &Relation<'_, G>,
        own: &mut [G::Scalar],
        image: &Image<G>,
        scale: G::Scalar,
    ) -> Result<(), Refused> {
        let (public, key, keyed) = match image {
            Image::Public(public) => (&**public, 0, &[][..]),
            Image::Keyed(key, point) => (&[][..], *key, &[(G::ONE, *point)][..]),
            Image::Mixed { public, key, keyed } => (&**public, *key, &**keyed),
        };
        for (coefficient, point) in public {
            self.add_term(relation, own, *point, scale * *coefficient)?;
        }
        for (coefficient, point) in keyed {
            let point = relation.resolve(*point).ok_or(Refused::DEFECT)?;
            self.keyed.entry(key).or_default().push((scale * *coefficient, point));
        }
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
            PointVar::Fixed(i) => self.fixed.get_mut(i).ok_or(Refused::DEFECT)?,
            PointVar::Own(i) => own.get_mut(i).ok_or(Refused::DEFECT)?,
            PointVar::Listed(list, i) => {
                let (sums, points) =
                    self.listed.get_mut(list.index()).zip(relation.listed.get(list.index())).ok_or(Refused::DEFECT)?;
                if i >= sums.len() {
                    let more = points.get(sums.len()..=i).ok_or(Refused::DEFECT)?;
                    sums.extend(more.iter().map(|point| (G::ZERO, *point)));
                }
                &mut sums.get_mut(i).ok_or(Refused::DEFECT)?.0
            }
            PointVar::Shared(i) => {
                let value = relation.resolve(point).ok_or(Refused::DEFECT)?;
                &mut self.shared.entry(i).or_insert((G::ZERO, value)).0
            }
        };
        *place = *place + coefficient;
        Ok(())
    }

    /// Adds another sum, or so many times another sum.
    pub(super) fn add_sum(&mut self, other: &Self, factor: Option<G::Scalar>) {
        let times = |scalar: G::Scalar| factor.map_or(scalar, |factor| factor * scalar);
        let product = |(scalar, point): &Product<G>| (times(*scalar), *point);
        self.fixed.resize(self.fixed.len().max(other.fixed.len()), G::ZERO);
        for (sum, scalar) in self.fixed.iter_mut().zip(&other.fixed) {
            *sum = *sum + times(*scalar);
        }
        for (sums, others) in self.listed.iter_mut().zip(&other.listed) {
            sums.extend(others.iter().skip(sums.len()).map(|(_, point)| (G::ZERO, *point)));
            for ((sum, _), (scalar, _)) in sums.iter_mut().zip(others) {
                *sum = *sum + times(*scalar);
            }
        }
        for (place, (scalar, point)) in &other.shared {
            let sum = &mut self.shared.entry(*place).or_insert((G::ZERO, *point)).0;
            *sum = *sum + times(*scalar);
        }
        self.own.extend(other.own.iter().map(product));
        for (place, products) in &other.keyed {
            self.keyed.entry(*place).or_default().extend(products.iter().map(product));
        }
    }

    /// Whether a ring of so many keys has each key that it names.
    pub(crate) fn fits(&self, keys: usize) -> bool {
        self.keyed.keys().all(|place| *place < keys)
    }

    /// Whether the sum is the identity; see [`Sum::vartime_value`].
    pub(crate) fn vartime_is_identity(self, table: &G::Table, keys: &[&G::Scalar]) -> Result<(), Refused> {
        if G::is_identity(&self.vartime_value(table, keys)?) { Ok(()) } else { Err(refused!("01-17")) }
    }

    /// `Σ scalar·point` as one product.
    fn vartime_one(terms: &[Product<G>]) -> Product<G> {
        let (scalars, points): (Vec<_>, Vec<_>) = terms.iter().copied().unzip();
        (G::ONE, G::vartime_sum(&scalars, &points))
    }

    /// What the sum is. Variable time in what is public; the keys enter one constant-time sum.
    ///
    /// `keys` has a key at every place that an image named.
    pub(crate) fn vartime_value(self, table: &G::Table, keys: &[&G::Scalar]) -> Result<G::Point, Refused> {
        let used = self.listed.into_iter().flatten().filter(|(scalar, _)| *scalar != G::ZERO);
        let own = self.own.into_iter().chain(self.shared.into_values()).chain(used);
        let (scalars, points): (Vec<_>, Vec<_>) = own.unzip();
        let public = G::vartime_sum_fixed(table, &self.fixed, &scalars, &points).ok_or(Refused::DEFECT)?;

        // Reserved in full: a vector that grows leaves unwiped copies of keys behind.
        let few = self.keyed.values().map(|terms| terms.len().min(FEW)).sum();
        let mut key_scalars = zeroize::Zeroizing::new(Vec::with_capacity(few));
        let mut key_points = Vec::with_capacity(few);
        for (place, terms) in self.keyed {
            let key = *keys.get(place).ok_or(Refused::DEFECT)?;
            let (scalars, points): (Vec<_>, Vec<_>) =
                if terms.len() <= FEW { terms } else { alloc::vec![Self::vartime_one(&terms)] }.into_iter().unzip();
            key_scalars.extend(scalars.into_iter().map(|scalar| *key * scalar));
            key_points.extend(points);
        }
        Ok(if key_points.is_empty() { public } else { public + G::sum(&key_scalars, &key_points) })
    }
}

/// Up to this many points under one key are multiplied by it one by one, in the one constant-time
/// sum; of more the sum under public scalars is made first.
const FEW: usize = 8;

/// Weights of 128 bits, hashed from all that the prover chose and equations use (spec 01 §7.3).
pub(crate) struct Weights {
    seed: [u8; 64],
    blocks: u64,
    block: [u8; 64],
    used: usize,
}

impl Weights {
    /// `everything` is a hash state of every byte of proofs, statements and public keys.
    pub(crate) fn new(everything: TaggedHash) -> Self {
        Self { seed: everything.bytes(), blocks: 0, block: [0; 64], used: 64 }
    }

    /// The next weight: each block of 64 bytes gives four.
    pub(crate) fn next(&mut self) -> Scalar {
        if self.used >= self.block.len() {
            self.block = TaggedHash::new("weight").part(&self.seed).uint(self.blocks).bytes();
            self.blocks += 1;
            self.used = 0;
        }
        let mut low = [0; 16];
        for (to, from) in low.iter_mut().zip(self.block.iter().skip(self.used)) {
            *to = *from;
        }
        self.used += low.len();
        Scalar::from(u128::from_le_bytes(low))
    }
}

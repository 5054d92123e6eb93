//! The engine on a group of eleven elements: completeness, special soundness, zero knowledge.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::{Add, Mul, Neg, Sub};

use super::*;
use crate::group::Group;

/// The integers modulo 11, as scalars and, under addition, as group elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Z11(pub(crate) u8);

impl Add for Z11 {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self((self.0 + other.0) % 11)
    }
}
impl Neg for Z11 {
    type Output = Self;
    fn neg(self) -> Self {
        Self((11 - self.0) % 11)
    }
}
impl Sub for Z11 {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}
impl Mul for Z11 {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self((self.0 * other.0) % 11)
    }
}
impl zeroize::Zeroize for Z11 {
    fn zeroize(&mut self) {
        self.0 = 0;
    }
}

pub(crate) struct Toy;

impl Group for Toy {
    type Scalar = Z11;
    type Point = Z11;
    type Table = Vec<Z11>;
    const ZERO: Z11 = Z11(0);
    const ONE: Z11 = Z11(1);

    fn table(points: &[Z11]) -> Vec<Z11> {
        points.to_vec()
    }
    fn is_identity(point: &Z11) -> bool {
        point.0 == 0
    }
    fn sum(scalars: &[Z11], points: &[Z11]) -> Z11 {
        scalars.iter().zip(points).fold(Z11(0), |sum, (s, p)| sum + *s * *p)
    }
    fn vartime_sum<'a>(scalars: &[Z11], points: impl IntoIterator<Item = &'a Z11>) -> Z11 {
        Self::sum(scalars, &points.into_iter().copied().collect::<Vec<_>>())
    }
    fn vartime_sum_fixed(table: &Vec<Z11>, fixed: &[Z11], scalars: &[Z11], points: &[Z11]) -> Option<Z11> {
        (fixed.len() <= table.len()).then(|| Self::sum(fixed, table) + Self::sum(scalars, points))
    }
}

fn all() -> impl Iterator<Item = Z11> + Clone {
    (0..11).map(Z11)
}

const FIXED: [Z11; 2] = [Z11(1), Z11(3)];
const OWN: Z11 = Z11(7);
const SHARED: Z11 = Z11(5);
const KEY: Z11 = Z11(4);

/// `image₁ = a·F₀ − b·F₁` and `key·Own = a·Own + b·Shared`.
fn relation(image: Z11) -> Relation<'static, Toy> {
    let mut relation = Relation::new(&FIXED);
    let (a, b) = (relation.scalar(), relation.scalar());
    let own = relation.point(OWN);
    let shared = relation.shared_point(2, SHARED);
    // image₁ as a multiple of F₀ = 1, so that no point of the relation is the identity.
    let image = Image::Public(vec![(image, PointVar::Fixed(0))]);
    relation.equation(image, vec![a * PointVar::Fixed(0), -(b * PointVar::Fixed(1))]);
    relation.equation(Image::Keyed(0, own), vec![a * own, b * shared]);
    relation
}

/// All (a, b) that satisfy `relation(image)`.
fn witnesses(image: Z11) -> Vec<(Z11, Z11)> {
    all()
        .flat_map(|a| all().map(move |b| (a, b)))
        .filter(|&(a, b)| a * FIXED[0] - b * FIXED[1] == image && a * OWN + b * SHARED == KEY * OWN)
        .collect()
}

/// Whether every equation holds: each alone, under weight one.
fn accepts(image: Z11, commitments: &[Z11], challenge: Z11, responses: &[Z11]) -> bool {
    (0..2).all(|chosen| {
        let mut sum = Sum::new();
        let mut equation = 0;
        let weight = || {
            equation += 1;
            Z11(u8::from(equation == chosen + 1))
        };
        sum.add(&relation(image), commitments, challenge, responses, weight).is_ok()
            && sum.vartime_is_identity(&FIXED.to_vec(), &[&KEY]).is_ok()
    })
}

fn prove(image: Z11, witness: (Z11, Z11), nonces: (Z11, Z11), challenge: Z11) -> (Vec<Z11>, Vec<Z11>) {
    let relation = relation(image);
    let mut assignment = Assignment::new(&relation);
    assignment.set(ScalarVarForTests::nth(0), witness.0);
    assignment.set(ScalarVarForTests::nth(1), witness.1);
    let committed = relation.commit(vec![nonces.0, nonces.1].into()).unwrap();
    let commitments = committed.commitments().to_vec();
    (commitments, committed.respond(&assignment, challenge).sent)
}

struct ScalarVarForTests;
impl ScalarVarForTests {
    fn nth(n: usize) -> ScalarVar {
        let mut relation = Relation::<Toy>::new(&[]);
        let mut var = relation.scalar();
        for _ in 0..n {
            var = relation.scalar();
        }
        var
    }
}

#[test]
fn complete() {
    let mut tried = 0;
    for image in all() {
        for witness in witnesses(image) {
            for (r, q, c) in all().flat_map(|r| all().flat_map(move |q| all().map(move |c| (r, q, c)))) {
                let (commitments, responses) = prove(image, witness, (r, q), c);
                assert!(accepts(image, &commitments, c, &responses));
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 11 * 11 * 11 * 11, "the second equation leaves eleven witnesses over all images");
}

/// Check 01-17.
#[test]
fn two_challenges_give_the_witness_away() {
    let mut extracted = 0;
    for image in all() {
        let valid = witnesses(image);
        for commitments in all().flat_map(|t| all().map(move |u| [t, u])) {
            let mut accepted: Vec<(Z11, [Z11; 2])> = Vec::new();
            for (c, s, t) in all().flat_map(|c| all().flat_map(move |s| all().map(move |t| (c, s, t)))) {
                if accepts(image, &commitments, c, &[s, t]) {
                    accepted.push((c, [s, t]));
                }
            }
            for (i, (c, s)) in accepted.iter().enumerate() {
                for (d, t) in accepted.iter().skip(i + 1).filter(|(d, _)| d != c) {
                    let inverse = all().find(|inverse| *inverse * (*c - *d) == Z11(1)).unwrap();
                    let witness = ((s[0] - t[0]) * inverse, (s[1] - t[1]) * inverse);
                    assert!(valid.contains(&witness));
                    extracted += 1;
                }
            }
        }
    }
    assert!(extracted > 1_000);
}

#[test]
fn a_simulator_without_the_witness_gives_the_same_transcripts() {
    for image in all() {
        for witness in witnesses(image) {
            for c in all() {
                let pairs = || all().flat_map(|r| all().map(move |q| (r, q)));
                let mut real: Vec<_> = pairs().map(|nonces| prove(image, witness, nonces, c)).collect();
                let mut simulated: Vec<_> = pairs()
                    .map(|(s, t)| {
                        let first = s * FIXED[0] - t * FIXED[1] - c * image;
                        let second = s * OWN + t * SHARED - c * (KEY * OWN);
                        (vec![first, second], vec![s, t])
                    })
                    .collect();
                real.sort();
                simulated.sort();
                assert_eq!(real, simulated);
            }
        }
    }
}

/// Checks 01-12, 01-13, 01-14, 01-15.
#[test]
fn meaningless_relations_are_refused() {
    let refused = |build: &dyn Fn(&mut Relation<'static, Toy>)| {
        let mut relation = Relation::new(&FIXED);
        build(&mut relation);
        let committed = relation.commit(vec![Z11(1); relation.nonces()].into()).is_err();
        committed && Sum::new().add(&relation, &[Z11(1)], Z11(1), &[Z11(1)], || Z11(1)).is_err()
    };
    let image = || Image::Public(vec![(Z11(1), PointVar::Fixed(0))]);
    assert!(refused(&|r| r.equation(image(), vec![])), "no term");
    assert!(refused(&|r| {
        let a = r.scalar();
        let _unused = r.scalar();
        r.equation(image(), vec![a * PointVar::Fixed(0)]);
    }));
    assert!(refused(&|r| {
        let a = r.scalar();
        r.equation(image(), vec![a * PointVar::Fixed(0), a * PointVar::Fixed(0)]);
    }));
    assert!(refused(&|r| {
        let a = r.scalar();
        let identity = r.point(Z11(0));
        r.equation(image(), vec![a * identity]);
    }));
    assert!(refused(&|r| {
        let a = r.scalar();
        r.equation(image(), vec![a * PointVar::Fixed(2)]);
    }));
    assert!(refused(&|r| {
        let a = r.external_scalar();
        let b = r.scalar();
        r.equation(image(), vec![a * PointVar::Fixed(0)]);
        r.equation(image(), vec![a * PointVar::Fixed(1), b * PointVar::Fixed(0)]);
    }));
}

/// What an image names is there, and a key multiplies something.
#[test]
fn an_image_without_its_points_is_refused() {
    let checked = |image: Image<Toy>| {
        let mut relation = Relation::<Toy>::new(&FIXED);
        let a = relation.scalar();
        relation.equation(image, vec![a * PointVar::Fixed(0)]);
        relation.check()
    };
    let there = || vec![(Z11(1), PointVar::Fixed(0))];
    let absent = || vec![(Z11(1), PointVar::Fixed(2))];
    let mixed = |public, keyed| Image::Mixed { public, key: 0, keyed };
    for image in [Image::Public(there()), Image::Keyed(0, PointVar::Fixed(0)), mixed(there(), there())] {
        assert_eq!(checked(image), Ok(()));
    }
    let defects = [
        Image::Public(absent()),
        Image::Keyed(0, PointVar::Fixed(2)),
        mixed(absent(), there()),
        mixed(there(), absent()),
        mixed(there(), Vec::new()),
    ];
    for image in defects {
        assert_eq!(checked(image), Err(crate::error::Refused::DEFECT));
    }
}

/// Check 01-16.
#[test]
fn a_proof_of_another_shape_is_refused() {
    let relation = relation(Z11(1));
    for (commitments, responses) in [(1, 2), (3, 2), (2, 1), (2, 3)] {
        let result = Sum::new().add(&relation, &vec![Z11(1); commitments], Z11(1), &vec![Z11(1); responses], || Z11(1));
        assert!(result.is_err());
    }
}

/// Equations without secrets are checked, keyed or not, each under a weight of its own.
#[test]
fn plain_equations_count() {
    let (commitments, responses) = prove(Z11(1), witnesses(Z11(1))[0], (Z11(2), Z11(3)), Z11(5));
    let accepted = |errors: [Z11; 2], with_keyed: bool, weights: [Z11; 2]| {
        let mut relation = relation(Z11(1));
        for (coefficient, error) in [(Z11(4), errors[0]), (Z11(9), errors[1])] {
            let value = coefficient * OWN + Z11(2) * FIXED[1] + error;
            relation.public_equation(value, vec![(coefficient, PointVar::Own(0)), (Z11(2), PointVar::Fixed(1))]);
        }
        let mut sum = Sum::new();
        let others = if with_keyed { 2 } else { 1 };
        let mut weights = core::iter::repeat_n(Z11(1), others).chain(weights);
        let weight = || weights.next().unwrap();
        if with_keyed {
            sum.add(&relation, &commitments, Z11(5), &responses, weight).unwrap();
        } else {
            sum.add_public(&relation, &commitments, Z11(5), &responses, weight).unwrap();
        }
        assert_eq!(weights.next(), None);
        sum.vartime_is_identity(&FIXED.to_vec(), &[&KEY]).is_ok()
    };
    for with_keyed in [true, false] {
        for (first, second, weight) in all().flat_map(|a| all().flat_map(move |b| all().map(move |w| (a, b, w)))) {
            let weighed = first + weight * second;
            assert_eq!(accepted([first, second], with_keyed, [Z11(1), weight]), weighed == Z11(0));
        }
    }
}

#[test]
fn a_key_that_the_verifier_does_not_hold_is_refused() {
    let (commitments, responses) = prove(Z11(1), witnesses(Z11(1))[0], (Z11(2), Z11(3)), Z11(5));
    let mut sum = Sum::new();
    sum.add(&relation(Z11(1)), &commitments, Z11(5), &responses, || Z11(1)).unwrap();
    assert!(sum.vartime_is_identity(&FIXED.to_vec(), &[]).is_err());
}

#[test]
fn the_outside_scalar_gets_its_response_from_outside() {
    let mut relation = Relation::<Toy>::new(&FIXED);
    let (d, a) = (relation.external_scalar(), relation.scalar());
    let (secret_d, secret_a) = (Z11(6), Z11(9));
    let image = secret_a * FIXED[0] - secret_d * FIXED[1];
    relation.equation(
        Image::Public(vec![(image, PointVar::Fixed(0))]),
        vec![a * PointVar::Fixed(0), -(d * PointVar::Fixed(1))],
    );
    let mut assignment = Assignment::new(&relation);
    assignment.set(a, secret_a);
    let committed = relation.commit(vec![Z11(0), Z11(8)].into()).unwrap();
    let (outside_nonce, challenge) = (Z11(5), Z11(3));
    let commitment = committed.commitments()[0] - outside_nonce * FIXED[1];
    let mut responses = committed.respond(&assignment, challenge).sent;
    responses[0] = responses[0] + outside_nonce + challenge * secret_d;
    let mut sum = Sum::new();
    sum.add(&relation, &[commitment], challenge, &responses, || Z11(1)).unwrap();
    assert!(sum.vartime_is_identity(&FIXED.to_vec(), &[]).is_ok());
}

const DERIVED: [Z11; 2] = [Z11(2), Z11(7)];

/// `image = a·F₀ + d·Own` with `d = 2 + 7·a`: `d` has no response.
fn derived(image: Z11) -> Relation<'static, Toy> {
    let mut relation = Relation::new(&FIXED);
    let a = relation.scalar();
    let d = relation.derived_scalar(DERIVED[0], vec![(DERIVED[1], a)]);
    let own = relation.point(OWN);
    let image = Image::Public(vec![(image, PointVar::Fixed(0))]);
    relation.equation(image, vec![a * PointVar::Fixed(0), d * own]);
    relation
}

/// What is derived is proven by its form: whoever answers two challenges knows a scalar that fits,
/// and everybody who knows one answers all.
#[test]
fn derived_scalars_are_proven() {
    let value = |a: Z11| a + (DERIVED[0] + DERIVED[1] * a) * OWN;
    let accepts = |image, commitment, c, response| {
        let mut sum = Sum::new();
        sum.add(&derived(image), &[commitment], c, &[response], || Z11(1)).unwrap();
        sum.vartime_is_identity(&FIXED.to_vec(), &[]).is_ok()
    };
    for image in all() {
        for commitment in all() {
            let accepted: Vec<(Z11, Z11)> = all()
                .flat_map(|c| all().map(move |s| (c, s)))
                .filter(|(c, s)| accepts(image, commitment, *c, *s))
                .collect();
            for (c, s) in &accepted {
                for (d, t) in accepted.iter().filter(|(d, _)| d != c) {
                    let inverse = all().find(|inverse| *inverse * (*c - *d) == Z11(1)).unwrap();
                    assert_eq!(value((*s - *t) * inverse), image);
                }
            }
        }
        for (a, nonce, c) in all().flat_map(|a| all().flat_map(move |r| all().map(move |c| (a, r, c)))) {
            let relation = derived(value(a));
            let committed = relation.commit(vec![nonce].into()).unwrap();
            let commitment = committed.commitments()[0];
            let witness = Assignment::of(&relation, vec![a].into()).unwrap();
            let Responses { sent, unsent } = committed.respond(&witness, c);
            assert!(accepts(value(a), commitment, c, sent[0]) && unsent.is_empty());
        }
    }
}

/// `a₀ = s − 2` and `b₀ = s − 5` for one subject `s`, all three in the open: where the subject is
/// what is derived, of two such sums the last alone is proven, and the first digit is any.
#[test]
fn the_digit_is_derived_and_not_the_subject() {
    let image = |value: Z11| Image::Public(vec![(value, PointVar::Fixed(0))]);
    let accepts = |relation: &Relation<'_, Toy>, secrets: Vec<Z11>| {
        let committed = relation.commit(vec![Z11(4); secrets.len()].into()).unwrap();
        let commitments = committed.commitments().to_vec();
        let responses = committed.respond(&Assignment::of(relation, secrets.into()).unwrap(), Z11(7)).sent;
        let mut weights = [Z11(1), Z11(2), Z11(5)].into_iter();
        let mut sum = Sum::new();
        sum.add(relation, &commitments, Z11(7), &responses, || weights.next().unwrap()).unwrap();
        sum.vartime_is_identity(&FIXED.to_vec(), &[]).is_ok()
    };
    for (s, first) in all().flat_map(|s| all().map(move |first| (s, first))) {
        let second = s - Z11(5);
        let state = |relation: &mut Relation<'static, Toy>, scalars: [ScalarVar; 3]| {
            for (scalar, value) in scalars.into_iter().zip([s, first, second]) {
                relation.equation(image(value), vec![scalar * PointVar::Fixed(0)]);
            }
        };
        let mut careless = Relation::new(&FIXED);
        let (a, b) = (careless.scalar(), careless.scalar());
        let subject = careless.derived_scalar(Z11(5), vec![(Z11(1), b)]);
        state(&mut careless, [subject, a, b]);
        assert!(accepts(&careless, vec![first, second]));

        let mut right = Relation::new(&FIXED);
        let subject = right.scalar();
        let [a, b] = [2, 5].map(|low| right.derived_scalar(-Z11(low), vec![(Z11(1), subject)]));
        state(&mut right, [subject, a, b]);
        assert_eq!(accepts(&right, vec![s]), first == s - Z11(2));
    }
}

/// Checks 01-13, 01-15.
#[test]
fn what_derives_is_sent_and_what_is_unsent_is_in_one_equation() {
    let image = || Image::Public(vec![(Z11(1), PointVar::Fixed(0))]);
    let refused = |build: &dyn Fn(&mut Relation<'static, Toy>)| {
        let mut relation = Relation::new(&FIXED);
        build(&mut relation);
        relation.commit(vec![Z11(1); relation.nonces()].into()).is_err()
    };
    for (of, is_refused) in [(0, false), (1, true), (2, true), (3, true)] {
        let build = |r: &mut Relation<'static, Toy>| {
            let (a, d, unsent) = (r.scalar(), r.external_scalar(), r.unsent_scalar());
            let other = r.derived_scalar(Z11(1), vec![(Z11(1), a)]);
            let derived = r.derived_scalar(Z11(1), vec![(Z11(1), [a, d, unsent, other][of])]);
            let terms = [a, d, unsent, other, derived].map(|scalar| scalar * PointVar::Fixed(0));
            r.equation(image(), terms.to_vec());
        };
        assert_eq!(refused(&build), is_refused, "{of}");
    }
    assert!(refused(&|r| {
        let unsent = r.unsent_scalar();
        r.equation(image(), vec![unsent * PointVar::Fixed(0)]);
        r.equation(image(), vec![unsent * PointVar::Fixed(1)]);
    }));
    assert!(refused(&|r| {
        let a = r.scalar();
        let _unused = r.derived_scalar(Z11(1), vec![(Z11(1), a)]);
        r.equation(image(), vec![a * PointVar::Fixed(0)]);
    }));
}

/// Check 01-13. `3·a + u₀·F₀ + u₁·Own = image` with responses of `u₀`, `u₁` unsent, and
/// `2·u₀ + 5·u₁ = a`.
#[test]
fn what_is_unsent_is_concluded() {
    let (u, c, nonces) = ([Z11(4), Z11(9)], Z11(3), [Z11(10), Z11(2)]);
    let a = Z11(2) * u[0] + Z11(5) * u[1];
    let make = || {
        let mut relation = Relation::<Toy>::new(&FIXED);
        let (first, unsent) = (relation.scalar(), [relation.unsent_scalar(), relation.unsent_scalar()]);
        let own = relation.point(OWN);
        relation.tie(first, vec![(Z11(2), unsent[0]), (Z11(5), unsent[1])]);
        let image = Image::Public(vec![(Z11(3) * a + u[0] + OWN * u[1], PointVar::Fixed(0))]);
        let terms = vec![first * PointVar::Fixed(1), unsent[0] * PointVar::Fixed(0), unsent[1] * own];
        relation.equation(image, terms);
        (relation, own)
    };
    let (relation, own) = make();
    let committed = relation.commit(vec![Z11(7), nonces[0], nonces[1]].into()).unwrap();
    let commitments = committed.commitments().to_vec();
    let witness = Assignment::of(&relation, vec![a, u[0], u[1]].into()).unwrap();
    let Responses { sent, unsent } = committed.respond(&witness, c);
    // The nonce of `a` is tied, so its response is what the linear equation makes of the others.
    assert_eq!(sent, [Z11(2) * unsent[0] + Z11(5) * unsent[1]]);
    let shown = |factor, error| vec![(factor * (unsent[0] + error), PointVar::Fixed(0)), (factor * unsent[1], own)];
    for (factor, error) in all().skip(1).flat_map(|f| all().map(move |e| (f, e))) {
        let mut relation = make().0;
        relation.conclude(0, factor, shown(factor, error));
        let mut sum = Sum::new();
        sum.add(&relation, &commitments, c, &sent, || Z11(1)).unwrap();
        assert_eq!(sum.vartime_is_identity(&FIXED.to_vec(), &[]).is_ok(), error == Z11(0));
    }
    // What is concluded otherwise than once says less than it seems to, and is refused: each of
    // these sums would be the identity, or have a part that nothing binds.
    for concluded in [&[][..], &[(0, 0)], &[(0, 1), (0, 1)], &[(1, 1)], &[(0, 1), (1, 1)]] {
        let mut relation = make().0;
        for (equation, factor) in concluded {
            relation.conclude(*equation, Z11(*factor), shown(Z11(*factor), Z11(0)));
        }
        assert!(Sum::new().add(&relation, &commitments, c, &sent, || Z11(1)).is_err(), "{concluded:?}");
    }
    // An equation without unsent scalars is complete as it stands.
    let (mut relation, own) = make();
    relation.conclude(0, Z11(1), shown(Z11(1), Z11(0)));
    let other = relation.scalar();
    relation.equation(Image::Public(vec![(Z11(2), own)]), vec![other * own]);
    let of_both = ([commitments[0], Z11(0)], [sent[0], c * Z11(2)]);
    assert!(Sum::new().add(&relation, &of_both.0, c, &of_both.1, || Z11(1)).is_ok());
    relation.conclude(1, Z11(1), Vec::new());
    assert!(Sum::new().add(&relation, &of_both.0, c, &of_both.1, || Z11(1)).is_err());
}

const BINDING: [Z11; 2] = [Z11(6), Z11(8)];

/// `key·Q₀ = t₀·V − a·Q₀` and `key·Q₁ = t₁·V − b·Q₁`, merged: `b` is derived from `a`.
fn merged(points: [Z11; 2], commitment: Z11, weights: [Z11; 2]) -> Relation<'static, Toy> {
    let mut relation = Relation::new(&FIXED);
    relation.with_list(List::Binding, &BINDING);
    let a = relation.scalar();
    let b = relation.derived_scalar(DERIVED[0], vec![(DERIVED[1], a)]);
    let mut unmerged = Unmerged::new();
    for (scalar, point) in [a, b].into_iter().zip(points) {
        let point = relation.point(point);
        unmerged.add(scalar, point);
    }
    let commitment = relation.point(commitment);
    let mut weights = weights.into_iter();
    let bound = unmerged.bound_by(commitment).unwrap();
    bound.merge(&mut relation, 0, PointVar::Fixed(1), || weights.next().unwrap());
    relation
}

#[test]
fn merged_equations_are_complete() {
    let v = FIXED[1];
    for (a, t0, t1) in all().flat_map(|a| all().flat_map(move |t| all().map(move |u| (a, t, u)))) {
        let b = DERIVED[0] + DERIVED[1] * a;
        let inverse = |z: Z11| all().find(|inverse| *inverse * z == Z11(1));
        let (Some(x), Some(y)) = (inverse(KEY + a), inverse(KEY + b)) else { continue };
        let (points, commitment) = ([t0 * x * v, t1 * y * v], a * BINDING[0] + b * BINDING[1] + Z11(5) * v);
        if [points[0], points[1], commitment].contains(&Z11(0)) {
            continue;
        }
        for weights in all().flat_map(|w| all().map(move |x| [w, x])) {
            let relation = merged(points, commitment, weights);
            let blind = Z11(5) + weights[0] * t0 + weights[1] * t1;
            let witness = Assignment::of(&relation, vec![a, blind].into()).unwrap();
            for c in all() {
                let committed = relation.commit(vec![Z11(3), Z11(8)].into()).unwrap();
                let commitments = committed.commitments().to_vec();
                let responses = committed.respond(&witness, c).sent;
                let mut sum = Sum::new();
                sum.add(&relation, &commitments, c, &responses, || Z11(1)).unwrap();
                assert!(sum.vartime_is_identity(&FIXED.to_vec(), &[&KEY]).is_ok());
                // Without the key nothing of it is in the sum.
                let mut public = Sum::new();
                public.add_public(&relation, &commitments, c, &responses, || Z11(1)).unwrap();
                assert!(public.vartime_is_identity(&FIXED.to_vec(), &[]).is_ok());
                let Some(inverse) = inverse(c) else { continue };
                let claimed = relation.vartime_claimed(&commitments, [c, inverse], &responses).unwrap();
                let base = weights[0] * points[0] + weights[1] * points[1];
                assert_eq!(claimed, [(0, base, KEY * base)]);
            }
        }
    }
}

/// As many scalars are bound as there are bases, each by its own; nothing is merged that is not.
#[test]
fn a_base_binds_one_scalar() {
    for (count, is_refused) in [(1, false), (2, false), (3, true)] {
        let mut relation = Relation::<Toy>::new(&FIXED);
        relation.with_list(List::Binding, &BINDING);
        let mut unmerged = Unmerged::new();
        for _ in 0..count {
            // One scalar and one point: still each entry has a base of its own.
            let (scalar, point) = (relation.scalar(), relation.point(OWN));
            unmerged.add(scalar, point);
        }
        let commitment = relation.point(Z11(4));
        let bound = unmerged.bound_by(commitment).unwrap();
        bound.merge(&mut relation, 0, PointVar::Fixed(1), || Z11(1));
        assert_eq!(relation.commit(vec![Z11(1); count + 1].into()).is_err(), is_refused, "{count}");
    }
    assert!(Unmerged::new().bound_by(PointVar::Fixed(0)).is_err());
}

/// Points of a list count once in a sum of many proofs, which may know more or less of it.
#[test]
fn lists_are_the_same_for_all_proofs_of_a_batch() {
    let of = |list: &'static [Z11], image: Z11, error: Z11| {
        let mut relation = Relation::<Toy>::new(&FIXED);
        relation.with_list(List::Vector, list);
        let terms = (0..list.len()).map(|j| relation.scalar() * PointVar::Listed(List::Vector, j)).collect();
        relation.equation(Image::Public(vec![(image, PointVar::Fixed(0))]), terms);
        let (c, responses) = (Z11(3), vec![Z11(9); list.len()]);
        let commitment = Toy::sum(&responses, list) - c * image + error;
        let mut sum = Sum::new();
        sum.add(&relation, &[commitment], c, &responses, || Z11(1)).unwrap();
        sum
    };
    for (image, error) in all().flat_map(|image| all().map(move |error| (image, error))) {
        let proofs =
            vec![of(&BINDING[..1], image, Z11(0)), of(&BINDING, image, error), of(&BINDING[..1], image, Z11(0))];
        let batch = Batch { proofs, table: &FIXED.to_vec(), keys: &[] };
        assert_eq!(batch.vartime_good().unwrap(), [true, error == Z11(0), true]);
    }
    // A place beyond the list is no point.
    let mut relation = Relation::<Toy>::new(&FIXED);
    relation.with_list(List::Vector, &BINDING);
    let a = relation.scalar();
    relation.equation(Image::Keyed(0, PointVar::Fixed(0)), vec![a * PointVar::Listed(List::Vector, 2)]);
    assert!(relation.commit(vec![Z11(1)].into()).is_err());
}

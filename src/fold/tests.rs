//! On a group of eleven elements exhaustively, and on the curve with everything changed once.

use alloc::vec;
use alloc::vec::Vec;

use rand_core::OsRng;

use super::proof::{Replayed, rounds};
use super::vectors::{FoldTerms, Vectors};
use super::*;
use crate::error::Refused;
use crate::group::{Curve, Element, Group, Point, Scalar, TemplateBases, random_scalar};
use crate::sigma::tests::{Toy, Z11};
use crate::transcript::Transcript;

const F: [Z11; 4] = [Z11(1), Z11(3), Z11(4), Z11(9)];
const U: Z11 = Z11(2);

fn all() -> impl Iterator<Item = Z11> + Clone {
    (0..11).map(Z11)
}

/// The value of a verifier's terms.
fn value(terms: &FoldTerms<Toy>, z: Z11, cross: &[[Z11; 2]], f: &[Z11]) -> Z11 {
    let rounds = terms.rounds.iter().flatten().zip(cross.iter().flatten());
    let rounds = rounds.fold(Z11(0), |sum, (scalar, point)| sum + *scalar * *point);
    let entries = terms.entries.iter().zip(f).fold(Z11(0), |sum, (scalar, point)| sum + *scalar * *point);
    terms.opening * z + rounds + terms.u * U + entries
}

/// Two rounds, every vector, some P, all challenges: an honest proof verifies.
#[test]
fn every_honest_proof_verifies() {
    let vectors = all().flat_map(|a| all().flat_map(move |b| all().map(move |c| [a, b, c, a + Z11(5) * b])));
    for z in vectors {
        for p in [[Z11(1), Z11(0), Z11(0), Z11(0)], [Z11(3), Z11(7), Z11(10), Z11(2)]] {
            for challenges in [[Z11(1), Z11(2)], [Z11(5), Z11(10)], [Z11(7), Z11(3)], [Z11(4), Z11(4)]] {
                let w = Z11(6);
                let mut sides = Vectors::<Toy> { z: z.to_vec(), p: p.to_vec(), f: F.to_vec(), u: w * U };
                let mut cross = Vec::new();
                for x in challenges {
                    cross.push(sides.vartime_cross());
                    sides.vartime_fold(x, false);
                }
                let product = |other: &[Z11; 4]| Toy::sum(&z, other);
                let of = |y| FoldTerms::<Toy>::new((w, y), &challenges, &sides.z, &p).unwrap();
                assert_eq!(value(&of(product(&p)), product(&F), &cross, &F), Z11(0));
                // Another product is another point.
                assert_ne!(value(&of(product(&p) + Z11(1)), product(&F), &cross, &F), Z11(0));
            }
        }
    }
}

/// All `Q`, `A`, `B` and all answers: whoever answers three challenges knows a vector that `Q` is
/// of. The rounds before give its entries one by one in the same way.
#[test]
fn three_challenges_of_a_round_give_the_vector() {
    let (f, p, w) = ([F[0], F[1]], [Z11(5), Z11(2)], Z11(3));
    let base = |x: Z11| x * f[0] + f[1] + (x * p[0] + p[1]) * w * U;
    let inverse = |a: Z11| all().find(|b| a * *b == Z11(1)).unwrap();
    let answer = |q: Z11, a: Z11, b: Z11, x: Z11| all().find(|z| *z * base(x) == a + x * q + x * x * b);
    let mut extracted = 0;
    for (q, (a, b)) in all().flat_map(|q| all().flat_map(move |a| all().map(move |b| (q, (a, b))))) {
        for three in [[1, 2, 3], [2, 5, 9], [4, 7, 10], [1, 6, 8]].map(|three| three.map(Z11)) {
            let Some(z) = three.iter().map(|x| answer(q, a, b, *x)).collect::<Option<Vec<_>>>() else { continue };
            // λ with Σ λ = 0, Σ λ·x = 1, Σ λ·x² = 0: −(x_j + x_k)/((x_i − x_j)(x_i − x_k)).
            let lambda = |i: usize| {
                let (x, j, k) = (three[i], three[(i + 1) % 3], three[(i + 2) % 3]);
                -(j + k) * inverse((x - j) * (x - k))
            };
            let low = (0..3).fold(Z11(0), |sum, i| sum + lambda(i) * three[i] * z[i]);
            let high = (0..3).fold(Z11(0), |sum, i| sum + lambda(i) * z[i]);
            assert_eq!(q, low * (f[0] + p[0] * w * U) + high * (f[1] + p[1] * w * U));
            extracted += 1;
        }
    }
    assert!(extracted > 1000);
}

#[test]
fn lengths_that_do_not_fit_are_refused() {
    let (x, p) = ([Z11(2), Z11(3)], vec![Z11(1); 8]);
    for (tail, fits) in [(vec![Z11(1); 2], true), (vec![], false), (vec![Z11(1); 1], false), (vec![Z11(1); 8], false)] {
        assert_eq!(FoldTerms::<Toy>::new((Z11(1), Z11(1)), &x, &tail, &p).is_ok(), fits);
    }
    assert_eq!([8, 16, 64, 128, 512].map(rounds), [0, 1, 3, 4, 6]);
}

struct Claim {
    bases: TemplateBases,
    z: Vec<Scalar>,
    p: Vec<Scalar>,
}

impl Claim {
    fn new(entries: usize) -> Self {
        let random = || (0..entries).map(|_| random_scalar(&mut OsRng)).collect();
        Self { bases: TemplateBases::new(entries), z: random(), p: random() }
    }

    fn opening(&self) -> (Point, Scalar) {
        let y = self.z.iter().zip(&self.p).map(|(z, p)| z * p).sum();
        (Curve::sum(&self.z, &self.bases.entries), y)
    }

    /// What must be the identity, with the challenges of one proof and what another one sends.
    fn value(&self, replayed: &Replayed, proof: &FoldProof, (opening, y): (Point, Scalar)) -> Point {
        let terms = replayed.terms(proof, y, &self.p).unwrap();
        let scalars: Vec<Scalar> = [terms.opening, terms.u]
            .into_iter()
            .chain(terms.rounds.into_iter().flatten())
            .chain(terms.entries)
            .collect();
        let cross = proof.rounds.iter().flatten().map(Element::point);
        let points: Vec<Point> =
            [opening, self.bases.fold].into_iter().chain(cross).chain(self.bases.entries.iter().copied()).collect();
        Curve::vartime_sum(&scalars, &points)
    }

    fn replay(&self, proof: &FoldProof, bound: &[u8]) -> Result<Replayed, Refused> {
        let mut transcript = Transcript::new("test");
        transcript.bytes("bound", bound);
        proof.replay(&mut transcript, self.z.len())
    }

    fn verify(&self, proof: &FoldProof, claimed: (Point, Scalar), bound: &[u8]) -> bool {
        let replayed = self.replay(proof, bound);
        replayed.is_ok_and(|replayed| Curve::is_identity(&self.value(&replayed, proof, claimed)))
    }
}

/// Whoever knew the challenges before it sends A would have any product, with any tail: A is what
/// is missing. It is absorbed before its challenge, so what fits the old ones does not fit the new.
#[test]
fn a_tail_of_one_s_own_and_an_a_that_fits_it_come_too_late() {
    let claim = Claim::new(64);
    let mut transcript = Transcript::new("test");
    transcript.bytes("bound", b"request");
    let proof = FoldProof::vartime_new(&mut transcript, &claim.bases, claim.z.clone(), claim.p.clone());
    let (opening, y) = claim.opening();
    let false_claim = (opening, y + Scalar::ONE);
    let before = claim.replay(&proof, b"request").unwrap();
    for round in 0..proof.rounds.len() {
        for tail in [proof.tail.clone(), vec![Scalar::ONE; STOP]] {
            let mut adapted = FoldProof { tail, ..proof.clone() };
            let missing = claim.value(&before, &adapted, false_claim);
            let [of_a, _] = before.terms(&adapted, y, &claim.p).unwrap().rounds[round];
            let a = adapted.rounds[round][0].point() - of_a.invert() * missing;
            adapted.rounds[round][0] = Element::new(a);
            assert!(Curve::is_identity(&claim.value(&before, &adapted, false_claim)));
            assert!(!claim.verify(&adapted, false_claim, b"request"));
        }
    }
}

#[test]
fn whatever_is_changed_is_refused() {
    for entries in [8, 64, 128] {
        let claim = Claim::new(entries);
        let mut transcript = Transcript::new("test");
        transcript.bytes("bound", b"request");
        let proof = FoldProof::vartime_new(&mut transcript, &claim.bases, claim.z.clone(), claim.p.clone());
        let (opening, y) = claim.opening();
        assert!(claim.verify(&proof, (opening, y), b"request"));
        assert_eq!(claim.verify(&proof, (opening, y), b"another"), entries == STOP);
        assert!(!claim.verify(&proof, (opening, y + Scalar::ONE), b"request"));
        assert!(!claim.verify(&proof, (opening + claim.bases.fold, y), b"request"));
        for i in 0..STOP {
            let mut other = proof.clone();
            other.tail[i] += Scalar::ONE;
            assert!(!claim.verify(&other, (opening, y), b"request"));
        }
        for i in 0..proof.rounds.len() {
            let mut other = proof.clone();
            other.rounds[i].swap(0, 1);
            assert!(!claim.verify(&other, (opening, y), b"request"));
            let mut other = proof.clone();
            other.rounds[i][0] = Element::new(claim.bases.fold);
            assert!(!claim.verify(&other, (opening, y), b"request"));
        }
        let (mut short, mut long) = (proof.clone(), proof.clone());
        short.tail.pop();
        long.rounds.push([Element::new(claim.bases.fold); 2]);
        assert!(!claim.verify(&short, (opening, y), b"request") && !claim.verify(&long, (opening, y), b"request"));
        // Another vector with the same product, and the same vector with another probe.
        let mut other = Claim { bases: TemplateBases::new(entries), z: claim.z.clone(), p: claim.p.clone() };
        other.p[3] += Scalar::ONE;
        assert!(!other.verify(&proof, (opening, y), b"request"));
    }
}

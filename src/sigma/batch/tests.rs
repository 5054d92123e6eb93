//! Which of many are found bad, by how many sums: integers modulo a prime stand for proofs.

use alloc::vec::Vec;
use core::cell::Cell;
use core::ops::{Add, Mul, Neg, Sub};
use std::thread_local;

use super::Batch;
use crate::group::Group;
use crate::sigma::{Relation, Sum};

const P: u128 = (1 << 61) - 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Number(u64);

impl Number {
    fn new(number: u128) -> Self {
        Self(u64::try_from(number % P).unwrap())
    }
}

impl Add for Number {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(u128::from(self.0) + u128::from(other.0))
    }
}
impl Neg for Number {
    type Output = Self;
    fn neg(self) -> Self {
        Self::new(P - u128::from(self.0))
    }
}
impl Sub for Number {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}
impl Mul for Number {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self::new(u128::from(self.0) * u128::from(other.0))
    }
}
impl zeroize::Zeroize for Number {
    fn zeroize(&mut self) {
        self.0 = 0;
    }
}

thread_local! {
    /// Sums, and proofs in them.
    static MADE: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

struct Counted;

impl Group for Counted {
    type Scalar = Number;
    type Point = Number;
    type Table = ();
    const ZERO: Number = Number(0);
    const ONE: Number = Number(1);

    fn table(_: &[Number]) {}
    fn is_identity(point: &Number) -> bool {
        point.0 == 0
    }
    fn sum(scalars: &[Number], points: &[Number]) -> Number {
        scalars.iter().zip(points).fold(Number(0), |sum, (s, p)| sum + *s * *p)
    }
    fn vartime_sum<'a>(scalars: &[Number], points: impl IntoIterator<Item = &'a Number>) -> Number {
        Self::sum(scalars, &points.into_iter().copied().collect::<Vec<_>>())
    }
    fn vartime_sum_fixed((): &(), _: &[Number], scalars: &[Number], points: &[Number]) -> Option<Number> {
        let (sums, proofs) = MADE.get();
        MADE.set((sums + 1, proofs + points.len()));
        Some(Self::sum(scalars, points))
    }
}

/// A proof whose one equation is so far off.
fn proof(off: u64) -> Sum<Counted> {
    let mut relation = Relation::new(&[]);
    relation.public_equation(Number(off), Vec::new());
    let mut sum = Sum::new();
    sum.add(&relation, &[], Number(1), &[], || Number(1)).unwrap();
    sum
}

/// Finds those that are bad, and gives how many sums it took over how many proofs.
fn settle(count: usize, is_bad: impl Fn(usize) -> bool) -> (usize, usize) {
    // Powers of a generator: no few of them cancel.
    let off =
        |place: usize| if is_bad(place) { (0..=place).fold(Number(1), |power, _| power * Number(37)).0 } else { 0 };
    let batch = Batch { proofs: (0..count).map(|place| proof(off(place))).collect(), table: &(), keys: &[] };
    MADE.set((0, 0));
    let good = batch.vartime_good().unwrap();
    assert_eq!(good, (0..count).map(|place| !is_bad(place)).collect::<Vec<_>>());
    MADE.get()
}

#[test]
fn all_good_is_one_sum_and_two_if_they_are_many() {
    for count in [0, 1, 2, 15, 16, 17, 255] {
        assert_eq!(settle(count, |_| false), (1, count));
    }
    for count in [256, 257, 1024] {
        assert_eq!(settle(count, |_| false), (2, count));
    }
}

#[test]
fn one_bad_is_found_by_its_group_and_nothing_after_it_is_summed() {
    assert_eq!(settle(240, |place| place == 0), (3, 240 + 16 + 15));
    assert_eq!(settle(240, |place| place == 33), (5, 240 + 3 * 16 + 15));
    // Of the last group the sum is what is left of the whole.
    assert_eq!(settle(240, |place| place == 239), (1 + 14 + 1, 2 * 240 - 16 + 15));
    assert_eq!(settle(16, |place| place == 7), (2, 16 + 15));
    assert_eq!(settle(1, |_| true), (2, 1));
    // One in the eighth that comes first does not keep the others from being summed at once.
    assert_eq!(settle(1024, |place| place == 33), (2 + 3 + 1, 1024 + 3 * 16 + 15));
    assert_eq!(settle(1024, |place| place == 1023), (2 + 55 + 1, 1024 + 896 - 16 + 15));
}

#[test]
fn a_few_bad_cost_one_sum_more_of_each_group_and_one_of_each_that_has_one() {
    // After the first eighth the sum over the others is not made.
    let (sums, proofs) = settle(1024, |place| place % 64 == 37);
    assert!(sums <= 1 + 64 + 16 && proofs <= 1024 + 128 + 16 * 15, "{sums} {proofs}");
    // Wherever they are.
    for seed in 1..20 {
        let bad: Vec<usize> = (0..16).map(|i| (i * i * 97 + seed * 331 + i * 61) % 1024).collect();
        let (sums, proofs) = settle(1024, |place| bad.contains(&place));
        assert!(sums <= 2 + 64 + 16 + 5 * 15 && proofs <= 2 * 1024 + 16 * 15 + 5 * 15, "{sums} {proofs}");
    }
}

/// Bad calls cost others one sum over all, and a few groups: then each is checked alone.
#[test]
fn many_bad_cost_little_more_than_one_by_one() {
    let crowded: [fn(usize) -> bool; 4] =
        [|_| true, |place| place % 2 == 0, |place| place % 8 < 2, |place| place != 500];
    for is_bad in crowded {
        let (sums, proofs) = settle(1024, is_bad);
        assert!(sums <= 1024 + 1 + 3 * 2 && proofs <= 2 * 1024 + 3 * 2 * 16, "{sums} {proofs}");
    }
    // Every group has one: two sums of sixteen for sixteen single ones.
    let (sums, proofs) = settle(1024, |place| place % 16 == 5);
    assert!(sums <= 1 + 2 * 64 && proofs <= 3 * 1024, "{sums} {proofs}");
}

#[test]
fn any_pattern_of_a_few_is_found() {
    for pattern in 0_u32..1 << 9 {
        let _ = settle(9, |place| pattern >> place & 1 == 1);
        let _ = settle(40, |place| pattern >> (place % 13).min(9) & 1 == 1);
    }
}

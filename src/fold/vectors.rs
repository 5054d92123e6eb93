//! The arithmetic of both sides, in any group.

use alloc::vec::Vec;

use crate::error::{Refused, refused};
use crate::group::Group;

/// What the prover folds.
pub(super) struct Vectors<G: Group> {
    pub(super) z: Vec<G::Scalar>,
    pub(super) p: Vec<G::Scalar>,
    pub(super) f: Vec<G::Point>,
    /// `w·U`
    pub(super) u: G::Point,
}

fn product<G: Group>(one: &[G::Scalar], other: &[G::Scalar]) -> G::Scalar {
    one.iter().zip(other).fold(G::ZERO, |sum, (a, b)| sum + *a * *b)
}

impl<G: Group> Vectors<G> {
    /// `A` and `B`.
    pub(super) fn vartime_cross(&self) -> [G::Point; 2] {
        let half = self.z.len() / 2;
        let (z, p, f) = (self.z.split_at(half), self.p.split_at(half), self.f.split_at(half));
        let sum = |z: &[G::Scalar], p: &[G::Scalar], f: &[G::Point]| {
            let scalars: Vec<_> = z.iter().copied().chain([product::<G>(z, p)]).collect();
            G::vartime_sum(&scalars, f.iter().chain([&self.u]))
        };
        [sum(z.0, p.1, f.1), sum(z.1, p.0, f.0)]
    }

    /// Halves all three, `F` only where it will be needed.
    pub(super) fn vartime_fold(&mut self, x: G::Scalar, is_last: bool) {
        let half = self.z.len() / 2;
        let (z, p, f) = (self.z.split_at(half), self.p.split_at(half), self.f.split_at(half));
        let z = z.0.iter().zip(z.1).map(|(lo, hi)| *lo + x * *hi).collect();
        let p = p.0.iter().zip(p.1).map(|(lo, hi)| x * *lo + *hi).collect();
        let f = if is_last { &[][..] } else { f.0 }.iter().zip(f.1);
        let f = f.map(|(lo, hi)| G::vartime_mul_add(x, *lo, *hi)).collect();
        (self.z, self.p, self.f) = (z, p, f);
    }
}

/// What the verifier adds to its one sum: all of it is the identity if `Z` and `y` are of one
/// vector.
pub(crate) struct FoldTerms<G: Group> {
    /// Of `Z`, which is what the equation that it comes from leaves.
    pub(crate) opening: G::Scalar,
    /// Of each `A` and `B`.
    pub(crate) rounds: Vec<[G::Scalar; 2]>,
    /// Of `U`.
    pub(crate) u: G::Scalar,
    /// Of each `F_j`.
    pub(crate) entries: Vec<G::Scalar>,
}

impl<G: Group> FoldTerms<G> {
    /// `Πx·(Z + y·w·U) + Σ_r Π_{q>r} x_q·(A_r + x_r²·B_r) − ⟨z, F⟩ − ⟨z, P⟩·w·U` for the last `z`,
    /// with `F` and `P` folded.
    pub(crate) fn new(
        (w, y): (G::Scalar, G::Scalar),
        challenges: &[G::Scalar],
        tail: &[G::Scalar],
        p: &[G::Scalar],
    ) -> Result<Self, Refused> {
        // F ← x·F_lo + F_hi: what each run of `tail.len()` base points is multiplied with.
        let mut tops = alloc::vec![G::ONE];
        for x in challenges {
            tops = tops.iter().flat_map(|top| [*top * *x, *top]).collect();
        }
        if tail.is_empty() || tops.len().checked_mul(tail.len()) != Some(p.len()) {
            return Err(refused!("12-63"));
        }
        let mut after = G::ONE;
        let mut rounds: Vec<[G::Scalar; 2]> = Vec::with_capacity(challenges.len());
        for x in challenges.iter().rev() {
            let beyond = after * *x;
            rounds.push([after, beyond * *x]);
            after = beyond;
        }
        rounds.reverse();
        let rows = tops.iter().zip(p.chunks_exact(tail.len()));
        let last = rows.fold(G::ZERO, |sum, (top, row)| sum + *top * product::<G>(tail, row));
        // Signs are changed before there are many products of them.
        let tail: Vec<_> = tail.iter().map(|z| -*z).collect();
        let entries = tops.iter().flat_map(|top| tail.iter().map(|z| *top * *z)).collect();
        Ok(Self { opening: after, rounds, u: w * (after * y - last), entries })
    }
}

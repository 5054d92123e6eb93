//! A vector and a product of it, shown in logarithmic length by folding (spec 04 §8.5).
//!
//! ```text
//! Z = ⟨z, F⟩,  y = ⟨z, P⟩        P public, F base points that nobody knows relations of
//! Q = Z + y·w·U                   w from the transcript, so that one equation says both
//! A = ⟨z_lo, F_hi⟩ + ⟨z_lo, P_hi⟩·w·U      B = ⟨z_hi, F_lo⟩ + ⟨z_hi, P_lo⟩·w·U      → x
//! z ← z_lo + x·z_hi      F ← x·F_lo + F_hi      P ← x·P_lo + P_hi      Q ← A + x·Q + x²·B
//! ```
//!
//! The last eight entries of `z` are sent. It is the argument of Bünz et al. (2018) with one of
//! the two vectors public. `z` is what a Schnorr proof would have sent in the open, uniform and of
//! no secret; so **this hides nothing and runs in variable time**. What it says is sound: three
//! challenges in a round give `z` of the round before, two `w` give both equations.

mod proof;
#[cfg(test)]
mod tests;
mod vectors;

pub(crate) use proof::{FoldProof, STOP};

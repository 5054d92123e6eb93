//! Intervals and limits by digits (spec 12 §11): at both edges, just outside, together with all
//! else, and every way to merge equations that would let a false one pass.

mod asked;
mod edges;
mod forged;
mod set;
mod together;

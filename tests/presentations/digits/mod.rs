//! Intervals and limits by digits (spec 12 §11): what a request may say of them, and every way to
//! merge equations that would let a false one pass.

mod asked;
mod forged;
mod set;
mod together;

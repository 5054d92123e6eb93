//! One flow under fixed randomness, byte for byte; messages with one defect; disputed signatures.

mod file;
pub mod flow;
mod judge;
pub mod negative;
pub mod parties;
mod signatures;
pub mod traces;

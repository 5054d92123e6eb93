//! One whole flow under fixed randomness, replayed byte for byte, messages with one defect each,
//! and signatures about which verifiers differ.

mod file;
mod flow;
mod format;
mod judge;
mod negative;
mod parties;
mod reader;
mod signatures;

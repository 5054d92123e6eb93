//! One flow under fixed randomness, byte for byte; messages with one defect; disputed signatures.

mod file;
mod flow;
pub mod format;
mod judge;
mod negative;
mod parties;
mod reader;
mod signatures;

//! Statements byte for byte: a valid presentation at each edge of each statement, and each defect
//! of requests, presentations, sets of codes, auditors' keys and evidence (spec 06, 12 and 13). In
//! suite 2 numbers are shown in digits, and what is about range proofs is left out.

mod alone;
mod answers;
pub mod auditors;
mod call;
mod digits;
pub mod file;
mod judge;
#[cfg(not(suite = "p256"))]
mod proofs;
#[cfg(not(suite = "p256"))]
mod ranges;
mod requests;
mod sets;
mod single;
mod tickets;
#[cfg(not(suite = "p256"))]
mod traces;
mod unlocking;
pub mod valid;
pub mod world;

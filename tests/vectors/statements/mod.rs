//! Statements byte for byte: a valid presentation at each edge of each statement, and each defect
//! of requests, presentations, sets of codes, auditors' keys and evidence (spec 06, 12 and 13).

mod answers;
mod auditors;
mod call;
mod digits;
mod file;
mod judge;
mod proofs;
mod ranges;
mod requests;
mod sets;
mod single;
mod tickets;
mod unlocking;
mod valid;
mod world;

//! Public keys and those who answer for them: the directory, certificates of desks, auditors.

mod certificates;
mod directory;
mod escrow;

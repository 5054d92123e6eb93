//! Public keys and those who answer for them: the directory, certificates of desks, auditors,
//! secure elements.

mod certificates;
mod directory;
#[cfg(suite = "p256")]
mod element;
mod elsewhere;
mod escrow;

//! Each check of the library against the attack that only this check stops: without the check, its
//! test fails.
//!
//! Whatever is not the defect itself is right: heads are signed, proofs are proven, by the parties
//! of `common/rogue.rs`.

mod attacks;
mod hardening;
mod issuance;
mod lists;
mod platform;
mod proofs;
mod properties;
mod requests;
mod wallet;

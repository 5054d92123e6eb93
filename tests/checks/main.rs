//! Each check of the library against the attack that it alone stops: without it, its test fails.
//!
//! Whatever is not the defect is right: signed and proven by the parties of `testkit::rogue`.

mod attacks;
#[cfg(not(suite = "p256"))]
mod device;
mod hardening;
mod issuance;
mod lists;
mod platform;
mod proofs;
mod properties;
mod requests;
mod wallet;

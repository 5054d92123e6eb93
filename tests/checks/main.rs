//! Each check of the library against the attack that only this check stops: without the check, its test fails.
//!
//! Whatever is not the defect itself is right: heads are signed, proofs are proven, by the parties of `common/rogue.rs`.

#[path = "../common/mod.rs"]
mod common;

#[path = "../common/cbor.rs"]
mod cbor;
#[path = "../common/reference.rs"]
mod reference;
#[path = "../common/rogue.rs"]
mod rogue;

mod issuance;
mod lists;
mod platform;
mod proofs;
mod requests;
mod wallet;

//! Escrow from the request to the name: what auditors open, and what they do not (spec 13 §5).

#[path = "../common/cbor.rs"]
mod cbor;
#[path = "../common/mod.rs"]
mod common;
#[path = "../common/reference.rs"]
mod reference;

mod case;
mod opening;
mod refused;
mod when;

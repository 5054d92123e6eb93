//! The directory (spec 09): versions followed, keys rotated, and evidence against whoever signs two of anything.

#[path = "../common/mod.rs"]
mod common;

#[path = "../common/cbor.rs"]
mod cbor;
#[path = "../common/reference.rs"]
mod reference;
#[path = "../common/rogue.rs"]
mod rogue;

mod bytes;
mod cosigners;
mod evidence;
mod follow;
mod rotation;
mod world;

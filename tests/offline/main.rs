//! Desks that verify by themselves: tickets from order to use, decoys, and what a request makes of both (spec 06 §3.1, §7.5, spec 14 §6).

#[path = "../common/cbor.rs"]
mod cbor;
#[path = "../common/mod.rs"]
mod common;
#[allow(dead_code, reason = "the wallet's tests use the rest")]
#[path = "../wallet/host.rs"]
mod host;
#[path = "../common/reference.rs"]
mod reference;
#[path = "../common/rogue.rs"]
mod rogue;
#[path = "../common/rogue_ticket.rs"]
mod rogue_ticket;
#[allow(dead_code, reason = "the tests of statements use the rest")]
#[path = "../statements/world.rs"]
mod world;

mod blind;
mod cancelling;
mod crowd;
mod damaged;
mod decoys;
mod desk;
mod elsewhere;
mod evidence;
mod layout;
mod mixed;
mod modes;
mod morning;
mod refused;
mod several;
mod town;
mod traveller;
mod twice;
mod wallet;

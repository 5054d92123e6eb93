//! Desks that verify by themselves: tickets, decoys, and requests of both (spec 06, spec 14).

mod blind;
mod cancelling;
mod crowd;
mod damaged;
mod decoys;
mod desk;
mod elsewhere;
mod evidence;
// The table has the numbers of range proofs.
#[cfg(not(suite = "p256"))]
mod layout;
mod mixed;
mod modes;
mod morning;
mod orders;
mod refused;
mod several;
mod traveller;
mod twice;
mod wallet;

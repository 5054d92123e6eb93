//! Desks that verify by themselves: tickets from order to use, decoys, and what a request makes of
//! both (spec 06 §3.1, §7.5, spec 14 §6).

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
mod traveller;
mod twice;
mod wallet;

//! Desks that verify by themselves: tickets from order to use, decoys, and what a request makes of both (spec 06 §3.1, §7.5, spec 14 §6).

#[path = "../common/mod.rs"]
mod common;

mod decoys;
mod desk;
mod morning;

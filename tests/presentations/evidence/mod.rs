//! Escrow from the request to the name: what auditors open, and what they do not (spec 13 §5).

mod case;
mod opening;
mod refused;
mod shape;
mod when;

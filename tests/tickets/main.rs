//! Orders of tickets between a holder and a helper, through the public interface.

#[path = "../common/cbor.rs"]
mod cbor;

#[path = "../rejection/matrix.rs"]
#[allow(dead_code, reason = "each test uses its part")]
mod matrix;

mod damaged;
mod keys;
mod orders;
mod parked;
mod world;

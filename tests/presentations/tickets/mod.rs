//! Orders of tickets between a holder and a helper, through the public interface.

mod damaged;
mod keys;
mod orders;
mod parked;
mod world;

//! What the fuzz targets check; each target in `fuzz_targets/` is one call.
//!
//! - [`decoder`]: bytes either are refused, or they are the one encoding of what was read.
//! - [`stateful`]: a platform and a wallet that live through many inputs. Nothing but an honest
//!   message, byte for byte, is accepted.
//! - [`offline`]: orders of tickets and a desk that has public keys alone, under the same property;
//!   certificates, frames, auditors.
//! - [`card`]: a question about a card and its answer, under the same property.
//! - [`faces`]: a platform that asked one question about a face, under the same property.
//! - [`registry`]: the rows of two registries after a short history.
//! - [`setting`]: the parties, made from a seed, and their honest messages, which are also the
//!   seeds of the corpus. Because the seed is fixed, a call in the corpus verifies at the platform
//!   of every later process.

pub mod card;
pub mod decoder;
pub mod faces;
pub mod offline;
pub mod registry;
pub mod setting;
pub mod stateful;
pub mod wallet;

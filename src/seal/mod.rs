//! Bytes at rest: authenticated encryption under keys that their owner holds, and a passcode (spec
//! 11 §2).
//!
//! A [`SealedBox`] is the last field of a message; everything before it, envelope included, is its
//! *header*. It is sealed under one or two keys in an order that its message fixes:
//!
//! ```text
//! salt            = F["seal-salt"](k₁ ‖ … ‖ kₘ; header, fresh 32 bytes, content)   new even if the generator repeats itself
//! checkᵢ          = F["seal-check"](k₁ ‖ … ‖ kᵢ; header, salt)              32 bytes for each key
//! AES key ‖ nonce = F["seal"](k₁ ‖ … ‖ kₘ; header, salt)                    32 + 12 bytes, new with every sealing
//! ciphertext      = AES-256-GCM(key, nonce, aad = header, salt, checks)
//! digest          = H["sealed"](header, salt, checks, ciphertext)           no key: tells a defect from a wrong key
//! ```
//!
//! What is wrong is told in this order: damage by accident (the digest), a wrong key, a wrong
//! passcode (the checks), damage on purpose (the tag). The first check also authenticates the
//! header before any number in it costs anything.

mod boxed;
mod cost;
mod error;
mod once;
mod passcode;
mod strength;

pub use cost::{PasscodeCost, WrittenCost};
pub use error::SealError;
pub use passcode::Passcode;
pub use strength::{BackupPasscode, NewPasscode};

pub(crate) use boxed::{SealedBox, read};
pub(crate) use once::{once, open_once};
pub(crate) use passcode::{PasscodeKey, PasscodeSetting};

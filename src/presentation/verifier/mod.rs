//! Whoever checks: a platform under its keys, or anybody by tickets; what must not count twice;
//! what auditors are shown.

mod batch;
mod evidence;
mod keyless;
mod platform;
mod replay;
mod trust_store;

#[cfg(feature = "hazmat")]
pub(crate) use evidence::check_without_keys;
pub use evidence::{CheckedEvidence, Evidence, EvidenceContext, EvidenceError};
pub use keyless::KeylessVerifier;
pub use platform::{Platform, PlatformError};
pub use replay::{MemoryReplayRegister, ReplayKey, ReplayRegister, UseKey};

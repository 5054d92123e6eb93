//! Whoever checks: a platform under its keys, or anybody by tickets; what must not count twice;
//! what auditors are shown.

mod batch;
mod error;
mod evidence;
mod keyless;
mod platform;
mod replay;
mod trust_store;

pub use error::PlatformError;
#[cfg(feature = "hazmat")]
pub(crate) use evidence::check_without_keys;
pub use evidence::{CheckedEvidence, Evidence, EvidenceContext, EvidenceError};
pub use keyless::KeylessVerifier;
pub use platform::Platform;
pub use replay::{MemoryReplayRegister, ReplayKey, ReplayRegister, UseKey};

//! Whoever checks: a platform under its keys, or anybody by tickets; what must not count twice;
//! what auditors are shown.

mod answer;
mod batch;
mod epochs;
mod error;
mod evidence;
#[cfg(feature = "redb")]
mod file;
mod keyless;
mod keys;
mod known;
mod memory;
mod platform;
mod replay;
mod swap;
mod trust_store;

pub use epochs::KnownEpoch;
pub use error::{PlatformError, Unsettled};
#[cfg(feature = "hazmat")]
pub(crate) use evidence::check_without_keys;
pub use evidence::{CheckedEvidence, Evidence, EvidenceContext, EvidenceError};
#[cfg(feature = "redb")]
pub use file::{RedbFailure, RedbReplayRegister};
pub use keyless::KeylessVerifier;
pub use keys::PlatformKeys;
#[cfg(feature = "hazmat")]
pub use memory::TellsTaken;
pub use memory::{MemoryReplayRegister, ReplayRows};
pub use platform::Platform;
pub use replay::{AsyncReplayRegister, Claim, FirstTime, Recorded, RegisterFailure, ReplayRegister, ToRecord};

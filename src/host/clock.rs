//! The system's clock.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::calendar::Timestamp;

/// The present instant, by the system's clock: whole seconds of UTC since 1970-01-01, rounded down.
///
/// A clock that stands before 1970 reads as 1970: whatever is signed is of the future then, and is
/// refused (spec 02 §2.2). The clock may be set back; what must not go back is kept elsewhere
/// (spec 07 §6.1, 11 §4.3).
///
/// ```
/// use selfsame::calendar::Timestamp;
///
/// assert!(selfsame::host::now() > Timestamp::from_civil(2026, 1, 1).unwrap());
/// ```
#[must_use]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Timestamp::from_secs(since.map_or(0, |since| since.as_secs()))
}

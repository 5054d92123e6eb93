//! Bytes as the characters of alphanumeric mode (spec 16 §1).

use alloc::string::String;
use alloc::vec::Vec;

use super::{Capacity, QrError};

/// Base45: 3 characters for 2 bytes, 2 for a last single one.
#[must_use]
pub fn encode(message: &[u8]) -> String {
    base45::encode(message)
}

/// The bytes of one code: at most 4,296 characters, as many as the largest code holds.
///
/// # Errors
/// [`QrError::TooLong`]; [`QrError::NotBase45`] also for a text that is not the one that [`encode`]
/// makes of its bytes.
pub fn decode(text: &str) -> Result<Vec<u8>, QrError> {
    if text.len() > Capacity::MAX.characters() {
        return Err(QrError::TooLong);
    }
    let bytes = base45::decode(text).map_err(|_| QrError::NotBase45)?;
    // The decoder drops what the last pair of characters has above 255.
    if base45::encode(&bytes) == text { Ok(bytes) } else { Err(QrError::NotBase45) }
}

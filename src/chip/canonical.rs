//! One byte string for a whole document, from which no other document's can come (spec 02 §8).

use alloc::vec::Vec;

use zeroize::Zeroizing;

/// Bytes that stand in front of each part: its length, as an 8-byte big-endian number.
const PREFIX: usize = 8;

/// Collects parts, each with its length in front; sized once, so that it never moves and leaves no
/// copy behind.
pub(super) struct Canonical(Zeroizing<Vec<u8>>);

impl Canonical {
    /// Starts with the document's kind; `parts` are what will be added, to know the size.
    pub(super) fn new(kind: &str, parts: &[&[u8]]) -> Self {
        let bytes: usize = parts.iter().map(|part| part.len() + PREFIX).sum();
        let mut canonical = Self(Zeroizing::new(Vec::with_capacity(kind.len() + PREFIX + bytes)));
        canonical.part(kind.as_bytes());
        canonical
    }

    /// The next part.
    pub(super) fn part(&mut self, bytes: &[u8]) {
        // No allocation reaches 2^64 bytes, so the length always fits.
        self.0.extend_from_slice(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn finish(self) -> Zeroizing<Vec<u8>> {
        self.0
    }
}

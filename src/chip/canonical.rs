//! One byte string for a whole document, from which no other document's can come (spec 02 §8).

use alloc::vec::Vec;

use zeroize::Zeroizing;

/// Bytes that stand in front of each part: its length, as an 8-byte big-endian number.
const PREFIX: usize = 8;

/// Collects parts, each with its length in front; sized once, so that it never moves and leaves no copy behind.
pub(super) struct Canonical(Zeroizing<Vec<u8>>);

impl Canonical {
    /// Starts with the document's kind; `parts` are what will be added, to know the size.
    pub(super) fn new(kind: &str, parts: &[&[u8]]) -> Canonical {
        let bytes: usize = parts.iter().map(|part| part.len() + PREFIX + 1).sum();
        let mut canonical = Canonical(Zeroizing::new(Vec::with_capacity(kind.len() + PREFIX + bytes)));
        canonical.part(kind.as_bytes());
        canonical
    }

    /// A part that every document of the kind has.
    pub(super) fn part(&mut self, bytes: &[u8]) {
        // No allocation reaches 2^64 bytes, so the length always fits.
        self.0.extend_from_slice(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.extend_from_slice(bytes);
    }

    /// A part that may be missing: a zero byte, or a one byte and the part.
    pub(super) fn optional(&mut self, bytes: Option<&[u8]>) {
        self.0.push(u8::from(bytes.is_some()));
        if let Some(bytes) = bytes {
            self.part(bytes);
        }
    }

    pub(super) fn finish(self) -> Zeroizing<Vec<u8>> {
        self.0
    }
}

//! Tagged hashing: every hash input is a list of parts, each behind its length (spec 01 §3).

use elliptic_curve::hash2curve::{ExpandMsg, ExpandMsgXmd, Expander};

use super::suite::{Hash, point_from_uniform};
use super::{Element, Point, SUITE_TAG, Scalar, scalar_from_wide};
use crate::secret::WipingBuffer;

/// Hashes a list of byte strings under the tag of one role, to bytes, a scalar or a point.
///
/// `expand_message_xmd` of RFC 9380 §5.3.1 with the suite's hash; the message is the concatenation
/// of `I2OSP(len, 8) || part`.
pub(crate) struct TaggedHash {
    role: &'static str,
    message: WipingBuffer,
}

impl TaggedHash {
    pub(crate) fn new(role: &'static str) -> Self {
        debug_assert!(!role.contains('/'));
        Self { role, message: WipingBuffer::with_capacity(512) }
    }

    pub(crate) fn part(mut self, part: &[u8]) -> Self {
        self.message.extend(&(part.len() as u64).to_be_bytes());
        self.message.extend(part);
        self
    }

    pub(crate) fn uint(self, value: u64) -> Self {
        self.part(&value.to_be_bytes())
    }

    pub(crate) fn element(self, element: &Element) -> Self {
        self.part(element.as_bytes())
    }

    pub(crate) fn bytes<const N: usize>(self) -> [u8; N] {
        expand(self.role, &[self.message.as_slice()])
    }

    /// The hash of one part that is public and may be long: it is not copied.
    pub(crate) fn of<const N: usize>(role: &'static str, part: &[u8]) -> [u8; N] {
        expand(role, &[&(part.len() as u64).to_be_bytes(), part])
    }

    /// Wide bytes reduced modulo the group order.
    pub(crate) fn scalar(self) -> Scalar {
        scalar_from_wide(&self.bytes())
    }

    /// Uniform bytes through the suite's one-way map. Nobody knows a logarithm of the result.
    pub(crate) fn point(self) -> Point {
        point_from_uniform(&self.bytes())
    }
}

/// `HashToGroup` of RFC 9497 §4, under a tag of its own.
pub(crate) fn hash_to_point(tag: &[&[u8]], message: &[&[u8]]) -> Point {
    point_from_uniform(&expand_under(tag, message))
}

/// `HashToScalar` of RFC 9497 §4, likewise.
pub(crate) fn hash_to_scalar(tag: &[&[u8]], message: &[&[u8]]) -> Scalar {
    scalar_from_wide(&expand_under(tag, message))
}

fn expand<const N: usize>(role: &'static str, message: &[&[u8]]) -> [u8; N] {
    expand_under(&[SUITE_TAG.as_bytes(), role.as_bytes(), b"/"], message)
}

fn expand_under<const N: usize>(tag: &[&[u8]], message: &[&[u8]]) -> [u8; N] {
    let mut out = [0; N];
    match ExpandMsgXmd::<Hash>::expand_message(message, tag, N) {
        Ok(mut expander) => expander.fill_bytes(&mut out),
        // RFC 9380 refuses only empty tags and lengths of 0 or above 16,320; `N` is at most 4,096.
        Err(_) => unreachable!("tag and length are within the limits of RFC 9380"),
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        let one = TaggedHash::new("test").part(b"ab").part(b"c").bytes::<32>();
        let other = TaggedHash::new("test").part(b"a").part(b"bc").bytes::<32>();
        assert_ne!(one, other);
    }

    #[test]
    fn hashing_without_a_copy_is_the_same_hash() {
        assert_eq!(TaggedHash::new("a").part(b"long").bytes::<32>(), TaggedHash::of::<32>("a", b"long"));
    }

    #[test]
    fn roles_separate() {
        assert_ne!(TaggedHash::new("a").bytes::<32>(), TaggedHash::new("b").bytes::<32>());
    }
}

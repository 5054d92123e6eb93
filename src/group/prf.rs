//! A keyed pseudorandom function: HKDF-SHA512 (RFC 5869) (spec 01 §3).

use hkdf::Hkdf;
use sha2::Sha512;
use zeroize::Zeroizing;

use super::hash::SUITE_TAG;
use super::{Element, Scalar};
use crate::secret::{Secret, WipingBuffer};

/// A 32-byte key of a [`Prf`].
pub(crate) type PrfKey = Secret<[u8; 32]>;

/// `HKDF-Expand(HKDF-Extract(salt = tag, key), info = parts, 64)`, each part behind its length.
///
/// Constant time in the key and the parts; the lengths show.
pub(crate) struct Prf {
    expander: Hkdf<Sha512>,
    info: WipingBuffer,
}

impl Prf {
    pub(crate) fn new(role: &'static str, key: &PrfKey) -> Self {
        debug_assert!(!role.contains('/'));
        let tag = [SUITE_TAG, role, "/"].concat();
        Self { expander: Hkdf::new(Some(tag.as_bytes()), key.expose()), info: WipingBuffer::with_capacity(512) }
    }

    pub(crate) fn part(mut self, part: &[u8]) -> Self {
        self.info.extend(&(part.len() as u64).to_be_bytes());
        self.info.extend(part);
        self
    }

    pub(crate) fn uint(self, value: u64) -> Self {
        self.part(&value.to_be_bytes())
    }

    pub(crate) fn element(self, element: &Element) -> Self {
        self.part(element.as_bytes())
    }

    /// 64 bytes reduced modulo the group order.
    pub(crate) fn scalar(self) -> Scalar {
        let mut wide = Zeroizing::new([0; 64]);
        if self.expander.expand(self.info.as_slice(), wide.as_mut()).is_err() {
            unreachable!("64 bytes are within the limit of RFC 5869");
        }
        Scalar::from_bytes_mod_order_wide(&wide)
    }
}

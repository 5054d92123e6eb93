//! A keyed pseudorandom function: HKDF (RFC 5869) with the suite's hash (spec 01 §3).

use hkdf::{Hkdf, HkdfExtract};
use zeroize::{Zeroize, Zeroizing};

use super::suite::Hash;
use super::{Element, SUITE_TAG, Scalar, WIDE_LEN, scalar_from_wide};
use crate::secret::{Secret, WipingBuffer};

/// A 32-byte key of a [`Prf`].
pub(crate) type PrfKey = Secret<[u8; 32]>;

/// `HKDF-Expand(HKDF-Extract(salt, key), info, WIDE)` (RFC 5869) with the suite's hash. Constant
/// time but for the lengths.
pub(crate) fn hkdf(key: &PrfKey, salt: &[u8], info: &[u8]) -> Secret<[u8; WIDE_LEN]> {
    let mut bytes = [0; WIDE_LEN];
    if Hkdf::<Hash>::new(Some(salt), key.expose()).expand(info, &mut bytes).is_err() {
        unreachable!("so few bytes are within the limit of RFC 5869");
    }
    let derived = Secret::new(bytes);
    bytes.zeroize();
    derived
}

/// `HKDF-Expand(HKDF-Extract(salt = tag, key), info = parts, 64)`, each part behind its length.
///
/// Constant time in the key and the parts; the lengths show.
pub(crate) struct Prf {
    expander: Hkdf<Hash>,
    info: WipingBuffer,
}

impl Prf {
    pub(crate) fn new(role: &'static str, key: &PrfKey) -> Self {
        Self::joint(role, &[key])
    }

    /// Under several keys, one after the other: whoever lacks one of them lacks the function.
    pub(crate) fn joint(role: &'static str, keys: &[&PrfKey]) -> Self {
        debug_assert!(!role.contains('/'));
        let tag = [SUITE_TAG, role, "/"].concat();
        let mut extract = HkdfExtract::<Hash>::new(Some(tag.as_bytes()));
        keys.iter().for_each(|key| extract.input_ikm(key.expose()));
        Self { expander: extract.finalize().1, info: WipingBuffer::with_capacity(512) }
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

    /// `N` bytes; `N` is a small constant.
    pub(crate) fn bytes<const N: usize>(self) -> Zeroizing<[u8; N]> {
        let mut bytes = Zeroizing::new([0; N]);
        if self.expander.expand(self.info.as_slice(), bytes.as_mut()).is_err() {
            unreachable!("so few bytes are within the limit of RFC 5869");
        }
        bytes
    }

    /// Wide bytes reduced modulo the group order.
    pub(crate) fn scalar(self) -> Scalar {
        scalar_from_wide(&self.bytes())
    }
}

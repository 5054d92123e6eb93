//! From symbols to what the lists speak of (spec 03 §5).

use core::convert::Infallible;

use super::{CardSymbol, PersonSymbol};
use crate::accumulator::Handle;
use crate::codec::key_message;
use crate::group::{PrfKey, SUITE_TAG, Scalar, ScalarBytes, WIDE_LEN, hkdf, scalar_from_wide};
use crate::list::ListName;
use crate::secret::{Secret, WipingBuffer, secret_bytes};

/// Which credential of a slot it is, counted from 1; it rises when the person enrols, moves to a
/// new device or has the credential issued again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(u32);

impl Generation {
    /// The first credential of a slot.
    pub const FIRST: Self = Self(1);

    /// The generation with this number, unless it is 0.
    #[must_use]
    pub const fn new(number: u32) -> Option<Self> {
        if number == 0 { None } else { Some(Self(number)) }
    }

    /// The number, 1..=4294967295.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The next generation, unless this is the last one.
    #[must_use]
    pub const fn next(self) -> Option<Self> {
        match self.0.checked_add(1) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }
}

/// Bytes that are reduced to a handle (spec 01 §2.1).
pub const HANDLE_WIDE: usize = WIDE_LEN;

/// Who holds `k_h`, where that is not a [`HandleKey`]: an adapter to an HSM or a key service.
///
/// It computes HKDF (RFC 5869) with the suite's hash, as PKCS#11 does by `CKM_HKDF_DERIVE`; what it
/// is asked for is a secret of the authority's, as symbols are, and so is what it answers. A host
/// that does not wait gives an evaluator that answers from what was asked before, and notes what it
/// lacks: the transition that is refused for it changes nothing, and is run again.
pub trait HandleEvaluator: Send + Sync {
    /// How it fails.
    type Error: core::error::Error;

    /// `HKDF-Expand(HKDF-Extract(salt, k_h), info, L = HANDLE_WIDE)`.
    ///
    /// # Errors
    /// The evaluator's.
    fn derive(&self, salt: &[u8], info: &[u8]) -> Result<Secret<[u8; HANDLE_WIDE]>, Self::Error>;

    /// `y_status`, as [`HandleKey::status`].
    ///
    /// # Errors
    /// The evaluator's.
    fn status_handle(&self, card: &CardSymbol, generation: Generation) -> Result<Handle, Self::Error> {
        let generation = u64::from(generation.number()).to_be_bytes();
        let parts: [&[u8]; 2] = [card.as_bytes(), &generation];
        first_handle(|attempt| derived(self, "handle-status", &parts, Some(attempt)))
    }

    /// `y_flag`, as [`HandleKey::flag`].
    ///
    /// # Errors
    /// The evaluator's.
    fn flag_handle(&self, list: &ListName, person: &PersonSymbol) -> Result<Handle, Self::Error> {
        let name = list.to_bytes();
        let parts: [&[u8]; 2] = [&name, person.as_bytes()];
        first_handle(|attempt| derived(self, "handle-flag", &parts, Some(attempt)))
    }
}

/// What a registry's store knows the key by: `F[store-handle-key](k_h)` (spec 10 §5.5).
pub(crate) fn handle_key_print<E: HandleEvaluator + ?Sized>(evaluator: &E) -> Result<ScalarBytes, E::Error> {
    Ok(derived(evaluator, "store-handle-key", &[], None)?.to_bytes())
}

/// `F[role](k_h; parts …)`, and the number of the attempt behind them.
fn derived<E: HandleEvaluator + ?Sized>(
    evaluator: &E,
    role: &str,
    parts: &[&[u8]],
    attempt: Option<u64>,
) -> Result<Scalar, E::Error> {
    let attempt = attempt.map(u64::to_be_bytes);
    let mut info = WipingBuffer::with_capacity(512);
    for part in parts.iter().copied().chain(attempt.as_ref().map(|bytes| bytes.as_slice())) {
        info.extend(&(part.len() as u64).to_be_bytes());
        info.extend(part);
    }
    let salt = [SUITE_TAG, role, "/"].concat();
    evaluator.derive(salt.as_bytes(), info.as_slice()).map(|wide| scalar_from_wide(wide.expose()))
}

/// The key `k_h` that turns symbols into handles.
///
/// Only the authority holds it, and it is never used at the asking of a terminal (spec 03 §5.1).
/// Wiped when dropped, never printed, and not `Clone`.
pub struct HandleKey(PrfKey);

secret_bytes!(HandleKey);
key_message!(HandleKey, HandleKey);

impl HandleKey {
    /// `y_status`, the handle of one credential on status lists: a scalar from the PRF
    /// `handle-status` of card symbol and generation (spec 03 §5.2). Constant time.
    #[must_use]
    pub fn status(&self, card: &CardSymbol, generation: Generation) -> Handle {
        held(self.status_handle(card, generation))
    }

    /// `y_flag`, the handle of one person on one flag list: a scalar from the PRF `handle-flag` of
    /// the list's canonical name, without a shard, and the first person symbol of the slot (spec 03
    /// §5.3). Constant time but for the name's length.
    #[must_use]
    pub fn flag(&self, list: &ListName, person: &PersonSymbol) -> Handle {
        held(self.flag_handle(list, person))
    }
}

impl HandleEvaluator for HandleKey {
    type Error = Infallible;

    fn derive(&self, salt: &[u8], info: &[u8]) -> Result<Secret<[u8; HANDLE_WIDE]>, Infallible> {
        Ok(hkdf(&self.0, salt, info))
    }
}

fn held(handle: Result<Handle, Infallible>) -> Handle {
    match handle {
        Ok(handle) => handle,
        Err(never) => match never {},
    }
}

/// The first value that is not zero, for attempts 0, 1, 2, …; the second attempt is made once in
/// 2^252 handles.
fn first_handle<E>(value: impl Fn(u64) -> Result<Scalar, E>) -> Result<Handle, E> {
    let mut attempt = 0;
    loop {
        if let Ok(handle) = Handle::from_scalar(value(attempt)?) {
            return Ok(handle);
        }
        attempt = attempt.wrapping_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::ListClass;
    use hkdf::Hkdf;
    #[cfg(suite = "p256")]
    use sha2::Sha256 as Hash;
    #[cfg(not(suite = "p256"))]
    use sha2::Sha512 as Hash;
    use std::vec::Vec;

    fn key() -> HandleKey {
        HandleKey::from_secret_bytes(Secret::new([3; 32]))
    }

    /// The formula of spec 03 §5, written out a second time.
    fn expected(role: &str, parts: &[&[u8]]) -> Scalar {
        let mut info = Vec::new();
        for part in parts {
            info.extend_from_slice(&u64::try_from(part.len()).unwrap().to_be_bytes());
            info.extend_from_slice(part);
        }
        let (salt, mut wide) = ([SUITE_TAG, role].concat(), [0; WIDE_LEN]);
        Hkdf::<Hash>::new(Some(salt.as_bytes()), &[3; 32]).expand(&info, &mut wide).unwrap();
        scalar_from_wide(&wide)
    }

    #[test]
    fn a_status_handle_is_what_the_spec_says() {
        let handle = key().status(&CardSymbol::from_stored(Secret::new([5; 64])), Generation::new(0x0102).unwrap());
        let parts: [&[u8]; 3] = [&[5; 64], &[0, 0, 0, 0, 0, 0, 1, 2], &[0; 8]];
        assert_eq!(*handle.scalar(), expected("handle-status/", &parts));
    }

    #[test]
    fn a_flag_handle_is_what_the_spec_says() {
        let list = ListName::new("police", ListClass::Flag).unwrap();
        let handle = key().flag(&list, &PersonSymbol::from_stored(Secret::new([5; 64])));
        let parts: [&[u8]; 3] = [b"\x02police", &[5; 64], &[0; 8]];
        assert_eq!(*handle.scalar(), expected("handle-flag/", &parts));
    }

    #[test]
    fn zero_is_passed_over() {
        let handle = held(first_handle(|attempt| Ok(Scalar::from(attempt.saturating_sub(2)))));
        assert_eq!(*handle.scalar(), Scalar::ONE);
    }

    #[test]
    fn generations_rise_to_the_last_and_stop() {
        assert_eq!(Generation::new(0), None);
        assert_eq!(Generation::FIRST.next(), Generation::new(2));
        assert_eq!(Generation::new(u32::MAX).and_then(Generation::next), None);
    }
}

//! From symbols to what the lists speak of (spec 03 §5).

use super::{CardSymbol, PersonSymbol};
use crate::accumulator::Handle;
use crate::codec::key_message;
use crate::group::{Prf, PrfKey, Scalar};
use crate::list::ListName;
use crate::secret::secret_bytes;

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
        non_zero(|| self.prf("handle-status").part(card.as_bytes()).uint(generation.number().into()))
    }

    /// `y_flag`, the handle of one person on one flag list: a scalar from the PRF `handle-flag` of
    /// the list's canonical name, without a shard, and the first person symbol of the slot (spec 03
    /// §5.3). Constant time but for the name's length.
    #[must_use]
    pub fn flag(&self, list: &ListName, person: &PersonSymbol) -> Handle {
        let name = list.to_bytes();
        non_zero(|| self.prf("handle-flag").part(&name).part(person.as_bytes()))
    }

    fn prf(&self, role: &'static str) -> Prf {
        Prf::new(role, &self.0)
    }
}

/// The first value that is not zero, for attempts 0, 1, 2, …; the second attempt is made once in
/// 2^252 handles.
fn non_zero(prf: impl Fn() -> Prf) -> Handle {
    first_handle(|attempt| prf().uint(attempt).scalar())
}

fn first_handle(value: impl Fn(u64) -> Scalar) -> Handle {
    let mut attempt = 0;
    loop {
        if let Ok(handle) = Handle::from_scalar(value(attempt)) {
            return handle;
        }
        attempt = attempt.wrapping_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::{SUITE_TAG, WIDE_LEN, scalar_from_wide};
    use crate::list::ListClass;
    use crate::secret::Secret;
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
        let handle = first_handle(|attempt| Scalar::from(attempt.saturating_sub(2)));
        assert_eq!(*handle.scalar(), Scalar::ONE);
    }

    #[test]
    fn generations_rise_to_the_last_and_stop() {
        assert_eq!(Generation::new(0), None);
        assert_eq!(Generation::FIRST.next(), Generation::new(2));
        assert_eq!(Generation::new(u32::MAX).and_then(Generation::next), None);
    }
}

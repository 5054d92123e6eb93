//! The sealed part of a message (spec 11 §2).

use alloc::vec::Vec;
use core::fmt;

use aes_gcm::{AeadInPlace, Aes256Gcm, KeyInit};
use rand_core::CryptoRngCore;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::SealError;
use crate::codec::{Body, Reader, Writer, decode};
use crate::error::{DecodeError, Refusal, check, refusal};
use crate::group::{Prf, PrfKey, TaggedHash};

/// Length of the tag of AES-GCM.
const TAG: usize = 16;
/// The most keys of a box: one that is held, and a passcode.
const MAX_KEYS: usize = 2;

/// Salt, one check for each key, ciphertext with tag, digest.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SealedBox {
    salt: [u8; 32],
    checks: Vec<[u8; 32]>,
    ciphertext: Vec<u8>,
    digest: [u8; 32],
}

/// A sealed message, not opened. What is none is 11-1, if no other check of spec 11 says more.
pub(crate) fn read<B: Body>(bytes: &[u8]) -> Result<B, Refusal<SealError>> {
    decode(bytes).map_err(|Refusal { error, check }| Refusal {
        error: SealError::Decode(error),
        check: if check.is_of(11) { check } else { check!("11-1") },
    })
}

impl SealedBox {
    /// Seals `plaintext` under all of `keys`. `header` is the message up to this box, envelope
    /// included.
    ///
    /// # Errors
    /// None that a plaintext of a wallet's size can meet.
    pub(crate) fn seal(
        header: &[u8],
        keys: &[&PrfKey],
        plaintext: &[u8],
        rng: &mut impl CryptoRngCore,
    ) -> Result<Self, SealError> {
        // Hedged: a generator that repeats itself gives a new salt for new content, so no key and
        // nonce twice.
        let fresh = PrfKey::random(rng);
        let drawn = Prf::joint("seal-salt", keys).part(header).part(fresh.expose()).part(plaintext);
        let salt = *drawn.bytes();
        let checks = (1..=keys.len()).filter_map(|known| keys.get(..known)).map(|keys| check(header, &salt, keys));
        let checks: Vec<[u8; 32]> = checks.collect();
        // Room for the tag, so that encryption does not move the plaintext.
        let mut buffer = Zeroizing::new(Vec::with_capacity(plaintext.len().saturating_add(TAG)));
        buffer.extend_from_slice(plaintext);
        let sealed = with_cipher(header, &salt, keys, |cipher, nonce| {
            cipher.encrypt_in_place(nonce.into(), &associated(header, &salt, &checks), &mut *buffer)
        });
        sealed.map_err(|_| SealError::TooLarge)?;
        let ciphertext = core::mem::take(&mut *buffer);
        let digest = digest(header, &salt, &checks, &ciphertext);
        Ok(Self { salt, checks, ciphertext, digest })
    }

    /// Whether these are the bytes that were sealed, as far as that can be told without a key.
    ///
    /// # Errors
    /// [`SealError::Damaged`].
    pub(crate) fn intact(&self, header: &[u8]) -> Result<(), Refusal<SealError>> {
        let expected = digest(header, &self.salt, &self.checks, &self.ciphertext);
        if expected == self.digest { Ok(()) } else { Err(refusal!(SealError::Damaged, "11-2")) }
    }

    /// Whether the first keys, and with them the header, are those of the sealing. Constant time.
    pub(crate) fn matches(&self, header: &[u8], keys: &[&PrfKey]) -> bool {
        let found = keys.len().checked_sub(1).and_then(|last| self.checks.get(last));
        found.is_some_and(|found| check(header, &self.salt, keys).ct_eq(found).into())
    }

    /// Opens with all keys, which the caller has checked by [`SealedBox::matches`] so as to say
    /// which one is wrong.
    ///
    /// # Errors
    /// [`SealError::WrongKey`] or [`SealError::Damaged`].
    pub(crate) fn open(&self, header: &[u8], keys: &[&PrfKey]) -> Result<Zeroizing<Vec<u8>>, Refusal<SealError>> {
        if keys.len() != self.checks.len() || !self.matches(header, keys) {
            return Err(Refusal::of(SealError::WrongKey));
        }
        let mut buffer = Zeroizing::new(self.ciphertext.clone());
        let opened = with_cipher(header, &self.salt, keys, |cipher, nonce| {
            cipher.decrypt_in_place(nonce.into(), &associated(header, &self.salt, &self.checks), &mut *buffer)
        });
        opened.map(|()| buffer).map_err(|_| refusal!(SealError::Damaged, "11-5"))
    }

    /// `[salt, [check …], ciphertext, digest]`.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.array(4);
        writer.bytes(&self.salt);
        writer.array(self.checks.len());
        self.checks.iter().for_each(|check| writer.bytes(check));
        writer.bytes(&self.ciphertext);
        writer.bytes(&self.digest);
    }

    /// Reads a box under `keys` keys with at most `max` bytes of plaintext.
    pub(crate) fn read(reader: &mut Reader<'_>, keys: usize, max: usize) -> Result<Self, DecodeError> {
        reader.array_of(4)?;
        let salt = reader.bytes_of()?;
        let checks = reader.items(MAX_KEYS, Reader::bytes_of)?;
        let ciphertext = reader.bytes(max.saturating_add(TAG))?.to_vec();
        if checks.len() != keys || ciphertext.len() < TAG {
            return Err(DecodeError::OutOfRange);
        }
        Ok(Self { salt, checks, ciphertext, digest: reader.bytes_of()? })
    }
}

impl fmt::Debug for SealedBox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedBox({} bytes)", self.ciphertext.len())
    }
}

/// The check of the last of `keys`.
fn check(header: &[u8], salt: &[u8; 32], keys: &[&PrfKey]) -> [u8; 32] {
    *Prf::joint("seal-check", keys).part(header).part(salt).bytes()
}

/// What the ciphertext is bound to.
fn associated(header: &[u8], salt: &[u8; 32], checks: &[[u8; 32]]) -> Vec<u8> {
    [header, salt, checks.as_flattened()].concat()
}

fn digest(header: &[u8], salt: &[u8; 32], checks: &[[u8; 32]], ciphertext: &[u8]) -> [u8; 32] {
    TaggedHash::new("sealed").part(header).part(salt).part(checks.as_flattened()).part(ciphertext).bytes()
}

/// The cipher and the nonce of one sealing, for as long as `work` lasts.
fn with_cipher<T>(
    header: &[u8],
    salt: &[u8; 32],
    keys: &[&PrfKey],
    work: impl FnOnce(Aes256Gcm, &[u8; 12]) -> Result<T, aes_gcm::Error>,
) -> Result<T, aes_gcm::Error> {
    let derived = Prf::joint("seal", keys).part(header).part(salt).bytes::<44>();
    let (key, nonce) = derived.split_first_chunk::<32>().ok_or(aes_gcm::Error)?;
    let nonce = nonce.first_chunk::<12>().ok_or(aes_gcm::Error)?;
    work(Aes256Gcm::new(key.into()), nonce)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;
    use alloc::vec;
    use rand_core::OsRng;

    fn keys() -> [PrfKey; 3] {
        [Secret::new([1; 32]), Secret::new([2; 32]), Secret::new([3; 32])]
    }

    #[test]
    fn what_is_sealed_opens_with_all_keys_and_no_others() {
        let [one, two, three] = &keys();
        let sealed = SealedBox::seal(b"header", &[one, two], b"plain", &mut OsRng).unwrap();
        assert_eq!(sealed.open(b"header", &[one, two]).ok().unwrap().as_slice(), b"plain");
        assert!(sealed.matches(b"header", &[one]) && sealed.matches(b"header", &[one, two]));
        for wrong in [vec![], vec![one], vec![two, one], vec![one, three], vec![three, two], vec![one, two, three]] {
            assert_eq!(sealed.open(b"header", &wrong).unwrap_err().error, SealError::WrongKey);
        }
        assert!(!sealed.matches(b"header", &[]) && !sealed.matches(b"header", &[two]));
    }

    /// A phone that is set back with its generator does not use a key and nonce for two contents.
    #[test]
    fn a_generator_that_repeats_itself_gives_other_salts() {
        let [one, two, _] = &keys();
        let seal = |header: &[u8], keys: &[&PrfKey], content: &[u8]| {
            SealedBox::seal(header, keys, content, &mut Repeating).unwrap().salt
        };
        let salt = seal(b"header", &[one], b"plain");
        assert_eq!(salt, seal(b"header", &[one], b"plain"));
        for other in
            [seal(b"header", &[one], b"plaim"), seal(b"heades", &[one], b"plain"), seal(b"header", &[two], b"plain")]
        {
            assert_ne!(salt, other);
        }
    }

    /// A generator that is broken, or was set back.
    struct Repeating;

    impl rand_core::RngCore for Repeating {
        fn next_u32(&mut self) -> u32 {
            7
        }
        fn next_u64(&mut self) -> u64 {
            7
        }
        fn fill_bytes(&mut self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core::Error> {
            bytes.fill(7);
            Ok(())
        }
    }

    impl rand_core::CryptoRng for Repeating {}

    #[test]
    fn the_same_is_sealed_differently_each_time() {
        let [one, ..] = &keys();
        let seal = || SealedBox::seal(b"header", &[one], b"plain", &mut OsRng).unwrap();
        let (first, second) = (seal(), seal());
        assert!(first.salt != second.salt && first.ciphertext != second.ciphertext && first.checks != second.checks);
    }

    /// An attacker repairs the digest; key, header and tag still tell.
    #[test]
    fn a_repaired_digest_repairs_nothing_else() {
        let [one, two, _] = &keys();
        let sealed = SealedBox::seal(b"header", &[one, two], b"plain", &mut OsRng).unwrap();
        let repaired = |change: &dyn Fn(&mut SealedBox), header: &[u8]| {
            let mut changed = sealed.clone();
            change(&mut changed);
            assert!(changed.intact(header).is_err() || changed == sealed);
            changed.digest = digest(header, &changed.salt, &changed.checks, &changed.ciphertext);
            assert!(changed.intact(header).is_ok());
            changed.open(header, &[one, two]).map(|plain| plain.to_vec()).map_err(SealError::from)
        };
        assert_eq!(repaired(&|_| {}, b"header").unwrap(), b"plain");
        assert_eq!(repaired(&|sealed| sealed.salt[0] ^= 1, b"header"), Err(SealError::WrongKey));
        assert_eq!(repaired(&|sealed| sealed.checks[1][0] ^= 1, b"header"), Err(SealError::WrongKey));
        // The first check is not compared here, yet it is bound.
        assert_eq!(repaired(&|sealed| sealed.checks[0][0] ^= 1, b"header"), Err(SealError::Damaged));
        for place in 0..sealed.ciphertext.len() {
            assert_eq!(repaired(&|sealed| sealed.ciphertext[place] ^= 1, b"header"), Err(SealError::Damaged));
        }
        let mut changed = sealed.clone();
        changed.digest = digest(b"Header", &changed.salt, &changed.checks, &changed.ciphertext);
        assert_eq!(changed.open(b"Header", &[one, two]).unwrap_err().error, SealError::WrongKey);
    }
}

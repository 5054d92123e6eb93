//! Bytes at rest under a name that no other bytes ever have (spec 14 §4.3).

use alloc::vec::Vec;

use aes_gcm::{AeadInPlace, Aes256Gcm, KeyInit};
use zeroize::Zeroizing;

use crate::group::{Prf, PrfKey};
use crate::secret::Secret;

/// Length of the tag of AES-GCM.
const TAG: usize = 16;

/// `AES key ‖ nonce = F[role](key; name)`, 32 + 12 bytes.
fn cipher<T>(
    role: &'static str,
    key: &PrfKey,
    name: &[u8],
    work: impl FnOnce(Aes256Gcm, &[u8; 12]) -> Result<T, aes_gcm::Error>,
) -> Option<T> {
    let derived = Prf::new(role, key).part(name).bytes::<44>();
    let (key, nonce) = derived.split_first_chunk::<32>()?;
    work(Aes256Gcm::new(key.into()), nonce.first_chunk::<12>()?).ok()
}

/// The ciphertext with its tag behind it; `name` is its associated data. Whoever seals two contents
/// under one name has used a key and nonce twice.
pub(crate) fn once(role: &'static str, key: &PrfKey, name: &[u8], content: &[u8]) -> Option<Vec<u8>> {
    // Room for the tag, so that encryption does not move the content.
    let mut buffer = Zeroizing::new(Vec::with_capacity(content.len().saturating_add(TAG)));
    buffer.extend_from_slice(content);
    cipher(role, key, name, |cipher, nonce| cipher.encrypt_in_place(nonce.into(), name, &mut *buffer))?;
    Some(core::mem::take(&mut *buffer))
}

/// The content; none if these bytes were not sealed under this key and name.
pub(crate) fn open_once(role: &'static str, key: &PrfKey, name: &[u8], sealed: &[u8]) -> Option<Secret<Vec<u8>>> {
    let mut buffer = Zeroizing::new(sealed.to_vec());
    cipher(role, key, name, |cipher, nonce| cipher.decrypt_in_place(nonce.into(), name, &mut *buffer))?;
    Some(Secret::new(core::mem::take(&mut *buffer)))
}

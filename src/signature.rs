//! Ed25519 signatures (RFC 8032) on tagged digests, for list owners and platforms (spec 01 §9).

use core::fmt;

use ed25519_dalek::{Signature as Ed25519, Signer, SigningKey as Ed25519Key, VerifyingKey as Ed25519Public};
use rand_core::CryptoRngCore;

use crate::error::Refused;
use crate::group::TaggedHash;
use crate::secret::Secret;

/// A signature, 64 bytes.
pub(crate) type Signature = [u8; 64];

/// A signing key; wiped on drop by the crate beneath.
pub(crate) struct SigningKey(Ed25519Key);

/// A verification key: 32 bytes that are known to decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VerifyingKey([u8; 32]);

impl SigningKey {
    pub(crate) fn random(rng: &mut impl CryptoRngCore) -> Self {
        Self::from_secret_bytes(Secret::random(rng))
    }

    /// The key of these 32 bytes, which were stored.
    pub(crate) fn from_secret_bytes(bytes: Secret<[u8; 32]>) -> Self {
        Self(Ed25519Key::from_bytes(bytes.expose()))
    }

    /// The 32 bytes, for storage.
    pub(crate) fn to_secret_bytes(&self) -> Secret<[u8; 32]> {
        Secret::new(self.0.to_bytes())
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key().to_bytes())
    }

    /// Signs the 64-byte digest of `message`, whose role says what is signed.
    pub(crate) fn sign(&self, message: TaggedHash) -> Signature {
        self.0.sign(&message.bytes::<64>()).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(redacted)")
    }
}

impl VerifyingKey {
    /// Refuses bytes that are not the canonical encoding of a point, and points of small order,
    /// under which one signature fits many messages.
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Result<Self, Refused> {
        let key = Ed25519Public::from_bytes(bytes).map_err(|_| Refused)?;
        let canonical = key.to_edwards().compress().to_bytes() == *bytes;
        if key.is_weak() || !canonical { Err(Refused) } else { Ok(Self(*bytes)) }
    }

    pub(crate) const fn to_bytes(self) -> [u8; 32] {
        self.0
    }

    /// Strict verification: canonical `s` and `R`, no point of small order, the equation without
    /// cofactor.
    pub(crate) fn verify(&self, message: TaggedHash, signature: &Signature) -> Result<(), Refused> {
        let key = Ed25519Public::from_bytes(&self.0).map_err(|_| Refused)?;
        key.verify_strict(&message.bytes::<64>(), &Ed25519::from_bytes(signature)).map_err(|_| Refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `y + p` for the small `y` that are on the curve: the same points, in a second encoding.
    /// Check 01-21.
    #[test]
    fn a_key_has_one_encoding() {
        let mut tried = 0;
        for y in 0u8..19 {
            for sign in [0, 0x80] {
                let mut long = [0xff; 32];
                long[0] = 0xed + y;
                long[31] = 0x7f | sign;
                if Ed25519Public::from_bytes(&long).is_ok() {
                    tried += 1;
                    assert!(VerifyingKey::from_bytes(&long).is_err(), "{y} {sign}");
                }
            }
        }
        assert!(tried > 10, "only {tried} second encodings were tried");
        let key = SigningKey::random(&mut rand_core::OsRng).verifying_key();
        assert_eq!(VerifyingKey::from_bytes(&key.to_bytes()), Ok(key));
    }
}

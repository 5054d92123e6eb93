//! The key under which a platform signs its verdicts (spec 06 §6.1).

use core::fmt;

use rand_core::CryptoRngCore;

use super::PlatformPublicKey;
use crate::codec::key_message;
use crate::group::PrfKey;
use crate::secret::Secret;
use crate::signature::{KeyElsewhere, RoleKey, SigningKey, VerifyingKey};

/// The Ed25519 key under which a platform signs its verdicts: the platform's own, and nobody
/// else's. Replicas share one or have one each; whoever has it says "verified" in their name. As a
/// [`Message`](crate::codec::Message) it is stored; the bytes are secret.
///
/// With a [`KeyElsewhere`] the key is in an HSM or at a key service (spec 01 §9.2), nothing of it
/// is stored, and a platform prepares its answers for a signature.
pub struct VerdictKey<K: RoleKey = SigningKey> {
    key: K,
    /// From which nonces are derived that show a relation (spec 06 §6.1).
    nonce: PrfKey,
}

impl VerdictKey {
    /// A fresh key.
    pub fn random(rng: &mut impl CryptoRngCore) -> Self {
        Self::held(SigningKey::random(rng))
    }

    /// The key with these 32 bytes (RFC 8032 §5.1.5), which were stored.
    #[must_use]
    pub fn from_secret_bytes(bytes: Secret<[u8; 32]>) -> Self {
        Self::held(SigningKey::from_secret_bytes(bytes))
    }

    /// The 32 bytes, for storage where only [`from_secret_bytes`](Self::from_secret_bytes) finds
    /// them again.
    #[must_use]
    pub fn to_secret_bytes(&self) -> Secret<[u8; 32]> {
        self.key.to_secret_bytes()
    }

    fn held(key: SigningKey) -> Self {
        Self { nonce: key.to_secret_bytes(), key }
    }
}

impl VerdictKey<KeyElsewhere> {
    /// A key that is held elsewhere. `rng` draws a key for nonces, which lives as long as this.
    pub fn elsewhere(key: KeyElsewhere, rng: &mut impl CryptoRngCore) -> Self {
        Self { key, nonce: PrfKey::random(rng) }
    }
}

impl<K: RoleKey> VerdictKey<K> {
    /// The key under which its verdicts verify.
    #[must_use]
    pub fn public_key(&self) -> PlatformPublicKey {
        PlatformPublicKey(VerifyingKey::of(&self.key))
    }

    pub(super) const fn nonce_key(&self) -> &PrfKey {
        &self.nonce
    }

    pub(crate) const fn key(&self) -> &K {
        &self.key
    }
}

key_message!(VerdictKey, VerdictKey);

impl<K: RoleKey> fmt::Debug for VerdictKey<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerdictKey(redacted)")
    }
}

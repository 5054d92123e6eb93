//! The key under which a platform signs its verdicts (spec 06 §6.1).

use core::fmt;

use rand_core::CryptoRngCore;

use super::PlatformPublicKey;
use crate::codec::key_message;
use crate::secret::Secret;
use crate::signature::SigningKey;

/// The Ed25519 key under which a platform signs its verdicts: the platform's own, and nobody
/// else's. Replicas share one or have one each; whoever has it says "verified" in their name. As a
/// [`Message`](crate::codec::Message) it is stored; the bytes are secret.
pub struct VerdictKey(SigningKey);

impl VerdictKey {
    /// A fresh key.
    pub fn random(rng: &mut impl CryptoRngCore) -> Self {
        Self(SigningKey::random(rng))
    }

    /// The key with these 32 bytes (RFC 8032 §5.1.5), which were stored.
    #[must_use]
    pub fn from_secret_bytes(bytes: Secret<[u8; 32]>) -> Self {
        Self(SigningKey::from_secret_bytes(bytes))
    }

    /// The 32 bytes, for storage where only [`from_secret_bytes`](Self::from_secret_bytes) finds
    /// them again.
    #[must_use]
    pub fn to_secret_bytes(&self) -> Secret<[u8; 32]> {
        self.0.to_secret_bytes()
    }

    /// The key under which its verdicts verify.
    #[must_use]
    pub fn public_key(&self) -> PlatformPublicKey {
        PlatformPublicKey(self.0.verifying_key())
    }

    pub(crate) const fn signing_key(&self) -> &SigningKey {
        &self.0
    }
}

key_message!(VerdictKey, VerdictKey);

impl fmt::Debug for VerdictKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerdictKey(redacted)")
    }
}

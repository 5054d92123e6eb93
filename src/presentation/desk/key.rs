//! The key under which a platform signs its verdicts (spec 06 §6.1).

use core::fmt;

use rand_core::CryptoRngCore;

use super::PlatformPublicKey;
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::DecodeError;
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

    /// The key under which its verdicts verify.
    #[must_use]
    pub fn public_key(&self) -> PlatformPublicKey {
        PlatformPublicKey(self.0.verifying_key())
    }

    pub(super) const fn signing_key(&self) -> &SigningKey {
        &self.0
    }
}

impl Body for VerdictKey {
    const TYPE: MessageType = MessageType::VerdictKey;
    const MAX_LEN: usize = 39;
    const FIELDS: u64 = 1;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(self.0.to_secret_bytes().expose());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self(SigningKey::from_secret_bytes(Secret::new(reader.key(1)?.bytes_of()?))))
    }
}

impl fmt::Debug for VerdictKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerdictKey(redacted)")
    }
}

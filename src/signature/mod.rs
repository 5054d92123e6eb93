//! Who signs: Ed25519 (RFC 8032) on tagged digests, by a key in this process or by whoever else has
//! it (spec 01 §9).
//!
//! Owners of lists, cosigners, authorities, registries and platforms hold their signing key as
//! [`SigningKey`], unless they are made with a [`KeyElsewhere`]: the public half of a key in an HSM
//! or at a key service. Then what they make is [`Unsigned`] until a [`Signer`], or whoever answers
//! later, has signed it; a signature that is none of this key on this message is refused before
//! anything can be published.
//!
//! ```
//! use selfsame::calendar::Timestamp;
//! use selfsame::list::{ListClass, ListName, ListOwner, ShardCount};
//! use selfsame::signature::{KeyElsewhere, Signer, SigningKey};
//!
//! // Another process, or hardware: here a key that implements `Signer` as an HSM's adapter would.
//! let hsm = SigningKey::random(&mut rand_core::OsRng);
//!
//! let key = KeyElsewhere::new(&hsm.public_key())?;
//! let name = ListName::new("public-security", ListClass::Status)?;
//! let owner = ListOwner::with_key(key, name, ShardCount::new(4)?, &mut rand_core::OsRng);
//! let now = Timestamp::from_secs(1_790_000_000);
//!
//! // One call where the signer is at hand ...
//! let heads = owner.prepare_first_heads(now).sign(&hsm)?.without_rules();
//! assert!(heads.verify(&owner.list_keys()).is_ok());
//! // ... two where the host does not wait: what is to be signed, and what came back.
//! let unsigned = owner.prepare_first_heads(now);
//! let signatures: Vec<_> = unsigned.messages().iter().map(|message| hsm.sign(message)).collect::<Result<_, _>>()?;
//! assert_eq!(unsigned.complete(&signatures)?.without_rules(), heads);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

mod unsigned;

use core::convert::Infallible;
use core::fmt;
use core::future::Future;

use ed25519_dalek::{Signature as Ed25519, Signer as _, SigningKey as Ed25519Key, VerifyingKey as Ed25519Public};
use rand_core::CryptoRngCore;

pub use unsigned::{SignError, Unsigned, WrongSignature};

use crate::error::{DecodeError, Refused, refused};
use crate::group::TaggedHash;
use crate::secret::Secret;

/// A signature `R || S`, 64 bytes.
pub type Signature = [u8; 64];

/// What is signed: the digest `H[role, 64](…)`, 64 bytes, which Ed25519 hashes again as a message
/// (PureEdDSA, not Ed25519ph).
pub type SignedDigest = [u8; 64];

/// Who signs, where that is not a [`SigningKey`]: an adapter to an HSM or a key service, for hosts
/// that wait for it.
///
/// It sees a digest and not what was hashed, so a key serves one role, and whoever may ask for
/// signatures is trusted with that role. Hosts that do not wait have an [`AsyncSigner`], or take
/// [`Unsigned::messages`] and [`Unsigned::complete`].
pub trait Signer {
    /// How it fails.
    type Error: core::error::Error;

    /// The Ed25519 verification key, 32 bytes.
    fn public_key(&self) -> [u8; 32];

    /// The Ed25519 signature of these 64 bytes as a message. It is checked by who asked.
    ///
    /// # Errors
    /// The signer's.
    fn sign(&self, digest: &SignedDigest) -> Result<Signature, Self::Error>;
}

/// [`Signer`], for hosts that do not wait. All else is as it says; no runtime is presumed.
pub trait AsyncSigner {
    /// How it fails.
    type Error: core::error::Error;

    /// As [`Signer::public_key`].
    fn public_key(&self) -> [u8; 32];

    /// As [`Signer::sign`].
    ///
    /// # Errors
    /// The signer's.
    fn sign(&self, digest: &SignedDigest) -> impl Future<Output = Result<Signature, Self::Error>> + Send;
}

/// How a role holds its signing key: as [`SigningKey`], or as [`KeyElsewhere`]. There is no third
/// way.
pub trait RoleKey: sealed::Sealed {}

/// An Ed25519 signing key in this process.
///
/// Wiped when dropped, never printed, and not `Clone`.
pub struct SigningKey(Ed25519Key);

/// The public half of a signing key that is held elsewhere: whoever has this makes what is to be
/// signed, and cannot sign it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyElsewhere(VerifyingKey);

impl KeyElsewhere {
    /// The Ed25519 verification key of 32 bytes, as [`Signer::public_key`] gives it.
    ///
    /// # Errors
    /// [`DecodeError::InvalidPoint`] for bytes that are no key (check 01-21).
    pub fn new(public_key: &[u8; 32]) -> Result<Self, DecodeError> {
        VerifyingKey::from_bytes(public_key).map(Self).map_err(|_| DecodeError::InvalidPoint)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn public_key(&self) -> [u8; 32] {
        self.0.to_bytes()
    }
}

impl RoleKey for SigningKey {}
impl RoleKey for KeyElsewhere {}

mod sealed {
    use super::{DecodeError, KeyElsewhere, Secret, SigningKey};

    pub trait Sealed: Sized {
        /// Whether the bytes are those of the key itself.
        const IS_HELD: bool;

        fn public(&self) -> [u8; 32];

        /// As it stands in the file of a role.
        fn stored(&self) -> Secret<[u8; 32]>;

        fn from_stored(bytes: Secret<[u8; 32]>) -> Result<Self, DecodeError>;
    }

    impl Sealed for SigningKey {
        const IS_HELD: bool = true;

        fn public(&self) -> [u8; 32] {
            self.0.verifying_key().to_bytes()
        }

        fn stored(&self) -> Secret<[u8; 32]> {
            self.to_secret_bytes()
        }

        fn from_stored(bytes: Secret<[u8; 32]>) -> Result<Self, DecodeError> {
            Ok(Self::from_secret_bytes(bytes))
        }
    }

    impl Sealed for KeyElsewhere {
        const IS_HELD: bool = false;

        fn public(&self) -> [u8; 32] {
            self.public_key()
        }

        fn stored(&self) -> Secret<[u8; 32]> {
            Secret::new(self.public_key())
        }

        fn from_stored(bytes: Secret<[u8; 32]>) -> Result<Self, DecodeError> {
            Self::new(bytes.expose())
        }
    }
}

impl Signer for SigningKey {
    type Error = Infallible;

    fn public_key(&self) -> [u8; 32] {
        self.verifying_key().to_bytes()
    }

    fn sign(&self, digest: &SignedDigest) -> Result<Signature, Infallible> {
        Ok(self.sign_digest(digest))
    }
}

/// A verification key: 32 bytes that are known to decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VerifyingKey([u8; 32]);

impl SigningKey {
    /// A fresh key: 32 bytes from `rng`.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRngCore) -> Self {
        Self::from_secret_bytes(Secret::random(rng))
    }

    /// The key with these 32 bytes (RFC 8032 §5.1.5), which were stored.
    #[must_use]
    pub fn from_secret_bytes(bytes: Secret<[u8; 32]>) -> Self {
        Self(Ed25519Key::from_bytes(bytes.expose()))
    }

    /// The 32 bytes, for storage where only [`from_secret_bytes`](Self::from_secret_bytes) finds
    /// them again.
    #[must_use]
    pub fn to_secret_bytes(&self) -> Secret<[u8; 32]> {
        Secret::new(self.0.to_bytes())
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key().to_bytes())
    }

    fn sign_digest(&self, digest: &SignedDigest) -> Signature {
        self.0.sign(digest).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(redacted)")
    }
}

impl VerifyingKey {
    /// That of a role.
    pub(crate) fn of(key: &impl RoleKey) -> Self {
        Self(key.public())
    }

    /// Refuses bytes that are not the canonical encoding of a point, and points of small order,
    /// under which one signature fits many messages.
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Result<Self, Refused> {
        let key = Ed25519Public::from_bytes(bytes).map_err(|_| refused!("01-21"))?;
        let canonical = key.to_edwards().compress().to_bytes() == *bytes;
        if key.is_weak() || !canonical { Err(refused!("01-21")) } else { Ok(Self(*bytes)) }
    }

    pub(crate) const fn to_bytes(self) -> [u8; 32] {
        self.0
    }

    /// Strict verification: canonical `s` and `R`, no point of small order, the equation without
    /// cofactor.
    pub(crate) fn verify(&self, message: TaggedHash, signature: &Signature) -> Result<(), Refused> {
        self.verify_digest(&message.bytes(), signature)
    }

    fn verify_digest(&self, digest: &SignedDigest, signature: &Signature) -> Result<(), Refused> {
        let key = Ed25519Public::from_bytes(&self.0).map_err(|_| refused!("01-21"))?;
        key.verify_strict(digest, &Ed25519::from_bytes(signature)).map_err(|_| refused!("01-24"))
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

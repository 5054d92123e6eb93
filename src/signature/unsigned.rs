//! What waits for its signatures (spec 01 §9).

use alloc::vec::Vec;
use core::fmt;

use super::{AsyncSigner, Signature, SignedDigest, Signer, SigningKey, VerifyingKey};
use crate::group::TaggedHash;

/// Something that was made and proven, and lacks its signatures: it is nothing until it has them,
/// and they are checked (check 01-25).
///
/// One that was dropped, or refused, is made once more with the same messages: whoever keeps a
/// state keeps what it gave out to be signed, and gives that again; of what keeps none, the same
/// call does.
#[must_use = "it is nothing until it is signed"]
pub struct Unsigned<T> {
    content: T,
    key: VerifyingKey,
    messages: Vec<SignedDigest>,
    /// Puts the signature of the message with this number where it belongs.
    place: fn(&mut T, usize, Signature),
}

impl<T> fmt::Debug for Unsigned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unsigned({} messages for {:?})", self.messages.len(), self.key)
    }
}

impl<T> Unsigned<T> {
    pub(crate) fn new(
        content: T,
        key: VerifyingKey,
        messages: impl IntoIterator<Item = TaggedHash>,
        place: fn(&mut T, usize, Signature),
    ) -> Self {
        Self { content, key, messages: messages.into_iter().map(TaggedHash::bytes).collect(), place }
    }

    /// As a part of something that is nothing before either; `place` as in [`Unsigned::new`].
    pub(crate) fn within<U>(self, outer: impl FnOnce(T) -> U, place: fn(&mut U, usize, Signature)) -> Unsigned<U> {
        Unsigned { content: outer(self.content), key: self.key, messages: self.messages, place }
    }

    /// Without its signatures, to be a part of something that has them.
    pub(crate) fn into_content(self) -> T {
        self.content
    }

    /// The Ed25519 key that has to sign, 32 bytes.
    #[must_use]
    pub const fn public_key(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// What is to be signed, in order: one message of 64 bytes for each signature.
    #[must_use]
    pub fn messages(&self) -> &[SignedDigest] {
        &self.messages
    }

    /// Takes the signatures, one for each message in order, and gives what they complete.
    ///
    /// # Errors
    /// [`WrongSignature`] if there are more or fewer, or one is not this key's on its message.
    pub fn complete(self, signatures: &[Signature]) -> Result<T, WrongSignature> {
        let fits = |(message, signature)| self.key.verify_digest(message, signature).is_ok();
        if signatures.len() != self.messages.len() || !self.messages.iter().zip(signatures).all(fits) {
            return Err(WrongSignature);
        }
        Ok(self.placed(signatures.iter().copied()))
    }

    /// Has a signer sign it, and checks what it gives.
    ///
    /// # Errors
    /// [`SignError::Signer`] with the signer's own; [`SignError::WrongSignature`].
    pub fn sign<S: Signer + ?Sized>(self, signer: &S) -> Result<T, SignError<S::Error>> {
        let signatures: Result<Vec<Signature>, S::Error> =
            self.messages.iter().map(|message| signer.sign(message)).collect();
        self.complete(&signatures.map_err(SignError::Signer)?).map_err(|WrongSignature| SignError::WrongSignature)
    }

    /// [`Unsigned::sign`] by a signer that does not wait: one message after the other.
    ///
    /// # Errors
    /// As [`Unsigned::sign`].
    pub async fn sign_async<S: AsyncSigner + ?Sized>(self, signer: &S) -> Result<T, SignError<S::Error>> {
        let mut signatures = Vec::with_capacity(self.messages.len());
        for message in &self.messages {
            signatures.push(signer.sign(message).await.map_err(SignError::Signer)?);
        }
        self.complete(&signatures).map_err(|WrongSignature| SignError::WrongSignature)
    }

    /// With the key in this process, of which nothing has to be checked.
    pub(crate) fn sign_here(self, key: &SigningKey) -> T {
        let signatures: Vec<Signature> = self.messages.iter().map(|message| key.sign_digest(message)).collect();
        self.placed(signatures)
    }

    fn placed(self, signatures: impl IntoIterator<Item = Signature>) -> T {
        let mut content = self.content;
        signatures
            .into_iter()
            .enumerate()
            .for_each(|(number, signature)| (self.place)(&mut content, number, signature));
        content
    }
}

/// What came back is not the key's signature on what was to be signed, or there are more or fewer
/// signatures than messages. Nothing was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongSignature;

impl fmt::Display for WrongSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is not the key's signature on what was to be signed")
    }
}

impl core::error::Error for WrongSignature {}

/// Why a [`Signer`] completed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignError<E> {
    /// The signer failed, or refused.
    Signer(E),
    /// [`WrongSignature`].
    WrongSignature,
}

impl<E> fmt::Display for SignError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signer(_) => f.write_str("the signer failed"),
            Self::WrongSignature => WrongSignature.fmt(f),
        }
    }
}

impl<E: core::error::Error + 'static> core::error::Error for SignError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Signer(error) => Some(error),
            Self::WrongSignature => None,
        }
    }
}

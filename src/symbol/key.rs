//! The key of the function (spec 03 §2).

use core::fmt;

use rand_core::CryptoRngCore;

use super::{Symbol, SymbolInput, SymbolKind, SymbolRequest, SymbolResponse};
use crate::codec::key_message;
use crate::error::DecodeError;
use crate::group::{Element, PointBytes, SUITE_TAG};
use crate::oprf;
use crate::secret::Secret;

/// The key `k` that turns inputs into symbols.
///
/// Whoever holds it can try every ID number against a stolen registry, so it lives in hardware that
/// counts its use, and whoever answers terminals with it limits how often (spec 03 §6). Wiped when
/// dropped, never printed, and not `Clone`.
pub struct SymbolKey {
    seed: Secret<[u8; 32]>,
    key: oprf::Key,
}

/// `K = k·G`: what shows that a symbol was made with the key of everybody's, and not with one for a
/// single terminal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SymbolPublicKey(pub(super) Element);

impl SymbolKey {
    /// `DeriveKeyPair(seed, info)` of RFC 9497 §3.2.1, `info` being the tag of the role
    /// `symbol-key` (spec 03 §2.2). The seed is 32 bytes from a good generator. Constant time.
    #[must_use]
    pub fn from_secret_bytes(seed: Secret<[u8; 32]>) -> Self {
        let info = [SUITE_TAG, "symbol-key/"].concat();
        let key = oprf::Key::derive(&seed, info.as_bytes());
        Self { seed, key }
    }

    /// A key from 32 bytes of `rng`.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRngCore) -> Self {
        Self::from_secret_bytes(Secret::random(rng))
    }

    /// The seed, for storage where only [`SymbolKey::from_secret_bytes`] finds it again.
    #[must_use]
    pub const fn to_secret_bytes(&self) -> Secret<[u8; 32]> {
        Secret::new(*self.seed.expose())
    }

    /// `K = k·G`, to be published in the directory.
    #[must_use]
    pub fn public_key(&self) -> SymbolPublicKey {
        SymbolPublicKey(self.key.public())
    }

    /// Answers a terminal: `k·B` for its `B`, with a proof that `k` belongs to
    /// [`SymbolKey::public_key`] (spec 03 §4.2).
    ///
    /// This is where a terminal guesses ID numbers, if it does: count the answers and limit them
    /// for each terminal. Constant time. The proof's nonce is hedged with the key and the request,
    /// so a poor `rng` does not give away the key.
    #[must_use]
    pub fn blind_evaluate(&self, request: &SymbolRequest, rng: &mut impl CryptoRngCore) -> SymbolResponse {
        SymbolResponse(self.key.blind_evaluate(&request.0, rng))
    }

    /// `F(k, input)`, for the authority, which has the data: equal to what a terminal finds for the
    /// same input. Constant time but for the input's length.
    #[must_use]
    pub fn evaluate<K: SymbolKind>(&self, input: &SymbolInput<K>) -> Symbol<K> {
        Symbol::from_stored(self.key.evaluate(input.as_bytes()))
    }
}

key_message!(SymbolKey, SymbolKey);

impl fmt::Debug for SymbolKey {
    /// Writes `SymbolKey(redacted)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SymbolKey(redacted)")
    }
}

impl SymbolPublicKey {
    /// The canonical bytes of `K`.
    #[must_use]
    pub const fn to_bytes(&self) -> PointBytes {
        *self.0.as_bytes()
    }

    /// Reads the canonical bytes of `K`.
    ///
    /// # Errors
    /// [`DecodeError::InvalidPoint`] if they encode no element, [`DecodeError::IdentityPoint`] if
    /// they encode the identity.
    pub fn from_bytes(bytes: &PointBytes) -> Result<Self, DecodeError> {
        Element::from_bytes(bytes).map(Self)
    }
}

impl fmt::Debug for SymbolPublicKey {
    /// Writes `SymbolPublicKey(…)` with 64 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SymbolPublicKey({:?})", self.0)
    }
}

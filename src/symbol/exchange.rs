//! The blind protocol between a terminal and the key holder (spec 03 §4).

use core::fmt;

use rand_core::CryptoRngCore;

use super::{Symbol, SymbolError, SymbolInput, SymbolKind, SymbolPublicKey};
use crate::codec::{Body, ENCODED_POINT, MessageType, Reader, SCALAR_LEN, Sent, Writer};
use crate::error::DecodeError;
use crate::group::Element;
use crate::oprf;

/// `B = r·HashToGroup(input)`: a uniform element that says nothing of the input, 39 bytes as a
/// message (spec 03 §4.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SymbolRequest(pub(super) Element);

/// `k·B` and the proof `(c, s)` that this `k` is the published key, 106 bytes as a message (spec 03
/// §4.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SymbolResponse(pub(super) oprf::Evaluation);

/// The blind `r` and the input, kept between request and answer.
///
/// Secret, wiped when dropped, never printed, and good for one answer: an answer that was refused
/// is followed by a new request under a new blind.
///
/// ```compile_fail,E0382
/// use selfsame::symbol::{BlindState, Person, SymbolPublicKey, SymbolResponse};
///
/// fn again(state: BlindState<Person>, response: &SymbolResponse, key: &SymbolPublicKey) {
///     let _ = state.finalize(response, key);
///     let _ = state.finalize(response, key);
/// }
/// ```
pub struct BlindState<K: SymbolKind> {
    client: oprf::Client,
    input: SymbolInput<K>,
}

impl SymbolRequest {
    /// Bytes of the message, envelope included.
    pub const LENGTH: usize = 4 + (1 + ENCODED_POINT);
}

impl SymbolResponse {
    /// Bytes of the message, envelope included.
    pub const LENGTH: usize = 4 + (1 + ENCODED_POINT) + (1 + 2 + 2 * SCALAR_LEN);
}

impl<K: SymbolKind> SymbolInput<K> {
    /// Hides the input behind a random blind: `B = r·HashToGroup(input)` (RFC 9497 §3.3.2,
    /// `Blind`).
    ///
    /// `B` is uniform whatever the input, so not even an unbounded key holder learns anything from
    /// it. Constant time but for the input's length.
    pub fn blind(self, rng: &mut impl CryptoRngCore) -> Sent<BlindState<K>, SymbolRequest> {
        let (client, element) = oprf::Client::blind(self.as_bytes(), rng);
        Sent { state: BlindState { client, input: self }, message: SymbolRequest(element) }
    }
}

impl<K: SymbolKind> BlindState<K> {
    /// Checks the proof against the published key and takes the blind off (RFC 9497 §3.3.2,
    /// `Finalize`).
    ///
    /// `key` comes from the directory, never with the answer: a key of the sender's choice would
    /// mark the terminal. Constant time in the blind and the input.
    ///
    /// # Errors
    /// [`SymbolError::Response`] if the answer is not `k·B` for the `k` of `key`.
    pub fn finalize(self, response: &SymbolResponse, key: &SymbolPublicKey) -> Result<Symbol<K>, SymbolError> {
        let output = self.client.finalize(self.input.as_bytes(), &response.0, &key.0);
        output.map(Symbol::from_stored).map_err(|_| SymbolError::Response)
    }
}

impl<K: SymbolKind> fmt::Debug for BlindState<K> {
    /// Writes `BlindState(redacted)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlindState(redacted)")
    }
}

impl Body for SymbolRequest {
    const TYPE: MessageType = MessageType::SymbolRequest;
    const MAX_LEN: usize = Self::LENGTH;
    const FIELDS: u64 = 1;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).points([&self.0]);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let [blinded] = reader.key(1)?.points_of()?;
        Ok(Self(blinded))
    }
}

impl Body for SymbolResponse {
    const TYPE: MessageType = MessageType::SymbolResponse;
    const MAX_LEN: usize = Self::LENGTH;
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).points([&self.0.element]);
        writer.key(2).scalars(&self.0.proof);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let [element] = reader.key(1)?.points_of()?;
        let proof = reader.key(2)?.scalars_of()?;
        Ok(Self(oprf::Evaluation { element, proof }))
    }
}

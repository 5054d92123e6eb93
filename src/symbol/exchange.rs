//! The blind protocol between a terminal and the key holder (spec 03 §4).

use core::convert::Infallible;
use core::fmt;

use rand_core::CryptoRngCore;

use super::{Symbol, SymbolError, SymbolInput, SymbolKey, SymbolKind, SymbolPublicKey};
use crate::codec::{Body, ENCODED_POINT, MessageType, Reader, SCALAR_LEN, Sent, Writer};
use crate::error::{DecodeError, Refusal};
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

/// Who holds `k`, where that is not a [`SymbolKey`]: an adapter to a key service, for hosts that
/// wait for it. Those that do not send [`SymbolInput::blind`]'s message, and
/// [`BlindState::finalize`] what comes back.
///
/// It sees requests as a terminal's, so an authority that derives symbols of its own register by
/// such a key shows it nothing of the register.
pub trait SymbolEvaluator {
    /// How it fails.
    type Error: core::error::Error;

    /// `k·B` with its proof, as [`SymbolKey::blind_evaluate`]. `rng` is for evaluators that draw
    /// the proof's nonce here.
    ///
    /// # Errors
    /// The evaluator's.
    fn evaluate_blinded(
        &self,
        request: &SymbolRequest,
        rng: &mut impl CryptoRngCore,
    ) -> Result<SymbolResponse, Self::Error>;
}

impl SymbolEvaluator for SymbolKey {
    type Error = Infallible;

    fn evaluate_blinded(
        &self,
        request: &SymbolRequest,
        rng: &mut impl CryptoRngCore,
    ) -> Result<SymbolResponse, Infallible> {
        Ok(self.blind_evaluate(request, rng))
    }
}

/// Why a [`SymbolEvaluator`] gave no symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvaluationError<E> {
    /// It failed, or refused.
    Evaluator(E),
    /// Its answer is not an evaluation under the published key.
    Response,
}

impl<E> fmt::Display for EvaluationError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Evaluator(_) => f.write_str("the holder of the symbol key failed"),
            Self::Response => SymbolError::Response.fmt(f),
        }
    }
}

impl<E: core::error::Error + 'static> core::error::Error for EvaluationError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Evaluator(error) => Some(error),
            Self::Response => None,
        }
    }
}

impl SymbolRequest {
    /// Bytes of the message, envelope included.
    pub const LENGTH: usize = 4 + (1 + ENCODED_POINT);
}

impl SymbolResponse {
    /// Bytes of the message, envelope included.
    pub const LENGTH: usize = 4 + (1 + ENCODED_POINT) + (1 + 2 + 2 * SCALAR_LEN);

    #[cfg(feature = "hazmat")]
    pub(crate) fn check(&self, request: &SymbolRequest, key: &SymbolPublicKey) -> Result<(), crate::error::Refused> {
        oprf::vartime_verify(&request.0, &self.0, &key.0)
    }
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

    /// `F(k, input)` by whoever holds `k`, blindly, and checked under the published `key`: what
    /// [`SymbolKey::evaluate`] gives. Constant time but for the input's length.
    ///
    /// # Errors
    /// [`EvaluationError`].
    pub fn evaluated_by<E: SymbolEvaluator>(
        self,
        evaluator: &E,
        key: &SymbolPublicKey,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Symbol<K>, EvaluationError<E::Error>> {
        let Sent { state, message } = self.blind(rng);
        let response = evaluator.evaluate_blinded(&message, rng).map_err(EvaluationError::Evaluator)?;
        state.finalize(&response, key).map_err(|_| EvaluationError::Response)
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
        Ok(self.receive(response, key)?)
    }

    /// The same, with the check that refuses.
    pub(crate) fn receive(
        self,
        response: &SymbolResponse,
        key: &SymbolPublicKey,
    ) -> Result<Symbol<K>, Refusal<SymbolError>> {
        let output = self.client.finalize(self.input.as_bytes(), &response.0, &key.0);
        output.map(Symbol::from_stored).map_err(|refused| refused.with(SymbolError::Response))
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

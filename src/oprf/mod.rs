//! The oblivious pseudorandom function: RFC 9497 over the suite's group, verifiable mode (spec 03
//! §2).
//!
//! The client hides its input behind a random factor, the key holder multiplies what it sees by its
//! key and proves that it used the published one, and the client takes the factor off and hashes.
//! The key holder learns nothing of the input, the client learns one value and nothing of the key.
//!
//! This is the only module that names `voprf`. That crate decodes elements and scalars itself; what
//! reaches it from here has already been through [`Reader`](crate::codec::Reader), which refuses
//! more and says why.

#[cfg(test)]
mod tests;

use core::fmt;

use rand_core::CryptoRngCore;
use voprf::{BlindedElement, EvaluationElement, Proof, VoprfClient, VoprfServer};
use zeroize::Zeroize;

use crate::error::{DecodeError, Refused};
use crate::group::{Element, OprfSuite, Prf, SCALAR_LEN, Scalar, oprf_point, point_of_oprf, scalar_from_bytes};
use crate::secret::Secret;
use crate::transcript::Transcript;

/// The function's value, 64 bytes, of which a suite with a shorter hash makes them (spec 03 §2.4).
pub(crate) type Output = Secret<[u8; 64]>;

/// The key `k` and `k·G`.
pub(crate) struct Key {
    server: VoprfServer<OprfSuite>,
    hedge: Secret<Scalar>,
}

/// The client's secret between its two steps: the blind, and the element that it sent.
pub(crate) struct Client(VoprfClient<OprfSuite>);

/// What the key holder answers: `k·B` for the client's `B`, and the proof `(c, s)` that this `k` is
/// the published one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Evaluation {
    pub(crate) element: Element,
    pub(crate) proof: [Scalar; 2],
}

impl Key {
    /// `DeriveKeyPair(seed, info)` (RFC 9497 §3.2.1).
    pub(crate) fn derive(seed: &Secret<[u8; 32]>, info: &[u8]) -> Self {
        Self {
            server: held(VoprfServer::new_from_seed(seed.expose(), info)),
            hedge: Secret::new(Prf::new("nonce-oprf", seed).part(info).scalar()),
        }
    }

    pub(crate) fn public(&self) -> Element {
        Element::new(point_of_oprf(self.server.get_public_key()))
    }

    /// `BlindEvaluate` (RFC 9497 §3.3.2), with the proof's nonce hedged: a repeated `rng` would
    /// give away the key.
    pub(crate) fn blind_evaluate(&self, blinded: &Element, rng: &mut impl CryptoRngCore) -> Evaluation {
        let mut statement = Transcript::new("oprf-evaluation");
        statement.element("blinded", blinded);
        self.blind_evaluate_unhedged(
            blinded,
            &mut statement.hedged_rng(core::slice::from_ref(self.hedge.expose()), &[], rng),
        )
    }

    fn blind_evaluate_unhedged(&self, blinded: &Element, rng: &mut impl CryptoRngCore) -> Evaluation {
        let blinded = held(BlindedElement::deserialize(blinded.as_bytes()));
        let evaluated = self.server.blind_evaluate(rng, &blinded);
        let proof = evaluated.proof.serialize();
        let (scalars, _) = proof.as_chunks::<SCALAR_LEN>();
        match *scalars {
            [challenge, response] => Evaluation {
                element: held(element(&evaluated.message.serialize())),
                proof: [challenge, response].map(|bytes| held(scalar_from_bytes(&bytes))),
            },
            _ => unreachable!("a proof is two scalars"),
        }
    }

    /// `Evaluate` (RFC 9497 §3.3.1): what the two of them compute, for a key holder that knows the
    /// input.
    pub(crate) fn evaluate(&self, input: &[u8]) -> Output {
        output(held(self.server.evaluate(input)))
    }
}

impl Client {
    /// `Blind` (RFC 9497 §3.3.2), for at most 65,535 bytes of input.
    pub(crate) fn blind(input: &[u8], rng: &mut impl CryptoRngCore) -> (Self, Element) {
        let blinded = held(VoprfClient::blind(input, rng));
        // The identity would come of an input that hashes to the identity, and nobody can find one.
        let element = held(element(&blinded.message.serialize()));
        (Self(blinded.state), element)
    }

    /// `Finalize` (RFC 9497 §3.3.2). The proof is checked before anything else is done with the
    /// element.
    pub(crate) fn finalize(self, input: &[u8], evaluation: &Evaluation, public: &Element) -> Result<Output, Refused> {
        let scalars = evaluation.proof.map(|scalar| scalar.to_bytes());
        let proof = Proof::deserialize(scalars.as_flattened()).map_err(|_| Refused)?;
        let element = EvaluationElement::deserialize(evaluation.element.as_bytes()).map_err(|_| Refused)?;
        self.0.finalize(input, &element, &proof, oprf_point(public.as_point())).map(output).map_err(|_| Refused)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(redacted)")
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client(redacted)")
    }
}

/// For what `voprf` can refuse in general and never does here: inputs and seeds are within 65,535
/// bytes, elements are not the identity, and a derived key is zero 256 times in a row with
/// probability 2^-64000.
fn held<T, E>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(_) => unreachable!("lengths are bounded and elements are not the identity"),
    }
}

fn element(bytes: &[u8]) -> Result<Element, DecodeError> {
    bytes.try_into().map_err(|_| DecodeError::Malformed).and_then(Element::from_bytes)
}

/// The hash itself, where it has 64 bytes.
#[cfg(not(suite = "p256"))]
fn output(mut hash: impl AsMut<[u8]> + Into<[u8; 64]> + Copy) -> Output {
    let output = Secret::new(hash.into());
    hash.as_mut().zeroize();
    output
}

/// `H[oprf-output, 64](hash)`.
#[cfg(suite = "p256")]
fn output(mut hash: impl AsMut<[u8]>) -> Output {
    let output = Secret::new(crate::group::TaggedHash::new("oprf-output").part(hash.as_mut()).bytes());
    hash.as_mut().zeroize();
    output
}

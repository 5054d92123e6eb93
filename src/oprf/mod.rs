//! The oblivious pseudorandom function: RFC 9497 over the suite's group, verifiable mode (spec 03
//! §2).
//!
//! The client hides its input behind a random factor, the key holder multiplies what it sees by its
//! key and proves that it used the published one, and the client takes the factor off and hashes.
//! The key holder learns nothing of the input, the client learns one value and nothing of the key.
//!
//! This is the only module that names `voprf`: keys, the evaluation of blinded elements and its
//! proof are that crate's, and what reaches it from here has already been through
//! [`Reader`](crate::codec::Reader), which refuses more and says why. What depends on an input or a
//! blind is computed by the suite's own code, whose encoder is constant time.

#[cfg(feature = "hazmat")]
mod replay;
#[cfg(test)]
mod tests;

#[cfg(feature = "hazmat")]
pub use replay::{Replayed, replay_oprf};

use core::fmt;

use rand_core::CryptoRngCore;
use sha2::Digest;
use voprf::{BlindedElement, EvaluationElement, Proof, VoprfClient, VoprfServer};
use zeroize::Zeroize;

use crate::error::{DecodeError, Refused, refused};
use crate::group::{
    Element, Hash, OPRF_SUITE, OprfSuite, POINT_LEN, Point, Prf, SCALAR_LEN, Scalar, hash_to_point, hash_to_scalar,
    oprf_point, point_of_oprf, random_scalar, scalar_from_bytes,
};
use crate::secret::Secret;
use crate::transcript::Transcript;

/// The function's value, 64 bytes, of which a suite with a shorter hash makes them (spec 03 §2.4).
pub(crate) type Output = Secret<[u8; 64]>;

/// The key `k` and `k·G`.
pub(crate) struct Key {
    server: VoprfServer<OprfSuite>,
    /// The server's `k`, as the suite's own scalar.
    key: Secret<Scalar>,
    hedge: Secret<Scalar>,
}

/// The client's secret between its two steps: the blind, and the element that it sent.
pub(crate) struct Client {
    blind: Secret<Scalar>,
    blinded: Element,
}

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
        let key = Secret::new(derived(seed.expose(), info));
        let bytes = Secret::new(key.expose().to_bytes());
        let server = held(VoprfServer::new_with_key(bytes.expose()));
        Self { server, key, hedge: Secret::new(Prf::new("nonce-oprf", seed).part(info).scalar()) }
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
    /// input. Constant time but for the input's length.
    pub(crate) fn evaluate(&self, input: &[u8]) -> Output {
        output(input, &(self.key.expose() * point_of(input)))
    }
}

impl Client {
    /// `Blind` (RFC 9497 §3.3.2), for at most 65,535 bytes of input. Constant time but for the
    /// input's length.
    pub(crate) fn blind(input: &[u8], rng: &mut impl CryptoRngCore) -> (Self, Element) {
        Self::blind_by(input, Secret::new(random_scalar(rng)))
    }

    fn blind_by(input: &[u8], blind: Secret<Scalar>) -> (Self, Element) {
        // The identity would come of an input that hashes to the identity, and nobody can find one.
        let blinded = Element::new(blind.expose() * point_of(input));
        (Self { blind, blinded }, blinded)
    }

    /// `Finalize` (RFC 9497 §3.3.2). The proof is checked before anything else is done with the
    /// element. Constant time in the blind and the input, but for its length.
    pub(crate) fn finalize(self, input: &[u8], evaluation: &Evaluation, public: &Element) -> Result<Output, Refused> {
        vartime_verify(&self.blinded, evaluation, public)?;
        let inverse = Secret::new(self.blind.expose().invert());
        Ok(output(input, &(inverse.expose() * evaluation.element.as_point())))
    }
}

/// Whether the proof shows that `k·B` was made with the published key: `voprf`'s client with the
/// blind 1 and any input, so that all it works on was sent.
pub(crate) fn vartime_verify(blinded: &Element, evaluation: &Evaluation, public: &Element) -> Result<(), Refused> {
    let mut client = [0; SCALAR_LEN + POINT_LEN];
    let state = Scalar::ONE.to_bytes().into_iter().chain(*blinded.as_bytes());
    client.iter_mut().zip(state).for_each(|(to, from)| *to = from);
    let client = VoprfClient::<OprfSuite>::deserialize(&client).map_err(|_| Refused::DEFECT)?;
    let scalars = evaluation.proof.map(|scalar| scalar.to_bytes());
    let proof = Proof::deserialize(scalars.as_flattened()).map_err(|_| refused!("03-1"))?;
    let element = EvaluationElement::deserialize(evaluation.element.as_bytes()).map_err(|_| Refused::DEFECT)?;
    client.finalize(&[0], &element, &proof, oprf_point(public.as_point())).map(drop).map_err(|_| refused!("03-2"))
}

/// The context string's part in front of the suite's name, in verifiable mode (RFC 9497 §3.1).
const CONTEXT: &[u8] = b"OPRFV1-\x01-";

/// `HashToGroup(input)` (RFC 9497 §4). Constant time but for the input's length.
fn point_of(input: &[u8]) -> Point {
    hash_to_point(&[b"HashToGroup-", CONTEXT, OPRF_SUITE.as_bytes()], &[input])
}

/// The first `HashToScalar(seed || I2OSP(len(info), 2) || info || I2OSP(i, 1))` that is not zero.
fn derived(seed: &[u8], info: &[u8]) -> Scalar {
    let length = held(u16::try_from(info.len())).to_be_bytes();
    let tag: [&[u8]; 3] = [b"DeriveKeyPair", CONTEXT, OPRF_SUITE.as_bytes()];
    let mut keys = (0..=u8::MAX).map(|i| hash_to_scalar(&tag, &[seed, &length, info, &[i]]));
    held(keys.find(|key| *key != Scalar::ZERO).ok_or(Refused::DEFECT))
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

/// `Hash(I2OSP(len(input), 2) || input || I2OSP(len(P), 2) || P || "Finalize")` of `P = k·T`, in 64
/// bytes. Constant time but for the input's length.
fn output(input: &[u8], evaluated: &Point) -> Output {
    let element = Secret::new(Element::new(*evaluated));
    let length = |bytes: &[u8]| held(u16::try_from(bytes.len())).to_be_bytes();
    let encoded = element.expose().as_bytes();
    let hash = Hash::new().chain_update(length(input)).chain_update(input);
    stretched(hash.chain_update(length(encoded)).chain_update(encoded).chain_update("Finalize").finalize())
}

/// The hash itself, where it has 64 bytes.
#[cfg(not(suite = "p256"))]
fn stretched(mut hash: impl AsMut<[u8]> + Into<[u8; 64]> + Copy) -> Output {
    let output = Secret::new(hash.into());
    hash.as_mut().zeroize();
    output
}

/// `H[oprf-output, 64](hash)`.
#[cfg(suite = "p256")]
fn stretched(mut hash: impl AsMut<[u8]>) -> Output {
    let output = Secret::new(crate::group::TaggedHash::new("oprf-output").part(hash.as_mut()).bytes());
    hash.as_mut().zeroize();
    output
}

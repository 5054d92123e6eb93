//! The device's part of a presentation's proof: it completes the commitment of the opening and the
//! response of its scalar, and the challenge is its own (spec 05 §2, spec 06 §5).

use alloc::vec::Vec;

use rand_core::CryptoRngCore;

use super::ask::CheckedAnswer;
use super::{Device, DeviceCommitment, DeviceSession, ask, challenge};
use crate::codec::{Reader, Writer};
use crate::device::{Asked, DeviceError, DevicePublicKey};
use crate::error::{DecodeError, Refused, refused};
use crate::group::{Base, Curve, Element, PointBytes, Scalar};
use crate::sigma::{Assignment, PointVar, Relation, Term};
use crate::transcript::Transcript;

/// `−d·H_d`; the device adds its part to nonce and response of `d`.
pub(crate) fn term(relation: &mut Relation<'_, Curve>) -> Term {
    -(relation.external_scalar() * PointVar::Fixed(Base::Device.index()))
}

/// What travels beside the proof: nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Beside;

impl Beside {
    /// How many fields of the message it takes.
    pub(crate) const FIELDS: u64 = 0;
    /// The most bytes of these.
    pub(crate) const MAX_LEN: usize = 0;

    pub(crate) const fn write(&self, _writer: &mut Writer, _key: u8) {}

    pub(crate) const fn read(_reader: &mut Reader<'_>, _key: u8) -> Result<Self, DecodeError> {
        Ok(Self)
    }

    /// The relation is complete without the device.
    pub(crate) const fn enter(
        &self,
        _asked: &Asked<'_>,
        _transcript: &mut Transcript,
        _relation: &mut Relation<'_, Curve>,
        _opening: usize,
    ) -> Result<Bound, Refused> {
        Ok(Bound)
    }
}

/// What a verifier knows of the device's part before the commitments.
pub(crate) struct Bound;

/// The challenge of a proof.
pub(crate) struct Challenge {
    pub(crate) value: Scalar,
    /// What registers know the answer by, beside its request: the challenge, which the device's
    /// commitment is in.
    pub(crate) identity: Vec<u8>,
}

impl Bound {
    /// The challenge of a proof whose commitments these are, the device's in place `opening`.
    pub(crate) fn challenge(
        self,
        asked: &Asked<'_>,
        transcript: &mut Transcript,
        commitments: &[Element],
        opening: usize,
    ) -> Result<Challenge, Refused> {
        let message = message(transcript, commitments, opening);
        let commitment = commitments.get(opening).ok_or(refused!("06-52"))?;
        let value = challenge(asked.purpose, &asked.digest(), &message, commitment.as_bytes());
        Ok(Challenge { value, identity: value.as_bytes().to_vec() })
    }
}

/// `M`: everything but the commitment of the opening, which the device completes (spec 06 §5).
fn message(transcript: &mut Transcript, commitments: &[Element], opening: usize) -> [u8; 64] {
    for (i, commitment) in commitments.iter().enumerate().filter(|(i, _)| *i != opening) {
        transcript.uint("equation", i as u64);
        transcript.element("commitment", commitment);
    }
    transcript.challenge_bytes("message")
}

/// A device that has committed: what the wallet draws depends on it (spec 01 §7.4).
pub(crate) struct Open<'d, D: Device + 'd> {
    public: DevicePublicKey,
    session: D::Session<'d>,
}

impl<'d, D: Device> Open<'d, D> {
    pub(crate) fn new(device: &'d mut D, rng: &mut impl CryptoRngCore) -> Result<Self, DeviceError> {
        Ok(Self { public: device.public_key(), session: device.commit(rng)? })
    }

    /// What the wallet's randomness has to depend on.
    pub(crate) fn contributed(&self) -> Vec<PointBytes> {
        let DeviceCommitment { first, second } = self.session.commitment();
        alloc::vec![first, second]
    }

    /// The device answers when the commitments are there.
    pub(crate) const fn enter(
        self,
        _asked: &Asked<'_>,
        _transcript: &mut Transcript,
        _relation: &mut Relation<'_, Curve>,
        _witness: &mut Assignment<Curve>,
        _opening: usize,
        _rng: &mut impl CryptoRngCore,
    ) -> Result<Self, DeviceError> {
        Ok(self)
    }

    /// Asks the device with the wallet's commitments, and puts its own in place `opening`.
    pub(crate) fn complete(
        self,
        asked: &Asked<'_>,
        transcript: &mut Transcript,
        commitments: &mut [Element],
        opening: usize,
    ) -> Result<Completed, DeviceError> {
        let message = message(transcript, commitments, opening);
        let commitment = commitments.get_mut(opening).ok_or(DeviceError::InvalidQuestion)?;
        let answer = ask(&self.public, self.session, asked, &message, commitment)?;
        let CheckedAnswer { challenge, commitment: completed, response } = answer;
        *commitment = completed;
        Ok(Completed { challenge, response })
    }
}

/// A device's part of a proof, whole.
pub(crate) struct Completed {
    pub(crate) challenge: Scalar,
    response: Scalar,
}

impl Completed {
    /// Adds the device's response to the wallet's own for `d`.
    pub(crate) fn add_to(self, relation: &Relation<'_, Curve>, responses: &mut [Scalar]) -> Result<Beside, Refused> {
        let place = relation.outside().ok_or(Refused::DEFECT)?;
        *responses.get_mut(place).ok_or(Refused::DEFECT)? += self.response;
        Ok(Beside)
    }
}

//! The element's part of a presentation's proof (spec 05 §7.3, spec 06 §5).

use alloc::vec::Vec;

use rand_core::CryptoRngCore;

use super::nonce_point::NoncePoint;
use super::{DeviceQuestion, EcdsaDevice, ask};
use crate::codec::{Reader, Writer};
use crate::device::{Asked, DeviceError};
use crate::error::{DecodeError, Refused, check};
use crate::group::{Base, Curve, Element, PointBytes, Scalar, XBytes};
use crate::sigma::{Assignment, PointVar, Relation, ScalarVar, Term};
use crate::transcript::Transcript;

/// `−w·R`; `R` comes when the element has signed.
pub(crate) fn term(relation: &mut Relation<'_, Curve>) -> Term {
    let w = relation.external_scalar();
    -(w * relation.pending_point())
}

/// What travels beside the proof: `R`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Beside(NoncePoint);

impl Beside {
    /// How many fields of the message it takes.
    pub(crate) const FIELDS: u64 = 1;
    /// The most bytes of these.
    pub(crate) const MAX_LEN: usize = size_of::<XBytes>() + 3;

    pub(crate) fn write(&self, writer: &mut Writer, key: u8) {
        writer.key(key).bytes(&self.0.x());
    }

    pub(crate) fn read(reader: &mut Reader<'_>, key: u8) -> Result<Self, DecodeError> {
        let x = reader.key(key)?.bytes_of()?;
        reader.in_range(check!("05-24"), |_| NoncePoint::from_x(&x)).map(Self)
    }

    /// Completes the relation with it, after points and tickets were absorbed, and absorbs it.
    pub(crate) fn enter(
        &self,
        asked: &Asked<'_>,
        transcript: &mut Transcript,
        relation: &mut Relation<'_, Curve>,
        opening: usize,
    ) -> Result<Bound, Refused> {
        let bound = Bound::new(transcript);
        bound.complete(self, asked, transcript, relation, opening)?;
        Ok(bound)
    }
}

/// What the element signed for: `M`.
pub(crate) struct Bound {
    message: [u8; 64],
}

/// The challenge of a proof.
pub(crate) struct Challenge {
    pub(crate) value: Scalar,
    /// What registers know the answer by, beside its request: `M`, as one signature allows many
    /// commitments, and so many challenges.
    pub(crate) identity: Vec<u8>,
}

impl Bound {
    fn new(transcript: &mut Transcript) -> Self {
        Self { message: transcript.challenge_bytes("message") }
    }

    /// `… − (e/ρ)·g = … − w·R`, and `R` into the transcript: commitments come after it.
    fn complete(
        &self,
        Beside(nonce_point): &Beside,
        asked: &Asked<'_>,
        transcript: &mut Transcript,
        relation: &mut Relation<'_, Curve>,
        opening: usize,
    ) -> Result<(), Refused> {
        let e = DeviceQuestion::of(asked, &self.message).scalar();
        let of_generator = (nonce_point.of_generator(&e)?, PointVar::Fixed(Base::Device.index()));
        transcript.bytes("device", &nonce_point.x());
        relation.complete(nonce_point.point(), opening, of_generator)
    }

    /// The challenge of a proof whose commitments these are. It covers `M`, `R` and all of them.
    pub(crate) fn challenge(
        self,
        _asked: &Asked<'_>,
        transcript: &mut Transcript,
        commitments: &[Element],
        _opening: usize,
    ) -> Result<Challenge, Refused> {
        for (i, commitment) in commitments.iter().enumerate() {
            transcript.uint("equation", i as u64);
            transcript.element("commitment", commitment);
        }
        Ok(Challenge { value: transcript.challenge_scalar("challenge"), identity: self.message.to_vec() })
    }
}

/// An element that was not asked yet.
pub(crate) struct Open<'d, D: EcdsaDevice>(&'d mut D);

impl<'d, D: EcdsaDevice> Open<'d, D> {
    pub(crate) const fn new(device: &'d mut D, _rng: &mut impl CryptoRngCore) -> Result<Self, DeviceError> {
        Ok(Self(device))
    }

    /// What the wallet's randomness has to depend on: nothing, the element has done nothing yet.
    pub(crate) const fn contributed(&self) -> Vec<PointBytes> {
        Vec::new()
    }

    /// Has it sign for the points and tickets, and completes relation, transcript and witness with
    /// `R` and `w`; nonces are drawn from what they are now.
    pub(crate) fn enter(
        self,
        asked: &Asked<'_>,
        transcript: &mut Transcript,
        relation: &mut Relation<'_, Curve>,
        witness: &mut Assignment<Curve>,
        opening: usize,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Entered, DeviceError> {
        let bound = Bound::new(transcript);
        let (nonce_point, w) = ask(self.0, asked, &bound.message, rng)?;
        let beside = Beside(nonce_point);
        let invalid = |_: Refused| DeviceError::InvalidQuestion;
        bound.complete(&beside, asked, transcript, relation, opening).map_err(invalid)?;
        let place = relation.outside().ok_or(DeviceError::InvalidQuestion)?;
        witness.set(ScalarVar::Sent(place), *w.expose());
        Ok(Entered { bound, beside })
    }
}

/// An element that has signed.
pub(crate) struct Entered {
    bound: Bound,
    beside: Beside,
}

impl Entered {
    /// The challenge, when the commitments are there.
    pub(crate) fn complete(
        self,
        asked: &Asked<'_>,
        transcript: &mut Transcript,
        commitments: &mut [Element],
        opening: usize,
    ) -> Result<Completed, DeviceError> {
        let Challenge { value, .. } = self
            .bound
            .challenge(asked, transcript, commitments, opening)
            .map_err(|_: Refused| DeviceError::InvalidQuestion)?;
        Ok(Completed { challenge: value, beside: self.beside })
    }
}

/// An element's part of a proof, whole.
pub(crate) struct Completed {
    pub(crate) challenge: Scalar,
    beside: Beside,
}

impl Completed {
    /// Adds nothing: `w` was a secret as others are.
    pub(crate) fn add_to(self, _relation: &Relation<'_, Curve>, _responses: &mut [Scalar]) -> Result<Beside, Refused> {
        Ok(self.beside)
    }
}

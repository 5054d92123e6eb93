//! One proof of `n_h` and `d`, whose challenge the device makes (spec 04 §5).

use rand_core::CryptoRngCore;

use crate::codec::{Message, Reader, Writer};
use crate::credential::proof::{Asking, relation};
use crate::credential::{IssuanceError, IssuerParameters};
use crate::device::{Asked, Device, DeviceCommitment, DeviceSession, Purpose, ask, challenge};
use crate::error::{DecodeError, Refused};
use crate::group::{Base, Curve, Element, Scalar};
use crate::secret::Secret;
use crate::sigma::{Assignment, Image, PointVar, Relation, ScalarVar};
use crate::transcript::Transcript;

/// The proof of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::credential) struct Possession {
    /// `T` of the equations for `K − D`, `N_h` and `D`
    commitments: [Element; 3],
    /// for `n_h` and `d`
    responses: [Scalar; 2],
}

/// What a holder learns of its device at enrolment: nothing.
pub(in crate::credential) struct Observed;

impl Observed {
    /// How many fields of a state it takes.
    pub(in crate::credential) const FIELDS: u64 = 0;

    #[allow(clippy::unused_self, reason = "of another scheme there is something to write")]
    pub(in crate::credential) const fn write(&self, _: &mut Writer, _: u8) {}

    #[allow(clippy::unnecessary_wraps, reason = "of another scheme there is something to read")]
    pub(in crate::credential) const fn read(_: &mut Reader<'_>, _: u8) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}

/// `K − D = n_h·H_n`, `N_h = n_h·G_n`, `−D = −d·H_d`, the same for both sides.
fn with_device<'a>(parameters: &'a IssuerParameters, points: &[Element; 3]) -> (Relation<'a, Curve>, ScalarVar) {
    let (mut relation, n) = relation(parameters, points);
    let device = relation.external_scalar();
    let [d, _, _] = points;
    let image = Image::Public(alloc::vec![(-Scalar::ONE, relation.point(d.point()))]);
    relation.equation(image, alloc::vec![-(device * PointVar::Fixed(Base::Device.index()))]);
    (relation, n)
}

/// `M`: everything but the commitment of the device's own equation.
fn message(mut transcript: Transcript, commitments: [&Element; 2]) -> [u8; 64] {
    transcript.elements("commitment", commitments);
    transcript.challenge_bytes("message")
}

impl Possession {
    /// How many fields of a request it takes.
    pub(in crate::credential) const FIELDS: u64 = 2;

    /// Proves it. The device commits first, so that the wallet's nonces depend on its commitment
    /// (spec 01 §7.4).
    pub(in crate::credential) fn prove(
        asking: &Asking<'_>,
        pseudonym_part: &Secret<Scalar>,
        device: &mut impl Device,
        rng: &mut impl CryptoRngCore,
    ) -> Result<(Self, Observed), IssuanceError> {
        let (relation, n) = with_device(asking.parameters, asking.points);
        let mut witness = Assignment::new(&relation);
        witness.set(n, *pseudonym_part.expose());
        let transcript = asking.transcript();
        let public = device.public_key();
        let session = device.commit(rng)?;
        let (secrets, DeviceCommitment { first, second }) = (witness.values(), session.commitment());
        let nonces = transcript.hedged_scalars(secrets.len(), secrets, &[&first, &second], rng);
        let committed = relation.commit(nonces).map_err(|_: Refused| IssuanceError::BadProof)?;
        let mut commitments = committed.commitments().iter().copied().map(Element::new);
        let mut next = || commitments.next().ok_or(IssuanceError::BadProof);
        let (first, second, rest) = (next()?, next()?, next()?);

        let message = message(transcript, [&first, &second]);
        let asked = Asked { purpose: Purpose::Issuance, demanded: None, shown: &asking.offer.to_bytes() };
        let answer = ask(&public, session, &asked, &message, &rest)?;
        let responses = committed.respond(&witness, answer.challenge).sent;
        let [response, blind] = <[Scalar; 2]>::try_from(responses).map_err(|_| IssuanceError::BadProof)?;
        let (commitments, responses) = ([first, second, answer.commitment], [response, blind + answer.response]);
        Ok((Self { commitments, responses }, Observed))
    }

    /// Verifies it; `request` is the whole message. Variable time; everything here is public.
    pub(in crate::credential) fn vartime_verify(&self, asking: &Asking<'_>, request: &[u8]) -> Result<(), Refused> {
        let (relation, _) = with_device(asking.parameters, asking.points);
        let [first, second, device] = &self.commitments;
        let message = message(asking.transcript(), [first, second]);
        let shown = asking.offer.to_bytes();
        let asked = Asked { purpose: Purpose::Issuance, demanded: None, shown: &shown };
        let challenge = challenge(Purpose::Issuance, &asked.digest(), &message, device.as_bytes());
        asking.vartime_verify(&relation, &self.commitments, challenge, &self.responses, request)
    }

    /// The fields of a request from `key` on.
    pub(in crate::credential) fn write(&self, writer: &mut Writer, key: u8) {
        writer.key(key).points(&self.commitments);
        writer.key(key + 1).scalars(&self.responses);
    }

    pub(in crate::credential) fn read(reader: &mut Reader<'_>, key: u8) -> Result<Self, DecodeError> {
        let commitments = reader.key(key)?.points_of()?;
        Ok(Self { commitments, responses: reader.key(key + 1)?.scalars_of()? })
    }
}

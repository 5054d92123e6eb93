//! A proof of `n_h`, and after it a plain signature of the element over everything (spec 04 §9).

use rand_core::CryptoRngCore;

use crate::codec::{Message, Reader, Writer};
use crate::credential::proof::{Asking, relation};
use crate::credential::{IssuanceError, RequestState};
use crate::device::{Asked, Device, DeviceQuestion, Nonces, Purpose, ask_twice, vartime_is_signed};
use crate::error::{DecodeError, Refused, refused};
use crate::group::{Element, Scalar};
use crate::secret::Secret;
use crate::sigma::Assignment;
use crate::transcript::Transcript;

/// The proof of a request, and the signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::credential) struct Possession {
    /// `T` of the equations for `K − pk` and `N_h`
    commitments: [Element; 2],
    /// for `n_h`
    response: Scalar,
    /// `ρ` and low `s`
    signature: [Scalar; 2],
}

/// What a holder learns of its element at enrolment.
pub(in crate::credential) type Observed = Nonces;

impl Nonces {
    /// How many fields of a state it takes.
    pub(in crate::credential) const FIELDS: u64 = 1;

    /// As the field `key` of a state: 0 fresh, 1 deterministic.
    pub(in crate::credential) fn write(self, writer: &mut Writer, key: u8) {
        writer.key(key).uint(u64::from(self == Self::Deterministic));
    }

    pub(in crate::credential) fn read(reader: &mut Reader<'_>, key: u8) -> Result<Self, DecodeError> {
        match reader.key(key)?.uint::<u8>()? {
            0 => Ok(Self::Fresh),
            1 => Ok(Self::Deterministic),
            _ => Err(DecodeError::OutOfRange),
        }
    }
}

impl RequestState {
    /// How the element makes its nonces, as it showed when it signed for this request. A wallet
    /// tells its user [`Nonces::warning`], if there is one.
    #[must_use]
    pub const fn nonces(&self) -> Nonces {
        self.observed
    }
}

/// The challenge: it depends on nothing that the element does.
fn challenge(transcript: &mut Transcript, commitments: &[Element; 2]) -> Scalar {
    transcript.elements("commitment", commitments);
    transcript.challenge_scalar("challenge")
}

/// `M`: everything of a request but the signature.
fn message(transcript: &mut Transcript, response: &Scalar) -> [u8; 64] {
    transcript.bytes("response", response.as_bytes().as_slice());
    transcript.challenge_bytes("message")
}

impl Possession {
    /// How many fields of a request it takes.
    pub(in crate::credential) const FIELDS: u64 = 3;

    /// Proves it. The element signs last, and twice: a wallet is told whether its nonces repeat.
    pub(in crate::credential) fn prove(
        asking: &Asking<'_>,
        pseudonym_part: &Secret<Scalar>,
        device: &mut impl Device,
        rng: &mut impl CryptoRngCore,
    ) -> Result<(Self, Observed), IssuanceError> {
        let (relation, n) = relation(asking.parameters, asking.points);
        let mut witness = Assignment::new(&relation);
        witness.set(n, *pseudonym_part.expose());
        let mut transcript = asking.transcript();
        let nonces = transcript.hedged_scalars(witness.values().len(), witness.values(), &[], rng);
        let committed = relation.commit(nonces).map_err(|_: Refused| IssuanceError::BadProof)?;
        let [first, second] = committed.commitments() else { return Err(IssuanceError::BadProof) };
        let commitments = [first, second].map(|commitment| Element::new(*commitment));
        let responses = committed.respond(&witness, challenge(&mut transcript, &commitments)).sent;
        let [response] = <[Scalar; 1]>::try_from(responses).map_err(|_| IssuanceError::BadProof)?;

        let message = message(&mut transcript, &response);
        let asked = Asked { purpose: Purpose::Issuance, demanded: None, shown: &asking.offer.to_bytes() };
        let (signature, observed) = ask_twice(device, &asked, &message, rng)?;
        Ok((Self { commitments, response, signature }, observed))
    }

    /// Verifies it; `request` is the whole message. Variable time; everything here is public.
    pub(in crate::credential) fn vartime_verify(&self, asking: &Asking<'_>, request: &[u8]) -> Result<(), Refused> {
        let (relation, _) = relation(asking.parameters, asking.points);
        let (mut transcript, shown) = (asking.transcript(), asking.offer.to_bytes());
        let challenge = challenge(&mut transcript, &self.commitments);
        asking.vartime_verify(&relation, &self.commitments, challenge, &[self.response], request)?;

        let message = message(&mut transcript, &self.response);
        let e = DeviceQuestion::new(Purpose::Issuance, None, &shown, &message).scalar();
        let ([public, _, _], [rho, s]) = (asking.points, &self.signature);
        let is_low = !bool::from(s.is_high());
        if !is_low {
            return Err(refused!("04-28"));
        }
        if vartime_is_signed(public, &e, rho, s) { Ok(()) } else { Err(refused!("04-27")) }
    }

    /// The fields of a request from `key` on.
    pub(in crate::credential) fn write(&self, writer: &mut Writer, key: u8) {
        writer.key(key).points(&self.commitments);
        writer.key(key + 1).scalars([&self.response]);
        writer.key(key + 2).scalars(&self.signature);
    }

    pub(in crate::credential) fn read(reader: &mut Reader<'_>, key: u8) -> Result<Self, DecodeError> {
        let commitments = reader.key(key)?.points_of()?;
        let [response] = reader.key(key + 1)?.scalars_of()?;
        Ok(Self { commitments, response, signature: reader.key(key + 2)?.scalars_of()? })
    }
}

#[cfg(test)]
mod tests;

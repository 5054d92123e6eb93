//! The holder's side of an issuance (spec 04 §5, §7).

use core::fmt;

use rand_core::CryptoRngCore;

use super::commitment::commit;
use super::holder::Credential;
use super::messages::request_digest;
use super::possession::{Observed, Possession};
use super::proof::{Asking, mac_statement};
use super::{CredentialOffer, CredentialRequest, CredentialResponse, IssuanceError, IssuerParameters};
use crate::codec::Sent;
use crate::device::{Device, DevicePublicKey};
use crate::error::{Refusal, refusal};
use crate::group::{Base, Element, Point, Prf, Scalar};
use crate::list::{CosignedHeads, ListClass, ListError, MembershipWitness, Shard};
use crate::mac::Mac;
use crate::secret::{Secret, secret_bytes};

/// Where a holder's shard comes from. The issuer cannot tell a holder which crowd to be in: only a
/// slot that lost its phone's memory takes the issuer's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShardChoice {
    /// A first enrolment: the holder draws; an offer that names a shard is refused.
    Draw,
    /// The wallet remembers its shard: an offer that names another one is refused.
    Keep(Shard),
    /// The slot has a shard that the wallet does not remember: it is taken from the offer, or drawn
    /// if the offer names none.
    FromSlot,
}

impl ShardChoice {
    fn settle(self, offer: &CredentialOffer, rng: &mut impl CryptoRngCore) -> Result<Shard, IssuanceError> {
        let shard = match (self, offer.shard()) {
            (Self::Draw | Self::FromSlot, None) => offer.shard_count().draw(rng),
            (Self::FromSlot, Some(shard)) | (Self::Keep(shard), None) => shard,
            (Self::Keep(kept), Some(named)) if kept == named => kept,
            (Self::Draw | Self::Keep(_), Some(_)) => return Err(IssuanceError::ShardOutOfRange),
        };
        if offer.shard_count().contains(shard) { Ok(shard) } else { Err(IssuanceError::ShardOutOfRange) }
    }
}

/// What the holder keeps for life, on paper or in a backup: the pseudonym secret grows from it.
/// It has at least 128 bits of randomness.
pub struct RecoverySecret(Secret<[u8; 32]>);

secret_bytes!(RecoverySecret);

impl RecoverySecret {
    /// `n_h`.
    fn pseudonym_part(&self) -> Secret<Scalar> {
        Secret::new(Prf::new("pseudonym-part", &self.0).scalar())
    }
}

/// What a holder keeps while it waits for the issuer's response.
///
/// Its bytes (a message) are secret: `n_h` is in them, and with the issuer's response all of the
/// credential but its device. They let an issuance go on in another process; a
/// [`Wallet`](crate::wallet::Wallet) keeps them in its file. A second copy asks for the same
/// credential with the same request and receives it from the same response, or none: nothing comes
/// of it twice (spec 04 §10).
pub struct RequestState {
    pub(super) parameters: IssuerParameters,
    pub(super) offer: CredentialOffer,
    pub(super) request: CredentialRequest,
    pub(super) pseudonym_part: Secret<Scalar>,
    /// Of the device, where its scheme shows something.
    pub(super) observed: Observed,
}

impl fmt::Debug for RequestState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestState(redacted)")
    }
}

/// Why a response was not received, with the state for another try.
#[derive(Debug)]
pub struct ReceiveFailed {
    /// As it was.
    pub state: RequestState,
    /// What is wrong with the response.
    pub error: IssuanceError,
}

impl fmt::Display for ReceiveFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the credential is not received")
    }
}

impl core::error::Error for ReceiveFailed {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// Asks for a credential: `D` from the device, `n_h` from the recovery secret, both proven under
/// the offer.
///
/// Constant time in the secrets.
///
/// # Errors
/// [`IssuanceError::WrongIssuer`], [`IssuanceError::ShardOutOfRange`] or [`IssuanceError::Device`].
pub fn request(
    parameters: &IssuerParameters,
    offer: &CredentialOffer,
    shard: ShardChoice,
    recovery: &RecoverySecret,
    device: &mut impl Device,
    rng: &mut impl CryptoRngCore,
) -> Result<Sent<RequestState, CredentialRequest>, IssuanceError> {
    offer.check(parameters)?;
    let shard = shard.settle(offer, rng)?;
    let pseudonym_part = recovery.pseudonym_part();
    let public = device.public_key();
    let base = parameters.table().point(Base::Pseudonym);
    let k = Element::new(pseudonym_part.expose() * base + public.0.point());
    let n_h = Element::new(pseudonym_part.expose() * parameters.table().point(Base::PseudonymPart));
    let points = [public.0, k, n_h];
    let asking = Asking { parameters, offer, shard, points: &points };
    let (possession, observed) = Possession::prove(&asking, &pseudonym_part, device, rng)?;
    let message = CredentialRequest { shard, points, possession };
    let (parameters, offer, request) = (parameters.clone(), offer.clone(), message.clone());
    Ok(Sent { state: RequestState { parameters, offer, request, pseudonym_part, observed }, message })
}

impl RequestState {
    /// Under which the credential is asked for.
    #[must_use]
    pub const fn parameters(&self) -> &IssuerParameters {
        &self.parameters
    }

    /// The request, to be sent again where the response did not arrive: an issuer that remembers it
    /// answers with the same response.
    #[must_use]
    pub const fn message(&self) -> &CredentialRequest {
        &self.request
    }

    /// The shard that the request names.
    pub(crate) const fn shard(&self) -> Shard {
        self.request.shard()
    }

    /// Whether the parts belong to one issuance, as far as `n_h` shows it: `N_h = n_h·G_n`. The
    /// proof is its issuer's to check.
    pub(super) fn is_consistent(&self) -> bool {
        let [_, _, n_h] = &self.request.points;
        let own = self.pseudonym_part.expose() * self.parameters.table().point(Base::PseudonymPart);
        self.offer.check(&self.parameters).is_ok() && self.offer.allows(self.shard()) && Element::new(own) == *n_h
    }

    /// Whether the request was made with this recovery secret. Constant time.
    pub(crate) fn is_of(&self, recovery: &RecoverySecret) -> bool {
        self.pseudonym_part == recovery.pseudonym_part()
    }

    /// Checks every proof of the response and keeps what it gives.
    ///
    /// `status` and `flag` are the cosigned heads of the two lists, at the epochs that the response
    /// names. Where a flag witness is withheld, the credential cannot be presented until the log
    /// restores its handle.
    ///
    /// # Errors
    /// [`ReceiveFailed`] with the state as it was: [`IssuanceError::Values`],
    /// [`IssuanceError::BadProof`] or [`IssuanceError::List`].
    #[allow(clippy::result_large_err, reason = "the error gives the state back")]
    pub fn receive(
        self,
        response: &CredentialResponse,
        status: &CosignedHeads,
        flag: &CosignedHeads,
    ) -> Result<Credential, ReceiveFailed> {
        self.received(response, status, flag).map_err(|Refusal { error, .. }| ReceiveFailed { state: self, error })
    }

    /// What [`RequestState::receive`] gives; whoever calls it sees to it that the state ends.
    pub(crate) fn received(
        &self,
        response: &CredentialResponse,
        status: &CosignedHeads,
        flag: &CosignedHeads,
    ) -> Result<Credential, Refusal<IssuanceError>> {
        let (b, witnesses) = self.check(&self.parameters, response, status, flag)?;
        Ok(self.keep(self.parameters.clone(), response, b, witnesses))
    }

    /// Checks the response that came beside the card's, of an issuer of templates, and keeps what
    /// it gives; before [`RequestState::receive`] of the card's, which ends the issuance (spec 04
    /// §8.3).
    ///
    /// # Errors
    /// Those of [`RequestState::receive`]; [`IssuanceError::WrongIssuer`] for parameters without a
    /// template, or of the issuer that was asked; [`IssuanceError::NotBeside`] for other handles
    /// than the card's.
    pub fn receive_beside(
        &self,
        parameters: &IssuerParameters,
        response: &CredentialResponse,
        card: &CredentialResponse,
        status: &CosignedHeads,
        flag: &CosignedHeads,
    ) -> Result<Credential, IssuanceError> {
        if parameters.schema().template().is_none() || parameters.domain() == self.parameters.domain() {
            return Err(IssuanceError::WrongIssuer);
        }
        if response.system.status != card.system.status || response.system.flag != card.system.flag {
            return Err(IssuanceError::NotBeside);
        }
        let (b, witnesses) = self.check(parameters, response, status, flag)?;
        Ok(self.keep(parameters.clone(), response, b, witnesses))
    }

    fn check(
        &self,
        parameters: &IssuerParameters,
        response: &CredentialResponse,
        status: &CosignedHeads,
        flag: &CosignedHeads,
    ) -> Result<(Point, [MembershipWitness; 2]), Refusal<IssuanceError>> {
        let table = parameters.table();
        // An offer that spoke of another number of shards would have put its holder into a small
        // crowd.
        if [status, flag].iter().any(|heads| heads.shard_count() != self.offer.shard_count()) {
            return Err(refusal!(IssuanceError::ShardOutOfRange, "04-20"));
        }
        let fits = parameters.schema().check_values(&response.values);
        fits.map_err(|error| refusal!(IssuanceError::Values(error), "04-17"))?;
        let [_, k, _] = &self.request.points;
        let b = commit(parameters, k, response.issuer_part.expose(), &response.system, &response.values);
        let mac = Mac { a: Secret::new(response.a.expose().point()), e: Secret::new(*response.e.expose()) };
        let image = Element::new(mac.keyed_image(&b));
        let digest = request_digest(&self.offer, &self.request);
        mac_statement(parameters, *response.a.expose(), image, &digest)
            .verify(table, &response.proof)
            .map_err(|_| refusal!(IssuanceError::BadProof, "04-18"))?;

        if status.name().class() != ListClass::Status || flag.name().class() != ListClass::Flag {
            return Err(refusal!(ListError::WrongHead.into(), "04-19"));
        }
        let (shard, system) = (self.shard(), &response.system);
        let status = MembershipWitness::receive(&response.status_witness, &system.status, status, shard, table);
        let status = status.map_err(of_a_response)?;
        let flag = MembershipWitness::receive_given(&response.flag_witness, &system.flag, flag, shard, table);
        Ok((b, [status, flag.map_err(of_a_response)?]))
    }

    fn keep(
        &self,
        parameters: IssuerParameters,
        response: &CredentialResponse,
        b: Point,
        witnesses: [MembershipWitness; 2],
    ) -> Credential {
        let pseudonym = Secret::new(self.pseudonym_part.expose() + response.issuer_part.expose());
        let [device, _, _] = self.request.points;
        Credential {
            parameters,
            mac: Mac { a: Secret::new(response.a.expose().point()), e: Secret::new(*response.e.expose()) },
            b: Secret::new(b),
            pseudonym,
            device: DevicePublicKey(device),
            factors: response.system.factors,
            since: response.system.since,
            values: response.values.iter().map(crate::schema::Value::duplicate).collect(),
            shard: self.shard(),
            witnesses,
            former: Default::default(),
        }
    }
}

/// What refuses a witness (spec 07 §5.2), where it is one of a response.
fn of_a_response(refusal: Refusal<ListError>) -> Refusal<IssuanceError> {
    match refusal.error {
        error @ ListError::BadWitness => refusal!(error.into(), "04-22"),
        error => refusal!(error.into(), "04-21"),
    }
}

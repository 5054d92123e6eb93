//! The issuer's side of an issuance (spec 04 §4, §6).

use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRngCore;

use super::commitment::commit;
use super::messages::request_digest;
use super::proof::{Asking, mac_statement};
use super::{
    AssuranceFactors, CredentialOffer, CredentialRequest, CredentialResponse, IssuanceError, IssuerParameters,
    IssuerPublicKey, KeyVersion, SlotId, SystemAttributes,
};
use crate::accumulator::Handle;
use crate::calendar::Days;
use crate::codec::{Body, ENCODED_SCALAR, Message, MessageType, Reader, Sent, Writer};
use crate::device::DevicePublicKey;
use crate::error::{DecodeError, Refusal, refusal};
use crate::group::{Element, PointBytes, Prf, PrfKey, ScalarBytes, SecretKey};
use crate::list::{GivenWitness, IssuedWitness, Shard, ShardCount};
use crate::mac::Mac;
use crate::schema::{Schema, SchemaDigest, Value};
use crate::secret::Secret;
use crate::symbol::Generation;

/// How often a slot's pseudonym was reset because its holder could not show the old recovery
/// secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResetCounter(pub u32);

/// An issuer's keys: `x` for MACs, one for derived nonces and `e`, one for its part of pseudonym
/// secrets.
///
/// As a [`Message`] it is for storage where only the issuer finds it, and secret from the first
/// byte to the last.
pub struct Issuer {
    parameters: IssuerParameters,
    key: SecretKey,
    derivation_key: PrfKey,
    pseudonym_key: PrfKey,
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Issuer({:?}, redacted)", self.parameters)
    }
}

/// An offer that waits for its request. Consumed by [`OfferState::accept`]: one offer, one accepted
/// request.
#[derive(Debug)]
pub struct OfferState {
    parameters: IssuerParameters,
    offer: CredentialOffer,
}

/// A request whose proof verified under its offer.
#[derive(Debug)]
pub struct AcceptedRequest {
    pub(super) offer: CredentialOffer,
    request: CredentialRequest,
}

/// Why a request was not accepted, with the state for another one.
#[derive(Debug)]
pub struct RequestRefused {
    /// As it was.
    pub state: OfferState,
    /// What is wrong with the request.
    pub error: IssuanceError,
}

impl fmt::Display for RequestRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request for a credential is refused")
    }
}

impl core::error::Error for RequestRefused {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// What the issuer certifies, from its own register; nothing of it comes from the phone.
#[derive(Debug)]
pub struct Grant {
    /// The attributes, in the order of the schema.
    pub values: Vec<Value>,
    /// The handle on the status list.
    pub status: Handle,
    /// The handle on the flag list.
    pub flag: Handle,
    /// How the person was checked.
    pub factors: AssuranceFactors,
    /// The day since which the pseudonym stands.
    pub since: Days,
    /// The slot's reset counter.
    pub reset: ResetCounter,
    /// From the owner of the status list, for the request's shard.
    pub status_witness: IssuedWitness,
    /// From the owner of the flag list, for the request's shard; withheld from a holder who is
    /// flagged.
    pub flag_witness: GivenWitness,
}

impl CredentialOffer {
    pub(super) fn check(&self, parameters: &IssuerParameters) -> Result<(), IssuanceError> {
        let same = self.issuer == parameters.key()
            && self.version == parameters.version()
            && self.schema == parameters.schema_digest();
        if same { Ok(()) } else { Err(IssuanceError::WrongIssuer) }
    }
}

impl Issuer {
    /// Fresh keys.
    pub fn random(schema: Schema, version: KeyVersion, rng: &mut impl CryptoRngCore) -> Self {
        let key = SecretKey::random(rng);
        let parameters = IssuerParameters::new(IssuerPublicKey(key.public()), version, schema);
        Self { parameters, key, derivation_key: PrfKey::random(rng), pseudonym_key: PrfKey::random(rng) }
    }

    /// The issuer's next key version: a fresh `x` under a schema that may differ, and the same
    /// pseudonym key, so that a holder who is issued a credential again keeps its pseudonyms (spec
    /// 10 §7). Versions are the issuer's to count.
    #[must_use]
    pub fn successor(&self, schema: Schema, version: KeyVersion, rng: &mut impl CryptoRngCore) -> Self {
        let pseudonym_key = Secret::new(*self.pseudonym_key.expose());
        Self { pseudonym_key, ..Self::random(schema, version, rng) }
    }

    /// `F[store-pseudonym-key](pseudonym key)`: tells whether a store was made under it, and
    /// nothing else (spec 10 §5.5).
    pub(crate) fn pseudonym_key_print(&self) -> ScalarBytes {
        Prf::new("store-pseudonym-key", &self.pseudonym_key).scalar().to_bytes()
    }

    /// Whether both give a slot the same part of its pseudonym secret. Constant time.
    pub(crate) fn keeps_pseudonyms_of(&self, former: &Self) -> bool {
        self.pseudonym_key == former.pseudonym_key
    }

    /// What is public.
    #[must_use]
    pub const fn parameters(&self) -> &IssuerParameters {
        &self.parameters
    }

    /// `x` and which key it is, for a platform that verifies keyed presentations, or a helper.
    /// Whoever has it can make credentials.
    #[must_use]
    pub fn share_key(&self) -> SharedIssuerKey {
        let parameters = &self.parameters;
        SharedIssuerKey { version: parameters.version(), schema: parameters.schema_digest(), key: self.key.duplicate() }
    }

    /// Offers a credential to the holder of a slot. `shard_count` is that of every list; `shard` is
    /// the slot's, and `None` at its first enrolment, when the holder draws one.
    ///
    /// # Errors
    /// [`IssuanceError::ShardOutOfRange`] if the lists have no such shard.
    pub fn offer(
        &self,
        slot: SlotId,
        generation: Generation,
        shard_count: ShardCount,
        shard: Option<Shard>,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Sent<OfferState, CredentialOffer>, IssuanceError> {
        let mut nonce = [0; 32];
        rng.fill_bytes(&mut nonce);
        let message = self.offer_with(nonce, slot, generation, shard_count, shard)?;
        let state = self.resume(message.clone())?;
        Ok(Sent { state, message })
    }

    /// The offer with this nonce, which is used for one slot and generation only.
    pub(crate) fn offer_with(
        &self,
        nonce: [u8; 32],
        slot: SlotId,
        generation: Generation,
        shard_count: ShardCount,
        shard: Option<Shard>,
    ) -> Result<CredentialOffer, IssuanceError> {
        if shard.is_some_and(|shard| !shard_count.contains(shard)) {
            return Err(IssuanceError::ShardOutOfRange);
        }
        Ok(CredentialOffer {
            nonce,
            issuer: self.parameters.key(),
            version: self.parameters.version(),
            schema: self.parameters.schema_digest(),
            slot,
            generation,
            shard_count,
            shard,
        })
    }

    /// The state of an offer that was stored. Whoever stores offers sees to it that each serves one
    /// request.
    pub(crate) fn resume(&self, offer: CredentialOffer) -> Result<OfferState, IssuanceError> {
        OfferState::resume(self.parameters.clone(), offer)
    }

    /// Certifies `grant` for the holder of an accepted request. The same request and grant give the
    /// same bytes.
    ///
    /// # Errors
    /// [`IssuanceError::WrongIssuer`] for a request under another issuer's offer,
    /// [`IssuanceError::Values`], [`IssuanceError::BadProof`].
    pub fn issue(&self, accepted: &AcceptedRequest, grant: Grant) -> Result<CredentialResponse, IssuanceError> {
        accepted.offer.check(&self.parameters)?;
        self.certify(accepted, grant)
    }

    /// Certifies the template of a face for the holder of a request that another issuer accepted:
    /// the credential that stands beside a card's, on its device (spec 04 §8.3). `grant` has the
    /// handles and the lists of the card's, and its values are of this issuer's schema.
    ///
    /// # Errors
    /// [`IssuanceError::WrongIssuer`] for an issuer whose schema has no template, or who accepted
    /// the request itself; those of [`Issuer::issue`].
    pub fn issue_beside(&self, accepted: &AcceptedRequest, grant: Grant) -> Result<CredentialResponse, IssuanceError> {
        if self.parameters.schema().template().is_none() || accepted.offer.check(&self.parameters).is_ok() {
            return Err(IssuanceError::WrongIssuer);
        }
        self.certify(accepted, grant)
    }

    fn certify(&self, accepted: &AcceptedRequest, grant: Grant) -> Result<CredentialResponse, IssuanceError> {
        self.parameters.schema().check_values(&grant.values)?;
        let (offer, request) = (&accepted.offer, &accepted.request);
        let digest = request_digest(offer, request);
        let issuer_part = Prf::new("pseudonym-issuer", &self.pseudonym_key)
            .part(&offer.slot.0)
            .uint(u64::from(grant.reset.0))
            .scalar();
        let issuer_part = Secret::new(issuer_part);
        let Grant { values, status, flag, factors, since, status_witness, flag_witness, .. } = grant;
        let system = SystemAttributes { status, flag, factors, since };
        let [_, k, _] = &request.points;
        let b = commit(&self.parameters, k, issuer_part.expose(), &system, &values);
        // `e` depends on `B`, so no two commitments share one: two tags under one `e` would combine
        // to a third.
        let e = Prf::new("mac-e", &self.derivation_key).element(&Element::new(b)).part(&digest).scalar();
        let mac = Mac::new(&self.key, &b, &e).map_err(|_| IssuanceError::BadProof)?;
        let a = Element::new(*mac.a.expose());
        let image = Element::new(mac.keyed_image(&b));
        let proof = mac_statement(&self.parameters, a, image, &digest)
            .prove(self.parameters.table(), self.key.scalar(), Some(&self.derivation_key))
            .map_err(|_| IssuanceError::BadProof)?;
        let a = Secret::new(a);
        Ok(CredentialResponse { a, e: mac.e, issuer_part, system, values, proof, status_witness, flag_witness })
    }
}

impl Body for Issuer {
    const TYPE: MessageType = MessageType::IssuerKeys;
    const MAX_LEN: usize = Schema::MAX_LEN + 128;
    const FIELDS: u64 = 5;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).uint(u64::from(self.parameters.version().0));
        writer.key(2).bytes(&self.parameters.schema().to_bytes());
        writer.key(3).scalars([self.key.scalar()]);
        writer.key(4).bytes(self.derivation_key.expose());
        writer.key(5).bytes(self.pseudonym_key.expose());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let version = KeyVersion(reader.key(1)?.uint()?);
        let schema = reader.key(2)?.message::<Schema>()?;
        let [x] = reader.key(3)?.scalars_of()?.map(Secret::new);
        let key = SecretKey::from_scalar(x.expose())?;
        let derivation_key = Secret::new(reader.key(4)?.bytes_of()?);
        let pseudonym_key = Secret::new(reader.key(5)?.bytes_of()?);
        let parameters = IssuerParameters::new(IssuerPublicKey(key.public()), version, schema);
        Ok(Self { parameters, key, derivation_key, pseudonym_key })
    }
}

/// `x` of one issuer key in the hands of a platform or a helper: with the key's version and the
/// digest of its schema, and nothing else that its issuer has (spec 10 §1.1). As a
/// [`Message`](crate::codec::Message) it travels from issuer to platform, encrypted, and is stored
/// there; the bytes are secret.
pub struct SharedIssuerKey {
    version: KeyVersion,
    schema: SchemaDigest,
    pub(crate) key: SecretKey,
}

impl SharedIssuerKey {
    /// `X`.
    #[must_use]
    pub fn public_key(&self) -> IssuerPublicKey {
        IssuerPublicKey(self.key.public())
    }

    /// The key's version.
    #[must_use]
    pub const fn version(&self) -> KeyVersion {
        self.version
    }

    /// Whether it is the key of these parameters: X, version and schema.
    #[must_use]
    pub fn is_of(&self, parameters: &IssuerParameters) -> bool {
        self.public_key() == parameters.key()
            && self.version == parameters.version()
            && self.schema == parameters.schema_digest()
    }
}

impl fmt::Debug for SharedIssuerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SharedIssuerKey({:?}, redacted)", self.version)
    }
}

impl Body for SharedIssuerKey {
    const TYPE: MessageType = MessageType::SharedIssuerKey;
    const MAX_LEN: usize = 4 + (1 + 5) + (1 + 2 + 32) + (1 + ENCODED_SCALAR);
    const FIELDS: u64 = 3;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).uint(u64::from(self.version.0));
        writer.key(2).bytes(&self.schema.0);
        writer.key(3).scalars([self.key.scalar()]);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let version = KeyVersion(reader.key(1)?.uint()?);
        let schema = SchemaDigest(reader.key(2)?.bytes_of()?);
        let [x] = reader.key(3)?.scalars_of()?.map(Secret::new);
        Ok(Self { version, schema, key: SecretKey::from_scalar(x.expose())? })
    }
}

impl OfferState {
    pub(crate) fn resume(parameters: IssuerParameters, offer: CredentialOffer) -> Result<Self, IssuanceError> {
        offer.check(&parameters)?;
        Ok(Self { parameters, offer })
    }

    /// Checks the proof of a request. Variable time; everything here is public.
    ///
    /// # Errors
    /// [`RequestRefused`] with the state as it was.
    #[allow(clippy::result_large_err, reason = "the error gives the state back")]
    pub fn accept(self, request: &CredentialRequest) -> Result<AcceptedRequest, RequestRefused> {
        match self.check(request) {
            Ok(()) => Ok(AcceptedRequest { offer: self.offer, request: request.clone() }),
            Err(Refusal { error, .. }) => Err(RequestRefused { state: self, error }),
        }
    }

    pub(crate) fn check(&self, request: &CredentialRequest) -> Result<(), Refusal<IssuanceError>> {
        if !self.offer.allows(request.shard) {
            return Err(refusal!(IssuanceError::ShardOutOfRange, "04-11"));
        }
        let CredentialRequest { shard, points, possession } = request;
        let [d, k, _] = points;
        if d == k {
            return Err(refusal!(IssuanceError::BadProof, "04-12"));
        }
        let asking = Asking { parameters: &self.parameters, offer: &self.offer, shard: *shard, points };
        possession.vartime_verify(&asking, &request.to_bytes()).map_err(|refused| refused.with(IssuanceError::BadProof))
    }
}

impl AcceptedRequest {
    /// The shard that the holder drew; all its lists use it.
    #[must_use]
    pub const fn shard(&self) -> Shard {
        self.request.shard
    }

    /// `D`, proven: what the registry keeps of the device.
    #[must_use]
    pub const fn device(&self) -> DevicePublicKey {
        let [d, _, _] = self.request.points;
        DevicePublicKey(d)
    }

    /// `N_h`, proven: the registry keeps it, to see at the next issuance whether the pseudonym goes
    /// on.
    #[must_use]
    pub const fn pseudonym_commitment(&self) -> PointBytes {
        let [_, _, n_h] = self.request.points;
        *n_h.as_bytes()
    }

    /// The generation of the offer, which the status handle depends on.
    #[must_use]
    pub const fn generation(&self) -> Generation {
        self.offer.generation
    }

    /// The slot of the offer.
    #[must_use]
    pub const fn slot(&self) -> SlotId {
        self.offer.slot
    }
}

//! What a platform says of a device's key at issuance (spec 04 §9.2). It is beside the possession,
//! which is always proven, and takes the place of nothing.

use super::{AcceptedRequest, AssuranceFactors, CredentialOffer};
use crate::codec::Message;
use crate::device::DevicePublicKey;
use crate::group::TaggedHash;

/// What checks a platform's statement about a key: Android's key attestation, a token's
/// certificate, a statement of an app that its maker vouches for. The issuer's host implements it,
/// as it knows which roots it trusts.
pub trait KeyAttestation {
    /// Why a statement does not count.
    type Error;

    /// Whether the statement says, for this challenge and no other, that hardware made and holds
    /// this key, that it does not give it out, and that it signs after its user's check alone.
    ///
    /// # Errors
    /// [`KeyAttestation::Error`].
    fn check(&self, key: &DevicePublicKey, challenge: &[u8; 32], statement: &[u8]) -> Result<(), Self::Error>;
}

impl CredentialOffer {
    /// `H[attestation, 32](offer message)`: what a platform attests a key for. An attestation that
    /// was made for another offer does not count for this one. It does not say whose phone it is:
    /// the holder can pass this challenge on to another phone, which then has to answer for the
    /// credential as well.
    #[must_use]
    pub fn attestation_challenge(&self) -> [u8; 32] {
        TaggedHash::new("attestation").part(&self.to_bytes()).bytes()
    }
}

impl AcceptedRequest {
    /// The factor that the key of this request earns under its offer, if what its platform says
    /// counts: [`AssuranceFactors::ATTESTED_KEY`]. The issuer puts it beside the other factors of
    /// this issuance, and of no later one: the next request has another key.
    ///
    /// # Errors
    /// Those of [`KeyAttestation::check`].
    pub fn attested<A: KeyAttestation>(&self, statement: &[u8], by: &A) -> Result<AssuranceFactors, A::Error> {
        by.check(&self.device(), &self.offer.attestation_challenge(), statement)?;
        Ok(AssuranceFactors::ATTESTED_KEY)
    }
}

//! The key of a desk (spec 15 §3).

use rand_core::CryptoRngCore;

use super::signed::statement;
use super::{CertificateError, DeskCertificate, SignedRequest};
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::presentation::PresentationRequest;
use crate::secret::Secret;
use crate::signature::{RoleKey, SigningKey, Unsigned, VerifyingKey};

/// What a desk signs its requests and its questions about cards with: Ed25519.
///
/// As a [`Message`](crate::codec::Message) it is for storage where only the desk finds it, and
/// secret. Wiped when dropped, never printed, and not `Clone`:
///
/// ```compile_fail
/// # fn copy(key: &selfsame::certificate::DeskKey) {
/// let second = key.clone();
/// # let _: selfsame::certificate::DeskKey = second;
/// # }
/// ```
///
/// With a [`KeyElsewhere`](crate::signature::KeyElsewhere) the key is in an HSM or at a key
/// service, and requests and questions are prepared for its signature (spec 01 §9.2).
#[derive(Debug)]
pub struct DeskKey<K: RoleKey = SigningKey>(K);

impl DeskKey {
    /// A fresh key.
    pub fn random(rng: &mut impl CryptoRngCore) -> Self {
        Self(SigningKey::random(rng))
    }

    /// Signs a request under a certificate, if wallets will take it as far as a desk can know:
    /// whether the certificate is the authority's and counts is for [`DeskCertificate::check`].
    ///
    /// # Errors
    /// [`CertificateError::WrongDesk`] for a certificate of another key; those of
    /// [`DeskCertificate::covers`].
    pub fn sign(
        &self,
        certificate: &DeskCertificate,
        request: &PresentationRequest,
    ) -> Result<SignedRequest, CertificateError> {
        Ok(self.prepare_request(certificate, request)?.sign_here(&self.0))
    }

    /// Signs whatever it is.
    #[cfg(feature = "hazmat")]
    pub(crate) fn sign_unchecked(&self, certificate: &DeskCertificate, request: &PresentationRequest) -> SignedRequest {
        self.unsigned(certificate, request).sign_here(&self.0)
    }
}

impl<K: RoleKey> DeskKey<K> {
    /// A desk with a key that there is, here or elsewhere; it signs for nothing else.
    #[must_use]
    pub const fn with_key(key: K) -> Self {
        Self(key)
    }

    /// The Ed25519 verification key, 32 bytes, for the authority to certify.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.verifying_key().to_bytes()
    }

    /// A request under a certificate, to be signed: [`DeskKey::sign`].
    ///
    /// # Errors
    /// As there.
    pub fn prepare_request(
        &self,
        certificate: &DeskCertificate,
        request: &PresentationRequest,
    ) -> Result<Unsigned<SignedRequest>, CertificateError> {
        if certificate.key() != self.public_key() {
            return Err(CertificateError::WrongDesk);
        }
        certificate.covers(request)?;
        Ok(self.unsigned(certificate, request))
    }

    fn unsigned(&self, certificate: &DeskCertificate, request: &PresentationRequest) -> Unsigned<SignedRequest> {
        let statement = statement(certificate, request);
        let signed = SignedRequest { request: request.clone(), certificate: certificate.clone(), signature: [0; 64] };
        Unsigned::new(signed, self.verifying_key(), [statement], |signed, _, signature| signed.signature = signature)
    }

    pub(crate) const fn key(&self) -> &K {
        &self.0
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey::of(&self.0)
    }
}

impl Body for DeskKey {
    const TYPE: MessageType = MessageType::DeskKey;
    const MAX_LEN: usize = 3 + 1 + (1 + 34);
    const FIELDS: u64 = 1;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(self.0.to_secret_bytes().expose());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self(SigningKey::from_secret_bytes(Secret::new(reader.key(1)?.bytes_of()?))))
    }
}

//! The key of a desk (spec 15 §3).

use rand_core::CryptoRngCore;

use super::signed::statement;
use super::{CertificateError, DeskCertificate, SignedRequest};
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::group::TaggedHash;
use crate::presentation::PresentationRequest;
use crate::secret::Secret;
use crate::signature::{Signature, SigningKey};

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
#[derive(Debug)]
pub struct DeskKey(SigningKey);

impl DeskKey {
    /// A fresh key.
    pub fn random(rng: &mut impl CryptoRngCore) -> Self {
        Self(SigningKey::random(rng))
    }

    /// The Ed25519 verification key, 32 bytes, for the authority to certify.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
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
        if certificate.key() != self.public_key() {
            return Err(CertificateError::WrongDesk);
        }
        certificate.covers(request)?;
        Ok(self.sign_unchecked(certificate, request))
    }

    /// Signs what the role of the hash says.
    pub(crate) fn sign_statement(&self, statement: TaggedHash) -> Signature {
        self.0.sign(statement)
    }

    /// Signs whatever it is.
    pub(crate) fn sign_unchecked(&self, certificate: &DeskCertificate, request: &PresentationRequest) -> SignedRequest {
        let signature = self.sign_statement(statement(certificate, request));
        SignedRequest { request: request.clone(), certificate: certificate.clone(), signature }
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

//! A request under its certificate, as a desk shows it, and what is left of it when all checks have
//! passed (spec 15 §3, §4).

use alloc::vec::Vec;
use core::ops::Deref;

use super::{CertificateError, DeskCertificate};
use crate::calendar::Timestamp;
use crate::codec::{Body, Message, MessageType, Reader, Writer};
use crate::credential::Credential;
use crate::directory::{Directory, VerifiedDirectory};
use crate::error::{DecodeError, Refusal, refusal};
use crate::group::TaggedHash;
use crate::presentation::{
    Consent, CredentialQuery, PresentError, PresentationRequest, Reading, WalletContext, provable,
};
use crate::set::VerifiedCodeSet;
use crate::signature::Signature;

/// What a desk signs: the request, and the certificate that it is made under.
pub(super) fn statement(certificate: &DeskCertificate, request: &PresentationRequest) -> TaggedHash {
    TaggedHash::new("signed-request").part(&certificate.digest()).part(&request.to_bytes())
}

/// A request with its certificate and the desk's signature. Nobody gets the request out of it but
/// through [`SignedRequest::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRequest {
    pub(super) request: PresentationRequest,
    pub(super) certificate: DeskCertificate,
    pub(super) signature: Signature,
}

/// A request whose maker the authority vouches for, and that asks nothing beyond what the authority
/// permits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertifiedRequest(SignedRequest);

impl SignedRequest {
    /// Checks the signatures from the directory's authority down to the request, that the
    /// certificate counts at `now`, and that the request asks nothing beyond it (checks 15-10 to
    /// 15-15).
    ///
    /// A wallet that is refused with [`CertificateError::WrongAuthority`] may be behind: let it
    /// follow the directory and try again.
    ///
    /// # Errors
    /// Those of [`DeskCertificate::check`] and [`DeskCertificate::covers`];
    /// [`CertificateError::BadSignature`] also for the desk's.
    pub fn verify(&self, directory: &VerifiedDirectory, now: Timestamp) -> Result<CertifiedRequest, CertificateError> {
        Ok(self.verify_by_check(directory, now)?)
    }

    /// The same, with the check that refuses.
    pub(crate) fn verify_by_check(
        &self,
        directory: &VerifiedDirectory,
        now: Timestamp,
    ) -> Result<CertifiedRequest, Refusal<CertificateError>> {
        self.certificate.count_by_check(directory, now)?;
        let signed = self.certificate.check_signed(statement(&self.certificate, &self.request), &self.signature);
        signed.map_err(|error| refusal!(error, "15-13"))?;
        self.certificate.covers(&self.request).map_err(Refusal::of)?;
        let certified = CertifiedRequest(self.clone());
        certified.check_disclosures(directory, &[]).map_err(Refusal::of)?;
        Ok(certified)
    }
}

impl CertifiedRequest {
    /// Reviews it for a phone without a [`Wallet`](crate::wallet::Wallet), as
    /// [`review`](crate::presentation::review) does but for lists and window, which the certificate
    /// bounds. Its user reads that the authority vouches for the name.
    ///
    /// # Errors
    /// Those of [`review`](crate::presentation::review), and [`PresentError::BeyondCertificate`]
    /// where with the tables of its sets the request leaves one value that the certificate does not
    /// permit to see.
    pub fn review(&self, credentials: &[&Credential], known: &WalletContext<'_>) -> Result<Consent, PresentError> {
        let consent = provable(self, credentials, known)?;
        let schemas: Vec<_> = credentials.iter().map(|credential| Some(credential.parameters().schema())).collect();
        let sets: Vec<_> = consent.sets().collect();
        let reading = Reading { request: self, schemas: &schemas, sets: &sets };
        let permitted = self.certificate().content.permits_disclosures(&reading);
        permitted.map_err(|_| PresentError::BeyondCertificate)?;
        Ok(consent.certified())
    }

    /// Whether the certificate permits to see all that statements and links leave one value of,
    /// with the schemas of the directory and these tables of sets (spec 15 §4.2).
    pub(crate) fn check_disclosures(
        &self,
        directory: &Directory,
        sets: &[&VerifiedCodeSet],
    ) -> Result<(), CertificateError> {
        let request = self.request();
        let schema = |query: &CredentialQuery| directory.schema(&query.schema());
        let schemas: Vec<_> = request.credentials().iter().map(schema).collect();
        let reading = Reading { request, schemas: &schemas, sets };
        self.certificate().content.permits_disclosures(&reading).map_err(CertificateError::OverAsking)
    }

    /// The request.
    #[must_use]
    pub const fn request(&self) -> &PresentationRequest {
        &self.0.request
    }

    /// The certificate that it was checked against.
    #[must_use]
    pub const fn certificate(&self) -> &DeskCertificate {
        &self.0.certificate
    }
}

impl Deref for CertifiedRequest {
    type Target = PresentationRequest;

    fn deref(&self) -> &PresentationRequest {
        self.request()
    }
}

impl Body for SignedRequest {
    const TYPE: MessageType = MessageType::SignedRequest;
    const MAX_LEN: usize =
        3 + 1 + (1 + 3 + PresentationRequest::MAX_LEN) + (1 + 3 + DeskCertificate::MAX_LEN) + (1 + 66);
    const FIELDS: u64 = 3;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&self.request.to_bytes());
        writer.key(2).bytes(&self.certificate.to_bytes());
        writer.key(3).bytes(&self.signature);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let request = reader.key(1)?.message::<PresentationRequest>()?;
        let certificate = reader.key(2)?.message::<DeskCertificate>()?;
        Ok(Self { request, certificate, signature: reader.key(3)?.bytes_of()? })
    }
}

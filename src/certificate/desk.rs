//! A certificate as the desk keeps and shows it (spec 15 §2).

use alloc::string::String;
use core::time::Duration;

use super::content::Content;
use super::{CertificateError, DeskPermissions};
use crate::calendar::Timestamp;
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::directory::VerifiedDirectory;
use crate::error::{DecodeError, Refusal, check, refusal};
use crate::group::TaggedHash;
use crate::list::{Cosignature, KeyValidity};
use crate::presentation::PresentationRequest;
use crate::signature::Signature;

/// What the authority signed of a desk: its name, its key, and what it may ask. It is public, and
/// travels with each request.
///
/// What it says counts once [`DeskCertificate::check`] passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskCertificate {
    pub(super) content: Content,
    /// By the authority that the directory names.
    pub(super) authority: Cosignature,
}

impl DeskCertificate {
    /// The name that the desk's requests carry.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.content.name
    }

    /// The Ed25519 key under which the desk's requests count, 32 bytes.
    #[must_use]
    pub const fn key(&self) -> [u8; 32] {
        self.content.key.to_bytes()
    }

    /// From when until when it counts.
    #[must_use]
    pub const fn validity(&self) -> KeyValidity {
        self.content.validity
    }

    /// The purposes that the desk may state, word for word, in order.
    #[must_use]
    pub fn purposes(&self) -> &[String] {
        &self.content.purposes
    }

    /// What the desk may ask, schema by schema.
    #[must_use]
    pub fn permissions(&self) -> &[DeskPermissions] {
        &self.content.permissions
    }

    /// The longest time window of a request; `None` where requests must have a nonce.
    #[must_use]
    pub const fn longest_window(&self) -> Option<Duration> {
        self.content.window
    }

    /// Whether one request may be about two credentials.
    #[must_use]
    pub const fn may_link(&self) -> bool {
        self.content.linking
    }

    /// Whether a request may ask for tickets, which make its answer evidence to everybody.
    #[must_use]
    pub const fn may_ask_for_tickets(&self) -> bool {
        self.content.tickets
    }

    /// Whether the desk may ask registries about cards (spec 10 §10).
    #[must_use]
    pub const fn may_check_cards(&self) -> bool {
        self.content.cards
    }

    /// Checks that the directory's authority signed it, and that it counts at `now` (checks 15-10
    /// to 15-12).
    ///
    /// # Errors
    /// [`CertificateError::WrongAuthority`], [`CertificateError::BadSignature`],
    /// [`CertificateError::NotYetValid`], [`CertificateError::Expired`].
    pub fn check(&self, directory: &VerifiedDirectory, now: Timestamp) -> Result<(), CertificateError> {
        Ok(self.count_by_check(directory, now)?)
    }

    /// The same, with the check that refuses.
    pub(crate) fn count_by_check(
        &self,
        directory: &VerifiedDirectory,
        now: Timestamp,
    ) -> Result<(), Refusal<CertificateError>> {
        if self.authority.signer() != directory.authority() {
            return Err(refusal!(CertificateError::WrongAuthority, "15-10"));
        }
        if !self.authority.is_of(self.content.statement()) {
            return Err(refusal!(CertificateError::BadSignature, "15-11"));
        }
        match self.validity() {
            KeyValidity { from, .. } if !from.has_come(now) => Err(refusal!(CertificateError::NotYetValid, "15-12")),
            validity if !validity.is_valid_at(now) => Err(refusal!(CertificateError::Expired, "15-12")),
            _ => Ok(()),
        }
    }

    /// Checks that a request has the certified name and asks nothing beyond what is permitted
    /// (checks 15-14 and 15-15).
    ///
    /// # Errors
    /// [`CertificateError::WrongName`], [`CertificateError::OverAsking`].
    pub fn covers(&self, request: &PresentationRequest) -> Result<(), CertificateError> {
        if request.verifier() != self.name() {
            return Err(CertificateError::WrongName);
        }
        self.content.permits(request).map_err(CertificateError::OverAsking)
    }

    /// What a desk's signature names the certificate by.
    pub(crate) fn digest(&self) -> [u8; 64] {
        self.content.statement().bytes()
    }

    /// That the desk signed this.
    pub(crate) fn check_signed(&self, statement: TaggedHash, signature: &Signature) -> Result<(), CertificateError> {
        self.content.key.verify(statement, signature).map_err(|_| CertificateError::BadSignature)
    }
}

impl Body for DeskCertificate {
    const TYPE: MessageType = MessageType::DeskCertificate;
    const MAX_LEN: usize = 3 + 1 + (1 + Content::MAX_ENCODED) + (1 + 1 + 34 + 66);
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        self.content.write(writer.key(1));
        self.authority.write(writer.key(2));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let content = reader.key(1)?.under(check!("15-1"), Content::read)?;
        Ok(Self { content, authority: Cosignature::read(reader.key(2)?)? })
    }
}

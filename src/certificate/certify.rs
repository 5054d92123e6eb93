//! What the authority does for desks (spec 15 §2).

use super::{CertificateDraft, DeskCertificate, DraftError};
use crate::directory::Authority;
use crate::list::Cosignature;
use crate::signature::{RoleKey, Unsigned};

impl Authority {
    /// Signs what a verifier is called and may ask.
    ///
    /// That the verifier is who it says, that nobody else has its name or one that looks alike, and
    /// that it needs what it is permitted, is for the people who run the authority to find out
    /// before. There is no calling back: a certificate counts until it ends, or until the directory
    /// names another authority.
    ///
    /// # Errors
    /// Any [`DraftError`].
    pub fn certify(&self, draft: CertificateDraft) -> Result<DeskCertificate, DraftError> {
        Ok(self.prepare_certificate(draft)?.sign_here(self.key()))
    }
}

impl<K: RoleKey> Authority<K> {
    /// A certificate, to be signed: [`Authority::certify`].
    ///
    /// # Errors
    /// Any [`DraftError`].
    pub fn prepare_certificate(&self, draft: CertificateDraft) -> Result<Unsigned<DeskCertificate>, DraftError> {
        let content = draft.finish()?;
        Ok(Cosignature::unsigned(self.verifying_key(), content.statement()).within(
            |authority| DeskCertificate { content, authority },
            |certificate, _, signature| certificate.authority.signature = signature,
        ))
    }
}

//! What a cosigner does about the directory (spec 09 §3.3).

use super::signed::cosigner_statement;
use super::{DirectoryError, SignedDirectory, VerifiedDirectory};
use crate::calendar::Timestamp;
use crate::list::{Cosigner, StagedCosignature};
use crate::signature::RoleKey;

impl<K: RoleKey> Cosigner<K> {
    /// Checks the version after `previous` and signs it: one content of each number, for ever. The
    /// newest one is signed again.
    ///
    /// That the version says what it should, that an issuer's key is the issuer's, is for the
    /// people who run the cosigner to find out before. As with epochs the signature comes out of a
    /// change that was stored.
    ///
    /// # Errors
    /// [`DirectoryError::NotACosigner`] if `previous` does not name this one;
    /// [`DirectoryError::AlreadySigned`] for a version before the newest that it signed, for
    /// another content of that one, and for one that follows another content of it;
    /// [`DirectoryError::Future`] for a version of a time that has not come at `now`;
    /// [`DirectoryError::IssuerChanged`] also if it moves the end of a key that has retired by
    /// `now`, whatever time it has; those of [`VerifiedDirectory::follow`] but for the quorum.
    pub fn cosign_directory(
        &mut self,
        previous: &VerifiedDirectory,
        next: &SignedDirectory,
        now: Timestamp,
    ) -> Result<StagedCosignature<'_, K>, DirectoryError> {
        if !previous.cosigners().contains(&self.public_key()) {
            return Err(DirectoryError::NotACosigner);
        }
        previous.check_next(next)?;
        let number = next.version().number();
        if let Some((newest, digest)) = self.version() {
            let another = newest == number && digest != next.digest().0;
            let elsewhere = newest == previous.version().number() && digest != previous.digest().0;
            if newest > number || another || elsewhere {
                return Err(DirectoryError::AlreadySigned);
            }
        }
        if self.version() != Some((number, next.digest().0)) {
            next.content().check_clock(previous, now)?;
        }
        let statement = cosigner_statement(next.version(), next.digest());
        Ok(self.stage_version((number, next.digest().0), statement))
    }
}

//! Whom a wallet believes: its directory, and the heads that it verified through it (spec 11 §3.6).

use alloc::vec::Vec;
use core::ops::Deref;

use rand_core::CryptoRngCore;

use super::{Staged, Wallet, WalletError};
use crate::calendar::Timestamp;
use crate::directory::{DirectoryDigest, Equivocation, SeenError, SignedDirectory, VerifiedDirectory};
use crate::list::{CosignedHeadSet, CosignedHeads};
use crate::presentation::PresentError;
use crate::set::VerifiedDigitSet;

/// Heads that a wallet verified through its directory and remembers: what it proves against, and
/// nothing else.
///
/// They count for the wallet that has seen them; another one refuses them.
#[derive(Clone, Debug)]
pub struct SeenHeads(CosignedHeads);

impl Deref for SeenHeads {
    type Target = CosignedHeads;

    fn deref(&self) -> &CosignedHeads {
        &self.0
    }
}

/// What came of showing a wallet something that is signed.
#[derive(Clone, Debug)]
#[must_use = "a contradiction is to be told"]
pub enum Seen<T> {
    /// It counts.
    Counts(T),
    /// It contradicts what the wallet was shown before, and does not count. The evidence, if there
    /// is any, is kept: show it to everybody.
    Contradiction(Vec<Equivocation>),
}

impl<T> Seen<T> {
    /// What counts, or nothing.
    pub fn counts(self) -> Option<T> {
        match self {
            Self::Counts(counts) => Some(counts),
            Self::Contradiction(_) => None,
        }
    }
}

impl Wallet {
    /// The version of the directory that counts for this wallet.
    ///
    /// # Errors
    /// [`WalletError::NoDirectory`].
    pub fn directory(&self) -> Result<&VerifiedDirectory, WalletError> {
        self.state.directory.as_deref().ok_or(WalletError::NoDirectory)
    }

    /// Takes the digits of a platform, for requests that name them: once while the wallet is open.
    /// Take all that the directory names, and before a request is there: who is seen to fetch one
    /// set, and then answers in it, may be known again (spec 12 §11.1).
    ///
    /// # Errors
    /// [`WalletError::NoDirectory`]; [`PresentError::UnknownSet`] as [`WalletError::Present`] for
    /// digits that the directory does not name: others could be made for one holder.
    pub fn take_digits(&mut self, set: &VerifiedDigitSet) -> Result<(), WalletError> {
        if !self.directory()?.digits().contains(&set.digest()) {
            return Err(PresentError::UnknownSet(set.digest()).into());
        }
        if self.digits.iter().all(|known| known.digest() != set.digest()) {
            self.digits.push(set.clone());
        }
        Ok(())
    }

    /// The digits that it took and that its directory names now.
    pub(super) fn known_digits(&self) -> Result<Vec<&VerifiedDigitSet>, WalletError> {
        let directory = self.directory()?;
        Ok(self.digits.iter().filter(|known| directory.digits().contains(&known.digest())).collect())
    }

    /// The evidence that this wallet was shown contradicting statements, at most 16 pieces.
    #[must_use]
    pub fn evidence(&self) -> &[Equivocation] {
        &self.state.evidence
    }

    /// Stages the version of the directory that the host ships the digest of. A wallet pins once;
    /// from there it follows.
    ///
    /// # Errors
    /// [`WalletError::AlreadyPinned`]; [`WalletError::Directory`] as [`SignedDirectory::pin`] says;
    /// [`WalletError::VersionsUsedUp`].
    pub fn pin(
        &mut self,
        directory: &SignedDirectory,
        digest: &DirectoryDigest,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_>, WalletError> {
        if self.state.directory.is_some() {
            return Err(WalletError::AlreadyPinned);
        }
        let mut state = self.state.share();
        state.go_on_from(directory.pin(digest)?);
        self.stage_state(state, (), rng)
    }

    /// Stages the next version of the directory, or evidence that some version was signed twice.
    ///
    /// # Errors
    /// [`WalletError::NoDirectory`]; [`WalletError::Directory`] as [`VerifiedDirectory::follow`]
    /// says; [`WalletError::VersionsUsedUp`].
    pub fn follow(
        &mut self,
        next: &SignedDirectory,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_, Seen<()>>, WalletError> {
        let mut state = self.state.share();
        let evidence = state.versions.evidence(next);
        let seen = if evidence.is_empty() {
            state.go_on_from(self.directory()?.follow(next)?);
            Seen::Counts(())
        } else {
            state.keep_evidence(&evidence);
            Seen::Contradiction(evidence)
        };
        self.stage_state(state, seen, rng)
    }

    /// Verifies heads through the directory and stages that they were seen, or evidence against who
    /// signed others for the same epoch; former witnesses that are too old are wiped in the same
    /// change. Heads of a time that has not come at `now` are refused: an
    /// owner's wrong clock must not lead a wallet there.
    ///
    /// # Errors
    /// [`WalletError::NoDirectory`]; [`WalletError::Directory`] as
    /// [`VerifiedDirectory::verify_heads`] says; [`WalletError::Forgotten`] for an epoch before all
    /// that the wallet remembers, eight of each list: it could not notice another version;
    /// [`WalletError::VersionsUsedUp`].
    pub fn see(
        &mut self,
        heads: &CosignedHeadSet,
        now: Timestamp,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_, Seen<SeenHeads>>, WalletError> {
        let mut state = self.state.share();
        state.forget_outdated(now).map_err(WalletError::Content)?;
        let seen = match state.epochs.see(heads, self.directory()?, now) {
            Ok(heads) if state.epochs.remembers(&heads) => Seen::Counts(SeenHeads(heads)),
            Ok(_) => return Err(WalletError::Forgotten),
            Err(SeenError::Refused(error)) => return Err(error.into()),
            Err(SeenError::Contradiction(evidence)) => {
                state.keep_evidence(&evidence);
                Seen::Contradiction(evidence)
            }
        };
        self.stage_state(state, seen, rng)
    }

    /// Verifies heads that the wallet has seen already, after a restart for instance: nothing
    /// changes, so nothing is stored.
    ///
    /// # Errors
    /// [`WalletError::NoDirectory`]; [`WalletError::Directory`] as
    /// [`VerifiedDirectory::verify_heads`] says; [`WalletError::NotSeen`] for heads that
    /// [`Wallet::see`] has not stored, has stored others of, or has forgotten.
    pub fn seen(&self, heads: &CosignedHeadSet) -> Result<SeenHeads, WalletError> {
        let mut epochs = self.state.epochs.clone();
        // What is remembered had come when it was seen.
        match epochs.see(heads, self.directory()?, Timestamp::from_secs(u64::MAX)) {
            Ok(heads) if self.state.epochs.remembers(&heads) => Ok(SeenHeads(heads)),
            Ok(_) | Err(SeenError::Contradiction(_)) => Err(WalletError::NotSeen),
            Err(SeenError::Refused(error)) => Err(error.into()),
        }
    }

    /// Whether these are heads that this wallet has seen, and not those of another one.
    pub(super) fn has_seen(&self, heads: &SeenHeads) -> Result<(), WalletError> {
        if self.state.epochs.remembers(heads) { Ok(()) } else { Err(WalletError::NotSeen) }
    }
}

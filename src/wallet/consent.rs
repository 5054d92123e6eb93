//! What a wallet's user agrees to, and for how long (spec 11 §3.4).

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Deref;
use core::time::Duration;

use super::{SeenHeads, Wallet, WalletError};
use crate::calendar::Timestamp;
use crate::certificate::CertifiedRequest;
use crate::presentation::{Consent, FaceCount, PreparedFace, PresentationRequest};
use crate::set::VerifiedCodeSet;

/// A request that this wallet reviewed, waiting for its user's word: show [`Consent::sentences`].
///
/// It is of the open wallet that made it and of the moment: another wallet refuses it, and after
/// [`WalletConsent::MAX_AGE`] so does this one. Presenting reviews once more, with the directory,
/// the counts and the clock of then.
///
/// A [`Consent`] that was reviewed without the wallet is none:
///
/// ```compile_fail,E0308
/// # use selfsame::{calendar::Timestamp, device::SoftwareDevice, presentation::Consent, wallet::Wallet};
/// # fn present(wallet: &Wallet, consent: Consent, now: Timestamp, device: &mut SoftwareDevice) {
/// let presentation = wallet.present(consent, now, device, &mut rand_core::OsRng);
/// # }
/// ```
pub struct WalletConsent {
    pub(super) consent: Consent,
    pub(super) basis: Basis,
    of: Arc<()>,
    made: Timestamp,
}

/// What a request was reviewed with: the same is used again.
pub(super) struct Basis {
    pub(super) heads: Vec<SeenHeads>,
    pub(super) sets: Vec<VerifiedCodeSet>,
    /// None of a request that the host vouches for.
    pub(super) certified: Option<CertifiedRequest>,
    /// Whether it is presented as a decoy.
    pub(super) decoy: bool,
    /// For an answer about a face.
    pub(super) prepared: Option<PreparedFace>,
}

impl WalletConsent {
    /// For how long a user's word counts.
    pub const MAX_AGE: Duration = Duration::from_secs(600);

    /// With what was prepared for an answer about a face, as [`Consent::with_prepared`].
    #[must_use]
    pub fn with_prepared(mut self, prepared: PreparedFace) -> Self {
        self.basis.prepared = Some(prepared);
        self
    }

    /// Whether what is presented will be a decoy. It is for the holder alone.
    #[must_use]
    pub const fn is_decoy(&self) -> bool {
        self.basis.decoy
    }
}

impl fmt::Debug for WalletConsent {
    /// Without what is presented of it: logs do not tell who sends decoys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WalletConsent({:?}, redacted)", self.made)
    }
}

impl Deref for WalletConsent {
    type Target = Consent;

    fn deref(&self) -> &Consent {
        &self.consent
    }
}

impl Wallet {
    pub(super) fn consent_to(
        &self,
        request: &PresentationRequest,
        basis: Basis,
        now: Timestamp,
    ) -> Result<WalletConsent, WalletError> {
        let consent = self.examine(request, &basis, self.planned_faces(request, now), now)?;
        Ok(WalletConsent { consent, basis, of: Arc::clone(&self.instance), made: now })
    }

    /// The consent as this wallet would give it now, with this count of faces, if the user would
    /// read the same.
    pub(super) fn check_still(
        &self,
        agreed: &WalletConsent,
        faces: FaceCount,
        now: Timestamp,
    ) -> Result<Consent, WalletError> {
        let WalletConsent { consent: shown, basis, of, made } = agreed;
        if !Arc::ptr_eq(of, &self.instance) {
            return Err(WalletError::NotReviewedHere);
        }
        let age = now.as_secs().checked_sub(made.as_secs());
        if age.is_none_or(|age| age > WalletConsent::MAX_AGE.as_secs()) {
            return Err(WalletError::ConsentLapsed);
        }
        let consent = self.examine(shown.request(), basis, faces, now)?;
        if consent.says_what(shown) { Ok(consent) } else { Err(WalletError::ConsentLapsed) }
    }

    /// The same for an answer, with what it is made from: a face is compared now, if that is
    /// counted.
    pub(super) fn renewed(&self, agreed: WalletConsent, now: Timestamp) -> Result<(Consent, Basis), WalletError> {
        let consent = self.check_still(&agreed, self.counted_faces(agreed.request(), now), now)?;
        let mut basis = agreed.basis;
        let consent = match basis.prepared.take() {
            Some(prepared) => consent.with_prepared(prepared),
            None => consent,
        };
        Ok((consent, basis))
    }
}

//! How often faces are compared (spec 11 §9): each comparison is counted before it is made, as
//! how the holder goes on tells its outcome.

use rand_core::CryptoRngCore;

use super::uses::Counter;
use super::{Staged, Wallet, WalletConsent, WalletError};
use crate::calendar::{LocalDay, Timestamp};
use crate::codec::Message;
use crate::group::TaggedHash;
use crate::presentation::{FACES_A_DAY, FaceCount, PresentError, PresentationRequest};

/// For how long counts are kept: longer than any day.
const KEPT: u64 = 2 * 86_400;

/// What the comparisons of one day are counted under, and the place of one request among them.
struct Counters {
    day: Counter,
    request: Counter,
}

impl Counters {
    /// Of all templates together: a wallet is one person's.
    fn new(request: &PresentationRequest, now: Timestamp) -> Result<Self, WalletError> {
        let today = LocalDay::in_china(now).ok_or(PresentError::OutsidePeriod)?;
        let of = |role| TaggedHash::new(role).uint(u64::from(today.day().number()));
        Ok(Self { day: of("face-counter").bytes(), request: of("face-request").part(&request.to_bytes()).bytes() })
    }
}

impl Wallet {
    /// How many faces a wallet compares on one day, with all its templates and by all who ask
    /// together.
    pub const FACES_A_DAY: u32 = FACES_A_DAY;

    /// Counts the comparison of a face that the user agreed to, and stages the count: until it is
    /// stored nothing is compared, and [`Wallet::present`] refuses ([`PresentError::NotCounted`]).
    /// Everything else about the request is reviewed before it counts. An answer, a refusal, a
    /// decoy and a device that does not answer count alike, and a request that is asked again on
    /// the same day counts once.
    ///
    /// # Errors
    /// Those of [`Wallet::present`] but for what comes of the comparison and of the device, with
    /// [`PresentError::FacesUsedUp`] after [`Wallet::FACES_A_DAY`];
    /// [`PresentError::UnknownAttribute`] for a request that is not about a face;
    /// [`WalletError::Full`], [`WalletError::VersionsUsedUp`].
    pub fn count_face(
        &mut self,
        consent: &WalletConsent,
        now: Timestamp,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_>, WalletError> {
        let request = consent.request();
        if request.face().is_none() {
            return Err(PresentError::UnknownAttribute.into());
        }
        self.check_still(consent, self.planned_faces(request, now), now)?;
        let counters = Counters::new(request, now)?;
        let mut state = self.state.share();
        state.uses.forget_before(now);
        if state.uses.count(&counters.request) == 0 {
            let until = Timestamp::from_secs(now.as_secs().saturating_add(KEPT));
            let count = state.uses.count(&counters.day).saturating_add(1);
            state.uses.set(counters.day, count, until)?;
            state.uses.set(counters.request, count, until)?;
        }
        self.stage_state(state, (), rng)
    }

    /// What is known of the count before a comparison, which is counted first.
    pub(super) fn planned_faces(&self, request: &PresentationRequest, now: Timestamp) -> FaceCount {
        let Ok(counters) = Counters::new(request, now) else { return FaceCount::Unknown };
        let counted = self.state.uses.count(&counters.request).checked_sub(1);
        FaceCount::Planned(counted.unwrap_or_else(|| self.state.uses.count(&counters.day)))
    }

    /// The same for an answer, which takes that the comparison is counted.
    pub(super) fn counted_faces(&self, request: &PresentationRequest, now: Timestamp) -> FaceCount {
        let Ok(counters) = Counters::new(request, now) else { return FaceCount::Unknown };
        let counted = self.state.uses.count(&counters.request).checked_sub(1);
        counted.map_or(FaceCount::Unknown, FaceCount::Counted)
    }
}

//! How often faces are compared (spec 11 §9): each comparison is counted before it is made, as
//! how the holder goes on tells its outcome.

use rand_core::CryptoRngCore;

use super::uses::{Counter, UseMemory};
use super::{Staged, Wallet, WalletError};
use crate::calendar::{LocalDay, Timestamp};
use crate::codec::Message;
use crate::credential::Credential;
use crate::group::TaggedHash;
use crate::presentation::{FACES_A_DAY, PresentError, PresentationRequest};

/// For how long counts are kept: longer than any day.
const KEPT: u64 = 2 * 86_400;

/// What the comparisons of one day are counted under, and that of one request among them.
struct Counters {
    day: Counter,
    request: Counter,
}

impl Counters {
    /// By the pseudonym secret, which a template keeps when it is issued anew.
    fn new(request: &PresentationRequest, credential: &Credential, now: Timestamp) -> Result<Self, WalletError> {
        let today = LocalDay::in_china(now).ok_or(PresentError::OutsidePeriod)?;
        let of = |role| {
            let hash = TaggedHash::new(role).part(credential.pseudonym.expose().as_bytes().as_slice());
            hash.uint(u64::from(today.day().number()))
        };
        let request = of("face-request").part(&request.to_bytes()).bytes();
        Ok(Self { day: of("face-counter").bytes(), request })
    }

    /// How many were counted before this request's, if that is.
    fn before(&self, uses: &UseMemory) -> Option<u32> {
        (uses.count(&self.request) > 0).then(|| uses.count(&self.day).saturating_sub(1))
    }
}

impl Wallet {
    /// How many faces a wallet compares with one template on one day, by all who ask together.
    pub const FACES_A_DAY: u32 = FACES_A_DAY;

    /// Counts a request about a face before its answer is looked at, and stages the count: until it
    /// is stored no review compares the face ([`PresentError::NotCounted`]). An answer, a refusal
    /// and a decoy count alike, and a request that is asked again on the same day counts once.
    ///
    /// # Errors
    /// [`WalletError::Present`] with [`PresentError::FacesUsedUp`] after
    /// [`Wallet::FACES_A_DAY`]; [`PresentError::Probe`] for a request that asks for something else
    /// than a face, which counts for nothing, and [`PresentError::WrongIssuer`] or
    /// [`PresentError::UnknownAttribute`] for one that is not of a face of this wallet's;
    /// [`WalletError::Full`], [`WalletError::VersionsUsedUp`].
    pub fn count_face(
        &mut self,
        request: &PresentationRequest,
        now: Timestamp,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_>, WalletError> {
        let credentials = self.chosen(request)?;
        let (place, face) = request.face().ok_or(PresentError::UnknownAttribute)?;
        let credential = *credentials.get(place).ok_or(PresentError::CredentialCount)?;
        face.check_probe(credential.parameters().schema()).map_err(PresentError::Probe)?;
        let counters = Counters::new(request, credential, now)?;
        let mut state = self.state.share();
        state.uses.forget_before(now);
        if counters.before(&state.uses).is_none() {
            if state.uses.count(&counters.day) >= FACES_A_DAY {
                return Err(PresentError::FacesUsedUp.into());
            }
            let until = Timestamp::from_secs(now.as_secs().saturating_add(KEPT));
            state.uses.add(counters.day, until)?;
            state.uses.add(counters.request, until)?;
        }
        self.stage_state(state, (), rng)
    }

    /// How many faces were compared today before the one that this request is about, if it was
    /// counted.
    pub(super) fn faces(&self, request: &PresentationRequest, now: Timestamp) -> Option<u32> {
        let (place, _) = request.face()?;
        let query = request.credentials().get(place)?;
        let credential = self.credentials().find(|held| query.is_for(held.parameters()))?;
        Counters::new(request, credential, now).ok()?.before(&self.state.uses)
    }
}

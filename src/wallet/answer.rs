//! How a wallet answers requests (spec 11 §3.4).

use alloc::vec::Vec;

use rand_core::CryptoRngCore;

use super::shows::Counter;
use super::{SeenHeads, Staged, Wallet, WalletError};
use crate::calendar::Timestamp;
use crate::certificate::SignedRequest;
use crate::credential::Credential;
use crate::device::Device;
use crate::list::CosignedHeads;
use crate::presentation::{
    Consent, CredentialQuestion, Known, PresentError, Presentation, PresentationRequest, decoy, obstacle, present,
    present_chosen, review, show_counter,
};
use crate::set::VerifiedCodeSet;

/// Whether a credential of the wallet can answer a question of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The place of the question in the request.
    pub question: usize,
    /// The place of the credential in the wallet.
    pub credential: usize,
    /// Why it cannot, if so. It is for the holder alone.
    pub obstacle: Option<WalletError>,
}

impl Wallet {
    /// The credentials that a request is for, each for the question at its place; none for one that no wallet answers (check 12-46).
    pub(super) fn chosen(&self, request: &PresentationRequest) -> Result<Vec<&Credential>, PresentError> {
        request.check_set_modes()?;
        let of = |question: &CredentialQuestion| {
            self.credentials().find(|held| question.is_for(held.parameters())).ok_or(PresentError::WrongIssuer)
        };
        request.credentials().iter().map(of).collect()
    }

    /// What the shows of a request with a limit are counted under.
    fn counter(request: &PresentationRequest, credentials: &[&Credential]) -> Option<(Counter, Timestamp)> {
        credentials.iter().enumerate().find_map(|(place, credential)| show_counter(request, place, credential))
    }

    fn shows(&self, counter: Option<(Counter, Timestamp)>) -> Option<u32> {
        counter.map(|(counter, _)| self.state.shows.count(&counter))
    }

    /// Whether the issuers' keys count and the heads were seen.
    pub(super) fn check_inputs(
        &self,
        credentials: &[&Credential],
        heads: &[&SeenHeads],
        now: Timestamp,
    ) -> Result<(), WalletError> {
        credentials.iter().try_for_each(|credential| self.counting(credential.parameters(), now).map(|_| ()))?;
        heads.iter().try_for_each(|heads| self.has_seen(heads))
    }

    /// Runs with what the wallet knows besides its credentials.
    pub(super) fn with_known<T>(
        &self,
        request: &PresentationRequest,
        credentials: &[&Credential],
        heads: &[&SeenHeads],
        sets: &[&VerifiedCodeSet],
        run: impl FnOnce(&Known<'_>) -> Result<T, PresentError>,
    ) -> Result<T, WalletError> {
        let heads: Vec<&CosignedHeads> = heads.iter().map(|heads| &***heads).collect();
        let shows = self.shows(Self::counter(request, credentials));
        let known = Known::at(&heads).with_sets(sets).with_auditors_of(self.directory()?);
        Ok(run(&known.with_shows_unchecked(shows))?)
    }

    /// Says of each question of a request and each credential whether the one can answer the other, and why not.
    ///
    /// # Errors
    /// [`WalletError::NoDirectory`].
    pub fn candidates(
        &self,
        request: &PresentationRequest,
        heads: &[&SeenHeads],
        sets: &[&VerifiedCodeSet],
        now: Timestamp,
    ) -> Result<Vec<Candidate>, WalletError> {
        let directory = self.directory()?;
        let known_heads: Vec<&CosignedHeads> = heads.iter().map(|heads| &***heads).collect();
        let mut candidates = Vec::new();
        for question in 0..request.credentials().len() {
            for (place, credential) in self.credentials().enumerate() {
                let shows = self.shows(show_counter(request, question, credential));
                let known =
                    Known::at(&known_heads).with_sets(sets).with_auditors_of(directory).with_shows_unchecked(shows);
                let in_period = shows.map_or_else(|| request.check_window(now), |_| request.check_period(now));
                let in_period = in_period.and_then(|()| request.check_set_modes());
                let obstacle = in_period
                    .and_then(|()| obstacle(request, question, credential, &known))
                    .map_err(WalletError::Present)
                    .and_then(|()| self.counting(credential.parameters(), now).map(|_| ()))
                    .and_then(|()| heads.iter().try_for_each(|heads| self.has_seen(heads)));
                candidates.push(Candidate { question, credential: place, obstacle: obstacle.err() });
            }
        }
        Ok(candidates)
    }

    /// Verifies a signed request under the authority of the wallet's directory (spec 15 §4) and reviews it as [`Wallet::review`] does.
    /// This is the entry for what a desk shows: the name was given to it by the authority, and it may ask what it asks.
    ///
    /// # Errors
    /// [`WalletError::NoDirectory`]; [`WalletError::Certificate`] as [`SignedRequest::verify`] says, with
    /// [`OverAsking`](crate::certificate::OverAsking) for the part that is too much; those of [`Wallet::review`].
    pub fn review_certified(
        &self,
        request: &SignedRequest,
        heads: &[&SeenHeads],
        sets: &[&VerifiedCodeSet],
        now: Timestamp,
    ) -> Result<Consent, WalletError> {
        let certified = request.verify(self.directory()?, now)?;
        self.review(&certified, heads, sets, now).map(Consent::certified)
    }

    /// Reviews a request that the host vouches for: nothing here says who made it, or that they may ask. For one that a desk shows
    /// there is [`Wallet::review_certified`].
    ///
    /// Reviews it as [`review`] does, with the credentials that it is for, the auditors of the directory, and the
    /// wallet's own count of shows.
    ///
    /// # Errors
    /// [`WalletError::NoDirectory`]; [`WalletError::IssuerDoesNotCount`]; [`WalletError::NotSeen`]; [`WalletError::Present`] with
    /// [`PresentError::WrongIssuer`] without such a credential, and as [`review`] says.
    pub fn review(
        &self,
        request: &PresentationRequest,
        heads: &[&SeenHeads],
        sets: &[&VerifiedCodeSet],
        now: Timestamp,
    ) -> Result<Consent, WalletError> {
        let credentials = self.chosen(request)?;
        self.check_inputs(&credentials, heads, now)?;
        let consent =
            self.with_known(request, &credentials, heads, sets, |known| review(request, &credentials, known))?;
        consent.request().check_period(now)?;
        Ok(consent)
    }

    /// Answers in form alone, as [`decoy`] does, a request that the wallet cannot answer. Nothing changes, so nothing is stored, and no ticket is
    /// used.
    ///
    /// # Errors
    /// [`WalletError::NoDirectory`]; those of [`decoy`] as [`WalletError::Present`], with [`PresentError::WrongIssuer`] without such a
    /// credential: its schema it must have.
    pub fn decoy(
        &self,
        request: &PresentationRequest,
        heads: &[&SeenHeads],
        sets: &[&VerifiedCodeSet],
        rng: &mut impl CryptoRngCore,
    ) -> Result<Presentation, WalletError> {
        let credentials = self.chosen(request)?;
        heads.iter().try_for_each(|heads| self.has_seen(heads))?;
        self.with_known(request, &credentials, heads, sets, |known| decoy(&credentials, request, known, rng))
    }

    /// Answers a request without a limit and without tickets that the user agreed to, as [`present`] does. Nothing changes, so nothing is
    /// stored.
    ///
    /// # Errors
    /// Those of [`present`], and [`PresentError::NotCounted`] or [`PresentError::NoTicket`] for a request with a limit or tickets, which takes
    /// [`Wallet::present_staged`].
    pub fn present(
        &self,
        consent: Consent,
        device: &mut impl Device,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Presentation, PresentError> {
        let credentials = self.chosen(consent.request())?;
        if Self::counter(consent.request(), &credentials).is_some() {
            return Err(PresentError::NotCounted);
        }
        present(&credentials, consent, Vec::new(), device, rng)
    }

    /// Answers a request that the user agreed to and stages what that uses up, a show and tickets: the presentation is the staged change's
    /// result, so it leaves once the change is stored, and nothing is used twice. Counts of periods that are over at `now` are forgotten.
    ///
    /// # Errors
    /// Those of [`present`] as [`WalletError::Present`], with [`PresentError::NoTicket`] where a ticket is missing: the wallet never answers in
    /// another way instead; [`PresentError::LimitReached`] also where the last show was used since the
    /// review; [`WalletError::Full`] with as many limits as a wallet counts; [`WalletError::VersionsUsedUp`].
    pub fn present_staged(
        &mut self,
        mut consent: Consent,
        now: Timestamp,
        device: &mut impl Device,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_, Presentation>, WalletError> {
        let credentials = self.chosen(consent.request())?;
        consent.request().check_period(now)?;
        let mut state = self.state.share();
        if let Some((counter, until)) = Self::counter(consent.request(), &credentials) {
            state.shows.forget_before(now);
            // Another consent for the same limit may have been answered since this one was reviewed.
            consent.recount(state.shows.count(&counter));
            state.shows.add(counter, until)?;
        }
        let mut tickets = Vec::new();
        for wanted in consent.tickets(&credentials)? {
            let place = state.tickets.iter().position(|stored| stored.serves(&wanted)).ok_or(PresentError::NoTicket)?;
            tickets.push(state.tickets.remove(place).duplicate());
        }
        let presentation = present_chosen(&credentials, consent, tickets, device, rng)?;
        self.stage_state(state, presentation, rng)
    }
}

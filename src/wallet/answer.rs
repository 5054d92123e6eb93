//! How a wallet answers requests (spec 11 §3.4).

use alloc::vec::Vec;

use rand_core::CryptoRngCore;

use super::consent::Basis;
use super::uses::Counter;
use super::{SeenHeads, Staged, Wallet, WalletConsent, WalletError};
use crate::calendar::Timestamp;
use crate::certificate::SignedRequest;
use crate::credential::Credential;
use crate::device::Device;
use crate::list::CosignedHeads;
use crate::presentation::{
    Consent, CredentialQuery, FaceCount, PresentError, Presentation, PresentationRequest, WalletContext,
    check_provable, decoyable, present_chosen, present_decoy, provable, use_counter,
};
use crate::set::VerifiedCodeSet;

/// Whether a credential of the wallet can answer a query of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The place of the query in the request.
    pub query: usize,
    /// The place of the credential in the wallet.
    pub credential: usize,
    /// Why it cannot, if so. It is for the holder alone.
    pub obstacle: Option<WalletError>,
}

impl Wallet {
    /// The credentials that a request is for, each for the query at its place; none for one that no
    /// wallet answers (check 12-28).
    pub(super) fn chosen(&self, request: &PresentationRequest) -> Result<Vec<&Credential>, PresentError> {
        request.check_set_modes()?;
        let of = |query: &CredentialQuery| {
            self.credentials().find(|held| query.is_for(held.parameters())).ok_or(PresentError::WrongIssuer)
        };
        request.credentials().iter().map(of).collect()
    }

    /// What the uses of a request with a limit are counted under.
    fn counter(request: &PresentationRequest, credentials: &[&Credential]) -> Option<(Counter, Timestamp)> {
        credentials.iter().enumerate().find_map(|(place, credential)| use_counter(request, place, credential))
    }

    fn uses(&self, counter: Option<(Counter, Timestamp)>) -> Option<u32> {
        counter.map(|(counter, _)| self.state.uses.count(&counter))
    }

    /// [`Wallet::check_ways`], of the credentials that a request is for.
    fn check_all_ways(&self, request: &PresentationRequest) -> Result<(), WalletError> {
        request.credentials().iter().try_for_each(|query| {
            let place = self.credentials().position(|held| query.is_for(held.parameters()));
            self.check_ways(place.ok_or(WalletError::UnknownCredential)?, query)
        })
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
        faces: FaceCount,
        run: impl FnOnce(&WalletContext<'_>) -> Result<T, PresentError>,
    ) -> Result<T, WalletError> {
        let heads: Vec<&CosignedHeads> = heads.iter().map(|heads| &***heads).collect();
        let uses = self.uses(Self::counter(request, credentials));
        let digits = self.known_digits()?;
        let known = WalletContext::at(&heads).with_sets(sets).with_digits_unchecked(&digits);
        let known = known.with_auditors_of(self.directory()?);
        Ok(run(&known.with_uses_unchecked(uses).with_faces(faces))?)
    }

    /// Says of each query of a request and each credential whether the one can answer the other,
    /// and why not.
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
        let (directory, digits) = (self.directory()?, self.known_digits()?);
        let known_heads: Vec<&CosignedHeads> = heads.iter().map(|heads| &***heads).collect();
        let mut candidates = Vec::new();
        for (query, asked) in request.credentials().iter().enumerate() {
            for (place, credential) in self.credentials().enumerate() {
                let uses = self.uses(use_counter(request, query, credential));
                let known = WalletContext::at(&known_heads)
                    .with_sets(sets)
                    .with_digits_unchecked(&digits)
                    .with_auditors_of(directory)
                    .with_uses_unchecked(uses)
                    .with_faces(self.planned_faces(request, now));
                let in_period = uses.map_or_else(|| request.check_window(now), |_| request.check_period(now));
                let in_period = in_period.and_then(|()| request.check_set_modes());
                let obstacle = in_period
                    .and_then(|()| check_provable(request, query, credential, &known, now))
                    .map_err(WalletError::Present)
                    .and_then(|()| self.check_ways(place, asked))
                    .and_then(|()| self.counting(credential.parameters(), now).map(|_| ()))
                    .and_then(|()| heads.iter().try_for_each(|heads| self.has_seen(heads)));
                candidates.push(Candidate { query, credential: place, obstacle: obstacle.err() });
            }
        }
        Ok(candidates)
    }

    /// Reviews a request afresh: whatever may change between a review and an answer is looked at
    /// here (checks 11-41, 11-22, 11-23, 11-28). A face is compared where that was counted.
    pub(super) fn examine(
        &self,
        request: &PresentationRequest,
        basis: &Basis,
        faces: FaceCount,
        now: Timestamp,
    ) -> Result<Consent, WalletError> {
        match &basis.certified {
            Some(certified) => certified.certificate().check(self.directory()?, now)?,
            None => request.check_uncertified()?,
        }
        let credentials = self.chosen(request)?;
        let (heads, sets): (Vec<_>, Vec<_>) = (basis.heads.iter().collect(), basis.sets.iter().collect());
        self.check_inputs(&credentials, &heads, now)?;
        let consent = self.with_known(request, &credentials, &heads, &sets, faces, |known| match basis.decoy {
            true => decoyable(request, &credentials, known),
            false => Ok(provable(request, &credentials, known)?),
        })?;
        request.check_period(now)?;
        if !basis.decoy {
            consent.check_recent(&credentials, now)?;
            self.check_all_ways(request)?;
        }
        match &basis.certified {
            Some(certified) => {
                certified.check_disclosures(self.directory()?, &consent.sets().collect::<Vec<_>>())?;
                Ok(consent.certified())
            }
            None => Ok(consent),
        }
    }

    /// Verifies a signed request under the authority of the wallet's directory (spec 15 §4), and
    /// reviews it with the credentials that it is for, the auditors of the directory, and the
    /// wallet's own count of uses. The name was given to the desk by the authority, and it may ask
    /// what it asks. A face is not compared yet: [`Wallet::count_face`].
    ///
    /// # Errors
    /// [`WalletError::NoDirectory`]; [`WalletError::Certificate`] as [`SignedRequest::verify`]
    /// says, with [`OverAsking`](crate::certificate::OverAsking) for the part that is too much;
    /// [`WalletError::IssuerDoesNotCount`]; [`WalletError::NotSeen`]; [`WalletError::Present`] with
    /// [`PresentError::WrongIssuer`] without such a credential, and as
    /// [`review`](crate::presentation::review) says.
    pub fn review(
        &self,
        request: &SignedRequest,
        heads: &[&SeenHeads],
        sets: &[&VerifiedCodeSet],
        now: Timestamp,
    ) -> Result<WalletConsent, WalletError> {
        self.review_signed(request, Basis::new(heads, sets, false), now)
    }

    /// Reviews a request that the host vouches for: nothing here says who made it, or that they may
    /// ask. It asks all lists of a credential or none, and stands for a day at most.
    ///
    /// # Errors
    /// Those of [`Wallet::review`] but for certificates; [`PresentError::SomeLists`] and
    /// [`PresentError::LongWindow`] as [`WalletError::Present`].
    pub fn review_uncertified(
        &self,
        request: &PresentationRequest,
        heads: &[&SeenHeads],
        sets: &[&VerifiedCodeSet],
        now: Timestamp,
    ) -> Result<WalletConsent, WalletError> {
        self.consent_to(request, Basis::new(heads, sets, false), now)
    }

    /// Reviews a signed request that the wallet may answer, for a user who cannot, or does not want
    /// to, and would stand out by no answer: what is presented of this consent is a decoy (spec 06
    /// §3.1). Its user reads the same, its device is asked the same, and it is presented in the
    /// same way.
    ///
    /// # Errors
    /// Those of [`Wallet::review`] but for what the credentials hold and whether they are on their
    /// lists; [`PresentError::Discloses`].
    pub fn review_for_decoy(
        &self,
        request: &SignedRequest,
        heads: &[&SeenHeads],
        sets: &[&VerifiedCodeSet],
        now: Timestamp,
    ) -> Result<WalletConsent, WalletError> {
        self.review_signed(request, Basis::new(heads, sets, true), now)
    }

    /// As [`Wallet::review_for_decoy`], of a request that the host vouches for.
    ///
    /// # Errors
    /// Those of [`Wallet::review_uncertified`] but for what the credentials hold and whether they
    /// are on their lists; [`PresentError::Discloses`].
    pub fn review_for_decoy_uncertified(
        &self,
        request: &PresentationRequest,
        heads: &[&SeenHeads],
        sets: &[&VerifiedCodeSet],
        now: Timestamp,
    ) -> Result<WalletConsent, WalletError> {
        self.consent_to(request, Basis::new(heads, sets, true), now)
    }

    fn review_signed(
        &self,
        request: &SignedRequest,
        basis: Basis,
        now: Timestamp,
    ) -> Result<WalletConsent, WalletError> {
        let certified = request.verify(self.directory()?, now)?;
        self.consent_to(certified.request(), Basis { certified: Some(certified.clone()), ..basis }, now)
    }

    /// Answers a request without a limit and without tickets that the user agreed to, after
    /// reviewing it once more. Nothing changes, so nothing is stored. A face is compared here, once
    /// [`Wallet::count_face`] counted it.
    ///
    /// # Errors
    /// [`WalletError::NotReviewedHere`] for a consent of another wallet;
    /// [`WalletError::ConsentLapsed`] for one of more than ten minutes ago or that would read
    /// otherwise by now; those of its review; [`PresentError::WrongDevice`] and
    /// [`PresentError::Device`]; [`PresentError::AnotherFace`]; [`PresentError::NotCounted`] for a
    /// face that is not counted, and for a limit; [`PresentError::NoTicket`] for tickets: these two
    /// take [`Wallet::present_staged`].
    pub fn present(
        &self,
        consent: WalletConsent,
        now: Timestamp,
        device: &mut impl Device,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Presentation, WalletError> {
        let (consent, basis) = self.renewed(consent, now)?;
        let credentials = self.chosen(consent.request())?;
        if Self::counter(consent.request(), &credentials).is_some() {
            return Err(PresentError::NotCounted.into());
        }
        if consent.request().ticket_count() > 0 {
            return Err(PresentError::NoTicket.into());
        }
        let present = |device, rng| {
            if basis.decoy {
                present_decoy(&credentials, consent, device, rng)
            } else {
                present_chosen(&credentials, consent, Vec::new(), device, rng)
            }
        };
        Ok(present(device, rng)?)
    }

    /// Answers a request that the user agreed to, after reviewing it once more, and stages what
    /// that uses up, a use and tickets: the presentation is the staged change's result, so it
    /// leaves once the change is stored, and nothing is used twice. Counts of periods that are over
    /// at `now` are forgotten. A decoy uses up nothing, and is staged all the same.
    ///
    /// # Errors
    /// Those of [`Wallet::present`], with [`PresentError::NoTicket`] where a ticket is missing: the
    /// wallet never answers in another way instead; [`PresentError::LimitReached`] also where the
    /// last use was taken since the review; [`WalletError::Full`] with as many limits as a wallet
    /// counts; [`WalletError::VersionsUsedUp`].
    pub fn present_staged(
        &mut self,
        consent: WalletConsent,
        now: Timestamp,
        device: &mut impl Device,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_, Presentation>, WalletError> {
        let (consent, basis) = self.renewed(consent, now)?;
        let credentials = self.chosen(consent.request())?;
        let mut state = self.state.share();
        if basis.decoy {
            let presentation = present_decoy(&credentials, consent, device, rng)?;
            return self.stage_state(state, presentation, rng);
        }
        if let Some((counter, until)) = Self::counter(consent.request(), &credentials) {
            state.uses.forget_before(now);
            state.uses.add(counter, until)?;
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

impl Basis {
    fn new(heads: &[&SeenHeads], sets: &[&VerifiedCodeSet], decoy: bool) -> Self {
        let heads = heads.iter().copied().cloned().collect();
        Self { heads, sets: sets.iter().copied().cloned().collect(), certified: None, decoy, prepared: None }
    }
}

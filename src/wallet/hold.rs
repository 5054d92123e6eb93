//! What a wallet does with what it holds (spec 11 §3).

use alloc::sync::Arc;
use alloc::vec::Vec;

use rand_core::CryptoRngCore;

use super::state::{Held, MAX_CREDENTIALS, ShardMemory, are_alike, duplicate};
use super::{SeenHeads, Staged, Wallet, WalletError};
use crate::calendar::Timestamp;
use crate::codec::Sent;
use crate::credential::{
    Credential, CredentialOffer, CredentialRequest, CredentialResponse, IssuanceError, IssuerParameters, RequestState,
    request,
};
use crate::device::Device;
use crate::directory::{DirectoryError, VerifiedDirectory};
use crate::list::{
    CatchUp, EpochProofs, IssuedWitness, ListClass, ListError, MembershipWitness, Shard, SuspendedCatchUp,
};
use crate::presentation::{CredentialQuery, PresentError, are_of_issuer};

/// The place of a class in pairs of status and flag.
const fn place_of(class: ListClass) -> usize {
    match class {
        ListClass::Status => 0,
        ListClass::Flag => 1,
    }
}

impl Wallet {
    /// The credentials. Where a method takes a place, it is counted here, from 0.
    ///
    /// They are for looking at. What [`Credential`] itself can do knows no directory and no memory
    /// of heads: ask the wallet instead.
    #[must_use]
    pub fn credentials(&self) -> impl ExactSizeIterator<Item = &Credential> {
        self.state.credentials.iter().map(|held| &held.credential)
    }

    /// The shard, once it is drawn or taken from the slot.
    #[must_use]
    pub const fn shard(&self) -> Option<Shard> {
        match self.state.shard {
            ShardMemory::Known(shard) => Some(shard),
            ShardMemory::ToDraw | ShardMemory::Forgotten => None,
        }
    }

    fn held(&self, place: usize) -> Result<&Held, WalletError> {
        self.state.credentials.get(place).map(|held| &**held).ok_or(WalletError::UnknownCredential)
    }

    /// Whether no list of this query is one of which an interrupted catch-up has read that the
    /// credential was removed (check 11-62).
    pub(super) fn check_ways(&self, place: usize, query: &CredentialQuery) -> Result<(), WalletError> {
        let held = self.held(place)?;
        query.lists.iter().try_for_each(|list| {
            let way = held.catching_up.get(place_of(list.name.class())).and_then(Option::as_ref);
            match way.and_then(SuspendedCatchUp::removed_since) {
                Some(since) => Err(PresentError::Removed { list: list.name.clone(), since }.into()),
                None => Ok(()),
            }
        })
    }

    fn under(&self, parameters: &IssuerParameters) -> Option<usize> {
        self.state.credentials.iter().position(|held| held.is_under(parameters))
    }

    /// The directory, if it says that this issuer key counts now.
    pub(super) fn counting(
        &self,
        parameters: &IssuerParameters,
        now: Timestamp,
    ) -> Result<&VerifiedDirectory, WalletError> {
        let directory = self.directory()?;
        if directory.is_issuer_valid_at(parameters, now) { Ok(directory) } else { Err(WalletError::IssuerDoesNotCount) }
    }

    /// Whether credentials under all of these parameters have a place, beside those that the wallet
    /// has and waits for.
    fn has_room_for(&self, parameters: &[&IssuerParameters]) -> bool {
        let mut places: Vec<&IssuerParameters> = self.credentials().map(Credential::parameters).collect();
        for new in self.awaited().map(RequestState::parameters).chain(parameters.iter().copied()) {
            if !places.iter().any(|taken| are_alike(taken, new)) {
                places.push(new);
            }
        }
        places.len() <= MAX_CREDENTIALS
    }

    /// The issuances that wait for their responses: each has its request, to be sent again.
    #[must_use]
    pub fn awaited(&self) -> impl ExactSizeIterator<Item = &RequestState> {
        self.state.awaited.iter().map(|state| &**state)
    }

    /// Asks for a credential. What the response will be received with is in the staged file, so the
    /// issuance goes on in another process ([`Wallet::awaited`]); so is the shard that the request
    /// names, drawn at the first one: an issuer that makes an issuance fail cannot have it drawn
    /// again. An issuance that waits under the same issuer key, version and schema is given up.
    ///
    /// What is to be sent is the staged change's result.
    ///
    /// # Errors
    /// [`WalletError::NoDirectory`], [`WalletError::IssuerDoesNotCount`]; [`WalletError::Issuance`]
    /// as [`request`] says, and for an offer that speaks of another number of shards than the
    /// directory; [`WalletError::Full`], [`WalletError::VersionsUsedUp`].
    pub fn request(
        &mut self,
        parameters: &IssuerParameters,
        offer: &CredentialOffer,
        now: Timestamp,
        device: &mut impl Device,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_, CredentialRequest>, WalletError> {
        if self.counting(parameters, now)?.shard_count() != offer.shard_count() {
            return Err(IssuanceError::ShardOutOfRange.into());
        }
        if !self.has_room_for(&[parameters]) {
            return Err(WalletError::Full);
        }
        let Sent { state: requested, message } =
            request(parameters, offer, self.state.shard.choice(), &self.state.recovery, device, rng)?;
        let mut state = self.state.share();
        state.shard = ShardMemory::Known(requested.shard());
        state.awaited.retain(|other| !are_alike(other.parameters(), parameters));
        state.awaited.push(Arc::new(requested));
        self.stage_state(state, message, rng)
    }

    /// Stages that an issuance under these parameters is given up.
    ///
    /// # Errors
    /// [`WalletError::NotRequestedHere`] if none waits; [`WalletError::VersionsUsedUp`].
    pub fn give_up(
        &mut self,
        parameters: &IssuerParameters,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_>, WalletError> {
        self.awaited_under(parameters)?;
        let mut state = self.state.share();
        state.awaited.retain(|other| !are_alike(other.parameters(), parameters));
        self.stage_state(state, (), rng)
    }

    /// Checks the response to the request that waits under these parameters, as
    /// [`RequestState::receive`] does, and stages the credential; the issuance ends in the same
    /// change. The credential takes the place of one under the same issuer key, version and schema,
    /// which a re-issue has voided, and that one's tickets and orders go; others stay. On an error
    /// the issuance goes on waiting.
    ///
    /// # Errors
    /// [`WalletError::NotRequestedHere`], [`WalletError::NotSeen`], [`WalletError::Issuance`],
    /// [`WalletError::VersionsUsedUp`].
    pub fn receive(
        &mut self,
        parameters: &IssuerParameters,
        response: &CredentialResponse,
        [status, flag]: [&SeenHeads; 2],
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_>, WalletError> {
        let requested = self.awaited_under(parameters)?;
        [status, flag].into_iter().try_for_each(|heads| self.has_seen(heads))?;
        let credential = requested.received(response, status, flag).map_err(IssuanceError::from)?;
        self.stage_received([credential], parameters, rng)
    }

    /// As [`Wallet::receive`], where the template of the holder's face came beside the card's
    /// credential, under the parameters of an issuer of its own (spec 04 §8.3): stages both, or
    /// none. The pairs are of the card and of the face, in this order.
    ///
    /// # Errors
    /// Those of [`Wallet::receive`]; [`WalletError::IssuerDoesNotCount`] of the templates' issuer;
    /// [`WalletError::Full`] with one place left; [`WalletError::Issuance`] as
    /// [`RequestState::receive_beside`] says.
    pub fn receive_with_face(
        &mut self,
        [card, face]: [&IssuerParameters; 2],
        (response, of_face): (&CredentialResponse, &CredentialResponse),
        [status, flag]: [&SeenHeads; 2],
        now: Timestamp,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_>, WalletError> {
        let requested = self.awaited_under(card)?;
        [status, flag].into_iter().try_for_each(|heads| self.has_seen(heads))?;
        self.counting(face, now)?;
        if !self.has_room_for(&[face]) {
            return Err(WalletError::Full);
        }
        let beside = requested.receive_beside(face, of_face, response, status, flag)?;
        let credential = requested.received(response, status, flag).map_err(IssuanceError::from)?;
        self.stage_received([credential, beside], card, rng)
    }

    fn awaited_under(&self, parameters: &IssuerParameters) -> Result<&RequestState, WalletError> {
        self.awaited().find(|state| are_alike(state.parameters(), parameters)).ok_or(WalletError::NotRequestedHere)
    }

    /// Stages credentials, each in the place of one under the same parameters, and that the
    /// issuance under these is over.
    fn stage_received<const N: usize>(
        &mut self,
        credentials: [Credential; N],
        of: &IssuerParameters,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_>, WalletError> {
        let mut state = self.state.share();
        state.awaited.retain(|waiting| !are_alike(waiting.parameters(), of));
        for credential in credentials {
            let place = self.under(credential.parameters());
            let held = Arc::new(Held { credential, catching_up: [None, None] });
            let Some(place) = place else {
                state.credentials.push(held);
                continue;
            };
            // What the old one's MAC was blinded for is of no use any more.
            state.forget_tickets(|covered| are_of_issuer(covered, held.credential.parameters()));
            *state.credentials.get_mut(place).ok_or(WalletError::UnknownCredential)? = held;
        }
        if state.credentials.len() > MAX_CREDENTIALS {
            return Err(WalletError::Full);
        }
        self.stage_state(state, (), rng)
    }

    /// Starts, or takes up again where it was interrupted, the way of the witness for the target's
    /// list to these heads.
    ///
    /// # Errors
    /// [`WalletError::UnknownCredential`]; [`WalletError::NotSeen`]; [`WalletError::NoDirectory`];
    /// [`WalletError::List`] as [`MembershipWitness::catch_up`] says.
    pub fn catch_up(&self, place: usize, target: &SeenHeads, proofs: EpochProofs) -> Result<CatchUp, WalletError> {
        let held = self.held(place)?;
        self.has_seen(target)?;
        let class = target.name().class();
        let keys = self.directory()?.list(target.name()).ok_or(DirectoryError::UnknownList)?;
        if let Some(Some(suspended)) = held.catching_up.get(place_of(class))
            && let Ok(catch_up) = duplicate(suspended).map_err(WalletError::Content)?.resume(keys, target, proofs)
        {
            return Ok(catch_up);
        }
        Ok(held.credential.witness(class).catch_up(keys, target, proofs)?)
    }

    /// Stages a changed credential.
    fn change(
        &mut self,
        place: usize,
        rng: &mut impl CryptoRngCore,
        change: impl FnOnce(&mut Held) -> Result<(), WalletError>,
    ) -> Result<Staged<'_>, WalletError> {
        let mut held = self.held(place)?.duplicate().map_err(WalletError::Content)?;
        let mut state = self.state.share();
        change(&mut held)?;
        *state.credentials.get_mut(place).ok_or(WalletError::UnknownCredential)? = Arc::new(held);
        self.stage_state(state, (), rng)
    }

    /// Stages a catch-up that is not done, so that the next one starts from there. If it passed an
    /// entry about the holder, former witnesses of the list are wiped, and while it stands at a
    /// removal no request that names the list is answered (check 11-62).
    ///
    /// # Errors
    /// [`WalletError::UnknownCredential`]; [`ListError::WrongHead`] for one that is not the way of
    /// this credential's witness; [`WalletError::VersionsUsedUp`].
    pub fn keep(
        &mut self,
        place: usize,
        suspended: SuspendedCatchUp,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_>, WalletError> {
        self.change(place, rng, |held| {
            let class = suspended.list().name.class();
            if !suspended.continues(held.credential.witness(class)) {
                return Err(ListError::WrongHead.into());
            }
            if suspended.has_passed_own() {
                held.credential.forget_former(class);
            }
            if let Some(own) = held.catching_up.get_mut(place_of(class)) {
                *own = Some(suspended);
            }
            Ok(())
        })
    }

    /// Stages that an interrupted catch-up is forgotten: the next one starts at the witness again.
    /// That is the way out where what was read turns out not to be the log that the cosigners
    /// signed: [`ListError::Forked`], or an epoch that does not follow.
    ///
    /// # Errors
    /// [`WalletError::UnknownCredential`]; [`WalletError::VersionsUsedUp`].
    pub fn start_over(
        &mut self,
        place: usize,
        class: ListClass,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_>, WalletError> {
        self.change(place, rng, |held| {
            held.catching_up.get_mut(place_of(class)).and_then(Option::take);
            Ok(())
        })
    }

    /// Stages the witness that a catch-up to these heads ended with.
    ///
    /// # Errors
    /// [`WalletError::UnknownCredential`]; [`WalletError::NotSeen`]; [`WalletError::List`] as
    /// [`Credential::adopt`] says, with [`ListError::WrongHead`] also for a witness that is not at
    /// these heads; [`WalletError::VersionsUsedUp`].
    pub fn adopt(
        &mut self,
        place: usize,
        witness: MembershipWitness,
        heads: &SeenHeads,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_>, WalletError> {
        self.has_seen(heads)?;
        let class = witness.list().name.class();
        if heads.head(witness.list().shard)? != witness.head() {
            return Err(ListError::WrongHead.into());
        }
        self.change(place, rng, |held| {
            held.credential.adopt(witness)?;
            held.catching_up.get_mut(place_of(class)).and_then(Option::take);
            Ok(())
        })
    }

    /// Stages a fresh witness from the owner of a list. It tells the owner who asks.
    ///
    /// # Errors
    /// [`WalletError::UnknownCredential`]; [`WalletError::NotSeen`]; [`WalletError::List`] as
    /// [`MembershipWitness::renew`] says; [`WalletError::VersionsUsedUp`].
    pub fn renew(
        &mut self,
        place: usize,
        issued: &IssuedWitness,
        heads: &SeenHeads,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_>, WalletError> {
        self.has_seen(heads)?;
        let class = heads.name().class();
        self.change(place, rng, |held| {
            held.credential.renew(class, issued, heads)?;
            let way = held.catching_up.get_mut(place_of(class)).and_then(Option::take);
            if way.is_some_and(|way| way.has_passed_own()) {
                held.credential.forget_former(class);
            }
            Ok(())
        })
    }

    /// Stages the wallet without this credential and the tickets and orders for its issuer's key.
    ///
    /// # Errors
    /// [`WalletError::UnknownCredential`]; [`WalletError::VersionsUsedUp`].
    pub fn forget(&mut self, place: usize, rng: &mut impl CryptoRngCore) -> Result<Staged<'_>, WalletError> {
        let held = self.held(place)?;
        let mut state = self.state.share();
        state.forget_tickets(|covered| are_of_issuer(covered, held.credential.parameters()));
        state.credentials.remove(place);
        self.stage_state(state, (), rng)
    }
}

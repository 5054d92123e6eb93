//! What a wallet does with what it holds (spec 11 §3).

use alloc::sync::Arc;

use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::state::{Held, MAX_CREDENTIALS, ShardMemory, State};
use super::{NotReceived, SeenHeads, Staged, Wallet, WalletError};
use crate::calendar::Timestamp;
use crate::codec::{Reader, Sent, Writer};
use crate::credential::{
    Credential, CredentialOffer, CredentialRequest, CredentialResponse, IssuanceError, IssuerParameters, RequestState,
    request,
};
use crate::device::Device;
use crate::directory::{DirectoryError, VerifiedDirectory};
use crate::list::{
    CatchUp, EpochProofs, IssuedWitness, ListClass, ListError, MembershipWitness, Shard, SuspendedCatchUp,
};

/// The place of a class in pairs of status and flag.
const fn place_of(class: ListClass) -> usize {
    match class {
        ListClass::Status => 0,
        ListClass::Flag => 1,
    }
}

/// A second copy, made on purpose: following consumes one, and the wallet keeps the other until the
/// way is done.
fn duplicate(suspended: &SuspendedCatchUp) -> Result<SuspendedCatchUp, WalletError> {
    let mut writer = Writer::new(&[]);
    suspended.write(&mut writer);
    SuspendedCatchUp::read(&mut Reader::new(&Zeroizing::new(writer.into_bytes()))).map_err(WalletError::Content)
}

/// The same credential with the same catch-ups, to be changed.
fn duplicate_held(held: &Held) -> Result<Held, WalletError> {
    let credential = held.credential.duplicate().map_err(WalletError::Content)?;
    let [status, flag] = held.catching_up.each_ref().map(|suspended| suspended.as_ref().map(duplicate).transpose());
    Ok(Held { credential, catching_up: [status?, flag?] })
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

    /// Whether credentials under all of these parameters together have a place.
    fn has_room_for(&self, parameters: &[&IssuerParameters]) -> bool {
        let new = parameters.iter().filter(|parameters| self.under(parameters).is_none()).count();
        self.state.credentials.len() + new <= MAX_CREDENTIALS
    }

    /// Asks for a credential. The shard that the request names, drawn at the first one, is in the
    /// staged file: an issuer that makes an issuance fail cannot have it drawn again.
    ///
    /// What is to be sent is the staged change's result; its state is not written, so an issuance
    /// does not survive the process.
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
    ) -> Result<Staged<'_, Sent<RequestState, CredentialRequest>>, WalletError> {
        if self.counting(parameters, now)?.shard_count() != offer.shard_count() {
            return Err(IssuanceError::ShardOutOfRange.into());
        }
        if !self.has_room_for(&[parameters]) {
            return Err(WalletError::Full);
        }
        let requested = request(parameters, offer, self.state.shard.choice(), &self.state.recovery, device, rng)?;
        let mut state = self.state.share();
        state.shard = ShardMemory::Known(requested.state.shard());
        self.stage_state(state, requested, rng)
    }

    /// Checks a response as [`RequestState::receive`] does, and stages the credential. It takes the
    /// place of one under the same issuer key, version and schema, which a re-issue has voided, and
    /// that one's tickets go; others stay.
    ///
    /// # Errors
    /// [`NotReceived`] with the request's state: [`WalletError::NotSeen`],
    /// [`WalletError::NotRequestedHere`], [`WalletError::Full`], [`WalletError::Issuance`],
    /// [`WalletError::VersionsUsedUp`].
    #[allow(clippy::result_large_err, reason = "the error gives the state back")]
    pub fn receive(
        &mut self,
        requested: RequestState,
        response: &CredentialResponse,
        status: &SeenHeads,
        flag: &SeenHeads,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_>, NotReceived> {
        let state = match self.prepare(&requested, [status, flag]) {
            Ok(state) => state,
            Err(error) => return Err(NotReceived { state: Some(requested), error }),
        };
        match requested.receive(response, status, flag) {
            Ok(credential) => self.stage_received(state, [credential], rng),
            Err(failed) => Err(NotReceived { state: Some(failed.state), error: failed.error.into() }),
        }
    }

    /// As [`Wallet::receive`], where the template of the holder's face came beside the card's
    /// credential, under the parameters of an issuer of its own (spec 04 §8.3): stages both, or
    /// none.
    ///
    /// # Errors
    /// Those of [`Wallet::receive`]; [`WalletError::IssuerDoesNotCount`] of the templates' issuer;
    /// [`WalletError::Issuance`] as [`RequestState::receive_beside`] says.
    #[allow(clippy::result_large_err, reason = "the error gives the state back")]
    pub fn receive_with_face(
        &mut self,
        requested: RequestState,
        (response, face): (&CredentialResponse, &CredentialResponse),
        parameters: &IssuerParameters,
        [status, flag]: [&SeenHeads; 2],
        now: Timestamp,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_>, NotReceived> {
        let received = self.prepare(&requested, [status, flag]).and_then(|state| {
            self.counting(parameters, now)?;
            // Before the state is used up: a wallet with one place left keeps it.
            if !self.has_room_for(&[requested.parameters(), parameters]) {
                return Err(WalletError::Full);
            }
            Ok((state, requested.receive_beside(parameters, face, response, status, flag)?))
        });
        let (state, beside) = match received {
            Ok(received) => received,
            Err(error) => return Err(NotReceived { state: Some(requested), error }),
        };
        match requested.receive(response, status, flag) {
            Ok(credential) => self.stage_received(state, [credential, beside], rng),
            Err(failed) => Err(NotReceived { state: Some(failed.state), error: failed.error.into() }),
        }
    }

    /// Stages credentials, each in the place of one under the same parameters.
    #[allow(clippy::result_large_err, reason = "the error could give a state back")]
    fn stage_received<const N: usize>(
        &mut self,
        mut state: State,
        credentials: [Credential; N],
        rng: &mut impl CryptoRngCore,
    ) -> Result<Staged<'_>, NotReceived> {
        for credential in credentials {
            let place = self.under(credential.parameters());
            let held = Arc::new(Held { credential, catching_up: [None, None] });
            let has_room = state.credentials.len() < MAX_CREDENTIALS;
            match place.and_then(|place| state.credentials.get_mut(place)) {
                Some(old) => {
                    // What the old one's MAC was blinded for is of no use any more.
                    state.tickets.retain(|stored| !stored.is_of_issuer(old.credential.parameters()));
                    *old = held;
                }
                None if has_room => state.credentials.push(held),
                None => return Err(NotReceived { state: None, error: WalletError::Full }),
            }
        }
        self.stage_state(state, (), rng).map_err(|error| NotReceived { state: None, error })
    }

    /// What can be refused before the response is looked at.
    fn prepare(&self, requested: &RequestState, heads: [&SeenHeads; 2]) -> Result<State, WalletError> {
        if !requested.is_of(&self.state.recovery) || self.shard() != Some(requested.shard()) {
            return Err(WalletError::NotRequestedHere);
        }
        if !self.has_room_for(&[requested.parameters()]) {
            return Err(WalletError::Full);
        }
        self.handed_out.next().ok_or(WalletError::VersionsUsedUp)?;
        heads.into_iter().try_for_each(|heads| self.has_seen(heads))?;
        Ok(self.state.share())
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
            && let Ok(catch_up) = duplicate(suspended)?.resume(keys, target, proofs)
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
        let mut held = duplicate_held(self.held(place)?)?;
        let mut state = self.state.share();
        change(&mut held)?;
        *state.credentials.get_mut(place).ok_or(WalletError::UnknownCredential)? = Arc::new(held);
        self.stage_state(state, (), rng)
    }

    /// Stages a catch-up that is not done, so that the next one starts from there.
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
            held.catching_up.get_mut(place_of(class)).and_then(Option::take);
            Ok(())
        })
    }

    /// Stages the wallet without this credential and the tickets for its issuer's key.
    ///
    /// # Errors
    /// [`WalletError::UnknownCredential`]; [`WalletError::VersionsUsedUp`].
    pub fn forget(&mut self, place: usize, rng: &mut impl CryptoRngCore) -> Result<Staged<'_>, WalletError> {
        let held = self.held(place)?;
        let mut state = self.state.share();
        state.tickets.retain(|stored| !stored.is_of_issuer(held.credential.parameters()));
        state.credentials.remove(place);
        self.stage_state(state, (), rng)
    }
}

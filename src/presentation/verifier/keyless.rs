//! A desk that verifies by itself, with public keys alone (spec 06 §7, spec 14 §6).
//!
//! It needs what everybody may have: issuers' keys, lists' keys and the heads of today that a
//! quorum of cosigners signed. So it works offline, and a thief of it makes no credential. What it
//! can check are requests of which every key is verified by a ticket; of one that a key holder
//! would have to verify it refuses every answer, and of one with an escrow, which only a platform's
//! verdict lets auditors open.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use super::answer::Rows;
use super::batch::{DecodedCall, Item, vartime_check, vartime_check_all};
use super::epochs::KnownEpoch;
use super::error::{PlatformError, Unsettled};
use super::replay::{AsyncReplayRegister, Recorded, RegisterFailure, ReplayRegister, ToRecord};
use super::swap::Swap;
use super::trust_store::{IndexAllocator, TrustStore};
use crate::calendar::Timestamp;
use crate::credential::IssuerParameters;
use crate::directory::VerifiedDirectory;
use crate::error::{Refused, refused};
use crate::list::{CosignedHeads, Freshness, ListKeys, ListName, VerifiedHeads};
use crate::presentation::desk::{Outcome, PendingRequest, StandingAnswer};
use crate::presentation::request::PresentationRequest;
use crate::set::VerifiedCodeSet;

/// Requests with a nonce, and what came back for each.
type AnsweredRequests = Vec<(PendingRequest, Vec<u8>)>;

/// Verifies presentations with tickets. It holds no secret, and one register of what must not count
/// twice: tickets, uses under a limit, presentations for a window. As a
/// [`Platform`](crate::presentation::Platform), everything takes it shared.
pub struct KeylessVerifier<R> {
    trust_store: Swap<TrustStore>,
    register: R,
}

impl<R> fmt::Debug for KeylessVerifier<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeylessVerifier({:?})", self.trust_store.get().issuers())
    }
}

impl<R> KeylessVerifier<R> {
    /// A verifier that goes by this version of the directory.
    pub fn new(directory: &VerifiedDirectory, freshness: Freshness, register: R) -> Self {
        Self { trust_store: Swap::new(TrustStore::new(freshness, Some(directory.clone()))), register }
    }

    /// The same, where no directory says which issuer keys and lists there are; see
    /// [`Platform::without_directory`](crate::presentation::Platform::without_directory).
    pub fn without_directory(freshness: Freshness, register: R) -> Self {
        Self { trust_store: Swap::new(TrustStore::new(freshness, None)), register }
    }

    /// Puts what `change` makes of a copy of what is known in its place.
    fn update(&self, change: impl Fn(&mut TrustStore) -> Result<(), PlatformError>) -> Result<(), PlatformError> {
        self.trust_store.update(|known| {
            let mut next = known.clone();
            change(&mut next).map(|()| next)
        })
    }

    /// What it remembers.
    pub const fn register(&self) -> &R {
        &self.register
    }

    /// Adds an issuer key. If a directory is adopted, the key counts when that says so.
    ///
    /// # Errors
    /// [`PlatformError::Issuer`].
    pub fn add_issuer(&self, parameters: IssuerParameters) -> Result<(), PlatformError> {
        self.update(|known| known.add_issuer(parameters.clone()))
    }

    /// Goes by a version of the directory from now on; see
    /// [`Platform::adopt`](crate::presentation::Platform::adopt).
    ///
    /// # Errors
    /// [`PlatformError::OldDirectory`] or [`PlatformError::List`].
    pub fn adopt(&self, directory: &VerifiedDirectory) -> Result<(), PlatformError> {
        self.update(|known| known.adopt(directory))
    }

    /// Adds a list: one of the directory's, if one is adopted.
    ///
    /// # Errors
    /// [`PlatformError::List`].
    pub fn add_list(&self, keys: ListKeys) -> Result<(), PlatformError> {
        self.update(|known| known.add_list(keys.clone()))
    }

    /// Adds a set of codes.
    ///
    /// # Errors
    /// [`PlatformError::Set`].
    pub fn add_set(&self, set: VerifiedCodeSet) -> Result<(), PlatformError> {
        self.update(|known| known.add_set(set.clone()))
    }

    /// The epochs that are known, list by list, the newest of each last: for desks, which ask under
    /// one that counts, and for who watches whether the next one is late.
    #[must_use]
    pub fn known_epochs(&self, now: Timestamp) -> Vec<KnownEpoch> {
        self.trust_store.get().epochs(now)
    }

    /// The newest heads of a list that were taken: the next epoch follows them
    /// ([`Wanted::epoch_after`](crate::published::Wanted::epoch_after)).
    #[must_use]
    pub fn newest_heads(&self, list: &ListName) -> Option<Arc<VerifiedHeads>> {
        self.trust_store.get().newest_heads(list)
    }

    /// Takes an epoch that a quorum of cosigners signed; the one before counts for the time of
    /// grace from now on.
    ///
    /// # Errors
    /// [`PlatformError::List`], [`PlatformError::OldEpoch`], [`PlatformError::Equivocation`] or
    /// [`PlatformError::Future`].
    pub fn accept_heads(&self, heads: &CosignedHeads, now: Timestamp) -> Result<(), PlatformError> {
        let heads = Arc::new(VerifiedHeads::clone(heads));
        self.trust_store.update(|known| known.with_heads(&heads, now))
    }

    /// Checks everything of these answers but what the register says.
    fn check<'a>(&self, asked: impl Iterator<Item = Answered<'a>>, now: Timestamp) -> CheckedAnswers {
        let known = self.trust_store.get();
        let read: Vec<Result<DecodedCall, Refused>> = asked.map(|one| one.read()).collect();
        let mut allocator = IndexAllocator::default();
        let mut items = Vec::with_capacity(read.len());
        for call in &read {
            items.push(
                call.as_ref().map_err(|refused| *refused).and_then(|call| item(&known, call, now, &mut allocator)),
            );
        }
        let good = match items.as_slice() {
            [one] => alloc::vec![one.as_ref().is_ok_and(|item| vartime_check(item, &[]).is_ok())],
            items => vartime_check_all(items, &[]),
        };
        let mut rows = Rows::default();
        let mut verified = Vec::with_capacity(read.len());
        for ((call, item), good) in read.iter().zip(&items).zip(good) {
            let to_record = match (call, item) {
                // When it was verified first is nothing that an outcome says.
                (Ok(call), Ok(item)) if good => {
                    known.to_record(call, item, now).ok().map(|row| ToRecord { first: None, ..row })
                }
                _ => None,
            };
            verified.push(to_record.is_some());
            rows.push(to_record);
        }
        drop(items);
        let calls = read.into_iter().zip(verified).map(|(call, good)| call.ok().filter(|_| good)).collect();
        CheckedAnswers { rows, calls }
    }
}

/// An escrow is opened on a platform's word, and there is none here: what could never be opened is
/// not taken.
fn item<'a>(
    known: &'a TrustStore,
    call: &'a DecodedCall,
    now: Timestamp,
    allocator: &mut IndexAllocator,
) -> Result<Item<'a>, Refused> {
    if call.request.escrow().is_some() { Err(refused!("06-47")) } else { known.item(call, now, allocator) }
}

/// A request of this verifier's own, with what came back for it.
struct Answered<'a> {
    request: &'a PresentationRequest,
    presentation: &'a [u8],
    nonce: Option<[u8; 16]>,
}

impl<'a> Answered<'a> {
    const fn once(asked: &'a PendingRequest, presentation: &'a [u8]) -> Self {
        Self { request: asked.message(), presentation, nonce: None }
    }

    fn standing(answer: &'a StandingAnswer) -> Self {
        Self { request: answer.message(), presentation: answer.presentation(), nonce: Some(answer.nonce()) }
    }

    fn read(&self) -> Result<DecodedCall, Refused> {
        DecodedCall::answered(self.request, self.presentation, self.nonce)
    }
}

/// Answers whose proofs are checked, before anybody is told.
struct CheckedAnswers {
    rows: Rows,
    /// Those that are good.
    calls: Vec<Option<DecodedCall>>,
}

impl CheckedAnswers {
    fn to_record(&self) -> &[ToRecord] {
        self.rows.to_record()
    }

    fn conclude<E>(self, recorded: &[Recorded]) -> Result<Vec<Outcome>, RegisterFailure<E>> {
        let settled = self.rows.settle(recorded)?;
        let outcome = |(call, recorded)| match (call, recorded) {
            (Some(DecodedCall { request, presentation, .. }), Recorded::All { .. }) => {
                Outcome::verified(&request, presentation)
            }
            _ => Outcome::refused(),
        };
        Ok(self.calls.into_iter().zip(settled).map(outcome).collect())
    }
}

impl<R: ReplayRegister> KeylessVerifier<R> {
    /// Settles a request with a nonce by the bytes that the phone sent, whatever they are.
    ///
    /// # Errors
    /// [`Unsettled`]: there is none; it has the request, to settle it again by the same bytes.
    pub fn conclude(
        &self,
        asked: PendingRequest,
        presentation: &[u8],
        now: Timestamp,
    ) -> Result<Outcome, Unsettled<PendingRequest, R::Error>> {
        match self.settle(core::iter::once(Answered::once(&asked, presentation)), now) {
            Ok(outcomes) => Ok(only(outcomes)),
            Err(error) => Err(Unsettled { asked: asked.into(), error }),
        }
    }

    /// Settles one answer to a request for a time window.
    ///
    /// # Errors
    /// [`Unsettled`]: there is no outcome; it has the answer, to settle it again.
    pub fn conclude_standing(
        &self,
        answer: StandingAnswer,
        now: Timestamp,
    ) -> Result<Outcome, Unsettled<StandingAnswer, R::Error>> {
        match self.settle(core::iter::once(Answered::standing(&answer)), now) {
            Ok(outcomes) => Ok(only(outcomes)),
            Err(error) => Err(Unsettled { asked: answer.into(), error }),
        }
    }

    /// Settles many pending requests at once, faster each, with the outcomes that they would have
    /// one after the other.
    ///
    /// # Errors
    /// [`Unsettled`], of all.
    pub fn conclude_batch(
        &self,
        asked: AnsweredRequests,
        now: Timestamp,
    ) -> Result<Vec<Outcome>, Unsettled<AnsweredRequests, R::Error>> {
        let settled = self.settle(asked.iter().map(|(asked, bytes)| Answered::once(asked, bytes)), now);
        settled.map_err(|error| Unsettled { asked: asked.into(), error })
    }

    /// Settles many answers to requests for a time window at once, with the outcomes that they
    /// would have one after the other.
    ///
    /// # Errors
    /// [`Unsettled`], of all.
    pub fn conclude_standing_batch(
        &self,
        answers: Vec<StandingAnswer>,
        now: Timestamp,
    ) -> Result<Vec<Outcome>, Unsettled<Vec<StandingAnswer>, R::Error>> {
        let settled = self.settle(answers.iter().map(Answered::standing), now);
        settled.map_err(|error| Unsettled { asked: answers.into(), error })
    }

    fn settle<'a>(
        &self,
        asked: impl Iterator<Item = Answered<'a>>,
        now: Timestamp,
    ) -> Result<Vec<Outcome>, RegisterFailure<R::Error>> {
        let checked = self.check(asked, now);
        let recorded = match checked.to_record() {
            [] => Vec::new(),
            answers => self.register.record(answers).map_err(RegisterFailure::Register)?,
        };
        checked.conclude(&recorded)
    }
}

/// The outcome of one answer that was settled.
fn only(mut outcomes: Vec<Outcome>) -> Outcome {
    outcomes.pop().unwrap_or(Outcome::refused())
}

impl<R: AsyncReplayRegister> KeylessVerifier<R> {
    /// [`KeylessVerifier::conclude_batch`], for a register that does not wait. Requests and answers
    /// stay with the caller, whatever becomes of the future: on an error, or where it was dropped,
    /// they are settled again together. Each is dropped with its outcome; another answer to it is
    /// another guest.
    ///
    /// # Errors
    /// [`RegisterFailure`], of all.
    pub async fn conclude_batch_async(
        &self,
        asked: &[(PendingRequest, Vec<u8>)],
        now: Timestamp,
    ) -> Result<Vec<Outcome>, RegisterFailure<R::Error>> {
        self.settle_async(self.check(asked.iter().map(|(asked, bytes)| Answered::once(asked, bytes)), now)).await
    }

    /// [`KeylessVerifier::conclude_standing_batch`], for a register that does not wait. The answers
    /// stay with the caller, as there.
    ///
    /// # Errors
    /// [`RegisterFailure`], of all.
    pub async fn conclude_standing_batch_async(
        &self,
        answers: &[StandingAnswer],
        now: Timestamp,
    ) -> Result<Vec<Outcome>, RegisterFailure<R::Error>> {
        self.settle_async(self.check(answers.iter().map(Answered::standing), now)).await
    }

    async fn settle_async(&self, checked: CheckedAnswers) -> Result<Vec<Outcome>, RegisterFailure<R::Error>> {
        let recorded = match checked.to_record() {
            [] => Vec::new(),
            answers => self.register.record(answers).await.map_err(RegisterFailure::Register)?,
        };
        checked.conclude(&recorded)
    }
}

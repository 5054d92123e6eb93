//! Which numbered check refuses: for tests and for conformance. Nobody else is told, as an answer
//! would tell a flagged holder from a forger (spec 06 §7).
//!
//! A typed error says it where its variant is one check ([`check_of`]). Where a receiver refuses by
//! one opaque value, or by one variant for several checks, the functions here receive as it does.

mod at_rest;
mod registry;

pub use at_rest::{backup_passcode, new_passcode, of_review, open_backup, open_device, open_wallet, passcode_cost};
pub use registry::{Step, of_registry};

use alloc::vec::Vec;

use rand_core::CryptoRngCore;

use crate::calendar::Timestamp;
use crate::certificate::{CertifiedRequest, DeskCertificate, SignedRequest};
use crate::codec::Message;
use crate::credential::{
    Credential, CredentialRequest, CredentialResponse, IssuanceError, IssuerParameters, OfferState, RequestState,
};
use crate::directory::{DirectoryDigest, DirectoryError, Equivocation, Offender, SignedDirectory, VerifiedDirectory};
pub use crate::error::check::{Check, Numbered};
use crate::error::{Refusal, check, refused};
use crate::list::{
    CatchUp, CosignedHeadSet, CosignedHeads, Cosigners, EpochUpdate, Head, HeadSet, ListKeys, LogAuditor,
    MembershipWitness, Progress, SignedHead, SuspendedCatchUp, VerifiedHeads,
};
pub use crate::presentation::TellsTaken;
use crate::presentation::{
    AwaitingVerdict, Consent, CredentialQuery, Outcome, Platform, PlatformPublicKey, PresentationRequest,
    RegisterFailure, VerdictMessage, WalletContext,
};
use crate::registry::{AdmittedQuestion, CardAnswer, CardQuestion, CardQuestionState, CardStanding, Registry};
use crate::set::{CodeSet, DigitSet, VerifiedCodeSet, VerifiedDigitSet};
use crate::signature::RoleKey;
use crate::symbol::{BlindState, Symbol, SymbolKind, SymbolPublicKey, SymbolRequest, SymbolResponse};

/// The check that an error stands for; none where its variant stands for several, or for none that
/// is numbered.
#[must_use]
pub fn check_of(error: &impl Numbered) -> Option<Check> {
    error.check()
}

/// Reads a message as [`Message::from_bytes`].
///
/// # Errors
/// The check that refuses the bytes, of spec 01 §5.3 or of the message's own document.
pub fn decode<M: Message>(bytes: &[u8]) -> Result<M, Check> {
    crate::codec::decode(bytes).map_err(|refusal| refusal.check)
}

/// Who reads messages of one type, and drops them.
pub type Decoder = fn(&[u8]) -> Result<(), Check>;

/// That of this type.
///
/// # Errors
/// As [`decode`].
pub fn decodes<M: Message>(bytes: &[u8]) -> Result<(), Check> {
    crate::codec::refused_by::<M>(bytes)
}

/// That of a type of what is stored, by its name in spec 01 §5.1: rows of registries, and the
/// content of wallets.
#[must_use]
pub fn stored_decoder(name: &str) -> Option<Decoder> {
    if name == "WalletState" { Some(crate::wallet::decodes_state) } else { crate::registry::alone::decoder(name) }
}

/// Holds a request against the schemas of the issuers that it asks, as whoever has their parameters
/// does before anything else (spec 06 §2, spec 12 §1.2 and §12.1).
///
/// # Errors
/// The check that refuses: 06-10 to 06-12, 12-6, 12-15, 12-46, 12-61, 12-62, 12-67 or 12-68.
pub fn check_schemas(request: &PresentationRequest, issuers: &[IssuerParameters]) -> Result<(), Option<Check>> {
    let known = |query: &CredentialQuery| issuers.iter().find(|issuer| query.is_for(issuer));
    request.fits(|query| known(query).ok_or(refused!("06-10"))).map_err(|refused| refused.check())
}

/// An answer, and the check by which it refuses, if it does.
pub type Answer = (VerdictMessage, Option<Check>);

/// Answers calls as [`Platform::answer_batch`], and says by which check each is refused that is.
///
/// # Errors
/// As [`Platform::answer_batch`].
pub fn answer<R: TellsTaken>(
    platform: &Platform<R>,
    calls: &[&[u8]],
    now: Timestamp,
) -> Result<Vec<Answer>, RegisterFailure<R::Error>> {
    platform.answer_with_checks(calls, now)
}

/// Takes a verdict as [`AwaitingVerdict::conclude`].
///
/// # Errors
/// The check that refuses: 06-32 to 06-35.
pub fn conclude(
    awaiting: &AwaitingVerdict,
    verdict: &VerdictMessage,
    platform: &PlatformPublicKey,
) -> Result<Outcome, Option<Check>> {
    awaiting.settle(verdict, |key| *key == platform.to_bytes()).map_err(|refused| refused.check())
}

/// Reviews a request as [`review_any_lists`](super::review_any_lists).
///
/// # Errors
/// The check that refuses, of those of a request's form; none for a state of the holder that is
/// not numbered.
pub fn review(
    request: &PresentationRequest,
    credentials: &[&Credential],
    known: &WalletContext<'_>,
) -> Result<Consent, Option<Check>> {
    crate::presentation::provable(request, credentials, known).map_err(number)
}

/// Checks a set of codes as [`CodeSet::verify`].
///
/// # Errors
/// 12-21.
pub fn code_set(set: &CodeSet) -> Result<VerifiedCodeSet, Option<Check>> {
    set.check().map_err(number)
}

/// Checks digits as [`DigitSet::verify`].
///
/// # Errors
/// 12-48.
pub fn digit_set(set: &DigitSet) -> Result<VerifiedDigitSet, Option<Check>> {
    set.check().map_err(number)
}

/// Verifies a head as [`SignedHead::verify`].
///
/// # Errors
/// The check that refuses, of 07-12 to 07-16 and 07-48.
pub fn head<'a>(signed: &'a SignedHead, keys: &ListKeys) -> Result<&'a Head, Option<Check>> {
    signed.verify_by_check(keys).map_err(number)
}

/// Verifies heads as [`HeadSet::verify`].
///
/// # Errors
/// The check that refuses, of 07-12 to 07-19 and 07-48.
pub fn head_set(heads: &HeadSet, keys: &ListKeys) -> Result<VerifiedHeads, Option<Check>> {
    heads.verify_by_check(keys).map_err(number)
}

/// Verifies cosigned heads as [`CosignedHeadSet::verify`].
///
/// # Errors
/// The check that refuses, of those of [`head_set`] and 07-43 to 07-45.
pub fn cosigned_heads(
    heads: &CosignedHeadSet,
    keys: &ListKeys,
    cosigners: &Cosigners,
    now: Timestamp,
) -> Result<CosignedHeads, Option<Check>> {
    heads.verify_by_check(keys, cosigners, now).map_err(number)
}

/// Verifies an epoch as [`EpochUpdate::verify`].
///
/// # Errors
/// The check that refuses, of those of [`head`] and 07-3 to 07-11.
pub fn update<'a>(update: &'a EpochUpdate, before: &Head, keys: &ListKeys) -> Result<&'a Head, Option<Check>> {
    update.verify_by_check(before, keys).map_err(|refusal| {
        // One sum has both equations of the proof.
        let first = update.head().verify_by_check(keys).err();
        number(first.unwrap_or(refusal))
    })
}

/// Reads an epoch as [`LogAuditor::follow`].
///
/// # Errors
/// The check that refuses, of those of [`head_set`] and [`update`] and 07-34 to 07-37.
pub fn audit<'a>(
    auditor: &'a mut LogAuditor,
    heads: &HeadSet,
    updates: &[EpochUpdate],
) -> Result<&'a VerifiedHeads, Option<Check>> {
    auditor.follow_by_check(heads, updates).map_err(number)
}

/// Reads an epoch as [`CatchUp::follow`].
///
/// # Errors
/// The check that refuses, of those of [`update`] and 07-22 to 07-24.
pub fn catch_up(
    catch_up: &mut CatchUp,
    epoch: EpochUpdate,
    rng: &mut impl CryptoRngCore,
) -> Result<Progress, Option<Check>> {
    catch_up.follow_by_check(epoch, rng).map_err(number)
}

/// Ends a catch-up as [`CatchUp::finish`].
///
/// # Errors
/// The check that refuses, of those of [`catch_up()`].
pub fn caught_up(catch_up: CatchUp, rng: &mut impl CryptoRngCore) -> Result<MembershipWitness, Option<Check>> {
    catch_up.finish_by_check(rng).map_err(number)
}

/// Reads a file of the log as [`CatchUp::follow_segment`].
///
/// # Errors
/// The check that refuses: 07-47, 07-54, those of spec 01 §5.3, and those of [`catch_up()`].
pub fn catch_up_file(
    catch_up: &mut CatchUp,
    file: &[u8],
    rng: &mut impl CryptoRngCore,
) -> Result<Progress, Option<Check>> {
    catch_up.follow_segment_by_check(file, rng).map_err(number)
}

/// Stops a catch-up as [`CatchUp::suspend`].
///
/// # Errors
/// The check that refuses, of those of [`catch_up()`].
pub fn suspend(catch_up: CatchUp, rng: &mut impl CryptoRngCore) -> Result<SuspendedCatchUp, Option<Check>> {
    catch_up.suspend_by_check(rng).map_err(number)
}

/// Checks cosigned heads as [`VerifiedDirectory::verify_heads`].
///
/// # Errors
/// The check that refuses: 11-38, and those of [`cosigned_heads`].
pub fn verify_heads(
    directory: &VerifiedDirectory,
    heads: &CosignedHeadSet,
    now: Timestamp,
) -> Result<CosignedHeads, Option<Check>> {
    directory.verify_heads_by_check(heads, now).map_err(number)
}

/// Takes an epoch as [`Platform::accept_epoch`].
///
/// # Errors
/// The check that refuses: 06-37 to 06-41, and those of [`head_set`] and [`update`].
pub fn accept_epoch<R>(
    platform: &Platform<R>,
    heads: &HeadSet,
    updates: &[EpochUpdate],
    now: Timestamp,
) -> Result<VerifiedHeads, Option<Check>> {
    platform.accept_epoch_while(heads, updates, now, || ()).map_err(number)
}

/// Pins a version of the directory as [`SignedDirectory::pin`].
///
/// # Errors
/// The check that refuses: 09-9, 09-10 or 09-21.
pub fn pin(signed: &SignedDirectory, digest: &DirectoryDigest) -> Result<VerifiedDirectory, Option<Check>> {
    signed.pin_by_check(digest).map_err(number)
}

/// Follows the directory as [`VerifiedDirectory::follow`].
///
/// # Errors
/// The check that refuses, of 09-11 to 09-21.
pub fn follow(known: &VerifiedDirectory, next: &SignedDirectory) -> Result<VerifiedDirectory, Option<Check>> {
    known.follow_by_check(next).map_err(number)
}

/// Decodes and verifies evidence as [`Equivocation::verify`].
///
/// # Errors
/// The check that refuses, of 09-28 to 09-32.
pub fn equivocation(bytes: &[u8], directory: &VerifiedDirectory) -> Result<Offender, Check> {
    let evidence = Equivocation::from_bytes(bytes).map_err(|_| check!("09-28"))?;
    evidence.verify(directory).map_err(|error| match error {
        DirectoryError::NoContradiction => check!("09-29"),
        DirectoryError::UnknownList | DirectoryError::UnknownSigner => check!("09-30"),
        DirectoryError::List(_) => check!("09-31"),
        _ => check!("09-32"),
    })
}

/// Checks a desk's certificate as [`DeskCertificate::check`].
///
/// # Errors
/// The check that refuses: 15-10 to 15-12.
pub fn certificate(
    certificate: &DeskCertificate,
    directory: &VerifiedDirectory,
    now: Timestamp,
) -> Result<(), Option<Check>> {
    certificate.count_by_check(directory, now).map_err(number)
}

/// Verifies a signed request as [`SignedRequest::verify`].
///
/// # Errors
/// The check that refuses, of 15-10 to 15-15.
pub fn signed_request(
    request: &SignedRequest,
    directory: &VerifiedDirectory,
    now: Timestamp,
) -> Result<CertifiedRequest, Option<Check>> {
    request.verify_by_check(directory, now).map_err(number)
}

/// Takes a question about a card as [`Registry::admit`].
///
/// # Errors
/// The check that refuses, of 10-49 to 10-52, 15-10 to 15-12 and 15-20.
pub fn admit<K: RoleKey>(
    registry: &Registry<K>,
    question: CardQuestion,
    directory: &VerifiedDirectory,
    now: Timestamp,
) -> Result<AdmittedQuestion, Option<Check>> {
    registry.admit_by_check(question, directory, now).map_err(number)
}

/// Takes the answer to a question about a card as [`CardQuestionState::receive`].
///
/// # Errors
/// The check that refuses: 10-54 or 10-55.
pub fn card_answer(
    state: CardQuestionState,
    answer: &CardAnswer,
    now: Timestamp,
) -> Result<CardStanding, Option<Check>> {
    state.receive_by_check(answer, now).map_err(number)
}

/// Checks a request for a credential as [`OfferState::accept`].
///
/// # Errors
/// The check that refuses, of 04-11 to 04-15, 04-27 and 04-28.
pub fn accept(state: &OfferState, request: &CredentialRequest) -> Result<(), Option<Check>> {
    state.check(request).map_err(number)
}

/// Checks a response as [`RequestState::receive`].
///
/// # Errors
/// The check that refuses, of 04-17 to 04-22.
pub fn receive(
    state: &RequestState,
    response: &CredentialResponse,
    status: &CosignedHeads,
    flag: &CosignedHeads,
) -> Result<Credential, Option<Check>> {
    state.received(response, status, flag).map_err(number)
}

/// By which check an offer is refused, of an error of [`request`](crate::credential::request).
#[must_use]
pub const fn of_offer(error: &IssuanceError) -> Option<Check> {
    match error {
        IssuanceError::WrongIssuer => Some(check!("04-8")),
        IssuanceError::ShardOutOfRange => Some(check!("04-9")),
        _ => None,
    }
}

/// Finishes a symbol as [`BlindState::finalize`].
///
/// # Errors
/// The check that refuses: 03-1 or 03-2.
pub fn finalize<K: SymbolKind>(
    state: BlindState<K>,
    response: &SymbolResponse,
    key: &SymbolPublicKey,
) -> Result<Symbol<K>, Option<Check>> {
    state.receive(response, key).map_err(number)
}

/// Whether a response is the evaluation of this request under the key (spec 03 §4.3), for whoever
/// has not the blind.
///
/// # Errors
/// 03-1 or 03-2.
pub fn evaluation(
    request: &SymbolRequest,
    response: &SymbolResponse,
    key: &SymbolPublicKey,
) -> Result<(), Option<Check>> {
    response.check(request, key).map_err(|refused| refused.check())
}

fn number<E>(refusal: Refusal<E>) -> Option<Check> {
    refusal.check.given()
}

//! Which numbered check refuses: for tests and for conformance. Nobody else is told, as an answer
//! would tell a flagged holder from a forger (spec 06 §7).
//!
//! A typed error says it where its variant is one check ([`check_of`]). Where a receiver refuses by
//! one opaque value, or by one variant for several checks, the functions here receive as it does.

use alloc::vec::Vec;

use crate::calendar::Timestamp;
use crate::codec::Message;
use crate::credential::Credential;
pub use crate::error::check::{Check, Numbered};
pub use crate::presentation::TellsTaken;
use crate::presentation::{
    AwaitingVerdict, Consent, Outcome, Platform, PlatformPublicKey, PresentationRequest, RegisterFailure,
    VerdictMessage, WalletContext,
};
use crate::set::{CodeSet, DigitSet, VerifiedCodeSet, VerifiedDigitSet};

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
    crate::presentation::provable(request, credentials, known).map_err(|refusal| refusal.check.given())
}

/// Checks a set of codes as [`CodeSet::verify`].
///
/// # Errors
/// 12-21.
pub fn code_set(set: &CodeSet) -> Result<VerifiedCodeSet, Option<Check>> {
    set.check().map_err(|refusal| refusal.check.given())
}

/// Checks digits as [`DigitSet::verify`].
///
/// # Errors
/// 12-48.
pub fn digit_set(set: &DigitSet) -> Result<VerifiedDigitSet, Option<Check>> {
    set.check().map_err(|refusal| refusal.check.given())
}

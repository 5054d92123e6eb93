//! Which check of spec 10 a registry's transition is refused by.

use super::{Check, check_of};
use crate::credential::IssuanceError;
use crate::error::check;
use crate::registry::RegistryError;

/// Which transition refuses: several share an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// [`Registry::offer`](crate::registry::Registry::offer).
    Offer,
    /// [`Registry::flag_registration`](crate::registry::Registry::flag_registration).
    Settle,
    /// [`Registry::complete`](crate::registry::Registry::complete).
    Complete,
    /// [`Registry::report`](crate::registry::Registry::report).
    Report,
    /// [`Registry::joining`](crate::registry::Registry::joining) and
    /// [`Registry::unite`](crate::registry::Registry::unite).
    Union,
    /// [`Registry::look_up`](crate::registry::Registry::look_up).
    LookUp,
}

/// The check that an error stands for where this transition refuses by it; none for an error of the
/// list's log (spec 10 §6) or of the holder of a key.
#[must_use]
pub fn of_registry(error: RegistryError, step: Step) -> Option<Check> {
    use RegistryError as Error;
    Some(match (error, step) {
        (Error::UnknownPerson | Error::UnknownCard | Error::PersonReplaced, Step::LookUp) => check!("10-58"),
        // What an offer is refused for may have come to hold since.
        (
            Error::CardOfAnotherSlot
            | Error::CardReplaced
            | Error::AlreadyEnrolled
            | Error::NotEnrolled
            | Error::WrongCard
            | Error::SuspendedCredential
            | Error::CardExpired
            | Error::CardLost
            | Error::CardNotNew
            | Error::UnknownCard,
            Step::Complete,
        ) => check!("10-19"),
        (Error::Issuance(IssuanceError::Values(_)), _) => check!("10-20"),
        (Error::Issuance(_), Step::Settle | Step::Complete) => check!("10-17"),
        (Error::UnknownPerson, Step::Offer) => check!("10-3"),
        (Error::CardReplaced, Step::Offer) => check!("10-6"),
        (Error::NotEnrolled, Step::Offer) => check!("10-8"),
        (Error::CardExpired, Step::Offer) => check!("10-11"),
        (Error::UnknownCard, Step::Offer) => check!("10-13"),
        (Error::CounterExhausted, Step::Offer) => check!("10-14"),
        (Error::CounterExhausted, Step::Complete) => check!("10-23"),
        (Error::UnknownCard | Error::CardReplaced, Step::Report) => check!("10-24"),
        (Error::UnknownPerson, Step::Report) => check!("10-25"),
        (Error::NotEnrolled, Step::Report) => check!("10-26"),
        (Error::UnknownPerson, Step::Union) => check!("10-28"),
        (Error::NotEnrolled, Step::Union) => check!("10-30"),
        _ => return check_of(&error),
    })
}

//! Why a registry refuses.

use core::fmt;

use crate::credential::IssuanceError;
use crate::list::ListError;

/// Why the machine of slots refuses a transition (spec 10 §2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistryError {
    /// Another request was made under this idempotency key.
    KeyReused,
    /// No slot has this person symbol.
    UnknownPerson,
    /// No credential was issued on this card.
    UnknownCard,
    /// The name that was drawn for a new slot is another slot's; ask again.
    SlotTaken,
    /// The slot has a credential: it moves or is issued again.
    AlreadyEnrolled,
    /// The slot has no credential yet.
    NotEnrolled,
    /// The credential was issued on another card.
    WrongCard,
    /// The card is another slot's.
    CardOfAnotherSlot,
    /// The card was replaced by a newer one.
    CardReplaced,
    /// The card is reported lost.
    CardLost,
    /// The card has expired.
    CardExpired,
    /// A reason to suspend the credential is open.
    SuspendedCredential,
    /// The reason is open already.
    ReasonAlreadyOpen,
    /// The reason is not open.
    ReasonNotOpen,
    /// The slot's credential is of another generation.
    WrongGeneration,
    /// The slot has no open offer.
    OfferUnknown,
    /// The offer's time is over.
    OfferExpired,
    /// The flag registry's answer is about another list, person or shard.
    WrongFlagAnswer,
    /// The document is this slot's already.
    AlreadyLinked,
    /// The person symbol is another slot's.
    PersonOfAnotherSlot,
    /// The slot has as many documents as a slot can have.
    TooManyDocuments,
    /// A generation or reset counter is at its end.
    CounterExhausted,
    /// The time is none that a credential can state.
    Clock,
    /// The request, the values or the key version are refused.
    Issuance(IssuanceError),
    /// The status list refuses.
    List(ListError),
}

impl From<IssuanceError> for RegistryError {
    fn from(error: IssuanceError) -> Self {
        Self::Issuance(error)
    }
}

impl From<ListError> for RegistryError {
    fn from(error: ListError) -> Self {
        Self::List(error)
    }
}

impl fmt::Display for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeyReused => "another request was made under this idempotency key",
            Self::UnknownPerson => "no slot has this person symbol",
            Self::UnknownCard => "no credential was issued on this card",
            Self::SlotTaken => "the name that was drawn for a slot is taken",
            Self::AlreadyEnrolled => "the slot has a credential",
            Self::NotEnrolled => "the slot has no credential yet",
            Self::WrongCard => "the credential was issued on another card",
            Self::CardOfAnotherSlot => "the card is another slot's",
            Self::CardReplaced => "the card was replaced by a newer one",
            Self::CardLost => "the card is reported lost",
            Self::CardExpired => "the card has expired",
            Self::SuspendedCredential => "the credential is suspended",
            Self::ReasonAlreadyOpen => "the reason is open already",
            Self::ReasonNotOpen => "the reason is not open",
            Self::WrongGeneration => "the credential is of another generation",
            Self::OfferUnknown => "the slot has no open offer",
            Self::OfferExpired => "the offer's time is over",
            Self::WrongFlagAnswer => "the flag registry's answer is about another list, person or shard",
            Self::AlreadyLinked => "the document is this slot's already",
            Self::PersonOfAnotherSlot => "the person symbol is another slot's",
            Self::TooManyDocuments => "the slot has as many documents as it can",
            Self::CounterExhausted => "a counter is at its end",
            Self::Clock => "the time is none that a credential can state",
            Self::Issuance(error) => return error.fmt(f),
            Self::List(error) => return error.fmt(f),
        })
    }
}

impl core::error::Error for RegistryError {}

/// Why the machine of flags refuses a transition (spec 10 §3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FlagError {
    /// Another request was made under this idempotency key.
    KeyReused,
    /// The case is open already.
    CaseAlreadyOpen,
    /// The case is not open.
    CaseNotOpen,
    /// The person has as many open cases as a row holds.
    TooManyCases,
    /// The person is registered in another shard.
    OtherShard,
    /// The handle was joined with another one, which is the one to register.
    JoinedElsewhere,
    /// The handle is a person's own: it was registered, or others were joined with it.
    HandleInUse,
    /// The flag list refuses.
    List(ListError),
}

impl From<ListError> for FlagError {
    fn from(error: ListError) -> Self {
        Self::List(error)
    }
}

impl fmt::Display for FlagError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeyReused => "another request was made under this idempotency key",
            Self::CaseAlreadyOpen => "the case is open already",
            Self::CaseNotOpen => "the case is not open",
            Self::TooManyCases => "the person has as many open cases as a row holds",
            Self::OtherShard => "the person is registered in another shard",
            Self::JoinedElsewhere => "the handle was joined with another one",
            Self::HandleInUse => "the handle is a person's own",
            Self::List(error) => return error.fmt(f),
        })
    }
}

impl core::error::Error for FlagError {}

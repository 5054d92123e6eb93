//! Why a registry refuses.

use core::fmt;

use crate::credential::IssuanceError;
use crate::error::{Check, Numbered, check};
use crate::list::ListError;

/// Why the machine of slots refuses a transition (spec 10 §2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistryError {
    /// Another request was made under this idempotency key.
    KeyReused,
    /// No slot has this person symbol.
    UnknownPerson,
    /// The number behind this person symbol was corrected; another one has taken its place.
    PersonReplaced,
    /// No credential was issued on this card. To issue on one that is new, say so:
    /// [`IssuanceKind::NewCard`](super::IssuanceKind::NewCard),
    /// [`IssuanceKind::OtherDocument`](super::IssuanceKind::OtherDocument).
    UnknownCard,
    /// A credential was issued on this card, so it is not a new one.
    CardNotNew,
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
    /// The card is reported expired.
    CardExpired,
    /// The last day of validity that the values say is over.
    ValidityOver,
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
    /// The request is for another shard than the slot's.
    OtherShard,
    /// The flag registry's answer is about another list, person or shard.
    WrongFlagAnswer,
    /// The flag registry's answer is about the joining of other handles.
    WrongJoinAnswer,
    /// The document is this slot's already.
    AlreadyLinked,
    /// The person symbol is another slot's, which has a credential: the two are
    /// [merged](super::Union::Merger), or are two persons'.
    PersonOfAnotherSlot,
    /// No slot has the symbol of the person who is to be merged.
    MergesNobody,
    /// A generation or reset counter is at its end.
    CounterExhausted,
    /// Who holds the handle key did not answer
    /// ([`HandleEvaluator`](crate::symbol::HandleEvaluator)).
    HandleKey,
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

impl Numbered for RegistryError {
    fn check(&self) -> Option<Check> {
        Some(match self {
            Self::KeyReused => check!("10-1"),
            Self::SlotTaken => check!("10-2"),
            Self::PersonReplaced => check!("10-4"),
            Self::CardOfAnotherSlot => check!("10-5"),
            Self::AlreadyEnrolled => check!("10-7"),
            Self::WrongCard => check!("10-9"),
            Self::SuspendedCredential => check!("10-10"),
            Self::CardLost => check!("10-12"),
            Self::CardNotNew => check!("10-13"),
            Self::OfferUnknown => check!("10-15"),
            Self::OfferExpired => check!("10-16"),
            Self::OtherShard => check!("10-18"),
            Self::ValidityOver => check!("10-21"),
            Self::WrongFlagAnswer => check!("10-22"),
            Self::Clock => check!("10-23"),
            Self::WrongGeneration => check!("10-26"),
            Self::ReasonAlreadyOpen | Self::ReasonNotOpen => check!("10-27"),
            Self::AlreadyLinked | Self::PersonOfAnotherSlot => check!("10-28"),
            Self::WrongJoinAnswer => check!("10-29"),
            Self::MergesNobody => check!("10-30"),
            // Of several transitions, or of an issuance or a list.
            _ => return None,
        })
    }
}

impl fmt::Display for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeyReused => "another request was made under this idempotency key",
            Self::UnknownPerson => "no slot has this person symbol",
            Self::PersonReplaced => "the number was corrected, and another person symbol has taken its place",
            Self::UnknownCard => "no credential was issued on this card",
            Self::CardNotNew => "a credential was issued on this card, so it is not new",
            Self::SlotTaken => "the name that was drawn for a slot is taken",
            Self::AlreadyEnrolled => "the slot has a credential",
            Self::NotEnrolled => "the slot has no credential yet",
            Self::WrongCard => "the credential was issued on another card",
            Self::CardOfAnotherSlot => "the card belongs to another slot",
            Self::CardReplaced => "the card was replaced by a newer one",
            Self::CardLost => "the card is reported lost",
            Self::CardExpired => "the card is reported expired",
            Self::ValidityOver => "the last day of validity is over",
            Self::SuspendedCredential => "the credential is suspended",
            Self::ReasonAlreadyOpen => "the reason is open already",
            Self::ReasonNotOpen => "the reason is not open",
            Self::WrongGeneration => "the credential is of another generation",
            Self::OfferUnknown => "the slot has no open offer",
            Self::OfferExpired => "the offer has expired",
            Self::OtherShard => "the request is for another shard than the slot's",
            Self::WrongFlagAnswer => "the flag registry's answer is about another list, person or shard",
            Self::WrongJoinAnswer => "the flag registry's answer is about the joining of other handles",
            Self::AlreadyLinked => "the document belongs to this slot already",
            Self::PersonOfAnotherSlot => "the person symbol belongs to another slot",
            Self::MergesNobody => "no slot has the symbol of the person who is to be merged",
            Self::CounterExhausted => "a counter is at its end",
            Self::HandleKey => "who holds the handle key did not answer",
            Self::Clock => "the time cannot be stated in a credential",
            Self::Issuance(_) => "the credential cannot be issued",
            Self::List(_) => "the status list does not change",
        })
    }
}

impl core::error::Error for RegistryError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Issuance(error) => Some(error),
            Self::List(error) => Some(error),
            _ => None,
        }
    }
}

/// Why the machine of flags refuses a transition (spec 10 §3.2).
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FlagError {
    /// Another request was made under this idempotency key.
    KeyReused,
    /// The case is open already under this handle.
    CaseAlreadyOpen,
    /// The case is not open under this handle.
    CaseNotOpen,
    /// As many cases are open under this handle as a row holds.
    TooManyCases,
    /// The handle is registered in another shard.
    OtherShard,
    /// The person has as many registered handles as a row holds.
    TooManyHandles,
    /// The flag list refuses.
    List(ListError),
}

impl From<ListError> for FlagError {
    fn from(error: ListError) -> Self {
        Self::List(error)
    }
}

impl FlagError {
    /// Whether it says that somebody is flagged, or is not.
    const fn is_private(self) -> bool {
        match self {
            Self::CaseAlreadyOpen | Self::CaseNotOpen | Self::TooManyCases => true,
            Self::List(error) => error.is_private(),
            Self::KeyReused | Self::OtherShard | Self::TooManyHandles => false,
        }
    }

    /// The reason, for the flag registry alone: it may tell that somebody is flagged.
    #[must_use]
    pub const fn registry_reason(self) -> &'static str {
        match self {
            Self::KeyReused => "another request was made under this idempotency key",
            Self::CaseAlreadyOpen => "the case is open already under this handle",
            Self::CaseNotOpen => "the case is not open under this handle",
            Self::TooManyCases => "no more cases can be open under this handle",
            Self::OtherShard => "the handle is registered in another shard",
            Self::TooManyHandles => "the person cannot have more registered handles",
            Self::List(error) if error.is_private() => error.owner_reason(),
            Self::List(_) => "the flag list does not change",
        }
    }
}

impl Numbered for FlagError {
    fn check(&self) -> Option<Check> {
        Some(match self {
            Self::KeyReused => check!("10-31"),
            Self::CaseAlreadyOpen | Self::CaseNotOpen => check!("10-32"),
            Self::TooManyCases => check!("10-33"),
            Self::OtherShard => check!("10-34"),
            Self::TooManyHandles => check!("10-35"),
            Self::List(_) => return None,
        })
    }
}

impl fmt::Display for FlagError {
    /// One sentence for all that tell whether somebody is flagged: the issuer's process calls this
    /// registry, and logs its errors. The flag registry reads [`FlagError::registry_reason`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_private() {
            "the flag registry does not make this change"
        } else {
            self.registry_reason()
        })
    }
}

impl fmt::Debug for FlagError {
    /// As [`Display`](fmt::Display).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FlagError({self})")
    }
}

impl core::error::Error for FlagError {
    /// None for what only the flag registry may know: that there is one would tell it apart.
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::List(error) if !self.is_private() => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Failure;
    use alloc::format;
    use alloc::string::ToString;

    /// Neither alone nor inside what a driver gives back.
    #[test]
    fn no_text_of_an_error_tells_who_is_flagged() {
        let private = [
            FlagError::CaseAlreadyOpen,
            FlagError::CaseNotOpen,
            FlagError::TooManyCases,
            FlagError::List(ListError::UnknownHandle),
            FlagError::List(ListError::AlreadyRegistered),
            FlagError::List(ListError::AlreadyRemoved),
            FlagError::List(ListError::NotRemoved),
            FlagError::List(ListError::Removed),
        ];
        let failed = |error| Failure::<FlagError, core::convert::Infallible>::Refused(error);
        for error in private {
            assert_eq!(error.to_string(), "the flag registry does not make this change");
            assert_eq!(format!("{error:?}"), format!("{:?}", private[0]));
            assert_eq!(failed(error).to_string(), failed(private[0]).to_string());
            assert_eq!(format!("{:?}", failed(error)), format!("{:?}", failed(private[0])));
        }
        let reasons: alloc::collections::BTreeSet<_> = private.iter().map(|error| error.registry_reason()).collect();
        assert_eq!(reasons.len(), private.len());
        assert_eq!(FlagError::OtherShard.to_string(), FlagError::OtherShard.registry_reason());
    }

    /// The issuer's registry passes on what a list says, in a text and in another error's text.
    #[test]
    fn what_a_list_says_of_a_handle_is_in_no_other_error_either() {
        let private = [ListError::UnknownHandle, ListError::AlreadyRemoved, ListError::NotRemoved, ListError::Removed];
        for error in private {
            let texts = |error: ListError| {
                let of = RegistryError::List(error);
                let issued = IssuanceError::List(error);
                [of.to_string(), format!("{of:?}"), issued.to_string(), format!("{issued:?}")]
            };
            assert_eq!(texts(error), texts(ListError::AlreadyRegistered));
        }
    }
}

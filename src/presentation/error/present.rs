//! Why a holder does not present. The holder may know; the verifier never learns it.

use core::fmt;

use crate::device::DeviceError;
use crate::error::{Check, Numbered, check, unnumbered};
use crate::list::{Epoch, Head, ListName, MembershipWitness};
use crate::presentation::language::Language;
use crate::presentation::subject::{Link, Subject};
use crate::schema::AttributeIndex;
use crate::set::SetDigest;
use crate::template::TemplateError;
use crate::ticket::OrderError;

/// The holder's own errors. What a text of them says is for anybody; the reason is read by
/// matching, or by [`PresentError::holder_reason`].
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PresentError {
    /// The request is for another issuer key, key version or schema than this credential's.
    WrongIssuer,
    /// The request asks for more than the schema has.
    UnknownAttribute,
    /// The request names a list that is not this credential's.
    UnknownList(ListName),
    /// The request names heads of this list that were not given: phone or desk has to update.
    UnknownHeads(ListName),
    /// The request names another epoch of a list than the phone is at, or was at before. Where the
    /// phone's is the smaller number, it follows the epochs in between; where the request's is,
    /// the desk has to ask anew.
    StaleWitness {
        /// The list.
        list: ListName,
        /// At which the phone is.
        phone: Epoch,
        /// Which the request names.
        desk: Epoch,
    },
    /// The newest epoch of a list at which the phone is, is older than the request allows: fetch
    /// those after it.
    OldLists {
        /// The list.
        list: ListName,
        /// At which the phone is.
        phone: Epoch,
    },
    /// The holder's own handle was removed from the list.
    Removed {
        /// The list.
        list: ListName,
        /// Since this epoch.
        since: Epoch,
    },
    /// The number is outside the interval that is asked for.
    NotBetween(Subject),
    /// The code is not in the set, or a factor is missing.
    NotInSet(Subject),
    /// The attribute has the value that it must not have.
    Equal(AttributeIndex),
    /// An attribute of the second credential has another value than the one of the first that it is
    /// linked to.
    NotLinked(Link),
    /// The template was not issued beside the first credential: they have other handles.
    NotBeside,
    /// The request names a set whose table was not given.
    UnknownSet(SetDigest),
    /// The request takes a ticket for this set. Its verifier could have made the set for one
    /// holder, who alone would then have tickets for it.
    TicketForSet(SetDigest),
    /// The request names auditors that nobody vouches for.
    UnknownAuditors,
    /// The holder showed itself as often as it may.
    LimitReached,
    /// The window of the request, or the period of its limit, is not now: an answer would be kept
    /// for later, and of another period no count is kept, so a nullifier could come twice.
    OutsidePeriod,
    /// The request asks one list of a credential that has two, and no certificate says that it
    /// always does: asked one after the other, lists tell which of them a holder is removed from.
    SomeLists,
    /// With the tables of its sets the request leaves one value that its certificate does not
    /// permit to see.
    BeyondCertificate,
    /// The request stands for longer than a day, and no certificate permits it.
    LongWindow,
    /// The request takes epochs of lists that are older than a day, and no certificate permits it.
    LongAge,
    /// What the request calls a probe asks for something else than a face.
    Probe(TemplateError),
    /// With the tables of its sets the request leaves one value beside a face, which would be known
    /// of that face.
    ToldBesideFace,
    /// The face that the request is about is not the holder's, or not like enough to the register's
    /// photo.
    AnotherFace,
    /// As many faces were compared today as the wallet lets be compared.
    FacesUsedUp,
    /// The request has a limit or is about a face, and nobody said how often the holder showed
    /// itself before.
    NotCounted,
    /// Tickets were not ordered.
    Order(OrderError),
    /// The request asks to see something, which a decoy does not show.
    Discloses,
    /// A ticket is missing that the request takes, or there is one too many, or it is about another
    /// key or head or of another credential. The wallet does not present in another way instead.
    NoTicket,
    /// The request is of another number of credentials than were given.
    CredentialCount,
    /// The device is not the one that the credential is bound to.
    WrongDevice,
    /// The device did not answer. No decoy is sent instead, as it would take the device's answer,
    /// too; so that its user passed no check that is demanded ([`DeviceError::NotUnlocked`]) is no
    /// state of the holder.
    Device(DeviceError),
    /// The proof could not be made from this credential.
    Unprovable,
}

unnumbered!(PresentError);

impl Numbered for PresentError {
    fn check(&self) -> Option<Check> {
        Some(match self {
            Self::WrongIssuer => check!("06-10"),
            Self::UnknownList(_) => check!("06-15"),
            Self::UnknownHeads(_) => check!("06-14"),
            Self::StaleWitness { .. } => check!("06-17"),
            Self::OldLists { .. } => check!("06-72"),
            Self::Removed { .. } => check!("06-16"),
            Self::NotBetween(_) => check!("12-16"),
            Self::NotInSet(_) => check!("12-23"),
            Self::Equal(_) => check!("12-31"),
            Self::NotLinked(_) => check!("06-20"),
            Self::NotBeside => check!("12-65"),
            Self::TicketForSet(_) => check!("12-28"),
            Self::UnknownAuditors => check!("12-42"),
            Self::LimitReached => check!("12-38"),
            Self::SomeLists => check!("06-23"),
            Self::BeyondCertificate => check!("15-15"),
            Self::LongWindow => check!("06-24"),
            Self::LongAge => check!("06-71"),
            Self::Probe(_) => check!("12-62"),
            Self::ToldBesideFace => check!("12-67"),
            Self::FacesUsedUp => check!("11-55"),
            Self::NoTicket => check!("14-20"),
            Self::CredentialCount => check!("06-19"),
            Self::WrongDevice => check!("06-18"),
            Self::Discloses => check!("06-26"),
            // 06-11, 06-12 and those of statements; 12-23 and 12-50; 06-22 and 12-38; and what no
            // check says.
            Self::UnknownAttribute
            | Self::UnknownSet(_)
            | Self::OutsidePeriod
            | Self::AnotherFace
            | Self::NotCounted
            | Self::Order(_)
            | Self::Device(_)
            | Self::Unprovable => return None,
        })
    }
}

impl From<DeviceError> for PresentError {
    fn from(error: DeviceError) -> Self {
        Self::Device(error)
    }
}

/// What a refusal tells whoever reads it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tells {
    /// What the holder is, has or did, where that is all that stands in the way of an answer.
    OwnState,
    /// The same, where more stands in the way.
    Private,
    /// Nothing that the request does not say.
    Nothing,
}

impl PresentError {
    /// A request is at this head of a list, and the phone at another one.
    pub(crate) fn other_epoch(own: &MembershipWitness, asked: &Head) -> Self {
        Self::StaleWitness { list: asked.list().name.clone(), phone: own.epoch(), desk: asked.epoch() }
    }

    const fn tells(&self) -> Tells {
        match self {
            Self::StaleWitness { .. }
            | Self::OldLists { .. }
            | Self::Removed { .. }
            | Self::NotBetween(_)
            | Self::NotInSet(_)
            | Self::Equal(_)
            | Self::NotLinked(_)
            | Self::NotBeside
            | Self::AnotherFace
            | Self::LimitReached => Tells::OwnState,
            Self::WrongIssuer
            | Self::UnknownList(_)
            | Self::UnknownHeads(_)
            | Self::NoTicket
            | Self::WrongDevice
            | Self::FacesUsedUp
            | Self::Unprovable => Tells::Private,
            Self::UnknownAttribute
            | Self::UnknownSet(_)
            | Self::TicketForSet(_)
            | Self::UnknownAuditors
            | Self::OutsidePeriod
            | Self::SomeLists
            | Self::LongWindow
            | Self::LongAge
            | Self::BeyondCertificate
            | Self::NotCounted
            | Self::Probe(_)
            | Self::ToldBesideFace
            | Self::Order(_)
            | Self::Discloses
            | Self::CredentialCount
            | Self::Device(_) => Tells::Nothing,
        }
    }

    /// Whether the wallet may answer and its holder's own state is all that stands in the way: only
    /// then a decoy is sent.
    pub(crate) const fn is_of_own_state(&self) -> bool {
        matches!(self.tells(), Tells::OwnState)
    }

    /// Whether it says something of what the holder is, has or did: whoever reads it learns more
    /// than the verifier does.
    const fn is_private(&self) -> bool {
        !matches!(self.tells(), Tells::Nothing)
    }
}

impl fmt::Display for PresentError {
    /// One sentence for all that only the holder may know: texts of errors go into logs and onto
    /// screens that others see. The holder reads [`PresentError::holder_reason`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_private() {
            f.write_str("the request is not answered")
        } else {
            f.write_str(&self.holder_reason(Language::English))
        }
    }
}

impl fmt::Debug for PresentError {
    /// As [`Display`](fmt::Display).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PresentError({self})")
    }
}

impl core::error::Error for PresentError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Probe(error) => Some(error),
            Self::Order(error) => Some(error),
            Self::Device(error) => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::ListClass;
    use crate::presentation::Subject;
    use crate::schema::AttributeIndex;
    use alloc::string::ToString;
    use alloc::vec::Vec;
    use alloc::{format, vec};

    fn all() -> Vec<PresentError> {
        let list = ListName::new("public-security", ListClass::Flag).unwrap();
        let attribute = AttributeIndex(3);
        let subject = Subject::Attribute(attribute);
        vec![
            PresentError::WrongIssuer,
            PresentError::UnknownAttribute,
            PresentError::UnknownList(list.clone()),
            PresentError::UnknownHeads(list.clone()),
            PresentError::StaleWitness { list: list.clone(), phone: Epoch::new(17), desk: Epoch::new(19) },
            PresentError::StaleWitness { list: list.clone(), phone: Epoch::new(19), desk: Epoch::new(17) },
            PresentError::OldLists { list: list.clone(), phone: Epoch::new(17) },
            PresentError::Removed { list, since: Epoch::new(17) },
            PresentError::NotBetween(subject),
            PresentError::NotInSet(subject),
            PresentError::Equal(attribute),
            PresentError::NotLinked(Link { first: attribute, second: attribute }),
            PresentError::NotBeside,
            PresentError::UnknownSet(SetDigest([7; 32])),
            PresentError::TicketForSet(SetDigest([7; 32])),
            PresentError::UnknownAuditors,
            PresentError::LimitReached,
            PresentError::OutsidePeriod,
            PresentError::SomeLists,
            PresentError::LongWindow,
            PresentError::LongAge,
            PresentError::BeyondCertificate,
            PresentError::NotCounted,
            PresentError::Probe(TemplateError::TooShort),
            PresentError::ToldBesideFace,
            PresentError::AnotherFace,
            PresentError::FacesUsedUp,
            PresentError::Order(OrderError::BadAnswer),
            PresentError::Discloses,
            PresentError::NoTicket,
            PresentError::CredentialCount,
            PresentError::WrongDevice,
            PresentError::Device(DeviceError::Declined),
            PresentError::Device(DeviceError::NotUnlocked),
            PresentError::Unprovable,
        ]
    }

    /// What one of them says, all say that depend on who the holder is.
    #[test]
    fn no_text_of_an_error_tells_what_only_the_holder_may_know() {
        let (private, rest): (Vec<_>, Vec<_>) = all().into_iter().partition(PresentError::is_private);
        let counts = (private.len(), rest.len());
        assert_eq!(counts, (18, 17), "every variant is here once, and those of device and epochs twice");
        for error in &private {
            assert_eq!(error.to_string(), "the request is not answered");
            assert_eq!(format!("{error:?} {error:#?}"), format!("{:?} {:#?}", private[0], private[0]));
        }
        for error in all() {
            let texts = [error.to_string(), format!("{error:?}"), format!("{:?}", Some(&error))];
            for word in ["flag", "remov", "witness", "public-security", "17", "3"] {
                assert!(!texts.iter().any(|text| text.contains(word)), "{word} in {texts:?}");
            }
        }
    }

    #[test]
    fn the_holder_is_told_each_reason_in_both_languages() {
        for language in [Language::English, Language::Chinese] {
            let mut reasons: Vec<_> = all().iter().map(|error| error.holder_reason(language)).collect();
            assert!(reasons.iter().all(|reason| reason.is_ascii() == (language == Language::English)));
            reasons.sort();
            reasons.dedup();
            assert_eq!(reasons.len(), all().len());
        }
        let removed = &all()[7];
        assert_eq!(removed.holder_reason(Language::English), "removed from public-security/flag since epoch 17");
    }

    /// Check 11-63.
    #[test]
    fn who_is_behind_reads_nothing_like_a_revocation() {
        let list = ListName::new("public-security", ListClass::Status).unwrap();
        let [small, great] = [Epoch::new(17), Epoch::new(19)];
        let behind = PresentError::StaleWitness { list: list.clone(), phone: small, desk: great };
        let ahead = PresentError::StaleWitness { list: list.clone(), phone: great, desk: small };
        let forked = PresentError::StaleWitness { list: list.clone(), phone: great, desk: great };
        let old = PresentError::OldLists { list: list.clone(), phone: small };
        let heads = PresentError::UnknownHeads(list);
        assert!(forked.holder_reason(Language::English).starts_with("phone and desk have two versions of epoch 19"));
        for language in [Language::English, Language::Chinese] {
            assert!(forked.holder_reason(language).contains("19"));
            let texts = [&behind, &ahead, &old, &heads].map(|error| error.holder_reason(language));
            let [behind, ahead, old, _] = &texts;
            assert!(behind.contains("17") && behind.contains("19") && ahead.contains("17") && ahead.contains("19"));
            assert!(old.contains("17"));
            for text in &texts {
                for word in ["remov", "revo", "invalid", "not on", "expired", "移除", "吊销", "撤销", "失效", "不在"]
                {
                    assert!(!text.contains(word), "{word} in {text}");
                }
            }
        }
        assert!(behind.holder_reason(Language::English).contains("phone is behind"));
        assert!(ahead.holder_reason(Language::English).contains("desk is behind"));
    }
}

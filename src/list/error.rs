//! What can be wrong with a list, its log or a witness.

use core::fmt;

use crate::error::{Check, DecodeError, Numbered, check, unnumbered};

/// Why an owner, an auditor of the log or a holder refuses.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListError {
    /// A name is empty, too long, or has characters other than lower-case letters, digits, `-` and
    /// `.`.
    InvalidName,
    /// No shard, or more than the limit.
    InvalidShardCount,
    /// The shard does not exist.
    UnknownShard,
    /// The log names the handle in two shards.
    OtherShard,
    /// The handle is not registered.
    UnknownHandle,
    /// The handle is registered already.
    AlreadyRegistered,
    /// The handle is removed already: a second removal would publish its witness.
    AlreadyRemoved,
    /// The handle is not removed, so it cannot be restored.
    NotRemoved,
    /// The handle is removed, or its removal is due: it has no witness.
    Removed,
    /// A head speaks of another list, shard, key or epoch than expected.
    WrongHead,
    /// A head's signature does not verify.
    BadSignature,
    /// A log does not begin with the empty log: epoch 0, without entries.
    NotEmptyLog,
    /// An epoch does not have one update for each shard.
    WrongUpdates,
    /// A stored cut does not fit its list: it is of another epoch or number of shards, of a time
    /// before that of the last epoch, or ends before that does, or beyond the entries that there
    /// are.
    WrongCut,
    /// An epoch's number is not the one after that of the epoch before it, or there is none.
    NotNext,
    /// An epoch's time is before that of the epoch before it.
    OldTime,
    /// An epoch's time has not come.
    Future,
    /// A closing time is further from the last epoch's than the owner's greatest step: a wrong
    /// clock, or the end of a long pause.
    Leap,
    /// An epoch has more entries than it may, or its length is not that of the epoch before it and
    /// its entries.
    WrongLength,
    /// The log has as many entries as one key of an accumulator may have: the list needs new keys.
    LogFull,
    /// An epoch's hash chain does not continue the one before it over its entries.
    BrokenChain,
    /// An epoch's value is not that of its last entry, or without entries the one before.
    WrongValue,
    /// An epoch's proof does not verify.
    BadProof,
    /// A witness does not verify.
    BadWitness,
    /// Cosigners' keys are none, too many, not in order or not keys, or the quorum is not more than
    /// half of them.
    InvalidCosigners,
    /// Fewer than a quorum of cosigners signed.
    NotCosigned,
    /// The log that was followed does not lead to the cosigned head: it is a private version.
    Forked,
    /// The log was not followed to its end.
    Incomplete,
    /// A cosigner remembers no more lists than it has.
    TooManyLists,
    /// A file of the log does not decode, or is longer than the cosigned head allows.
    Segment(DecodeError),
}

unnumbered!(ListError);

impl Numbered for ListError {
    fn check(&self) -> Option<Check> {
        Some(match self {
            Self::OtherShard => check!("07-37"),
            Self::NotEmptyLog => check!("07-34"),
            Self::WrongCut => check!("10-47"),
            Self::NotNext => check!("07-4"),
            Self::OldTime => check!("07-5"),
            Self::Leap => check!("07-33"),
            Self::LogFull => check!("07-48"),
            Self::BrokenChain => check!("07-7"),
            Self::InvalidCosigners => check!("07-38"),
            Self::NotCosigned => check!("07-44"),
            Self::TooManyLists => check!("07-63"),
            // Those of an owner, which are no checks of a message, and those of several.
            _ => return None,
        })
    }
}

impl ListError {
    /// Whether it says where a handle stands: on a flag list, whether its holder is flagged.
    pub(crate) const fn is_private(self) -> bool {
        matches!(
            self,
            Self::UnknownHandle | Self::AlreadyRegistered | Self::AlreadyRemoved | Self::NotRemoved | Self::Removed
        )
    }

    /// The reason, for the list's owner and for whoever follows its log: it may tell that somebody
    /// is flagged.
    #[must_use]
    pub const fn owner_reason(self) -> &'static str {
        match self {
            Self::InvalidName => "the name is not valid",
            Self::InvalidShardCount => "the number of shards is out of range",
            Self::UnknownShard => "there is no such shard",
            Self::OtherShard => "the handle is of another shard",
            Self::UnknownHandle => "the handle is not registered",
            Self::AlreadyRegistered => "the handle is registered already",
            Self::AlreadyRemoved => "the handle is removed already",
            Self::NotRemoved => "the handle is not removed",
            Self::Removed => "the handle is removed from the list",
            Self::WrongHead => "the head is of another list, shard, key or epoch",
            Self::BadSignature => "the head's signature does not verify",
            Self::NotEmptyLog => "the log does not begin empty",
            Self::WrongUpdates => "there is not one update for each shard",
            Self::WrongCut => "the cut does not fit the entries of its list",
            Self::NotNext => "the epoch is not the next one",
            Self::OldTime => "the time is before that of the previous epoch",
            Self::Future => "the epoch's time has not come",
            Self::Leap => "the time leaps further than the owner's greatest step",
            Self::WrongLength => "the epoch's length is not that of its entries",
            Self::LogFull => "the log is as long as its key allows",
            Self::BrokenChain => "the epoch does not continue the hash chain",
            Self::WrongValue => "the epoch's value is not that of its last entry",
            Self::BadProof => "the epoch's proof does not verify",
            Self::BadWitness => "the witness does not verify",
            Self::InvalidCosigners => "the cosigners or their quorum are not valid",
            Self::NotCosigned => "fewer than a quorum of cosigners signed",
            Self::Forked => "the log does not lead to the cosigned head",
            Self::Incomplete => "the log was not followed to its end",
            Self::TooManyLists => "the cosigner cannot remember another list",
            Self::Segment(_) => "the file of the log is too long or does not decode",
        }
    }
}

impl fmt::Display for ListError {
    /// One sentence for all that tell where a handle stands; the owner reads
    /// [`ListError::owner_reason`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_private() { "the list does not allow this for the handle" } else { self.owner_reason() })
    }
}

impl fmt::Debug for ListError {
    /// As [`Display`](fmt::Display).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ListError({self})")
    }
}

impl core::error::Error for ListError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Segment(error) => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString;

    #[test]
    fn no_text_of_an_error_tells_where_a_handle_stands() {
        let private = [
            ListError::UnknownHandle,
            ListError::AlreadyRegistered,
            ListError::AlreadyRemoved,
            ListError::NotRemoved,
            ListError::Removed,
        ];
        for error in private {
            assert_eq!(error.to_string(), "the list does not allow this for the handle");
            assert_eq!(format!("{error:?}"), format!("{:?}", ListError::UnknownHandle));
        }
        let reasons: alloc::collections::BTreeSet<_> = private.iter().map(|error| error.owner_reason()).collect();
        assert_eq!(reasons.len(), private.len());
        assert_eq!(ListError::BadProof.to_string(), ListError::BadProof.owner_reason());
    }
}

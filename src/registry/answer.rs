//! Whether a request was made now or had been made before (spec 10 §4.2).

use alloc::vec::Vec;

use super::idempotency::{Appended, Revision};

/// What a request led to, and when: now, or when it was first made under its key (rule 10-36).
///
/// A replay changes nothing, whatever happened since. For an issuance it is as good as the first
/// answer; for a case that was lifted in between it means that nobody was flagged now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a replay changed nothing now"]
pub enum Answer<T> {
    /// The request was made now.
    Done(T),
    /// It had been made before under its key; this is what it led to then.
    Replayed(T),
}

impl<T> Answer<T> {
    /// Whether nothing was done now.
    pub const fn is_replay(&self) -> bool {
        matches!(self, Self::Replayed(_))
    }

    /// What it led to, for callers to whom it is the same whether that was now or before.
    pub fn now_or_before(self) -> T {
        match self {
            Self::Done(led_to) | Self::Replayed(led_to) => led_to,
        }
    }

    /// The same answer with something else made of what it led to.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Answer<U> {
        match self {
            Self::Done(led_to) => Answer::Done(make(led_to)),
            Self::Replayed(led_to) => Answer::Replayed(make(led_to)),
        }
    }
}

/// What a transition changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The revision of the slot or the flagged person after it.
    pub revision: Revision,
    /// The list entries that it caused, in order.
    pub entries: Vec<Appended>,
}

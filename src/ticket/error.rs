//! What can be wrong with an order.

use crate::error::{Check, Numbered, check};
use core::fmt;

/// Why tickets were not ordered, or not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OrderError {
    /// No key, or more than 8.
    KeyCount,
    /// No ticket, or more than 128.
    TicketCount,
    /// A ticket has another number of pairs than there are keys.
    PairCount,
    /// A point of a pair is the identity.
    Identity,
    /// The message is of another session, or about another number of tickets.
    WrongSession,
    /// An answer is not that of somebody who has the keys. Which one is not said, as all of them
    /// are to be thrown away.
    BadAnswer,
}

impl Numbered for OrderError {
    fn check(&self) -> Option<Check> {
        Some(match self {
            Self::BadAnswer => check!("14-12"),
            // 14-10 and 14-11, and what a holder is told of its own order.
            _ => return None,
        })
    }
}

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeyCount => "a ticket is for 1 to 8 keys",
            Self::TicketCount => "an order is of 1 to 128 tickets",
            Self::PairCount => "a ticket has one pair for each key",
            Self::Identity => "a point of a pair is the identity",
            Self::WrongSession => "the message belongs to another order",
            Self::BadAnswer => "the helper's answer does not verify under its keys",
        })
    }
}

impl core::error::Error for OrderError {}

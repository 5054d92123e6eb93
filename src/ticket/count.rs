//! How many tickets an order is of (spec 14 §2).

use super::{MAX_TICKETS, OrderError};

/// A number of tickets, 1 to 128. That it is in range is known before anything is made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TicketCount(usize);

impl TicketCount {
    /// One ticket.
    pub const ONE: Self = Self(1);
    /// As many as an order can be of.
    pub const MAX: Self = Self(MAX_TICKETS);

    /// This many tickets, 1 to 128.
    ///
    /// # Errors
    /// [`OrderError::TicketCount`].
    pub const fn new(number: usize) -> Result<Self, OrderError> {
        if 1 <= number && number <= MAX_TICKETS { Ok(Self(number)) } else { Err(OrderError::TicketCount) }
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> usize {
        self.0
    }
}

//! Who can verify the relation of a key (spec 06 §2).

use crate::codec::{Reader, Writer};
use crate::error::{DecodeError, check};
use crate::presentation::bounds::MAX_TICKETS;

/// Who can verify the relation of a key: the request says it, never the prover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// The platform, which holds the key. Deniable, as the key holder could have made it (but for a
    /// pseudonym or a nullifier), and a refusal has no reason, only while no helper serves the key:
    /// from one, whoever it serves gets a ticket for what was shown, if that is true.
    Keyed,
    /// Anybody, by the ticket with this number, which a helper that holds the key gave out
    /// beforehand (spec 14). Such a presentation is evidence to everybody.
    Ticket(TicketNumber),
}

/// Which of the tickets of a presentation it is: 0 to 3. A ticket is of one helper and covers every
/// key that a request gives its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketNumber(u8);

impl TicketNumber {
    /// The first one; where one helper holds all keys, the only one.
    pub const FIRST: Self = Self(0);

    /// The number, if there can be such a ticket.
    ///
    /// # Errors
    /// [`DecodeError::OutOfRange`] from 4 on.
    pub const fn new(number: u8) -> Result<Self, DecodeError> {
        if (number as usize) < MAX_TICKETS { Ok(Self(number)) } else { Err(DecodeError::OutOfRange) }
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl Mode {
    /// 1 for a key holder, 2 and more for a ticket.
    pub(crate) fn number(self) -> u64 {
        match self {
            Self::Keyed => 1,
            Self::Ticket(ticket) => 2 + u64::from(ticket.0),
        }
    }

    pub(crate) fn write(self, writer: &mut Writer) {
        writer.uint(self.number());
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.under(check!("06-2"), |reader| match reader.uint::<u8>()? {
            1 => Ok(Self::Keyed),
            number => TicketNumber::new(number.checked_sub(2).ok_or(DecodeError::OutOfRange)?).map(Self::Ticket),
        })
    }
}

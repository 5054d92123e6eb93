//! What a ticket is about.

use crate::ticket::TicketKey;

/// What a ticket is about in one place: a key and, of a list, the head whose value the holder
/// proved against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TicketTarget {
    pub(crate) key: TicketKey,
    pub(crate) head: Option<[u8; 64]>,
}

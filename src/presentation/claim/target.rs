//! What a ticket is about.

use crate::codec::{Reader, Writer};
use crate::error::DecodeError;
use crate::ticket::{KeyRole, TicketKey};

/// What a ticket is about in one place: a key and, of a list, the head whose value the holder
/// proved against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TicketTarget {
    pub(crate) key: TicketKey,
    pub(crate) head: Option<[u8; 64]>,
}

impl TicketTarget {
    /// Two items: the key, and the digest of the head or nothing.
    pub(crate) fn write_items(&self, writer: &mut Writer) {
        self.key.write(writer);
        writer.bytes(self.head.as_ref().map_or(&[], <[u8; 64]>::as_slice));
    }

    pub(crate) fn read_items(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let key = TicketKey::read(reader)?;
        let head = match reader.bytes(64)? {
            [] => None,
            bytes => Some(<[u8; 64]>::try_from(bytes).map_err(|_| DecodeError::Malformed)?),
        };
        let is_of_list = key.role() == KeyRole::List;
        if head.is_some() == is_of_list { Ok(Self { key, head }) } else { Err(DecodeError::OutOfRange) }
    }
}

//! Whose a store is, and what seals its rows (spec 10 §4.3).

use core::fmt;

use super::{RecordKey, RowKey};
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::credential::Issuer;
use crate::error::DecodeError;
use crate::group::{Prf, SCALAR_LEN, ScalarBytes, TaggedHash};
use crate::list::{ListName, OwnerCore};
use crate::secret::Secret;

/// Bytes of the tag behind each row.
pub(super) const TAG_LEN: usize = SCALAR_LEN;

/// Why a store is not the one that these keys made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WrongStore {
    /// Nothing was created on it, or it was emptied.
    Empty,
    /// It was created already: it is opened.
    NotEmpty,
    /// It is another kind of registry's.
    OtherRegistry,
    /// It was made under another record key, or the row that says whose it is was changed.
    OtherRecordKey,
    /// It was made for another list, for another number of shards, or under other keys of the list.
    OtherList,
    /// It was made under another handle key.
    OtherHandleKey,
    /// It was made under an issuer with another pseudonym key.
    OtherIssuer,
    /// It was made for another flag list.
    OtherFlagList,
}

impl fmt::Display for WrongStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "nothing was created on the store",
            Self::NotEmpty => "the store was created already",
            Self::OtherRegistry => "the store belongs to another kind of registry",
            Self::OtherRecordKey => "the store was made under another record key, or was changed",
            Self::OtherList => "the store was made for another list, or under other keys of it",
            Self::OtherHandleKey => "the store was made under another handle key",
            Self::OtherIssuer => "the store was made under an issuer with another pseudonym key",
            Self::OtherFlagList => "the store was made for another flag list",
        })
    }
}

impl core::error::Error for WrongStore {}

/// A row, one in each store: which registry made it, under which keys. Type 42 (spec 10 §5.5).
#[derive(PartialEq, Eq)]
pub(super) struct Mark {
    /// `H[store-list, 32]` of the list's public keys.
    list: [u8; 32],
    /// None for a flag registry.
    issuing: Option<Issuing>,
}

/// What a registry has beside its list: `F[store-handle-key](k_h)`,
/// `F[store-pseudonym-key](pseudonym key)`, and whose flag list it issues for.
#[derive(PartialEq, Eq)]
struct Issuing {
    handle_key: ScalarBytes,
    pseudonym_key: ScalarBytes,
    flag_list: ListName,
}

impl Mark {
    fn of_list(owner: &OwnerCore, issuing: Option<Issuing>) -> Self {
        let keys = owner.list_keys();
        let hash = TaggedHash::new("store-list").part(&keys.name().to_bytes()).part(&keys.owner_key());
        let shards = owner.shard_count().shards().filter_map(|shard| keys.accumulator(shard).ok());
        let list = shards.fold(hash, |hash, key| hash.part(&key.to_bytes())).bytes();
        Self { list, issuing }
    }

    fn check(&self, found: &Self) -> Result<(), WrongStore> {
        let (own, other) = match (&self.issuing, &found.issuing) {
            (Some(own), Some(other)) => (own, other),
            (None, None) if self.list == found.list => return Ok(()),
            (None, None) => return Err(WrongStore::OtherList),
            _ => return Err(WrongStore::OtherRegistry),
        };
        for (same, wrong) in [
            (self.list == found.list, WrongStore::OtherList),
            (own.handle_key == other.handle_key, WrongStore::OtherHandleKey),
            (own.pseudonym_key == other.pseudonym_key, WrongStore::OtherIssuer),
            (own.flag_list == other.flag_list, WrongStore::OtherFlagList),
        ] {
            if !same {
                return Err(wrong);
            }
        }
        Ok(())
    }
}

impl Body for Mark {
    const TYPE: MessageType = MessageType::StoreMark;
    const MAX_LEN: usize = 256;
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&self.list);
        match &self.issuing {
            None => writer.key(2).array(0),
            Some(issuing) => {
                writer.key(2).array(4);
                writer.bytes(&issuing.handle_key);
                writer.bytes(&issuing.pseudonym_key);
                issuing.flag_list.write(writer);
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let list = reader.key(1)?.bytes_of()?;
        let issuing = match reader.key(2)?.array(4)? {
            0 => None,
            4 => Some(Issuing {
                handle_key: reader.bytes_of()?,
                pseudonym_key: reader.bytes_of()?,
                flag_list: ListName::read(reader)?,
            }),
            _ => return Err(DecodeError::Malformed),
        };
        Ok(Self { list, issuing })
    }
}

/// What every transition of a registry brings along: the key that seals its rows, and whose store
/// it is made for.
pub struct Keeper {
    record_key: RecordKey,
    pub(super) mark: Mark,
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keeper(redacted)")
    }
}

impl Keeper {
    pub(super) fn of_flags(list: &OwnerCore, record_key: &RecordKey) -> Self {
        Self { record_key: record_key.duplicate(), mark: Mark::of_list(list, None) }
    }

    pub(super) fn of_credentials(
        (status, flag_list): (&OwnerCore, &ListName),
        issuer: &Issuer,
        handle_key: ScalarBytes,
        record_key: &RecordKey,
    ) -> Self {
        let issuing = Issuing { handle_key, pseudonym_key: issuer.pseudonym_key_print(), flag_list: flag_list.clone() };
        Self { record_key: record_key.duplicate(), mark: Mark::of_list(status, Some(issuing)) }
    }

    /// Whether the store that this row was found in is this registry's; none was found in a store
    /// that nothing was created on.
    pub(super) fn check(&self, row: Option<&[u8]>) -> Result<(), WrongStore> {
        let row = row.ok_or(WrongStore::Empty)?;
        let content = row.len().checked_sub(TAG_LEN).and_then(|length| row.get(..length));
        // Not authentic yet; it is looked at first, to tell the other registry's store from a
        // changed one.
        let found = content.and_then(|content| crate::codec::Message::from_bytes(content).ok());
        let found: Mark = found.ok_or(WrongStore::OtherRecordKey)?;
        if found.issuing.is_some() != self.mark.issuing.is_some() {
            return Err(WrongStore::OtherRegistry);
        }
        if !self.record_key.sealed(&RowKey::mark(), row) {
            return Err(WrongStore::OtherRecordKey);
        }
        self.mark.check(&found)
    }

    pub(super) fn record_key(&self) -> &RecordKey {
        &self.record_key
    }
}

impl RecordKey {
    fn duplicate(&self) -> Self {
        Self::from_secret_bytes(self.to_secret_bytes())
    }

    /// `F[row](record key; table (U), key, content)`, the bytes of a scalar.
    fn tag(&self, key: &RowKey, content: &[u8]) -> Secret<[u8; TAG_LEN]> {
        let prf = Prf::new("row", &self.to_secret_bytes()).uint(u64::from(key.table() as u8)).part(key.bytes());
        Secret::new(prf.part(content).scalar().to_bytes())
    }

    /// The row as it is stored: the content with its tag behind it.
    pub(super) fn seal(&self, key: &RowKey, content: &[u8]) -> zeroize::Zeroizing<alloc::vec::Vec<u8>> {
        let mut row = alloc::vec::Vec::with_capacity(content.len().saturating_add(TAG_LEN));
        row.extend_from_slice(content);
        row.extend_from_slice(self.tag(key, content).expose());
        zeroize::Zeroizing::new(row)
    }

    /// Whether these bytes were stored under this key of a store, and by the registry that has this
    /// record key: for whoever restores a backup, or looks after a disk. That they are the newest
    /// that were stored there is not shown (spec 10 §4.3).
    #[must_use]
    pub fn sealed(&self, key: &RowKey, row: &[u8]) -> bool {
        let Some((content, tag)) = row.split_last_chunk::<TAG_LEN>() else { return false };
        self.tag(key, content) == Secret::new(*tag)
    }
}

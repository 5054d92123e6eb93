//! Epochs: entries of the log with one proof for all of them (spec 07 §3).

use alloc::vec::Vec;

use super::shard_keys::ShardKeys;
use super::{Epoch, Head, ListError, ListKeys, SignedHead, proof};
use crate::accumulator::{Handle, Operation};
use crate::calendar::Timestamp;
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::{DecodeError, Refusal, refusal};
use crate::group::{Element, POINT_LEN, SCALAR_LEN, TaggedHash};
use crate::signature::{Signature, Unsigned, VerifyingKey};

/// The most entries of one epoch of one shard.
pub(crate) const MAX_ENTRIES: usize = 1 << 16;

/// Bytes of an entry as it is hashed: operation, handle, value.
const ENTRY_LEN: usize = 1 + SCALAR_LEN + POINT_LEN;

/// One change of an accumulator: what happened to which element, and the value after it.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    pub(crate) operation: Operation,
    pub(crate) handle: Handle,
    pub(crate) value: Element,
}

impl Entry {
    /// What happened.
    #[must_use]
    pub const fn operation(&self) -> Operation {
        self.operation
    }

    /// The element, public from here on.
    #[must_use]
    pub const fn handle(&self) -> &Handle {
        &self.handle
    }

    fn write(&self, writer: &mut Writer) {
        writer.array(3);
        writer.uint(self.operation as u64);
        self.handle.write(writer);
        writer.points([&self.value]);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(3)?;
        let operation = match reader.uint::<u8>()? {
            1 => Operation::Remove,
            2 => Operation::Restore,
            _ => return Err(DecodeError::OutOfRange),
        };
        let handle = Handle::read(reader)?;
        let value = reader.point()?;
        Ok(Self { operation, handle, value })
    }
}

/// The hash chain after an epoch with these entries (spec 07 §3.1).
fn link(chain: &[u8; 32], epoch: Epoch, entries: &[Entry]) -> [u8; 32] {
    let mut bytes = Vec::with_capacity(ENTRY_LEN * entries.len());
    for entry in entries {
        bytes.push(entry.operation as u8);
        bytes.extend_from_slice(entry.handle.scalar().as_bytes().as_slice());
        bytes.extend_from_slice(entry.value.as_bytes());
    }
    TaggedHash::new("log-chain").part(chain).uint(epoch.number()).part(&bytes).bytes()
}

/// Whether number and time may come after those of `before`.
pub(super) fn follows(before: &Head, epoch: Epoch, time: Timestamp) -> Result<(), ListError> {
    if epoch != before.epoch.next() || epoch <= before.epoch {
        return Err(ListError::NotNext);
    }
    if time < before.time { Err(ListError::OldTime) } else { Ok(()) }
}

/// One epoch of one accumulator: its entries, and the head that they lead to, with the proof for
/// them.
#[derive(Debug, PartialEq, Eq)]
pub struct EpochUpdate {
    entries: Vec<Entry>,
    head: SignedHead,
}

impl EpochUpdate {
    /// Makes the epoch after `before`: applies `changes` and proves them. Its head is not signed.
    pub(super) fn make(
        before: &Head,
        changes: Vec<(Operation, Handle)>,
        time: Timestamp,
        keys: &ShardKeys<'_>,
    ) -> Result<Self, ListError> {
        let mut head = Head { epoch: before.epoch.next(), time, before: before.value, ..before.clone() };
        follows(before, head.epoch, time)?;
        if changes.len() > MAX_ENTRIES {
            return Err(ListError::WrongLength);
        }
        let added = changes.len() as u64;
        if before.room(false, added)? < added {
            return Err(ListError::LogFull);
        }
        let mut entries = Vec::with_capacity(changes.len());
        for (operation, handle) in changes {
            head.value = match operation {
                Operation::Remove => keys.accumulator.divide(&head.value, &handle).map_err(|_| ListError::BadProof)?,
                Operation::Restore => keys.accumulator.multiply(&head.value, &handle),
            };
            entries.push(Entry { operation, handle, value: head.value });
        }
        head.chain = link(&before.chain, head.epoch, &entries);
        head.length = before.length.checked_add(entries.len() as u64).ok_or(ListError::WrongLength)?;
        let proof = proof::prove(&head, &entries, keys);
        Ok(Self { entries, head: head.unsigned(proof) })
    }

    /// What waits for the owner's signature.
    pub(super) fn unsigned(self, owner: VerifyingKey) -> Unsigned<Self> {
        let message = self.head.head.hash();
        Unsigned::new(self, owner, [message], |update, _, signature| update.sign(signature))
    }

    /// Puts the signature where it belongs.
    pub(crate) const fn sign(&mut self, signature: Signature) {
        self.head.signature = signature;
    }

    /// The entries, not checked.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The head after the epoch, not checked.
    #[must_use]
    pub const fn head(&self) -> &SignedHead {
        &self.head
    }

    /// Checks that this epoch follows `before`, was made under the list's key and is signed by its
    /// owner; gives the head after it. Variable time; everything here is public.
    ///
    /// # Errors
    /// In this order: [`ListError::BadSignature`] and the others of [`SignedHead::verify`],
    /// [`ListError::WrongHead`], [`ListError::NotNext`], [`ListError::OldTime`],
    /// [`ListError::WrongLength`], [`ListError::BrokenChain`], [`ListError::WrongValue`] and
    /// [`ListError::BadProof`].
    pub fn verify(&self, before: &Head, keys: &ListKeys) -> Result<&Head, ListError> {
        Ok(self.verify_by_check(before, keys)?)
    }

    /// The same, with the check that refuses; both equations of the proof are one sum, named by the
    /// second.
    pub(crate) fn verify_by_check(&self, before: &Head, keys: &ListKeys) -> Result<&Head, Refusal<ListError>> {
        let head = self.check(before, keys)?;
        proof::verify(before, core::slice::from_ref(self)).map_err(|error| refusal!(error, "07-11"))?;
        Ok(head)
    }

    /// All of [`EpochUpdate::verify`] but the proof under `α` (checks 07-2 to 07-10).
    pub(super) fn check(&self, before: &Head, keys: &ListKeys) -> Result<&Head, Refusal<ListError>> {
        self.head.check(keys)?;
        self.check_content(before)
    }

    /// All of [`EpochUpdate::verify`] but what the head says alone (checks 07-3 to 07-10).
    pub(super) fn check_content(&self, before: &Head) -> Result<&Head, Refusal<ListError>> {
        let head = self.head.head();
        if head.list != before.list || head.key != before.key {
            return Err(refusal!(ListError::WrongHead, "07-3"));
        }
        let value = self.entries.last().map_or(before.value, |entry| entry.value);
        follows(before, head.epoch, head.time).map_err(Refusal::of)?;
        if Some(head.length) != before.length.checked_add(self.entries.len() as u64) {
            return Err(refusal!(ListError::WrongLength, "07-6"));
        }
        if head.chain != link(&before.chain, head.epoch, &self.entries) {
            return Err(refusal!(ListError::BrokenChain, "07-7"));
        }
        if head.before != before.value {
            return Err(refusal!(ListError::WrongValue, "07-8"));
        }
        if head.value != value {
            return Err(refusal!(ListError::WrongValue, "07-9"));
        }
        let proves_entries = self.head.proof.has_entries() != self.entries.is_empty();
        if proves_entries { Ok(head) } else { Err(refusal!(ListError::BadProof, "07-10")) }
    }
}

impl Body for EpochUpdate {
    const TYPE: MessageType = MessageType::EpochUpdate;
    const MAX_LEN: usize = 1024 + 80 * MAX_ENTRIES;
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        self.write_entries(writer.key(1));
        self.head.write_item(writer.key(2));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let entries = Self::read_entries(reader.key(1)?)?;
        Ok(Self { entries, head: SignedHead::read_item(reader.key(2)?)? })
    }
}

impl EpochUpdate {
    /// These entries with this head, not checked.
    pub(super) const fn of(entries: Vec<Entry>, head: SignedHead) -> Self {
        Self { entries, head }
    }

    /// As one item of another message: an array of the two values.
    pub(super) fn write_item(&self, writer: &mut Writer) {
        writer.array(2);
        self.write_entries(writer);
        self.head.write_item(writer);
    }

    pub(super) fn read_item(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(2)?;
        Ok(Self { entries: Self::read_entries(reader)?, head: SignedHead::read_item(reader)? })
    }

    pub(super) fn write_entries(&self, writer: &mut Writer) {
        writer.array(self.entries.len());
        self.entries.iter().for_each(|entry| entry.write(writer));
    }

    pub(super) fn read_entries(reader: &mut Reader<'_>) -> Result<Vec<Entry>, DecodeError> {
        reader.items(MAX_ENTRIES, Entry::read)
    }
}

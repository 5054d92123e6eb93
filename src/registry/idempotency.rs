//! Receipts: what a request led to, so that the same request leads there again (spec 10 §4.2).

use alloc::vec::Vec;

use super::{Interrupt, RowKey, Rows};
use crate::accumulator::{Handle, Operation};
use crate::calendar::Days;
use crate::codec::{Body, Message, MessageType, Reader, Writer, key_message};
use crate::credential::{CredentialOffer, ResetCounter};
use crate::error::DecodeError;
use crate::group::{Prf, ScalarBytes};
use crate::list::{Epoch, Shard};
use crate::secret::{Secret, secret_bytes};

/// The most registered handles of one person: each is removed and restored with the others.
pub(super) const MAX_REGISTERED: usize = 16;
/// The most entries that one transition appends: all registered handles of a person are removed or
/// restored together.
const MAX_APPENDED: usize = MAX_REGISTERED;

/// The caller's name for a request: 16 bytes, never used for another one. A retry uses the name
/// again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(pub [u8; 16]);

/// The key under which a registry records what it was asked: 32 bytes that only this registry
/// holds.
///
/// A receipt tells a retry from another request by a digest of the request. The request has a
/// person's attributes in it, so an unkeyed digest would let a thief of the store try them out.
pub struct RecordKey(Secret<[u8; 32]>);

secret_bytes!(RecordKey);
key_message!(RecordKey, RecordKey);

impl RecordKey {
    /// The request of this kind and key; `parts` are all that it asks.
    pub(super) fn request<'a>(
        &self,
        key: IdempotencyKey,
        kind: RequestKind,
        parts: impl IntoIterator<Item = &'a [u8]>,
    ) -> Request {
        let prf = Prf::new("request-record", &self.0).part(&key.0).uint(kind as u64);
        Request { key, digest: parts.into_iter().fold(prf, Prf::part).scalar().to_bytes() }
    }
}

/// What is asked of a registry under an idempotency key.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(super) enum RequestKind {
    Enrol = 1,
    Move = 2,
    Reissue = 3,
    Complete = 4,
    LinkDocument = 5,
    CardLost = 6,
    CardFound = 7,
    CardExpired = 8,
    PhoneLost = 9,
    PhoneFound = 10,
    Flag = 11,
    Lift = 12,
    Register = 13,
    Join = 14,
    NewCard = 15,
    Correct = 16,
    Merge = 17,
    OtherDocument = 18,
}

/// An idempotency key with the digest of what is asked under it.
pub(super) struct Request {
    key: IdempotencyKey,
    digest: ScalarBytes,
}

impl Request {
    pub(super) fn row(&self) -> RowKey {
        RowKey::receipt(&self.key)
    }

    /// What this request led to, if it was made before; `reused` if another one was made under its
    /// key.
    pub(super) fn answered<R>(&self, rows: &mut Rows, reused: R) -> Result<Option<Receipt>, Interrupt<R>> {
        match rows.read::<Receipt, R>(&self.row())? {
            Some(receipt) if receipt.digest != self.digest => Err(Interrupt::Refused(reused)),
            found => Ok(found),
        }
    }

    /// Records what it led to, in the same transaction.
    pub(super) fn answer(&self, rows: &mut Rows, revision: Revision, entries: Vec<Appended>, outcome: Outcome) {
        rows.write(self.row(), &Receipt { digest: self.digest, revision, entries, outcome });
    }
}

/// How many transitions a slot or a flagged person has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Revision(pub(super) u64);

impl Revision {
    /// The number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The next; the last one, after 2^64 transitions, stays.
    pub(super) const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// A change that a transition put into a list's log; it is published with the next epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Removal or restoration.
    pub operation: Operation,
    /// In which shard.
    pub shard: Shard,
    /// Its place in the shard's log, counted from 0.
    pub sequence: u64,
}

impl Appended {
    fn write(&self, writer: &mut Writer) {
        writer.array(3);
        writer.uint(self.operation as u64);
        writer.uint(u64::from(self.shard.number()));
        writer.uint(self.sequence);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(3)?;
        Ok(Self { operation: read_operation(reader)?, shard: Shard::read(reader)?, sequence: reader.uint()? })
    }
}

pub(super) fn read_operation(reader: &mut Reader<'_>) -> Result<Operation, DecodeError> {
    match reader.uint::<u8>()? {
        1 => Ok(Operation::Remove),
        2 => Ok(Operation::Restore),
        _ => Err(DecodeError::OutOfRange),
    }
}

/// What became of the pseudonyms of a slot when a credential was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum PseudonymChange {
    /// They begin here.
    First = 1,
    /// The holder proved the same recovery secret: they go on.
    Kept = 2,
    /// The holder could not: the slot's reset counter was raised, and they begin anew.
    Reset = 3,
}

/// What a completed issuance is rebuilt from. Not the credential, and nothing by which one could be
/// recognised.
pub(super) struct IssuedRecord {
    pub(super) offer: CredentialOffer,
    pub(super) shard: Shard,
    /// The epoch of the status list that the witness fits.
    pub(super) epoch: Epoch,
    pub(super) status: Handle,
    pub(super) since: Days,
    pub(super) reset: ResetCounter,
    pub(super) pseudonym: PseudonymChange,
}

/// Where a request led.
pub(super) enum Outcome {
    Changed,
    Offered(CredentialOffer),
    Issued(IssuedRecord),
    /// The shard of a registration, and the epoch of the witness that was given.
    Registered(Shard, Epoch),
    /// The epoch of a registration without a witness.
    Withheld(Epoch),
}

/// A row: type 30 (spec 10 §5.1).
pub(super) struct Receipt {
    digest: ScalarBytes,
    pub(super) revision: Revision,
    pub(super) entries: Vec<Appended>,
    pub(super) outcome: Outcome,
}

impl Body for Receipt {
    const TYPE: MessageType = MessageType::Receipt;
    const MAX_LEN: usize = 832;
    const FIELDS: u64 = 4;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&self.digest);
        writer.key(2).uint(self.revision.0);
        writer.key(3).array(self.entries.len());
        self.entries.iter().for_each(|entry| entry.write(writer));
        writer.key(4);
        match &self.outcome {
            Outcome::Changed => {
                writer.array(1);
                writer.uint(1);
            }
            Outcome::Offered(offer) => {
                writer.array(2);
                writer.uint(2);
                writer.bytes(&offer.to_bytes());
            }
            Outcome::Issued(issued) => {
                writer.array(8);
                writer.uint(3);
                writer.bytes(&issued.offer.to_bytes());
                writer.uint(u64::from(issued.shard.number()));
                writer.uint(issued.epoch.number());
                issued.status.write(writer);
                writer.uint(u64::from(issued.since.number()));
                writer.uint(u64::from(issued.reset.0));
                writer.uint(issued.pseudonym as u64);
            }
            Outcome::Registered(shard, epoch) => {
                writer.array(3);
                writer.uint(4);
                writer.uint(u64::from(shard.number()));
                writer.uint(epoch.number());
            }
            Outcome::Withheld(epoch) => {
                writer.array(2);
                writer.uint(5);
                writer.uint(epoch.number());
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let digest = reader.key(1)?.bytes_of()?;
        let revision = Revision(reader.key(2)?.uint()?);
        let entries = reader.key(3)?.items(MAX_APPENDED, Appended::read)?;
        let items = reader.key(4)?.array(8)?;
        let outcome = match (reader.uint::<u8>()?, items) {
            (1, 1) => Outcome::Changed,
            (2, 2) => Outcome::Offered(read_offer(reader)?),
            (3, 8) => Outcome::Issued(IssuedRecord {
                offer: read_offer(reader)?,
                shard: Shard::read(reader)?,
                epoch: Epoch::new(reader.uint()?),
                status: Handle::read(reader)?,
                since: Days::from_number(reader.uint()?),
                reset: ResetCounter(reader.uint()?),
                pseudonym: match reader.uint::<u8>()? {
                    1 => PseudonymChange::First,
                    2 => PseudonymChange::Kept,
                    3 => PseudonymChange::Reset,
                    _ => return Err(DecodeError::OutOfRange),
                },
            }),
            (4, 3) => Outcome::Registered(Shard::read(reader)?, Epoch::new(reader.uint()?)),
            (5, 2) => Outcome::Withheld(Epoch::new(reader.uint()?)),
            (1..=5, _) => return Err(DecodeError::Malformed),
            _ => return Err(DecodeError::OutOfRange),
        };
        Ok(Self { digest, revision, entries, outcome })
    }
}

pub(super) fn read_offer(reader: &mut Reader<'_>) -> Result<CredentialOffer, DecodeError> {
    reader.message::<CredentialOffer>()
}

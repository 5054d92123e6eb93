//! Epochs: entries of the log with one proof for all of them (spec 07 §3).

use alloc::vec::Vec;

use super::{Epoch, Head, ListError, ListKeys, SignedHead};
use crate::accumulator::{AccumulatorKey, Handle, Operation};
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::group::{BaseTable, Element, Group, PrfKey, Ristretto, Scalar, TaggedHash};
use crate::sigma::{DleqProof, DleqStatement, Weights};

/// The most entries of one epoch of one shard.
pub(crate) const MAX_ENTRIES: usize = 1 << 16;

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

/// The hash chain after `entry` (spec 07 §3).
fn link(chain: &[u8; 32], entry: &Entry) -> [u8; 32] {
    let hash = TaggedHash::new("log-chain").part(chain).uint(entry.operation as u64);
    hash.part(entry.handle.scalar().as_bytes()).element(&entry.value).bytes()
}

/// One epoch of one accumulator: its entries, the proof for them, and the head that they lead to.
#[derive(Debug, PartialEq, Eq)]
pub struct EpochUpdate {
    entries: Vec<Entry>,
    /// None for an epoch without entries, which claims nothing.
    proof: Option<DleqProof>,
    head: SignedHead,
}

/// Everything that the epoch's proof is bound to besides its points: list, epoch, starting value and all entries.
fn context(before: &Head, epoch: Epoch, chain: &[u8; 32]) -> [u8; 64] {
    TaggedHash::new("epoch-context")
        .part(&before.list.to_bytes())
        .element(&before.key.0)
        .uint(epoch.number())
        .element(&before.value)
        .part(&before.chain)
        .part(chain)
        .bytes()
}

/// `(Σ wᵢ·baseᵢ, Σ wᵢ·imageᵢ)` with `α·baseᵢ = imageᵢ` for every honest entry, variable time (spec 07 §3).
///
/// Removing `y` from `V` gives `V'` with `α·V' = V − y·V'`; restoring it gives `V'` with `α·V = V' − y·V`.
fn vartime_combine(before: &Head, entries: &[Entry], context: &[u8; 64]) -> (Element, Element) {
    let mut weights = Weights::new(TaggedHash::new("weights-epoch").part(context));
    let mut points = Vec::with_capacity(entries.len() + 1);
    points.push(before.value.point());
    let (mut bases, mut images) = (alloc::vec![Scalar::ZERO], alloc::vec![Scalar::ZERO]);
    for entry in entries {
        let (weight, y) = (weights.next(), entry.handle.scalar());
        let old = (bases.last_mut(), images.last_mut());
        let (base, image) = match entry.operation {
            Operation::Remove => ((Scalar::ZERO, weight), (weight, -(weight * y))),
            Operation::Restore => ((weight, Scalar::ZERO), (-(weight * y), weight)),
        };
        if let (Some(old_base), Some(old_image)) = old {
            *old_base += base.0;
            *old_image += image.0;
        }
        bases.push(base.1);
        images.push(image.1);
        points.push(entry.value.point());
    }
    (Element::new(Ristretto::vartime_sum(&bases, &points)), Element::new(Ristretto::vartime_sum(&images, &points)))
}

fn statement<'a>(before: &Head, base: Element, image: Element, context: &'a [u8; 64]) -> DleqStatement<'a> {
    DleqStatement { proof: "epoch", context, public: before.key.0, base, image }
}

impl EpochUpdate {
    /// Makes the epoch after `before`: applies `changes`, proves them, and leaves the head for the owner to sign.
    pub(super) fn make(
        before: &Head,
        changes: Vec<(Operation, Handle)>,
        time: crate::calendar::Timestamp,
        key: &AccumulatorKey,
        nonce_key: &PrfKey,
        sign: impl FnOnce(Head) -> SignedHead,
        table: &BaseTable,
    ) -> Result<Self, ListError> {
        let mut head = Head { epoch: before.epoch.next(), time, ..before.clone() };
        let mut entries = Vec::with_capacity(changes.len());
        for (operation, handle) in changes {
            head.value = match operation {
                Operation::Remove => key.divide(&head.value, &handle).map_err(|_| ListError::BadProof)?,
                Operation::Restore => key.multiply(&head.value, &handle),
            };
            let entry = Entry { operation, handle, value: head.value };
            head.chain = link(&head.chain, &entry);
            head.length += 1;
            entries.push(entry);
        }
        let proof = if entries.is_empty() {
            None
        } else {
            let context = context(before, head.epoch, &head.chain);
            let (base, image) = vartime_combine(before, &entries, &context);
            let proof = statement(before, base, image, &context).prove(table, key.scalar(), nonce_key);
            Some(proof.map_err(|_| ListError::BadProof)?)
        };
        Ok(Self { entries, proof, head: sign(head) })
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

    /// Checks that this epoch follows `before`, was made under the list's key and is signed by its owner; gives the head
    /// after it. Variable time; everything here is public.
    ///
    /// # Errors
    /// [`ListError::WrongHead`], [`ListError::BadSignature`], [`ListError::BrokenChain`] or [`ListError::BadProof`].
    pub fn verify(&self, before: &Head, keys: &ListKeys) -> Result<&Head, ListError> {
        let head = self.head.verify(keys)?;
        let chain = self.entries.iter().fold(before.chain, |chain, entry| link(&chain, entry));
        let value = self.entries.last().map_or(before.value, |entry| entry.value);
        if head.list != before.list || head.key != before.key {
            return Err(ListError::WrongHead);
        }
        let follows = head.epoch == before.epoch.next()
            && head.epoch > before.epoch
            && head.time >= before.time
            && Some(head.length) == before.length.checked_add(self.entries.len() as u64)
            && head.chain == chain
            && head.value == value;
        if !follows {
            return Err(ListError::BrokenChain);
        }
        match &self.proof {
            None if self.entries.is_empty() => Ok(head),
            Some(proof) if !self.entries.is_empty() => {
                let context = context(before, head.epoch, &head.chain);
                let (base, image) = vartime_combine(before, &self.entries, &context);
                let statement = statement(before, base, image, &context);
                statement.verify(&BaseTable::basepoint(), proof).map(|()| head).map_err(|_| ListError::BadProof)
            }
            _ => Err(ListError::BadProof),
        }
    }
}

impl Body for EpochUpdate {
    const TYPE: MessageType = MessageType::EpochUpdate;
    const MAX_LEN: usize = 1024 + 80 * MAX_ENTRIES;
    const FIELDS: u64 = 3;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).array(self.entries.len());
        for entry in &self.entries {
            entry.write(writer);
        }
        writer.key(2);
        match &self.proof {
            None => writer.array(0),
            Some(proof) => {
                writer.array(2);
                proof.write(writer);
            }
        }
        self.head.write_item(writer.key(3));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let entries = reader.key(1)?.items(MAX_ENTRIES, Entry::read)?;
        let proof = match reader.key(2)?.array(2)? {
            0 => None,
            2 => Some(DleqProof::read(reader)?),
            _ => return Err(DecodeError::Malformed),
        };
        Ok(Self { entries, proof, head: SignedHead::read_item(reader.key(3)?)? })
    }
}

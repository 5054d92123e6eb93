//! Membership witnesses: given out with a proof, then kept up to date by the holder alone (spec 07 §5).

use core::fmt;

use super::{Epoch, EpochUpdate, Head, ListError, ListId, ListKeys, Shard, VerifiedHeads};
use crate::accumulator::{AccumulatorKey, Handle, Operation, update_witness};
use crate::codec::{Reader, Writer};
use crate::error::DecodeError;
use crate::group::{BaseTable, Element, Point, PrfKey, TaggedHash};
use crate::secret::Secret;
use crate::sigma::{DleqProof, DleqStatement};

/// A witness as the owner gives it out: `W = (α + y)⁻¹·V` with a proof of `α·W = V − y·W` (spec 07 §5).
///
/// It is meant for the holder of `y` alone: wiped on drop and never printed.
#[derive(PartialEq, Eq)]
pub struct IssuedWitness {
    epoch: Epoch,
    witness: Secret<Element>,
    proof: DleqProof,
}

impl fmt::Debug for IssuedWitness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssuedWitness({:?}, redacted)", self.epoch)
    }
}

fn statement<'a>(head: &Head, y: &Handle, witness: Element, context: &'a [u8; 64]) -> DleqStatement<'a> {
    let image = Element::new(head.value.point() - y.scalar() * witness.point());
    DleqStatement { proof: "witness", context, public: head.key.0, base: witness, image }
}

fn context(head: &Head, y: &Handle) -> [u8; 64] {
    TaggedHash::new("witness-context").part(&head.digest()).part(y.scalar().as_bytes()).bytes()
}

impl IssuedWitness {
    pub(super) fn issue(
        head: &Head,
        y: &Handle,
        key: &AccumulatorKey,
        nonce_key: &PrfKey,
        table: &BaseTable,
    ) -> Result<Self, ListError> {
        let witness = key.divide(&head.value, y).map_err(|_| ListError::BadWitness)?;
        let context = context(head, y);
        let proof = statement(head, y, witness, &context).prove(table, key.scalar(), nonce_key);
        Ok(Self { epoch: head.epoch, witness: Secret::new(witness), proof: proof.map_err(|_| ListError::BadWitness)? })
    }

    /// The epoch whose value the witness fits.
    #[must_use]
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.array(4);
        writer.uint(self.epoch.number());
        writer.points([self.witness.expose()]);
        self.proof.write(writer);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(4)?;
        let epoch = Epoch::new(reader.uint()?);
        let witness = Secret::new(reader.point()?);
        Ok(Self { epoch, witness, proof: DleqProof::read(reader)? })
    }
}

enum State {
    Present(Secret<Point>),
    Removed { since: Epoch },
}

/// A holder's witness that its handle is on a list, with the head that it fits.
///
/// It follows the log through [`MembershipWitness::update`]. After the holder's own removal it holds no witness until the
/// holder is restored.
pub struct MembershipWitness {
    handle: Handle,
    head: Head,
    state: State,
}

impl fmt::Debug for MembershipWitness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MembershipWitness({:?}, redacted)", self.head.list)
    }
}

impl MembershipWitness {
    /// Checks a witness given out by the owner.
    ///
    /// # Errors
    /// [`ListError::WrongHead`] if `heads` are of another epoch, [`ListError::UnknownShard`], [`ListError::BadWitness`].
    pub(crate) fn receive(
        issued: &IssuedWitness,
        handle: &Handle,
        heads: &VerifiedHeads,
        shard: Shard,
        table: &BaseTable,
    ) -> Result<Self, ListError> {
        let head = heads.head(shard)?;
        if head.epoch != issued.epoch {
            return Err(ListError::WrongHead);
        }
        let context = context(head, handle);
        let statement = statement(head, handle, *issued.witness.expose(), &context);
        statement.verify(table, &issued.proof).map_err(|_| ListError::BadWitness)?;
        let state = State::Present(Secret::new(issued.witness.expose().point()));
        Ok(Self { handle: handle.duplicate(), head: head.clone(), state })
    }

    /// The accumulator.
    #[must_use]
    pub const fn list(&self) -> &ListId {
        &self.head.list
    }

    /// The epoch that the witness fits.
    #[must_use]
    pub const fn epoch(&self) -> Epoch {
        self.head.epoch
    }

    /// The epoch in which the holder was removed, if it is.
    #[must_use]
    pub const fn removed_since(&self) -> Option<Epoch> {
        match self.state {
            State::Present(_) => None,
            State::Removed { since } => Some(since),
        }
    }

    pub(crate) const fn handle(&self) -> &Handle {
        &self.handle
    }

    pub(crate) const fn head(&self) -> &Head {
        &self.head
    }

    pub(crate) const fn point(&self) -> Option<&Secret<Point>> {
        match &self.state {
            State::Present(witness) => Some(witness),
            State::Removed { .. } => None,
        }
    }

    /// Follows one epoch of the log, after checking it. On an error nothing changes.
    ///
    /// Being removed is not an error: see [`MembershipWitness::removed_since`]. Constant time in the handle and the witness,
    /// but for whether the holder's own handle occurs.
    ///
    /// # Errors
    /// Those of [`EpochUpdate::verify`]; [`ListError::AlreadyRemoved`] or [`ListError::NotRemoved`] if the log removes the
    /// holder twice or restores a present one.
    pub fn update(&mut self, update: &EpochUpdate, keys: &ListKeys) -> Result<(), ListError> {
        let after = update.verify(&self.head, keys)?;
        let mut state = match &self.state {
            State::Present(witness) => State::Present(Secret::new(*witness.expose())),
            State::Removed { since } => State::Removed { since: *since },
        };
        let mut before = self.head.value;
        for entry in update.entries() {
            let own = entry.handle == self.handle;
            state = match (state, entry.operation, own) {
                (State::Present(_), Operation::Remove, true) => State::Removed { since: after.epoch },
                (State::Removed { .. }, Operation::Restore, true) => State::Present(Secret::new(before.point())),
                (State::Removed { .. }, Operation::Remove, true) => return Err(ListError::AlreadyRemoved),
                (State::Present(_), Operation::Restore, true) => return Err(ListError::NotRemoved),
                (removed @ State::Removed { .. }, _, false) => removed,
                (State::Present(witness), operation, false) => {
                    let (y, other) = (&self.handle, &entry.handle);
                    let updated = update_witness(witness.expose(), y, operation, other, &before, &entry.value);
                    State::Present(Secret::new(updated.ok_or(ListError::BadWitness)?))
                }
            };
            before = entry.value;
        }
        self.state = state;
        self.head = after.clone();
        Ok(())
    }
}

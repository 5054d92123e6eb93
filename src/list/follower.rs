//! A holder that reads a log: its handle, the head it has reached, and its witness there (spec 07
//! §5.3).

use alloc::vec::Vec;

use rand_core::CryptoRngCore;

use super::{Entry, Epoch, EpochUpdate, Head, ListError, Presence};
use crate::accumulator::{Handle, Operation, Step, follow};
use crate::codec::{Reader, Writer};
use crate::error::DecodeError;
use crate::group::{Element, Point};
use crate::secret::Secret;

/// What the log has made of the holder.
pub(super) enum Standing {
    /// `W`, fitting the head.
    Present(Secret<Point>),
    /// The log removed the handle in this epoch.
    Removed { since: Epoch },
    /// The owner gave no witness at this epoch, and the log has not spoken of the handle since.
    Withheld { since: Epoch },
}

/// The state of following one log. Whether its head is cosigned is its owner's business:
/// [`MembershipWitness`](super::MembershipWitness) or [`CatchUp`](super::CatchUp).
pub(super) struct Follower {
    pub(super) handle: Handle,
    pub(super) head: Head,
    pub(super) standing: Standing,
    /// Whether the log has spoken of the handle since this began to follow it.
    pub(super) passed: bool,
}

/// Where the steps that are still to be composed begin.
enum Base {
    /// At the witness of the old head.
    Witness,
    /// At the holder's own restoration, where the witness is the value before it.
    Value(Point),
}

/// The way through some epochs: what the entries so far have made of the holder (spec 07 §5.3).
struct Path<'a> {
    /// `None` while the log has not spoken of a handle without a witness.
    presence: Option<Presence>,
    /// `None` where there is no witness.
    base: Option<Base>,
    since: Option<Epoch>,
    passed: bool,
    /// The entries since the base, all about others.
    steps: Vec<Step<'a>>,
}

impl<'a> Path<'a> {
    fn from(follower: &Follower, entries: usize) -> Self {
        let (presence, base) = match follower.standing {
            Standing::Present(_) => (Some(Presence::Present), Some(Base::Witness)),
            Standing::Removed { .. } => (Some(Presence::Removed), None),
            Standing::Withheld { .. } => (None, None),
        };
        Self { presence, base, since: follower.since(), passed: false, steps: Vec::with_capacity(entries) }
    }

    /// One entry, with the value before it: a row of the table of spec 07 §5.3.
    fn pass(&mut self, own: &Handle, epoch: Epoch, before: &'a Element, entry: &'a Entry) -> Result<(), ListError> {
        let Entry { operation, handle, value: after } = entry;
        if handle != own {
            if self.base.is_some() {
                self.steps.push(Step { operation: *operation, handle, before, after });
            }
            return Ok(());
        }
        let presence = match self.presence {
            Some(presence) => presence.after(*operation)?,
            // Nobody told what was before: the log's first word counts.
            None if *operation == Operation::Remove => Presence::Removed,
            None => Presence::Present,
        };
        (self.base, self.since) = match presence {
            Presence::Removed => (None, Some(epoch)),
            Presence::Present => (Some(Base::Value(before.point())), None),
        };
        self.presence = Some(presence);
        self.passed = true;
        self.steps.clear();
        Ok(())
    }

    /// Where it leads the holder who stood at its beginning; all steps are one sum.
    fn lead(self, from: &Follower, rng: &mut impl CryptoRngCore) -> Result<Standing, ListError> {
        let start = match (self.base, &from.standing) {
            (Some(Base::Value(value)), _) => Secret::new(value),
            (Some(Base::Witness), Standing::Present(witness)) => Secret::new(*witness.expose()),
            _ => {
                let since = self.since.ok_or(ListError::BadWitness)?;
                let spoken = self.presence.is_some();
                return Ok(if spoken { Standing::Removed { since } } else { Standing::Withheld { since } });
            }
        };
        if self.steps.is_empty() {
            return Ok(Standing::Present(start));
        }
        let witness = follow(start.expose(), &from.handle, &self.steps, rng);
        witness.map(Standing::Present).map_err(|_| ListError::BadWitness)
    }
}

impl Follower {
    /// The same place, to follow on from.
    pub(super) fn duplicate(&self) -> Self {
        let standing = match &self.standing {
            Standing::Present(witness) => Standing::Present(Secret::new(*witness.expose())),
            Standing::Removed { since } => Standing::Removed { since: *since },
            Standing::Withheld { since } => Standing::Withheld { since: *since },
        };
        Self { handle: self.handle.duplicate(), head: self.head.clone(), standing, passed: false }
    }

    pub(super) const fn since(&self) -> Option<Epoch> {
        match self.standing {
            Standing::Present(_) => None,
            Standing::Removed { since } | Standing::Withheld { since } => Some(since),
        }
    }

    /// Follows consecutive epochs that were checked, with one sum for all of them. On an error
    /// nothing changes.
    ///
    /// Whether the holder's own handle occurs may show in the time; for the rest see [`follow`].
    pub(super) fn advance(&mut self, epochs: &[EpochUpdate], rng: &mut impl CryptoRngCore) -> Result<(), ListError> {
        let mut path = Path::from(self, epochs.iter().map(|epoch| epoch.entries().len()).sum());
        let mut before = &self.head.value;
        for epoch in epochs {
            for entry in epoch.entries() {
                path.pass(&self.handle, epoch.head().head().epoch, before, entry)?;
                before = &entry.value;
            }
        }
        let passed = self.passed || path.passed;
        self.standing = path.lead(self, rng)?;
        self.passed = passed;
        if let Some(last) = epochs.last() {
            self.head = last.head().head().clone();
        }
        Ok(())
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.array(3);
        self.handle.write(writer);
        self.head.write_item(writer);
        match &self.standing {
            Standing::Present(witness) => {
                writer.array(2);
                writer.uint(1);
                writer.points([Secret::new(Element::new(*witness.expose())).expose()]);
            }
            Standing::Removed { since } => {
                writer.array(2);
                writer.uint(2);
                writer.uint(since.number());
            }
            Standing::Withheld { since } => {
                writer.array(2);
                writer.uint(3);
                writer.uint(since.number());
            }
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(3)?;
        let handle = Handle::read(reader)?;
        let head = Head::read_item(reader)?;
        reader.array_of(2)?;
        let standing = match reader.uint::<u8>()? {
            1 => Standing::Present(Secret::new(Secret::new(reader.point()?).expose().point())),
            2 => Standing::Removed { since: Epoch::new(reader.uint()?) },
            3 => Standing::Withheld { since: Epoch::new(reader.uint()?) },
            _ => return Err(DecodeError::OutOfRange),
        };
        Ok(Self { handle, head, standing, passed: false })
    }
}

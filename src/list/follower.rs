//! A holder that reads a log: its handle, the head it has reached, and its witness there (spec 07 §5.3).

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
}

/// Where the steps that are still to be composed begin.
enum Base {
    /// At the witness of the old head.
    Witness,
    /// At the holder's own restoration, where the witness is the value before it.
    Value(Point),
}

impl Follower {
    pub(super) fn duplicate(&self) -> Self {
        let standing = match &self.standing {
            Standing::Present(witness) => Standing::Present(Secret::new(*witness.expose())),
            Standing::Removed { since } => Standing::Removed { since: *since },
            Standing::Withheld { since } => Standing::Withheld { since: *since },
        };
        Self { handle: self.handle.duplicate(), head: self.head.clone(), standing }
    }

    pub(super) const fn since(&self) -> Option<Epoch> {
        match self.standing {
            Standing::Present(_) => None,
            Standing::Removed { since } | Standing::Withheld { since } => Some(since),
        }
    }

    /// Follows consecutive epochs that were checked, with one sum for all of them. On an error nothing changes.
    ///
    /// Whether the holder's own handle occurs may show in the time; for the rest see [`follow`].
    pub(super) fn advance(&mut self, epochs: &[EpochUpdate], rng: &mut impl CryptoRngCore) -> Result<(), ListError> {
        let mut presence = match self.standing {
            Standing::Present(_) => Some(Presence::Present),
            Standing::Removed { .. } => Some(Presence::Removed),
            Standing::Withheld { .. } => None,
        };
        let mut base = matches!(self.standing, Standing::Present(_)).then_some(Base::Witness);
        let mut since = self.since();
        let mut steps: Vec<Step<'_>> = Vec::with_capacity(epochs.iter().map(|epoch| epoch.entries().len()).sum());
        let mut before = &self.head.value;
        for epoch in epochs {
            for entry in epoch.entries() {
                let Entry { operation, handle, value: after } = entry;
                if *handle == self.handle {
                    let own = match presence {
                        Some(presence) => presence.after(*operation)?,
                        // Nobody told what was before: the log's first word counts.
                        None if *operation == Operation::Remove => Presence::Removed,
                        None => Presence::Present,
                    };
                    (base, since) = match own {
                        Presence::Removed => (None, Some(epoch.head().head().epoch)),
                        Presence::Present => (Some(Base::Value(before.point())), None),
                    };
                    presence = Some(own);
                    steps.clear();
                } else if base.is_some() {
                    steps.push(Step { operation: *operation, handle, before, after });
                }
                before = after;
            }
        }
        let start = match (&base, &self.standing) {
            (Some(Base::Value(value)), _) => Some(Secret::new(*value)),
            (Some(Base::Witness), Standing::Present(witness)) => Some(Secret::new(*witness.expose())),
            _ => None,
        };
        self.standing = match (start, since, presence) {
            (Some(start), _, _) if steps.is_empty() => Standing::Present(start),
            (Some(start), _, _) => {
                let witness = follow(start.expose(), &self.handle, &steps, rng);
                Standing::Present(witness.map_err(|_| ListError::BadWitness)?)
            }
            (None, Some(since), Some(_)) => Standing::Removed { since },
            (None, Some(since), None) => Standing::Withheld { since },
            (None, None, _) => return Err(ListError::BadWitness),
        };
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
        Ok(Self { handle, head, standing })
    }
}

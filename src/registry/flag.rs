//! Flagged persons: the machine of cases (spec 10 §3).

use alloc::vec::Vec;
use core::fmt;

use super::answer::Changed;
use super::flagged::Person;
use super::idempotency::{Appended, Outcome, Receipt, Request, Revision};
use super::log::Log;
use super::registries::FlagCore;
use super::{Answer, FlagError, Interrupt, Keeper, RowKey, Rows, Transition};
use crate::accumulator::{Handle, Operation};
use crate::codec::{Body, ENCODED_SCALAR, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::list::{GivenWitness, IssuedWitness, ListError, ListName, Shard};

/// A case of the police: 16 bytes of its own choice that say nothing to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId(pub [u8; 16]);

/// Whom to register with the flag registry, and where: what the registry hands over at an issuance
/// (type 67, spec 10 §3.3). It travels encrypted.
#[derive(Debug)]
pub struct FlagRegistration {
    /// The person's handle on the flag list.
    pub handle: Handle,
    /// The shard of the person's slot.
    pub shard: Shard,
}

impl Body for FlagRegistration {
    const TYPE: MessageType = MessageType::FlagRegistration;
    const MAX_LEN: usize = 4 + (1 + ENCODED_SCALAR) + (1 + 3);
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        self.handle.write(writer.key(1));
        writer.key(2).uint(u64::from(self.shard.number()));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { handle: Handle::read(reader.key(1)?)?, shard: Shard::read(reader.key(2)?)? })
    }
}

/// The flag registry's answer to a registration, for the registry (type 31, spec 10 §3.3). It
/// travels encrypted.
#[derive(PartialEq, Eq)]
pub struct FlagAnswer {
    list: ListName,
    shard: Shard,
    handle: Handle,
    witness: GivenWitness,
}

impl FlagAnswer {
    /// The witness; withheld where a case is open, or where the end of the last one waits for its
    /// epoch.
    #[must_use]
    pub const fn witness(&self) -> &GivenWitness {
        &self.witness
    }

    pub(super) fn is_for(&self, list: &ListName, handle: &Handle, shard: Shard) -> bool {
        self.list == *list && self.handle == *handle && self.shard == shard
    }
}

impl fmt::Debug for FlagAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FlagAnswer(redacted)")
    }
}

impl Body for FlagAnswer {
    const TYPE: MessageType = MessageType::FlagAnswer;
    const MAX_LEN: usize = 384;
    const FIELDS: u64 = 4;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).array(2);
        self.list.write(writer);
        writer.key(2).uint(u64::from(self.shard.number()));
        self.handle.write(writer.key(3));
        self.witness.write(writer.key(4));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.key(1)?.array_of(2)?;
        let list = ListName::read(reader)?;
        let shard = Shard::read(reader.key(2)?)?;
        let handle = Handle::read(reader.key(3)?)?;
        Ok(Self { list, shard, handle, witness: GivenWitness::read(reader.key(4)?)? })
    }
}

/// The transition that opens or lifts a case.
pub struct ChangeCase<'a> {
    pub(super) registry: &'a FlagCore,
    pub(super) request: Request,
    pub(super) handle: Handle,
    pub(super) case: CaseId,
    pub(super) open: bool,
}

impl fmt::Debug for ChangeCase<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChangeCase(redacted)")
    }
}

impl Transition for ChangeCase<'_> {
    type Output = Answer<Changed>;
    type Refusal = FlagError;

    fn keeper(&self) -> &Keeper {
        &self.registry.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<Answer<Changed>, Interrupt<FlagError>> {
        let named =
            [self.request.row(), RowKey::flagged(&self.handle), Log(&self.registry.list).element_row(&self.handle)];
        rows.load(named)?;
        if let Some(receipt) = self.request.answered(rows, FlagError::KeyReused)? {
            return Ok(Answer::Replayed(Changed { revision: receipt.revision, entries: receipt.entries }));
        }
        let mut person = Person::of::<FlagError>(rows, &self.handle)?;
        let before = person.is_flagged();
        person.change(rows, &self.handle, self.case, self.open)?;
        let entries = person.follow_cases(self.registry, rows, [before, person.is_flagged()])?;
        let revision = person.write(rows);
        self.request.answer(rows, revision, entries.clone(), Outcome::Changed);
        Ok(Answer::Done(Changed { revision, entries }))
    }
}

/// The transition that registers a person, or finds that it is registered, and gives out a witness
/// unless a case is open.
pub struct Register<'a> {
    pub(super) registry: &'a FlagCore,
    pub(super) request: Request,
    pub(super) registration: FlagRegistration,
}

/// What a registration led to.
#[derive(Debug)]
pub struct Registered {
    /// For the registry.
    pub answer: FlagAnswer,
    /// The person's revision after it.
    pub revision: Revision,
    /// The removal, if the person had open cases before it was registered.
    pub entries: Vec<Appended>,
}

impl fmt::Debug for Register<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Register(redacted)")
    }
}

impl Register<'_> {
    fn answer(&self, witness: GivenWitness) -> FlagAnswer {
        let FlagRegistration { handle, shard } = &self.registration;
        FlagAnswer { list: self.registry.list.name().clone(), shard: *shard, handle: handle.duplicate(), witness }
    }

    /// A retry: the same answer, from the epoch that was recorded.
    fn again(&self, rows: &mut Rows, receipt: Receipt) -> Result<Registered, Interrupt<FlagError>> {
        let Receipt { revision, entries, outcome, .. } = receipt;
        let (log, handle) = (Log(&self.registry.list), &self.registration.handle);
        let witness = match outcome {
            Outcome::Registered(shard, epoch) => {
                GivenWitness::Given(log.witness_again::<FlagError>(rows, handle, shard, epoch)?)
            }
            Outcome::Withheld(epoch) => GivenWitness::Withheld(epoch),
            _ => return Err(FlagError::KeyReused.into()),
        };
        Ok(Registered { answer: self.answer(witness), revision, entries })
    }
}

impl Transition for Register<'_> {
    type Output = Answer<Registered>;
    type Refusal = FlagError;

    fn keeper(&self) -> &Keeper {
        &self.registry.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<Answer<Registered>, Interrupt<FlagError>> {
        let FlagRegistration { handle, shard } = &self.registration;
        let log = Log(&self.registry.list);
        rows.load([self.request.row(), RowKey::flagged(handle), log.element_row(handle), log.list_row()])?;
        if let Some(receipt) = self.request.answered(rows, FlagError::KeyReused)? {
            return self.again(rows, receipt).map(Answer::Replayed);
        }
        let mut person = Person::of::<FlagError>(rows, handle)?;
        let mut entries = Vec::new();
        match log.shard_of(rows, handle)? {
            Some(registered) if registered != *shard => return Err(FlagError::OtherShard.into()),
            Some(_) => {}
            None => {
                log.register::<FlagError>(rows, handle, *shard)?;
                person.registered(handle)?;
                if person.is_flagged() {
                    entries.push(log.append::<FlagError>(rows, handle, Operation::Remove)?);
                }
            }
        }
        let witness = match log.witness(rows, handle) {
            Err(Interrupt::Refused(FlagError::List(ListError::Removed))) => {
                GivenWitness::Withheld(log.closed::<FlagError>(rows)?)
            }
            witness => GivenWitness::Given(witness?),
        };
        let revision = person.write(rows);
        let outcome = match &witness {
            GivenWitness::Given(witness) => Outcome::Registered(*shard, witness.epoch()),
            GivenWitness::Withheld(epoch) => Outcome::Withheld(*epoch),
        };
        self.request.answer(rows, revision, entries.clone(), outcome);
        Ok(Answer::Done(Registered { answer: self.answer(witness), revision, entries }))
    }
}

/// The question for a fresh flag witness. It tells the owner who asks, and a verifier nothing.
pub struct FlagWitness<'a> {
    pub(super) registry: &'a FlagCore,
    pub(super) handle: Handle,
}

impl fmt::Debug for FlagWitness<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FlagWitness(redacted)")
    }
}

impl Transition for FlagWitness<'_> {
    type Output = IssuedWitness;
    type Refusal = FlagError;

    fn keeper(&self) -> &Keeper {
        &self.registry.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<IssuedWitness, Interrupt<FlagError>> {
        let log = Log(&self.registry.list);
        rows.load([RowKey::flagged(&self.handle), log.element_row(&self.handle)])?;
        log.witness(rows, &self.handle)
    }
}

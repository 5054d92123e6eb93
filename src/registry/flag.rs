//! Flagged persons: the machine of cases (spec 10 §3).

use alloc::vec::Vec;
use core::fmt;

use super::log::{Log, read_bit};
use super::receipt::{Appended, Outcome, Request, Revision};
use super::report::Changed;
use super::{Answer, FlagError, FlagRegistry, Halt, Keeper, RowKey, Rows, Transition};
use crate::accumulator::{Handle, Operation};
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::list::{GivenWitness, IssuedWitness, ListError, ListName, Shard};

/// The most open cases of one person.
const MAX_CASES: usize = 1024;

/// A case of the police: 16 bytes of its own choice that say nothing to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId(pub [u8; 16]);

/// A row: the open cases under one handle. Type 27 (spec 10 §5.4).
#[derive(Default)]
pub(super) struct Flagged {
    /// In order, each once.
    cases: Vec<CaseId>,
    revision: Revision,
    /// Whether the handle is a person's own, and no document's besides: it was registered, or others were joined with it.
    own: bool,
    /// The person's handle, where this one is a further document's.
    joined: Option<Handle>,
}

impl Flagged {
    fn read_or_new<R>(rows: &mut Rows, handle: &Handle) -> Result<Self, Halt<R>> {
        Ok(rows.read(&RowKey::flagged(handle))?.unwrap_or_default())
    }

    fn open(&mut self, case: CaseId) -> Result<(), FlagError> {
        match self.cases.binary_search(&case) {
            Ok(_) => Err(FlagError::CaseAlreadyOpen),
            Err(_) if self.cases.len() >= MAX_CASES => Err(FlagError::TooManyCases),
            Err(place) => {
                self.cases.insert(place, case);
                Ok(())
            }
        }
    }

    fn close(&mut self, case: CaseId) -> Result<(), FlagError> {
        let place = self.cases.binary_search(&case).map_err(|_| FlagError::CaseNotOpen)?;
        self.cases.remove(place);
        Ok(())
    }
}

impl Body for Flagged {
    const TYPE: MessageType = MessageType::Flagged;
    const MAX_LEN: usize = 128 + 17 * MAX_CASES;
    const FIELDS: u64 = 4;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).array(self.cases.len());
        self.cases.iter().for_each(|case| writer.bytes(&case.0));
        writer.key(2).uint(self.revision.0);
        writer.key(3).uint(u64::from(self.own));
        writer.key(4).array(usize::from(self.joined.is_some()));
        if let Some(handle) = &self.joined {
            handle.write(writer);
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let cases = reader.key(1)?.items(MAX_CASES, |reader| reader.bytes_of().map(CaseId))?;
        let revision = Revision(reader.key(2)?.uint()?);
        let own = read_bit(reader.key(3)?)?;
        let joined = reader.key(4)?.items(1, Handle::read)?.pop();
        let ordered = cases.is_sorted_by(|one, other| one < other);
        if !ordered || (joined.is_some() && (own || !cases.is_empty())) {
            return Err(DecodeError::OutOfRange);
        }
        Ok(Self { cases, revision, own, joined })
    }
}

/// Whom to register with the flag registry, and where: what the registry hands over at an issuance.
#[derive(Debug)]
pub struct FlagRegistration {
    /// The person's handle on the flag list.
    pub handle: Handle,
    /// The shard of the person's slot.
    pub shard: Shard,
}

/// The flag registry's answer to a registration, for the registry (type 31, spec 10 §3.3). It travels encrypted.
#[derive(PartialEq, Eq)]
pub struct FlagAnswer {
    list: ListName,
    shard: Shard,
    handle: Handle,
    witness: GivenWitness,
}

impl FlagAnswer {
    /// The witness; withheld where a case is open, or where the end of the last one waits for its epoch.
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
    pub(super) registry: &'a FlagRegistry,
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

/// Removes or restores a handle where its cases have become some, or none, and it is registered.
fn follow_cases(
    registry: &FlagRegistry,
    rows: &mut Rows,
    handle: &Handle,
    [before, after]: [bool; 2],
) -> Result<Vec<Appended>, Halt<FlagError>> {
    let log = Log(&registry.list);
    let operation = match (before, after) {
        (false, true) => Operation::Remove,
        (true, false) => Operation::Restore,
        _ => return Ok(Vec::new()),
    };
    match log.shard_of(rows, handle)? {
        None => Ok(Vec::new()),
        Some(_) => Ok(alloc::vec![log.append(rows, handle, operation)?]),
    }
}

impl Transition for ChangeCase<'_> {
    type Output = Answer<Changed>;
    type Refusal = FlagError;

    fn keeper(&self) -> &Keeper {
        &self.registry.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<Answer<Changed>, Halt<FlagError>> {
        let named =
            [self.request.row(), RowKey::flagged(&self.handle), Log(&self.registry.list).element_row(&self.handle)];
        rows.load(named)?;
        if let Some(receipt) = self.request.answered(rows, FlagError::KeyReused)? {
            return Ok(Answer::Replayed(Changed { revision: receipt.revision, entries: receipt.entries }));
        }
        let mut handle = self.handle.duplicate();
        let mut flagged = Flagged::read_or_new(rows, &handle)?;
        if let Some(person) = flagged.joined {
            flagged = Flagged::read_or_new(rows, &person)?;
            handle = person;
        }
        let before = !flagged.cases.is_empty();
        if self.open { flagged.open(self.case) } else { flagged.close(self.case) }?;
        let entries = follow_cases(self.registry, rows, &handle, [before, !flagged.cases.is_empty()])?;
        flagged.revision = flagged.revision.next();
        rows.write(RowKey::flagged(&handle), &flagged);
        self.request.answer(rows, flagged.revision, entries.clone(), Outcome::Changed);
        Ok(Answer::Done(Changed { revision: flagged.revision, entries }))
    }
}

/// The transition that registers a person, or finds that it is registered, and gives out a witness unless a case is open.
pub struct Register<'a> {
    pub(super) registry: &'a FlagRegistry,
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
}

impl Transition for Register<'_> {
    type Output = Answer<Registered>;
    type Refusal = FlagError;

    fn keeper(&self) -> &Keeper {
        &self.registry.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<Answer<Registered>, Halt<FlagError>> {
        let FlagRegistration { handle, shard } = &self.registration;
        let log = Log(&self.registry.list);
        rows.load([self.request.row(), RowKey::flagged(handle), log.element_row(handle), log.list_row()])?;
        if let Some(receipt) = self.request.answered(rows, FlagError::KeyReused)? {
            let witness = match receipt.outcome {
                Outcome::Registered(shard, epoch) => {
                    GivenWitness::Given(log.witness_again::<FlagError>(rows, handle, shard, epoch)?)
                }
                Outcome::Withheld(epoch) => GivenWitness::Withheld(epoch),
                _ => return Err(FlagError::KeyReused.into()),
            };
            let answer = self.answer(witness);
            return Ok(Answer::Replayed(Registered { answer, revision: receipt.revision, entries: receipt.entries }));
        }
        let mut flagged = Flagged::read_or_new(rows, handle)?;
        if flagged.joined.is_some() {
            return Err(FlagError::JoinedElsewhere.into());
        }
        let mut entries = Vec::new();
        match log.shard_of(rows, handle)? {
            Some(registered) if registered != *shard => return Err(FlagError::OtherShard.into()),
            Some(_) => {}
            None => {
                log.register::<FlagError>(rows, handle, *shard)?;
                if !flagged.cases.is_empty() {
                    entries.push(log.append::<FlagError>(rows, handle, Operation::Remove)?);
                }
            }
        }
        let witness = match log.witness(rows, handle) {
            Err(Halt::Refused(FlagError::List(ListError::Removed))) => {
                GivenWitness::Withheld(log.closed::<FlagError>(rows)?)
            }
            witness => GivenWitness::Given(witness?),
        };
        flagged.own = true;
        flagged.revision = flagged.revision.next();
        rows.write(RowKey::flagged(handle), &flagged);
        let outcome = match &witness {
            GivenWitness::Given(witness) => Outcome::Registered(*shard, witness.epoch()),
            GivenWitness::Withheld(epoch) => Outcome::Withheld(*epoch),
        };
        self.request.answer(rows, flagged.revision, entries.clone(), outcome);
        Ok(Answer::Done(Registered { answer: self.answer(witness), revision: flagged.revision, entries }))
    }
}

/// The transition that makes two handles one person's: cases of the document are the person's from here on.
pub struct Join<'a> {
    pub(super) registry: &'a FlagRegistry,
    pub(super) request: Request,
    pub(super) document: Handle,
    pub(super) person: Handle,
}

impl fmt::Debug for Join<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Join(redacted)")
    }
}

impl Transition for Join<'_> {
    type Output = Answer<Changed>;
    type Refusal = FlagError;

    fn keeper(&self) -> &Keeper {
        &self.registry.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<Answer<Changed>, Halt<FlagError>> {
        let (document, person) = (RowKey::flagged(&self.document), RowKey::flagged(&self.person));
        rows.load([self.request.row(), document.duplicate(), person.duplicate()])?;
        if let Some(receipt) = self.request.answered(rows, FlagError::KeyReused)? {
            return Ok(Answer::Replayed(Changed { revision: receipt.revision, entries: receipt.entries }));
        }
        let mut alone = Flagged::read_or_new(rows, &self.document)?;
        let mut own = Flagged::read_or_new(rows, &self.person)?;
        if alone.joined.is_some() || own.joined.is_some() {
            return Err(FlagError::JoinedElsewhere.into());
        }
        if alone.own || document == person {
            return Err(FlagError::HandleInUse.into());
        }
        let before = !own.cases.is_empty();
        for case in core::mem::take(&mut alone.cases) {
            match own.open(case) {
                Ok(()) | Err(FlagError::CaseAlreadyOpen) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let entries = follow_cases(self.registry, rows, &self.person, [before, !own.cases.is_empty()])?;
        own.own = true;
        own.revision = own.revision.next();
        alone.revision = alone.revision.next();
        alone.joined = Some(self.person.duplicate());
        rows.write(document, &alone);
        rows.write(person, &own);
        self.request.answer(rows, own.revision, entries.clone(), Outcome::Changed);
        Ok(Answer::Done(Changed { revision: own.revision, entries }))
    }
}

/// The question for a fresh flag witness. It tells the owner who asks, and a verifier nothing.
pub struct FlagWitness<'a> {
    pub(super) registry: &'a FlagRegistry,
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

    fn apply(&self, rows: &mut Rows) -> Result<IssuedWitness, Halt<FlagError>> {
        let log = Log(&self.registry.list);
        rows.load([RowKey::flagged(&self.handle), log.element_row(&self.handle)])?;
        log.witness(rows, &self.handle)
    }
}

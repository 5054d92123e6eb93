//! What a wallet seals (spec 11 §3).

use alloc::sync::Arc;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::uses::UseMemory;
use crate::calendar::Timestamp;
use crate::codec::{Body, Message, MessageType, Reader, Writer};
use crate::credential::{Credential, IssuerParameters, RecoverySecret, RequestState, ShardChoice};
use crate::directory::{DirectoryMemory, EpochMemory, Equivocation, VerifiedDirectory};
use crate::error::{DecodeError, Refusal, Refused, check, refusal, refused};
use crate::list::{ListClass, Shard, SuspendedCatchUp};
use crate::presentation::{Order, StoredTicket, TicketTarget};
use crate::secret::Secret;

/// The most credentials of a wallet.
pub(super) const MAX_CREDENTIALS: usize = 8;
/// The most pieces of evidence that a wallet keeps: the first one against each offender, which is
/// as good as any.
const MAX_EVIDENCE: usize = 16;

/// The most orders of tickets that wait.
pub(super) const MAX_ORDERS: usize = 8;

/// The most tickets that a wallet keeps and waits for.
pub(super) const MAX_TICKETS: usize = 512;

/// What a wallet knows about its shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShardMemory {
    /// Nothing was asked for yet: the first request draws.
    ToDraw,
    /// The recovery secret came out of a backup: its slot may have a shard.
    Forgotten,
    /// Drawn, or taken from the slot, for good.
    Known(Shard),
}

impl ShardMemory {
    pub(super) const fn choice(self) -> ShardChoice {
        match self {
            Self::ToDraw => ShardChoice::Draw,
            Self::Forgotten => ShardChoice::FromSlot,
            Self::Known(shard) => ShardChoice::Keep(shard),
        }
    }

    fn write(self, writer: &mut Writer) {
        match self {
            Self::ToDraw => {
                writer.array(1);
                writer.uint(0);
            }
            Self::Forgotten => {
                writer.array(1);
                writer.uint(1);
            }
            Self::Known(shard) => {
                writer.array(2);
                writer.uint(2);
                writer.uint(u64::from(shard.number()));
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match (reader.array(2)?, reader.uint::<u8>()?) {
            (1, 0) => Ok(Self::ToDraw),
            (1, 1) => Ok(Self::Forgotten),
            (2, 2) => Shard::read(reader).map(Self::Known),
            _ => Err(DecodeError::OutOfRange),
        }
    }
}

/// Whether credentials under these parameters take one place.
pub(super) fn are_alike(one: &IssuerParameters, other: &IssuerParameters) -> bool {
    one.key() == other.key() && one.version() == other.version() && one.schema_digest() == other.schema_digest()
}

/// A second copy, made on purpose: following consumes one, and the wallet keeps the other until the
/// way is done.
pub(super) fn duplicate(suspended: &SuspendedCatchUp) -> Result<SuspendedCatchUp, DecodeError> {
    let mut writer = Writer::new(&[]);
    suspended.write(&mut writer);
    SuspendedCatchUp::read(&mut Reader::new(&Zeroizing::new(writer.into_bytes())))
}

/// A credential with the catch-ups that were interrupted: status, flag.
pub(super) struct Held {
    pub(super) credential: Credential,
    pub(super) catching_up: [Option<SuspendedCatchUp>; ListClass::COUNT],
}

impl Held {
    /// Whether a credential under these parameters is in this one's place.
    pub(super) fn is_under(&self, parameters: &IssuerParameters) -> bool {
        are_alike(self.credential.parameters(), parameters)
    }

    /// The same credential with the same catch-ups, to be changed.
    pub(super) fn duplicate(&self) -> Result<Self, DecodeError> {
        let [status, flag] = self.catching_up.each_ref().map(|way| way.as_ref().map(duplicate).transpose());
        Ok(Self { credential: self.credential.duplicate(), catching_up: [status?, flag?] })
    }

    fn write(&self, writer: &mut Writer) {
        writer.array(1 + ListClass::COUNT);
        self.credential.write(writer);
        for catching_up in &self.catching_up {
            writer.array(usize::from(catching_up.is_some()));
            if let Some(catching_up) = catching_up {
                catching_up.write(writer);
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array_of(1 + ListClass::COUNT)?;
        let credential = Credential::read(reader)?;
        let mut catching_up = [None, None];
        for (catching_up, witness) in catching_up.iter_mut().zip(credential.witnesses()) {
            *catching_up = reader.items(1, SuspendedCatchUp::read)?.pop();
            if catching_up.as_ref().is_some_and(|suspended| !suspended.continues(witness)) {
                return Err(reader.refuse(refusal!(DecodeError::OutOfRange, "11-12")));
            }
        }
        Ok(Self { credential, catching_up })
    }
}

/// Everything that a wallet keeps. States that follow one another share what has not changed: no
/// secret is copied.
pub(super) struct State {
    pub(super) recovery: Arc<RecoverySecret>,
    pub(super) shard: ShardMemory,
    pub(super) credentials: Vec<Arc<Held>>,
    /// The newest version that counts.
    pub(super) directory: Option<Arc<VerifiedDirectory>>,
    pub(super) epochs: EpochMemory,
    pub(super) versions: DirectoryMemory,
    pub(super) evidence: Vec<Equivocation>,
    pub(super) uses: UseMemory,
    pub(super) tickets: Vec<Arc<StoredTicket>>,
    /// Issuances that wait for their responses, one for each place of a credential.
    pub(super) awaited: Vec<Arc<RequestState>>,
    /// Orders of tickets that wait for their helpers, the newest last.
    pub(super) orders: Vec<Arc<Order>>,
}

impl State {
    pub(super) fn new(recovery: RecoverySecret, shard: ShardMemory) -> Self {
        Self {
            recovery: Arc::new(recovery),
            shard,
            credentials: Vec::new(),
            directory: None,
            epochs: EpochMemory::new(),
            versions: DirectoryMemory::new(),
            evidence: Vec::new(),
            uses: UseMemory::default(),
            tickets: Vec::new(),
            awaited: Vec::new(),
            orders: Vec::new(),
        }
    }

    /// The same state, to be changed before it is sealed.
    pub(super) fn share(&self) -> Self {
        Self {
            recovery: Arc::clone(&self.recovery),
            shard: self.shard,
            credentials: self.credentials.iter().map(Arc::clone).collect(),
            directory: self.directory.as_ref().map(Arc::clone),
            epochs: self.epochs.clone(),
            versions: self.versions.clone(),
            evidence: self.evidence.clone(),
            uses: self.uses.clone(),
            tickets: self.tickets.iter().map(Arc::clone).collect(),
            awaited: self.awaited.iter().map(Arc::clone).collect(),
            orders: self.orders.iter().map(Arc::clone).collect(),
        }
    }

    /// What of a whole state its reader refuses, and so no file is made of. That each part is read
    /// as it is written is the part's own matter.
    pub(super) fn check(&self) -> Result<(), Refusal<DecodeError>> {
        let counts = [
            (self.credentials.len(), MAX_CREDENTIALS),
            (self.evidence.len(), MAX_EVIDENCE),
            (self.tickets.len(), MAX_TICKETS),
            (self.awaited.len(), MAX_CREDENTIALS),
            (self.orders.len(), MAX_ORDERS),
        ];
        let refused = |refused: Refused| Err(refused.with(DecodeError::OutOfRange));
        match () {
            () if counts.iter().any(|(count, most)| count > most) => refused(refused!("01-11")),
            () if !self.credentials_fit() => refused(refused!("11-13")),
            () if !(0..self.awaited.len()).all(|place| self.may_await(place)) => refused(refused!("11-58")),
            () if !self.orders_fit() => refused(refused!("11-64")),
            () => Ok(()),
        }
    }

    /// Whether all credentials are of the wallet's shard, and no two take one place (check 11-13).
    fn credentials_fit(&self) -> bool {
        let once = |(place, held): (usize, &Arc<Held>)| {
            !self.credentials.iter().take(place).any(|other| other.is_under(held.credential.parameters()))
        };
        let ours = |held: &Arc<Held>| self.shard == ShardMemory::Known(held.credential.shard());
        self.credentials.iter().all(ours) && self.credentials.iter().enumerate().all(once)
    }

    /// Whether an issuance is one of this wallet's, and alone in its place (check 11-58).
    fn may_await(&self, place: usize) -> bool {
        self.awaited.get(place).is_some_and(|own| {
            let mut others = self.awaited.iter().take(place);
            own.is_of(&self.recovery)
                && self.shard == ShardMemory::Known(own.shard())
                && !others.any(|other| are_alike(other.parameters(), own.parameters()))
        })
    }

    /// The tickets that it has, and those that it waits for.
    pub(super) fn tickets_in_all(&self) -> usize {
        self.orders.iter().fold(self.tickets.len(), |all, order| all.saturating_add(order.count()))
    }

    /// Whether orders may stand side by side (check 11-64).
    fn orders_fit(&self) -> bool {
        let once = |(place, order): (usize, &Arc<Order>)| {
            !self.orders.iter().take(place).any(|other| other.request() == order.request())
        };
        self.tickets_in_all() <= MAX_TICKETS && self.orders.iter().enumerate().all(once)
    }

    /// Forgets the tickets, and the orders, of which this is said.
    pub(super) fn forget_tickets(&mut self, is_of_no_use: impl Fn(&[TicketTarget]) -> bool) {
        self.tickets.retain(|stored| !is_of_no_use(stored.covered()));
        self.orders.retain(|order| !is_of_no_use(order.covered()));
    }

    /// Wipes former witnesses that are used no more (check 11-61).
    pub(super) fn forget_outdated(&mut self, now: Timestamp) -> Result<(), DecodeError> {
        for held in self.credentials.iter_mut().filter(|held| held.credential.keeps_outdated(now)) {
            let mut recent = held.duplicate()?;
            recent.credential.forget_outdated(now);
            *held = Arc::new(recent);
        }
        Ok(())
    }

    /// The directory goes on from here.
    pub(super) fn go_on_from(&mut self, directory: VerifiedDirectory) {
        self.versions.remember(&directory);
        self.directory = Some(Arc::new(directory));
    }

    /// Keeps one piece of evidence against each offender: who contradicts themselves often does not
    /// push out the others.
    pub(super) fn keep_evidence(&mut self, found: &[Equivocation]) {
        for evidence in found {
            if self.evidence.len() < MAX_EVIDENCE
                && !self.evidence.iter().any(|kept| self.is_against_same(kept, evidence))
            {
                self.evidence.push(evidence.clone());
            }
        }
    }

    fn is_against_same(&self, one: &Equivocation, other: &Equivocation) -> bool {
        let offender = |evidence: &Equivocation| evidence.verify(self.directory.as_deref()?).ok();
        one == other || offender(one).is_some_and(|known| offender(other) == Some(known))
    }
}

impl Body for State {
    const TYPE: MessageType = MessageType::WalletState;
    const MAX_LEN: usize = 1 << 22;
    const FIELDS: u64 = 11;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(self.recovery.to_secret_bytes().expose());
        self.shard.write(writer.key(2));
        writer.key(3).array(self.credentials.len());
        self.credentials.iter().for_each(|held| held.write(writer));
        writer.key(4).array(usize::from(self.directory.is_some()));
        if let Some(directory) = &self.directory {
            directory.write(writer);
        }
        self.epochs.write(writer.key(5));
        self.versions.write(writer.key(6));
        writer.key(7).array(self.evidence.len());
        self.evidence.iter().for_each(|evidence| evidence.write_item(writer));
        self.uses.write(writer.key(8));
        writer.key(9).array(self.tickets.len());
        self.tickets.iter().for_each(|ticket| ticket.write(writer));
        writer.key(10).array(self.awaited.len());
        self.awaited.iter().for_each(|state| writer.bytes(&Zeroizing::new(state.to_bytes())));
        writer.key(11).array(self.orders.len());
        self.orders.iter().for_each(|order| order.write(writer));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let recovery = Arc::new(RecoverySecret::from_secret_bytes(Secret::new(reader.key(1)?.bytes_of()?)));
        let shard = ShardMemory::read(reader.key(2)?)?;
        let credentials = reader.key(3)?.items(MAX_CREDENTIALS, |reader| Held::read(reader).map(Arc::new))?;
        let directory = reader.key(4)?.items(1, |reader| VerifiedDirectory::read(reader).map(Arc::new))?.pop();
        let epochs = EpochMemory::read(reader.key(5)?)?;
        let versions = DirectoryMemory::read(reader.key(6)?)?;
        let evidence = reader.key(7)?.items(MAX_EVIDENCE, Equivocation::read_item)?;
        let uses = UseMemory::read(reader.key(8)?)?;
        let tickets = reader.key(9)?.items(MAX_TICKETS, |reader| StoredTicket::read(reader).map(Arc::new))?;
        let awaited =
            reader.key(10)?.items(MAX_CREDENTIALS, |reader| reader.message::<RequestState>().map(Arc::new))?;
        let orders = reader
            .key(11)?
            .items(MAX_ORDERS, |reader| reader.wholly_under(check!("11-64"), Order::read).map(Arc::new))?;
        let state = Self {
            recovery,
            shard,
            credentials,
            directory,
            epochs,
            versions,
            evidence,
            uses,
            tickets,
            awaited,
            orders,
        };
        state.check().map(|()| state).map_err(|refusal| reader.refuse(refusal))
    }
}

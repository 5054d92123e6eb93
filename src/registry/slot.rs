//! Slots: one for each person, and the machine of their credentials (spec 10 §2).

use alloc::vec::Vec;

use super::receipt::{Revision, read_offer};
use super::{Halt, RegistryError, RowKey, Rows, Table};
use crate::accumulator::Handle;
use crate::calendar::{Days, Timestamp};
use crate::codec::{Body, Message, MessageType, Reader, Writer};
use crate::credential::{CredentialOffer, ResetCounter, SlotId};
use crate::device::DevicePublicKey;
use crate::error::DecodeError;
use crate::list::Shard;
use crate::secret::Secret;
use crate::symbol::{CardSymbol, Generation, PersonSymbol};

/// The most documents of one person.
pub(super) const MAX_DOCUMENTS: usize = 8;

/// Why a credential is suspended: a set of bits. Present on the status list means that none is open.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Reasons(u8);

impl Reasons {
    pub(super) const NONE: Self = Self(0);
    pub(super) const CARD_LOST: Self = Self(1);
    pub(super) const PHONE_LOST: Self = Self(1 << 1);
    pub(super) const EXPIRED: Self = Self(1 << 2);
    const ALL: u8 = (1 << 3) - 1;

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) const fn contains(self, one: Self) -> bool {
        self.0 & one.0 != 0
    }

    pub(super) fn open(self, one: Self) -> Result<Self, RegistryError> {
        if self.contains(one) { Err(RegistryError::ReasonAlreadyOpen) } else { Ok(Self(self.0 | one.0)) }
    }

    pub(super) fn close(self, one: Self) -> Result<Self, RegistryError> {
        if self.contains(one) { Ok(Self(self.0 & !one.0)) } else { Err(RegistryError::ReasonNotOpen) }
    }
}

/// How a credential comes to be issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum IssuanceKind {
    /// The person's first credential.
    Enrol = 1,
    /// To a new phone, at the old one's wish; the old credential ends.
    Move = 2,
    /// From the card's chip, without the old phone; the old credential ends.
    Reissue = 3,
}

/// The credential of a slot.
pub(super) struct Live {
    pub(super) generation: Generation,
    pub(super) since: Days,
    pub(super) card: CardSymbol,
    pub(super) status: Handle,
    pub(super) device: DevicePublicKey,
    /// `N_h`
    pub(super) pseudonym: [u8; 32],
    pub(super) reasons: Reasons,
}

/// A row: a person's slot. Type 24 (spec 10 §5.2).
pub(super) struct Slot {
    /// The first one makes the flag handle.
    pub(super) persons: Vec<PersonSymbol>,
    pub(super) revision: Revision,
    pub(super) reset: ResetCounter,
    /// Fixed by the first proven request, for life.
    pub(super) shard: Option<Shard>,
    pub(super) live: Option<Live>,
}

impl Slot {
    pub(super) fn new(person: PersonSymbol) -> Self {
        Self {
            persons: alloc::vec![person],
            revision: Revision::default(),
            reset: ResetCounter(0),
            shard: None,
            live: None,
        }
    }

    /// The slot that another row speaks of, so it is there.
    pub(super) fn read_known<R>(rows: &mut Rows, slot: SlotId) -> Result<Self, Halt<R>> {
        rows.read(&RowKey::slot(slot))?.ok_or(Halt::Corrupt(Table::Slots, DecodeError::Malformed))
    }

    /// The symbol that the flag handle is made from.
    pub(super) fn first_person<R>(&self) -> Result<&PersonSymbol, Halt<R>> {
        self.persons.first().ok_or(Halt::Corrupt(Table::Slots, DecodeError::Malformed))
    }

    /// The generation of the next credential.
    pub(super) fn next_generation(&self) -> Result<Generation, RegistryError> {
        let next = self.live.as_ref().map_or(Some(Generation::FIRST), |live| live.generation.next());
        next.ok_or(RegistryError::CounterExhausted)
    }

    /// Whether a credential may be issued in this way on this card: asked when it is offered, and again when it is issued
    /// (checks 10-4 to 10-11).
    pub(super) fn permits(
        &self,
        own: SlotId,
        kind: IssuanceKind,
        card: &CardSymbol,
        row: Option<&CardRow>,
    ) -> Result<(), RegistryError> {
        if row.is_some_and(|row| row.slot != own) {
            return Err(RegistryError::CardOfAnotherSlot);
        }
        if row.is_some_and(|row| row.replaced) {
            return Err(RegistryError::CardReplaced);
        }
        match (kind, &self.live) {
            (IssuanceKind::Enrol, None) => Ok(()),
            (IssuanceKind::Enrol, Some(_)) => Err(RegistryError::AlreadyEnrolled),
            (IssuanceKind::Move | IssuanceKind::Reissue, None) => Err(RegistryError::NotEnrolled),
            (IssuanceKind::Move, Some(live)) if live.card != *card => Err(RegistryError::WrongCard),
            (IssuanceKind::Move, Some(live)) if !live.reasons.is_empty() => Err(RegistryError::SuspendedCredential),
            (IssuanceKind::Reissue, Some(live)) if live.card == *card => {
                if live.reasons.contains(Reasons::EXPIRED) {
                    return Err(RegistryError::CardExpired);
                }
                if live.reasons.contains(Reasons::CARD_LOST) { Err(RegistryError::CardLost) } else { Ok(()) }
            }
            (IssuanceKind::Move | IssuanceKind::Reissue, Some(_)) => Ok(()),
        }
    }
}

pub(super) fn duplicate_card(card: &CardSymbol) -> CardSymbol {
    CardSymbol::from_stored(Secret::new(*card.as_bytes()))
}

pub(super) fn duplicate_person(person: &PersonSymbol) -> PersonSymbol {
    PersonSymbol::from_stored(Secret::new(*person.as_bytes()))
}

impl Body for Slot {
    const TYPE: MessageType = MessageType::Slot;
    const MAX_LEN: usize = 512 + 66 * MAX_DOCUMENTS;
    const FIELDS: u64 = 5;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).array(self.persons.len());
        self.persons.iter().for_each(|person| writer.bytes(person.as_bytes()));
        writer.key(2).uint(self.revision.0);
        writer.key(3).uint(u64::from(self.reset.0));
        writer.key(4).array(usize::from(self.shard.is_some()));
        if let Some(shard) = self.shard {
            writer.uint(u64::from(shard.number()));
        }
        match &self.live {
            None => writer.key(5).array(0),
            Some(live) => {
                writer.key(5).array(7);
                writer.uint(u64::from(live.generation.number()));
                writer.uint(u64::from(live.since.number()));
                writer.bytes(live.card.as_bytes());
                live.status.write(writer);
                writer.points([&live.device.0]);
                writer.bytes(&live.pseudonym);
                writer.uint(u64::from(live.reasons.0));
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let persons = reader
            .key(1)?
            .items(MAX_DOCUMENTS, |reader| Ok(PersonSymbol::from_stored(Secret::new(reader.bytes_of()?))))?;
        let revision = Revision(reader.key(2)?.uint()?);
        let reset = ResetCounter(reader.key(3)?.uint()?);
        let shard = reader.key(4)?.items(1, Shard::read)?.first().copied();
        let live = match reader.key(5)?.array(7)? {
            0 => None,
            7 => Some(Live {
                generation: Generation::new(reader.uint()?).ok_or(DecodeError::OutOfRange)?,
                since: Days::from_number(reader.uint()?),
                card: CardSymbol::from_stored(Secret::new(reader.bytes_of()?)),
                status: Handle::read(reader)?,
                device: DevicePublicKey(reader.point()?),
                pseudonym: *reader.point()?.as_bytes(),
                reasons: match reader.uint::<u8>()? {
                    bits if bits & !Reasons::ALL == 0 => Reasons(bits),
                    _ => return Err(DecodeError::OutOfRange),
                },
            }),
            _ => return Err(DecodeError::Malformed),
        };
        if persons.is_empty() || (live.is_some() && shard.is_none()) {
            return Err(DecodeError::OutOfRange);
        }
        Ok(Self { persons, revision, reset, shard, live })
    }
}

/// A row: whose a person symbol is. Type 40 (spec 10 §5.2).
pub(super) struct PersonRow {
    pub(super) slot: SlotId,
}

impl Body for PersonRow {
    const TYPE: MessageType = MessageType::Person;
    const MAX_LEN: usize = 32;
    const FIELDS: u64 = 1;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&self.slot.0);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { slot: SlotId(reader.key(1)?.bytes_of()?) })
    }
}

/// A row: whose a card is, from its first credential on. Type 41 (spec 10 §5.2).
pub(super) struct CardRow {
    pub(super) slot: SlotId,
    /// A credential was issued on a newer card, so this one is never used again.
    pub(super) replaced: bool,
}

impl Body for CardRow {
    const TYPE: MessageType = MessageType::Card;
    const MAX_LEN: usize = 32;
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&self.slot.0);
        writer.key(2).uint(u64::from(self.replaced));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let slot = SlotId(reader.key(1)?.bytes_of()?);
        Ok(Self { slot, replaced: super::log::read_bit(reader.key(2)?)? })
    }
}

/// A row: the open offer of a slot. Type 25 (spec 10 §5.2).
pub(super) struct PendingOffer {
    pub(super) offer: CredentialOffer,
    pub(super) kind: IssuanceKind,
    pub(super) card: CardSymbol,
    /// The last second at which a request under it is accepted.
    pub(super) until: Timestamp,
}

impl Body for PendingOffer {
    const TYPE: MessageType = MessageType::PendingOffer;
    const MAX_LEN: usize = CredentialOffer::MAX_LEN + 128;
    const FIELDS: u64 = 4;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&self.offer.to_bytes());
        writer.key(2).uint(self.kind as u64);
        writer.key(3).bytes(self.card.as_bytes());
        writer.key(4).uint(self.until.as_secs());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let offer = read_offer(reader.key(1)?)?;
        let kind = match reader.key(2)?.uint::<u8>()? {
            1 => IssuanceKind::Enrol,
            2 => IssuanceKind::Move,
            3 => IssuanceKind::Reissue,
            _ => return Err(DecodeError::OutOfRange),
        };
        let card = CardSymbol::from_stored(Secret::new(reader.key(3)?.bytes_of()?));
        Ok(Self { offer, kind, card, until: Timestamp::from_secs(reader.key(4)?.uint()?) })
    }
}

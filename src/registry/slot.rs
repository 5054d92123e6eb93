//! Slots: one for each person, and the machine of their credentials (spec 10 §2).

use alloc::vec::Vec;

use super::answer::Changed;
use super::idempotency::{Appended, Outcome, PseudonymChange, Request, Revision, read_offer};
use super::{Interrupt, RegistryError, RowKey, Rows, Table};
use crate::accumulator::Handle;
use crate::calendar::{Days, Timestamp};
use crate::codec::{Body, Message, MessageType, PointBytes, Reader, Writer};
use crate::credential::{AcceptedRequest, CredentialOffer, ResetCounter, SlotId};
use crate::device::DevicePublicKey;
use crate::error::DecodeError;
use crate::group::{Base, Element, Scalar};
use crate::list::Shard;
use crate::secret::Secret;
use crate::symbol::{CardSymbol, Generation, PersonSymbol};

/// Why a credential is suspended: a set of bits. Present on the status list means that none is
/// open.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Reasons(u8);

impl Reasons {
    pub(super) const NONE: Self = Self(0);
    pub(super) const CARD_LOST: Self = Self(1);
    pub(super) const PHONE_LOST: Self = Self(1 << 1);
    pub(super) const EXPIRED: Self = Self(1 << 2);
    const ALL: u8 = (1 << 3) - 1;

    /// Whether the card is not one to issue on.
    pub(super) const fn spoil_the_card(self) -> bool {
        self.contains(Self::CARD_LOST) || self.contains(Self::EXPIRED)
    }

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
    /// From the chip of a card that the registry knows, without the old phone; the old credential
    /// ends.
    Reissue = 3,
    /// From the chip of a card that the registry has not seen: the issuer's register says that it
    /// was newly issued in the place of the credential's, and is not an old one that was read in
    /// another way. The old credential ends, and its card is never used again.
    NewCard = 4,
    /// From the chip of a card that the registry has not seen and that the issuer's register has
    /// beside the credential's: a second document, or a new one in the place of one that the
    /// credential is not on. The old credential ends, and its card stays good.
    OtherDocument = 5,
}

/// The credential of a slot.
pub(super) struct Live {
    pub(super) generation: Generation,
    pub(super) since: Days,
    pub(super) card: CardSymbol,
    pub(super) status: Handle,
    pub(super) device: DevicePublicKey,
    /// `N_h`
    pub(super) pseudonym: PointBytes,
    pub(super) reasons: Reasons,
}

impl Live {
    /// The credential that is issued now.
    pub(super) const fn new(accepted: &AcceptedRequest, since: Days, card: CardSymbol, status: Handle) -> Self {
        let (generation, device) = (accepted.generation(), accepted.device());
        Self {
            generation,
            since,
            card,
            status,
            device,
            pseudonym: accepted.pseudonym_commitment(),
            reasons: Reasons::NONE,
        }
    }
}

/// A row: a person's slot. Type 24 (spec 10 §5.2).
pub(super) struct Slot {
    /// Makes the flag handle.
    pub(super) person: PersonSymbol,
    pub(super) revision: Revision,
    pub(super) reset: ResetCounter,
    /// Fixed by the first proven request, for life.
    pub(super) shard: Option<Shard>,
    pub(super) live: Option<Live>,
    /// The greatest generation of a credential of this slot, or of one that ended in it; 0 if there
    /// was none.
    pub(super) last: u32,
    /// The slot that this one ended in.
    pub(super) merged: Option<SlotId>,
}

/// A slot that is a person's now, found from a row that spoke of it or of one that ended in it.
pub(super) struct Found {
    pub(super) id: SlotId,
    pub(super) slot: Slot,
    /// The slot that the row spoke of.
    pub(super) named: SlotId,
    /// The greatest generation of the slots that ended on the way.
    outlived: u32,
}

impl Found {
    pub(super) fn follow<R>(rows: &mut Rows, named: SlotId) -> Result<Self, Interrupt<R>> {
        let mut found = Self { id: named, slot: Slot::read_known(rows, named)?, named, outlived: 0 };
        while let Some(id) = found.slot.merged {
            let slot = Slot::read_known(rows, id)?;
            // A slot that another one ended in has the higher revision, so rows never lead in a
            // circle.
            if slot.revision <= found.slot.revision {
                return Err(Interrupt::Corrupt(Table::Slots, DecodeError::OutOfRange));
            }
            found = Self { id, named, outlived: found.slot.last, slot };
        }
        Ok(found)
    }

    /// That of a person symbol.
    pub(super) fn of(rows: &mut Rows, person: &PersonSymbol) -> Result<Self, Interrupt<RegistryError>> {
        let row: PersonRow = rows.read(&RowKey::person(person))?.ok_or(RegistryError::UnknownPerson)?;
        if row.replaced { Err(RegistryError::PersonReplaced.into()) } else { Self::follow(rows, row.slot) }
    }

    /// Whether somebody who named this generation of the slot that the row spoke of can only mean
    /// the live credential.
    pub(super) fn means_the_live(&self, generation: Generation) -> bool {
        let live = self.slot.live.as_ref().is_some_and(|live| live.generation == generation);
        live && generation.number() > self.outlived
    }

    /// Writes the slot under its next revision, and the receipt.
    pub(super) fn change(mut self, rows: &mut Rows, request: &Request, entries: Vec<Appended>) -> Changed {
        self.slot.revision = self.slot.revision.next();
        rows.write(RowKey::slot(self.id), &self.slot);
        request.answer(rows, self.slot.revision, entries.clone(), Outcome::Changed);
        Changed { revision: self.slot.revision, entries }
    }
}

impl Slot {
    /// Whether the pseudonym goes on, and since when it stands, by the `N_h` that a request
    /// proves; where it does not, the reset counter rises (spec 10 §2.2).
    pub(super) fn follow_pseudonym(
        &mut self,
        old: Option<&Live>,
        proven: PointBytes,
        today: Days,
    ) -> Result<(PseudonymChange, Days), RegistryError> {
        match old {
            None => Ok((PseudonymChange::First, today)),
            Some(old) if old.pseudonym == proven => Ok((PseudonymChange::Kept, old.since)),
            Some(_) => {
                let raised = self.reset.0.checked_add(1).ok_or(RegistryError::CounterExhausted)?;
                self.reset = ResetCounter(raised);
                Ok((PseudonymChange::Reset, today))
            }
        }
    }

    pub(super) fn new(person: PersonSymbol) -> Self {
        Self {
            person,
            revision: Revision::default(),
            reset: ResetCounter(0),
            shard: None,
            live: None,
            last: 0,
            merged: None,
        }
    }

    /// One of nobody, with a credential: what is worked on where there is none.
    pub(super) fn stand_in() -> Self {
        let element = Element::new(Base::Basepoint.point());
        let live = Handle::from_scalar(Scalar::ONE).ok().map(|status| Live {
            generation: Generation::FIRST,
            since: Days::from_number(0),
            card: CardSymbol::from_stored(Secret::new([0; 64])),
            status,
            pseudonym: *element.as_bytes(),
            device: DevicePublicKey(element),
            reasons: Reasons::NONE,
        });
        let nobody = PersonSymbol::from_stored(Secret::new([0; 64]));
        Self { shard: Some(Shard::FIRST), live, last: 1, ..Self::new(nobody) }
    }

    /// The slot that another row speaks of, so it is there.
    pub(super) fn read_known<R>(rows: &mut Rows, slot: SlotId) -> Result<Self, Interrupt<R>> {
        rows.read(&RowKey::slot(slot))?.ok_or(Interrupt::Corrupt(Table::Slots, DecodeError::Malformed))
    }

    /// The generation of the next credential.
    pub(super) fn next_generation(&self) -> Result<Generation, RegistryError> {
        self.last.checked_add(1).and_then(Generation::new).ok_or(RegistryError::CounterExhausted)
    }

    /// Whether a credential may be issued in this way on this card: asked when it is offered, and
    /// again when it is issued (checks 10-5 to 10-13).
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
            (_, None) => Err(RegistryError::NotEnrolled),
            (IssuanceKind::Move, Some(live)) if live.card != *card => Err(RegistryError::WrongCard),
            (IssuanceKind::Move, Some(live)) if !live.reasons.is_empty() => Err(RegistryError::SuspendedCredential),
            (IssuanceKind::Reissue, Some(_)) if row.is_none() => Err(RegistryError::UnknownCard),
            (IssuanceKind::Reissue, Some(live)) if live.card == *card => {
                if live.reasons.contains(Reasons::EXPIRED) {
                    return Err(RegistryError::CardExpired);
                }
                if live.reasons.contains(Reasons::CARD_LOST) { Err(RegistryError::CardLost) } else { Ok(()) }
            }
            (IssuanceKind::NewCard | IssuanceKind::OtherDocument, Some(_)) if row.is_some() => {
                Err(RegistryError::CardNotNew)
            }
            (
                IssuanceKind::Move | IssuanceKind::Reissue | IssuanceKind::NewCard | IssuanceKind::OtherDocument,
                Some(_),
            ) => Ok(()),
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
    const MAX_LEN: usize = 512;
    const FIELDS: u64 = 7;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(self.person.as_bytes());
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
        writer.key(6).uint(u64::from(self.last));
        writer.key(7).array(usize::from(self.merged.is_some()));
        if let Some(slot) = self.merged {
            writer.bytes(&slot.0);
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let person = PersonSymbol::from_stored(Secret::new(reader.key(1)?.bytes_of()?));
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
        let last = reader.key(6)?.uint()?;
        let merged = reader.key(7)?.items(1, |reader| reader.bytes_of().map(SlotId))?.pop();
        let possible = |live: &Live| shard.is_some() && merged.is_none() && live.generation.number() <= last;
        if !live.as_ref().is_none_or(possible) {
            return Err(DecodeError::OutOfRange);
        }
        Ok(Self { person, revision, reset, shard, live, last, merged })
    }
}

/// A row: whose a person symbol is. Type 40 (spec 10 §5.2).
pub(super) struct PersonRow {
    /// The slot, or one that ended in it.
    pub(super) slot: SlotId,
    /// The number was corrected, and this symbol is not used again.
    pub(super) replaced: bool,
}

impl Body for PersonRow {
    const TYPE: MessageType = MessageType::Person;
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

/// A row: whose a card is, from its first credential on. Type 41 (spec 10 §5.2).
pub(super) struct CardRow {
    /// The slot, or one that ended in it.
    pub(super) slot: SlotId,
    /// A credential was issued on a newer card, or this one was lost or expired without one: it is
    /// never used again.
    pub(super) replaced: bool,
    /// The last day of its validity, where the values said one and it is not replaced.
    pub(super) until: Option<Days>,
}

impl CardRow {
    /// That of a card that is never used again.
    pub(super) const fn replaced(slot: SlotId) -> Self {
        Self { slot, replaced: true, until: None }
    }

    /// Whether its day is over. Without a day of today a card with a last day does not count.
    pub(super) fn has_expired(&self, today: Option<Days>) -> bool {
        self.until.is_some_and(|last| today.is_none_or(|today| last < today))
    }

    /// The row of a card, with the slot as it is now.
    pub(super) fn of<R>(rows: &mut Rows, card: &CardSymbol) -> Result<Option<Self>, Interrupt<R>> {
        let Some(row) = rows.read::<Self, R>(&RowKey::card(card))? else { return Ok(None) };
        Ok(Some(Self { slot: Found::follow(rows, row.slot)?.id, ..row }))
    }
}

impl Body for CardRow {
    const TYPE: MessageType = MessageType::Card;
    const MAX_LEN: usize = 32;
    const FIELDS: u64 = 3;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&self.slot.0);
        writer.key(2).uint(u64::from(self.replaced));
        writer.key(3).array(usize::from(self.until.is_some()));
        if let Some(day) = self.until {
            writer.uint(u64::from(day.number()));
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let slot = SlotId(reader.key(1)?.bytes_of()?);
        let replaced = super::log::read_bit(reader.key(2)?)?;
        let until = reader.key(3)?.items(1, |reader| reader.uint().map(Days::from_number))?.first().copied();
        if replaced && until.is_some() { Err(DecodeError::OutOfRange) } else { Ok(Self { slot, replaced, until }) }
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
            4 => IssuanceKind::NewCard,
            5 => IssuanceKind::OtherDocument,
            _ => return Err(DecodeError::OutOfRange),
        };
        let card = CardSymbol::from_stored(Secret::new(reader.key(3)?.bytes_of()?));
        Ok(Self { offer, kind, card, until: Timestamp::from_secs(reader.key(4)?.uint()?) })
    }
}

//! Offering and issuing credentials (spec 10 §2.1, §2.2).

use alloc::vec::Vec;
use core::fmt;

use super::idempotency::{Appended, IssuedRecord, Outcome, PseudonymChange, Request, RequestKind, Revision};
use super::log::Log;
use super::registries::RegistryCore;
use super::slot::{
    CardRow, Found, IssuanceKind, Live, PendingOffer, PersonRow, Slot, duplicate_card, duplicate_person,
};
use super::{
    Answer, FlagAnswer, FlagRegistration, IdempotencyKey, Interrupt, Keeper, RegistryError, RowKey, Rows, Transition,
};
use crate::accumulator::Handle;
use crate::calendar::{CHINA_OFFSET_MINUTES, Days, Timestamp};
use crate::codec::{Message, Writer};
use crate::credential::{
    AcceptedRequest, AssuranceFactors, CredentialOffer, CredentialRequest, CredentialResponse, Grant, ResetCounter,
    SlotId,
};
use crate::list::{IssuedWitness, Shard};
use crate::schema::Value;
use crate::symbol::{CardSymbol, PersonSymbol};

/// For whom a credential is offered, on which card, and how. Both symbols come from the issuer's
/// own register.
#[derive(Debug)]
pub struct Issuance {
    /// How.
    pub kind: IssuanceKind,
    /// The person.
    pub person: PersonSymbol,
    /// The card that the person has now.
    pub card: CardSymbol,
}

/// The transition that offers a credential: the slot's open offer is replaced by this one.
pub struct Offer<'a> {
    registry: &'a RegistryCore,
    request: Request,
    issuance: Issuance,
    nonce: [u8; 32],
    /// The name of the slot, if this makes one.
    slot: SlotId,
    until: Timestamp,
}

/// What an offer led to.
#[derive(Debug)]
pub struct OfferMade {
    /// For the phone; it names the slot.
    pub message: CredentialOffer,
    /// The slot's revision after it.
    pub revision: Revision,
}

impl fmt::Debug for Offer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Offer({:?}, redacted)", self.issuance.kind)
    }
}

impl<'a> Offer<'a> {
    pub(super) fn new(
        registry: &'a RegistryCore,
        key: IdempotencyKey,
        issuance: Issuance,
        (nonce, slot): ([u8; 32], SlotId),
        until: Timestamp,
    ) -> Self {
        let kind = match issuance.kind {
            IssuanceKind::Enrol => RequestKind::Enrol,
            IssuanceKind::Move => RequestKind::Move,
            IssuanceKind::Reissue => RequestKind::Reissue,
            IssuanceKind::NewCard => RequestKind::NewCard,
            IssuanceKind::OtherDocument => RequestKind::OtherDocument,
        };
        let parts = [issuance.person.as_bytes().as_slice(), issuance.card.as_bytes()];
        let request = registry.record_key.request(key, kind, parts);
        Self { registry, request, issuance, nonce, slot, until }
    }
}

impl Transition for Offer<'_> {
    type Output = Answer<OfferMade>;
    type Refusal = RegistryError;

    fn keeper(&self) -> &Keeper {
        &self.registry.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<Answer<OfferMade>, Interrupt<RegistryError>> {
        let Issuance { kind, person, card } = &self.issuance;
        rows.load([self.request.row(), RowKey::person(person), RowKey::card(card)])?;
        if let Some(receipt) = self.request.answered(rows, RegistryError::KeyReused)? {
            let Outcome::Offered(message) = receipt.outcome else { return Err(RegistryError::KeyReused.into()) };
            return Ok(Answer::Replayed(OfferMade { message, revision: receipt.revision }));
        }
        let known = match Found::of(rows, person) {
            Err(Interrupt::Refused(RegistryError::UnknownPerson)) if *kind == IssuanceKind::Enrol => None,
            found => Some(found?),
        };
        let (id, mut slot) = match known {
            Some(found) => (found.id, found.slot),
            // A generator that repeats itself must not write one person over another.
            None if rows.read::<Slot, RegistryError>(&RowKey::slot(self.slot))?.is_some() => {
                return Err(RegistryError::SlotTaken.into());
            }
            None => {
                rows.write(RowKey::person(person), &PersonRow { slot: self.slot, replaced: false });
                (self.slot, Slot::new(duplicate_person(person)))
            }
        };
        slot.permits(id, *kind, card, CardRow::of(rows, card)?.as_ref())?;

        let shard_count = self.registry.status.shard_count();
        let generation = slot.next_generation()?;
        let issuer = self.registry.issuer();
        let message = issuer.offer_with(self.nonce, id, generation, shard_count, slot.shard);
        let message = message.map_err(RegistryError::from)?;
        slot.revision = slot.revision.next();
        rows.write(RowKey::slot(id), &slot);
        let pending =
            PendingOffer { offer: message.clone(), kind: *kind, card: duplicate_card(card), until: self.until };
        rows.write(RowKey::offer(id), &pending);
        self.request.answer(rows, slot.revision, Vec::new(), Outcome::Offered(message.clone()));
        Ok(Answer::Done(OfferMade { message, revision: slot.revision }))
    }
}

/// The open offer of a slot, with a request under it whose proof holds.
fn accept(
    registry: &RegistryCore,
    pending: &PendingOffer,
    slot: &Slot,
    request: &CredentialRequest,
    now: Timestamp,
) -> Result<AcceptedRequest, RegistryError> {
    if now > pending.until {
        return Err(RegistryError::OfferExpired);
    }
    let accepted = registry.accept(pending.offer.clone(), request)?;
    // The offer names no shard where the slot had none; since then an earlier request may have
    // settled it.
    if slot.shard.is_some_and(|shard| shard != accepted.shard()) {
        return Err(RegistryError::OtherShard);
    }
    Ok(accepted)
}

/// The transition that settles a slot's shard by its first proven request, and says whom to
/// register with the flag registry.
///
/// The shard is fixed before anything is registered in it: a phone that fails after this and asks
/// again must not draw a second time, as a flag handle is registered in one shard for life.
#[derive(Debug)]
pub struct SettleShard<'a> {
    pub(super) registry: &'a RegistryCore,
    pub(super) slot: SlotId,
    pub(super) request: CredentialRequest,
    pub(super) now: Timestamp,
}

impl Transition for SettleShard<'_> {
    type Output = FlagRegistration;
    type Refusal = RegistryError;

    fn keeper(&self) -> &Keeper {
        &self.registry.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<FlagRegistration, Interrupt<RegistryError>> {
        rows.load([RowKey::slot(self.slot), RowKey::offer(self.slot)])?;
        let slot = rows.read::<Slot, _>(&RowKey::slot(self.slot))?.filter(|slot| slot.merged.is_none());
        let mut slot = slot.ok_or(RegistryError::OfferUnknown)?;
        let shard = match slot.shard {
            Some(shard) if shard == self.request.shard() => shard,
            Some(_) => return Err(RegistryError::OtherShard.into()),
            None => {
                let pending: PendingOffer = rows.read(&RowKey::offer(self.slot))?.ok_or(RegistryError::OfferUnknown)?;
                let accepted = accept(self.registry, &pending, &slot, &self.request, self.now)?;
                slot.shard = Some(accepted.shard());
                slot.revision = slot.revision.next();
                rows.write(RowKey::slot(self.slot), &slot);
                accepted.shard()
            }
        };
        Ok(FlagRegistration { handle: self.registry.flag_handle(&slot.person)?, shard })
    }
}

/// What a credential is issued for: the phone's request, and what the issuer and the flag registry
/// say.
#[derive(Debug)]
pub struct Completion {
    /// The slot of the offer.
    pub slot: SlotId,
    /// From the phone.
    pub request: CredentialRequest,
    /// The attributes, in the order of the schema, from the issuer's register.
    pub values: Vec<Value>,
    /// How the person was checked.
    pub factors: AssuranceFactors,
    /// From the flag registry. It is a part of the request: where it was lost before a retry,
    /// registering again under the key of the registration gives the same bytes.
    pub flag: FlagAnswer,
}

/// The transition that issues a credential: the old one of the slot ends, and the new one begins.
pub struct Complete<'a> {
    registry: &'a RegistryCore,
    request: Request,
    completion: Completion,
    now: Timestamp,
}

/// What an issuance led to.
#[derive(Debug)]
pub struct Issued {
    /// For the phone alone.
    pub response: CredentialResponse,
    /// The slot's revision after it.
    pub revision: Revision,
    /// The removal of the old handle, if it was present.
    pub entries: Vec<Appended>,
    /// What became of the pseudonyms.
    pub pseudonym: PseudonymChange,
    /// How often they were reset.
    pub reset: ResetCounter,
}

impl fmt::Debug for Complete<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Complete(redacted)")
    }
}

impl<'a> Complete<'a> {
    pub(super) fn new(registry: &'a RegistryCore, key: IdempotencyKey, completion: Completion, now: Timestamp) -> Self {
        let Completion { slot, request: message, values, factors, flag } = &completion;
        let mut writer = Writer::new(&[]);
        writer.array(values.len());
        values.iter().for_each(|value| value.write(&mut writer));
        let [values, flag] = [writer.into_bytes(), flag.to_bytes()].map(zeroize::Zeroizing::new);
        let (message, factors) = (message.to_bytes(), factors.bits().to_be_bytes());
        let parts: [&[u8]; 5] = [&slot.0, &message, &values, &factors, &flag];
        let request = registry.record_key.request(key, RequestKind::Complete, parts);
        Self { registry, request, completion, now }
    }

    /// The response, from what was recorded and what the request says again.
    fn respond(
        &self,
        accepted: &AcceptedRequest,
        record: &IssuedRecord,
        status_witness: IssuedWitness,
        slot: &Slot,
    ) -> Result<CredentialResponse, Interrupt<RegistryError>> {
        let grant = Grant {
            values: self.completion.values.iter().map(Value::duplicate).collect(),
            status: record.status.duplicate(),
            flag: self.registry.flag_handle(&slot.person)?,
            factors: self.completion.factors,
            since: record.since,
            reset: record.reset,
            status_witness,
            flag_witness: self.completion.flag.witness().duplicate(),
        };
        let issuer = self.registry.issuer_of(&record.offer)?;
        Ok(issuer.issue(accepted, grant).map_err(RegistryError::from)?)
    }

    /// A retry: the same response from the epoch that was recorded, whatever happened since.
    fn again(
        &self,
        rows: &mut Rows,
        revision: Revision,
        entries: Vec<Appended>,
        record: &IssuedRecord,
    ) -> Result<Issued, Interrupt<RegistryError>> {
        let log = Log(&self.registry.status);
        let slot = Slot::read_known(rows, self.completion.slot)?;
        let witness = log.witness_again(rows, &record.status, record.shard, record.epoch)?;
        let accepted = self.registry.accept(record.offer.clone(), &self.completion.request)?;
        let response = self.respond(&accepted, record, witness, &slot)?;
        Ok(Issued { response, revision, entries, pseudonym: record.pseudonym, reset: record.reset })
    }

    /// Reads what is looked at. The shard's count is read for a removal alone: a first credential
    /// waits for no report of its shard.
    fn load(
        &self,
        rows: &mut Rows,
        slot: &Slot,
        card: &CardSymbol,
        status: &Handle,
    ) -> Result<(), Interrupt<RegistryError>> {
        let (log, shard) = (Log(&self.registry.status), self.completion.request.shard());
        let removal = slot.live.iter().flat_map(|old| [log.element_row(&old.status), log.shard_row(shard)]);
        rows.load([RowKey::card(card), log.element_row(status), log.list_row()].into_iter().chain(removal))
    }

    /// Checks 10-16 to 10-23, first 10-19: what was allowed when it was offered may not be any
    /// more. Gives the day, too, and the last one of the card.
    fn check(
        &self,
        rows: &mut Rows,
        slot: &Slot,
        pending: &PendingOffer,
    ) -> Result<(AcceptedRequest, Days, Option<Days>), Interrupt<RegistryError>> {
        let Completion { slot: id, request, values, .. } = &self.completion;
        slot.permits(*id, pending.kind, &pending.card, CardRow::of(rows, &pending.card)?.as_ref())?;
        let accepted = accept(self.registry, pending, slot, request, self.now)?;
        let schema = self.registry.issuer_of(&pending.offer)?.parameters().schema();
        schema.check_values(values).map_err(|error| RegistryError::Issuance(error.into()))?;
        self.check_flag(slot, accepted.shard())?;
        let today = self.now.day_at_offset(CHINA_OFFSET_MINUTES).ok_or(RegistryError::Clock)?;
        let until = schema.valid_until(values);
        if until.is_some_and(|last| last < today) {
            return Err(RegistryError::ValidityOver.into());
        }
        Ok((accepted, today, until))
    }

    /// Ends the credential that the new one takes the place of, and its card where that is given up
    /// (spec 10 §2.2).
    fn end(
        &self,
        rows: &mut Rows,
        old: &Live,
        pending: &PendingOffer,
    ) -> Result<Option<Appended>, Interrupt<RegistryError>> {
        let given_up = pending.kind == IssuanceKind::NewCard || old.reasons.spoil_the_card();
        if old.card != pending.card && given_up {
            rows.write(RowKey::card(&old.card), &CardRow::replaced(self.completion.slot));
        }
        Log(&self.registry.status).supersede(rows, &old.status)
    }

    fn check_flag(&self, slot: &Slot, shard: Shard) -> Result<(), Interrupt<RegistryError>> {
        let handle = self.registry.flag_handle(&slot.person)?;
        let right = self.completion.flag.is_for(&self.registry.flag_list, &handle, shard);
        if right { Ok(()) } else { Err(RegistryError::WrongFlagAnswer.into()) }
    }
}

impl Transition for Complete<'_> {
    type Output = Answer<Issued>;
    type Refusal = RegistryError;

    fn keeper(&self) -> &Keeper {
        &self.registry.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<Answer<Issued>, Interrupt<RegistryError>> {
        let (id, log) = (self.completion.slot, Log(&self.registry.status));
        rows.load([self.request.row(), RowKey::slot(id), RowKey::offer(id)])?;
        if let Some(receipt) = self.request.answered(rows, RegistryError::KeyReused)? {
            let Outcome::Issued(record) = receipt.outcome else { return Err(RegistryError::KeyReused.into()) };
            return self.again(rows, receipt.revision, receipt.entries, &record).map(Answer::Replayed);
        }
        let pending: PendingOffer = rows.read(&RowKey::offer(id))?.ok_or(RegistryError::OfferUnknown)?;
        let mut slot = Slot::read_known(rows, id)?;
        let status = self.registry.status_handle(&pending.card, pending.offer.generation())?;
        self.load(rows, &slot, &pending.card, &status)?;
        let (accepted, today, until) = self.check(rows, &slot, &pending)?;

        let shard = accepted.shard();
        let old = slot.live.take();
        let (pseudonym, since) = slot.follow_pseudonym(old.as_ref(), accepted.pseudonym_commitment(), today)?;
        let removal = old.map(|old| self.end(rows, &old, &pending)).transpose()?.flatten();
        let entries: Vec<Appended> = removal.into_iter().collect();
        rows.write(RowKey::card(&pending.card), &CardRow { slot: id, replaced: false, until });
        log.register::<RegistryError>(rows, &status, shard)?;
        let witness = log.witness::<RegistryError>(rows, &status)?;
        let (reset, epoch) = (slot.reset, witness.epoch());
        slot.shard = Some(shard);
        slot.revision = slot.revision.next();
        slot.last = accepted.generation().number();
        slot.live = Some(Live::new(&accepted, since, pending.card, status.duplicate()));
        let record = IssuedRecord { offer: pending.offer, shard, epoch, status, since, reset, pseudonym };
        let response = self.respond(&accepted, &record, witness, &slot)?;
        rows.write(RowKey::slot(id), &slot);
        rows.delete(RowKey::offer(id));
        self.request.answer(rows, slot.revision, entries.clone(), Outcome::Issued(record));
        Ok(Answer::Done(Issued { response, revision: slot.revision, entries, pseudonym, reset }))
    }
}

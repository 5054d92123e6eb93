//! What a help desk asks (spec 10 §11).

use core::fmt;

use super::log::Log;
use super::registries::RegistryCore;
use super::slot::{CardRow, Found, Reasons};
use super::{Interrupt, Keeper, Registry, RegistryError, Revision, RowKey, Rows, Transition};
use crate::credential::SlotId;
use crate::list::Presence;
use crate::signature::RoleKey;
use crate::symbol::{CardSymbol, Generation, PersonSymbol};

/// Whose slot is looked up.
#[derive(Debug)]
pub enum LookUp {
    /// That of a person, by a symbol that is not corrected away.
    Person(PersonSymbol),
    /// That of a card on which a credential was issued, or that was reported.
    Card(CardSymbol),
}

/// How a credential stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SlotState {
    /// There was none yet.
    Vacant,
    /// It is live.
    Live,
    /// A reason is open.
    Suspended,
}

/// Why a credential is suspended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenReasons {
    /// Its card is reported lost.
    pub card_lost: bool,
    /// Its phone is reported lost.
    pub phone_lost: bool,
    /// Its card has expired.
    pub expired: bool,
}

/// What the card that was asked about is to the credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CardUse {
    /// The credential is on it.
    Credential,
    /// It is another document of the person, or the slot has no credential.
    Other,
    /// It is never used again.
    Replaced,
}

/// What a help desk is told: how the credential stands, why, and whether the list says so already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SlotStanding {
    /// Names the slot, in a log of the help desk and to [`Registry::fresh_witness`].
    pub slot: SlotId,
    /// Of the slot; it rises with every transition.
    pub revision: Revision,
    /// How the credential stands.
    pub state: SlotState,
    /// Which credential it is; what a report of a phone names. `None` in a vacant slot.
    pub generation: Option<Generation>,
    /// Why it is suspended.
    pub reasons: OpenReasons,
    /// Whether its handle is on the status list, entries that wait counted. `None` in a vacant
    /// slot.
    pub presence: Option<Presence>,
    /// Whether that waits for the next epoch: until then phones and desks go by what was before.
    pub waits: bool,
    /// What the card is that was asked about. `None` where a person was.
    pub card: Option<CardUse>,
}

/// The question how a credential stands. It writes nothing.
pub struct LookUpSlot<'a> {
    registry: &'a RegistryCore,
    of: LookUp,
}

impl fmt::Debug for LookUpSlot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LookUpSlot(redacted)")
    }
}

impl<K: RoleKey> Registry<K> {
    /// Asks how a person's credential stands, for a help desk: by a symbol that was made of what
    /// its client showed. Who may ask, how often, and what is written down of it, is the host's to
    /// say (spec 10 §11). Nothing is told of pseudonyms, devices or handles. The time that it takes
    /// tells whether there is a slot.
    #[must_use]
    pub const fn look_up(&self, of: LookUp) -> LookUpSlot<'_> {
        LookUpSlot { registry: &self.core, of }
    }
}

impl LookUpSlot<'_> {
    fn found(&self, rows: &mut Rows) -> Result<(Found, Option<CardUse>), Interrupt<RegistryError>> {
        match &self.of {
            LookUp::Person(person) => Ok((Found::of(rows, person)?, None)),
            LookUp::Card(card) => {
                let row: CardRow = rows.read(&RowKey::card(card))?.ok_or(RegistryError::UnknownCard)?;
                let found = Found::follow(rows, row.slot)?;
                let on_it = found.slot.live.as_ref().is_some_and(|live| live.card == *card);
                let used = match (row.replaced, on_it) {
                    (true, _) => CardUse::Replaced,
                    (false, true) => CardUse::Credential,
                    (false, false) => CardUse::Other,
                };
                Ok((found, Some(used)))
            }
        }
    }
}

impl Transition for LookUpSlot<'_> {
    type Output = SlotStanding;
    type Refusal = RegistryError;

    fn keeper(&self) -> &Keeper {
        &self.registry.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<SlotStanding, Interrupt<RegistryError>> {
        let (Found { id: slot, slot: row, .. }, card) = self.found(rows)?;
        let mut standing = SlotStanding {
            slot,
            revision: row.revision,
            state: SlotState::Vacant,
            generation: None,
            reasons: OpenReasons::default(),
            presence: None,
            waits: false,
            card,
        };
        if let Some(live) = &row.live {
            let (presence, waits) = Log(&self.registry.status).standing::<RegistryError>(rows, &live.status)?;
            standing.state = if live.reasons.is_empty() { SlotState::Live } else { SlotState::Suspended };
            standing.generation = Some(live.generation);
            standing.reasons = open(live.reasons);
            (standing.presence, standing.waits) = (Some(presence), waits);
        }
        Ok(standing)
    }
}

const fn open(reasons: Reasons) -> OpenReasons {
    OpenReasons {
        card_lost: reasons.contains(Reasons::CARD_LOST),
        phone_lost: reasons.contains(Reasons::PHONE_LOST),
        expired: reasons.contains(Reasons::EXPIRED),
    }
}

//! What the registry does with a question about a card (spec 10 §10.4).

use alloc::vec::Vec;
use core::convert::Infallible;
use core::fmt;

use super::{CardAnswer, CardCheckError, CardQuestion, CardStanding, is_fresh};
use crate::calendar::{CHINA_OFFSET_MINUTES, Days, Timestamp};
use crate::certificate::DeskCertificate;
use crate::codec::Message;
use crate::credential::SlotId;
use crate::directory::VerifiedDirectory;
use crate::error::{Refusal, refusal};
use crate::registry::slot::{CardRow, Found, Slot};
use crate::registry::{Interrupt, Keeper, Registry, RowKey, Rows, Transition};
use crate::signature::{KeyElsewhere, RoleKey, SigningKey, Unsigned};
use crate::symbol::CardSymbol;

/// A question that is to be answered, once: whose it is, for the host that counts and limits what
/// each desk asks before it [answers](Registry::check_card).
pub struct AdmittedQuestion {
    card: CardSymbol,
    question: [u8; 64],
    certificate: DeskCertificate,
    now: Timestamp,
}

impl fmt::Debug for AdmittedQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AdmittedQuestion({}, redacted)", self.certificate.name())
    }
}

impl AdmittedQuestion {
    /// Who asks.
    #[must_use]
    pub const fn certificate(&self) -> &DeskCertificate {
        &self.certificate
    }
}

impl<K: RoleKey> Registry<K> {
    /// Takes a question of a desk that may ask about cards, under the directory that the registry
    /// follows (checks 10-49 to 10-52, 15-20). The store is not asked yet, so what is refused costs
    /// nothing and depends on no card.
    ///
    /// How many questions each desk is answered is for the host to limit: between this and
    /// [`Registry::check_card`], by the key of [`AdmittedQuestion::certificate`].
    ///
    /// # Errors
    /// Any [`CardCheckError`] but [`CardCheckError::BadAnswer`].
    pub fn admit(
        &self,
        question: CardQuestion,
        directory: &VerifiedDirectory,
        now: Timestamp,
    ) -> Result<AdmittedQuestion, CardCheckError> {
        Ok(self.admit_by_check(question, directory, now)?)
    }

    /// The same, with the check that refuses.
    pub(crate) fn admit_by_check(
        &self,
        question: CardQuestion,
        directory: &VerifiedDirectory,
        now: Timestamp,
    ) -> Result<AdmittedQuestion, Refusal<CardCheckError>> {
        if question.list != *self.status.name() {
            return Err(refusal!(CardCheckError::WrongRegistry, "10-49"));
        }
        let counts = question.certificate.count_by_check(directory, now);
        counts.map_err(|Refusal { error, check }| Refusal { error: error.into(), check })?;
        if !question.certificate.may_check_cards() {
            return Err(refusal!(CardCheckError::NotPermitted, "15-20"));
        }
        let signed = question.certificate.check_signed(question.statement(), &question.signature);
        signed.map_err(|error| refusal!(error.into(), "10-51"))?;
        if !is_fresh(question.asked, now) {
            return Err(refusal!(CardCheckError::Untimely, "10-52"));
        }
        let (digest, CardQuestion { card, certificate, .. }) = (question.statement().bytes(), question);
        Ok(AdmittedQuestion { card, question: digest, certificate, now })
    }

    /// Answers a question, as of the instant at which it was admitted. Nothing is written, and the
    /// work is the same for every answer.
    #[must_use]
    pub fn check_card(&self, admitted: AdmittedQuestion) -> CheckCard<'_, K> {
        CheckCard { registry: self, admitted, nobodys: Nobodys::new() }
    }
}

/// The question whether a card is current: its answer, or with a key elsewhere its [`Unsigned`]
/// answer.
pub struct CheckCard<'a, K: RoleKey = SigningKey> {
    registry: &'a Registry<K>,
    admitted: AdmittedQuestion,
    nobodys: Nobodys,
}

/// Rows of a card that there is not, made for every question.
struct Nobodys {
    card: Vec<u8>,
    slot: Vec<u8>,
}

impl Nobodys {
    fn new() -> Self {
        let card = CardRow { slot: SlotId([0; 16]), replaced: false, until: Some(Days::from_number(u16::MAX)) };
        Self { card: card.to_bytes(), slot: Slot::stand_in().to_bytes() }
    }
}

impl<K: RoleKey> fmt::Debug for CheckCard<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CheckCard(redacted)")
    }
}

impl<K: RoleKey> CheckCard<'_, K> {
    /// Rule 10-53.
    fn is_current(&self, rows: &mut Rows) -> Result<bool, Interrupt<Infallible>> {
        let card = &self.admitted.card;
        let Some(row) = rows.read::<CardRow, _>(&RowKey::card(card))? else { return self.is_nobodys(rows) };
        let found = Found::follow(rows, row.slot)?;
        let spoiled = found.slot.live.is_some_and(|live| live.card == *card && live.reasons.spoil_the_card());
        let today = self.admitted.now.day_at_offset(CHINA_OFFSET_MINUTES);
        Ok(!row.replaced && !spoiled && !row.has_expired(today))
    }

    /// Of a card that is not known as many rows are read as of one that is, with the same work.
    fn is_nobodys(&self, rows: &mut Rows) -> Result<bool, Interrupt<Infallible>> {
        let card = &self.admitted.card;
        let slot = RowKey::slot(SlotId(card.as_bytes().first_chunk().copied().unwrap_or_default()));
        rows.has(&slot)?;
        let keeper = &self.registry.core.keeper;
        Rows::pretend::<CardRow>(keeper, &RowKey::card(card), &self.nobodys.card);
        Rows::pretend::<Slot>(keeper, &slot, &self.nobodys.slot);
        Ok(false)
    }
}

impl<K: RoleKey> CheckCard<'_, K> {
    fn answer(&self, rows: &mut Rows) -> Result<Unsigned<CardAnswer>, Interrupt<Infallible>> {
        let standing = if self.is_current(rows)? { CardStanding::Confirmed } else { CardStanding::NotConfirmed };
        let answer = CardAnswer { standing, answered: self.admitted.now, signature: [0; 64] };
        let message = answer.statement(&self.admitted.question);
        let owner = self.registry.core.status.public();
        Ok(Unsigned::new(answer, owner, [message], |answer, _, signature| answer.signature = signature))
    }
}

impl Transition for CheckCard<'_> {
    type Output = CardAnswer;
    type Refusal = Infallible;

    fn keeper(&self) -> &Keeper {
        &self.registry.core.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<CardAnswer, Interrupt<Infallible>> {
        Ok(self.answer(rows)?.sign_here(self.registry.status.key()))
    }
}

impl Transition for CheckCard<'_, KeyElsewhere> {
    type Output = Unsigned<CardAnswer>;
    type Refusal = Infallible;

    fn keeper(&self) -> &Keeper {
        &self.registry.core.keeper
    }

    fn apply(&self, rows: &mut Rows) -> Result<Unsigned<CardAnswer>, Interrupt<Infallible>> {
        self.answer(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A defect in them would make the work less.
    #[test]
    fn rows_of_nobody_are_read_to_their_end() {
        let Nobodys { card, slot } = Nobodys::new();
        assert!(CardRow::from_bytes(&card).is_ok_and(|row| row.until.is_some()));
        assert!(Slot::from_bytes(&slot).is_ok_and(|slot| slot.live.is_some()));
    }
}

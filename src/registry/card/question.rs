//! What a desk asks about a card, and what it keeps until the answer (spec 10 §10.2).

use core::fmt;

use rand_core::CryptoRngCore;

use super::{CardAnswer, CardCheckError, CardStanding, is_fresh};
use crate::calendar::Timestamp;
use crate::certificate::{CertificateError, DeskCertificate, DeskKey};
use crate::codec::{Body, Message, MessageType, Reader, Sent, Writer};
use crate::directory::VerifiedDirectory;
use crate::error::{DecodeError, Refusal, refusal};
use crate::group::TaggedHash;
use crate::list::{ListClass, ListName};
use crate::secret::Secret;
use crate::signature::{RoleKey, Signature, Unsigned, VerifyingKey};
use crate::symbol::CardSymbol;

/// Whether this card is current, asked of the registry that keeps this status list (type 46). It
/// has the card's symbol, so it travels encrypted, and its bytes are wiped once they are sent.
pub struct CardQuestion {
    pub(super) list: ListName,
    pub(super) card: CardSymbol,
    nonce: [u8; 32],
    pub(super) asked: Timestamp,
    pub(super) certificate: DeskCertificate,
    pub(super) signature: Signature,
}

impl fmt::Debug for CardQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardQuestion(redacted)")
    }
}

impl CardQuestion {
    /// The status list of the registry that is asked, for a host that has more than one.
    #[must_use]
    pub const fn list(&self) -> &ListName {
        &self.list
    }

    /// What its desk waits with.
    #[cfg(feature = "hazmat")]
    pub(crate) fn awaited(&self, directory: &VerifiedDirectory) -> Option<CardQuestionState> {
        let registry_key = directory.list(&self.list)?.owner;
        Some(CardQuestionState { question: self.statement().bytes(), asked: self.asked, registry_key })
    }

    /// What the desk signs, and what an answer names the question by. The certificate's digest
    /// stands for the desk and its key.
    pub(super) fn statement(&self) -> TaggedHash {
        let hash = TaggedHash::new("card-question").part(&self.certificate.digest()).part(&self.list.to_bytes());
        hash.part(self.card.as_bytes()).part(&self.nonce).uint(self.asked.as_secs())
    }
}

impl DeskKey {
    /// Asks the registry that keeps a status list about a card whose whole chip was read. Its key
    /// is the list's in the directory: from nowhere else, and least of all from the answer.
    ///
    /// # Errors
    /// [`CardCheckError::WrongRegistry`] if the directory has no such status list;
    /// [`CardCheckError::Certificate`] for a certificate of another key;
    /// [`CardCheckError::NotPermitted`].
    pub fn ask_about_card(
        &self,
        certificate: &DeskCertificate,
        directory: &VerifiedDirectory,
        registry: &ListName,
        card: CardSymbol,
        now: Timestamp,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Sent<CardQuestionState, CardQuestion>, CardCheckError> {
        let unsigned = self.prepare_card_question(certificate, directory, registry, card, now, rng)?;
        Ok(unsigned.sign_here(self.key()))
    }
}

impl<K: RoleKey> DeskKey<K> {
    /// A question about a card, to be signed, with what takes its answer:
    /// [`DeskKey::ask_about_card`].
    ///
    /// # Errors
    /// As there.
    pub fn prepare_card_question(
        &self,
        certificate: &DeskCertificate,
        directory: &VerifiedDirectory,
        registry: &ListName,
        card: CardSymbol,
        now: Timestamp,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Unsigned<Sent<CardQuestionState, CardQuestion>>, CardCheckError> {
        let keys = directory.list(registry).filter(|_| registry.class() == ListClass::Status);
        let registry_key = keys.ok_or(CardCheckError::WrongRegistry)?.owner;
        if certificate.key() != self.public_key() {
            return Err(CertificateError::WrongDesk.into());
        }
        if !certificate.may_check_cards() {
            return Err(CardCheckError::NotPermitted);
        }
        let mut nonce = [0; 32];
        rng.fill_bytes(&mut nonce);
        let (list, certificate) = (registry.clone(), certificate.clone());
        let message = CardQuestion { list, card, nonce, asked: now, certificate, signature: [0; 64] };
        let (question, statement) = (message.statement().bytes(), message.statement());
        let state = CardQuestionState { question, asked: now, registry_key };
        Ok(Unsigned::new(Sent { state, message }, self.verifying_key(), [statement], |sent, _, signature| {
            sent.message.signature = signature;
        }))
    }
}

/// What a desk keeps between question and answer. It takes one answer, whatever that says (rule
/// 10-56):
///
/// ```compile_fail,E0382
/// use selfsame::calendar::Timestamp;
/// use selfsame::registry::{CardAnswer, CardQuestionState};
///
/// fn again(state: CardQuestionState, answer: &CardAnswer, now: Timestamp) {
///     let _ = state.receive(answer, now);
///     let _ = state.receive(answer, now);
/// }
/// ```
pub struct CardQuestionState {
    question: [u8; 64],
    asked: Timestamp,
    registry_key: VerifyingKey,
}

impl fmt::Debug for CardQuestionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardQuestionState(redacted)")
    }
}

impl CardQuestionState {
    /// Takes the registry's answer to this question, and to no other one (checks 10-54, 10-55).
    ///
    /// # Errors
    /// [`CardCheckError::BadAnswer`], [`CardCheckError::Untimely`].
    pub fn receive(self, answer: &CardAnswer, now: Timestamp) -> Result<CardStanding, CardCheckError> {
        Ok(self.receive_by_check(answer, now)?)
    }

    /// The same, with the check that refuses.
    pub(crate) fn receive_by_check(
        self,
        answer: &CardAnswer,
        now: Timestamp,
    ) -> Result<CardStanding, Refusal<CardCheckError>> {
        let signed = self.registry_key.verify(answer.statement(&self.question), &answer.signature);
        signed.map_err(|_| refusal!(CardCheckError::BadAnswer, "10-54"))?;
        let in_order = self.asked.has_come(answer.answered) && answer.answered.has_come(now);
        if in_order && is_fresh(self.asked, now) {
            return Ok(answer.standing);
        }
        Err(refusal!(CardCheckError::Untimely, "10-55"))
    }
}

impl Body for CardQuestion {
    const TYPE: MessageType = MessageType::CardQuestion;
    const MAX_LEN: usize =
        3 + 1 + (2 + 66 + 1) + (1 + 66) + (1 + 34) + 10 + (1 + 3 + DeskCertificate::MAX_LEN) + (1 + 66);
    const FIELDS: u64 = 6;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).array(2);
        self.list.write(writer);
        writer.key(2).bytes(self.card.as_bytes());
        writer.key(3).bytes(&self.nonce);
        writer.key(4).uint(self.asked.as_secs());
        writer.key(5).bytes(&self.certificate.to_bytes());
        writer.key(6).bytes(&self.signature);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.key(1)?.array_of(2)?;
        let list = ListName::read(reader)?;
        let card = CardSymbol::from_stored(Secret::new(reader.key(2)?.bytes_of()?));
        let nonce = reader.key(3)?.bytes_of()?;
        let asked = Timestamp::from_secs(reader.key(4)?.uint()?);
        let certificate = reader.key(5)?.message::<DeskCertificate>()?;
        Ok(Self { list, card, nonce, asked, certificate, signature: reader.key(6)?.bytes_of()? })
    }
}

//! The registry's signed yes or no (spec 10 §10.3).

use crate::calendar::Timestamp;
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::group::TaggedHash;
use crate::presentation::Language;
use crate::signature::Signature;

/// What a desk learns of a card; never why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum CardStanding {
    /// Text and photo are of a card on which a credential was issued, it was not replaced, its
    /// validity is not over, and it is not reported lost.
    Confirmed,
    /// One of these does not hold, or the registry has never seen such a card.
    NotConfirmed,
}

impl CardStanding {
    const fn bit(self) -> u64 {
        match self {
            Self::NotConfirmed => 0,
            Self::Confirmed => 1,
        }
    }

    /// What the desk's screen shows.
    #[must_use]
    pub const fn text(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Confirmed, Language::Chinese) => "登记相符，现行有效",
            (Self::NotConfirmed, Language::Chinese) => "证件未能确认",
            (Self::Confirmed, Language::English) => "on record and current",
            (Self::NotConfirmed, Language::English) => "not confirmed",
        }
    }
}

/// The answer to one question: the bit, when, and the registry's signature over both and the
/// question's digest (type 47). It has as many bytes for a yes as for a no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardAnswer {
    pub(super) standing: CardStanding,
    pub(super) answered: Timestamp,
    pub(super) signature: Signature,
}

impl CardAnswer {
    /// What the registry signs of the question with this digest.
    pub(super) fn statement(&self, question: &[u8; 64]) -> TaggedHash {
        let hash = TaggedHash::new("card-answer").part(question);
        hash.uint(self.standing.bit()).uint(self.answered.as_secs())
    }
}

impl Body for CardAnswer {
    const TYPE: MessageType = MessageType::CardAnswer;
    const MAX_LEN: usize = 3 + 1 + (1 + 1) + (1 + 9) + (1 + 66);
    const FIELDS: u64 = 3;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).uint(self.standing.bit());
        writer.key(2).uint(self.answered.as_secs());
        writer.key(3).bytes(&self.signature);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let standing = match reader.key(1)?.uint::<u64>()? {
            0 => CardStanding::NotConfirmed,
            1 => CardStanding::Confirmed,
            _ => return Err(DecodeError::OutOfRange),
        };
        let answered = Timestamp::from_secs(reader.key(2)?.uint()?);
        Ok(Self { standing, answered, signature: reader.key(3)?.bytes_of()? })
    }
}

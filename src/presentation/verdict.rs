//! The one bit that a desk sees (spec 06 §6).

use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::DecodeError;
use crate::group::TaggedHash;

use super::Language;

/// Verified, or not; never why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// 验证成功
    Verified,
    /// 验证未通过
    Refused,
}

impl Verdict {
    /// What the desk's screen shows.
    #[must_use]
    pub const fn text(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Verified, Language::Chinese) => "验证成功",
            (Self::Refused, Language::Chinese) => "验证未通过",
            (Self::Verified, Language::English) => "verified",
            (Self::Refused, Language::English) => "not verified",
        }
    }
}

/// The platform's answer to one call. It is not signed: desk and platform talk over an authenticated channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerdictMessage {
    pub(super) call: [u8; 32],
    pub(super) verdict: Verdict,
}

impl VerdictMessage {
    /// The bit. A desk reads it through [`AwaitingVerdict::conclude`](super::AwaitingVerdict::conclude), which also checks
    /// what it speaks of.
    pub const fn verdict(&self) -> Verdict {
        self.verdict
    }
}

/// What a verdict speaks of: a hash of the whole call.
pub(super) fn call_digest(call: &[u8]) -> [u8; 32] {
    TaggedHash::new("call").part(call).bytes()
}

impl Body for VerdictMessage {
    const TYPE: MessageType = MessageType::Verdict;
    const MAX_LEN: usize = 64;
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&self.call);
        writer.key(2).uint(match self.verdict {
            Verdict::Refused => 0,
            Verdict::Verified => 1,
        });
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let call = reader.key(1)?.bytes_of()?;
        let verdict = match reader.key(2)?.uint::<u8>()? {
            0 => Verdict::Refused,
            1 => Verdict::Verified,
            _ => return Err(DecodeError::OutOfRange),
        };
        Ok(Self { call, verdict })
    }
}

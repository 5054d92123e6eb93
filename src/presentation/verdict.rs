//! The one bit that a desk sees (spec 06 §6).

use crate::calendar::Timestamp;
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::{DecodeError, Refused};
use crate::group::TaggedHash;
use crate::signature::{Signature, SigningKey, VerifyingKey};

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
    const fn bit(self) -> u64 {
        match self {
            Self::Refused => 0,
            Self::Verified => 1,
        }
    }

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

/// The key under which a platform signs its verdicts; desks pin it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlatformPublicKey(pub(super) VerifyingKey);

impl PlatformPublicKey {
    /// The 32 bytes.
    #[must_use]
    pub const fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Reads 32 bytes.
    ///
    /// # Errors
    /// [`DecodeError::InvalidPoint`] for bytes that are no Ed25519 key, or a weak one.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, DecodeError> {
        VerifyingKey::from_bytes(bytes).map(Self).map_err(|_| DecodeError::InvalidPoint)
    }
}

/// The platform's signed answer to one call: a hash of the call, the bit, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerdictMessage {
    call: [u8; 32],
    verdict: Verdict,
    time: Timestamp,
    signature: Signature,
}

impl VerdictMessage {
    pub(super) fn sign(call: &[u8], verdict: Verdict, time: Timestamp, key: &SigningKey) -> Self {
        let mut message = Self { call: call_digest(call), verdict, time, signature: [0; 64] };
        message.signature = key.sign(message.signed());
        message
    }

    fn signed(&self) -> TaggedHash {
        TaggedHash::new("verdict").part(&self.call).uint(self.verdict.bit()).uint(self.time.as_secs())
    }

    /// The bit, if this is the platform's answer to the call with this digest.
    pub(super) fn check(&self, call: &[u8; 32], key: &PlatformPublicKey) -> Result<Verdict, Refused> {
        key.0.verify(self.signed(), &self.signature)?;
        if self.call == *call { Ok(self.verdict) } else { Err(Refused) }
    }

    /// The bit, of whatever call and by whomever: anybody on the line can say "verified". A desk reads it through
    /// [`AwaitingVerdict::conclude`](super::AwaitingVerdict::conclude).
    pub const fn unverified_verdict(&self) -> Verdict {
        self.verdict
    }

    /// When the platform answered, not checked. An auditor reads it through [`CheckedEvidence::time`](super::CheckedEvidence::time).
    #[must_use]
    pub const fn unverified_time(&self) -> Timestamp {
        self.time
    }
}

/// What a verdict speaks of: a hash of the whole call.
pub(super) fn call_digest(call: &[u8]) -> [u8; 32] {
    TaggedHash::of("call", call)
}

impl Body for VerdictMessage {
    const TYPE: MessageType = MessageType::Verdict;
    const MAX_LEN: usize = 128;
    const FIELDS: u64 = 4;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&self.call);
        writer.key(2).uint(self.verdict.bit());
        writer.key(3).uint(self.time.as_secs());
        writer.key(4).bytes(&self.signature);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let call = reader.key(1)?.bytes_of()?;
        let verdict = match reader.key(2)?.uint::<u8>()? {
            0 => Verdict::Refused,
            1 => Verdict::Verified,
            _ => return Err(DecodeError::OutOfRange),
        };
        let time = Timestamp::from_secs(reader.key(3)?.uint()?);
        Ok(Self { call, verdict, time, signature: reader.key(4)?.bytes_of()? })
    }
}

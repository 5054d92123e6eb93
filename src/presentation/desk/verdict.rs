//! The one bit that a desk sees (spec 06 §6).

use alloc::vec::Vec;

use super::VerdictKey;
use crate::calendar::Timestamp;
use crate::codec::{Body, MessageType, Reader, Writer};
use crate::error::{DecodeError, Refused, refused};
use crate::group::{BaseTable, Scalar, TaggedHash};
use crate::list::ListClass;
use crate::presentation::bounds::{MAX_CREDENTIALS, MAX_STATEMENTS};
use crate::presentation::language::Language;
use crate::sigma::{JointProof, JointStatement, Pair};
use crate::signature::{RoleKey, Signature, Unsigned, VerifyingKey};

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

/// The key under which a platform's verdicts verify: desks pin it, or find it in the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlatformPublicKey(pub(crate) VerifyingKey);

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

/// The most keyed relations of a request: by credential issuer, lists, statements; digits.
const MAX_RELATIONS: usize = MAX_CREDENTIALS * (1 + ListClass::COUNT + MAX_STATEMENTS) + 1;

/// The platform's signed answer to one call: a hash of the call, the bit, when, under which key;
/// and, of a verified call with an escrow, a proof that the relations hold which only the platform
/// could check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictMessage {
    call: [u8; 32],
    found: Found,
    time: Timestamp,
    signature: Signature,
    /// Whose signature it says that this is.
    key: [u8; 32],
}

/// The bit, with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Found {
    /// About as many relations as the call's request has vouched for.
    Verified(JointProof),
    /// As long as the proof would have been: the length of a verdict tells nothing.
    Refused { relations: usize },
}

impl Found {
    const fn verdict(&self) -> Verdict {
        match self {
            Self::Verified(_) => Verdict::Verified,
            Self::Refused { .. } => Verdict::Refused,
        }
    }

    fn relations(&self) -> Vec<u8> {
        match self {
            Self::Verified(proof) => proof.to_bytes(),
            Self::Refused { relations } => alloc::vec![0; JointProof::PAIR_LEN * relations],
        }
    }
}

/// The platform's keys under which the keyed relations of a call hold, and what they are.
pub(crate) struct Relations<'a> {
    pub(crate) pairs: &'a [Pair],
    /// One for each pair.
    pub(crate) keys: &'a [&'a Scalar],
    /// Base points, of which the basepoint is used.
    pub(crate) table: &'a BaseTable,
}

impl VerdictMessage {
    /// A "verified" of the call with this digest, to be signed. Constant time in the keys.
    pub(crate) fn verified<K: RoleKey>(
        call: [u8; 32],
        time: Timestamp,
        relations: &Relations<'_>,
        key: &VerdictKey<K>,
    ) -> Result<Unsigned<Self>, Refused> {
        let Relations { pairs, keys, table } = relations;
        let context = context(&call, time);
        let statement = JointStatement { proof: PROOF, context: &context, pairs };
        let proof = statement.prove(table, keys, key.nonce_key())?;
        Ok(Self::unsigned(call, Found::Verified(proof), time, key))
    }

    /// A "refused", as long as a "verified" about so many relations, to be signed.
    pub(crate) fn refused<K: RoleKey>(
        call: [u8; 32],
        time: Timestamp,
        relations: usize,
        key: &VerdictKey<K>,
    ) -> Unsigned<Self> {
        Self::unsigned(call, Found::Refused { relations }, time, key)
    }

    fn unsigned<K: RoleKey>(call: [u8; 32], found: Found, time: Timestamp, key: &VerdictKey<K>) -> Unsigned<Self> {
        let signer = VerifyingKey::of(key.key());
        let message = Self { call, found, time, signature: [0; 64], key: signer.to_bytes() };
        let signed = message.signed();
        Unsigned::new(message, signer, [signed], |message, _, signature| message.signature = signature)
    }

    fn signed(&self) -> TaggedHash {
        let hash = TaggedHash::new("verdict").part(&self.call).uint(self.unverified_verdict().bit());
        hash.uint(self.time.as_secs()).part(&self.found.relations()).part(&self.key)
    }

    /// The bit, if this is the answer to the call with this digest, under a key that `counts`.
    pub(crate) fn check(&self, call: &[u8; 32], counts: impl FnOnce(&[u8; 32]) -> bool) -> Result<Verdict, Refused> {
        let is_signed = |key: VerifyingKey| key.verify(self.signed(), &self.signature);
        if !counts(&self.key) || VerifyingKey::from_bytes(&self.key).and_then(is_signed).is_err() {
            return Err(refused!("06-32"));
        }
        if self.call != *call {
            return Err(refused!("06-33"));
        }
        Ok(self.unverified_verdict())
    }

    /// Whether it shows, to who has no key, that these relations of its call hold.
    pub(crate) fn vartime_vouches_for(&self, pairs: &[Pair], table: &BaseTable) -> Result<(), Refused> {
        let Found::Verified(proof) = &self.found else { return Err(refused!("06-34")) };
        let context = context(&self.call, self.time);
        JointStatement { proof: PROOF, context: &context, pairs }.vartime_verify(table, proof)
    }

    /// The bit, of whatever call and by whomever: anybody on the network can say "verified". A desk
    /// reads it through
    /// [`AwaitingVerdict::conclude`](crate::presentation::AwaitingVerdict::conclude).
    pub const fn unverified_verdict(&self) -> Verdict {
        self.found.verdict()
    }

    /// The Ed25519 key that it says it is signed under, 32 bytes, not checked.
    #[must_use]
    pub const fn unverified_key(&self) -> [u8; 32] {
        self.key
    }

    /// When the platform answered, not checked. An auditor reads it through
    /// [`CheckedEvidence::time`](crate::presentation::CheckedEvidence::time).
    #[must_use]
    pub const fn unverified_time(&self) -> Timestamp {
        self.time
    }
}

/// The kind of the proof that a verdict carries.
const PROOF: &str = "verdict";

/// What binds the proof to its verdict: call digest, bit, instant.
fn context(call: &[u8; 32], time: Timestamp) -> [u8; 48] {
    let mut context = [0; 48];
    let parts = call.iter().copied().chain(Verdict::Verified.bit().to_be_bytes()).chain(time.as_secs().to_be_bytes());
    for (to, from) in context.iter_mut().zip(parts) {
        *to = from;
    }
    context
}

/// What a verdict speaks of: a hash of the whole call.
pub(crate) fn call_digest(call: &[u8]) -> [u8; 32] {
    TaggedHash::of("call", call)
}

impl Body for VerdictMessage {
    const TYPE: MessageType = MessageType::Verdict;
    const MAX_LEN: usize = 192 + JointProof::PAIR_LEN * MAX_RELATIONS;
    const FIELDS: u64 = 6;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&self.call);
        writer.key(2).uint(self.unverified_verdict().bit());
        writer.key(3).uint(self.time.as_secs());
        writer.key(4).bytes(&self.signature);
        writer.key(5).bytes(&self.found.relations());
        writer.key(6).bytes(&self.key);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let call = reader.key(1)?.bytes_of()?;
        let bit = reader.key(2)?.uint::<u8>()?;
        let time = Timestamp::from_secs(reader.key(3)?.uint()?);
        let signature = reader.key(4)?.bytes_of()?;
        let relations = reader.key(5)?.bytes(JointProof::PAIR_LEN * MAX_RELATIONS)?;
        let found = match bit {
            0 if !relations.len().is_multiple_of(JointProof::PAIR_LEN) => return Err(DecodeError::Malformed),
            0 if relations.iter().any(|byte| *byte != 0) => return Err(DecodeError::OutOfRange),
            0 => Found::Refused { relations: relations.len() / JointProof::PAIR_LEN },
            1 => Found::Verified(JointProof::from_bytes(relations)?),
            _ => return Err(DecodeError::OutOfRange),
        };
        let key = reader.key(6)?.bytes_of()?;
        Ok(Self { call, found, time, signature, key })
    }
}

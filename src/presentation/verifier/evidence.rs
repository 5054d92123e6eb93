//! A presentation as evidence: what auditors check before they open an escrow (spec 13 §5).
//!
//! A presentation that only a key holder can verify convinces an auditor of nothing by itself:
//! whoever holds the keys, or merely somebody's flag handle, could have made it up to name a
//! person. So the evidence is the call of a desk with the verdict that a platform signed for it.
//! The auditor checks that verdict, recomputes the challenge, checks every equation that needs no
//! key, the escrow's among them, and what the verdict shows of the others: whoever has not made
//! this presentation for this request, with its condition, cannot have its ciphertext opened.

use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

use super::batch::{DecodedCall, Item, RevealedPart, vartime_check_public};
use crate::calendar::Timestamp;
use crate::codec::{Body, Message, MessageType, Reader, Writer};
use crate::credential::IssuerParameters;
use crate::error::{Check, DecodeError, Numbered, Refused, check};
use crate::escrow::{
    AuditorGroup, AuditorShare, Ciphertext, CombineError, EscrowError, EscrowedIdentity, PartialDecryption,
};
use crate::group::{BaseTable, TaggedHash};
use crate::list::VerifiedHeads;
use crate::presentation::claim::{CredentialInstance, Indices, Instance, Places, VerificationCall};
use crate::presentation::desk::{PlatformPublicKey, Verdict, VerdictMessage, call_digest};
use crate::presentation::request::DigitsQuery;
use crate::set::{VerifiedCodeSet, VerifiedDigitSet};
use crate::sigma::Pair;

/// A call and the verdict that a platform signed for it. What was disclosed is in it: wiped on
/// drop, never printed.
#[derive(PartialEq, Eq)]
pub struct Evidence {
    call: Zeroizing<Vec<u8>>,
    verdict: VerdictMessage,
}

/// What an auditor goes by, from sources that it trusts.
#[derive(Clone, Copy, Debug)]
pub struct EvidenceContext<'a> {
    /// The keys of the platforms whose verdicts count. That a key counted when the verdict says is
    /// for the auditor to see to: whoever has the key says when it was.
    pub platforms: &'a [PlatformPublicKey],
    /// The issuers that the request may name.
    pub issuers: &'a [IssuerParameters],
    /// The heads of the epochs that the request names, or the answer states.
    pub heads: &'a [&'a VerifiedHeads],
    /// The sets that the request names.
    pub sets: &'a [&'a VerifiedCodeSet],
    /// The digits that the request may name.
    pub digits: &'a [&'a VerifiedDigitSet],
    /// The condition of which the auditor was shown that it holds, word for word.
    pub condition: &'a str,
}

/// Why evidence does not justify an opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EvidenceError {
    /// The platform did not say "verified" of this call.
    Verdict,
    /// The call does not have the structure of one, or not of an answer to its request (13-15).
    Call,
    /// The request names an issuer, an epoch, a set or digits that were not given, or does not fit
    /// the issuer's schema (13-18).
    Context,
    /// The request asks for no escrow, or one to other auditors.
    Auditors,
    /// The request states another condition.
    Condition,
    /// The proof does not verify.
    Proof,
    /// The platform does not show that the relations hold which take its keys.
    Relations,
}

impl fmt::Display for EvidenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Verdict => "the platform did not verify this call",
            Self::Call => "the call cannot be read",
            Self::Context => {
                "the request names an issuer, an epoch, a set or digits that are not known, or does not fit"
            }
            Self::Auditors => "nothing is in escrow for these auditors",
            Self::Condition => "the request states another condition",
            Self::Proof => "the proof does not verify",
            Self::Relations => "the platform does not show that the keyed relations hold",
        })
    }
}

impl core::error::Error for EvidenceError {}

/// Evidence that an auditor checked itself, with what it is about.
#[derive(Debug)]
pub struct CheckedEvidence {
    group: AuditorGroup,
    ciphertext: Ciphertext,
    digest: [u8; 64],
    time: Timestamp,
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Evidence(redacted)")
    }
}

impl Evidence {
    /// What a desk keeps where an escrow was asked for.
    #[must_use]
    pub fn new(call: &VerificationCall, verdict: &VerdictMessage) -> Self {
        Self { call: Zeroizing::new(call.to_bytes()), verdict: verdict.clone() }
    }

    /// Checks that the platform verified the call, that its request asks for an escrow to this
    /// group on this condition, every part of the proof that needs no key, and what the verdict
    /// shows of the parts that do. Variable time; everything here is known to the auditor.
    ///
    /// # Errors
    /// Any [`EvidenceError`].
    pub fn check(&self, group: &AuditorGroup, context: &EvidenceContext<'_>) -> Result<CheckedEvidence, EvidenceError> {
        let verdict = self.verdict.check(&call_digest(&self.call), |key| {
            context.platforms.iter().any(|platform| platform.to_bytes() == *key)
        });
        if verdict != Ok(Verdict::Verified) {
            return Err(EvidenceError::Verdict);
        }
        let call = DecodedCall::read(&self.call).map_err(|_| EvidenceError::Call)?;
        let escrow = call.request.escrow().ok_or(EvidenceError::Auditors)?;
        if escrow.auditors().0 != *group.element() {
            return Err(EvidenceError::Auditors);
        }
        if escrow.condition() != context.condition {
            return Err(EvidenceError::Condition);
        }
        let (relations, table) = check_public(&call, context)?;
        self.verdict.vartime_vouches_for(&relations, table).map_err(|_: Refused| EvidenceError::Relations)?;
        let ciphertext = call.presentation.ciphertext(&call.request).ok_or(EvidenceError::Proof)?;
        let verdict = self.verdict.to_bytes();
        let digest = TaggedHash::new("evidence").part(&self.call).part(&verdict).bytes();
        Ok(CheckedEvidence { group: group.clone(), ciphertext, digest, time: self.verdict.unverified_time() })
    }
}

/// Every part of the proof that needs no key; gives what it claims of keys, and a table of base
/// points.
fn check_public<'a>(
    call: &'a DecodedCall,
    context: &'a EvidenceContext<'_>,
) -> Result<(Vec<Pair>, &'a BaseTable), EvidenceError> {
    let (mut instances, mut indices) = (Vec::new(), Vec::new());
    for part in call.parts().map_err(of_an_answer)? {
        let RevealedPart { query, shard, disclosed, .. } = part;
        let named = |parameters: &&IssuerParameters| query.is_for(parameters);
        let parameters = context.issuers.iter().find(named).ok_or(EvidenceError::Context)?;
        let (mut heads, mut sets) = (Vec::new(), Vec::new());
        for epoch in part.epochs().map_err(of_an_answer)? {
            let named = context.heads.iter().find(|heads| heads.digest() == epoch).ok_or(EvidenceError::Context)?;
            heads.push(named.head(shard).map_err(|_| EvidenceError::Call)?);
        }
        for one_of in query.sets() {
            let named = context.sets.iter().find(|set| set.digest() == one_of.set());
            sets.push(*named.ok_or(EvidenceError::Context)?);
        }
        // No key is used, so places need only tell the points of one proof apart.
        let lists = (indices.len() * 2..).take(heads.len()).map(|index| (0, index)).collect();
        indices.push(Indices { issuer_key: 0, lists, sets: alloc::vec![0; sets.len()] });
        let stated = part.stated_by_list();
        instances.push(CredentialInstance { parameters, query, shard, heads, stated, sets, disclosed });
    }
    call.check_values().map_err(of_an_answer)?;
    let table = instances.first().ok_or(EvidenceError::Call)?.parameters.table();
    let is = |named: DigitsQuery, set: &VerifiedDigitSet| set.digest() == named.set && set.base() == named.base;
    let digits = |named| context.digits.iter().find(|set| is(named, set)).copied().ok_or(EvidenceError::Context);
    let digits = call.request.digits.map(digits).transpose()?;
    let places = Places { credentials: indices, digits: 0 };
    Instance::new(&call.request, instances, digits)
        .and_then(|instance| Item::new(instance, &call.presentation, &places))
        .and_then(|item| {
            vartime_check_public(&item)?;
            Ok(item.vartime_keyed_pairs()?.into_iter().map(|(_, pair)| pair).collect())
        })
        .map(|pairs| (pairs, table))
        .map_err(of_an_answer)
}

/// What auditors say where a platform refuses by this check.
fn of_an_answer(refused: Refused) -> EvidenceError {
    const UNKNOWN: [Check; 12] = [
        check!("06-10"),
        check!("06-11"),
        check!("06-12"),
        check!("06-47"),
        check!("06-49"),
        check!("12-6"),
        check!("12-15"),
        check!("12-46"),
        check!("12-61"),
        check!("12-62"),
        check!("12-67"),
        check!("12-68"),
    ];
    const MISFIT: [Check; 5] = [check!("06-50"), check!("06-51"), check!("06-52"), check!("06-73"), check!("12-30")];
    match refused.check() {
        Some(check) if UNKNOWN.contains(&check) => EvidenceError::Context,
        Some(check) if MISFIT.contains(&check) => EvidenceError::Call,
        _ => EvidenceError::Proof,
    }
}

impl Numbered for EvidenceError {
    fn check(&self) -> Option<Check> {
        Some(match self {
            Self::Verdict => check!("13-14"),
            Self::Call => check!("13-15"),
            Self::Auditors => check!("13-16"),
            Self::Condition => check!("13-17"),
            Self::Context => check!("13-18"),
            Self::Proof => check!("13-19"),
            Self::Relations => check!("13-20"),
        })
    }
}

/// Every part of the proof that needs no key, of a call that has no verdict.
#[cfg(feature = "hazmat")]
pub(crate) fn check_without_keys(call: &[u8], context: &EvidenceContext<'_>) -> Result<(), EvidenceError> {
    check_public(&DecodedCall::read(call).map_err(|_| EvidenceError::Call)?, context).map(|_| ())
}

impl CheckedEvidence {
    /// When the platform verified the presentation.
    #[must_use]
    pub const fn time(&self) -> Timestamp {
        self.time
    }

    /// An auditor's part of the opening. Constant time in the share.
    ///
    /// # Errors
    /// [`EscrowError::ForeignShare`] for the share of another group.
    pub fn decrypt(&self, share: &AuditorShare) -> Result<PartialDecryption, EscrowError> {
        share.decrypt(&self.group, &self.ciphertext, &self.digest)
    }

    /// Who it is, from the parts of at least as many auditors as the threshold says. All parts are
    /// checked.
    ///
    /// # Errors
    /// Any [`CombineError`]; it names the auditor whose part is wrong.
    pub fn open(&self, parts: &[PartialDecryption]) -> Result<EscrowedIdentity, CombineError> {
        self.group.combine(&self.ciphertext, &self.digest, parts)
    }
}

impl Body for Evidence {
    const TYPE: MessageType = MessageType::Evidence;
    const MAX_LEN: usize = 32 + VerificationCall::MAX_LEN + VerdictMessage::MAX_LEN;
    const FIELDS: u64 = 2;

    fn write(&self, writer: &mut Writer) {
        writer.key(1).bytes(&self.call);
        writer.key(2).bytes(&self.verdict.to_bytes());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let call = Zeroizing::new(reader.key(1)?.bytes(VerificationCall::MAX_LEN)?.to_vec());
        let verdict = reader.key(2)?.bytes(VerdictMessage::MAX_LEN)?;
        let verdict = reader.under(check!("13-14"), |_| VerdictMessage::from_bytes(verdict))?;
        Ok(Self { call, verdict })
    }
}

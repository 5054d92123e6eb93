//! What is sent to auditors (spec 13).

use selfsame::codec::Message;
use selfsame::credential::IssuerParameters;
use selfsame::escrow::{AuditorGroup, AuditorShare, PartialDecryption};
use selfsame::hazmat::check_of;
use selfsame::list::VerifiedHeads;
use selfsame::presentation::{CheckedEvidence, Evidence, EvidenceContext, PlatformPublicKey};
use selfsame::set::{CodeSet, DigitSet, VerifiedCodeSet, VerifiedDigitSet};
use serde::Deserialize;
use serde_json::json;

use super::Receive;
use super::data::{Array, Held, Hex, Received, Stop, receiver};
use super::parts::{Issuer, KnownList, parameters, said};

/// Whoever takes it for the keys of auditors.
pub fn group() -> Receive {
    receiver(|Received { bytes }| Ok(json!({ "key": hex::encode(bytes.message::<AuditorGroup>()?.key()) })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    group: Held<AuditorGroup>,
}

/// An auditor that takes its share.
pub fn share(Member { group: Held(group) }: Member) -> Receive {
    receiver(move |Received { bytes }| {
        let share: AuditorShare = bytes.message()?;
        share.check(&group).map_err(|error| check_of(&error))?;
        let public = group.share_key(share.index()).map(hex::encode);
        Ok(json!({ "auditor": share.index().number(), "public": public }))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Knowing {
    group: Held<AuditorGroup>,
    platform_keys: Vec<Array<32>>,
    issuers: Vec<Issuer>,
    lists: Vec<KnownList>,
    sets: Vec<Held<CodeSet>>,
    digits: Vec<Held<DigitSet>>,
    /// That holds.
    condition: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Opened {
    bytes: Hex,
    /// PartialDecryptions.
    parts: Vec<Hex>,
}

/// An auditor with its share of the key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auditor {
    auditors: Knowing,
    share: Held<AuditorShare>,
}

/// Everything that evidence is checked against, verified.
struct Context {
    platforms: Vec<PlatformPublicKey>,
    issuers: Vec<IssuerParameters>,
    heads: Vec<VerifiedHeads>,
    sets: Vec<VerifiedCodeSet>,
    digits: Vec<VerifiedDigitSet>,
    group: AuditorGroup,
    condition: String,
}

impl Context {
    fn of(state: Knowing) -> Result<Self, String> {
        let platforms = state.platform_keys.iter().map(|key| PlatformPublicKey::from_bytes(&key.0));
        Ok(Self {
            platforms: platforms.collect::<Result<_, _>>().map_err(said)?,
            issuers: parameters(&state.issuers)?,
            heads: state.lists.iter().map(KnownList::verified).collect::<Result<_, _>>()?,
            sets: state.sets.iter().map(|set| set.0.verify()).collect::<Result<_, _>>().map_err(said)?,
            digits: state.digits.iter().map(|set| set.0.verify()).collect::<Result<_, _>>().map_err(said)?,
            group: state.group.0,
            condition: state.condition,
        })
    }

    fn check(&self, evidence: &Evidence) -> Result<CheckedEvidence, Stop> {
        let context = EvidenceContext {
            platforms: &self.platforms,
            issuers: &self.issuers,
            heads: &self.heads.iter().collect::<Vec<_>>(),
            sets: &self.sets.iter().collect::<Vec<_>>(),
            digits: &self.digits.iter().collect::<Vec<_>>(),
            condition: &self.condition,
        };
        Ok(evidence.check(&self.group, &context).map_err(|error| check_of(&error))?)
    }
}

/// Auditors who know that the condition holds, and then whoever puts their parts together.
pub fn evidence(state: Knowing) -> Result<Receive, String> {
    let context = Context::of(state)?;
    Ok(receiver(move |Opened { bytes, parts }| {
        let checked = context.check(&bytes.message()?)?;
        let parts: Vec<PartialDecryption> = parts.iter().map(Hex::message).collect::<Result<_, Stop>>()?;
        let identity = checked.open(&parts).map_err(|error| check_of(&error))?;
        Ok(json!({ "identity": hex::encode(identity.to_secret_bytes().expose()) }))
    }))
}

/// One of them, who contributes its part.
pub fn decrypting(Auditor { auditors, share }: Auditor) -> Result<Receive, String> {
    let context = Context::of(auditors)?;
    Ok(receiver(move |Received { bytes }| {
        let part = context.check(&bytes.message()?)?.decrypt(&share.0).map_err(|error| check_of(&error))?;
        Ok(json!({ "bytes": hex::encode(part.to_bytes()) }))
    }))
}
